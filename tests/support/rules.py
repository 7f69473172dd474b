"""Budgets and rules that no import checker sees, over the syntax tree of every source file.

`violations(root)` names each breach as `path:line: sentence`; an exception is listed here with its
reason.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MODULE_LINES = 400
FUNCTION_LINES = 40
COLUMNS = 100
# What is written to a tool is not read on the way, and cannot be wrapped.
DIRECTIVE = re.compile(r"  # (?:noqa|type:)")

SOURCES = ("calendar_sync", "calendar_sandbox", "tests", "frontend")
SKIPPED = {"migrations", "node_modules", "static", "__pycache__"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "common", "misc"}
# Where time is a value that was passed in.
# Loadable below another package's name: the addons folder of a real Odoo.
RELOCATABLE = ("calendar_sync/engine", "calendar_sync/providers", "calendar_sync/hosts")
TIMELESS = (*RELOCATABLE, "calendar_sync/models")
CLOCKS = {"now", "utcnow", "today"}
CLOCK_OWNERS = {"datetime", "date", "timezone"}
NETWORK = {"requests", "urllib3", "urllib.request", "http.client", "httpx", "aiohttp"}
SIGN_IN = {"msal", "google_auth_oauthlib", "google.auth", "google.oauth2", "oauthlib"}

HTTP_MODULE = "calendar_sync/providers/http.py"
# A worker outlives whatever one account does to it.
WORKER_LOOP = "calendar_sync/actions/worker.py"

# `path` or `path:function` → why it may exceed its budget.
EXCEPTIONS: dict[str, str] = {
    "calendar_sync/server/demo/processes.py": "asks the processes it started whether they answer",
}


def violations(root: Path, exceptions: dict[str, str] = EXCEPTIONS) -> list[str]:
    files = sorted(path for top in SOURCES for path in (root / top).rglob("*.py"))
    found: list[str] = []
    used: set[str] = set()
    for file in [*sorted(root.glob("*.py")), *files]:
        path = file.relative_to(root)
        if SKIPPED & set(path.parts):
            continue
        text = file.read_text(encoding="utf-8")
        for key, line, sentence in _check(path.as_posix(), text):
            if key in exceptions:
                used.add(key)
            else:
                found.append(f"{path.as_posix()}:{line}: {sentence}")
    return found + [f"{key}: the exception is not needed" for key in sorted({*exceptions} - used)]


Breach = tuple[str, int, str]


def _check(path: str, text: str) -> Iterator[Breach]:
    tree = ast.parse(text)
    lines = text.splitlines()
    if len(lines) > MODULE_LINES:
        yield path, 1, f"{len(lines)} lines, more than {MODULE_LINES}"
    for number, line in enumerate(lines, 1):
        columns = len(DIRECTIVE.split(line)[0])
        if columns > COLUMNS:
            yield path, number, f"{columns} columns, more than {COLUMNS}"
    for rule in (_names, _functions, _imports, _catches, _clocks, _queries):
        yield from ((key or path, line, said) for key, line, said in rule(path, tree))


def _names(path: str, tree: ast.Module) -> Iterator[Breach]:
    place = PurePosixPath(path)
    if VAGUE & {place.stem, *place.parts}:
        yield "", 1, "a vague name; say what it does"
    if place.name == "__init__.py" and place.parts[0] == "tests" and place.parts[1] != "addons":
        yield "", 1, "tests are no package"


def _functions(path: str, tree: ast.Module) -> Iterator[Breach]:
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        length = (node.end_lineno or 0) - node.lineno + 1
        if length > FUNCTION_LINES:
            key = f"{path}:{node.name}"
            yield key, node.lineno, f"{node.name} has {length} lines, more than {FUNCTION_LINES}"
        bare = [argument.arg for argument in _arguments(node) if not argument.annotation]
        if [name for name in bare if name not in {"self", "cls"}] or not node.returns:
            yield "", node.lineno, f"{node.name} is not fully annotated"


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    given = node.args
    starred = [argument for argument in (given.vararg, given.kwarg) if argument]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *starred]


def _imports(path: str, tree: ast.Module) -> Iterator[Breach]:
    if not path.startswith("calendar_sync/"):
        return
    signs_in = "oauth" in PurePosixPath(path).stem
    for line, module in _imported(tree):
        if _under(module, NETWORK) and path != HTTP_MODULE:
            yield "", line, f"{module} is for {HTTP_MODULE} alone"
        if _under(module, SIGN_IN) and not signs_in:
            yield "", line, f"{module} is for the modules named oauth"
        if _under(module, {"time"}) and path.startswith(TIMELESS):
            yield "", line, "reads the clock; time is passed in"
        if _under(module, {"calendar_sync"}) and path.startswith(RELOCATABLE):
            yield "", line, f"{module} must be imported relatively"


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            # `from urllib import request` imports urllib.request.
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _under(module: str, packages: set[str]) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def _catches(path: str, tree: ast.Module) -> Iterator[Breach]:
    if path == WORKER_LOOP or not path.startswith(("calendar_sync/", "calendar_sandbox/")):
        return
    for node in ast.walk(tree):
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            caught = [*node.type.elts] if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = [*node.args]
        for kind in caught:
            if kind is None or ast.unparse(kind) in {"Exception", "BaseException"}:
                yield "", getattr(node, "lineno", 0), f"catches everything; only {WORKER_LOOP} may"


def _clocks(path: str, tree: ast.Module) -> Iterator[Breach]:
    if not path.startswith(TIMELESS):
        return
    for node in _attributes(tree):
        if node.attr in CLOCKS and ast.unparse(node.value).rsplit(".")[-1] in CLOCK_OWNERS:
            yield "", node.lineno, "reads the clock; time is passed in"


def _queries(path: str, tree: ast.Module) -> Iterator[Breach]:
    if not path.startswith("calendar_sync/controllers/"):
        return
    for node in _attributes(tree):
        if node.attr == "objects":
            yield "", node.lineno, "a query in a controller; ask a visible_to(user) queryset"


def _attributes(tree: ast.Module) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
