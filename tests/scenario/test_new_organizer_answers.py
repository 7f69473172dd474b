"""A meeting is handed over: what is written at both sides, and whose answers outlive it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import stop
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.organizers import hand_over
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event, ProviderCredential
from support.meeting_links import sent
from support.world import PROVIDERS, Organization

EVA, CLEO = "eva@client.example", "cleo@{}.example"
HOSTS = {"google": "gmail", "outlook": "corp"}
both = pytest.mark.parametrize(("first", "second"), list(itertools.product(PROVIDERS, repeat=2)))


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def answered(organization: Organization, first: ProviderName, second: ProviderName) -> Event:
    """Anna's; Ben is connected, Cleo has accepted in a mailbox that nobody here knows."""
    organization.connect(organization.anna, first)
    organization.connect(organization.ben, second)
    organization.work()
    ben = str(organization.sandbox.people.get("ben").address(second))
    cleo = CLEO.format(HOSTS[first])
    event = organization.create(organization.anna, "Review", ben, cleo, EVA, choice=Choice.SEND)
    rounds(organization)
    organization.there("cleo", first).accept("Review")
    rounds(organization)
    assert answers(organization, event)[cleo] == "accepted"
    organization.sandbox.mail.clear()
    organization.sandbox.journal.clear()
    return event


def answers(organization: Organization, event: Event) -> dict[str, str]:
    found = event_detail(organization.ben, event.pk).guests
    return {guest.address: guest.partstat for guest in found}


def give(organization: Organization, event: Event) -> None:
    asked = hand_over(
        organization.anna, event.pk, organization.ben.pk, Choice.SEND, organization.now
    )
    assert asked is None


@both
def test_answers_that_the_new_side_can_keep(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    """Google is told them with the new event, Outlook takes none; here they stay."""
    event, cleo = answered(organization, first, second), CLEO.format(HOSTS[first])
    anna = str(organization.sandbox.people.get("anna").address(first))
    give(organization, event)
    organization.work()

    ((method, query, body),) = sent(organization)
    rows = {_address(row): row.get("responseStatus") for row in body["attendees"]}
    if second == "google":
        assert (method, query) == ("POST", "sendUpdates=all")
        told = {"ben@gmail.example": "accepted", anna: "needsAction"}
        assert rows == {**told, cleo: "accepted", EVA: "needsAction"}
    else:
        assert (method, query) == ("POST", "")
        assert rows == dict.fromkeys((anna, cleo, EVA))
    rounds(organization)
    assert answers(organization, event)[cleo] == "accepted"
    assert answers(organization, event)[EVA] == "needs-action"


def _address(row: dict[str, Any]) -> str:
    return str(row["email"] if "email" in row else row["emailAddress"]["address"])


@both
def test_one_is_made_there_and_one_removed(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    event = answered(organization, first, second)
    there = organization.there("anna", first)
    old = there.id_of("Review")
    give(organization, event)
    organization.work()
    assert [method for method, _, _ in sent(organization)] == ["POST"]

    organization.sandbox.journal.clear()
    (item,) = [each for each in attention_items(organization.anna) if each.kind == "held"]
    release(organization.anna, item.link_id, "send", organization.now)
    organization.work()
    gone = [each for each in organization.requests() if each.startswith("DELETE")]
    cancelled = [each for each in organization.requests() if each.endswith("/cancel")]
    assert len(gone) + len(cancelled) == 1
    assert old in (gone + cancelled)[0]
    assert [each.organizer_user_id for each in Event.objects.alive()] == [organization.ben.pk]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_takes_over_with_a_stopped_account(
    organization: Organization, provider: ProviderName
) -> None:
    event = answered(organization, provider, provider)
    account = ProviderCredential.objects.get(user=organization.ben.pk)
    stop(organization.ben, account.pk, organization.now)

    with pytest.raises(ActionRefused, match="heir_not_connected"):
        give(organization, event)
    rounds(organization)
    assert (sent(organization), organization.mails) == ([], [])
