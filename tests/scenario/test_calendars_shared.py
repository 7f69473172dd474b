"""A calendar that Ben shares with Anna at Google: what she may do there, and what is Ben's."""

from __future__ import annotations

import pytest

from calendar_sandbox.google.calendar import Calendar
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event
from support.calendars import GoogleCalendars
from support.world import Organization

pytestmark = pytest.mark.django_db

BEN, EVA = "ben@gmail.example", "eva@client.example"
ID = "plans@group.calendar.google.com"


@pytest.fixture
def calendars(organization: Organization) -> GoogleCalendars:
    return GoogleCalendars.of(organization)


@pytest.fixture
def plans(organization: Organization, calendars: GoogleCalendars) -> Calendar:
    """Ben's calendar, which Anna may change; chosen by her."""
    google, ben = organization.sandbox.google, organization.sandbox.people.get("ben")
    made = google.add_calendar(ben, ID, "Plans", "owner")
    share(organization, "writer")
    calendars.look()
    calendars.choose("Plans")
    organization.sandbox.mail.clear()
    return made


def share(organization: Organization, role: str) -> None:
    google, people = organization.sandbox.google, organization.sandbox.people
    google.share(people.get("ben"), ID, "anna@gmail.example", role)
    if role != "none":
        google.accept_share(people.get("anna"), ID)


def enter(organization: Organization, plans: Calendar, title: str, *guests: str) -> str:
    """Ben makes an event there, silently."""
    google, ben = organization.sandbox.google, organization.sandbox.people.get("ben")
    times = {
        side: {"dateTime": f"2026-12-02T{hour}:00:00", "timeZone": "Europe/Berlin"}
        for side, hour in (("start", "09"), ("end", "10"))
    }
    body = {"summary": title, **times, "attendees": [{"email": guest} for guest in guests]}
    return google.writer.insert(google.account(ben), plans, body, google.by_hand(ben, "none")).id


def quiet(organization: Organization) -> bool:
    turns = [turn for _ in range(2) for turn in organization.sync()]
    return all(report == SyncReport() for turn in turns for report in turn.reports)


def test_what_has_no_guests_goes_both_ways(
    organization: Organization, calendars: GoogleCalendars, plans: Calendar
) -> None:
    id_ = enter(organization, plans, "Paint the hall")
    organization.sync()
    listed = calendars.listed()["Plans"]
    assert (listed.role, listed.owner, listed.may_take_new) == ("writer", BEN, False)
    event = Event.objects.get()
    edit_event(organization.anna, event.pk, {"summary": "Paint it blue"}, None, organization.now)
    organization.sync()

    assert plans.events[id_].content.shared["summary"] == "Paint it blue"
    assert quiet(organization)


def test_a_meeting_is_its_owners(
    organization: Organization, calendars: GoogleCalendars, plans: Calendar
) -> None:
    """It is read and never written; Ben, connected too, has it once, and may change it."""
    organization.connect(organization.ben, "google")
    id_ = enter(organization, plans, "Workshop", EVA)
    organization.sync()

    event = Event.objects.get()
    assert (event.organizer_address, event.organizer_user_id) == (BEN, organization.ben.pk)
    with pytest.raises(ActionRefused) as refused:
        edit_event(organization.anna, event.pk, {"summary": "Mine"}, None, organization.now)
    assert refused.value.code == "not_organizer"
    google, ben = organization.sandbox.google, organization.sandbox.people.get("ben")
    google.writer.update(plans, id_, {"summary": "Kick-off"}, google.by_hand(ben, "none"))
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Kick-off"]
    assert quiet(organization)
    assert organization.mails == []


def test_new_events_never_go_to_somebody_elses(
    organization: Organization, calendars: GoogleCalendars, plans: Calendar
) -> None:
    pk = calendars.listed()["Plans"].id
    with pytest.raises(ActionRefused, match="not_own"):
        change_calendar(organization.anna, pk, organization.now, takes_new=True)
    organization.create(organization.anna, "Dentist")
    organization.work()
    assert calendars.titles(calendars.primary) == ["Dentist"]


def test_not_shared_any_more_and_shared_again(
    organization: Organization, calendars: GoogleCalendars, plans: Calendar
) -> None:
    enter(organization, plans, "Paint the hall")
    organization.sync()
    share(organization, "none")
    organization.sync()
    assert calendars.listed()["Plans"].problem
    assert organization.titles_here(organization.anna) == ["Paint the hall"]

    share(organization, "writer")
    enter(organization, plans, "Buy paint")
    calendars.look()
    organization.sync()
    assert calendars.listed()["Plans"].problem == ""
    assert organization.titles_here(organization.anna) == ["Buy paint", "Paint the hall"]


def test_the_right_to_write_is_taken_away(
    organization: Organization, calendars: GoogleCalendars, plans: Calendar
) -> None:
    """The listing says so at once; nothing is refused event by event."""
    id_ = enter(organization, plans, "Paint the hall")
    organization.sync()
    share(organization, "reader")
    calendars.look()
    event = Event.objects.get()
    edit_event(organization.anna, event.pk, {"summary": "Mine"}, None, organization.now)
    organization.sync()

    listed = calendars.listed()["Plans"]
    assert (listed.role, listed.direction) == ("reader", "from-provider")
    assert plans.events[id_].content.shared["summary"] == "Paint the hall"
    assert quiet(organization)
