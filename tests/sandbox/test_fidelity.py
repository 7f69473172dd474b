"""FIDELITY.md tells the truth: its tests exist, its knobs are all there with their defaults."""

import ast
import re
from pathlib import Path

from support.gcal import a_sandbox

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "calendar_sandbox" / "FIDELITY.md").read_text()


def test_every_cited_test_exists() -> None:
    written = {
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    cited = set(re.findall(r"`(test_\w+)`", TEXT))

    assert len(cited) > 80
    assert cited - written == set()


def test_every_knob_is_listed() -> None:
    # `graph.delta_*` stands for a family of knobs.
    patterns = [
        re.escape(name).replace(r"\*", ".*") for name in re.findall(r"`(\w+\.[\w*]+)`", TEXT)
    ]
    listed = re.compile("|".join(patterns))

    assert [name for name in a_sandbox().knobs.declared if not listed.fullmatch(name)] == []


def test_named_defaults_are_the_defaults() -> None:
    declared = a_sandbox().knobs.declared
    named = re.findall(r"`(google\.\w+)` = ([\w-]+)", TEXT)

    assert named == [(name, str(declared[name].default)) for name, _ in named]
    assert len(named) == len([name for name in declared if name.startswith("google.")])
