"""Connect, and both sides stay equal; what one side does shows on the other."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import answer_event, delete_event, edit_event
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Attendee, Event
from support.world import PROVIDERS, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)


def test_connecting_brings_events_in_and_sends_ours(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    organization.create(organization.anna, "Ours")
    there.create("Theirs")

    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sync()

    assert organization.titles_here(organization.anna) == ["Ours", "Theirs"]
    assert there.titles() == ["Ours", "Theirs"]
    assert organization.mails == []


def test_edits_travel_both_ways(organization: Organization, provider: ProviderName) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review")
    organization.work()

    edit_event(organization.anna, event.pk, {"summary": "Kick-off"}, None, organization.now)
    there.relocate("Review", "Room Blue")
    organization.sync()
    organization.sync()

    event.refresh_from_db()
    assert (event.summary, event.components["location"]) == ("Kick-off", "Room Blue")
    assert (there.titles(), there.place_of("Kick-off")) == (["Kick-off"], "Room Blue")


def test_deletions_travel_both_ways(organization: Organization, provider: ProviderName) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Ours")
    there.create("Theirs")
    organization.sync()

    delete_event(organization.anna, event.pk, None, organization.now)
    there.delete("Theirs")
    organization.sync()
    organization.sync()

    assert organization.titles_here(organization.anna) == there.titles() == []


def test_an_edit_is_work_at_once_without_polling(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    organization.work()

    organization.create(organization.anna, "Ours")
    turns = organization.work()

    assert len(turns) == 1
    assert there.titles() == ["Ours"]
    assert organization.work() == []


def test_after_any_change_two_runs_are_idle(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    organization.create(organization.anna, "Ours", "ben@corp.example", choice=Choice.SEND)
    there.create("Theirs", "cleo@corp.example")
    organization.sync()
    there.rename("Theirs", "Renamed")
    organization.sync()

    turns = [*organization.sync(), *organization.sync()]

    counts = [(report.received, report.sent) for turn in turns for report in turn.reports]
    assert counts == [(0, 0), (0, 0)]


def test_lost_token_changes_nothing(organization: Organization, provider: ProviderName) -> None:
    there = organization.there("anna", provider)
    organization.create(organization.anna, "Ours", "eva@client.example")
    there.load([f"Theirs {number}" for number in range(5)], "eva@client.example")
    organization.connect(organization.anna, provider)
    organization.sync()

    there.forget_token()
    (turn,) = organization.sync()

    assert [(report.received, report.sent) for report in turn.reports] == [(0, 0)]
    assert organization.mails == []


def test_colleagues_share_one_event(organization: Organization, provider: ProviderName) -> None:
    """Two mailboxes, one meeting: whoever synchronizes first."""
    organization.connect(organization.ben, provider)
    organization.connect(organization.anna, provider)
    ben = organization.sandbox.people.get("ben").address(provider)
    organization.there("anna", provider).create("Review", str(ben))
    organization.sync()
    organization.sync()

    assert Event.objects.alive().count() == 1
    assert organization.titles_here(organization.anna) == ["Review"]
    assert organization.titles_here(organization.ben) == ["Review"]


def test_answer_of_a_colleague_reaches_the_organizer(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.connect(organization.ben, provider)
    there = organization.there("anna", provider)
    ben = str(organization.sandbox.people.get("ben").address(provider))
    there.create("Review", ben)
    organization.sync()
    organization.sandbox.mail.clear()

    event = Event.objects.get()
    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now)
    organization.work()
    organization.sync()

    assert there.answer_of("Review", ben) == "accepted"
    assert Attendee.objects.get(event=event, address=ben).partstat == "accepted"
    assert [kind for kind, _ in organization.mails] == ["response"]
