"""What is installed is locked, no lock knows where it was made, the version has one home."""

import ast
import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NPM_LOCK = ROOT / "frontend" / "package-lock.json"
PIN = re.compile(r"(?m)^([a-z0-9.-]+)==([^ ;]+)")
ADDRESS = re.compile(r"https?:|file:|^/|@ |--(?:extra-)?index-url|--find-links", re.MULTILINE)


def pins(lock: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(lock.read_text()))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~ ]", entry)[0].lower() for entry in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_names_hashes_and_no_place(lock: Path) -> None:
    text = lock.read_text()
    requirements = re.split(r"\n(?! )", text.strip())

    assert not ADDRESS.search(text)
    assert [entry for entry in requirements if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    "line", ["--index-url x", "a @ file:///a", "a==1 # from https://x", "/wheels/a.whl"]
)
def test_a_place_would_be_noticed(line: str) -> None:
    assert ADDRESS.search(f"b==1\n{line}\n")


def test_locks_cover_what_the_project_asks_for() -> None:
    groups = PROJECT["dependency-groups"]
    runtime, dev, frontend, msgraph = (
        {name for name, _ in pins(ROOT / "requirements" / f"{lock}.txt")}
        for lock in ("runtime", "dev", "frontend", "msgraph")
    )

    assert names(PROJECT["project"]["dependencies"] + groups["build"]) <= runtime
    assert names(groups["dev"]) <= dev
    assert names(groups["frontend"]) <= frontend
    assert names(groups["msgraph"]) <= msgraph


def test_the_dev_lock_changes_no_version_of_the_product() -> None:
    runtime, dev = (dict(pins(ROOT / "requirements" / f"{n}.txt")) for n in ("runtime", "dev"))

    assert {name: dev[name] for name in runtime if name in dev and dev[name] != runtime[name]} == {}


def test_psycopg_3_is_not_locked() -> None:
    assert not {"psycopg", "psycopg-binary"} & {name for lock in LOCKS for name, _ in pins(lock)}


def test_every_dependency_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    begin, end = lines.index("dependencies = ["), lines.index("[tool.setuptools.packages.find]")
    asked = [line for line in lines[begin:end] if re.match(r'    "[A-Za-z]', line)]

    assert [line for line in asked if not re.search(r'", +# \w', line)] == []


def test_npm_lock_names_hashes_and_no_place() -> None:
    packages = json.loads(NPM_LOCK.read_text())["packages"]
    package = json.loads((ROOT / "frontend" / "package.json").read_text())
    direct = package["dependencies"] | package["devDependencies"]

    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
    assert {name: packages[f"node_modules/{name}"]["version"] for name in direct} == direct


def test_the_version_lives_in_the_manifest() -> None:
    manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())

    assert importlib.metadata.version("calendar-sync") == manifest["version"]
    assert PROJECT["project"]["dynamic"] == ["version"]


def test_front_end_files_are_installed_and_name_no_source_map() -> None:
    vendor = ROOT / "calendar_sync" / "static" / "vendor"
    listed = json.loads((ROOT / "frontend" / "vendor.json").read_text())

    assert {*listed, "icons.svg"} <= {path.name for path in vendor.iterdir()}
    assert [name for name in listed if b"sourceMappingURL" in (vendor / name).read_bytes()] == []


def test_the_sprite_has_every_icon_of_the_list() -> None:
    sprite = (ROOT / "calendar_sync" / "static" / "vendor" / "icons.svg").read_text()
    listed = (ROOT / "frontend" / "icons.txt").read_text().split()

    assert re.findall(r'<symbol id="([^"]+)"', sprite) == listed == sorted(set(listed))
