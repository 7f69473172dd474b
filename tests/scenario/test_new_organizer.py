"""A meeting is handed over: the new organizer's own is made, then the former one's goes."""

from __future__ import annotations

import itertools

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import answer_event, edit_event
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.organizers import candidates, hand_over
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Entry, Event, EventUid, Link
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
both = pytest.mark.parametrize(("first", "second"), list(itertools.product(PROVIDERS, repeat=2)))


def rounds(organization: Organization, count: int = 3) -> list[SyncReport]:
    found: list[SyncReport] = []
    for _ in range(count):
        organization.advance(minutes=11)
        found = [report for turn in organization.sync() for report in turn.reports]
    return found


def a_meeting(organization: Organization, first: ProviderName, second: ProviderName) -> Event:
    """Anna's, with Ben who is connected and Eva who is outside."""
    organization.connect(organization.anna, first)
    organization.connect(organization.ben, second)
    organization.work()
    ben = str(organization.sandbox.people.get("ben").address(second))
    event = organization.create(organization.anna, "Review", ben, EVA, choice=Choice.SEND)
    rounds(organization)
    assert organization.there("ben", second).titles() == ["Review"]
    organization.sandbox.mail.clear()
    return event


def give(
    organization: Organization, event: Event, choice: Choice | None = Choice.SEND
) -> MailQuestion | None:
    """Anna to Ben."""
    return hand_over(organization.anna, event.pk, organization.ben.pk, choice, organization.now)


def allow(organization: Organization, key: str) -> None:
    """The one thing that waits for that person."""
    user = getattr(organization, key)
    (item,) = [item for item in attention_items(user) if item.kind == "held"]
    release(user, item.link_id, "send", organization.now)


@both
def test_nobody_is_mailed_before_each_of_them_agreed(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    event = a_meeting(organization, first, second)
    assert [each.user_id for each in candidates(organization.anna, event.pk)] == [
        organization.ben.pk
    ]

    anna = str(organization.sandbox.people.get("anna").address(first))
    question = give(organization, event, None)
    assert question
    assert (question.kind, question.invitations) == ("invite", tuple(sorted({anna, EVA})))
    assert question.provider == second
    rounds(organization)
    assert organization.mails == []
    event.refresh_from_db()
    assert event.organizer_user_id == organization.anna.pk

    assert give(organization, event) is None
    rounds(organization)
    assert "Review" in organization.there("anna", first).titles()  # nothing is cut before
    event.refresh_from_db()
    assert event.organizer_user_id == organization.ben.pk
    assert sorted(organization.mails) == sorted([("invite", anna), ("invite", EVA)])

    organization.sandbox.mail.clear()
    allow(organization, "anna")
    rounds(organization)
    ben = str(organization.sandbox.people.get("ben").address(second))
    assert sorted(organization.mails) == sorted([("cancel", ben), ("cancel", EVA)])

    for key, provider in (("anna", first), ("ben", second)):
        assert organization.titles_here(getattr(organization, key)) == ["Review"]
        assert organization.there(key, provider).titles().count("Review") == 1
    assert Event.objects.alive().count() == 1
    assert EventUid.objects.filter(event=event, retired=True).exists()
    organization.sandbox.mail.clear()
    for _ in range(10):
        assert all(report == SyncReport() for report in rounds(organization, 1))
    assert organization.mails == []


@both
def test_the_new_organizers_edits_reach_the_former(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    event = a_meeting(organization, first, second)
    give(organization, event)
    rounds(organization)
    allow(organization, "anna")
    rounds(organization)

    edit_event(
        organization.ben, event.pk, {"summary": "Ben's review"}, Choice.SEND, organization.now
    )
    rounds(organization)

    assert organization.titles_here(organization.anna) == ["Ben's review"]
    assert "Ben's review" in organization.there("anna", first).titles()


@both
def test_what_happens_to_the_old_one_meanwhile_concerns_nobody(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    """Renamed or deleted there by its former organizer: the meeting is Ben's by now."""
    event = a_meeting(organization, first, second)
    give(organization, event)
    there = organization.there("anna", first)
    there.rename("Review", "Old")
    rounds(organization)
    assert organization.titles_here(organization.ben) == ["Review"]
    there.delete("Old")
    rounds(organization)
    assert organization.titles_here(organization.anna) == ["Review"]
    assert organization.titles_here(organization.ben) == ["Review"]
    assert (
        not Link.objects.open()
        .filter(kind="retired", pairing__credential__user=organization.anna.pk)
        .exists()
    )


def test_a_meeting_that_is_only_here(organization: Organization) -> None:
    """Nobody is connected: another name, nothing else."""
    event = organization.create(organization.anna, "Review", "ben@corp.example")
    hand_over(organization.anna, event.pk, organization.ben.pk, None, organization.now)
    event.refresh_from_db()
    assert (event.organizer_user_id, event.organizer_address) == (
        organization.ben.pk,
        "ben@corp.example",
    )
    assert organization.titles_here(organization.anna) == ["Review"]
    assert organization.titles_here(organization.ben) == ["Review"]
    with pytest.raises(ActionRefused, match="not_organizer"):
        hand_over(organization.anna, event.pk, organization.ben.pk, None, organization.now)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_cannot_take_it_over(organization: Organization, provider: ProviderName) -> None:
    """No guest; nobody connected who could invite; the meeting of somebody else."""
    organization.connect(organization.anna, provider)
    organization.work()
    event = organization.create(
        organization.anna, "Review", "ben@corp.example", EVA, choice=Choice.SEND
    )
    rounds(organization)
    with pytest.raises(ActionRefused, match="not_a_guest"):
        hand_over(organization.anna, event.pk, organization.cleo.pk, None, organization.now)
    with pytest.raises(ActionRefused, match="heir_not_connected"):
        hand_over(organization.anna, event.pk, organization.ben.pk, None, organization.now)
    with pytest.raises(ActionRefused, match="not_organizer"):
        hand_over(organization.ben, event.pk, organization.anna.pk, None, organization.now)
    with pytest.raises(NotVisible):
        hand_over(organization.cleo, event.pk, organization.ben.pk, None, organization.now)
    assert Event.objects.get().organizer_user_id == organization.anna.pk


def test_a_guest_who_had_declined_takes_it_over(organization: Organization) -> None:
    """It is in his calendar again, and written at his provider."""
    event = a_meeting(organization, "google", "outlook")
    answer_event(organization.ben, event.pk, PartStat.DECLINED, organization.now)
    rounds(organization)
    Entry.objects.filter(event=event, calendar__owner=organization.ben.pk).update(
        deleted_at=organization.now
    )
    give(organization, event)
    rounds(organization)
    assert organization.titles_here(organization.ben) == ["Review"]
    assert organization.there("ben", "outlook").titles().count("Review") >= 1
    event.refresh_from_db()
    assert event.home is not None
    assert event.home.credential.user_id == organization.ben.pk
