"""A series is handed over with its exceptions, and the worker dies at any call of making it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.organizers import hand_over
from calendar_sync.actions.series import Scope, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.deaths import check_every_death, rounds
from support.world import START, Organization

EVA = "eva@client.example"
WINDOW = (START - timedelta(days=1), START + timedelta(days=30))
DATES = ["01 09 Review", "15 09 In town", "22 09 Review"]
# The new organizer's provider makes a series first, and then its dates that differ.
TOLD = {
    "google": ["cancel", "invite", "update"],
    "outlook": ["cancel", "cancel", "invite", "update"],
}


@pytest.mark.parametrize(("first", "second"), [("google", "outlook"), ("outlook", "google")])
def test_crash_at_every_call_of_handing_over_a_series(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    """Eva has the new series with its exceptions, and hears once of each step."""
    anna, ben = organization.anna, organization.ben
    organization.connect(anna, first)
    organization.connect(ben, second)
    event = a_series(organization, str(organization.sandbox.people.get("ben").address(second)))
    organization.sandbox.mail.clear()
    assert hand_over(anna, event.pk, ben.pk, Choice.SEND, organization.now) is None

    expected = check_every_death(organization, let_the_old_one_go, at_least=6)

    assert sorted(kind for kind, person in expected.mails if person == EVA) == TOLD[second]
    assert expected.open_ends == 0
    there = organization.there("ben", second)
    dates = [each for each in there.dates(*WINDOW) if "Canceled" not in each]
    assert sorted(set(dates)) == DATES
    assert organization.there("anna", first).dates(*WINDOW) == DATES
    assert organization.titles_here(anna) == organization.titles_here(ben) == ["Review"]
    assert Event.objects.alive().count() == 1


def a_series(organization: Organization, address: str) -> Event:
    """Anna's, with Ben at this address and Eva; one date renamed, one taken out."""
    anna, rule = organization.anna, ("RRULE:FREQ=WEEKLY;COUNT=4",)
    end = START + timedelta(hours=1)
    draft = EventDraft(START, end, "Review", guests=(address, EVA), recurrence=rule)
    event = create_event(anna, draft, Choice.SEND, organization.now)
    assert isinstance(event, Event)
    rounds(organization)
    third, second = (f"{START + timedelta(weeks=n):%Y-%m-%dT%H:%M:%S} Europe/Paris" for n in (2, 1))
    change, send = {"summary": "In town"}, Choice.SEND
    edit_dates(anna, event.pk, third, Scope.THIS, change, send, organization.now)
    rounds(organization)
    delete_dates(anna, event.pk, second, Scope.THIS, send, organization.now)
    rounds(organization)
    return event


def let_the_old_one_go(organization: Organization) -> None:
    """Anna's word on cancelling it, once it is asked for."""
    rounds(organization)
    (item,) = [each for each in attention_items(organization.anna) if each.kind == "held"]
    release(organization.anna, item.link_id, "send", organization.now)
    rounds(organization)
