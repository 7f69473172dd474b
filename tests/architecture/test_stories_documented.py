"""Every story of tests/scenario/test_stories_*.py is told in docs/stories.md, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORY = re.compile(r"`(test_\w+)` \|$")


def test_every_story_is_told() -> None:
    text = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
    told = [test for line in text.splitlines() for test in STORY.findall(line)]
    files = sorted((ROOT / "tests" / "scenario").glob("test_stories_*.py"))
    tests = [
        node.name
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]

    assert len(told) >= 60
    assert sorted(told) == sorted(tests)
