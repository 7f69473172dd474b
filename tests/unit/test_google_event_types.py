"""Out of office, focus time, working location and the like, as Google says them (contract 4.8)."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sync.engine.dates import written_dates
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import Json, properties
from calendar_sync.engine.special import (
    DeclineMode,
    Declining,
    Nature,
    Special,
    Workplace,
    WorkplaceKind,
)
from calendar_sync.providers.google.bodies import date_body, insert_body, patch_body
from calendar_sync.providers.google.convert import event_of, resource_of
from calendar_sync.providers.google.families import Families
from support.google import a_write
from support.google_rows import MADRID, SHELF, WHEN, a_row

DECLINING: dict[str, Json] = {
    "autoDeclineMode": "declineOnlyNewConflictingInvitations",
    "declineMessage": "Back on Monday",
}
DESK = {"buildingId": "b1", "floorId": "3", "floorSectionId": "s", "deskId": "d", "label": "HQ"}
AWAY = Nature(Special.OUT_OF_OFFICE, Declining(DeclineMode.NEW, "Back on Monday"))


@pytest.mark.parametrize(
    ("fields", "nature"),
    [
        ({}, None),
        ({"eventType": "outOfOffice", "outOfOfficeProperties": DECLINING}, AWAY),
        ({"eventType": "outOfOffice"}, Nature(Special.OUT_OF_OFFICE)),
        (
            {
                "eventType": "focusTime",
                "focusTimeProperties": {
                    "autoDeclineMode": "declineNone",
                    "chatStatus": "doNotDisturb",
                },
            },
            Nature(Special.FOCUS_TIME, chat_status="do-not-disturb"),
        ),
        (
            {
                "eventType": "workingLocation",
                "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
            },
            Nature(Special.WORKING_LOCATION, workplace=Workplace(WorkplaceKind.HOME)),
        ),
        (
            {
                "eventType": "workingLocation",
                "workingLocationProperties": {"type": "officeLocation", "officeLocation": DESK},
            },
            Nature(
                Special.WORKING_LOCATION,
                workplace=Workplace(WorkplaceKind.OFFICE, "HQ", "b1", "3", "s", "d"),
            ),
        ),
        ({"eventType": "birthday"}, Nature(Special.BIRTHDAY)),
        ({"eventType": "fromGmail"}, Nature(Special.FROM_MAIL)),
        ({"eventType": "tomorrow", "tomorrowProperties": 5}, Nature(Special.OTHER)),
    ],
)
def test_a_row_says_what_it_is(fields: dict[str, Any], nature: Nature | None) -> None:
    assert event_of(a_row(**fields), MADRID).nature == nature


@pytest.mark.parametrize(
    "odd",
    [
        {"eventType": "outOfOffice", "outOfOfficeProperties": "away"},
        {"eventType": "outOfOffice", "outOfOfficeProperties": {"autoDeclineMode": "sometimes"}},
        {"eventType": "focusTime", "focusTimeProperties": {"chatStatus": 7}},
        {"eventType": "workingLocation", "workingLocationProperties": {"type": "moon"}},
        {
            "eventType": "workingLocation",
            "workingLocationProperties": {"type": "homeOffice", "homeOffice": "any"},
        },
        {"eventType": "tomorrow"},
    ],
)
def test_odd_properties_never_stop_a_page(odd: dict[str, Any]) -> None:
    families = Families([a_row(**odd), a_row(id="n3xt", iCalUID="n3xt@google.com")])

    resources, unreadable = families.resources(SHELF)

    assert [str(found.href) for found in resources] == ["7q2k", "n3xt"]
    assert not list(unreadable)


def test_a_new_one_has_its_type_and_no_mark() -> None:
    home: dict[str, Json] = {
        "when": WHEN,
        "summary": "Home",
        "special": "working-location",
        "workplace": ["home", "", "", "", "", ""],
    }

    body = insert_body(a_write(Action.CREATE, home), SHELF)

    assert "extendedProperties" not in body
    assert body["eventType"] == "workingLocation"
    assert body["workingLocationProperties"] == {"type": "homeOffice", "homeOffice": {}}
    assert (body["visibility"], body["transparency"]) == ("public", "transparent")


def test_a_new_absence_blocks_time_and_declines() -> None:
    away: dict[str, Json] = {
        "when": WHEN,
        "special": "out-of-office",
        "declining": ["all", "Away"],
    }

    body = insert_body(a_write(Action.CREATE, away), SHELF)

    assert body["outOfOfficeProperties"] == {
        "autoDeclineMode": "declineAllConflictingInvitations",
        "declineMessage": "Away",
    }
    assert (body["eventType"], body["transparency"]) == ("outOfOffice", "opaque")
    assert "visibility" not in body


@pytest.mark.parametrize(
    ("fields", "changes", "body"),
    [
        (
            {"eventType": "focusTime", "focusTimeProperties": {"chatStatus": "doNotDisturb"}},
            {"declining": ["new", "Later"]},
            {
                "focusTimeProperties": {
                    "autoDeclineMode": "declineOnlyNewConflictingInvitations",
                    "declineMessage": "Later",
                    "chatStatus": "doNotDisturb",
                }
            },
        ),
        (
            {"eventType": "focusTime", "focusTimeProperties": {"chatStatus": "doNotDisturb"}},
            {"chat-status": None},
            {
                "focusTimeProperties": {
                    "autoDeclineMode": "declineNone",
                    "declineMessage": "",
                    "chatStatus": None,
                }
            },
        ),
        (
            {"eventType": "outOfOffice", "outOfOfficeProperties": DECLINING},
            {"declining": None},
            {"outOfOfficeProperties": {"autoDeclineMode": "declineNone", "declineMessage": ""}},
        ),
        (
            {"eventType": "outOfOffice", "outOfOfficeProperties": DECLINING},
            {"summary": "Holidays"},
            {"summary": "Holidays"},
        ),
        (
            {
                "eventType": "workingLocation",
                "workingLocationProperties": {"type": "officeLocation", "officeLocation": DESK},
            },
            {"workplace": ["custom", "Café", "", "", "", ""]},
            {
                "workingLocationProperties": {
                    "type": "customLocation",
                    "customLocation": {"label": "Café"},
                }
            },
        ),
        (  # there is none without a place
            {"eventType": "workingLocation"},
            {"workplace": None},
            {},
        ),
    ],
)
def test_a_patch_writes_their_properties_whole_or_not_at_all(
    fields: dict[str, Any], changes: dict[str, Json], body: object
) -> None:
    resource = resource_of(a_row(**fields), (), SHELF)

    assert patch_body(a_write(Action.PATCH, changes, resource), SHELF) == body


def test_one_date_of_a_weekly_office_day_has_a_place_of_its_own() -> None:

    fields: dict[str, Any] = {
        "eventType": "workingLocation",
        "workingLocationProperties": {"type": "officeLocation", "officeLocation": DESK},
        "recurrence": ["RRULE:FREQ=WEEKLY"],
    }
    resource = resource_of(a_row(**fields), (), SHELF)
    key = "at:20260119T090000Z:workplace"
    write = a_write(Action.PATCH, {key: ["home", "", "", "", "", ""]}, resource)
    (part,) = written_dates(write)

    assert date_body(part, SHELF, write) == {
        "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}
    }


def test_guests_rights_are_told_and_written() -> None:
    row = a_row(guestsCanModify=True, guestsCanInviteOthers=False, guestsCanSeeOtherGuests=False)
    resource = resource_of(row, (), SHELF)
    found = properties(resource.object)

    assert {key: found[key] for key in found if key.startswith("guests-")} == {
        "guests-modify": True,
        "guests-invite": False,
        "guests-see": False,
    }
    changes: dict[str, Json] = dict.fromkeys(("guests-modify", "guests-invite", "guests-see"))
    assert patch_body(a_write(Action.PATCH, changes, resource), SHELF) == {
        "guestsCanModify": False,
        "guestsCanInviteOthers": True,
        "guestsCanSeeOtherGuests": True,
    }


def test_a_guest_who_may_modify_never_signs_for_the_organizer() -> None:
    """His rows keep the organizer's, and his own answer as it is."""
    rows = [
        {"email": "bo@corp.example", "organizer": True, "responseStatus": "accepted"},
        {"email": "ana@corp.example", "self": True, "responseStatus": "tentative"},
    ]
    row = a_row(organizer={"email": "bo@corp.example"}, attendees=rows, guestsCanModify=True)
    changes: dict[str, Json] = {"attendee:eva@x.example": ["", "req-participant", "individual"]}

    body = patch_body(a_write(Action.PATCH, changes, resource_of(row, (), SHELF)), SHELF)

    assert body["attendees"] == [
        {"email": "bo@corp.example", "responseStatus": "accepted"},
        {"email": "ana@corp.example", "responseStatus": "tentative"},
        {"email": "eva@x.example", "responseStatus": "needsAction"},
    ]
