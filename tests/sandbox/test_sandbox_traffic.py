"""The validators of traffic notice what they are for, on both sides of both vendors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import google_traffic, graph_traffic
from support.discovery import document
from support.exchange import Exchange
from support.gcal import Gcal, a_body, a_sandbox
from support.outlook import Outlook, a_world
from support.outlook import a_body as an_outlook_body
from support.traffic import validated

Faults = Callable[[Exchange], Iterator[str]]
EVENTS = "calendar/v3/calendars/primary/events"
MOMENT = "2026-12-01T09:00:00Z"
TIMES = {"start": {"dateTime": MOMENT}, "end": {"dateTime": MOMENT}}
ITEM = {"domain": "global", "reason": "notFound", "message": "Not Found"}


def seen(
    faults: Faults,
    method: str,
    path: str,
    sent: object = None,
    answered: object = None,
    status: int = 200,
    **headers: str,
) -> list[str]:
    path, _, query = path.partition("?")
    names = {"content-type": "application/json", "answer-content-type": "application/json"}
    body = b"" if sent is None else json.dumps(sent).encode()
    answer = b"" if answered is None else json.dumps(answered).encode()
    return list(faults(Exchange(method, path, query, names | headers, body, status, answer)))


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("?sendUpdates=some", TIMES, "events.insert sent ?sendUpdates: not in the list"),
        ("?nonsense=1", TIMES, "events.insert sent ?nonsense: unknown"),
        ("?maxAttendees=0", TIMES, "events.insert sent ?maxAttendees: out of range"),
        ("?maxAttendees=x", TIMES, "events.insert sent ?maxAttendees: no integer"),
        ("?supportsAttachments=1", TIMES, "events.insert sent ?supportsAttachments: no boolean"),
        ("?sendNotifications=true", TIMES, "events.insert sent ?sendNotifications: deprecated"),
        ("?alt=json&alt=json", TIMES, "events.insert sent ?alt: repeated"),
        ("", {"start": {}}, "events.insert sent Event.end: missing"),
        ("", {**TIMES, "colour": "1"}, "events.insert sent Event.colour: unknown"),
        ("", {**TIMES, "summary": None}, "events.insert sent Event.summary: NoneType instead of "),
        ("", {**TIMES, "sequence": "1"}, "events.insert sent Event.sequence: str instead of int"),
        ("", {**TIMES, "sequence": 2**31}, "events.insert sent Event.sequence: no int32"),
        ("", {**TIMES, "htmlLink": "x"}, "events.insert sent Event.htmlLink: read-only"),
        ("", {**TIMES, "visibility": "x"}, "events.insert sent Event.visibility: not in the list"),
        ("", {**TIMES, "end": {"date": "1-1"}}, "events.insert sent EventDateTime.date: no date"),
        (
            "",
            {**TIMES, "end": {"dateTime": "x"}},
            "events.insert sent EventDateTime.dateTime: no",
        ),
        ("/import", TIMES, "events.import sent Event.iCalUID: missing"),
        ("/x/move", None, "events.move sent ?destination: missing"),
        ("/x/nonsense", None, "POST calendar/v3/calendars/primary/events/x/nonsense: no such"),
    ],
)
def test_what_is_sent_to_google(path: str, body: Any, fault: str) -> None:  # noqa: ANN401
    found = seen(google_traffic.faults, "POST", EVENTS + path, body, status=0)

    assert [each.startswith(f"google {fault}") for each in found] == [True]


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (201, {}, "events.get answered: 201 instead of 200"),
        (200, None, "events.get answered: no JSON"),
        (304, {}, "events.get answered: 304 with a body"),
        (200, {"colour": 1}, "events.get answered Event.colour: unknown"),
        (200, {"summary": None}, "events.get answered Event.summary: NoneType instead of string"),
        (200, {"locked": False}, "events.get answered Event.locked: a default is printed (4.1)"),
        (200, {"start": {"dateTime": "2026-12-01T09:00:00"}}, "events.get answered EventDateTime."),
        (404, {"error": "x"}, "error 404: no envelope"),
        (404, {"error": {"errors": [ITEM], "code": 403, "message": ""}}, "error 404: code 403"),
        (404, {"error": {"errors": [{**ITEM, "reason": "x"}], "code": 404, "message": ""}},
         "error 404 errors[].reason: x"),
        (404, {"error": {"errors": [ITEM], "code": 404, "message": "", "more": 1}},
         "error 404 more: unknown"),
    ],
)  # fmt: skip
def test_what_google_answers(status: int, body: Any, fault: str) -> None:  # noqa: ANN401
    found = seen(google_traffic.faults, "GET", f"{EVENTS}/abcde", None, body, status)

    assert [each.startswith(f"google {fault}") for each in found] == [True]


@pytest.mark.parametrize(
    ("path", "change", "fault"),
    [
        ("?sendNotification=no", {}, " ?sendNotification: unknown"),
        ("", {"colour": "red"}, " event.colour: unknown"),
        ("", {"subject": 1}, " event.subject: no String"),
        ("", {"showAs": "away"}, " event.showAs: not in the list"),
        ("", {"webLink": "x"}, " event.webLink: read-only"),
        (
            "",
            {"start": {"dateTime": MOMENT, "timeZone": "UTC"}},
            " dateTimeTimeZone.dateTime: no",
        ),
        ("", {"attendees": {}}, " event.attendees: dict instead of a list"),
        ("", {"attendees": [{"status": {}}]}, " attendee.status: read-only"),
        ("", {"body": "x"}, " event.body: str instead of an object"),
        ("", {"isAllDay": None}, " event.isAllDay: null"),
    ],
)
def test_what_is_sent_to_graph(path: str, change: dict[str, Any], fault: str) -> None:
    body = an_outlook_body(**change)
    found = seen(graph_traffic.faults, "POST", f"v1.0/me/events{path}", body, status=0)

    assert [each.startswith(f"graph POST me/events sent{fault}") for each in found] == [True]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"colour": "red"}, "event.colour: unknown"),
        ({"isAllDay": None}, "event.isAllDay: null"),
        ({"type": "Occurrence"}, "event.type: not in the list"),
        ({"changeKey": "x"}, "event.@odata.etag: not the changeKey (3.1)"),
        ({"start": {"dateTime": "2026-12-01T09:00", "timeZone": "UTC"}},
         "dateTimeTimeZone.dateTime: no time without offset"),
        ({"organizer": {}}, "recipient.emailAddress: missing"),
        ({"createdDateTime": "2026-12-01"}, "event.createdDateTime: no DateTimeOffset"),
    ],
)  # fmt: skip
def test_what_graph_answers(change: dict[str, Any], fault: str) -> None:
    anna = Outlook(a_world())
    event = anna.get(f"/me/events/{anna.create(an_outlook_body())['id']}")

    assert seen(graph_traffic.faults, "GET", "v1.0/me/events/x", None, event) == []
    found = seen(graph_traffic.faults, "GET", "v1.0/me/events/x", None, event | change)
    assert found == [f"graph GET me/events/{{}} answered {fault}"]
    del event["subject"]
    found = seen(graph_traffic.faults, "GET", "v1.0/me/events/x", None, event)
    assert found == ["graph GET me/events/{} answered event.subject: missing"]


def test_graph_says_no_more_and_no_less_than_was_selected() -> None:
    row = {"@odata.context": "x", "id": "x", "end": None}
    found = seen(graph_traffic.faults, "GET", "v1.0/me/events/x?$select=subject", None, row)

    where = "graph GET me/events/{} answered"
    assert found == [
        f"{where} event.end: null",
        f"{where} event.subject: missing",
        f"{where} event.end: not asked for",
    ]


@pytest.mark.rubbish
def test_refused_rubbish_is_nothing_but_accepted_rubbish_is_told() -> None:
    anna, ours = Gcal(a_sandbox()), pytest.raises(AssertionError, match=r"Event\.start: missing")
    with validated(ours=False):
        assert anna.insert({"end": {}}).status_code == 400
    with ours, validated(ours=True):
        anna.insert({"end": {}})
    with validated(ours=False, exempt=True):
        assert anna.insert(a_body(nonsense=1)).status_code == 200
    with pytest.raises(AssertionError, match=r"Event\.nonsense: unknown"), validated(ours=False):
        anna.insert(a_body(nonsense=1))


def test_the_description_is_the_one_the_contract_was_written_from() -> None:
    assert document()["revision"] >= "20261030"
