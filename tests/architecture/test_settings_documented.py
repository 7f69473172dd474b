"""docs/settings.md lists what settings.py asks the environment for, with the same defaults."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKING = {"text", "flag", "number", "secret", "address", "segment"}


def asked() -> dict[str, str | None]:
    """Name → default as the page writes it; None where it is computed."""
    found: dict[str, str | None] = {}
    tree = ast.parse((ROOT / "calendar_sync/server/settings.py").read_text())
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name(function), [ast.Constant(str(name)), *rest]) if (
                function in ASKING
            ):
                found[name] = _default(function, rest)
                if function == "secret":
                    found[f"{name}_FILE"] = None
    return found


def _default(function: str, arguments: list[ast.expr]) -> str | None:
    match arguments:
        case [ast.Constant(str() | int() as value)]:
            return f"`{value}`"
        case []:
            return {"flag": "`0`", "secret": None}.get(function, "–")
    return None


def documented() -> dict[str, str]:
    rows = re.findall(
        r"^\| (`[^|]+) \| ([^|]+) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
    )
    return {name: default for names, default in rows for name in re.findall(r"`(\w+)`", names)}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert documented().keys() == asked().keys()


def test_defaults_are_those_of_the_code() -> None:
    page = documented()
    # Read by database.py, which finds its own default.
    wrong = {
        name: page[name]
        for name, default in asked().items()
        if default is not None and page[name] != default and name != "DATA_DIR"
    }
    assert wrong == {}
