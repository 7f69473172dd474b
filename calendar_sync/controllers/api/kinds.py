"""Kinds of JSON values: what a client may send, in JSON Schema and in the words of a refusal.

A kind reads a value or raises Refused; `schema` is the same promise for programs (JSON Schema
2020-12). Shapes in `shapes.py` are made of kinds.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from calendar_sync.actions.drafts import YEARS
from calendar_sync.engine.timezones import UnknownTimeZone, zone

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
MOST = 2**63 - 1


class Refused(Exception):
    """What is wrong, by JSON pointer (RFC 6901) from the value that was read; "" is itself."""

    def __init__(self, errors: Mapping[str, str] | str) -> None:
        self.errors = {"": errors} if isinstance(errors, str) else dict(errors)
        super().__init__(*self.errors.values())


class Kind(ABC):
    @abstractmethod
    def schema(self) -> dict[str, Any]: ...

    @abstractmethod
    def read(self, value: Any) -> Any:  # noqa: ANN401 - JSON in, what handlers work with out
        """Raises Refused."""

    def from_text(self, text: str) -> Any:  # noqa: ANN401 - JSON
        """The JSON value that a query parameter means; what means none is left to `read`."""
        return text


@dataclass(frozen=True)
class Text(Kind):
    longest: int | None = None
    pattern: str = r"[^\x00]*"
    wish: str = "Give a text that can be stored."

    def schema(self) -> dict[str, Any]:
        limit = {} if self.longest is None else {"maxLength": self.longest}
        return {"type": "string", **limit, "pattern": f"^{self.pattern}$"}

    def read(self, value: Any) -> str:  # noqa: ANN401 - JSON
        if not isinstance(value, str):
            raise Refused("Give a text.")
        if self.longest is not None and len(value) > self.longest:
            raise Refused(f"Give up to {self.longest:,} characters; yours has {len(value):,}.")
        if not re.fullmatch(self.pattern, value, re.DOTALL) or _has_surrogates(value):
            raise Refused(self.wish)
        return value


def _has_surrogates(text: str) -> bool:
    """Halves of a character, which JSON can escape and no database can store (RFC 7493 §2.1)."""
    return any("\ud800" <= character <= "\udfff" for character in text)


@dataclass(frozen=True)
class Number(Kind):
    """A whole number."""

    least: int = -MOST
    most: int = MOST

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def read(self, value: Any) -> int:  # noqa: ANN401 - JSON
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            raise Refused("Give a whole number.")
        if not self.least <= value <= self.most:
            raise Refused(f"Give a number from {self.least:,} to {self.most:,}.")
        return int(value)

    def from_text(self, text: str) -> int | str:
        return int(text) if re.fullmatch(r"-?[0-9]{1,19}", text) else text


@dataclass(frozen=True)
class Flag(Kind):
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def read(self, value: Any) -> bool:  # noqa: ANN401 - JSON
        if not isinstance(value, bool):
            raise Refused("Give true or false.")
        return value

    def from_text(self, text: str) -> bool | str:
        return {"true": True, "false": False}.get(text, text)


@dataclass(frozen=True)
class Word(Kind):
    """One of a closed set."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, values: type[Enum]) -> "Word":
        return cls(tuple(str(each.value) for each in values))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}

    def read(self, value: Any) -> str:  # noqa: ANN401 - JSON
        if not isinstance(value, str) or value not in self.words:
            raise Refused(f"Choose one of {', '.join(self.words)}.")
        return value


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day; its years are those that events may have."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": f"^{DAY}$"}

    def read(self, value: Any) -> date:  # noqa: ANN401 - JSON
        moment = _moment(value, DAY, "Give a date, such as 2026-11-21.")
        return moment.date()


@dataclass(frozen=True)
class WallClock(Kind):
    """What a clock on the wall shows, in no zone yet."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{DAY}T{CLOCK}$", "examples": [EXAMPLE]}

    def read(self, value: Any) -> datetime:  # noqa: ANN401 - JSON
        wish = f"Give a local time without an offset, such as {EXAMPLE}."
        return _moment(value, f"{DAY}T{CLOCK}", wish)


@dataclass(frozen=True)
class Instant(Kind):
    """A moment (RFC 3339), in UTC once it is read."""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "examples": [f"{EXAMPLE}Z"]}

    def read(self, value: Any) -> datetime:  # noqa: ANN401 - JSON
        form = rf"{DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
        wish = f"Give a time with its offset from UTC, such as {EXAMPLE}Z."
        return _moment(value, form, wish).astimezone(UTC)


EXAMPLE = "2026-11-21T09:00:00"


def _moment(value: Any, form: str, wish: str) -> datetime:  # noqa: ANN401 - JSON
    try:
        moment = datetime.fromisoformat(value) if re.fullmatch(form, value) else None
    except (TypeError, ValueError):  # no text; no such day or hour
        moment = None
    if moment is None:
        raise Refused(wish)
    if moment.year not in YEARS:
        raise Refused(f"Give a year from {YEARS.start} to {YEARS.stop - 1}.")
    return moment


@dataclass(frozen=True)
class ZoneName(Kind):
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": ["Europe/Paris"]}

    def read(self, value: Any) -> ZoneInfo:  # noqa: ANN401 - JSON
        try:
            # Windows names are of providers; `zone` takes them too.
            if isinstance(value, str) and value in _zone_names():
                return zone(value)
        except UnknownTimeZone:
            pass
        raise Refused("Give the name of a time zone, such as Europe/Paris.")


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@dataclass(frozen=True)
class Nullable(Kind):
    kind: Kind

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.kind.schema(), {"type": "null"}]}

    def read(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        return None if value is None else self.kind.read(value)


@dataclass(frozen=True)
class Listed(Kind):
    kind: Kind
    most: int | None = None

    def schema(self) -> dict[str, Any]:
        limit = {} if self.most is None else {"maxItems": self.most}
        return {"type": "array", "items": self.kind.schema(), **limit}

    def read(self, value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - JSON
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise Refused("Give a list.")
        if self.most is not None and len(value) > self.most:
            raise Refused(f"Give up to {self.most:,}; these are {len(value):,}.")
        found: list[Any] = []
        errors: dict[str, str] = {}
        for number, item in enumerate(value):
            try:
                found.append(self.kind.read(item))
            except Refused as refused:
                errors |= {f"/{number}{at}": text for at, text in refused.errors.items()}
        if errors:
            raise Refused(errors)
        return tuple(found)
