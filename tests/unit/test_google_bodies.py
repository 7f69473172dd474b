"""Writes as Google wants them (contract §4, §5)."""

from __future__ import annotations

from datetime import date

import pytest

from calendar_sync.engine.dates import DatePart
from calendar_sync.engine.errors import Rejected
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import ANSWER, ATTENDEE, Json
from calendar_sync.providers.google.bodies import (
    MOST_GUESTS,
    answer_body,
    date_body,
    guest_rows,
    insert_body,
    patch_body,
)
from calendar_sync.providers.google.convert import MARK, resource_of
from support.google import a_write
from support.google_rows import SHELF, WHEN, a_row


def test_a_creation_holds_our_id_and_our_mark() -> None:
    write = a_write(Action.CREATE, {"when": WHEN, "summary": "New", "status": "tentative"})
    assert insert_body(write, SHELF) == {
        "id": write.key,
        "summary": "New",
        "status": "tentative",
        "start": {"dateTime": "2026-01-12T10:00:00", "timeZone": "Europe/Madrid"},
        "end": {"dateTime": "2026-01-12T11:00:00", "timeZone": "Europe/Madrid"},
        "extendedProperties": {"private": {MARK: write.key}},
    }


def test_a_creation_names_its_place_and_asks_for_its_room() -> None:
    asked: Json = ["meet", "", ""]
    new: dict[str, Json] = {"when": WHEN, "location": "Room 4", "conference": asked}

    body = insert_body(a_write(Action.CREATE, new), SHELF)

    assert body["location"] == "Room 4"
    room = body["conferenceData"]
    assert room is not None
    assert room["createRequest"]["conferenceSolutionKey"] == {"type": "hangoutsMeet"}


DAILY: dict[str, Json] = {"when": WHEN, "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}
OUT: dict[str, Json] = {"at:20260113T090000Z": "cancelled"}


@pytest.mark.parametrize(
    ("action", "changes", "lines"),
    [
        (
            Action.CREATE,
            DAILY | OUT,
            ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE:20260113T090000Z"],
        ),
        (Action.PATCH, DAILY | OUT, ["RRULE:FREQ=DAILY;COUNT=5"]),
        (Action.PATCH, {"recurrence": None}, None),
    ],
)
def test_only_a_new_series_names_the_dates_it_leaves_out(
    action: Action, changes: dict[str, Json], lines: list[str] | None
) -> None:
    """Later ones are deleted, each by its id."""
    write = a_write(action, changes, resource_of(a_row(), (), SHELF))
    body = patch_body(write, SHELF)

    assert body["recurrence"] == lines


DAY: dict[str, str | None] = {"dateTime": None, "timeZone": None}


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"summary": None}, {"summary": None}),
        ({"description": "<b>x</b>"}, {"description": "<b>x</b>"}),
        ({"location": "Room 4"}, {"location": "Room 4"}),
        ({"status": "tentative"}, {"status": "tentative"}),
        ({"availability": "free"}, {"transparency": "transparent"}),
        ({"classification": "confidential"}, {"visibility": "confidential"}),
        ({"organizer": ["bo@corp.example", ""]}, {}),
        (
            {"when": ["2026-01-12", "2026-01-14"]},
            {"start": {"date": "2026-01-12", **DAY}, "end": {"date": "2026-01-14", **DAY}},
        ),
        (  # floating times are taken in the calendar's zone
            {"when": ["2026-01-12T10:00:00", "2026-01-12T11:00:00"]},
            {
                "start": {
                    "date": None,
                    "dateTime": "2026-01-12T10:00:00",
                    "timeZone": "Europe/Madrid",
                },
                "end": {
                    "date": None,
                    "dateTime": "2026-01-12T11:00:00",
                    "timeZone": "Europe/Madrid",
                },
            },
        ),
    ],
)
def test_a_patch_names_exactly_what_changed(changes: dict[str, Json], body: object) -> None:
    write = a_write(Action.PATCH, changes, resource_of(a_row(), (), SHELF))
    assert patch_body(write, SHELF) == body


def test_a_change_of_guests_carries_all_of_every_row() -> None:
    rows = [
        {
            "email": "bo@corp.example",
            "displayName": "Bo",
            "optional": True,
            "responseStatus": "accepted",
            "comment": "yes",
            "additionalGuests": 1,
        },
        {"email": "r4@corp.example", "resource": True, "responseStatus": "accepted"},
    ]
    resource = resource_of(a_row(attendees=rows), (), SHELF)
    new: dict[str, Json] = {ATTENDEE + "eva@x.example": ["Eva", "req-participant", "group"]}
    body = patch_body(a_write(Action.PATCH, new, resource), SHELF)
    assert body == {
        "attendees": [
            {"email": "ana@corp.example", "responseStatus": "accepted"},
            rows[0],
            {"email": "eva@x.example", "displayName": "Eva", "responseStatus": "needsAction"},
            rows[1],
        ]
    }


def test_an_answer_is_the_own_row_alone() -> None:
    rows = [
        {"email": "ana@corp.example", "self": True, "optional": True},
        {"email": "bo@corp.example", "responseStatus": "accepted"},
    ]
    row = a_row(organizer={"email": "bo@corp.example"}, attendees=rows)
    changes: dict[str, Json] = {
        ANSWER + "ana@corp.example": ["accepted", "gladly", 0],
        "classification": "private",
    }
    write = a_write(Action.ANSWER, changes, resource_of(row, (), SHELF))
    assert answer_body(write, SHELF) == {
        "attendees": [
            {
                "email": "ana@corp.example",
                "responseStatus": "accepted",
                "optional": True,
                "comment": "gladly",
            }
        ],
        "attendeesOmitted": True,
        "visibility": "private",
    }


@pytest.mark.parametrize(
    "changes", [{"summary": "x"}, {ANSWER + "eve@corp.example": ["accepted", "", 0]}]
)
def test_an_answer_without_a_row_is_refused(changes: dict[str, Json]) -> None:
    write = a_write(Action.ANSWER, changes, resource_of(a_row(), (), SHELF))
    with pytest.raises(Rejected):
        answer_body(write, SHELF)


def test_a_date_carries_all_of_its_guests() -> None:
    content: dict[str, Json] = {
        "when": WHEN,
        ATTENDEE + "eva@client.example": ["Eva", "req-participant", "individual"],
    }
    series = a_write(Action.PATCH, {"summary": "Daily"})
    part = DatePart(date(2026, 1, 12), content, (ATTENDEE + "eva@client.example",))

    body = date_body(part, SHELF, series)

    assert [row["email"] for row in body["attendees"]] == [SHELF.owner, "eva@client.example"]


def test_more_guests_than_any_account_may_invite_are_refused() -> None:
    guest: Json = ["", "req-participant", "individual"]
    many = {f"{ATTENDEE}guest{number}@client.example": guest for number in range(MOST_GUESTS)}

    with pytest.raises(Rejected, match="too_many_guests"):
        guest_rows({"when": WHEN, **many}, SHELF)
