"""Google's own description of the Calendar API, as the installed client library ships it.

`EXCEPTIONS` is the whole difference between it and our contract, which wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

Schema = Mapping[str, Any]
Found = list[str]
Json = Any

# Where the contract goes beyond or against the description.
EXCEPTIONS = frozenset({
    # "ms (number or string)" (10.1).
    "Channel.expiration: int instead of string",
    "Channel.expiration: float instead of string",
})  # fmt: skip
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
LISTED = re.compile(r'^- "([^"]*)"', re.MULTILINE)
READ_ONLY = ": read-only"
NULL = ": NoneType instead of "
SOME = "Some of the possible values"
PRINTED_DEFAULTS = frozenset({"kind", "eventType"})


@dataclass(frozen=True)
class Method:
    id: str
    verb: str
    path: re.Pattern[str]
    parameters: Mapping[str, Schema]
    request: Schema | None
    response: Schema | None


@cache
def document() -> Schema:
    shipped = files("googleapiclient") / "discovery_cache" / "documents" / "calendar.v3.json"
    found: Schema = json.loads(shipped.read_text(encoding="utf-8"))
    return found


@cache
def methods() -> tuple[Method, ...]:
    """Those with a fixed last segment first: `events/import` is no event id."""
    found = list(_methods(document()["resources"]))
    return tuple(sorted(found, key=lambda each: each.path.pattern.endswith("+)")))


def _methods(resources: Schema) -> Iterator[Method]:
    common = document()["parameters"]
    for resource in resources.values():
        for described in resource.get("methods", {}).values():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", described["path"])
            yield Method(
                described["id"].removeprefix("calendar."),
                described["httpMethod"],
                re.compile(pattern),
                {**common, **described.get("parameters", {})},
                described.get("request"),
                described.get("response"),
            )
        yield from _methods(resource.get("resources", {}))


def method(verb: str, path: str) -> Method | None:
    for each in methods():
        if each.verb == verb and each.path.fullmatch(path):
            return each
    return None


def faults_sent(schema: Schema, value: object, by: Method, *, ours: bool) -> Found:
    """`ours`: read-only properties and nulls, which Google ignores, are held against the sender."""
    found: Found = []
    _check(schema, value, "", found, by)
    mild = () if ours else (READ_ONLY, *(f"{NULL}{kind}" for kind in TYPES))
    return [fault for fault in found if fault not in EXCEPTIONS and not fault.endswith(mild)]


def faults_answered(schema: Schema, value: object) -> Found:
    found: Found = []
    _check(schema, value, "", found, None)
    return found


def parameter_fault(schema: Schema, text: str) -> str | None:
    kind = schema["type"]
    if kind == "boolean" and text not in ("true", "false"):
        return "no boolean"
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", text):
            return "no integer"
        if (
            not int(schema.get("minimum", -(2**31)))
            <= int(text)
            <= int(schema.get("maximum", 2**31 - 1))
        ):
            return "out of range"
    if "enum" in schema and text not in schema["enum"]:
        return "not in the list"
    if schema.get("format") == "date-time" and not is_moment(text, offset=True):
        return "no moment with an offset"
    return None


def is_moment(text: str, *, offset: bool) -> bool:
    match = MOMENT.fullmatch(text)
    if not match or (offset and not match[2]):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check(schema: Schema, value: Json, at: str, found: Found, by: Method | None) -> None:
    """`by`: the method it was sent with; None: it was answered."""
    if "$ref" in schema:
        at = str(schema["$ref"])
        schema = document()["schemas"][at]
    kind = schema["type"]
    if kind == "any":
        return
    if value is None and by is not None and by.verb == "PATCH":
        return
    fits = isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not fits:
        found.append(f"{at}: {type(value).__name__} instead of {kind}")
    elif kind == "object":
        _check_object(schema, value, at, found, by)
    elif kind == "array":
        for each in value:
            _check(schema["items"], each, f"{at}[]", found, by)
    elif fault := _scalar_fault(schema, value, answered=by is None):
        found.append(f"{at}: {fault}")


def _check_object(schema: Schema, value: Schema, at: str, found: Found, by: Method | None) -> None:
    known = schema.get("properties", {})
    more = schema.get("additionalProperties")
    for name, content in value.items():
        where = f"{at}.{name}"
        described = known.get(name, more)
        if described is None:
            found.append(f"{where}: unknown")
            continue
        _check(described, content, where if name in known else f"{at}.*", found, by)
        if by is not None and name in known and _is_read_only(described, by):
            found.append(f"{where}{READ_ONLY}")
        if by is None and name not in PRINTED_DEFAULTS and _is_default(described, content):
            found.append(f"{where}: a default is printed (4.1)")
    for name, described in known.items():
        required = described.get("annotations", {}).get("required", ())
        if by is not None and f"calendar.{by.id}" in required and name not in value:
            found.append(f"{at}.{name}: missing")


def _is_read_only(schema: Schema, by: Method) -> bool:
    words = schema.get("description", "")
    return (
        "ead-" in words
        and "read-only" in words.lower()
        and (by.id != "events.import" or "except when importing" not in words)
    )


def _is_default(schema: Schema, value: object) -> bool:
    default = schema.get("default")
    return default is not None and default == (
        str(value).lower() if isinstance(value, bool) else value
    )


def _scalar_fault(schema: Schema, value: Json, *, answered: bool) -> str | None:
    form = schema.get("format")
    if form == "int32" and not -(2**31) <= value < 2**31:
        return "no int32"
    if form == "int64" and not re.fullmatch(r"-?\d+", str(value)):
        return "no int64 in a string"
    if form == "date-time" and not is_moment(value, offset=answered):
        return "no moment"
    if form == "date" and not _is_date(value):
        return "no date"
    if isinstance(value, str) and (listed := _listed(schema.get("description", ""))):
        return None if value in listed else "not in the list"
    if "minimum" in schema and value < int(schema["minimum"]):
        return "too small"
    if "maximum" in schema and value > int(schema["maximum"]):
        return "too great"
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@cache
def _listed(description: str) -> frozenset[str]:
    """The values a description enumerates; empty: it does not."""
    if "ossible value" not in description or SOME in description:
        return frozenset()
    return frozenset(LISTED.findall(description))
