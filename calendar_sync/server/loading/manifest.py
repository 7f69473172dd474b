"""Which addons there are, and in which order: read from their manifests, importing none of them."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from calendar_sync.server.loading.errors import AddonError

MANIFEST = "__manifest__.py"
BUILT_IN = Path(__file__).resolve().parents[1] / "addons"
KEYS: dict[str, type] = {
    "name": str,
    "version": str,
    "summary": str,
    "author": str,
    "license": str,
    "category": str,
    "application": bool,
    "installable": bool,
    "depends": list,
    "external_dependencies": dict,
    "data": list,
    "demo": list,
    "pre_init_hook": str,  # Odoo's; nothing here calls it
}
FILE_LISTS = ("data", "demo")


@dataclass(frozen=True)
class Addon:
    """An addon as its manifest describes it.

    `root` holds the manifest, and its data files are named from there. `code` holds the Python
    package: the same folder, or, where the root is a whole project, the package inside it.
    """

    root: Path
    code: Path
    facts: dict[str, Any]
    lines: dict[tuple[str, str], int]

    @property
    def name(self) -> str:
        return self.code.name

    @property
    def package(self) -> str:
        """What Python imports; empty for an addon of data files only."""
        return self.name if (self.code / "__init__.py").exists() else ""

    @property
    def templates(self) -> Path:
        return self.code / "views"

    @property
    def depends(self) -> list[str]:
        """Odoo, too, lets everything rest on `base`."""
        return self.facts.get("depends") or ([] if self.name == "base" else ["base"])

    def error(self, key: str, item: str, reason: str) -> AddonError:
        return AddonError(self.root / MANIFEST, self.lines.get((key, item), 0), reason)


def discover(path: Iterable[Path]) -> list[Addon]:
    """Return the installable addons on this path and the built-in ones, dependencies first.

    An entry of the path is a project (it holds a manifest itself) or a folder of addons.
    Raises AddonError.
    """
    found = [addon for entry in (BUILT_IN, *path) for addon in _addons_in(entry)]
    addons: dict[str, Addon] = {}
    for addon in found:
        if twin := addons.get(addon.name):
            raise addon.error("name", "", f"{addon.name} is already at {twin.root}")
        addons[addon.name] = addon
    for addon in found:
        _check_depends(addon, addons)
        _check_packages(addon)
    graph = {addon.name: sorted(addon.depends) for addon in sorted(found, key=lambda a: a.name)}
    try:
        return [addons[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        first, *_ = circle = error.args[1]
        reason = f"depends in a circle: {' → '.join(circle)}"
        raise addons[first].error("depends", "", reason) from None


def _addons_in(entry: Path) -> Iterator[Addon]:
    if (entry / MANIFEST).exists():
        packages = sorted(apps.parent for apps in entry.glob("*/apps.py"))
        if len(packages) != 1:
            raise AddonError(entry / MANIFEST, 0, "needs exactly one package with an apps.py")
        roots = [(entry, packages[0])]
    elif entry.is_dir():
        roots = [(file.parent, file.parent) for file in sorted(entry.glob(f"*/{MANIFEST}"))]
    else:
        raise AddonError(entry, 0, "ADDONS_PATH names a folder that doesn't exist")
    for root, code in roots:
        addon = read_manifest(root, code)
        if addon.facts.get("installable", True):
            yield addon


def read_manifest(root: Path, code: Path) -> Addon:
    """Read one manifest: a bare dict of literals, with comments. Raises AddonError."""
    path = root / MANIFEST
    try:
        body = ast.parse(path.read_text(encoding="utf-8"), str(path), mode="eval").body
        facts = ast.literal_eval(body)
    except SyntaxError as error:
        raise AddonError(path, error.lineno or 0, f"not a literal: {error.msg}") from None
    except ValueError as error:
        raise AddonError(path, 0, f"not a literal: {error}") from None
    if not isinstance(body, ast.Dict):
        raise AddonError(path, body.lineno, "must be one dict")
    addon = Addon(root, code, facts, _lines(body))
    for key, value in facts.items():
        if key not in KEYS:
            raise addon.error(key, "", f"unknown key {key!r}")
        if not isinstance(value, KEYS[key]):
            raise addon.error(key, "", f"{key!r} must be a {KEYS[key].__name__}")
    if not facts.get("name"):
        raise AddonError(path, body.lineno, "'name' is missing")
    if not re.fullmatch(r"\d+\.\d+\.\d+", facts.get("version", "")):
        raise addon.error("version", "", "'version' must be like 1.2.3")
    for key in FILE_LISTS:
        for file in facts.get(key, []):
            if not (root / file).is_file():
                raise addon.error(key, file, f"there is no file {file}")
    return addon


def _lines(body: ast.Dict) -> dict[tuple[str, str], int]:
    """Lines of the keys, and of the texts in their values."""
    lines: dict[tuple[str, str], int] = {}
    for key, value in zip(body.keys, body.values, strict=True):
        if not isinstance(key, ast.Constant):
            continue
        lines[str(key.value), ""] = key.lineno
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                lines[str(key.value), node.value] = node.lineno
    return lines


def _check_depends(addon: Addon, addons: dict[str, Addon]) -> None:
    for name in addon.depends:
        if name not in addons:
            raise addon.error("depends", name, f"needs the addon {name}, which isn't here")


def _check_packages(addon: Addon) -> None:
    for kind, packages in addon.facts.get("external_dependencies", {}).items():
        if kind != "python":
            reason = f"external_dependencies knows 'python', not {kind!r}"
            raise addon.error("external_dependencies", kind, reason)
        for package in packages:
            try:
                version(package)
            except PackageNotFoundError:
                reason = f"needs the Python package {package}, which isn't installed"
                raise addon.error("external_dependencies", package, reason) from None
