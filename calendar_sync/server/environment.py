"""The environment, read once at start by `settings.py` and by nobody else.

Every variable that is asked for becomes known. A bad value, and a `CALENDAR_SYNC_` variable nobody
asked for, end the process with one line that names it.
"""

import os
import re
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

PREFIX = "CALENDAR_SYNC_"
_known: set[str] = set()


def text(name: str, default: str = "") -> str:
    _known.add(name)
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        refuse(name, f"is {value!r}, but must be 0 or 1")
    return value == "1"


def number(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        refuse(name, f"is {value!r}, but must be a whole number from {least} to {most}")
    return int(value)


def secret(name: str, default: str = "") -> str:
    """`NAME`, or the content of the file that `NAME_FILE` names, so that no secret need be in the
    environment.
    """
    path = text(f"{name}_FILE")
    if not path:
        return text(name, default)
    if text(name):
        refuse(name, f"and {name}_FILE are both set; keep one")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        refuse(f"{name}_FILE", f"names {path}, which can't be read: {error.strerror}")


def address(name: str, default: str = "") -> str:
    """A web address without a slash at its end."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
        refuse(name, f"is {value!r}, but must be like https://calendar.example")
    return value


def segment(name: str, default: str) -> str:
    """One part of the path of an address."""
    value = text(name, default)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", value):
        refuse(name, f"is {value!r}, but must be letters, digits, dots and hyphens")
    return value


def refuse_unknown() -> None:
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in _known:
            refuse(name, "is not a setting; docs/settings.md lists them all")


def refuse(name: str, reason: str) -> NoReturn:
    raise SystemExit(f"{name} {reason}.")
