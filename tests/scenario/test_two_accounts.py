"""Two accounts of one person, colleagues at two providers: each event once, at its home."""

from __future__ import annotations

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import disconnect
from calendar_sync.actions.events import answer_event, delete_event, edit_event
from calendar_sync.actions.sync import sync_now
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event, Link, ProviderCredential
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
OTHER: dict[ProviderName, ProviderName] = {"google": "outlook", "outlook": "google"}

first_connected = pytest.mark.parametrize("first", PROVIDERS)


def connect_both(organization: Organization, first: ProviderName) -> None:
    for provider in (first, OTHER[first]):
        organization.connect(organization.anna, provider)
        organization.work()


def titles(organization: Organization, *, key: str = "anna") -> dict[str, list[str]]:
    return {provider: organization.there(key, provider).titles() for provider in PROVIDERS}


def check_quiet(organization: Organization) -> None:
    turns = [*organization.sync(), *organization.sync()]
    reports = [report for turn in turns for report in turn.reports]
    assert {(report.sent, report.received, report.error) for report in reports} == {(0, 0, None)}


def event_called(title: str) -> Event:
    return Event.objects.alive().get(components__summary=title)


# --- one person, two accounts


@first_connected
def test_everything_comes_in_once_and_nothing_is_mirrored(
    organization: Organization, first: ProviderName
) -> None:
    for provider in PROVIDERS:
        organization.there("anna", provider).load([f"At {provider}", "Lunch"], EVA)

    connect_both(organization, first)

    assert organization.titles_here(organization.anna) == [
        "At google",
        "At outlook",
        "Lunch",
        "Lunch",
    ]
    assert titles(organization) == {
        "google": ["At google", "Lunch"],
        "outlook": ["At outlook", "Lunch"],
    }
    assert organization.mails == []
    check_quiet(organization)


@first_connected
def test_new_events_go_to_the_first_account_only(
    organization: Organization, first: ProviderName
) -> None:
    organization.create(organization.anna, "Before")
    connect_both(organization, first)

    organization.create(organization.anna, "After", EVA, choice=Choice.SEND)
    organization.sync()

    assert titles(organization) == {first: ["After", "Before"], OTHER[first]: []}
    assert organization.titles_here(organization.anna) == ["After", "Before"]
    assert organization.mails == [("invite", EVA)]
    check_quiet(organization)


@first_connected
@pytest.mark.parametrize("provider", PROVIDERS)
def test_changes_here_go_to_where_the_event_lives(
    organization: Organization, first: ProviderName, provider: ProviderName
) -> None:
    for name in PROVIDERS:
        organization.there("anna", name).load([f"Edited at {name}", f"Deleted at {name}"])
    connect_both(organization, first)
    anna, now = organization.anna, organization.now

    edited, deleted = event_called(f"Edited at {provider}"), event_called(f"Deleted at {provider}")
    edit_event(anna, edited.pk, {"summary": "Renamed"}, None, now)
    delete_event(anna, deleted.pk, None, now)
    turns = organization.work()

    other = OTHER[provider]
    assert [turn.credential_id for turn in turns] == [account(organization.anna, provider).pk]
    assert titles(organization) == {
        provider: ["Renamed"],
        other: [f"Deleted at {other}", f"Edited at {other}"],
    }
    check_quiet(organization)


@first_connected
@pytest.mark.parametrize("provider", PROVIDERS)
def test_changes_there_stay_away_from_the_other_account(
    organization: Organization, first: ProviderName, provider: ProviderName
) -> None:
    for name in PROVIDERS:
        organization.there("anna", name).load([f"Edited at {name}", f"Deleted at {name}"])
    connect_both(organization, first)
    there, other = organization.there("anna", provider), OTHER[provider]

    there.rename(f"Edited at {provider}", "Renamed")
    there.delete(f"Deleted at {provider}")
    organization.sync()

    stays = [f"Deleted at {other}", f"Edited at {other}"]
    assert organization.titles_here(organization.anna) == [*stays, "Renamed"]
    assert titles(organization) == {provider: ["Renamed"], other: stays}
    check_quiet(organization)


def account(user: AbstractBaseUser, provider: ProviderName) -> ProviderCredential:
    return ProviderCredential.objects.get(user=user.pk, provider=provider)


@first_connected
@pytest.mark.parametrize("left", PROVIDERS)
def test_disconnecting_one_and_coming_back(
    organization: Organization, first: ProviderName, left: ProviderName
) -> None:
    anna, stays = organization.anna, OTHER[left]
    for name in PROVIDERS:
        organization.there("anna", name).load([f"At {name}"], EVA)
    connect_both(organization, first)
    organization.create(anna, "Ours")
    organization.sync()

    disconnect(anna, account(anna, left).pk, organization.now)
    organization.there("anna", left).rename(f"At {left}", f"Renamed at {left}")
    organization.there("anna", stays).rename(f"At {stays}", f"Renamed at {stays}")
    organization.sandbox.mail.clear()
    edit_event(anna, event_called("Ours").pk, {"location": "Room Blue"}, None, organization.now)
    organization.sync()
    assert f"At {left}" in organization.titles_here(anna)

    organization.connect(anna, left)
    organization.sync()

    assert organization.titles_here(anna) == ["Ours", "Renamed at google", "Renamed at outlook"]
    expected = {name: [f"Renamed at {name}"] for name in PROVIDERS}
    expected[first].insert(0, "Ours")
    assert titles(organization) == expected
    assert organization.there("anna", first).place_of("Ours") == "Room Blue"
    assert ProviderCredential.objects.count() == 2
    assert organization.mails == []
    check_quiet(organization)


@first_connected
@pytest.mark.parametrize("host", PROVIDERS)
def test_invited_at_both_addresses_it_is_one_meeting(
    organization: Organization, first: ProviderName, host: ProviderName
) -> None:
    anna = organization.sandbox.people.get("anna")
    own = [str(anna.address(name)) for name in PROVIDERS]
    organization.there("cleo", host).create("Review", *own)
    connect_both(organization, first)

    assert organization.titles_here(organization.anna) == ["Review"]
    assert Link.objects.open().count() == 2
    organization.sandbox.mail.clear()
    answer_event(organization.anna, event_called("Review").pk, PartStat.ACCEPTED, organization.now)
    organization.sync()

    cleo = organization.there("cleo", host)
    assert [cleo.answer_of("Review", address) for address in own] == ["accepted", "accepted"]
    assert [kind for kind, _ in organization.mails] == ["response", "response"]
    check_quiet(organization)


# --- colleagues at different providers


def pair_up(organization: Organization, host: ProviderName) -> tuple[str, str]:
    """Anna organizes at `host`, Ben is at the other one; their addresses."""
    organization.connect(organization.anna, host)
    organization.connect(organization.ben, OTHER[host])
    organization.work()
    people = organization.sandbox.people
    anna = str(people.get("anna").address(host))
    return anna, str(people.get("ben").address(OTHER[host]))


def take_turns(organization: Organization, *order: AbstractBaseUser) -> None:
    """Everybody's account once, in this order."""
    for user in order:
        row = ProviderCredential.objects.get(user=user.pk)
        sync_now(user, row.pk, organization.now)
        organization.work()


anna_first = pytest.mark.parametrize("anna_first", [True, False])
hosts = pytest.mark.parametrize("host", PROVIDERS)


@hosts
@anna_first
def test_meeting_made_there_is_one_event_whoever_synchronizes_first(
    organization: Organization, host: ProviderName, anna_first: bool
) -> None:
    _, ben = pair_up(organization, host)
    people = [organization.anna, organization.ben]
    order = people if anna_first else people[::-1]

    organization.there("anna", host).create("Review", ben)
    take_turns(organization, *order)
    check_shared(organization, "Review")

    organization.there("anna", host).rename("Review", "Kick-off")
    take_turns(organization, *order)
    check_shared(organization, "Kick-off")
    assert organization.there("ben", OTHER[host]).titles() == ["Kick-off"]

    organization.there("anna", host).delete("Kick-off")
    take_turns(organization, *order)
    assert organization.titles_here(organization.anna) == []
    assert organization.titles_here(organization.ben) == []
    check_quiet(organization)


def check_shared(organization: Organization, title: str) -> None:
    assert Event.objects.alive().count() == 1
    assert organization.titles_here(organization.anna) == [title]
    assert organization.titles_here(organization.ben) == [title]
    assert Link.objects.open().count() == 2


@hosts
@anna_first
def test_meeting_made_here_finds_the_colleagues_copy(
    organization: Organization, host: ProviderName, anna_first: bool
) -> None:
    _, ben = pair_up(organization, host)
    people = [organization.anna, organization.ben]
    order = people if anna_first else people[::-1]

    event = organization.create(organization.anna, "Review", ben, choice=Choice.SEND)
    take_turns(organization, *order, *order)
    check_shared(organization, "Review")

    edit_event(
        organization.anna, event.pk, {"location": "Room Blue"}, Choice.SEND, organization.now
    )
    take_turns(organization, *order, *order)
    check_shared(organization, "Review")
    assert organization.there("ben", OTHER[host]).place_of("Review") == "Room Blue"
    assert organization.mails == [("invite", ben), ("update", ben)]
    check_quiet(organization)


@hosts
@anna_first
def test_answer_crosses_from_one_provider_to_the_other(
    organization: Organization, host: ProviderName, anna_first: bool
) -> None:
    anna, ben = pair_up(organization, host)
    people = [organization.anna, organization.ben]
    order = people if anna_first else people[::-1]
    organization.there("anna", host).create("Review", ben)
    take_turns(organization, *order)
    organization.sandbox.mail.clear()

    answer_event(organization.ben, event_called("Review").pk, PartStat.ACCEPTED, organization.now)
    take_turns(organization, *order, *order)

    assert organization.there("anna", host).answer_of("Review", ben) == "accepted"
    assert event_called("Review").attendees.get(address=ben).partstat == "accepted"
    assert organization.mails == [("response", anna)]
    check_shared(organization, "Review")
    check_quiet(organization)


@hosts
def test_guest_who_removes_his_copy_declines_for_himself_alone(
    organization: Organization, host: ProviderName
) -> None:
    _, ben = pair_up(organization, host)
    organization.there("anna", host).create("Review", ben)
    organization.sync()

    organization.there("ben", OTHER[host]).delete("Review")
    organization.sync()
    organization.sync()

    assert organization.titles_here(organization.anna) == ["Review"]
    assert organization.titles_here(organization.ben) == []
    assert event_called("Review").attendees.get(address=ben).partstat == "declined"
    assert organization.there("anna", host).titles() == ["Review"]
    check_quiet(organization)


# --- addresses that become known late


@hosts
def test_guest_who_connects_later_can_answer(
    organization: Organization, host: ProviderName
) -> None:
    """Until then nobody knew whose address that was."""
    ben = str(organization.sandbox.people.get("ben").address("google"))
    organization.connect(organization.anna, host)
    organization.there("anna", host).create("Review", ben)
    organization.sync()
    organization.sandbox.mail.clear()

    organization.connect(organization.ben, "google")
    organization.work()
    answer_event(organization.ben, event_called("Review").pk, PartStat.ACCEPTED, organization.now)
    organization.sync()

    assert Event.objects.alive().count() == 1
    assert organization.there("anna", host).answer_of("Review", ben) == "accepted"
    check_quiet(organization)


def test_organizer_who_connects_later_is_recognized(organization: Organization) -> None:
    """The guest's copy is an older version, under an organizer nobody knew."""
    ben = str(organization.sandbox.people.get("ben").address("google"))
    organization.connect(organization.ben, "google")
    organization.there("anna", "google").create("Review", ben)
    organization.sync()
    organization.there("anna", "google").rename("Review", "Kick-off")

    organization.connect(organization.anna, "google")
    anna = ProviderCredential.objects.get(user=organization.anna.pk)
    assert [turn.credential_id for turn in organization.work()] == [anna.pk]

    check_shared(organization, "Kick-off")
    assert event_called("Kick-off").organizer_user_id == organization.anna.pk
    organization.sync()
    check_shared(organization, "Kick-off")
    check_quiet(organization)
