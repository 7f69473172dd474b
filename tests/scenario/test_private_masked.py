"""Of private events only when they are: each side shows what is private on the other as "Busy"."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import delete_event, edit_event
from calendar_sync.actions.kept_in_step import Wish, save_rules
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.models import Change, Event, Link, ListedCalendar
from support.mirrored import check_quiet, move, rows
from support.world import PROVIDERS, Organization

providers = pytest.mark.parametrize("provider", PROVIDERS)
PRIVATE = {"google": {"visibility": "private"}, "outlook": {"sensitivity": "private"}}
PUBLIC = {"google": {"visibility": "default"}, "outlook": {"sensitivity": "normal"}}


def connect(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    keep(organization, "busy")


def keep(organization: Organization, private: str) -> None:
    row = ListedCalendar.objects.get(is_primary=True)
    save_rules(organization.anna, row.pk, Wish(private=private), organization.now)
    organization.work()


def edit_there(
    organization: Organization, provider: ProviderName, title: str, changes: dict[str, Any]
) -> None:
    id_ = organization.there("anna", provider).id_of(title)
    if provider == "google":
        person = organization.sandbox.people.get("anna")
        organization.sandbox.google.edit(person, id_, changes)
    else:
        organization.sandbox.microsoft.edit("anna", id_, changes)


def private_there(organization: Organization, provider: ProviderName) -> None:
    there = organization.there("anna", provider)
    there.create("Doctor")
    there.relocate("Doctor", "Main Street")
    edit_there(organization, provider, "Doctor", PRIVATE[provider])
    organization.sandbox.journal.clear()
    organization.sync()


def told() -> list[str]:
    return [line.what for line in Change.objects.filter(what="conflict")]


@providers
def test_what_is_private_there_is_busy_here(
    organization: Organization, provider: ProviderName
) -> None:
    connect(organization, provider)
    private_there(organization, provider)
    event = Event.objects.alive().get()
    assert (event.summary, event.components.get("location")) == ("Busy", None)

    organization.there("anna", provider).rename("Doctor", "Surgeon")
    move(organization, provider, "Surgeon", "2026-12-02")
    organization.sync()
    event.refresh_from_db()
    assert event.summary == "Busy"
    assert f"{event.starts_at:%H}" == "10"  # eleven in Berlin

    edit_event(organization.anna, event.pk, {"summary": "Away"}, None, organization.now)
    organization.sync()
    assert organization.there("anna", provider).titles() == ["Surgeon"]
    assert told() == []
    assert organization.mails == []
    check_quiet(organization)

    edit_event(organization.anna, event.pk, {"summary": "Busy"}, None, organization.now)
    keep(organization, "full")
    organization.sync()
    event.refresh_from_db()
    assert (event.summary, event.components.get("location")) == ("Surgeon", "Main Street")
    assert told() == []
    check_quiet(organization)


@providers
def test_what_is_private_here_is_busy_there(
    organization: Organization, provider: ProviderName
) -> None:
    connect(organization, provider)
    event = organization.create(organization.anna, "Doctor")
    changes = {"classification": "private", "location": "Main Street"}
    edit_event(organization.anna, event.pk, changes, None, organization.now)
    organization.sync()
    there = organization.there("anna", provider)
    assert (there.titles(), there.place_of("Busy")) == (["Busy"], "")

    edit_event(organization.anna, event.pk, {"summary": "Surgeon"}, None, organization.now)
    organization.sync()
    there.describe("Busy", "Bring the card.")
    organization.sync()
    event.refresh_from_db()
    assert (event.summary, event.components.get("description")) == ("Surgeon", None)
    assert there.titles() == ["Busy"]
    assert told() == []
    check_quiet(organization)

    move(organization, provider, "Busy", "2026-12-02")
    organization.sync()
    event.refresh_from_db()
    assert f"{event.starts_at:%d %H}" == "02 10"
    assert event.summary == "Surgeon"

    keep(organization, "full")
    organization.sync()
    assert there.titles() == ["Surgeon"]
    assert there.place_of("Surgeon") == "Main Street"
    assert organization.mails == []
    check_quiet(organization)


@providers
def test_made_public_there_it_shows_what_it_is(
    organization: Organization, provider: ProviderName
) -> None:
    connect(organization, provider)
    private_there(organization, provider)
    edit_there(organization, provider, "Doctor", PUBLIC[provider])
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Doctor"]
    assert told() == []

    edit_there(organization, provider, "Doctor", PRIVATE[provider])
    organization.there("anna", provider).rename("Doctor", "Surgeon")
    organization.sync()
    assert organization.titles_here(organization.anna) == ["Doctor"]
    check_quiet(organization)


@providers
def test_deleted_here_it_is_deleted_there(
    organization: Organization, provider: ProviderName
) -> None:
    connect(organization, provider)
    private_there(organization, provider)
    delete_event(organization.anna, Event.objects.get().pk, None, organization.now)
    organization.sync()
    assert rows(organization, provider) == []
    assert organization.titles_here(organization.anna) == []
    assert not Link.objects.open().exists()
    check_quiet(organization)


@providers
def test_guests_there_hear_nothing_of_it(
    organization: Organization, provider: ProviderName
) -> None:
    """Here it has no guests; there it has, and whatever would tell them is asked."""
    connect(organization, provider)
    organization.there("anna", provider).create("Interview", "eva@client.example")
    edit_there(organization, provider, "Interview", PRIVATE[provider])
    organization.sandbox.mail.clear()
    organization.sync()
    event = Event.objects.alive().get()
    assert (event.summary, event.attendees.count()) == ("Busy", 0)

    asked = delete_event(organization.anna, event.pk, None, organization.now)
    assert isinstance(asked, MailQuestion)
    assert asked.cancellations == ("eva@client.example",)
    organization.sync()
    assert organization.there("anna", provider).titles() == ["Interview"]
    assert organization.mails == []


@providers
def test_rule_of_titles_goes_by_what_it_is(
    organization: Organization, provider: ProviderName
) -> None:
    """The other side shows "Busy", which is no title of anybody's."""
    connect(organization, provider)
    row = ListedCalendar.objects.get(is_primary=True)
    only = Wish(private="busy", only_titles=("surge*", "doctor"))
    save_rules(organization.anna, row.pk, only, organization.now)
    ours = organization.create(organization.anna, "Surgery")
    changes = {"classification": "private"}
    edit_event(organization.anna, ours.pk, changes, None, organization.now)
    private_there(organization, provider)
    organization.sync()
    there = organization.there("anna", provider)
    assert there.titles() == ["Busy", "Doctor"]
    assert organization.titles_here(organization.anna) == ["Busy", "Surgery"]

    edit_event(organization.anna, ours.pk, {"summary": "Surgeon"}, None, organization.now)
    there.rename("Doctor", "Surge")
    organization.sync()
    assert set(Link.objects.values_list("left_out", flat=True)) == {""}
    check_quiet(organization)

    edit_event(organization.anna, ours.pk, {"summary": "Lunch"}, None, organization.now)
    there.rename("Surge", "Lunch")
    organization.sync()
    assert set(Link.objects.values_list("left_out", flat=True)) == {"other-title"}
    assert organization.titles_here(organization.anna) == ["Busy", "Lunch"]
    check_quiet(organization)
