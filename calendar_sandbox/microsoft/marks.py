"""Single-value extended properties: named values a client hangs on an event (contract 3.12)."""

import re
from collections.abc import Iterable, Mapping

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


def canonical(text: str) -> str:
    """An id that compares equal however its type, GUID and hex digits are spelled.

    Names keep their case. Raises GraphError 400.
    """
    named = _NAMED.fullmatch(text.strip())
    if named is not None and named["type"].lower() in _TYPES:
        rest = f"Name {named['name']}" if named["name"] else f"Id {named['id'].lower()}"
        return f"{named['type'].capitalize()} {named['set'].lower()} {rest}"
    tagged = _TAGGED.fullmatch(text.strip())
    if tagged is not None and tagged["type"].lower() in _TYPES:
        return f"{tagged['type'].capitalize()} {tagged['tag'].lower()}"
    raise unreadable_body(f"The id '{text}' of the extended property is not valid.")


def read(value: object) -> dict[str, str]:
    """The values of a body under their canonical ids. Raises GraphError 400."""
    if not isinstance(value, list):
        raise unreadable_body("'singleValueExtendedProperties' is a collection.")
    result = {}
    for row in value:
        if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
            raise unreadable_body("An extended property needs an id.")
        if not isinstance(row.get("value"), str):
            raise unreadable_body("An extended property needs a value.")
        result[canonical(row["id"])] = row["value"]
    return result


def shown(values: Mapping[str, str], wanted: Iterable[str]) -> list[dict[str, str]]:
    """The asked-for values an event has, under the ids as the reader spelled them."""
    pairs = ((text, values.get(canonical(text))) for text in wanted)
    return [{"id": text, "value": value} for text, value in pairs if value is not None]
