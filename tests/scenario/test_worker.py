"""Cron rows decide when, leases decide who, and nothing that is under way gets lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import delete_event, edit_event
from calendar_sync.actions.scheduled import keep_house
from calendar_sync.actions.sync import Ended, poll, sync_next
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.run import Pairing, synchronize_account
from calendar_sync.engine.sync import Lease, SyncReport
from calendar_sync.hosts.django_lease import LEASE, claim, release
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.models import Event, Link, Occurrence, ProviderCredential, Run
from calendar_sync.server.cron import run_due, run_manually
from calendar_sync.server.models import ScheduledAction
from support.crashing import Fuse, through
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
both = pytest.mark.parametrize("provider", PROVIDERS)


def polling(provider: ProviderName) -> ScheduledAction:
    return ScheduledAction.objects.get(code=f"model.synchronize_{provider}()")


def switch_off(organization: Organization) -> None:
    """No scheduled action is active, and each was run a moment ago."""
    ScheduledAction.objects.update(active=False, nextcall=organization.now)


# --- when


@both
def test_without_its_scheduled_action_nothing_is_fetched(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    switch_off(organization)
    organization.there("anna", provider).create("Theirs")
    organization.sandbox.journal.clear()

    organization.advance(hours=25)

    assert run_due(organization.now) == []
    assert organization.work() == []
    assert organization.requests() == []
    assert organization.titles_here(organization.anna) == []


@both
def test_without_its_scheduled_action_a_save_is_still_sent(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    switch_off(organization)

    organization.create(organization.anna, "Ours")
    organization.work()

    assert organization.there("anna", provider).titles() == ["Ours"]


@both
def test_scheduled_action_polls_its_own_provider(
    organization: Organization, provider: ProviderName
) -> None:
    for name in PROVIDERS:
        organization.connect(organization.anna, name)
    organization.work()
    switch_off(organization)
    ScheduledAction.objects.filter(pk=polling(provider).pk).update(active=True)
    for name in PROVIDERS:
        organization.there("anna", name).create(f"At {name}")

    (outcome,) = run_due(organization.now)
    organization.work()

    assert outcome.result == "1 account"
    assert organization.titles_here(organization.anna) == [f"At {provider}"]
    row = polling(provider)
    assert (row.lastcall, row.nextcall) == (
        organization.now,
        organization.now + timedelta(minutes=5),
    )


@both
def test_scheduled_action_that_is_off_can_be_run_by_hand(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    switch_off(organization)
    organization.there("anna", provider).create("Theirs")

    run_manually(polling(provider).pk, organization.admin, organization.now)
    organization.work()

    assert organization.titles_here(organization.anna) == ["Theirs"]


# --- who


@both
def test_two_workers_on_one_account_are_one_run(
    organization: Organization, provider: ProviderName
) -> None:
    fence = organization.connect(organization.anna, provider).lease_fence
    others: list[Ended | None] = []

    def look(lease: Lease, pairings: Sequence[Pairing], clock: Clock) -> Sequence[SyncReport]:
        others.append(sync_next(clock, "second"))
        return synchronize_account(lease, pairings, clock)

    turn = sync_next(organization.sandbox.clock, "first", run=look)

    assert others == [None]
    assert turn is not None
    assert turn.error is None
    assert ProviderCredential.objects.get().lease_fence == fence + 1


@both
def test_worker_that_was_overtaken_changes_nothing(
    organization: Organization, provider: ProviderName
) -> None:
    """Between any two calls the lease may end, and another worker do all the work."""
    calls = _overtaken_at(organization, provider, 0)

    for at in range(2, calls + 1):
        _overtaken_at(organization, provider, at)


def _overtaken_at(organization: Organization, provider: ProviderName, at: int) -> int:
    """One round of edits on both sides; the first worker sleeps at that call. All calls made."""
    anna, there = organization.anna, organization.there("anna", provider)
    if not ProviderCredential.objects.exists():
        organization.connect(anna, provider)
        organization.work()
    organization.sandbox.mail.clear()
    organization.create(anna, f"Review {at}", EVA, choice=Choice.SEND)
    there.create(f"Theirs {at}")

    def overtake() -> None:
        organization.advance(seconds=LEASE.total_seconds())
        poll(provider, organization.now)
        assert sync_next(organization.sandbox.clock, "second") is not None

    fuse = Fuse(at, act=overtake if at else None)
    turn = sync_next(organization.sandbox.clock, "first", run=partial(through, fuse))
    assert turn is not None
    if at:
        assert [report.lost_lease for report in turn.reports] == [True]
    organization.advance(minutes=11)
    organization.sync()
    titles = there.titles()
    assert titles == organization.titles_here(anna)
    assert len(titles) == len(set(titles))
    assert {f"Review {at}", f"Theirs {at}"} <= set(titles)
    assert organization.mails == [("invite", EVA)]
    return len(fuse.names)


@both
def test_first_holder_of_a_lease_is_refused_everything(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    clock = organization.sandbox.clock
    first = claim(clock.now(), worker="first")
    assert first is not None
    assert claim(clock.now(), worker="second") is None

    organization.advance(seconds=LEASE.total_seconds())
    second = claim(clock.now(), worker="second")

    assert second is not None
    host = DjangoHost(first.pairings[0].pairing_id, clock)
    assert host.open(first.lease) is None
    assert host.attempt(first.lease, []) is False
    assert host.commit(first.lease, [], report=SyncReport(received=1)) is False
    assert release(first.lease, clock.now(), clock.now()) is False
    assert host.commit(second.lease, [], report=SyncReport(received=1)) is True
    assert ProviderCredential.objects.get().lease_by == "second"


@both
def test_save_during_a_run_is_sent_by_the_next(
    organization: Organization, provider: ProviderName
) -> None:
    """Whatever the run is doing when somebody saves."""
    organization.connect(organization.anna, provider)
    organization.work()
    event = organization.create(organization.anna, "Ours")
    organization.work()

    def save(title: str) -> Callable[[], None]:
        def act() -> None:
            changes = {"summary": title}
            edit_event(organization.anna, event.pk, changes, None, organization.now)

        return act

    for at in range(1, 7):
        save(f"Saved before {at}")()
        fuse = Fuse(at, act=save(f"Saved during {at}"))
        sync_next(organization.sandbox.clock, run=partial(through, fuse))
        assert len(fuse.names) >= at
        organization.work()

        assert organization.there("anna", provider).titles() == [f"Saved during {at}"]
        assert organization.titles_here(organization.anna) == [f"Saved during {at}"]
        assert organization.work() == []


# --- keeping house


@both
def test_what_is_too_old_is_forgotten_and_nothing_else(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    gone = organization.create(organization.anna, "Gone")
    organization.create(organization.anna, "Stays")
    organization.work()
    delete_event(organization.anna, gone.pk, None, organization.now)
    organization.work()
    organization.advance(days=29)
    assert keep_house(organization.now) == "0 old rows removed, 0 series rolled forward"
    runs = Run.objects.count()
    organization.advance(days=2)
    organization.create(organization.anna, "New")
    organization.work()

    keep_house(organization.now)

    assert not Event.objects.filter(pk=gone.pk).exists()
    assert sorted(event.summary for event in Event.objects.all()) == ["New", "Stays"]
    assert Link.objects.filter(closed_at=None).count() == Link.objects.count() == 2
    assert (runs, Run.objects.count()) == (2, 1)
    assert organization.there("anna", provider).titles() == ["New", "Stays"]


@both
def test_series_are_rolled_forward(organization: Organization, provider: ProviderName) -> None:
    organization.there("anna", provider).create_series("Standup")
    organization.connect(organization.anna, provider)
    organization.work()
    before = Occurrence.objects.latest("starts_at").starts_at
    revision = Event.objects.get().revision

    organization.advance(days=30)
    result = keep_house(organization.now)

    assert result == "0 old rows removed, 1 series rolled forward"
    assert Occurrence.objects.latest("starts_at").starts_at >= before + timedelta(days=28)
    assert Event.objects.get().revision == revision
    assert organization.work() == []
