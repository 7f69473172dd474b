"""Every case of docs/reconcile.md names a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:(test_\w+\.py)::)?(test_\w+)`")


def test_named_tests_exist() -> None:
    text = (ROOT / "docs" / "reconcile.md").read_text(encoding="utf-8")
    named = {(file or "test_reconcile.py", test) for file, test in NAMED.findall(text)}

    existing = {
        (file.name, node.name)
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert len(named) > 40
    assert named - existing == set()


def test_every_case_of_its_own_file_is_in_the_table() -> None:
    text = (ROOT / "docs" / "reconcile.md").read_text(encoding="utf-8")
    tree = ast.parse((ROOT / "tests/unit/test_reconcile.py").read_text(encoding="utf-8"))
    cases = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    shown = {test for file, test in NAMED.findall(text) if not file}

    assert {name for name in cases if name.startswith("test_")} == shown
