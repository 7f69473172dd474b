"""Any number of calendars of an Outlook account: own ones both ways, others as they may be."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.consent import Consent
from calendar_sync.actions.accounts import begin_sign_in, finish_sign_in
from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.remote_calendars import (
    AccountCalendar,
    Choice,
    calendars_of,
    change_calendar,
    save_choice,
)
from calendar_sync.controllers.calendar_words import section
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event, Link, ProviderCredential
from calendar_sync.providers.registry import OPEN_SHARED
from support.world import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(organization: Organization) -> ProviderCredential:
    return organization.connect(organization.anna, "outlook")


def listed(organization: Organization, account: ProviderCredential) -> dict[str, AccountCalendar]:
    found = calendars_of(organization.anna, account.pk)
    return {each.name: each for each in found.calendars}


def choose(organization: Organization, account: ProviderCredential, *names: str) -> None:
    """Look at the list, then choose the main calendar and these."""
    look_again(organization.anna, account.pk, organization.now)
    organization.work()
    known = listed(organization, account)
    choice = Choice([known[name].id for name in ("Calendar", *names)])
    save_choice(organization.anna, account.pk, choice, organization.now)


def moved(organization: Organization, title: str, calendar: str) -> str:
    """An event made in Outlook, and put into another calendar there."""
    event = organization.there("anna", "outlook").create(title)
    organization.sandbox.microsoft.move("anna", event, calendar)
    return event


def quiet(organization: Organization) -> bool:
    turns = [turn for _ in range(2) for turn in organization.sync()]
    return all(report == SyncReport() for turn in turns for report in turn.reports)


def test_an_own_calendar_goes_both_ways(
    organization: Organization, account: ProviderCredential
) -> None:
    outlook = organization.sandbox.microsoft
    team = outlook.add_calendar("anna", "Team")
    event = moved(organization, "Retrospective", team)
    choose(organization, account, "Team")
    organization.sync()
    here = Event.objects.get()
    edit_event(organization.anna, here.pk, {"summary": "Look back"}, None, organization.now)
    organization.sync()
    assert outlook.get("anna", event)["subject"] == "Look back"

    target = listed(organization, account)["Team"].id
    change_calendar(organization.anna, target, organization.now, takes_new=True)
    organization.create(organization.anna, "Offsite")
    organization.sync()
    mailbox = outlook.mailbox("anna")
    number = max(mailbox.folders)
    assert {item.subject for item in mailbox.in_folder(number)} == {"Look back", "Offsite"}
    assert quiet(organization)
    assert organization.mails == []


def test_what_may_only_be_read_is_only_fetched(
    organization: Organization, account: ProviderCredential
) -> None:
    outlook = organization.sandbox.microsoft
    holidays = outlook.add_calendar("anna", "Holidays", can_edit=False)
    event = moved(organization, "May Day", holidays)
    choose(organization, account, "Holidays")
    organization.sync()
    here = Event.objects.get()
    edit_event(organization.anna, here.pk, {"summary": "Labour Day"}, None, organization.now)
    organization.sync()

    assert listed(organization, account)["Holidays"].direction == "from-provider"
    assert outlook.get("anna", event)["subject"] == "May Day"


@pytest.fixture
def paint(organization: Organization) -> str:
    """In a calendar that Ben lets Anna change; beside it stand a meeting of his and a series."""
    outlook, ben = organization.sandbox.microsoft, organization.there("ben", "outlook")
    plans = outlook.add_calendar("ben", "Plans")
    outlook.share("ben", "anna@corp.example", "write", calendar_id=plans)
    made = ben.create("Paint"), ben.create("Meet", "eva@client.example"), ben.create_series("Tidy")
    for event in made:
        outlook.move("ben", event, plans)
    organization.sandbox.mail.clear()
    return made[0]


@pytest.mark.parametrize("shared_delta", ["served", "refused-next"])
def test_what_a_colleague_shares_goes_both_ways(
    organization: Organization, account: ProviderCredential, paint: str, shared_delta: str
) -> None:
    organization.sandbox.knobs["graph.shared_delta"] = shared_delta
    choose(organization, account, "Plans")
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Meet", "Paint", "Tidy"]

    event = Event.objects.get(components__summary="Paint")
    edit_event(organization.anna, event.pk, {"summary": "Paint it blue"}, None, organization.now)
    organization.sync()

    assert organization.sandbox.microsoft.get("ben", paint)["subject"] == "Paint it blue"
    assert quiet(organization)
    assert organization.mails == []


def test_where_shared_calendars_take_a_scope_of_their_own(
    organization: Organization, account: ProviderCredential, paint: str
) -> None:
    """The contract of Microsoft (1.8, 15) leaves it unsure; nobody is asked before it is so."""
    organization.sandbox.knobs["graph.shared_entry_scope"] = "shared"
    choose(organization, account, "Plans")
    organization.sync()
    assert listed(organization, account)["Plans"].problem == "erroraccessdenied"
    found = calendars_of(organization.anna, account.pk)
    assert section(found, anywhere=True, several=False).shared_to_allow

    session: dict[str, object] = {}
    arguments = (organization.anna, "outlook", session, organization.now)
    url = begin_sign_in(*arguments, account.pk, [OPEN_SHARED])
    answer = organization.browse("outlook", url, Consent("anna"))
    finish_sign_in(organization.anna, "outlook", answer, session, organization.now)
    look_again(organization.anna, account.pk, organization.now)
    for _ in range(2):  # it is found again, then fetched
        organization.sync()

    assert organization.titles_here(organization.anna) == ["Meet", "Paint", "Tidy"]
    found = calendars_of(organization.anna, account.pk)
    assert not section(found, anywhere=True, several=False).shared_to_allow
    organization.advance(hours=2)  # the next token is good for it, too
    organization.sandbox.microsoft.edit("ben", paint, {"subject": "Painted"})
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Meet", "Painted", "Tidy"]


def test_moved_between_two_chosen_calendars(
    organization: Organization, account: ProviderCredential
) -> None:
    outlook = organization.sandbox.microsoft
    team = outlook.add_calendar("anna", "Team")
    choose(organization, account, "Team")
    event = organization.there("anna", "outlook").create("Review")
    organization.sync()
    link = Link.objects.get()

    outlook.move("anna", event, team)
    organization.sync()
    organization.sync()

    followed = Link.objects.open().get()
    assert (followed.pk, followed.entry.calendar.name) == (link.pk, "Team")
    assert organization.titles_here(organization.anna) == ["Review"]
    assert quiet(organization)


def test_a_deleted_calendar_stops_and_deletes_nothing(
    organization: Organization, account: ProviderCredential
) -> None:
    outlook = organization.sandbox.microsoft
    team = outlook.add_calendar("anna", "Team")
    moved(organization, "Retrospective", team)
    choose(organization, account, "Team")
    organization.sync()

    mailbox = outlook.mailbox("anna")
    del mailbox.folders[max(mailbox.folders)]
    organization.there("anna", "outlook").create("Dentist")
    organization.sync()

    assert listed(organization, account)["Team"].problem
    assert organization.titles_here(organization.anna) == ["Dentist", "Retrospective"]
    account.refresh_from_db()
    assert (account.state, account.failures) == ("active", 0)


def test_nothing_new_costs_a_request_per_calendar(
    organization: Organization, account: ProviderCredential
) -> None:
    organization.sandbox.microsoft.add_calendar("anna", "Team")
    choose(organization, account, "Team")
    organization.sync()
    organization.sandbox.journal.clear()
    organization.sync()
    assert len(organization.requests()) == 2
