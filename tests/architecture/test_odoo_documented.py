"""Every row of docs/odoo.md names tests that exist, and every fault measured there has a row."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:test_\w+\.py::)?(test_\w+)`")
HEADS = ("| Odoo |", "| Nr. |", "| Missing there |")


def rows() -> list[str]:
    text = (ROOT / "docs" / "odoo.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("| ") and line[:1] == "|"
            and not line.startswith(HEADS)]  # fmt: skip


def existing() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_names_tests_that_exist() -> None:
    tests = existing()

    assert len(rows()) > 80
    for row in rows():
        named = set(NAMED.findall(row))
        assert named, row
        assert named - tests == set(), row


def test_every_numbered_fault_has_a_row() -> None:
    numbers = [int(found[1]) for row in rows() if (found := re.match(r"\| (\d+) \|", row))]

    assert numbers == list(range(1, 34))
