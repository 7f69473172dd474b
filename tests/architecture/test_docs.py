"""The documentation names what is there: files, links, the map of the tree."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("calendar_sandbox/*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MAP = re.compile(r"```\n(__manifest__\.py.*?)```", re.DOTALL)
MAP_LINE = re.compile(r"( *)(\S+)  +\S")
# Standing beside the map, or of the tools.
UNMAPPED = {
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "pyproject.toml", "setup.py"),
    *("manage.py", "__init__.py"),
}
PICTURE_BYTES = 300_000


def relative_links(page: Path) -> list[str]:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in relative_links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def mapped() -> set[str]:
    """Paths of the map, folders without their slash."""
    found = MAP.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found
    paths, parent = set(), ""
    for line in found[1].splitlines():
        indent, name = MAP_LINE.match(line).groups()  # type: ignore[union-attr] # each line is one
        parent = parent if indent else name
        paths.add((parent + name if indent else name).rstrip("/"))
    return paths


def tracked_by_hand(folder: Path) -> set[str]:
    """What a person finds in a folder; what set-up or a tool makes is ignored by git."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    return {
        path.relative_to(ROOT).as_posix()
        for path in folder.iterdir()
        if not any(fnmatch(path.name, pattern) for pattern in [*ignored, ".*"])
    }


def test_the_map_of_the_readme_is_true() -> None:
    there = tracked_by_hand(ROOT) - UNMAPPED
    packages = {path for path in tracked_by_hand(ROOT / "calendar_sync") if (ROOT / path).is_dir()}

    assert mapped() == there | packages


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs").rglob("*.png"))

    assert pictures
    assert all(picture.stat().st_size < PICTURE_BYTES for picture in pictures)
