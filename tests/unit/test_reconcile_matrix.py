"""docs/reconcile-matrix.md says what the engine does."""

from __future__ import annotations

from pathlib import Path

from calendar_sync.engine.policy import Direction
from calendar_sync.engine.sync import CopyRole
from support.reconcile_matrix import DIRECTIONS, ROLES, ROWS, decided, page

PAGE = Path(__file__).parents[2] / "docs" / "reconcile-matrix.md"


def test_the_page_is_what_the_engine_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew, as the page says"


def test_nothing_is_written_against_the_direction() -> None:
    for role in ROLES:
        for ours, seen in ROWS:
            from_there = decided(Direction.FROM_PROVIDER, role, ours, seen)
            to_there = decided(Direction.TO_PROVIDER, role, ours, seen)
            assert all(step.write is None for step in from_there), (role, ours, seen)
            assert all(not step.change.patches for step in to_there), (role, ours, seen)


def test_one_object_has_one_decision() -> None:
    for direction in DIRECTIONS:
        for ours, seen in ROWS:
            steps = decided(direction, CopyRole.HOME, ours, seen)
            assert sum(step.change.link is not None for step in steps) <= 1
