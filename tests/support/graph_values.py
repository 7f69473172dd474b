"""Holds JSON values to the table of Graph's types, as sent or as answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from support.graph_types import PRINTED, SCALARS, TYPES, WALL, Json, Kind, is_readable

ALWAYS_KNOWN = frozenset({"@odata.context", "@odata.type", "@odata.id", "@odata.editLink"})
"""Annotations that any entity may have (2)."""


@dataclass(frozen=True)
class Way:
    """Sent or answered, and how strictly."""

    sent: bool
    creation: bool = False
    ours: bool = True
    """The product sends nothing that is only read, and no offsets (3.5)."""


ANSWERED = Way(sent=False)


def value_faults(kind: Kind, value: Json, at: str, way: Way) -> Iterator[str]:
    if kind.many:
        if value is None and kind.nullable:
            return
        if not isinstance(value, list):
            yield f"{at}: {type(value).__name__} instead of a list"
            return
        for each in value:
            yield from one_faults(kind, each, at, way)
        return
    yield from one_faults(kind, value, at, way)


def one_faults(kind: Kind, value: Json, at: str, way: Way) -> Iterator[str]:
    if value is None:
        # To a foreign client's null, Graph's answer is the default.
        if not kind.nullable and (way.ours or not way.sent):
            yield f"{at}: null"
    elif kind.words:
        # Input is compared without case, output is lower camel case (3.1).
        known = {word.lower() for word in kind.words} if way.sent else kind.words
        if (value.lower() if way.sent and isinstance(value, str) else value) not in known:
            yield f"{at}: not in the list"
    elif kind.name == "WallClock":
        pattern = WALL if way.sent else PRINTED
        known_form = isinstance(value, str) and pattern.fullmatch(value) and is_readable(value)
        if not known_form and (way.ours or not way.sent):
            yield f"{at}: no time without offset"
    elif kind.name in SCALARS:
        if not SCALARS[kind.name](value):
            yield f"{at}: no {kind.name}"
    elif not isinstance(value, dict):
        yield f"{at}: {type(value).__name__} instead of an object"
    else:
        yield from object_faults(kind.name, value, way, is_open=kind.open)


def object_faults(
    name: str, value: dict[str, Json], way: Way, *, is_open: bool = False
) -> Iterator[str]:
    known = TYPES[name]
    for key, content in value.items():
        at = f"{name}.{key}"
        row = known.properties.get(key)
        if row is None:
            if not (is_open or known.open or (key in ALWAYS_KNOWN and not (way.sent and way.ours))):
                yield f"{at}: unknown"
            continue
        if (
            way.sent
            and way.ours
            and (row.rights == "R" or (row.rights == "C" and not way.creation))
        ):
            yield f"{at}: read-only"
        yield from value_faults(row.kind, content, at, way)
    if not way.sent and name not in ("event", "calendar"):
        yield from missing(name, value)


def missing(name: str, value: dict[str, Json]) -> Iterator[str]:
    for key, row in TYPES[name].properties.items():
        if row.always and key not in value:
            yield f"{name}.{key}: missing"
