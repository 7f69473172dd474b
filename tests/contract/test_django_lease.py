"""Who is due, who may be claimed, and what a release leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendar_sync.engine.sync import Fate, LinkChange, LinkState
from calendar_sync.hosts.django_lease import LEASE, Claim, claim, release
from calendar_sync.models import DirtyMark, Link, Pairing, ProviderCredential
from support.builders import ANNA, BEN, an_object
from support.connected import connected
from support.desk import DjangoDesk
from support.remote import TickingClock

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def an_account(login: str = ANNA, provider: str = "google", **values: Any) -> ProviderCredential:  # noqa: ANN401 - columns
    """Due since a minute, unless said otherwise."""
    row = connected(login, provider).credential
    values = {"due_at": NOW - timedelta(minutes=1), **values}
    ProviderCredential.objects.filter(pk=row.pk).update(**values)
    return row


def claimed() -> Claim:
    taken = claim(NOW)
    assert taken
    return taken


def test_claim_names_the_account_its_calendars_and_the_fence() -> None:
    account = an_account()

    taken = claimed()

    assert (taken.lease.account, taken.lease.fence) == (str(account.pk), 1)
    assert taken.lease.until == taken.credential.lease_until == NOW + LEASE
    pairing = Pairing.objects.get()
    assert [paired.pairing_id for paired in taken.pairings] == [pairing.pk]
    assert [paired.canonical_id for paired in taken.pairings] == [ANNA]


def test_longest_due_account_comes_first() -> None:
    an_account(ANNA)
    ben = an_account(BEN, due_at=NOW - timedelta(hours=1))

    assert claimed().credential == ben


def test_of_two_due_alike_the_older_comes_first() -> None:
    anna = an_account(ANNA)
    an_account(BEN)
    ProviderCredential.objects.filter(pk=anna.pk).update(failures=1)  # now the later row

    assert claimed().credential == anna


@pytest.mark.parametrize(
    "values",
    [
        {"due_at": LATER},
        {"paused_at": NOW},
        {"state": "stopped"},
        {"state": "reconnect"},
        {"state": "connecting"},
        {"lease_until": LATER},
    ],
)
def test_account_that_is_not_claimed(values: dict[str, Any]) -> None:
    an_account(**values)

    assert claim(NOW) is None


def test_account_of_a_dead_worker_is_claimed_again() -> None:
    an_account()
    claimed()

    taken = claim(NOW + LEASE)

    assert taken
    assert taken.lease.fence == 2


def test_provider_may_be_chosen() -> None:
    an_account(ANNA, "google")
    outlook = an_account(BEN, "outlook")

    taken = claim(NOW, provider="outlook")

    assert taken
    assert taken.credential == outlook


def test_one_account_is_claimed_whatever_its_state_but_never_twice() -> None:
    account = an_account(state="stopped", due_at=LATER)

    first, second = (claim(NOW, credential_id=account.pk) for _ in range(2))

    assert first
    assert second is None


def test_unavailable_calendar_is_left_out() -> None:
    an_account()
    Pairing.objects.update(state=Pairing.State.UNAVAILABLE)

    assert claimed().pairings == ()


def test_edit_makes_its_account_due_unless_it_backs_off() -> None:
    desk = DjangoDesk(TickingClock(NOW))
    ProviderCredential.objects.update(due_at=LATER)
    key = desk.add(an_object())
    before = claim(NOW)

    desk.edit(key, {"summary": "Edited"})

    ProviderCredential.objects.update(failures=1)
    backing_off = claim(NOW)
    ProviderCredential.objects.update(failures=0)
    assert (before, backing_off) == (None, None)
    assert claim(NOW)


@pytest.mark.parametrize(
    ("guard", "marks", "due"), [("not_settling", 1, True), ("brake_vanished", 0, False)]
)
def test_edit_of_what_a_guard_has_parked(guard: str, marks: int, due: bool) -> None:
    """It is what some guards wait for; the brake waits for an answer."""
    desk = DjangoDesk(TickingClock(NOW))
    key = desk.add(an_object())
    ProviderCredential.objects.update(due_at=LATER)
    Link.objects.update(state=LinkState.PARKED.value, guard=guard)

    desk.edit(key, {"summary": "Edited"})

    assert DirtyMark.objects.count() == marks
    assert bool(claim(NOW)) is due


@pytest.mark.parametrize(
    "rest",
    [
        {"state": LinkState.IGNORED.value},
        {"state": LinkState.PARKED.value, "guard": "brake_rewritten"},
        {"closed_at": NOW},
    ],
)
def test_mark_on_a_resting_link_makes_nobody_due(rest: dict[str, object]) -> None:
    desk = DjangoDesk(TickingClock(NOW))
    ProviderCredential.objects.update(due_at=LATER)
    desk.edit(desk.add(an_object()), {"summary": "Edited"})
    Link.objects.update(**rest)

    assert claim(NOW) is None


def test_good_run_forgets_failures() -> None:
    account = an_account(failures=3)

    assert release(claimed().lease, NOW, LATER)

    account.refresh_from_db()
    assert (account.failures, account.last_synced_at, account.due_at) == (0, NOW, LATER)
    assert (account.lease_until, account.lease_by) == (None, "")


def test_failed_run_counts_and_keeps_the_time_of_the_last_good_one() -> None:
    account = an_account(failures=1, last_synced_at=NOW - timedelta(days=1))
    problem = ProviderCredential.State.RECONNECT

    release(claimed().lease, NOW, LATER, failed=True, state=problem, state_code="invalid_grant")

    account.refresh_from_db()
    assert (account.failures, account.last_synced_at) == (2, NOW - timedelta(days=1))
    assert (account.state, account.state_code, account.state_since) == (
        problem,
        "invalid_grant",
        NOW,
    )


def test_run_asked_for_meanwhile_is_not_forgotten() -> None:
    account = an_account()
    lease = claimed().lease
    asked = NOW + timedelta(seconds=5)
    ProviderCredential.objects.update(due_at=asked)

    release(lease, NOW + timedelta(seconds=9), LATER)

    account.refresh_from_db()
    assert account.due_at == asked


def test_release_after_a_stop_changes_nothing() -> None:
    account = an_account()
    lease = claimed().lease
    ProviderCredential.objects.update(lease_fence=lease.fence + 1, state="stopped")

    assert not release(lease, NOW, LATER, state=ProviderCredential.State.ACTIVE)

    account.refresh_from_db()
    assert account.state == "stopped"


def test_attempt_renews_the_lease() -> None:
    desk = DjangoDesk(TickingClock(NOW))
    lease = desk.claim()
    desk.clock.advance(timedelta(minutes=1))

    desk.host.attempt(lease, [])

    account = ProviderCredential.objects.get()
    assert account.lease_until
    assert account.lease_until > lease.until


def test_dropped_link_keeps_its_account_quiet() -> None:
    """The mark came while the run was removing the object."""
    desk = DjangoDesk(TickingClock(NOW))
    view = desk.bring_in(an_object(), organized=True)
    desk.edit(view.link.key, {"summary": "Too late"})
    desk.commit(LinkChange(view.link, Fate.DROP))
    ProviderCredential.objects.update(lease_until=None, due_at=LATER)

    assert claim(NOW) is None
