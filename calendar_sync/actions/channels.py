"""The channels of one account: opened, renewed and stopped, under its lease.

A channel is saved before the provider is asked for it, and the new one is open before the old one
is stopped: whatever a crash leaves behind is found in the rows by whoever comes next.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F

from calendar_sync.actions.configuration import base_url, endpoints, provider_session
from calendar_sync.actions.waking import make_due, notify
from calendar_sync.engine.errors import CollectionUnavailable, Rejected, Retryable, SyncError
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.sync import Lease
from calendar_sync.hosts.django_lease import LEASE, PairedCalendar, renew_lease
from calendar_sync.models import Channel, ProviderCredential
from calendar_sync.providers import registry
from calendar_sync.providers.hooks import Hook, Opened
from calendar_sync.providers.oauth import RefreshedToken
from calendar_sync.security.secrets import new_api_token, token_digest

State = Channel.State
LONGEST_LIFE = timedelta(days=30)
"""Of any channel, where the provider has not said yet how long it grants one."""

ASKED_AGAIN = timedelta(days=1)
"""Who refuses us may have been mended: a certificate, a firewall, a registered domain."""

FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(hours=6)


class LeaseLost(Exception):
    """Somebody took the account away: no further call, and nothing is known of the last one."""


def hook_address(provider: str, key: str = "") -> str:
    """Where a provider is to call us; empty where it can't: it calls https only."""
    base = base_url()
    return f"{base}/webhooks/{provider}/{key}" if can_be_called(base) else ""


def can_be_called(address: str) -> bool:
    return address.startswith("https://") or bool(settings.PLAIN_WEB_HOOKS)


def look_after(credential_id: int, now: datetime, *, afresh: bool = False) -> None:
    """Let a worker see to the channels of an account; `afresh`: also those that seem all right."""
    if afresh:
        Channel.objects.filter(pairing__credential=credential_id).update(due_at=now)
    ProviderCredential.objects.filter(pk=credential_id).update(tend_at=now)
    notify()


class Tending:
    """One turn at the channels of a claimed account."""

    def __init__(
        self, row: ProviderCredential, lease: Lease, token: RefreshedToken, clock: Clock
    ) -> None:
        self._row = row
        self._lease = lease
        self._clock = clock
        self._session = provider_session(clock, lease.until, token)
        self._hooks = registry.provider(row.provider).hooks(self._session, endpoints(row.provider))

    def tend(self, pairings: Sequence[PairedCalendar]) -> None:
        """Bring every calendar's channel to where it should be. Raises SyncError, LeaseLost.

        An account that is paused, or whose sign-in is no longer accepted, is left as it is.
        """
        row = self._row
        is_running = row.state == ProviderCredential.State.ACTIVE and not row.reset
        if row.paused_at or not (is_running or row.state == ProviderCredential.State.STOPPED):
            return
        kept = Channel.objects.filter(pairing__credential=row).order_by("pk")
        channels = list(kept.exclude(state=State.STOPPING))
        wanted = pairings if is_running and hook_address(row.provider) else ()
        calendars = {pairing.pairing_id for pairing in wanted}
        for channel in channels:
            if channel.pairing_id not in calendars:
                _retire(channel, self._clock.now())
        for pairing in wanted:
            own = [each for each in channels if each.pairing_id == pairing.pairing_id]
            self._tend_calendar(pairing, {each.state: each for each in own})
        self._stop_retired()

    def stop_all(self) -> None:
        """Whatever can be stopped, before the grant is given back. Raises SyncError, LeaseLost."""
        own = Channel.objects.filter(pairing__credential=self._row)
        for channel in own.exclude(remote_id="").order_by("pk"):
            self._stop(channel)

    def _tend_calendar(self, pairing: PairedCalendar, own: Mapping[str, Channel]) -> None:
        now = self._clock.now()
        left, refused, current = map(own.get, (State.OPENING, State.REFUSED, State.OPEN))
        if left and left.due_at > now:  # failed a moment ago
            return
        if refused and refused.due_at > now and self._is_ours(refused):
            return
        for channel in (left, refused):  # of a worker that died, of a try that failed
            if channel:
                _retire(channel, now)
        lives = current and self._is_ours(current) and current.expires_at > now
        if current and lives and (current.due_at > now or self._renew(current)):
            return
        self._open(pairing, left.failures if left else 0)

    def _is_ours(self, channel: Channel) -> bool:
        """Whether it leads to where we are now: the public address may have changed."""
        return channel.address == hook_address(self._row.provider, channel.key)

    def _open(self, pairing: PairedCalendar, failures: int) -> None:
        now, key, secret = self._clock.now(), uuid4().hex, new_api_token()
        hook = Hook(key, hook_address(self._row.provider, key), secret)
        self._keep_lease()
        channel = Channel.objects.create(
            pairing_id=pairing.pairing_id,
            key=key,
            address=hook.address,
            secret_digest=token_digest(secret),
            failures=failures,
            opened_at=now,
            due_at=now,
            expires_at=now + LONGEST_LIFE,
        )
        try:
            opened = self._hooks.open(pairing.canonical_id, hook)
        except SyncError as error:
            if not _is_refusal(error):
                self._put_off(channel, error)
                raise
            _refuse(channel, error, self._clock.now())
        else:
            self._put_in_place(channel, opened)

    @transaction.atomic
    def _put_in_place(self, channel: Channel, opened: Opened) -> None:
        """From now on it counts and the one before it is to be stopped.

        What changed between the last run and now is fetched by one more.
        """
        now = self._clock.now()
        before = Channel.objects.filter(pairing=channel.pairing_id, state=State.OPEN)
        before.update(state=State.STOPPING)
        self._put(channel, opened, state=State.OPEN)
        make_due(self._row.pk, now)

    def _renew(self, channel: Channel) -> bool:
        """False: another one has to take its place."""
        self._keep_lease()
        try:
            opened = self._hooks.renew(channel.remote_id)
        except SyncError as error:
            if _is_refusal(error):
                return False
            self._put_off(channel, error)
            raise
        if opened:
            self._put(channel, opened)
            make_due(self._row.pk, self._clock.now())  # it may have been silent for a while
        return opened is not None

    def _put(self, channel: Channel, opened: Opened, **changed: str | datetime) -> None:
        """Renewed when half of its time is over."""
        now = self._clock.now()
        if opened.answered:
            changed["heard_at"] = now
        Channel.objects.filter(pk=channel.pk).update(
            remote_id=opened.remote_id,
            expires_at=opened.expires_at,
            due_at=now + (opened.expires_at - now) / 2,
            failures=0,
            **changed,
        )

    def _put_off(self, channel: Channel, error: SyncError) -> None:
        wait = min(FIRST_BACK_OFF * (1 << min(channel.failures, 10)), LONGEST_BACK_OFF)
        if isinstance(error, Retryable) and error.retry_after:
            wait = max(wait, error.retry_after)
        later = self._clock.now() + wait
        Channel.objects.filter(pk=channel.pk).update(due_at=later, failures=F("failures") + 1)

    def _stop_retired(self) -> None:
        """One without the provider's id can't be stopped; it ends by itself."""
        retired = Channel.objects.filter(pairing__credential=self._row, state=State.STOPPING)
        for channel in retired.exclude(remote_id="").order_by("pk"):
            self._stop(channel)

    def _stop(self, channel: Channel) -> None:
        if channel.expires_at > self._clock.now():
            self._keep_lease()
            try:
                self._hooks.stop(channel.key, channel.remote_id)
            except SyncError as error:
                if not _is_refusal(error):
                    raise
        channel.delete()

    def _keep_lease(self) -> None:
        """Before every call. Raises LeaseLost."""
        now = self._clock.now()
        with transaction.atomic():
            held = renew_lease(self._lease, now)
        if not held:
            raise LeaseLost
        self._session.until = now + LEASE


def _retire(channel: Channel, now: datetime) -> None:
    """Not ours any more; a refused one has never been there."""
    if channel.state == State.REFUSED:
        channel.delete()
    else:
        Channel.objects.filter(pk=channel.pk).update(state=State.STOPPING, due_at=now)


def _refuse(channel: Channel, error: SyncError, now: datetime) -> None:
    """Remembered with its reason; the calendar is polled, and the provider asked again."""
    before = Channel.objects.filter(pairing=channel.pairing_id, state=State.OPEN)
    before.update(state=State.STOPPING)
    Channel.objects.filter(pk=channel.pk).update(
        state=State.REFUSED, code=error.code[:64], due_at=now + ASKED_AGAIN
    )


def _is_refusal(error: SyncError) -> bool:
    """About this calendar, mailbox or address, not about the account or the moment."""
    refused = isinstance(error, (Rejected, CollectionUnavailable))
    return refused or error.code.startswith("push.")
