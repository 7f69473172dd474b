"""What an operator does at the command line: synchronize accounts now, or see what that would do.

Nobody's rights are asked: who runs commands on the machine has the keys.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from calendar_sync.actions.accounts import refreshed_token
from calendar_sync.actions.configuration import provider_session
from calendar_sync.actions.preview_making import previews_of
from calendar_sync.actions.sync import sync_claimed
from calendar_sync.engine.errors import SyncError
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.showing import Preview as Shown
from calendar_sync.engine.sync import SyncReport
from calendar_sync.hosts.django_lease import Claim, claim, give_back
from calendar_sync.models import ProviderCredential


@dataclass(frozen=True)
class Turn:
    """One account: what was done or would be, per pairing, and what stopped it.

    `busy`: a worker has it just now.
    """

    provider: str
    address: str
    reports: tuple[SyncReport, ...] = ()
    previews: tuple[Shown, ...] = ()
    error: SyncError | None = None
    busy: bool = False


def synchronize_now(login: str | None, clock: Clock) -> Iterator[Turn]:
    """The running accounts of one person, or of everybody."""

    def turn(claimed: Claim) -> Turn:
        row, ended = claimed.credential, sync_claimed(claimed, clock)
        return Turn(row.provider, row.address, reports=ended.reports, error=ended.error)

    return _turns(login, clock, turn)


def preview_now(login: str | None, clock: Clock) -> Iterator[Turn]:
    """Likewise; reads at the provider, and changes nothing anywhere."""

    def turn(claimed: Claim) -> Turn:
        row = claimed.credential
        try:
            return Turn(row.provider, row.address, previews=_previews(claimed, clock))
        except SyncError as error:
            return Turn(row.provider, row.address, error=error)
        finally:
            give_back(claimed.lease)

    return _turns(login, clock, turn)


def _turns(login: str | None, clock: Clock, turn: Callable[[Claim], Turn]) -> Iterator[Turn]:
    rows = ProviderCredential.objects.usable().order_by("pk")
    for row in rows if login is None else rows.filter(user__login=login):
        claimed = claim(clock.now(), credential_id=row.pk, worker="by hand")
        yield turn(claimed) if claimed else Turn(row.provider, row.address, busy=True)


def _previews(claimed: Claim, clock: Clock) -> tuple[Shown, ...]:
    row = claimed.credential
    session = provider_session(clock, claimed.lease.until, refreshed_token(row, clock))
    return tuple(shown for _, shown in previews_of(claimed, session) or ())
