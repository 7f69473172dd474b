"""A series is handed over with its exceptions: the new organizer's is made, the old one goes."""

import itertools
from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.organizers import hand_over
from calendar_sync.actions.series import Scope, answer_dates, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event
from support.there import There
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
WINDOW = (START - timedelta(days=1), START + timedelta(days=30))
# A provider makes a series first, and then its dates that differ.
TOLD = {
    "google": ["invite", "update", "cancel"],
    "outlook": ["invite", "cancel", "update", "cancel"],
}
DATES = ["01 09 Review", "15 09 In town", "22 09 Review"]


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def dates(there: There) -> list[str]:
    """Outlook leaves a guest the date that was cancelled, and says so."""
    return [each for each in there.dates(*WINDOW) if "Canceled" not in each]


def date(week: int) -> str:
    return f"{START + timedelta(weeks=week):%Y-%m-%dT%H:%M:%S} Europe/Paris"


def a_series(organization: Organization, address: str) -> Event:
    """Anna's, with Ben at this address and Eva: one date renamed, one taken out, one answered."""
    anna, ben = organization.anna, organization.ben
    rule = ("RRULE:FREQ=WEEKLY;COUNT=4",)
    draft = EventDraft(
        START, START + timedelta(hours=1), "Review", guests=(address, EVA), recurrence=rule
    )
    event = create_event(anna, draft, Choice.SEND, organization.now)
    assert isinstance(event, Event)
    rounds(organization)
    change = {"summary": "In town"}
    edit_dates(anna, event.pk, date(2), Scope.THIS, change, Choice.SEND, organization.now)
    rounds(organization)
    delete_dates(anna, event.pk, date(1), Scope.THIS, Choice.SEND, organization.now)
    rounds(organization)
    answer_dates(ben, event.pk, date(3), Scope.THIS, PartStat.TENTATIVE, organization.now)
    rounds(organization)
    return event


@pytest.mark.parametrize(("first", "second"), list(itertools.product(PROVIDERS, repeat=2)))
def test_with_its_exceptions(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    """Anna's goes to Ben; Eva from outside is invited by him and told that Anna's is off."""
    anna, ben = organization.anna, organization.ben
    organization.connect(anna, first)
    organization.connect(ben, second)
    organization.work()
    address = str(organization.sandbox.people.get("ben").address(second))
    event = a_series(organization, address)
    there = {key: organization.there(key, at) for key, at in (("anna", first), ("ben", second))}
    assert dates(there["anna"]) == dates(there["ben"]) == DATES
    organization.sandbox.mail.clear()

    asked = hand_over(anna, event.pk, ben.pk, None, organization.now)
    assert isinstance(asked, MailQuestion)
    assert asked.dates == {"google": 1, "outlook": 2}[second]
    hand_over(anna, event.pk, ben.pk, Choice.SEND, organization.now)
    rounds(organization)
    for item in attention_items(anna):
        release(anna, item.link_id, "send", organization.now)
    rounds(organization)

    # Outlook keeps what a guest had of the cancelled series, beside his own.
    assert set(dates(there["ben"])) == set(DATES)
    assert organization.titles_here(anna) == organization.titles_here(ben) == ["Review"]
    assert Event.objects.alive().count() == 1
    assert attention_items(anna) == attention_items(ben) == []
    assert dates(there["anna"]) == DATES
    mine = str(organization.sandbox.people.get("anna").address(first))
    assert there["ben"].guests_of("Review") == sorted([mine, EVA])
    assert [kind for kind, person in organization.mails if person == EVA] == TOLD[second]
