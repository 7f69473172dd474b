"""What is written to Microsoft Graph (providers/graph/convert.py)."""

from typing import Any

import pytest

from calendar_sync.engine.errors import Rejected
from calendar_sync.engine.properties import Json
from calendar_sync.providers.graph import convert
from calendar_sync.providers.graph.convert import MOST_GUESTS
from support.graph import PAUL

TARGET: dict[str, Json] = {
    "when": ["2026-12-01T10:00:00 Europe/Vienna", "2026-12-01T11:00:00 Europe/Vienna"],
    "summary": "Review",
    "description": "<p>Hi</p>",
    "location": "Room 4",
    "status": "confirmed",
    "availability": "free",
    "classification": "confidential",
    "organizer": ["paul@contoso.example", "Paul"],
    "attendee:paul@contoso.example": ["Paul", "req-participant", "individual"],
    "attendee:room@x.example": ["", "req-participant", "room"],
    "attendee:b@x.example": ["Bea", "opt-participant", "individual"],
    "answer:b@x.example": ["accepted", "", 0],
}


def test_everything_is_written_but_answers_and_the_organizer() -> None:
    assert convert.body(TARGET, TARGET, PAUL) == {
        "start": {"dateTime": "2026-12-01T10:00:00", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-12-01T11:00:00", "timeZone": "W. Europe Standard Time"},
        "isAllDay": False,
        "subject": "Review",
        "body": {"contentType": "html", "content": "<p>Hi</p>"},
        "location": {"displayName": "Room 4"},
        "showAs": "free",
        "sensitivity": "confidential",
        "attendees": [
            {"type": "optional", "emailAddress": {"address": "b@x.example", "name": "Bea"}},
            {"type": "resource", "emailAddress": {"address": "room@x.example"}},
        ],
    }


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["summary"], {"subject"}),
        (["attendee:b@x.example", "answer:b@x.example"], {"attendees"}),
        (["attendee:gone@x.example"], {"attendees"}),
        (["availability"], {"showAs"}),
        (["when"], {"start", "end", "isAllDay"}),
        (["answer:b@x.example", "organizer", "status"], set()),
    ],
)
def test_only_what_is_asked_for_is_written(keys: list[str], names: set[str]) -> None:
    assert set(convert.body(keys, TARGET, PAUL)) == names


def test_a_room_is_asked_for_beside_the_place() -> None:
    asked: dict[str, Json] = {"conference": ["teams", "", ""], "location": "Room 4"}

    assert convert.body(["conference"], asked, PAUL) == {
        "location": {"displayName": "Room 4"},
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
    }


def test_up_to_500_guests_are_written() -> None:
    guest: Json = ["", "req-participant", "individual"]
    many = {f"attendee:guest{number}@x.example": guest for number in range(MOST_GUESTS + 1)}
    last = many.popitem()[0]

    assert len(convert.body(many, many, PAUL)["attendees"]) == 500
    with pytest.raises(Rejected, match="too_many_guests"):
        convert.body([last], {**many, last: guest}, PAUL)


def test_emptied_properties_are_written_empty() -> None:
    keys = ["summary", "description", "location", "availability", "classification"]

    assert convert.body([*keys, "attendee:b@x.example"], {}, PAUL) == {
        "subject": "",
        "body": {"contentType": "html", "content": ""},
        "location": {"displayName": ""},
        "showAs": "busy",
        "sensitivity": "normal",
        "attendees": [],
    }


@pytest.mark.parametrize(
    ("when", "start"),
    [
        (["2026-12-24", "2026-12-25"], {"dateTime": "2026-12-24T00:00:00", "timeZone": "UTC"}),
        (
            ["2026-12-24T09:00:00 UTC", "2026-12-24T10:00:00 UTC"],
            {"dateTime": "2026-12-24T09:00:00", "timeZone": "UTC"},
        ),
        (
            ["2026-12-24T09:00:00 Antarctica/Troll", "2026-12-24T10:00:00 Antarctica/Troll"],
            {"dateTime": "2026-12-24T09:00:00", "timeZone": "Antarctica/Troll"},
        ),
    ],
)
def test_times_are_written_with_a_zone_and_no_offset(
    when: list[Any], start: dict[str, str]
) -> None:
    assert convert.body(["when"], {"when": when}, PAUL)["start"] == start


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("when", ["2026-12-24T09:00:00", "2026-12-24T10:00:00"], "floating_time"),
        ("when", None, "no_time"),
        ("status", "cancelled", "cancelled_by_deletion"),
    ],
)
def test_what_graph_cannot_say_is_rejected(key: str, value: Any, code: str) -> None:  # noqa: ANN401
    with pytest.raises(Rejected) as caught:
        convert.body([key], {key: value}, PAUL)

    assert caught.value.code == code
