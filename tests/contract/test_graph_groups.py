"""Calendars of Microsoft 365 groups, against answers as Graph's reference shows them.

The contract knows no groups, and so the simulated Graph has none: "List a user's direct
memberships", "List group calendarView" and "Get event" of the reference stand in for it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    Retryable,
    SyncError,
    SyncStateLost,
)
from calendar_sync.engine.ports import CalendarCollection
from calendar_sync.engine.sync import Href, SyncToken
from calendar_sync.providers.graph import PROVIDER, rounds
from calendar_sync.providers.hooks import Hook
from calendar_sync.providers.registry import LIST_GROUPS, RemoteCalendar
from support.graph import REVIEW
from support.graph_account import ENDPOINTS
from support.wire import NOON, Reply, Script, StoppedClock, a_session, json_replies

ROOT = ENDPOINTS["graph"]
ID = "02bd9fd6-8f93-4758-87c3-1fb73740a315"
PLACE = f"{ROOT}/groups/{ID}"
VIEW = f"{PLACE}/calendarView?startDateTime=2025-11-18T12:00:00Z&endDateTime=2028-11-21T12:00:00Z"
NEXT = f"{PLACE}/calendarView?startDateTime=2025-11-18&endDateTime=2028-11-21&$skip=10"
GROUP = {
    "@odata.type": "#microsoft.graph.group",
    "id": ID,
    "displayName": "HR Taskforce",
    "mail": "HRTaskforce@contoso.example",
    "groupTypes": ["Unified"],
    "securityEnabled": False,
}
TEAM = {"emailAddress": {"name": "HR Taskforce", "address": "HRTaskforce@contoso.example"}}
MINE = RemoteCalendar(
    f"groups/{ID}", "HR", "", writable=False, is_own=False, owner="hrtaskforce@contoso.example"
)
RULE = {
    "pattern": {"type": "daily", "interval": 1},
    "range": {"type": "noEnd", "startDate": "2026-12-01", "recurrenceTimeZone": "UTC"},
}


def a_single(name: str) -> dict[str, Any]:
    return REVIEW | {"id": name, "type": "singleInstance", "organizer": TEAM, "isOrganizer": True}


def a_date(name: str, kind: str = "occurrence") -> dict[str, Any]:
    return a_single(name) | {"type": kind, "seriesMasterId": "series"}


def a_series() -> dict[str, Any]:
    return a_single("series") | {"type": "seriesMaster", "recurrence": RULE}


def collection(script: Script, minutes: float = 0) -> CalendarCollection:
    """As a run so long after noon has it."""
    clock = StoppedClock(NOON + timedelta(minutes=minutes))
    return PROVIDER.collection(a_session(script, clock), ENDPOINTS, MINE)


def asked(script: Script) -> list[str]:
    return [f"{row.method} {unquote(str(row.url))}" for row in script.requests]


def refusal(status: int, code: str) -> Reply:
    return Reply(status, json.dumps({"error": {"code": code}}).encode())


def test_groups_take_a_scope_of_their_own() -> None:
    assert PROVIDER.lacks(LIST_GROUPS, PROVIDER.scopes) == "Group.Read.All"
    assert PROVIDER.lacks(LIST_GROUPS, [*PROVIDER.scopes, "Group.Read.All"]) == ""
    assert "Group.Read.All" not in PROVIDER.scopes


def test_groups_with_a_calendar_are_listed_on_all_pages() -> None:
    rights = {**GROUP, "id": "1", "displayName": "All Users", "groupTypes": []}
    role = {"@odata.type": "#microsoft.graph.directoryRole", "id": "2", "displayName": "Reader"}
    dynamic = {**GROUP, "id": "3", "groupTypes": ["DynamicMembership", "Unified"], "mail": None}
    link = f"{ROOT}/me/memberOf?$skiptoken=x"
    pages = [{"value": [rights, role, GROUP], "@odata.nextLink": link}, {"value": [dynamic]}]
    script = Script(*json_replies(*pages))

    first, second = PROVIDER.list_groups(a_session(script), ENDPOINTS)

    assert asked(script) == [f"GET {ROOT}/me/memberOf", f"GET {link}"]
    assert (first.id, first.name, first.role) == (f"groups/{ID}", "HR Taskforce", "reader")
    assert (first.is_group, first.owner) == (True, "hrtaskforce@contoso.example")
    assert (second.id, second.owner, second.is_own) == ("groups/3", "", False)


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (403, "Authorization_RequestDenied", AuthorizationInvalid, "authorization_requestdenied"),
        (403, "ErrorAccessDenied", AuthorizationInvalid, "groups_refused"),
        (400, "BadRequest", AuthorizationInvalid, "groups_refused"),
        (404, "ResourceNotFound", AuthorizationInvalid, "groups_refused"),
        (429, "TooManyRequests", Retryable, "toomanyrequests"),
    ],
)
def test_groups_that_are_not_shown(
    status: int, code: str, kind: type[SyncError], said: str
) -> None:
    """Consent withdrawn, a personal account, a cloud without them."""
    script = Script(*[refusal(status, code)] * 3)
    with pytest.raises(kind) as refused:
        PROVIDER.list_groups(a_session(script), ENDPOINTS)
    assert refused.value.code == said


def test_the_calendar_is_read_whole_and_series_once() -> None:
    pages = [
        {
            "value": [a_single("one"), a_date("a"), a_date("b", "exception")],
            "@odata.nextLink": NEXT,
        },
        {"value": [a_date("c"), a_single("two")]},
    ]
    script = Script(*json_replies(*pages, a_series()))

    found = collection(script).changes(None)

    assert found.complete
    assert [(row.href, row.read_only) for row in found.resources] == [
        ("one", "no_write_access"),
        ("two", "no_write_access"),
        ("series", "no_write_access"),
    ]
    assert not any(row.organized_by_owner for row in found.resources)
    first, second, third = asked(script)
    assert (first, second) == (f"GET {VIEW}", f"GET {NEXT}")
    assert third.startswith(f"GET {PLACE}/events/series?$select=")


def test_each_look_is_complete_again() -> None:
    page = {"value": [a_single("one")]}
    script = Script(*json_replies(page, page, {"value": []}))

    first = collection(script).changes(None)
    again = collection(script, minutes=2).changes(first.token)
    gone = collection(script, minutes=4).changes(again.token)

    assert [len(each.resources) for each in (first, again, gone)] == [1, 1, 0]
    assert (again.complete, gone.complete, gone.vanished) == (True, True, ())
    assert [each.partition("?")[0] for each in asked(script)] == [f"GET {PLACE}/calendarView"] * 3


def test_a_look_is_enough_for_two_minutes() -> None:
    """One's own edits bring runs about, and none of them is about the group."""
    script = Script(*json_replies({"value": [a_single("one")]}))
    first = collection(script).changes(None)

    again = collection(script, minutes=1.9).changes(first.token)

    assert (again.is_empty, again.token) == (True, first.token)
    assert asked(script) == [f"GET {VIEW}"]


def test_a_large_one_comes_in_portions() -> None:
    many = [a_single(f"e{number}") for number in range(rounds.PORTION)]
    pages = [{"value": many, "@odata.nextLink": NEXT}, {"value": [a_single("last")]}]
    script = Script(*json_replies(*pages))
    place = collection(script)

    portion = place.changes(None)
    rest = place.changes(portion.token)

    assert (portion.more, portion.complete, len(portion.resources)) == (True, False, 2000)
    assert (rest.complete, [row.href for row in rest.resources]) == (True, ["last"])
    assert asked(script) == [f"GET {VIEW}", f"GET {NEXT}"]


def test_events_are_read_again_behind_the_groups_path() -> None:
    script = Script(*json_replies(a_single("one")))

    found = collection(script).get([Href("one")])

    assert found[Href("one")] is not None
    (only,) = asked(script)
    assert only.startswith(f"GET {PLACE}/events/one?$expand=singleValueExtendedProperties")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "ErrorAccessDenied", CollectionUnavailable),
        (404, "ErrorItemNotFound", CollectionUnavailable),
        (404, "Request_ResourceNotFound", CollectionUnavailable),
        (403, "Authorization_RequestDenied", CollectionUnavailable),
        (401, "InvalidAuthenticationToken", AuthorizationInvalid),
    ],
)
def test_a_group_that_is_out_of_reach(status: int, code: str, kind: type[SyncError]) -> None:
    with pytest.raises(kind):
        collection(Script(refusal(status, code))).changes(None)


def test_a_token_of_nobodys_is_lost() -> None:
    with pytest.raises(SyncStateLost):
        collection(Script()).changes(SyncToken("x"))


def test_no_hook_is_asked_for() -> None:
    """Graph tells conversations of a group, and nothing of its calendar."""
    script = Script()
    hook = Hook("k" * 32, "https://cal.example/webhooks/outlook/k", "s3cret")
    with pytest.raises(CollectionUnavailable) as refused:
        PROVIDER.hooks(a_session(script), ENDPOINTS).open(MINE.id, hook)
    assert (refused.value.code, asked(script)) == ("push.group", [])
