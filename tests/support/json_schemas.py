"""JSON values for a schema of the API: mostly what it asks for, sometimes what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from calendar_sync.controllers.api.document import document

Values = st.SearchStrategy[Any]

TEXTS = st.text(st.characters(), max_size=20)  # lone surrogates and NUL too
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
FORMATS: dict[str, Values] = {
    "date": st.dates().map(str),
    "date-time": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
}
WORDS = [
    "Europe/Paris", "UTC", "Factory", "localtime", "../x", "ben@corp.example", "x@", "", "1-1",
    "2026-12-01T09:00:00", "2026-12-01T10:00", "9999-12-31T23:59:59", "2026-02-30", "\0", "\ud800",
]  # fmt: skip


def values_for(schema: dict[str, Any]) -> Values:
    """Sometimes anything at all, in any place."""
    return st.one_of(_fitting(schema), _fitting(schema), _fitting(schema), ANYTHING)


def _fitting(schema: dict[str, Any]) -> Values:
    if "$ref" in schema:
        return _fitting(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([values_for(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds: dict[str, Callable[[dict[str, Any]], Values]] = {
        "object": _object,
        "array": lambda listed: st.lists(values_for(listed["items"]), max_size=3),
        "string": _text,
        "integer": lambda number: st.integers(number["minimum"], number["maximum"]),
        "boolean": lambda _: st.booleans(),
        "null": lambda _: st.none(),
    }
    return kinds[schema["type"]](schema)


def _object(schema: dict[str, Any]) -> Values:
    keys = {key: values_for(each) for key, each in schema["properties"].items()}
    required = {key: keys.pop(key) for key in schema["required"]}
    fitting = st.fixed_dictionaries(required, optional=keys)
    return st.one_of(fitting, fitting, fitting | st.dictionaries(TEXTS, ANYTHING, max_size=2))


def _text(schema: dict[str, Any]) -> Values:
    return FORMATS.get(schema.get("format", ""), st.sampled_from(WORDS) | TEXTS)
