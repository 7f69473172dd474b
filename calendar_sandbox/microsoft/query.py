"""OData system query options: the subset the calendar clients use (contract 3.12 and 4)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from . import extensions, filters, marks, shape, zones
from .errors import bad_request, invalid_query
from .mailbox import Item

Test = Callable[[Item, str], bool]

_SYSTEM = frozenset({
    "select", "expand", "filter", "orderby", "top", "skip", "count", "search", "skiptoken",
    "deltatoken",
})  # fmt: skip
_MOST = 1000
_MARK = re.compile(
    r"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+'((?:[^']|'')*)'"
    r"\s+and\s+\1/value\s+eq\s+'((?:[^']|'')*)'\s*\)",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"categories/any\(\s*(\w+)\s*:\s*\1\s+eq\s+('(?:[^']|'')*')\s*\)", re.IGNORECASE
)
_EXPANDED = re.compile(r"(\w+)(?:\(((?:[^()']|'[^']*')*)\))?")
_WANTED_MARK = re.compile(r"\bid\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)
_EVENT_SETS = frozenset({
    "singleValueExtendedProperties", "multiValueExtendedProperties", "exceptionOccurrences",
    "extensions", "attachments",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """Query options by their lower-case names without `$`, and the rest as given."""

    system: Mapping[str, str]
    other: Mapping[str, str]

    @property
    def select(self) -> tuple[str, ...] | None:
        """Names to return, None for all. Raises GraphError 400 for names no event has."""
        text = self.system.get("select", "").strip()
        if not text or text == "*":
            return None
        names = tuple(name.strip() for name in text.split(","))
        for name in names:
            if name not in shape.PROPERTIES:
                raise bad_request(
                    f"Parsing OData Select and Expand failed: Could not find a property named "
                    f"'{name}' on type 'microsoft.graph.event'."
                )
        return names

    def number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.system.get(name)
        if text is None:
            return default
        if not text.isdigit() or not low <= int(text) <= high:
            raise bad_request(f"Invalid value '{text}' for ${name} query option found.")
        return int(text)

    @property
    def counted(self) -> bool:
        """Raises GraphError 400."""
        text = self.system.get("count", "false").lower()
        if text not in {"true", "false"}:
            raise bad_request(f"Invalid value '{text}' for $count query option found.")
        return text == "true"

    def page(self) -> tuple[int, int]:
        """First row and number of rows; ten by default (Q22)."""
        return self.number("skip", 0, 0, 10**9), self.number("top", 10, 1, _MOST)


def read(arguments: Iterable[tuple[str, str]]) -> Options:
    """`$` may be missing before a system option, and case does not count in names."""
    system, other = {}, {}
    for name, value in arguments:
        bare = name.removeprefix("$").lower()
        if bare in _SYSTEM:
            system[bare] = value
        else:
            other[name.lower()] = value
    return Options(system, other)


@dataclass(frozen=True, slots=True)
class Expansion:
    marks: tuple[str, ...] = ()
    exceptions: bool = False
    exception_select: tuple[str, ...] | None = None
    mark_lists: tuple[str, ...] = ()
    extensions: tuple[str, ...] | None = None
    """Ids asked for, all if empty; None: no extensions are wanted."""
    attachments: bool = False


def expansion(options: Options) -> Expansion:
    """What `$expand` asks for. Raises GraphError 400."""
    text, found = options.system.get("expand", "").strip(), Expansion()
    while text:
        part = _EXPANDED.match(text)
        if part is None or part[1] not in _EVENT_SETS:
            raise bad_request(f"Parsing OData Select and Expand failed: '{text}'.")
        found = _expanded(found, part[1], part[2] or "")
        text = text[part.end() :].lstrip(", ")
    return found


def _expanded(found: Expansion, name: str, inside: str) -> Expansion:
    if name == "exceptionOccurrences":
        chosen = Options({"select": inside.partition("=")[2]}, {}).select if inside else None
        return replace(found, exceptions=True, exception_select=chosen)
    if name == "attachments":
        return replace(found, attachments=True)
    wanted = tuple(text.replace("''", "'") for text in _WANTED_MARK.findall(inside))
    if name == "extensions":
        return replace(found, extensions=wanted)
    if not wanted:
        raise bad_request(f"{name} needs a $filter on id when expanded.")
    is_list = name == "multiValueExtendedProperties"
    for text in wanted:
        (marks.canonical_array if is_list else marks.canonical)(text)
    return replace(found, mark_lists=wanted) if is_list else replace(found, marks=wanted)


def condition(options: Options) -> Test:
    """The test of `$filter`. Raises GraphError 400 for what events cannot be filtered by."""
    test = filters.parse(options.system.get("filter", ""), _term)
    if test is None:
        return lambda _item, _ical_uid: True
    return lambda item, ical_uid: test((item, ical_uid))


def _term(text: str) -> tuple[filters.Test[tuple[Item, str]], str]:
    """One condition at the beginning of `text`, and what follows it."""
    test, rest = _condition(text)
    return (lambda pair: test(*pair)), rest


def _condition(text: str) -> tuple[Test, str]:
    mark = _MARK.match(text)
    if mark is not None:
        return _has_mark(mark[2], mark[3]), text[mark.end() :]
    extended = extensions.condition(text)
    if extended is not None:
        has, rest = extended
        return (lambda item, _: has(item)), rest
    category = _CATEGORY.match(text)
    if category is not None:
        wanted = filters.text(category[2])
        return (lambda item, _: wanted in item.values["categories"]), text[category.end() :]
    function = filters.function(text)
    if function is not None:
        value_of = _filtered(function.name, "text")
        holds = function.test
        return (lambda item, ical_uid: holds(value_of(item, ical_uid))), text[function.end :]
    compared = filters.compared(text)
    if compared is None:
        raise bad_request(f"Invalid filter clause: '{text}'.")
    test = _comparison(compared.name, compared.operator, compared.literal)
    return test, text[compared.end :]


def _filtered(name: str, kind: str) -> Callable[[Item, str], object]:
    if name not in _FILTERED or _FILTERED[name][0] != kind:
        raise invalid_query(f"The property '{name}' does not support this filter.")
    return _FILTERED[name][1]


def _has_mark(name: str, value: str) -> Test:
    """The name is compared by case, the value is not (contract 3.12)."""
    wanted, text = marks.canonical(name.replace("''", "'")), value.replace("''", "'").lower()
    return lambda item, _: item.marks.get(wanted, "\0").lower() == text


def _comparison(name: str, operator: str, literal: str) -> Test:
    compare = _OPERATORS[operator]
    if name not in _FILTERED:
        raise invalid_query(f"The property '{name}' does not support filtering.")
    kind, value_of = _FILTERED[name]
    wanted = _wanted(kind, literal)
    if operator in {"eq", "ne"}:
        return lambda item, ical_uid: compare(value_of(item, ical_uid), wanted)
    if wanted is None:
        raise bad_request(f"'{literal}' cannot be compared by '{operator}'.")

    def passes(item: Item, ical_uid: str) -> bool:
        value = value_of(item, ical_uid)
        return value is not None and compare(value, wanted)

    return passes


def _wanted(kind: str, literal: str) -> object:
    """The value of a literal, None for null. Raises GraphError 400 for one of another kind."""
    if kind == "time":
        return zones.instant(filters.text(literal))
    if kind == "flag" and literal.lower() in {"true", "false"}:
        return literal.lower() == "true"
    if kind == "text" and (literal.startswith("'") or literal == "null"):
        return None if literal == "null" else filters.text(literal)
    raise bad_request(f"Invalid filter clause: '{literal}' has another type than its property.")


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "ge": lambda one, other: one >= other,
    "gt": lambda one, other: one > other,
    "le": lambda one, other: one <= other,
    "lt": lambda one, other: one < other,
}
_FILTERED: dict[str, tuple[str, Callable[[Item, str], object]]] = {
    "subject": ("text", lambda item, _: item.subject),
    "iCalUId": ("text", lambda _, ical_uid: ical_uid),
    "isAllDay": ("flag", lambda item, _: item.all_day),
    "start/dateTime": ("time", lambda item, _: item.start),
    "end/dateTime": ("time", lambda item, _: item.end),
    "lastModifiedDateTime": ("time", lambda item, _: item.modified),
    "createdDateTime": ("time", lambda item, _: item.created),
}
_ORDERED: dict[str, Callable[[Item], str | datetime]] = {
    "start/dateTime": lambda item: item.start,
    "end/dateTime": lambda item: item.end,
    "subject": lambda item: item.subject or "",
    "lastModifiedDateTime": lambda item: item.modified,
    "createdDateTime": lambda item: item.created,
}


def ordered(items: Iterable[Item], options: Options) -> list[Item]:
    """By `$orderby`; unspecified without it: here by age. Raises GraphError 400."""
    rows = sorted(items, key=lambda item: item.serial)
    for term in reversed(options.system.get("orderby", "").split(",")):
        words = term.split()
        if not words:
            continue
        if words[0] not in _ORDERED or words[1:] not in ([], ["asc"], ["desc"]):
            raise invalid_query(f"Cannot order by '{term}'.")
        rows.sort(key=_ORDERED[words[0]], reverse=words[1:] == ["desc"])
    return rows
