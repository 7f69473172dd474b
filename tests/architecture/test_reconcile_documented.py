"""Every row of docs/reconcile.md, traces.md and quirks.md names a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:(test_\w+\.py)::)?(test_\w+)`")


def existing() -> set[tuple[str, str]]:
    """File and name of every test."""
    return {
        (file.name, node.name)
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def test_named_tests_exist() -> None:
    text = (ROOT / "docs" / "reconcile.md").read_text(encoding="utf-8")
    named = {(file or "test_reconcile.py", test) for file, test in NAMED.findall(text)}

    assert len(named) > 40
    assert named - existing() == set()


@pytest.mark.parametrize(("page", "count"), [("traces.md", 26), ("quirks.md", 48 + 37)])
def test_every_row_names_tests_that_exist(page: str, count: int) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    rows = [line for line in lines if not line.endswith("| Test |")]
    tests = {test for _, test in existing()}

    assert len(rows) >= count
    for row in rows:
        named = {test for _, test in NAMED.findall(row)}
        assert named, row
        assert named - tests == set(), row


def test_every_case_of_its_own_file_is_in_the_table() -> None:
    text = (ROOT / "docs" / "reconcile.md").read_text(encoding="utf-8")
    tree = ast.parse((ROOT / "tests/unit/test_reconcile.py").read_text(encoding="utf-8"))
    cases = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    shown = {test for file, test in NAMED.findall(text) if not file}

    assert {name for name in cases if name.startswith("test_")} == shown
