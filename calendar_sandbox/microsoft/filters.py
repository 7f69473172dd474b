"""The grammar of `$filter`: `and`, `or`, `not`, parentheses, functions (contract 4).

What a single condition may be is the collection's business: a term reads one condition at the
beginning of a text and returns the test and what follows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .errors import GraphError, bad_request, invalid_query

T = TypeVar("T")
Test = Callable[[T], bool]
Term = Callable[[str], tuple[Test[T], str]]

_DEEPEST = 20
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_NOT = re.compile(r"not(?:\s+|(?=\())", re.IGNORECASE)
_FUNCTION = re.compile(r"(\w+)\(\s*([\w/]+)\s*,\s*('(?:[^']|'')*')\s*\)", re.IGNORECASE)
_COMPARED = re.compile(r"([\w/]+)\s+(eq|ne|ge|gt|le|lt)\s+('(?:[^']|'')*'|[^\s()]+)", re.IGNORECASE)
_ANY_FUNCTION = re.compile(r"(\w+)\s*\(")
_KNOWN: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "contains": str.__contains__,
}


def parse(text: str, term: Term[T]) -> Test[T] | None:
    """None for an empty filter. Raises GraphError 400."""
    text = text.strip()
    if not text:
        return None
    test, rest = _either(text, term, 0)
    if rest.strip():
        raise _unclear(rest)
    return test


def _either(text: str, term: Term[T], depth: int) -> tuple[Test[T], str]:
    first, text = _both(text, term, depth)
    tests = [first]
    while joint := _OR.match(text):
        test, text = _both(text[joint.end() :], term, depth)
        tests.append(test)
    return (lambda row: any(test(row) for test in tests)), text


def _both(text: str, term: Term[T], depth: int) -> tuple[Test[T], str]:
    first, text = _one(text, term, depth)
    tests = [first]
    while joint := _AND.match(text):
        test, text = _one(text[joint.end() :], term, depth)
        tests.append(test)
    return (lambda row: all(test(row) for test in tests)), text


def _one(text: str, term: Term[T], depth: int) -> tuple[Test[T], str]:
    if depth > _DEEPEST:
        raise bad_request("The node count limit of the filter expression has been exceeded.")
    if negated := _NOT.match(text):
        test, text = _one(text[negated.end() :], term, depth + 1)
        return (lambda row: not test(row)), text
    if text.startswith("("):
        test, text = _either(text[1:].lstrip(), term, depth + 1)
        text = text.lstrip()
        if not text.startswith(")"):
            raise _unclear(text)
        return test, text[1:]
    return term(text)


def text(literal: str) -> str:
    """The value of a literal: a quoted string, or a word as it stands."""
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal


@dataclass(frozen=True, slots=True)
class Function:
    """A call at the beginning of a filter: the property's name, a test of its value, its end."""

    name: str
    test: Callable[[object], bool]
    end: int


def function(source: str) -> Function | None:
    """None if there is no call. Raises GraphError 400 for functions that are not supported."""
    called = _ANY_FUNCTION.match(source)
    if called is None:
        return None
    found = _FUNCTION.match(source)
    test = _KNOWN.get(called[1].lower())
    if test is None:
        raise invalid_query(f"The function '{called[1]}' is not supported in this filter.")
    if found is None:
        raise _unclear(source)
    wanted = text(found[3]).lower()
    return Function(
        found[2], lambda value: isinstance(value, str) and test(value.lower(), wanted), found.end()
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison at the beginning of a filter, and its end."""

    name: str
    operator: str
    literal: str
    end: int


def compared(source: str) -> Comparison | None:
    found = _COMPARED.match(source)
    if found is None:
        return None
    return Comparison(found[1], found[2].lower(), found[3], found.end())


def _unclear(rest: str) -> GraphError:
    return bad_request(f"Invalid filter clause: '{rest}'.")
