"""Faults measured in other products, each a story; docs/odoo.md names the test of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import disconnect, restart, stop
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import answer_event, create_event, edit_event
from calendar_sync.actions.feed import events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.actions.sync import sync_now
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event, Link, Pairing, ProviderCredential
from support.series import SeriesThere
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
OTHER: dict[ProviderName, ProviderName] = {"google": "outlook", "outlook": "google"}
both = pytest.mark.parametrize("provider", PROVIDERS)


def event_called(title: str) -> Event:
    return Event.objects.alive().get(components__summary=title)


def check_quiet(organization: Organization) -> None:
    reports = [report for _ in range(2) for turn in organization.sync() for report in turn.reports]
    assert {(report.sent, report.received, report.error) for report in reports} == {(0, 0, None)}


def turn_of(organization: Organization, key: str) -> None:
    row = ProviderCredential.objects.get(user__login=f"{key}@corp.example")
    sync_now(getattr(organization, key), row.pk, organization.now)
    organization.work()


# --- changes that get lost


@both
def test_change_made_while_stopped_is_sent_however_late(
    organization: Organization, provider: ProviderName
) -> None:
    row = organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review")
    organization.sync()
    stop(organization.anna, row.pk, organization.now)

    edit_event(organization.anna, event.pk, {"location": "Room Blue"}, None, organization.now)
    organization.advance(days=3)
    organization.sync()
    assert organization.there("anna", provider).place_of("Review") == ""

    restart(organization.anna, row.pk, organization.now)
    organization.work()
    assert organization.there("anna", provider).place_of("Review") == "Room Blue"
    check_quiet(organization)


@both
@pytest.mark.parametrize("guest_at", PROVIDERS)
def test_organizers_edit_arrives_although_a_guest_came_first(
    organization: Organization, provider: ProviderName, guest_at: ProviderName
) -> None:
    """Elsewhere the guest's id is stored, and every later edit goes to the wrong mailbox."""
    ben = str(organization.sandbox.people.get("ben").address(guest_at))
    organization.connect(organization.anna, provider)
    organization.connect(organization.ben, guest_at)
    organization.work()
    organization.there("anna", provider).create("Review", ben)
    turn_of(organization, "ben")
    turn_of(organization, "anna")
    organization.sandbox.mail.clear()

    event = event_called("Review")
    changes = {"location": "Room Blue"}
    edit_event(organization.anna, event.pk, changes, Choice.SEND, organization.now)
    organization.sync()

    assert organization.there("anna", provider).place_of("Review") == "Room Blue"
    assert organization.there("ben", guest_at).place_of("Review") == "Room Blue"
    assert organization.mails == [("update", ben)]
    check_quiet(organization)


@both
@pytest.mark.parametrize("host", PROVIDERS)
def test_outside_organizer_who_cancels_takes_the_meeting_away(
    organization: Organization, provider: ProviderName, host: ProviderName
) -> None:
    anna = str(organization.sandbox.people.get("anna").address(provider))
    organization.sandbox.people.add("eva", "Eva Roth", google="e@gmail.example", outlook=EVA)
    eva = organization.there("eva", host)
    eva.create("Pitch", anna)
    organization.connect(organization.anna, provider)
    organization.work()
    assert organization.titles_here(organization.anna) == ["Pitch"]

    eva.delete("Pitch")
    organization.sync()

    assert organization.titles_here(organization.anna) == []
    check_quiet(organization)


@both
def test_clocks_that_differ_lose_no_change(
    organization: Organization, provider: ProviderName
) -> None:
    """Ours is half a minute ahead: a title changed here and a place changed there both stay."""
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review")
    organization.sync()
    ahead = organization.now + timedelta(seconds=30)

    organization.there("anna", provider).relocate("Review", "Room Blue")
    edit_event(organization.anna, event.pk, {"summary": "Kick-off"}, None, ahead)
    organization.sync()

    assert organization.there("anna", provider).place_of("Kick-off") == "Room Blue"
    event.refresh_from_db()
    assert (event.summary, event.components["location"]) == ("Kick-off", "Room Blue")
    check_quiet(organization)


# --- rules

GOOGLES = [
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTHDAY=1,15",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR",
]
DAYS = {
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH": ["11-26", "11-25"],
    "FREQ=MONTHLY;BYMONTHDAY=-1": ["11-30", "12-31", "01-31", "02-28"],
    "FREQ=MONTHLY;BYMONTHDAY=1,15": ["11-01", "11-15", "12-01", "12-15"],
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": ["11-30", "12-31", "01-29", "02-26"],
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR": ["11-02", "11-04", "11-06", "11-10"],
}
FIRST = {rule: f"2026-{days[0]}" for rule, days in DAYS.items()}


@pytest.mark.parametrize("rule", GOOGLES)
def test_rules_survive_and_take_place_when_they_should(
    organization: Organization, rule: str
) -> None:
    """Elsewhere the 4th Thursday of November comes each month, and the last day is the 1st."""
    first = FIRST[rule]
    when = {
        side: {"dateTime": f"{first}T{hour}:00:00", "timeZone": "Europe/Paris"}
        for side, hour in (("start", "09"), ("end", "10"))
    }
    exdate = "EXDATE;TZID=Europe/Paris:20270301T090000"
    body = {"summary": "Series", **when, "recurrence": [f"RRULE:{rule}", exdate]}
    owner: Any = organization.sandbox.people.get("anna")
    made = organization.sandbox.google.create(owner, body, "none")
    organization.connect(organization.anna, "google")
    organization.sync()

    period = START - timedelta(days=40), START + timedelta(days=730)
    cards = events_between(organization.anna, *period)
    assert [f"{card.start:%m-%d}" for card in cards][: len(DAYS[rule])] == DAYS[rule]
    assert "2027-03-01" not in {f"{card.start:%Y-%m-%d}" for card in cards}

    event, now = event_called("Series"), organization.now
    edit_dates(organization.anna, event.pk, "", Scope.ALL, {"summary": "Renamed"}, None, now)
    organization.sync()

    (row,) = [each for each in organization.sandbox.google.events(owner) if "recurrence" in each]
    assert (row["id"], row["summary"]) == (made["id"], "Renamed")
    assert f"RRULE:{rule}" in row["recurrence"]
    check_quiet(organization)


@both
def test_series_begun_long_ago_takes_place_today_and_in_years(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere a daily series of 2015 is cut into 720 rows, which end in 2017."""
    series = SeriesThere(organization.sandbox, "anna", provider)
    series.create("Stand-up")
    owner: Any = organization.sandbox.people.get("anna")
    old = datetime(2015, 1, 5, 9)  # noqa: DTZ001 -- of a zone named beside it
    when = {
        side: {"dateTime": moment.isoformat(), "timeZone": "Europe/Berlin"}
        for side, moment in (("start", old), ("end", old + timedelta(minutes=30)))
    }
    if provider == "google":
        organization.sandbox.google.edit(owner, series.id, when, "none")
    else:
        pattern = {"type": "daily", "interval": 1}
        span = {"type": "noEnd", "startDate": "2015-01-05"}
        body = {**when, "recurrence": {"pattern": pattern, "range": span}}
        organization.sandbox.microsoft.edit("anna", series.id, body)
    organization.connect(organization.anna, provider)
    organization.sync()

    for start in (START, START + timedelta(days=600)):
        assert len(events_between(organization.anna, start, start + timedelta(days=7))) == 7
    assert Event.objects.count() == 1


@both
def test_renaming_a_series_keeps_it_and_its_answers(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere *all events* makes a new series: new id, no answers, no exceptions."""
    ben = str(organization.sandbox.people.get("ben").address(provider))
    series = SeriesThere(organization.sandbox, "anna", provider)
    series.create("Stand-up", ben)
    organization.there("ben", provider).accept("Stand-up")
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sandbox.mail.clear()

    event = event_called("Stand-up")
    edit_dates(
        organization.anna,
        event.pk,
        "",
        Scope.ALL,
        {"summary": "Daily"},
        Choice.SEND,
        organization.now,
    )
    organization.sync()

    there = organization.there("anna", provider)
    assert (there.id_of("Daily"), there.titles()) == (series.id, ["Daily"])
    assert there.answer_of("Daily", ben) == "accepted"
    assert organization.mails == [("update", ben)]


# --- doubles


@both
def test_changing_the_provider_invites_nobody_again(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere 10 events are 8 mails."""
    row = organization.connect(organization.anna, provider)
    for number in range(10):
        guests = (EVA,) if number < 8 else ()
        organization.create(organization.anna, f"Event {number}", *guests, choice=Choice.SEND)
    organization.sync()
    organization.sandbox.mail.clear()

    disconnect(organization.anna, row.pk, organization.now)
    organization.connect(organization.anna, OTHER[provider])
    organization.sync()

    assert len(organization.titles_here(organization.anna)) == 10
    assert organization.mails == []
    check_quiet(organization)


@both
def test_a_new_installation_finds_what_the_old_one_made(
    organization: Organization, provider: ProviderName
) -> None:
    """Marks of another installation are nobody's: everything comes in once, nothing goes out."""
    row = organization.connect(organization.anna, provider)
    for number in range(5):
        organization.create(organization.anna, f"Event {number}")
    organization.sync()
    disconnect(organization.anna, row.pk, organization.now)
    Link.objects.all().delete()
    Event.objects.all().delete()
    Pairing.objects.all().delete()
    ProviderCredential.objects.all().delete()

    organization.connect(organization.anna, provider)
    organization.sync()

    titles = [f"Event {number}" for number in range(5)]
    assert organization.titles_here(organization.anna) == titles
    assert organization.there("anna", provider).titles() == titles
    check_quiet(organization)


# --- mails


@both
def test_one_invitation_although_the_token_had_ended(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere the product and the provider both write to the guest."""
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.advance(hours=2)

    organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.sync()

    assert organization.mails == [("invite", EVA)]


@both
def test_what_is_over_mails_nobody_unasked(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.sync()
    past = START - timedelta(days=30)
    guests = EventDraft(past, past + timedelta(hours=1), "Long ago", guests=(EVA,))
    silent = Choice.SILENT if provider == "google" else Choice.KEEP_HERE
    event = create_event(organization.anna, guests, silent, organization.now)
    assert isinstance(event, Event)
    organization.sync()

    changes = {"summary": "Past"}
    asked = edit_event(organization.anna, event.pk, changes, None, organization.now)
    if isinstance(asked, MailQuestion):
        edit_event(organization.anna, event.pk, changes, silent, organization.now)
    organization.sync()

    assert organization.mails == []


# --- what stops a whole calendar elsewhere


def test_poison_at_google_stops_nothing(organization: Organization) -> None:
    owner: Any = organization.sandbox.people.get("anna")
    when = {
        "start": {"dateTime": "2026-12-02T09:00:00", "timeZone": "Europe/Paris"},
        "end": {"dateTime": "2026-12-02T10:00:00", "timeZone": "Europe/Paris"},
    }
    make = organization.sandbox.google.create
    rdate = ["RDATE;TZID=Europe/Paris:20261202T090000,20261209T090000"]
    make(owner, {"summary": "Dates", **when, "recurrence": rdate}, "none")
    make(owner, {"summary": "Plain", **when}, "none")

    organization.connect(organization.anna, "google")
    organization.sync()

    cards = events_between(organization.anna, START, START + timedelta(days=14))
    shown = sorted(f"{card.start:%d %H} {card.summary}" for card in cards)
    assert shown == ["02 09 Dates", "02 09 Plain", "09 09 Dates"]
    assert Pairing.objects.get().token
    check_quiet(organization)


def test_poison_at_outlook_stops_nothing(organization: Organization) -> None:
    organization.sandbox.knobs["graph.join_url_delay"] = 3600
    there = organization.there("anna", "outlook")
    there.create("Plain")
    there.create("Online")
    edit = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    organization.sandbox.microsoft.edit("anna", there.id_of("Online"), edit)

    organization.connect(organization.anna, "outlook")
    organization.sync()

    assert organization.titles_here(organization.anna) == ["Online", "Plain"]
    check_quiet(organization)


# --- whose account is used


@both
def test_account_of_who_pressed_stop_is_not_used(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere edits of colleagues go out with his sign-in."""
    row = organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", "ben@corp.example", choice=Choice.SEND)
    organization.sync()
    stop(organization.anna, row.pk, organization.now)
    organization.sandbox.journal.clear()
    organization.sandbox.mail.clear()

    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now)
    edit_event(organization.anna, event.pk, {"location": "Room"}, Choice.SILENT, organization.now)
    organization.sync()

    assert organization.requests() == []
    assert organization.mails == []
