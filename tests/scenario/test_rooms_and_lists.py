"""Rooms that answer by themselves, lists that stand for people, and meetings of nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.calendar_files import import_calendar
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import answer_event, create_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.guest_list import GuestLine
from calendar_sync.actions.invitations import Invited
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat, UserType
from calendar_sync.models import Event
from support.meeting_links import sent
from support.world import PROVIDERS, START, Organization

ROOM, TEAM = "room-4@corp.example", "team@corp.example"
EVA = "eva@client.example"
ADDRESSES = {"google": "gmail.example", "outlook": "corp.example"}


def add_room(organization: Organization, provider: ProviderName) -> None:
    if provider == "google":
        organization.sandbox.google.add_room(ROOM, "Room 4", "Europe/Berlin")
    else:
        organization.sandbox.microsoft.add_room(ROOM, "Room 4")


def meet(organization: Organization, title: str, first: Invited, choice: Choice) -> Event:
    """Anna's, with a guest of another kind, and Eva."""
    draft = EventDraft(START, START + timedelta(hours=1), title, guests=(first, Invited(EVA)))
    event = create_event(organization.anna, draft, choice, organization.now)
    assert isinstance(event, Event)
    return event


def guest(organization: Organization, event: Event, address: str) -> GuestLine:
    found = event_detail(organization.anna, event.pk).guests
    return next(each for each in found if each.address == address)


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def quiet(organization: Organization) -> None:
    organization.sandbox.journal.clear()
    before = list(organization.mails)
    rounds(organization, 5)
    assert (sent(organization), organization.mails) == ([], before)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_room_answers_by_itself(organization: Organization, provider: ProviderName) -> None:
    """Its answer comes in like any guest's, and nothing is written for it."""
    add_room(organization, provider)
    organization.connect(organization.anna, provider)
    organization.work()

    event = meet(organization, "Review", Invited(ROOM, kind=UserType.ROOM), Choice.SEND)
    organization.work()
    room = guest(organization, event, ROOM)
    assert (room.kind, room.partstat) == ("room", "needs-action")
    rounds(organization)

    assert guest(organization, event, ROOM).partstat == "accepted"
    assert guest(organization, event, EVA).partstat == "needs-action"
    assert sorted(organization.mails) == MAILS_OF_A_ROOM[provider]
    quiet(organization)


MAILS_OF_A_ROOM = {
    "google": [("invite", EVA), ("invite", ROOM)],
    "outlook": [("invite", EVA), ("invite", ROOM), ("response", "anna@corp.example")],
}


def test_a_room_that_is_taken_declines(organization: Organization) -> None:
    """At Google; the Graph contract says nothing of a room that is taken."""
    add_room(organization, "google")
    organization.connect(organization.anna, "google")
    for title in ("First", "Second"):
        meet(organization, title, Invited(ROOM, kind=UserType.ROOM), Choice.SILENT)
        rounds(organization)

    first, second = Event.objects.order_by("pk")
    assert guest(organization, first, ROOM).partstat == "accepted"
    assert guest(organization, second, ROOM).partstat == "declined"
    assert organization.mails == []
    quiet(organization)


def test_members_of_a_list_answer_for_themselves(organization: Organization) -> None:
    """Outlook invites the members; the list stays the guest, and nobody is invited twice."""
    organization.sandbox.microsoft.add_list(TEAM, "Team", ["ben@corp.example", "cleo@corp.example"])
    for person in (organization.anna, organization.ben):
        organization.connect(person, "outlook")
    organization.work()
    event = meet(organization, "Review", Invited(TEAM, kind=UserType.GROUP), Choice.SEND)
    rounds(organization)
    assert organization.there("ben", "outlook").titles() == ["Review"]
    assert organization.titles_here(organization.ben) == ["Review"]
    assert Event.objects.count() == 1
    told = list(organization.mails)

    organization.there("ben", "outlook").accept("Review")
    rounds(organization)

    assert guest(organization, event, TEAM).partstat == "needs-action"
    assert guest(organization, event, EVA).partstat == "needs-action"
    assert organization.mails == [*told, ("response", "anna@corp.example")]
    quiet(organization)


# --- answers with a note, as they are sent


def test_answer_with_a_note_at_google(organization: Organization) -> None:
    """Only the own row, so that nothing anybody else changes meanwhile is lost (contract §4.4)."""
    event = _invited(organization, "google")
    answer_event(
        organization.ben, event.pk, PartStat.TENTATIVE, organization.now, comment="10 min late"
    )
    organization.work()

    row = {"email": "ben@gmail.example", "responseStatus": "tentative", "comment": "10 min late"}
    body = {"attendees": [row], "attendeesOmitted": True}
    assert sent(organization) == [("PATCH", "sendUpdates=all", body)]


def test_answer_with_a_note_at_outlook(organization: Organization) -> None:
    event = _invited(organization, "outlook")
    answer_event(
        organization.ben, event.pk, PartStat.TENTATIVE, organization.now, comment="10 min late"
    )
    organization.work()

    assert sent(organization) == [("POST", "", {"comment": "10 min late", "sendResponse": True})]


def test_answer_that_tells_nobody(organization: Organization) -> None:
    event = _invited(organization, "outlook")
    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now, tell=False)
    organization.work()

    assert sent(organization) == [("POST", "", {"sendResponse": False})]


def _invited(organization: Organization, provider: ProviderName) -> Event:
    ben = f"ben@{ADDRESSES[provider]}"
    for person in (organization.anna, organization.ben):
        organization.connect(person, provider)
    event = organization.create(organization.anna, "Review", ben, EVA, choice=Choice.SEND)
    rounds(organization)
    organization.sandbox.journal.clear()
    return event


# --- nobody organizes

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Elsewhere//EN
BEGIN:VEVENT
UID:nobody@elsewhere.example
DTSTART;TZID=Europe/Paris:20261203T090000
DTEND;TZID=Europe/Paris:20261203T100000
SUMMARY:Workshop
ATTENDEE;PARTSTAT=ACCEPTED:mailto:eva@client.example
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_meeting_without_organizer_is_its_calendars_owners(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()

    import_calendar(organization.anna, FILE, organization.now)
    rounds(organization)

    event = Event.objects.get()
    assert event.organizer_user_id == organization.anna.pk
    assert guest(organization, event, EVA).partstat == "accepted"
    assert organization.there("anna", provider).titles() == ["Workshop"]
    assert organization.there("anna", provider).guests_of("Workshop") == []  # withheld
    assert organization.mails == []
    quiet(organization)
