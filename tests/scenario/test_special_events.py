"""Out of office, focus time, working locations and birthdays of Google, both ways."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from calendar_sandbox.core.people import Person
from calendar_sync.actions.attention import REASONS
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.actions.events import create_event, delete_event, edit_event
from calendar_sync.actions.feed import event_detail, events_between
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.special import Special
from calendar_sync.models import Event, Link
from support.gcal import all_day, span
from support.world import START, Organization

WRITES = ("POST", "PATCH", "PUT", "DELETE")
AT_GOOGLE = "/google/calendar/v3/calendars/anna@gmail.example/events"
TIMES = span("2026-12-01T09:00", "2026-12-01T17:00")
AWAY = {
    "summary": "Holidays",
    "eventType": "outOfOffice",
    "outOfOfficeProperties": {
        "autoDeclineMode": "declineOnlyNewConflictingInvitations",
        "declineMessage": "Back on Monday",
    },
    **TIMES,
}
OFFICE = {
    "summary": "HQ",
    "eventType": "workingLocation",
    "workingLocationProperties": {
        "type": "officeLocation",
        "officeLocation": {"label": "HQ", "buildingId": "b1", "floorId": "3", "deskId": "d7"},
    },
    "visibility": "public",
    "transparency": "transparent",
    **all_day("2026-12-01", "2026-12-02"),
}
BIRTHDAY = {
    "summary": "Mum",
    "eventType": "birthday",
    "visibility": "private",
    "transparency": "transparent",
    "recurrence": ["RRULE:FREQ=YEARLY"],
    **all_day("2026-12-01", "2026-12-02"),
}
FLIGHT = {"summary": "Flight to Oslo", "eventType": "fromGmail", **TIMES}


@pytest.fixture(autouse=True)
def anna(organization: Organization) -> Person:
    organization.connect(organization.anna, "google")
    settle(organization)
    return organization.sandbox.people.get("anna")


def settle(organization: Organization) -> None:
    for _ in range(3):
        organization.sync()
    organization.sandbox.journal.clear()


def writes(organization: Organization) -> list[str]:
    lines = organization.requests("/google/calendar")
    return [line for line in lines if line.startswith(WRITES)]


def idle(organization: Organization) -> None:
    """Five runs after which nothing was written, and nobody mailed."""
    organization.sandbox.journal.clear()
    for _ in range(5):
        organization.advance(minutes=12)
        organization.sync()
    assert writes(organization) == []
    assert organization.mails == []


def there(organization: Organization, title: str) -> dict[str, Any]:
    rows = organization.sandbox.google.events(organization.sandbox.people.get("anna"))
    return dict(next(row for row in rows if row.get("summary", "") == title))


def test_special_events_arrive_as_what_they_are(organization: Organization, anna: Person) -> None:
    organization.sandbox.google.load(anna, [AWAY, OFFICE, BIRTHDAY, FLIGHT])

    settle(organization)

    day = START.replace(hour=0)
    cards = events_between(organization.anna, day, day + timedelta(days=1))
    found = {card.summary: (card.special.special, card.may_edit) for card in cards if card.special}
    assert found == {
        "Holidays": (Special.OUT_OF_OFFICE, True),
        "HQ": (Special.WORKING_LOCATION, True),
        "Mum": (Special.BIRTHDAY, False),
        "Flight to Oslo": (Special.FROM_MAIL, False),
    }
    assert {card.guests for card in cards} == {0}
    idle(organization)


def test_an_absence_is_edited_both_ways_and_keeps_its_answers(
    organization: Organization, anna: Person
) -> None:
    organization.sandbox.google.load(anna, [AWAY])
    settle(organization)
    event, now = Event.objects.get(), organization.now

    saved = edit_event(organization.anna, event.pk, {"summary": "Away"}, None, now)
    assert isinstance(saved, Event)  # no mail question: nobody is invited
    organization.work()
    row = there(organization, "Away")
    assert writes(organization) == [f"PATCH {AT_GOOGLE}/{row['id']}"]
    assert row["outOfOfficeProperties"] == AWAY["outOfOfficeProperties"]

    edit_event(organization.anna, event.pk, {"decline": "all"}, None, now)
    organization.work()
    assert there(organization, "Away")["outOfOfficeProperties"] == {
        "autoDeclineMode": "declineAllConflictingInvitations",
        "declineMessage": "Back on Monday",
    }
    properties = {"autoDeclineMode": "declineNone", "declineMessage": ""}
    organization.sandbox.google.edit(anna, row["id"], {"outOfOfficeProperties": properties})
    settle(organization)
    event.refresh_from_db()
    assert "declining" not in event.components
    idle(organization)


def test_a_working_location_keeps_its_desk_and_changes_its_place(
    organization: Organization, anna: Person
) -> None:
    organization.sandbox.google.load(anna, [OFFICE])
    settle(organization)
    event, now = Event.objects.get(), organization.now

    edit_event(organization.anna, event.pk, {"workplace_label": "Main house"}, None, now)
    organization.work()
    assert there(organization, "HQ")["workingLocationProperties"] == {
        "type": "officeLocation",
        "officeLocation": {
            "label": "Main house", "buildingId": "b1", "floorId": "3", "deskId": "d7",
        },
    }  # fmt: skip
    edit_event(organization.anna, event.pk, {"workplace": "home"}, None, now)
    organization.work()
    place = there(organization, "HQ")["workingLocationProperties"]
    assert place["type"] == "homeOffice"
    idle(organization)


@pytest.mark.parametrize(
    ("fields", "kind", "properties"),
    [
        (
            {"special": "out-of-office", "decline": "new", "decline_message": "Away"},
            "outOfOffice",
            {
                "autoDeclineMode": "declineOnlyNewConflictingInvitations",
                "declineMessage": "Away",
            },
        ),
        (
            {"special": "focus-time", "chat_status": "do-not-disturb"},
            "focusTime",
            {
                "autoDeclineMode": "declineNone",
                "declineMessage": "",
                "chatStatus": "doNotDisturb",
            },
        ),
        (
            {"special": "working-location", "workplace": "custom", "workplace_label": "Café"},
            "workingLocation",
            {"type": "customLocation", "customLocation": {"label": "Café"}},
        ),
    ],
)
def test_special_events_are_made_here(
    organization: Organization, fields: dict[str, str], kind: str, properties: dict[str, Any]
) -> None:
    draft = EventDraft(START, START + timedelta(hours=1), "Made here", **fields)  # type: ignore[arg-type]

    event = create_event(organization.anna, draft, None, organization.now)
    assert isinstance(event, Event)
    organization.work()

    row = there(organization, "Made here")
    assert writes(organization) == [f"POST {AT_GOOGLE}"]
    assert (row["eventType"], row[f"{kind}Properties"]) == (kind, properties)
    assert "extendedProperties" not in row  # such events carry no mark (contract §4.6)
    idle(organization)

    delete_event(organization.anna, event.pk, None, organization.now)
    organization.work()
    assert organization.there("anna", "google").titles() == []


@pytest.mark.parametrize("refused", [403, 400])
def test_an_account_that_has_none_says_so(organization: Organization, refused: int) -> None:
    """Only work accounts have them; how others are refused is unsure (contract §4.8)."""
    organization.sandbox.knobs["google.special_types_refused"] = refused
    organization.sandbox.people.add("dora", "Dora", google="dora@gmail.com")
    dora = organization._user("dora")
    organization.connect(dora, "google")
    organization.work()

    draft = EventDraft(START, START + timedelta(hours=1), "Away", special="out-of-office")
    create_event(dora, draft, None, organization.now)
    settle(organization)

    link = Link.objects.get(entry__event__components__summary="Away")
    assert link.state == "refused"
    assert (link.refusal or {})["code"] in REASONS
    assert organization.there("dora", "google").titles() == []


def test_what_a_kind_excludes_is_refused_in_words(organization: Organization) -> None:
    user, now = organization.anna, organization.now
    day = date(2026, 12, 1)

    def make(start: Any, end: Any, **fields: Any) -> None:  # noqa: ANN401
        create_event(user, EventDraft(start, end, **fields), None, now)

    with pytest.raises(Invalid) as refused:
        make(day, day + timedelta(days=1), special="out-of-office")
    assert "start" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        make(day, day + timedelta(days=2), special="working-location")
    assert "end" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        make(START, START, special="focus-time", guests=("eva@client.example",))
    assert (
        refused.value.errors["guests"]
        == "This type of event has no guests: remove them, or choose another type."
    )
    with pytest.raises(Invalid) as refused:
        make(START, START, special="focus-time", meeting_link="meet")
    assert refused.value.errors["meeting_link"].startswith("This type of event has no")
    with pytest.raises(Invalid) as refused:
        make(START, START, special="working-location", workplace="custom")
    assert refused.value.errors["workplace_label"] == "Say where you work."
    with pytest.raises(Invalid):
        make(START, START, special="birthday")
    assert not Event.objects.exists()


def test_a_meeting_never_becomes_an_absence(organization: Organization) -> None:
    event = organization.create(organization.anna, "Review")

    with pytest.raises(Invalid) as refused:
        edit_event(
            organization.anna, event.pk, {"special": "out-of-office"}, None, organization.now
        )
    assert "make a new one" in refused.value.errors["special"]


def test_who_has_no_google_calendar_is_told_where_they_are_made(
    organization: Organization,
) -> None:
    for provider in (None, "outlook"):
        if provider:
            organization.connect(organization.ben, "outlook")
        draft = EventDraft(START, START + timedelta(hours=1), special="focus-time")
        with pytest.raises(ActionRefused) as refused:
            create_event(organization.ben, draft, None, organization.now)
        assert refused.value.code == "no_such_events"


@pytest.mark.parametrize("row", [BIRTHDAY, FLIGHT])
def test_what_comes_from_elsewhere_is_not_changed(
    organization: Organization, anna: Person, row: dict[str, Any]
) -> None:
    organization.sandbox.google.load(anna, [row])
    settle(organization)
    event = Event.objects.get()
    detail = event_detail(organization.anna, event.pk)

    assert not detail.may_edit
    assert detail.why_not
    change = (event.pk, detail.date, Scope.ALL, {"summary": "Mine"}, None, organization.now)
    with pytest.raises(ActionRefused) as refused:
        edit_dates(organization.anna, *change)
    assert (refused.value.code, refused.value.text) == ("shown_only", detail.why_not)
    idle(organization)
