"""An account stops while its owner's change of an outside meeting is not sent yet."""

from __future__ import annotations

import pytest

from calendar_sync.actions.accounts import disconnect, restart, stop
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Change, Event, ProviderCredential
from support.there import There
from support.world import Organization

ANNA = "anna@gmail.example"
BEN = "ben@gmail.example"
WRITES = ("POST", "PATCH", "PUT", "DELETE")


def writes(organization: Organization) -> list[str]:
    lines = organization.requests("/google/calendar")
    return [line for line in lines if line.startswith(WRITES) and "/watch" not in line]


@pytest.fixture
def cleos(organization: Organization) -> There:
    """Cleo is nobody here and lets Ben and Anna change her meeting; Ben's copy speaks for her."""
    organization.connect(organization.ben, "google")
    there = organization.there("cleo", "google")
    there.create("Review", BEN, ANNA)
    person = organization.sandbox.people.get("cleo")
    organization.sandbox.google.edit(person, there.id_of("Review"), {"guestsCanModify": True})
    organization.sync()
    organization.connect(organization.anna, "google")
    for _ in range(3):
        organization.sync()
    assert Event.objects.get().home_id == _account(organization, "ben").pairings.get().pk
    organization.sandbox.journal.clear()
    organization.sandbox.mail.clear()
    return there


def _account(organization: Organization, key: str) -> ProviderCredential:
    return ProviderCredential.objects.get(user=getattr(organization, key).pk)


def rename(organization: Organization, key: str, title: str) -> None:
    event = Event.objects.get()
    person = getattr(organization, key)
    edit_event(person, event.pk, {"summary": title}, Choice.SEND, organization.now)


@pytest.mark.parametrize("end", [stop, disconnect])
@pytest.mark.parametrize("rule", ["newest", "ours"])
def test_an_unsent_change_is_not_sent_by_somebody_else(
    organization: Organization, cleos: There, end: object, rule: str
) -> None:
    for account in ProviderCredential.objects.all():
        account.pairings.update(policy={"conflict": rule})
    rename(organization, "ben", "Ben's idea")
    assert callable(end)
    end(organization.ben, _account(organization, "ben").pk, organization.now)
    for _ in range(4):
        organization.advance(minutes=11)
        organization.sync()

    assert (writes(organization), organization.mails) == ([], [])
    event = Event.objects.get()
    assert event.home_id == _account(organization, "anna").pairings.get().pk
    assert (cleos.titles(), event.summary) == (["Review"], "Review")
    lost = Change.objects.filter(what="conflict", keys=["summary"])
    assert [change.run.credential.user_id for change in lost] == [organization.anna.pk]


def test_nor_once_its_owner_is_back(organization: Organization, cleos: There) -> None:
    """It was said to be lost; what is wanted now is said anew, by whoever wants it."""
    rename(organization, "ben", "Ben's idea")
    stop(organization.ben, _account(organization, "ben").pk, organization.now)
    organization.sync()
    restart(organization.ben, _account(organization, "ben").pk, organization.now)
    for _ in range(3):
        organization.sync()
    assert (writes(organization), organization.mails) == ([], [])

    rename(organization, "anna", "Anna's idea")
    organization.work()

    id_ = cleos.id_of("Anna's idea")
    own = f"PATCH /google/calendar/v3/calendars/{ANNA}/events/{id_}"
    assert writes(organization) == [own]
    for _ in range(3):
        organization.sync()
    assert writes(organization) == [own]
    assert organization.titles_here(organization.ben) == ["Anna's idea"]


def test_what_the_organizer_says_meanwhile_is_no_change_of_a_guest(
    organization: Organization, cleos: There
) -> None:
    """Ben's copy brought it in, Anna's has not been read yet when it becomes the one to speak."""
    cleos.rename("Review", "Kick-off")
    organization.sandbox.mail.clear()  # Google's own, to the guests
    account = _account(organization, "ben")
    account.due_at = organization.now
    account.save(update_fields=["due_at"])
    organization.work()
    stop(organization.ben, account.pk, organization.now)
    for _ in range(3):
        organization.sync()

    assert (writes(organization), organization.mails) == ([], [])
    assert event_detail(organization.anna, Event.objects.get().pk).summary == "Kick-off"
