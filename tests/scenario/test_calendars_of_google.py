"""Any number of calendars of a Google account: listed, chosen, kept in step, given up."""

from __future__ import annotations

import pytest

from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.remote_calendars import (
    Choice,
    calendars_of,
    change_calendar,
    save_choice,
)
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Calendar, Entry, Event, Link, Pairing, ProviderCredential
from support.calendars import GoogleCalendars
from support.world import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendars(organization: Organization) -> GoogleCalendars:
    return GoogleCalendars.of(organization)


def quiet(organization: Organization) -> bool:
    """Whether two more runs find nothing to do."""
    reports = [report for _ in range(2) for turn in organization.sync() for report in turn.reports]
    return all(report == SyncReport() for report in reports)


def test_the_list_is_read_by_the_worker_alone(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    calendars.add("Team")
    calendars.add("Holidays", "reader")
    calendars.add("Busy", "freeBusyReader")
    organization.work()
    organization.sandbox.journal.clear()
    look_again(organization.anna, calendars.row.pk, organization.now)
    assert organization.requests() == []
    assert calendars_of(organization.anna, calendars.row.pk).is_looking

    organization.work()

    main, team, holidays = calendars.listed().values()
    assert (main.is_main, main.is_chosen, main.takes_new) == (True, True, True)
    assert (team.name, team.role, team.is_chosen) == ("Team", "owner", False)
    assert (holidays.name, holidays.role, holidays.may_take_new) == ("Holidays", "reader", False)
    account = calendars_of(organization.anna, calendars.row.pk)
    assert (account.is_looking, account.error, account.listed_at) == (False, "", organization.now)
    prefix = "GET /google/calendar/v3"
    assert organization.requests() == [
        f"{prefix}/users/me/calendarList",
        f"{prefix}/calendars/anna@gmail.example/events",
    ]


def test_a_chosen_calendar_is_kept_in_step_in_a_calendar_of_its_own(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    calendars.enter(team, "Retrospective")
    calendars.look()
    calendars.choose("Team")
    organization.work()

    entry = Entry.objects.get(event__components__summary="Retrospective")
    assert (entry.calendar.name, entry.calendar.is_default) == ("Team", False)
    event = entry.event
    edit_event(organization.anna, event.pk, {"summary": "Look back"}, None, organization.now)
    organization.work()
    assert calendars.titles(team) == ["Look back"]
    assert organization.mails == []
    assert quiet(organization)


def test_nothing_new_costs_a_request_per_calendar(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    calendars.add("Team")
    calendars.add("Holidays", "reader")
    calendars.look()
    calendars.choose("Team", "Holidays")
    organization.sync()
    organization.sandbox.journal.clear()

    organization.sync()

    assert len(organization.requests()) == 3


def test_only_fetched(organization: Organization, calendars: GoogleCalendars) -> None:
    """A calendar that may only be read is only fetched, and can't be set otherwise."""
    holidays = calendars.add("Holidays", "reader")
    id_ = calendars.enter(holidays, "May Day")
    calendars.look()
    calendars.choose("Holidays")
    organization.work()
    event = Event.objects.get()
    edit_event(organization.anna, event.pk, {"summary": "Labour Day"}, None, organization.now)
    organization.sync()
    assert calendars.titles(holidays) == ["May Day"]

    calendars.rename(holidays, id_, "First of May")
    organization.sync()
    listed = calendars.listed()["Holidays"]
    for wanted in ("both", "to-provider"):
        with pytest.raises(ActionRefused) as refused:
            change_calendar(organization.anna, listed.id, organization.now, direction=wanted)
        assert refused.value.code == "read_only"
    with pytest.raises(ActionRefused, match="not_own"):
        change_calendar(organization.anna, listed.id, organization.now, takes_new=True)
    assert listed.direction == "from-provider"


def test_a_direction_can_be_changed(organization: Organization, calendars: GoogleCalendars) -> None:
    """What waited is sent and fetched once it may be."""
    team = calendars.add("Team")
    id_ = calendars.enter(team, "Retrospective")
    calendars.look()
    calendars.choose("Team", directions={"Team": "from-provider"})
    organization.sync()
    event = Event.objects.get()
    edit_event(organization.anna, event.pk, {"location": "Room Blue"}, None, organization.now)
    organization.sync()
    assert team.events[id_].content.shared.get("location") is None

    calendars.choose("Team", directions={"Team": "both"})
    organization.sync()
    assert team.events[id_].content.shared["location"] == "Room Blue"

    calendars.choose("Team", directions={"Team": "to-provider"})
    organization.sync()
    calendars.rename(team, id_, "Look back")
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Retrospective"]


def test_new_events_go_to_one_calendar(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    calendars.look()
    calendars.choose("Team", target="Team")
    organization.create(organization.anna, "Offsite")
    organization.work()

    assert calendars.titles(team) == ["Offsite"]
    assert calendars.titles(calendars.primary) == []
    assert [each.name for each in calendars.listed().values() if each.takes_new] == ["Team"]
    assert quiet(organization)

    calendars.choose("Team", target=calendars.main)
    organization.create(organization.anna, "Dentist")
    organization.work()
    assert calendars.titles(calendars.primary) == ["Dentist"]
    assert Calendar.objects.filter(takes_new=True).count() == 1


def test_a_target_given_up_hands_new_events_on(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    calendars.add("Team")
    calendars.look()
    calendars.choose("Team", target="Team")
    calendars.choose(target="Team")  # the page sends what was selected when it was loaded

    organization.create(organization.anna, "Dentist")
    organization.work()

    assert calendars.titles(calendars.primary) == ["Dentist"]
    assert calendars.listed()[calendars.main].takes_new


def test_another_account_takes_new_events_over(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    outlook = organization.connect(organization.anna, "outlook")
    save_choice(organization.anna, calendars.row.pk, Choice(()), organization.now)

    organization.create(organization.anna, "Dentist")
    organization.sync()

    assert organization.there("anna", "outlook").titles() == ["Dentist"]
    assert calendars.titles(calendars.primary) == []
    (main,) = calendars_of(organization.anna, outlook.pk).calendars
    assert main.takes_new


def test_giving_a_calendar_up_keeps_everything(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    id_ = calendars.enter(team, "Retrospective")
    calendars.look()
    calendars.choose("Team")
    organization.sync()

    calendars.choose()
    organization.sync()
    event = Event.objects.get()
    edit_event(organization.anna, event.pk, {"location": "Room Blue"}, None, organization.now)
    calendars.rename(team, id_, "Look back")
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Retrospective"]
    assert calendars.titles(team) == ["Look back"]
    assert Link.objects.open().count() == 0

    calendars.choose("Team")  # again: what is there is recognized
    organization.sync()
    assert (calendars.titles(team), Event.objects.count()) == (["Look back"], 1)
    assert Calendar.objects.filter(name="Team").count() == 1
    assert quiet(organization)
    assert organization.mails == []


def test_a_calendar_that_disappears_stops_and_deletes_nothing(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    calendars.enter(team, "Retrospective")
    calendars.enter(calendars.primary, "Dentist")
    calendars.look()
    calendars.choose("Team", target="Team")
    organization.sync()

    calendars.remove(team)
    organization.sync()
    calendars.enter(calendars.primary, "Lunch", hour=12)
    organization.sync()

    listed = calendars.listed()
    assert (listed["Team"].is_chosen, listed["Team"].problem) == (True, "notFound")
    assert listed[calendars.main].takes_new
    row = ProviderCredential.objects.get()
    assert (row.state, row.failures) == ("active", 0)
    (state, _) = connection_states(organization.anna, organization.now)
    assert (state.state, state.text) == ("synced", "Synced just now · without “Team”")
    titles = ["Dentist", "Lunch", "Retrospective"]
    assert organization.titles_here(organization.anna) == titles

    calendars.restore(team)
    change_calendar(organization.anna, listed["Team"].id, organization.now, chosen=True)
    organization.sync()
    assert calendars.listed()["Team"].problem == ""
    assert organization.titles_here(organization.anna) == titles


def test_a_calendar_that_is_back_on_the_list_goes_on(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    calendars.look()
    calendars.choose("Team")
    organization.sync()
    calendars.remove(team)
    organization.sync()
    calendars.look()
    assert calendars.listed()["Team"].problem == "notFound"

    calendars.restore(team)
    calendars.enter(team, "Retrospective")
    calendars.look()
    organization.sync()

    assert calendars.listed()["Team"].problem == ""
    assert organization.titles_here(organization.anna) == ["Retrospective"]


def test_a_right_that_is_taken_away_is_noticed_within_a_day(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    calendars.look()
    calendars.choose("Team", target="Team")
    organization.sync()

    team.access_role = "reader"
    organization.advance(days=1)
    organization.sync()

    listed = calendars.listed()
    assert (listed["Team"].role, listed["Team"].direction) == ("reader", "from-provider")
    assert listed[calendars.main].takes_new


def test_moved_between_two_chosen_calendars(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    team = calendars.add("Team")
    id_ = calendars.enter(calendars.primary, "Review")
    calendars.look()
    calendars.choose("Team")
    organization.sync()
    link = Link.objects.get()

    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    google.move(anna, id_, calendars.primary.id, team.id, send="none")
    organization.sync()

    followed = Link.objects.open().get()
    assert (followed.pk, followed.entry.calendar.name) == (link.pk, "Team")
    assert organization.titles_here(organization.anna) == ["Review"]
    assert quiet(organization)


def test_a_meeting_in_a_second_calendar_is_its_owners(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    """The row names the calendar as organizer, in the copy among her own events, too."""
    team = calendars.add("Team")
    calendars.enter(team, "Workshop", "ben@gmail.example", "anna@gmail.example")
    calendars.look()
    calendars.choose("Team")
    organization.sync()

    event = Event.objects.get()
    assert (event.organizer_address, event.organizer_user_id) == (
        "anna@gmail.example",
        organization.anna.pk,
    )
    home = Pairing.objects.get(remote_calendar__name="Team")
    assert event.home_id == home.pk
    assert quiet(organization)
    assert organization.mails == []
