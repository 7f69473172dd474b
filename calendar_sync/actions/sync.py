"""Synchronize accounts: who is due, one run under a lease, what its end means for the account."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.accounts import refreshed_token, withdraw
from calendar_sync.actions.calendar_errands import run_errand
from calendar_sync.actions.calendar_rows import stop_unavailable
from calendar_sync.actions.channels import LeaseLost, Tending
from calendar_sync.actions.configuration import endpoints, provider_session
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.moving import carry_out_moves
from calendar_sync.actions.pace import to_be_polled
from calendar_sync.actions.preview_rows import ask_for_preview, forget_preview
from calendar_sync.actions.reset import carry_out, finish, give_up, in_reset
from calendar_sync.actions.waking import notify, wake
from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    ConfigurationInvalid,
    Retryable,
    SyncError,
)
from calendar_sync.engine.pending import Attempt
from calendar_sync.engine.ports import CalendarCollection, Clock
from calendar_sync.engine.run import Pairing, synchronize_account
from calendar_sync.engine.sync import Lease, LinkChange, Listing, PassedOver, SyncReport, SyncToken
from calendar_sync.hosts.django_lease import (
    LEASE,
    Claim,
    PairedCalendar,
    claim,
    release,
    renew_lease,
    spend,
)
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.models import ProviderCredential
from calendar_sync.models.roles import hand_over_witnesses
from calendar_sync.providers import registry
from calendar_sync.providers.http import Session
from calendar_sync.providers.pace import Pace
from calendar_sync.security.access import check_access

log = logging.getLogger(__name__)

State = ProviderCredential.State
UNSETTLED = "unsettled"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
DETAIL = 200  # characters of a provider's own codes
LONGEST_BACK_OFF = timedelta(hours=1)
FIRST_BACK_OFF = timedelta(seconds=15)

Synchronization = Callable[[Lease, Sequence[Pairing], Clock], Sequence[SyncReport]]
"""One run of all calendars of an account, a report for each; raises no SyncError."""


@dataclass(frozen=True)
class Ended:
    """How a claimed account's turn ended."""

    credential_id: int
    reports: tuple[SyncReport, ...]
    due_at: datetime
    state: str

    @property
    def stuck(self) -> bool:
        """Nothing went out, and somebody was faster each time: not to be tried at once again."""
        unsettled = any(report.unsettled for report in self.reports)
        return unsettled and not any(report.sent for report in self.reports)

    @property
    def error(self) -> SyncError | None:
        return next((report.error for report in self.reports if report.error), None)


def sync_now(user: User, credential_id: int, now: datetime) -> None:
    """What the sync button does: the worker starts at once, whatever the account waits for."""
    check_access(user, "calendar_sync.connection", "write")
    row = ProviderCredential.objects.visible_to(user).filter(pk=credential_id).first()
    if row is None:
        raise NotVisible
    if row.paused_at is not None:
        raise ActionRefused("paused", "Paused by an administrator. Changes are kept.")
    if row.state not in (State.ACTIVE, State.PROBLEM):
        raise ActionRefused("not_active", "This connection is not running.")
    wake(row.pk, now)


def poll(provider: str, now: datetime) -> int:
    """Make running accounts of a provider due, as often as each is asked; how many.

    Not those that are backing off.
    """
    accounts = ProviderCredential.objects.usable().filter(provider=provider, failures=0)
    accounts = accounts.filter(to_be_polled(now))
    count = accounts.filter(due_at__gt=now).update(due_at=now)
    notify()
    return count


def sync_next(
    clock: Clock, worker: str = "", run: Synchronization = synchronize_account
) -> Ended | None:
    """Claim and synchronize the account that is due longest; None: nobody is due."""
    claimed = claim(clock.now(), worker=worker)
    return sync_claimed(claimed, clock, run) if claimed else None


def sync_claimed(claimed: Claim, clock: Clock, run: Synchronization = synchronize_account) -> Ended:
    """One turn of one account, from its claim to its release."""
    row = claimed.credential
    pace = Pace(registry.provider(row.provider).account_rate, row.paced_until)
    token = refreshed_token(row, clock)
    session = provider_session(clock, claimed.lease.until, token, pace)
    if row.reset:
        return _reset_claimed(claimed, session)
    errand = run_errand(claimed, session)
    carry_out_moves(claimed, session)
    left = [each for each in claimed.pairings if each.pairing_id not in errand.stopped]
    claimed = replace(claimed, pairings=tuple(left))
    pairings = [
        (
            _RenewingHost(paired.pairing_id, session, _trigger(row)),
            collection_of(claimed, paired, session),
        )
        for paired in claimed.pairings
    ]
    reports = tuple(run(claimed.lease, pairings, clock))
    for report in reports:
        if report.error:
            log.info("%s account %d: %s", row.provider, row.pk, report.error.code)
    reports = _without_unavailable(claimed, reports, clock.now())
    ended = _ended(row, reports, clock.now(), pace)
    if errand.goes_on and ended.error is None:
        ended = replace(ended, due_at=clock.now())
    if not any(report.lost_lease for report in reports):
        ended = _after_preview(claimed, ended, clock.now())
        _release(claimed, ended, clock.now(), pace)
    return ended


def _after_preview(claimed: Claim, ended: Ended, now: datetime) -> Ended:
    """What was shown is done. What came up since, and goes beyond it, is shown once more."""
    row, reports = claimed.credential, ended.reports
    unfinished = ended.error or ended.stuck or any(report.remaining for report in reports)
    if not row.by_preview or unfinished:
        return ended
    unshown = sum(report.unshown for report in reports)
    with transaction.atomic():
        if renew_lease(claimed.lease, now):
            ProviderCredential.objects.filter(pk=row.pk).update(by_preview=False)
            if unshown:
                ask_for_preview(row.pk, now, unshown)
            else:
                forget_preview(row.pk)
    return replace(ended, state=State.CONNECTING, due_at=NEVER) if unshown else ended


def _without_unavailable(
    claimed: Claim, reports: tuple[SyncReport, ...], now: datetime
) -> tuple[SyncReport, ...]:
    """A calendar that is gone, or shared no more, stops alone; the account goes on without it.

    If it is the main one, the mailbox itself cannot be reached: that concerns the account.
    """
    kept: list[SyncReport] = []
    for paired, report in zip(claimed.pairings, reports, strict=True):
        if not isinstance(report.error, CollectionUnavailable) or paired.is_main:
            kept.append(report)
            continue
        with transaction.atomic():
            if renew_lease(claimed.lease, now):
                stop_unavailable(paired.pairing_id, report.error.code)
    return tuple(kept)


def _trigger(row: ProviderCredential) -> str:
    """What brought this run about. Claimed before it was due: an edit's mark asked for it."""
    if row.last_synced_at is None:
        return "first"
    return "change" if row.lease_since and row.due_at > row.lease_since else "schedule"


def collection_of(claimed: Claim, paired: PairedCalendar, session: Session) -> CalendarCollection:
    """The remote calendar of a pairing, reached with the session of its account."""
    row = claimed.credential
    calendar = registry.RemoteCalendar(
        paired.canonical_id,
        "",
        paired.time_zone,
        writable=paired.role != registry.READER,
        address=row.address,
        is_primary=paired.is_main,
        is_own=not paired.owner,
        owner=paired.owner or row.address,
        persons={each.canonical_id: each.owner or row.address for each in claimed.pairings},
    )
    provider = registry.provider(row.provider)
    return provider.collection(session, endpoints(row.provider), calendar)


def _reset_claimed(claimed: Claim, session: Session) -> Ended:
    """Carry out a confirmed reset in place of a run, then give the grant back."""
    row, clock = claimed.credential, session.clock
    remotes = {each.pairing_id: collection_of(claimed, each, session) for each in claimed.pairings}
    try:
        for pairing_id in in_reset(row):
            if not carry_out(row, pairing_id, remotes.get(pairing_id), clock.now()):
                return _rested(claimed, session)
    except SyncError as error:
        if isinstance(error, AuthorizationInvalid):
            give_up(row)  # it must not delete anything on the day of the next sign-in
        ended = _ended(row, (SyncReport(error=error),), clock.now(), session.pace)
        _release(claimed, ended, clock.now(), session.pace)
        return ended
    with suppress(SyncError, LeaseLost):  # what can't be stopped falls silent with the grant
        Tending(row, claimed.lease, refreshed_token(row, clock), clock).stop_all()
    withdraw(row, clock.now())
    finish(row, clock.now())
    release(claimed.lease, clock.now(), NEVER)
    return Ended(row.pk, (), NEVER, State.STOPPED)


def _rested(claimed: Claim, session: Session) -> Ended:
    """A reset goes on once the account may write again."""
    row, now = claimed.credential, session.clock.now()
    ended = Ended(row.pk, (), session.pace.full_at or now, row.state)
    _release(claimed, ended, now, session.pace)
    return ended


class _RenewingHost(DjangoHost):
    """What renews the lease also renews the time in which requests may still start."""

    def __init__(self, pairing_id: int, session: Session, trigger: str) -> None:
        super().__init__(pairing_id, session.clock, trigger)
        self._session = session

    def attempt(self, lease: Lease, attempts: Sequence[Attempt]) -> bool:
        return self._renewed(super().attempt(lease, attempts))

    def commit(
        self,
        lease: Lease,
        changes: Sequence[LinkChange],
        token: SyncToken | None = None,
        report: SyncReport | None = None,
        listing: Listing | None = None,
        over: PassedOver | None = None,
    ) -> bool:
        kept = super().commit(lease, changes, token, report, listing, over)
        return self._renewed(kept) if listing else kept

    def _renewed(self, held: bool) -> bool:
        if held:
            self._session.until = self._session.clock.now() + LEASE
        return held


def _ended(
    row: ProviderCredential, reports: tuple[SyncReport, ...], now: datetime, pace: Pace
) -> Ended:
    """When the account is due again of itself, and how it stands.

    After a good run that is never: the scheduled action polls, an edit or a button asks.
    A problem that others have to mend is looked at again each hour, and goes away by itself.
    """
    ended = Ended(row.pk, reports, NEVER, State.ACTIVE)
    match ended.error:
        case None if ended.stuck:
            due, state = now + _back_off(row), State.ACTIVE
        case None if any(report.remaining for report in reports):
            due, state = max(now, pace.full_at or now), State.ACTIVE
        case None:
            due, state = NEVER, State.ACTIVE
        case AuthorizationInvalid():
            due, state = NEVER, State.RECONNECT
        case ConfigurationInvalid() | CollectionUnavailable():
            due, state = now + LONGEST_BACK_OFF, State.PROBLEM
        case Retryable(retry_after=wish):
            due, state = now + max(_back_off(row), wish or timedelta()), State.ACTIVE
        case _:
            due, state = now + _back_off(row), State.ACTIVE
    return replace(ended, due_at=due, state=state)


def _release(claimed: Claim, ended: Ended, now: datetime, pace: Pace) -> None:
    """Give the account back; how long it has been in its state is not forgotten."""
    row = claimed.credential
    rate = registry.provider(row.provider).project_rate
    if rate and pace.taken:
        spend(row.provider, pace.taken * rate.step, rate.burst * rate.step, now)
    code = UNSETTLED if ended.stuck and not ended.error else ""
    detail = ""
    if ended.error and ended.state != State.ACTIVE:
        code, detail = ended.error.code, ended.error.detail[:DETAIL]
    stays = (ended.state, code) == (row.state, row.state_code)
    release(
        claimed.lease,
        now,
        ended.due_at,
        failed=ended.error is not None or ended.stuck,
        paced_until=pace.full_at,
        state=None if stays else State(ended.state),
        state_code=code,
        state_detail=detail,
    )
    if ended.state == State.RECONNECT:
        hand_over_witnesses(row)


def _back_off(row: ProviderCredential) -> timedelta:
    """15 seconds, then twice as long each time, an hour at most; and up to a quarter more.

    Accounts that failed together, as all do when a provider is away, come back one by one.
    """
    wait = min(FIRST_BACK_OFF * (1 << min(row.failures, 10)), LONGEST_BACK_OFF)
    share = crc32(f"{row.pk} {row.failures}".encode()) / 2**32
    return wait * (1 + share / 4)
