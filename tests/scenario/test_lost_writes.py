"""Writes whose answer is lost, applied or not: made once, and nobody is mailed twice."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import delete_event, edit_event
from calendar_sync.actions.reset import reset_account
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Link
from support.faulty import (
    BATCH,
    EVA,
    FIRST_BACK_OFF,
    SPREAD,
    Moment,
    account,
    arm,
    check_backing_off,
    check_in_step,
    sent_and_received,
    work_to_do,
)
from support.world import PROVIDERS, Organization

CREATE = {
    "google": "POST /google/calendar/*/events",
    "outlook": "POST /graph/v1.0/me/events",
}
PATCH = {"google": "PATCH /google/*", "outlook": "PATCH /graph/*"}
DELETE = {"google": "DELETE /google/*", "outlook": "DELETE /graph/*"}

both = pytest.mark.parametrize("provider", PROVIDERS)
lost_writes: list[tuple[FaultKind, Moment]] = [
    ("429", "before"),
    ("500", "before"),
    ("500", "after"),
    ("503", "before"),
    ("503", "after"),
    ("504", "before"),
    ("504", "after"),
    ("reset", "before"),
    ("reset", "after"),
    ("html", "before"),
    ("html", "after"),
    ("slow", "after"),
    ("truncated", "after"),
]
kinds_of_loss: list[tuple[FaultKind, Moment]] = [
    ("429", "before"),
    ("503", "before"),
    ("504", "after"),
    ("reset", "before"),
    ("reset", "after"),
    ("slow", "after"),
    ("truncated", "after"),
]
lost = pytest.mark.parametrize(("kind", "when"), kinds_of_loss)


@both
@pytest.mark.parametrize(("kind", "when"), lost_writes)
def test_batch_whose_answer_is_lost(
    organization: Organization, provider: ProviderName, kind: FaultKind, when: Moment
) -> None:
    work_to_do(organization, provider)
    arm(organization, BATCH[provider], kind, when=when)

    organization.work()

    check_backing_off(organization, provider, FIRST_BACK_OFF)
    organization.work()
    check_in_step(organization, provider)


@both
@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize(("kind", "when"), [("429", "before"), ("503", "after"), ("504", "before")])
def test_one_call_of_a_batch_is_lost(
    organization: Organization, provider: ProviderName, kind: FaultKind, when: Moment, skip: int
) -> None:
    work_to_do(organization, provider)
    arm(organization, CREATE[provider], kind, when=when, skip=skip, retry_after=70)

    organization.work()

    check_backing_off(organization, provider, 70)
    organization.work()
    check_in_step(organization, provider)


@both
@lost
def test_single_invitation_whose_answer_is_lost(
    organization: Organization, provider: ProviderName, kind: FaultKind, when: Moment
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    arm(organization, CREATE[provider], kind, when=when)

    organization.work()

    assert account(organization).failures == 1
    check_quiet_after_recovery(organization)
    assert organization.there("anna", provider).titles() == ["Review"]
    assert organization.mails == [("invite", EVA)]


@both
@lost
def test_update_whose_answer_is_lost(
    organization: Organization, provider: ProviderName, kind: FaultKind, when: Moment
) -> None:
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.work()
    organization.sandbox.mail.clear()
    renamed = {"summary": "Kick-off"}
    edit_event(organization.anna, event.pk, renamed, Choice.SEND, organization.now)
    arm(organization, PATCH[provider], kind, when=when)

    organization.work()

    assert account(organization).failures == 1
    check_quiet_after_recovery(organization)
    assert organization.there("anna", provider).titles() == ["Kick-off"]
    assert organization.titles_here(organization.anna) == ["Kick-off"]
    assert organization.mails == [("update", EVA)]


@both
@pytest.mark.parametrize(("kind", "when"), kinds_of_loss[:-1])  # there is no body to cut
def test_cancellation_whose_answer_is_lost(
    organization: Organization, provider: ProviderName, kind: FaultKind, when: Moment
) -> None:
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.work()
    organization.sandbox.mail.clear()
    delete_event(organization.anna, event.pk, Choice.SEND, organization.now)
    arm(organization, DELETE[provider], kind, when=when)

    organization.work()

    assert account(organization).failures == 1
    check_quiet_after_recovery(organization)
    assert organization.there("anna", provider).titles() == []
    assert organization.mails == [("cancel", EVA)]


def check_quiet_after_recovery(organization: Organization) -> None:
    organization.advance(seconds=FIRST_BACK_OFF * SPREAD)
    organization.work()
    organization.advance(minutes=11)
    organization.sync()
    assert account(organization).failures == 0
    assert sent_and_received(organization.sync()) == [(0, 0)]
    assert {link.state for link in Link.objects.open()} <= {LinkState.SETTLED.value}


@both
@lost
def test_reset_whose_answers_are_lost_is_carried_out_once(
    organization: Organization, provider: ProviderName, kind: FaultKind, when: Moment
) -> None:
    """Also its guests are told once."""
    there = organization.there("anna", provider)
    row = organization.connect(organization.anna, provider)
    organization.create(organization.anna, "Ours")
    organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    there.create("Theirs")
    organization.sync()
    organization.sandbox.mail.clear()
    reset_account(organization.admin, row.pk, "provider", "all", organization.now, tell_guests=True)
    arm(organization, BATCH[provider], kind, when=when)

    organization.work()
    assert account(organization).reset is not None
    organization.advance(seconds=FIRST_BACK_OFF * SPREAD)
    organization.work()

    assert (account(organization).state, account(organization).reset) == ("stopped", None)
    assert there.titles() == []
    assert organization.titles_here(organization.anna) == ["Ours", "Review", "Theirs"]
    assert organization.mails == [("cancel", EVA)]
