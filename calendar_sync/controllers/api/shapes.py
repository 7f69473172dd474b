"""Dataclasses as shapes of JSON objects: one declaration reads, writes and is the schema.

The type of a field says its kind; `Annotated[str, Text(100), "What it means."]` says more. Names
are in camel case outside. A field with a default may be left out; `UNSET` is the default of what
then stays unsaid.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from calendar_sync.controllers.api.kinds import (
    Day,
    Flag,
    Instant,
    Kind,
    Listed,
    Nullable,
    Number,
    Refused,
    Text,
    Word,
)

UNSET: Any = object()
PLAIN: Mapping[type, Kind] = {
    str: Text(),
    int: Number(),
    bool: Flag(),
    date: Day(),
    datetime: Instant(),
}


@dataclass(frozen=True)
class Field:
    """`name` in Python, `key` in JSON."""

    name: str
    key: str
    kind: Kind
    description: str
    required: bool
    default: Any

    def schema(self) -> dict[str, Any]:
        schema = self.kind.schema()
        if self.description:
            schema["description"] = self.description
        if not self.required and self.default is not UNSET:
            schema["default"] = written(self.default)
        return schema


class Shape(Kind):
    """A dataclass as a kind. Unknown fields are refused."""

    def __init__(self, of: type) -> None:
        self.of = of
        self.name = of.__name__

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        hints = get_type_hints(self.of, include_extras=True)
        return tuple(
            Field(
                each.name,
                camel_case(each.name),
                kind_of(hints[each.name]),
                _description(hints[each.name]),
                required=each.default is MISSING,
                default=each.default,
            )
            for each in fields(self.of)
        )

    @property
    def keys(self) -> dict[str, Field]:
        return {each.key: each for each in self.fields}

    @property
    def required(self) -> list[str]:
        return [each.key for each in self.fields if each.required]

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{self.name}"}

    def component(self, *, closed: bool) -> dict[str, Any]:
        """The schema behind the reference; a closed one refuses unknown fields."""
        return {
            "type": "object",
            "description": getdoc(self.of) or "",
            "properties": {each.key: each.schema() for each in self.fields},
            "required": self.required,
            **({"additionalProperties": False} if closed else {}),
        }

    def read(self, value: Any) -> Any:  # noqa: ANN401 - JSON in, the dataclass out
        if not isinstance(value, dict):
            raise Refused("Give an object.")
        errors = {f"/{_token(key)}": "There is no such field." for key in value.keys() - self.keys}
        errors |= {f"/{key}": "This is missing." for key in self.required if key not in value}
        found = {}
        for key, each in self.keys.items():
            if key in value:
                try:
                    found[each.name] = each.kind.read(value[key])
                except Refused as refused:
                    errors |= {f"/{key}{at}": text for at, text in refused.errors.items()}
        if errors:
            raise Refused(errors)
        return self.of(**found)


@dataclass(frozen=True)
class Either(Kind):
    """One of several shapes, told apart by the fields only one of them has."""

    shapes: tuple[Shape, ...]

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [shape.schema() for shape in self.shapes]}

    def read(self, value: Any) -> Any:  # noqa: ANN401 - JSON in, a dataclass out
        last = self.shapes[-1]
        given = value.keys() if isinstance(value, dict) else ()
        meant = (shape for shape in self.shapes if shape.required[0] in given)
        return next(meant, last).read(value)


def kind_of(hint: Any) -> Kind:  # noqa: ANN401 - a type, in one of the forms types have
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        kinds = (extra for extra in arguments[1:] if isinstance(extra, Kind))
        return next(kinds, None) or kind_of(arguments[0])
    if origin is Literal:
        return Word(arguments)
    if origin is tuple:
        return Listed(kind_of(arguments[0]))
    if origin in {Union, UnionType}:
        others = [argument for argument in arguments if argument is not NoneType]
        kind = kind_of(others[0]) if len(others) == 1 else Either(tuple(map(shape_of, others)))
        return Nullable(kind) if NoneType in arguments else kind
    return shape_of(hint) if isinstance(hint, type) and is_dataclass(hint) else PLAIN[hint]


@cache
def shape_of(of: type) -> Shape:
    return Shape(of)


def shapes_in(kind: Kind) -> Iterator[Shape]:
    """The shapes a kind is made of, itself included."""
    match kind:
        case Shape():
            yield kind
            for each in kind.fields:
                yield from shapes_in(each.kind)
        case Either():
            for shape in kind.shapes:
                yield from shapes_in(shape)
        case Nullable() | Listed():
            yield from shapes_in(kind.kind)


def written(value: Any) -> Any:  # noqa: ANN401 - a value of a shape in, JSON out
    """An answer as JSON; moments in UTC, what is unset left out."""
    match value:
        case tuple() | list():
            return [written(item) for item in value]
        case ZoneInfo():
            return value.key
        case datetime(tzinfo=None):
            return value.isoformat()
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        return {camel_case(k): written(v) for k, v in given.items() if v is not UNSET}
    return value


def given(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    """The fields of a shape that were sent."""
    named = {each.name: getattr(value, each.name) for each in fields(value)}
    return {name: each for name, each in named.items() if each is not UNSET}


def camel_case(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _description(hint: Any) -> str:  # noqa: ANN401 - a type
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, str)), "")


def _token(key: str) -> str:
    """RFC 6901 §3."""
    return key.replace("~", "~0").replace("/", "~1")
