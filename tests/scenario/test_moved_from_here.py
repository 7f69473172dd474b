"""An event is moved to another calendar of its person, from here."""

from __future__ import annotations

import pytest

from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import create_event, delete_event, edit_event
from calendar_sync.actions.moving import calendar_of, destinations, move_to_calendar
from calendar_sync.actions.remote_calendars import Choice as Choices
from calendar_sync.actions.remote_calendars import calendars_of, save_choice
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Calendar, Entry, Event, Link
from support.calendars import GoogleCalendars
from support.faulty import Moment
from support.world import START, Organization

EVA = "eva@client.example"


@pytest.fixture
def calendars(organization: Organization) -> GoogleCalendars:
    """Anna's main one, and *Team*, both in step."""
    found = GoogleCalendars.of(organization)
    found.add("Team")
    found.look()
    found.choose("Team")
    organization.sync()
    return found


def team() -> Calendar:
    return Calendar.objects.get(name="Team")


def move(organization: Organization, event: Event) -> list[str]:
    """The requests of the next turn."""
    organization.sandbox.journal.clear()
    move_to_calendar(organization.anna, event.pk, team().pk, organization.now)
    organization.work()
    return [line.rpartition("/")[2] for line in organization.requests("/google/calendar")]


def check_quiet(organization: Organization) -> None:
    reports = [report for _ in range(5) for turn in organization.sync() for report in turn.reports]
    assert set(reports) == {SyncReport()}


def in_team(calendars: GoogleCalendars) -> list[str]:
    account = calendars.organization.sandbox.google.account(
        calendars.organization.sandbox.people.get("anna")
    )
    (there,) = [each for each in account.calendars.values() if each.id.startswith("team@")]
    return calendars.titles(there)


def test_google_moves_a_meeting_and_nobody_is_mailed(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.sync()
    organization.sandbox.mail.clear()
    href = Link.objects.get().href

    assert [each.name for each in destinations(organization.anna, event.pk)] == ["Team"]
    assert move(organization, event) == ["move", "events", "events"]

    assert in_team(calendars) == ["Review"]
    assert calendars.titles(calendars.primary) == []
    entry = Entry.objects.alive().get()
    assert (entry.calendar, entry.event_id, entry.moving_to) == (team(), event.pk, None)
    link = Link.objects.open().get()
    assert (link.href, link.entry_id) == (href, entry.pk)
    assert organization.mails == []
    check_quiet(organization)

    edit_event(organization.anna, event.pk, {"location": "Room"}, Choice.SILENT, organization.now)
    organization.sync()
    organization.sync()  # her own row among the guests is an invitation by now: it joins
    assert in_team(calendars) == ["Review"]
    assert organization.mails == []
    check_quiet(organization)
    assert Event.objects.alive().count() == 1


def test_a_series_goes_whole(organization: Organization, calendars: GoogleCalendars) -> None:
    draft = EventDraft(START, START.replace(hour=10), "Daily", recurrence=("RRULE:FREQ=DAILY",))
    event = create_event(organization.anna, draft, None, organization.now)
    assert isinstance(event, Event)
    organization.sync()

    assert move(organization, event) == ["move", "events", "events"]

    assert in_team(calendars) == ["Daily"]
    assert Entry.objects.alive().get().calendar == team()
    check_quiet(organization)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_moves_once(
    organization: Organization, calendars: GoogleCalendars, when: Moment
) -> None:
    event = organization.create(organization.anna, "Review")
    organization.sync()
    organization.sandbox.faults.arm("POST /google/calendar/*", "503", when=when)

    move(organization, event)
    organization.advance(minutes=1)
    organization.sync()

    assert in_team(calendars) == ["Review"]
    assert calendars.titles(calendars.primary) == []
    assert Entry.objects.alive().get().calendar == team()
    check_quiet(organization)


def test_what_google_does_not_move_says_why(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    draft = EventDraft(START, START.replace(hour=10), "Away", special="out-of-office")
    event = create_event(organization.anna, draft, None, organization.now)
    assert isinstance(event, Event)
    organization.sync()

    move(organization, event)

    entry = Entry.objects.alive().get()
    assert (entry.not_moved, entry.moving_to) == ("eventTypeRestriction", team())
    assert calendars.titles(calendars.primary) == ["Away"]
    check_quiet(organization)


def test_not_sent_yet_it_goes_there_at_once(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    event = organization.create(organization.anna, "Review")

    assert move(organization, event) == ["events", "events", "events"]

    assert in_team(calendars) == ["Review"]
    assert calendars.titles(calendars.primary) == []
    assert organization.titles_here(organization.anna) == ["Review"]
    check_quiet(organization)


@pytest.mark.parametrize("choice", [Choice.SEND, Choice.SILENT])
def test_the_answer_about_mail_goes_with_what_was_not_sent_yet(
    organization: Organization, calendars: GoogleCalendars, choice: Choice
) -> None:
    event = organization.create(organization.anna, "Review", EVA, choice=choice)

    move(organization, event)
    organization.sync()

    assert in_team(calendars) == ["Review"]
    to_eva = [kind for kind, recipient in organization.mails if recipient == EVA]
    assert to_eva == (["invite"] if choice is Choice.SEND else [])
    check_quiet(organization)


def test_in_outlook_it_is_made_anew(organization: Organization) -> None:
    """New first, then the old one goes; what has guests would be cancelled, and stays."""
    account = organization.connect(organization.anna, "outlook")
    organization.sandbox.microsoft.add_calendar("anna", "Team")
    event = organization.create(organization.anna, "Review")
    important = {"importance": "high"}
    edit_event(organization.anna, event.pk, important, None, organization.now)
    meeting = organization.create(organization.anna, "Meeting", EVA, choice=Choice.SEND)
    look_again(organization.anna, account.pk, organization.now)
    organization.work()
    known = calendars_of(organization.anna, account.pk).calendars
    chosen = Choices([each.id for each in known if each.name in {"Calendar", "Team"}])
    save_choice(organization.anna, account.pk, chosen, organization.now)
    organization.sync()
    organization.sandbox.mail.clear()

    move_to_calendar(organization.anna, event.pk, team().pk, organization.now)
    for _ in range(3):
        organization.sync()

    assert Entry.objects.alive().get(event=event).calendar == team()
    assert organization.titles_here(organization.anna) == ["Meeting", "Review"]
    there = organization.there("anna", "outlook")
    assert there.titles() == ["Meeting", "Review"]
    row = organization.sandbox.microsoft.get("anna", there.id_of("Review"))
    assert row["importance"] == "high"
    assert organization.mails == []
    with pytest.raises(ActionRefused, match="guests_invited_anew"):
        move_to_calendar(organization.anna, meeting.pk, team().pk, organization.now)
    check_quiet(organization)


def test_what_can_not_be_moved(organization: Organization, calendars: GoogleCalendars) -> None:
    event = organization.create(organization.anna, "Review", "ben@corp.example", choice=Choice.SEND)
    organization.sync()

    for calendar in (0, Entry.objects.get(calendar__owner=organization.anna.pk).calendar_id):
        with pytest.raises(ActionRefused, match="no_such_calendar"):
            move_to_calendar(organization.anna, event.pk, calendar, organization.now)
    with pytest.raises(ActionRefused, match="not_organizer"):
        move_to_calendar(organization.ben, event.pk, team().pk, organization.now)
    listed = calendars.listed()["Team"]
    assert calendar_of(organization.anna, listed.id) == team().pk
    assert calendar_of(organization.ben, listed.id) == 0


def test_deleted_meanwhile_there(organization: Organization, calendars: GoogleCalendars) -> None:
    event = organization.create(organization.anna, "Review")
    organization.sync()
    organization.there("anna", "google").delete("Review")

    move(organization, event)
    organization.sync()

    assert organization.titles_here(organization.anna) == []
    assert in_team(calendars) == []
    check_quiet(organization)


def test_deleted_here_before_it_was_moved(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    event = organization.create(organization.anna, "Review")
    organization.sync()
    move_to_calendar(organization.anna, event.pk, team().pk, organization.now)
    delete_event(organization.anna, event.pk, None, organization.now)
    for _ in range(3):
        organization.sync()

    assert organization.titles_here(organization.anna) == []
    assert (in_team(calendars), calendars.titles(calendars.primary)) == ([], [])
    check_quiet(organization)
