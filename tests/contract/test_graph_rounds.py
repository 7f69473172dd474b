"""Rounds of changes from the simulated Outlook, with requests counted (contract §5)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import (
    Retryable,
    SyncStateLost,
)
from calendar_sync.engine.sync import SyncToken
from calendar_sync.providers.graph.client import Client
from calendar_sync.providers.graph.collection import GraphCollection
from calendar_sync.providers.graph.convert import Mailbox
from support.graph import REVIEW
from support.graph_account import WINDOW, OutlookAccount, load
from support.outlook import a_body, a_world, moment
from support.wire import Script, a_session, json_replies

BERLIN = ZoneInfo("Europe/Berlin")
BEN = "ben@contoso.example"
DELTA = "GET /graph/v1.0/me/calendarView/delta"
FAR = {"start": moment("2027-09-01T09:00:00"), "end": moment("2027-09-01T10:00:00")}


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1000, 1), (1999, 2)])
def test_complete_round_takes_one_request_per_thousand(
    anna: OutlookAccount, count: int, requests: int
) -> None:
    load(anna, count)

    found = anna.collection.changes(None)

    assert (len(found.resources), found.complete) == (count, True)
    assert anna.requests() == [DELTA] * requests


def test_nothing_changed_takes_one_request(anna: OutlookAccount) -> None:
    load(anna, 30)
    token = anna.collection.changes(None).token
    anna.world.journal.clear()

    found = anna.collection.changes(token)

    assert found.is_empty
    assert anna.requests() == [DELTA]


def test_changes_since_a_token(anna: OutlookAccount) -> None:
    kept, moved, gone = anna.enter(a_body()), anna.enter(a_body()), anna.enter(a_body())
    token = anna.collection.changes(None).token
    anna.world.microsoft.edit("anna", kept, {"subject": "Renamed"})
    anna.world.microsoft.edit("anna", moved, FAR)
    anna.world.microsoft.delete("anna", gone)

    found = anna.collection.changes(token)

    assert [found.resources[0].object.event.summary, len(found.resources)] == ["Renamed", 1]
    assert set(found.vanished) == {moved, gone}
    assert not found.complete


def test_pages_may_be_empty_and_rows_may_come_twice(anna: OutlookAccount) -> None:
    anna.world.knobs["graph.delta_empty_pages"] = 2
    anna.world.knobs["graph.delta_duplicates"] = True
    load(anna, 3)

    found = anna.collection.changes(None)

    assert len(found.resources) == 3
    assert len(anna.requests()) == 3


def test_of_two_words_about_one_event_the_latest_holds() -> None:
    removed = {"id": "b", "@removed": {"reason": "deleted"}}
    first = [
        REVIEW | {"id": "a", "subject": "old"},
        removed,
        REVIEW | {"id": "c"},
        REVIEW | {"id": "d", "lastModifiedDateTime": "2026-11-20T09:00:00.1Z"},
    ]
    last = [
        REVIEW | {"id": "d", "subject": "a replay"},
        {"id": "c", "@removed": {"reason": "deleted"}},
        REVIEW | {"id": "a"},
        REVIEW | {"id": "b"},
    ]
    pages = [
        {"value": first, "@odata.nextLink": "https://graph.example/v1.0/2"},
        {"value": last, "@odata.deltaLink": "https://graph.example/v1.0/3"},
    ]

    found = scripted(Script(*json_replies(*pages))).changes(None)

    assert [(row.href, row.object.event.summary) for row in found.resources] == [
        ("d", "Design review"),
        ("a", "Design review"),
        ("b", "Design review"),
    ]
    assert found.vanished == ("c",)


def scripted(script: Script, mailbox: Mailbox | None = None) -> GraphCollection:
    client = Client(a_session(script), "https://graph.example/v1.0")
    return GraphCollection(client, WINDOW, mailbox or Mailbox(("paul@contoso.example",)))


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ([{"value": [], "@odata.nextLink": "https://graph.example/v1.0/2"}] * 2, "page_loop"),
        ([{"value": []}], "truncated"),
        ([["no page"]], "truncated"),
    ],
)
def test_broken_round_is_tried_again_later(pages: list[object], code: str) -> None:
    with pytest.raises(Retryable) as caught:
        scripted(Script(*json_replies(*pages))).changes(None)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/me/calendarView/delta?$deltatoken=x",
        "http://graph.example/v1.0/me/calendarView/delta?$deltatoken=x",
        "https://graph.example:8443/v1.0/me/calendarView/delta?$deltatoken=x",
    ],
)
def test_token_is_sent_to_our_graph_only(link: str) -> None:
    script = Script()
    start, end = (edge.isoformat() for edge in WINDOW)
    token = SyncToken(json.dumps({"v": 1, "link": link, "start": start, "end": end}))

    with pytest.raises(SyncStateLost):
        scripted(script).changes(token)

    assert script.urls() == []


@pytest.mark.parametrize("text", ["", "x", "[]", '{"v": 1}', '{"link": 1, "start": 2, "end": 3}'])
def test_token_that_is_not_ours_is_lost(anna: OutlookAccount, text: str) -> None:
    with pytest.raises(SyncStateLost):
        anna.collection.changes(SyncToken(text or " "))


def test_token_of_another_mailbox_is_lost(anna: OutlookAccount) -> None:
    token = OutlookAccount(anna.world, "ben").collection.changes(None).token

    with pytest.raises(SyncStateLost):
        anna.collection.changes(token)


@pytest.mark.parametrize(
    "code", ["SyncStateNotFound", "SyncStateInvalid", "resyncRequired", "fullSyncRequired"]
)
def test_forgotten_token_is_lost_and_a_complete_round_follows(
    anna: OutlookAccount, code: str
) -> None:
    load(anna, 3)
    token = anna.collection.changes(None).token
    anna.world.knobs["graph.delta_gone"] = code
    anna.world.journal.clear()

    with pytest.raises(SyncStateLost):
        anna.collection.changes(token)

    assert len(anna.collection.changes(None).resources) == 3
    assert anna.requests() == [DELTA] * 2


def test_token_may_be_lost_in_the_middle_of_a_round(anna: OutlookAccount) -> None:
    load(anna, 1001)
    anna.world.knobs["graph.delta_gone"] = "SyncStateNotFound"
    anna.world.knobs["graph.delta_gone_at"] = "skiptoken"

    with pytest.raises(SyncStateLost):
        anna.collection.changes(None)


@pytest.mark.parametrize(("days", "complete"), [(0, False), (29, False), (30, True), (400, True)])
def test_window_that_rolled_far_is_read_anew(
    anna: OutlookAccount, days: int, complete: bool
) -> None:
    token = anna.collection.changes(None).token
    anna.world.journal.clear()
    later = timedelta(days=days)

    collection = anna.a_collection((WINDOW[0] + later, WINDOW[1] + later))

    assert collection.changes(token).complete is complete
    assert collection.changes(collection.changes(token).token).complete is False
    assert anna.requests() == [DELTA] * 3


def test_window_is_asked_for_a_day_wider(anna: OutlookAccount) -> None:
    anna.enter(a_body(isAllDay=True, start=moment("2027-02-18"), end=moment("2027-02-19")))
    anna.enter(a_body(isAllDay=True, start=moment("2027-02-20"), end=moment("2027-02-21")))

    found = anna.collection.changes(None)

    assert WINDOW[1].date() == date(2027, 2, 18)
    assert [row.object.event.start for row in found.resources] == [date(2027, 2, 18)]


def test_what_cannot_be_told_stops_nothing() -> None:
    rows = [
        REVIEW | {"id": "a", "originalStartTimeZone": "Mars", "originalEndTimeZone": None},
        REVIEW | {"id": "b"},
    ]
    page = {"value": rows, "@odata.deltaLink": "https://graph.example/v1.0/3"}

    found = scripted(Script(*json_replies(page))).changes(None)

    assert [row.href for row in found.resources] == ["b"]
    assert found.unreadable == (("a", "unknown_time_zone"),)


def test_custom_zone_is_told_on_the_clock_of_the_mailbox() -> None:
    custom = "tzone://Microsoft/Custom"
    row = REVIEW | {"originalStartTimeZone": custom, "originalEndTimeZone": custom}
    page = {"value": [row], "@odata.deltaLink": "https://graph.example/v1.0/3"}
    script = Script(*json_replies(page))

    found = scripted(script, Mailbox(("paul@contoso.example",), BERLIN)).changes(None)

    assert found.resources[0].object.event.start == datetime(2026, 12, 1, 10, tzinfo=BERLIN)
