"""Whatever one item of a page says, the others are told (contract §3.3, §3.4, §3.8, Q20, Q27)."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sync.engine.sync import ChangeSet
from calendar_sync.providers.graph import wire
from calendar_sync.providers.graph.client import Client
from calendar_sync.providers.graph.collection import GraphCollection
from calendar_sync.providers.graph.convert import Mailbox
from support.graph import REVIEW, moment
from support.graph_account import WINDOW
from support.outlook import ROOT
from support.wire import Reply, Script, a_session, json_replies

END = {"@odata.deltaLink": f"{ROOT}/me/calendarView/delta?$deltatoken=1"}
TEAMS = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
NAMELESS = {"emailAddress": {"name": "Room 4", "address": None}}
LEGACY = {"emailAddress": {"name": "Eva", "address": "/o=Contoso/ou=First/cn=Recipients/cn=eva"}}
PATTERN = {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"}
RANGE = {"type": "noEnd", "startDate": "2026-12-01", "recurrenceTimeZone": "UTC"}
WEEKLY = {"pattern": PATTERN, "range": RANGE}


def collection(script: Script) -> GraphCollection:
    mailbox = Mailbox(("paul@contoso.example",))
    return GraphCollection(Client(a_session(script), ROOT), WINDOW, mailbox)


def told(*rows: dict[str, Any], series: dict[str, Any] | None = None) -> ChangeSet:
    """A page of these and of one that is all right."""
    page = {"value": [*rows, REVIEW | {"id": "good"}], **END}
    answers = [page] if series is None else [page, series]
    return collection(Script(*json_replies(*answers))).changes(None)


@pytest.mark.parametrize(
    "oddity",
    [
        pytest.param({**TEAMS, "onlineMeeting": None}, id="Teams without a meeting yet"),
        pytest.param({**TEAMS, "onlineMeeting": {"joinUrl": None}}, id="Teams without an address"),
        pytest.param({"onlineMeeting": {}}, id="an empty meeting"),
        pytest.param({"onlineMeetingProvider": None}, id="no kind of meeting"),
        pytest.param({"attendees": [NAMELESS]}, id="a guest without address"),
        pytest.param({"attendees": [{"emailAddress": None}]}, id="a guest without anything"),
        pytest.param({"attendees": [{"status": None}]}, id="a guest without an answer"),
        pytest.param({"attendees": [LEGACY]}, id="an X.500 address"),
        pytest.param({"attendees": None}, id="no list of guests"),
        pytest.param({"attendees": [None]}, id="nobody on the list of guests"),
        pytest.param(
            {"onlineMeeting": {"joinUrl": "https://x.example", "phones": [None]}, **TEAMS},
            id="no telephone",
        ),
        pytest.param({"organizer": LEGACY}, id="an organizer's X.500 address"),
        pytest.param({"organizer": {"emailAddress": None}}, id="an organizer without anything"),
        pytest.param({"organizer": None}, id="no organizer"),
        pytest.param({"location": None, "locations": [None]}, id="places of nothing"),
        pytest.param({"responseStatus": None}, id="no answer"),
        pytest.param({"subject": None, "body": None}, id="no text"),
        pytest.param({"categories": None}, id="no list of categories"),
        pytest.param({"categories": ["Blue", None, ""]}, id="categories without a name"),
        pytest.param({"reminderMinutesBeforeStart": 2**31 - 1}, id="a reminder in the stone age"),
        pytest.param({"reminderMinutesBeforeStart": -90}, id="a reminder afterwards"),
        pytest.param(
            {"responseStatus": {"response": "none", "time": "0001-01-01T00:00:00Z"}},
            id="an answer of the year 1",
        ),
        pytest.param({"lastModifiedDateTime": "0001-01-01T00:00:00Z"}, id="changed in the year 1"),
        pytest.param({"createdDateTime": "9999-12-31T23:59:59Z"}, id="made in the year 9999"),
        pytest.param(
            {"originalStartTimeZone": "tzone://Microsoft/Custom"}, id="one zone of its own"
        ),
        pytest.param(
            {"singleValueExtendedProperties": [None, {"id": None}, {"id": wire.MARK}]},
            id="marks of nothing",
        ),
        pytest.param({"showAs": "unknown", "sensitivity": None, "importance": None}, id="values"),
    ],
)
def test_an_oddity_is_read_all_the_same(oddity: dict[str, Any]) -> None:
    found = told(REVIEW | {"id": "odd"} | oddity)

    assert [row.href for row in found.resources] == ["odd", "good"]
    assert found.unreadable == ()


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"start": None}, "no_time"),
        ({"end": {"dateTime": None, "timeZone": "UTC"}}, "no_time"),
        ({"start": moment("soon")}, "no_time"),
        ({"start": moment("0001-01-01T00:00:00.0000000")}, "time_out_of_range"),
        ({"end": moment("9999-12-31T23:59:59.9999999")}, "time_out_of_range"),
        (
            dict.fromkeys(("originalStartTimeZone", "originalEndTimeZone"), "Mars"),
            "unknown_time_zone",
        ),
        (
            dict.fromkeys(
                ("originalStartTimeZone", "originalEndTimeZone"), "tzone://Microsoft/Custom"
            ),
            "unknown_time_zone",
        ),
    ],
)
def test_what_cannot_be_told_stops_nothing(broken: dict[str, Any], code: str) -> None:
    found = told(REVIEW | {"id": "bad"} | broken)

    assert [row.href for row in found.resources] == ["good"]
    assert found.unreadable == (("bad", code),)


@pytest.mark.parametrize(
    ("broken", "unreadable"),
    [
        ({"recurrence": None}, (("s", "unknown_recurrence"),)),
        ({"recurrence": {"pattern": {"type": "lunar"}}}, (("s", "unknown_recurrence"),)),
        (
            {"recurrence": {**WEEKLY, "pattern": {**PATTERN, "daysOfWeek": ["someday"]}}},
            (("s", "unknown_recurrence"),),
        ),
        (
            {"recurrence": {**WEEKLY, "pattern": {**PATTERN, "daysOfWeek": [None]}}},
            (("s", "unknown_recurrence"),),
        ),
        ({"start": moment("0001-01-01T00:00:00.0000000")}, (("s", "time_out_of_range"),)),
    ],
)
def test_a_series_that_cannot_be_told_stops_nothing(
    broken: dict[str, Any], unreadable: tuple[tuple[str, str], ...]
) -> None:
    series = REVIEW | {"id": "s", "type": "seriesMaster", "recurrence": WEEKLY} | broken
    found = told({"id": "s", "type": "seriesMaster"}, series=series)

    assert [row.href for row in found.resources] == ["good"]
    assert found.unreadable == unreadable


@pytest.mark.parametrize(
    "broken", [{"end": None}, {"start": None}, {"start": moment("9999-12-31T23:59:59")}]
)
def test_a_date_that_cannot_be_told_leaves_its_series(broken: dict[str, Any]) -> None:
    date = REVIEW | {"id": "d", "type": "exception", "seriesMasterId": "s"}
    date |= {"originalStart": "2026-12-08T09:00:00Z"} | broken
    series = REVIEW | {"id": "s", "type": "seriesMaster", "recurrence": WEEKLY}
    series |= {"exceptionOccurrences": [None, date], "cancelledOccurrences": [None, "OID.s.soon"]}
    found = told({"id": "s", "type": "seriesMaster"}, series=series)

    assert {row.href for row in found.resources} == {"s", "good"}
    assert [href for href, _ in found.unreadable] == ["d", "s"]


def test_a_series_that_is_refused_stops_nothing() -> None:
    """An id of another mailbox, or of another kind: 400 for this one alone."""
    body = b'{"error": {"code": "ErrorInvalidIdMalformed"}}'
    page = {"value": [{"id": "s", "type": "seriesMaster"}, REVIEW | {"id": "good"}], **END}
    script = Script(*json_replies(page), Reply(400, body))

    found = collection(script).changes(None)

    assert [row.href for row in found.resources] == ["good"]
    assert found.unreadable == (("s", "errorinvalididmalformed"),)
