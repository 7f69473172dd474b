"""Extended properties: named values a client hangs on an event (contract 3.12).

Single-value ones hold a text, multi-value ones a list of texts; the type in the id says which.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import unreadable_body

_NAMED = re.compile(
    r"(?P<type>[A-Za-z]+) (?P<set>\{[0-9A-Fa-f-]{36}\}) "
    r"(?:Name (?P<name>\S.*)|Id (?P<id>0x[0-9A-Fa-f]+))"
)
_TAGGED = re.compile(r"(?P<type>[A-Za-z]+) (?P<tag>0x[0-9A-Fa-f]+)")
_TYPES = frozenset({
    "boolean", "binary", "clsid", "currency", "double", "float", "integer", "long", "short",
    "string", "systemtime",
})  # fmt: skip
_ARRAYS = frozenset(f"{name}array" for name in _TYPES - {"boolean"})
RECURRENCE_BLOB = "Binary {00062002-0000-0000-c000-000000000046} Id 0x8216"


def canonical(text: str, types: frozenset[str] = _TYPES) -> str:
    """An id that compares equal however its type, GUID and hex digits are spelled.

    Names keep their case. Raises GraphError 400.
    """
    named = _NAMED.fullmatch(text.strip())
    if named is not None and named["type"].lower() in types:
        rest = f"Name {named['name']}" if named["name"] else f"Id {named['id'].lower()}"
        return f"{named['type'].capitalize()} {named['set'].lower()} {rest}"
    tagged = _TAGGED.fullmatch(text.strip())
    if tagged is not None and tagged["type"].lower() in types:
        return f"{tagged['type'].capitalize()} {tagged['tag'].lower()}"
    raise unreadable_body(f"The id '{text}' of the extended property is not valid.")


def canonical_array(text: str) -> str:
    return canonical(text, _ARRAYS)


def read(value: object) -> dict[str, str]:
    """The values of a body under their canonical ids. Raises GraphError 400."""
    result = {}
    for identity, given in _rows("singleValueExtendedProperties", value):
        if not isinstance(given, str):
            raise unreadable_body("An extended property needs a value.")
        result[canonical(identity)] = given
    return result


def read_arrays(value: object) -> dict[str, list[str]]:
    """The same for multi-value ones. Raises GraphError 400."""
    result = {}
    for identity, given in _rows("multiValueExtendedProperties", value):
        if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
            raise unreadable_body("A multi-value extended property needs a list of values.")
        result[canonical_array(identity)] = list(given)
    return result


def _rows(name: str, value: object) -> list[tuple[str, Any]]:
    if not isinstance(value, list):
        raise unreadable_body(f"'{name}' is a collection.")
    for row in value:
        if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
            raise unreadable_body("An extended property needs an id.")
    return [(row["id"], row.get("value")) for row in value]


def shown(values: Mapping[str, str], wanted: Iterable[str]) -> list[dict[str, str]]:
    """The asked-for values an event has, under the ids as the reader spelled them."""
    pairs = ((text, values.get(canonical(text))) for text in wanted)
    return [{"id": text, "value": value} for text, value in pairs if value is not None]


def arrays_shown(
    values: Mapping[str, list[str]], wanted: Iterable[str]
) -> list[dict[str, str | list[str]]]:
    pairs = ((text, values.get(canonical_array(text))) for text in wanted)
    return [{"id": text, "value": value} for text, value in pairs if value is not None]
