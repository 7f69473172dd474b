import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.manifest import KEYS, Addon, discover, read_manifest

ROOT = Path(__file__).parents[2]


def an_addon(folder: Path, name: str, text: str) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "__manifest__.py").write_text(text)
    return folder / name


def read(root: Path) -> Addon:
    return read_manifest(root, root)


def test_facts_lines_and_comments(tmp_path: Path) -> None:
    text = '# why\n{\n"name": "One",\n"version": "1.2.3",  # so far\n"depends": ["base"],\n}\n'
    root = an_addon(tmp_path, "one", text)

    addon = read(root)

    assert addon.facts == {"name": "One", "version": "1.2.3", "depends": ["base"]}
    assert addon.lines == {
        ("name", ""): 3,
        ("name", "One"): 3,
        ("version", ""): 4,
        ("version", "1.2.3"): 4,
        ("depends", ""): 5,
        ("depends", "base"): 5,
    }


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{"name": "A", "version": "1.0.0",\n"colour": 1}', 2, "unknown key 'colour'"),
        ('{"name": "A",\n"version": "1.0"}', 2, "'version' must be like 1.2.3"),
        ('{"version": "1.0.0"}', 1, "'name' is missing"),
        ('{"name": 1, "version": "1.0.0"}', 1, "'name' must be a str"),
        ('{"name": "A", "version": "1.0.0",\n"data": [\n"a.xml"]}', 3, "there is no file a.xml"),
        ("['name']", 1, "must be one dict"),
    ],
)
def test_refused_with_file_and_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    root = an_addon(tmp_path, "bad", text)

    with pytest.raises(AddonError) as refused:
        read(root)

    assert str(refused.value) == f"{root / '__manifest__.py'}:{line}: {reason}"


def test_what_python_cannot_read_is_refused_with_its_line(tmp_path: Path) -> None:
    root = an_addon(tmp_path, "bad", "{\n'name': }")

    with pytest.raises(AddonError, match=r"__manifest__\.py:2: not a literal: "):
        read(root)


def test_code_in_a_manifest_is_never_run(tmp_path: Path) -> None:
    root = an_addon(tmp_path, "bad", '{"name": __import__("os").getcwd(), "version": "1.0.0"}')

    with pytest.raises(AddonError, match="not a literal"):
        read(root)


def test_dependencies_come_first(tmp_path: Path) -> None:
    for name, depends in (("a", ["b"]), ("b", ["calendar"]), ("c", [])):
        an_addon(tmp_path, name, repr({"name": name, "version": "1.0.0", "depends": depends}))

    assert [addon.name for addon in discover([tmp_path])] == ["base", "c", "calendar", "b", "a"]


def test_not_installable_is_left_out(tmp_path: Path) -> None:
    an_addon(tmp_path, "off", repr({"name": "o", "version": "1.0.0", "installable": False}))

    assert [addon.name for addon in discover([tmp_path])] == ["base", "calendar"]


def test_missing_dependency_is_named(tmp_path: Path) -> None:
    root = an_addon(tmp_path, "a", '{"name": "A", "version": "1.0.0",\n"depends": ["crm"]}')

    with pytest.raises(AddonError) as refused:
        discover([tmp_path])

    reason = "needs the addon crm, which isn't here"
    assert str(refused.value) == f"{root / '__manifest__.py'}:2: {reason}"


def test_circle_is_shown(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        an_addon(tmp_path, name, repr({"name": name, "version": "1.0.0", "depends": [other]}))

    with pytest.raises(AddonError, match=r"depends in a circle: [ab] → [ab] → [ab]"):
        discover([tmp_path])


def test_missing_python_package_is_named(tmp_path: Path) -> None:
    needs = {"python": ["requests", "no-such-package"]}
    facts = {"name": "A", "version": "1.0.0", "external_dependencies": needs}
    root = an_addon(tmp_path, "a", repr(facts))

    with pytest.raises(AddonError) as refused:
        discover([tmp_path])

    reason = "needs the Python package no-such-package, which isn't installed"
    assert str(refused.value) == f"{root / '__manifest__.py'}:1: {reason}"


def test_same_name_twice(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        an_addon(tmp_path / folder, "a", '{"name": "A", "version": "1.0.0"}')

    with pytest.raises(AddonError, match="a is already at"):
        discover([tmp_path / "x", tmp_path / "y"])


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AddonError, match="ADDONS_PATH names a folder that doesn't exist"):
        discover([tmp_path / "nowhere"])


def test_our_own_manifest_is_a_project() -> None:
    addon = discover([ROOT])[-1]

    assert (addon.name, addon.package, addon.root) == ("calendar_sync", "calendar_sync", ROOT)
    assert addon.templates == ROOT / "calendar_sync" / "views"
    assert addon.depends == ["calendar"]


def test_our_own_manifest_names_only_keys_that_are_read() -> None:
    facts = ast.literal_eval((ROOT / "__manifest__.py").read_text())

    assert facts.keys() <= KEYS.keys()
    assert facts["installable"] is True


def test_a_real_odoo_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class UserError(Exception):
        pass

    exceptions = ModuleType("odoo.exceptions")
    exceptions.UserError = UserError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "odoo", ModuleType("odoo"))
    monkeypatch.setitem(sys.modules, "odoo.exceptions", exceptions)
    spec = importlib.util.spec_from_file_location("odoo_addon", ROOT / "__init__.py")
    assert spec
    assert spec.loader
    guard = importlib.util.module_from_spec(spec)
    guard.__path__ = [str(ROOT)]
    spec.loader.exec_module(guard)

    assert guard.__path__[1:] == [str(ROOT / "calendar_sync")]
    with pytest.raises(UserError, match="can't be installed in Odoo yet"):
        guard.refuse_odoo(None)
