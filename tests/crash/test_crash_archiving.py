"""Archived, brought back, put back: the worker dies at any call of writing it."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.archiving import archive_event, archived_events, unarchive_event
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.removals import set_removal_rule
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.deaths import check_every_death, rounds
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
both = pytest.mark.parametrize("provider", PROVIDERS)


def review(organization: Organization, provider: ProviderName, rule: str = "") -> Event:
    """Anna's meeting with a colleague and a guest from outside, who know of it."""
    anna = organization.anna
    account = organization.connect(anna, provider)
    if rule:
        set_removal_rule(anna, account.pk, rule)
    guests = address_of_ben(organization, provider), EVA
    event = organization.create(anna, "Review", *guests, choice=Choice.SEND)
    rounds(organization)
    organization.sandbox.mail.clear()
    return event


def address_of_ben(organization: Organization, provider: ProviderName) -> str:
    return str(organization.sandbox.people.get("ben").address(provider))


@both
def test_crash_at_every_call_of_archiving(
    organization: Organization, provider: ProviderName
) -> None:
    event = review(organization, provider)
    archive_event(organization.anna, event.pk, Choice.SEND, organization.now)

    expected = check_every_death(organization, at_least=5)

    everybody = sorted([address_of_ben(organization, provider), EVA])
    assert expected.mails == [("cancel", person) for person in everybody]
    assert (organization.there("anna", provider).titles(), expected.open_ends) == ([], 0)
    assert organization.titles_here(organization.anna) == []
    assert [line.summary for line in archived_events(organization.anna)] == ["Review"]


@both
def test_crash_at_every_call_of_bringing_it_back(
    organization: Organization, provider: ProviderName
) -> None:
    """One meeting there, each guest invited once; the colleague sees the same one again."""
    anna, ben = organization.anna, organization.ben
    organization.connect(ben, provider)
    event = review(organization, provider)
    archive_event(anna, event.pk, Choice.SEND, organization.now)
    rounds(organization)
    organization.sandbox.mail.clear()
    unarchive_event(anna, event.pk, Choice.SEND, organization.now)

    expected = check_every_death(organization, at_least=5)

    everybody = sorted([address_of_ben(organization, provider), EVA])
    assert expected.mails == [("invite", person) for person in everybody]
    there = organization.there("anna", provider)
    assert (there.titles(), there.guests_of("Review")) == (["Review"], everybody)
    assert organization.titles_here(anna) == organization.titles_here(ben) == ["Review"]
    assert (Event.objects.count(), expected.open_ends, archived_events(anna)) == (1, 0, [])


@both
def test_crash_at_every_call_of_putting_back(
    organization: Organization, provider: ProviderName
) -> None:
    """Made again once, without its guests; nobody is mailed, and nothing is asked again."""
    anna = organization.anna
    organization.connect(organization.ben, provider)
    review(organization, provider, "ask")
    organization.there("anna", provider).delete("Review")
    rounds(organization)
    organization.sandbox.mail.clear()
    (item,) = attention_items(anna)
    release(anna, item.link_id, "put-back", organization.now)

    expected = check_every_death(organization, at_least=5)

    assert (expected.mails, expected.open_ends) == ([], 0)
    there = organization.there("anna", provider)
    assert (there.titles(), there.guests_of("Review")) == (["Review"], [])
    assert (organization.titles_here(anna), attention_items(anna)) == (["Review"], [])
    assert Event.objects.alive().count() == 1
