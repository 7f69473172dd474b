"""docs/errors.md is complete: every class of the tree, every code, in the words people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from calendar_sync.actions.attention import REASONS
from calendar_sync.actions.runs import ERRORS, in_words
from calendar_sync.engine import errors
from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    ConfigurationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
    SyncStateLost,
)
from calendar_sync.providers.google import errors as google
from calendar_sync.providers.google import oauth as google_sign_in
from calendar_sync.providers.graph import errors as graph
from calendar_sync.providers.http import NotSent

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([\w.]+)` \|(?: `(\w+)` \|)? ([^|]+) \|$", re.MULTILINE)
ENDING = (
    Retryable,
    NotSent,
    AuthorizationInvalid,
    ConfigurationInvalid,
    SyncStateLost,
    CollectionUnavailable,
)
"""What ends a run; the others are about one object."""


def rows() -> tuple[dict[str, str], dict[str, str]]:
    """Codes that end a run and codes of one event, with their words."""
    _, codes = DOCUMENT.split("### Codes that end a run")
    found = ROW.findall(codes)
    return (
        {code: words for code, kind, words in found if kind},
        {code: words for code, kind, words in found if not kind},
    )


def raised() -> Iterator[tuple[str, str]]:
    """(class, code) wherever one of these errors is made with a code of our own."""
    for file in sorted((ROOT / "calendar_sync").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = ast.unparse(node.func).rpartition(".")[2]
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield name, first.value


def test_document_says_what_people_read() -> None:
    assert rows() == (dict(ERRORS), dict(REASONS))


def test_every_class_has_its_row() -> None:
    classes = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, SyncError) and kind is not SyncError
    }

    assert {name for name in classes if f"| `{name}` | " not in DOCUMENT} == set()
    assert classes == {kind.__name__ for kind in (*ENDING, Conflict, Rejected)} - {"NotSent"}


def test_every_code_of_ours_has_words() -> None:
    names = {kind.__name__ for kind in ENDING}
    found = set(raised())

    ending = {code for name, code in found if name in names}
    refusing = {code for name, code in found if name == "Rejected"}

    assert len(ending) >= 15
    assert ending - ERRORS.keys() == set()
    assert refusing - REASONS.keys() == set()


def test_every_code_of_a_provider_that_we_know_has_words() -> None:
    reasons = {reason for (_, reason), kind in google.BY_REASON.items() if kind in ENDING}
    known = {
        *reasons,
        *google.QUOTAS,
        *google_sign_in.DENIED,
        *google_sign_in.MISCONFIGURED,
        *graph.MAILBOX_CODES,
        *graph._SIGN_IN_AGAIN,
        *graph._CLAIMS,
        *graph._FULL,
    }

    assert known - ERRORS.keys() == set()


def test_a_code_nobody_knows_is_shown_as_it_is() -> None:
    assert in_words("teapot", "Google") == "Google answered “teapot”."
    assert in_words("", "Google") == ""
    assert in_words("timeout", "Outlook") == "Outlook took too long to answer."
    assert in_words("delete", "Google").startswith("Not cancelled there")
    assert in_words("rule_byday", "Google").startswith("Its rule can't be read")


def test_every_reason_why_an_item_is_unreadable_has_words() -> None:
    sources = (ROOT / "calendar_sync" / "providers").glob("*/*.py")
    codes = {
        code
        for source in sources
        for code in re.findall(r'Unreadable\("(\w+)"', source.read_text())
    }

    assert len(codes) >= 9
    unknown = {code for code in codes if in_words(code, "Google").startswith("Google answered")}
    assert unknown == set()
