"""An answer with a note, and one that mails nobody; Anna organizes, Ben answers here."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.events import answer_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event, Link
from support.world import PROVIDERS, Organization


def invited(organization: Organization, provider: ProviderName) -> Event:
    """Both at the same provider, and Ben's copy is in step."""
    ben = "ben@gmail.example" if provider == "google" else "ben@corp.example"
    for person in (organization.anna, organization.ben):
        organization.connect(person, provider)
    event = organization.create(organization.anna, "Review", ben, choice=Choice.SEND)
    for _ in range(2):
        organization.sync()
    return event


@pytest.mark.parametrize("provider", PROVIDERS)
def test_note_reaches_the_organizer_with_the_answer(
    organization: Organization, provider: ProviderName
) -> None:
    event = invited(organization, provider)
    told = len(organization.mails)

    answer_event(
        organization.ben, event.pk, PartStat.TENTATIVE, organization.now, comment="Ten minutes late"
    )
    for _ in range(3):
        organization.sync()

    assert len(organization.mails) == told + 1
    assert [guest.partstat for guest in event_detail(organization.anna, event.pk).guests] == [
        "tentative"
    ]
    (mine,) = event_detail(organization.ben, event.pk).guests
    assert (mine.partstat, mine.comment) == ("tentative", "Ten minutes late")
    assert Link.objects.exclude(state="settled").count() == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_answer_that_mails_nobody(organization: Organization, provider: ProviderName) -> None:
    event = invited(organization, provider)
    told = organization.mails

    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now, tell=False)
    for _ in range(3):
        organization.sync()

    assert organization.mails == told
    there = organization.there("ben", provider)
    assert there.titles() == ["Review"]
    answer_event(organization.ben, event.pk, PartStat.TENTATIVE, organization.now)
    organization.sync()
    assert len(organization.mails) == len(told) + 1  # the next one tells again


def test_another_answer_drops_the_note_of_the_one_before(organization: Organization) -> None:
    event = organization.create(organization.anna, "Review", "ben@corp.example")
    ben, now = organization.ben, organization.now

    answer_event(ben, event.pk, PartStat.TENTATIVE, now, comment=" Late\0 ")
    answer_event(ben, event.pk, PartStat.TENTATIVE, now)
    assert event_detail(organization.anna, event.pk).guests[0].comment == "Late"
    answer_event(ben, event.pk, PartStat.ACCEPTED, now)
    assert event_detail(organization.anna, event.pk).guests[0].comment == ""
    with pytest.raises(Invalid):
        answer_event(ben, event.pk, PartStat.ACCEPTED, now, comment="x" * 1001)
