"""What a host has to know of its pairing, read at the start of a run."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model

from ..engine.masks import Mirror
from ..engine.policy import SyncPolicy
from ..engine.sync import Lease, SyncToken
from ..models import Pairing
from ..models.link import WAITING
from ..models.mirrors import COMPARED_AGAIN, LAG, Mirroring, showing
from .django_policy import policy_of

# Every turn reads this. It is text because the ORM took longer to write it, each time anew, than
# PostgreSQL takes to answer it, which was a third of what an idle turn cost.
FACTS = """
SELECT
    pairing.*,
    calendar.owner_id,
    owner.login,
    remote.provider,
    remote.namespace,
    account.address AS account,
    account.by_preview,
    ARRAY(
        SELECT address FROM calendar_sync_address WHERE user_id = calendar.owner_id AND proven
    ) AS addresses,
    ARRAY(
        SELECT address FROM calendar_sync_providercredential WHERE user_id = calendar.owner_id
    ) AS accounts,
    EXISTS(
        SELECT FROM calendar_sync_pairing other
        JOIN calendar_sync_calendar his ON his.id = other.calendar_id
        WHERE his.owner_id = calendar.owner_id AND other.mirror <> %(off)s
    ) AS has_mirrors,
    pairing.mirror <> %(off)s AND (
        EXISTS(
            SELECT FROM calendar_sync_entry entry
            JOIN calendar_sync_calendar his ON his.id = entry.calendar_id
            JOIN calendar_sync_event event ON event.id = entry.event_id
            WHERE his.owner_id = calendar.owner_id
                AND event.updated_at >= pairing.mirrors_compared_at - %(lag)s
        ) OR EXISTS(
            SELECT FROM calendar_sync_entry entry
            JOIN calendar_sync_calendar his ON his.id = entry.calendar_id
            WHERE his.owner_id = calendar.owner_id
                AND entry.updated_at >= pairing.mirrors_compared_at - %(lag)s
        )
    ) AS has_news,
    EXISTS(
        SELECT FROM calendar_sync_link link
        WHERE link.pairing_id = pairing.id AND link.closed_at IS NULL
            AND (link.attempt IS NOT NULL OR link.state = ANY(%(waiting)s))
    ) OR EXISTS(
        SELECT FROM calendar_sync_dirtymark mark
        JOIN calendar_sync_link link ON link.id = mark.link_id
        WHERE link.pairing_id = pairing.id
    ) AS has_waiting
FROM calendar_sync_pairing pairing
JOIN calendar_sync_providercredential account ON account.id = pairing.credential_id
JOIN calendar_sync_calendar calendar ON calendar.id = pairing.calendar_id
JOIN calendar_sync_remotecalendar remote ON remote.id = pairing.remote_calendar_id
JOIN {users} owner ON owner.id = calendar.owner_id
WHERE pairing.id = %(pairing)s AND account.id = %(account)s AND account.lease_fence = %(fence)s
"""


@dataclass(frozen=True, slots=True)
class PairingFacts:
    """`owner` are the normalized addresses of the person whose calendar it is; `address` is that
    of the account, `elsewhere` those of the person's other accounts. `has_mirrors`: one of
    his calendars shows what is in the others; `has_news`: something was edited since this was
    compared with them. `read_at`: when all that is there was known last. `has_waiting`: a link is
    marked, or waits for a run without a mark.
    """

    pairing_id: int
    credential_id: int
    calendar_id: int
    owner_id: int
    owner: frozenset[str]
    address: str
    elsewhere: frozenset[str]
    provider: str
    namespace: str
    token: SyncToken | None
    listing: int | None
    read_at: datetime | None
    policy: SyncPolicy
    by_preview: bool
    mirror: Mirror
    mirrors_compared_at: datetime | None
    has_news: bool
    has_mirrors: bool
    has_waiting: bool

    @property
    def mirroring(self) -> Mirroring:
        """What this calendar shows of the person's others."""
        return Mirroring(self.pairing_id, self.credential_id, self.owner_id, self.mirror)

    def mirrors_due(self, now: datetime) -> bool:
        """Whether to look again at all that this calendar shows of the others."""
        if self.mirror is Mirror.OFF:
            return False
        compared = self.mirrors_compared_at
        return self.has_news or compared is None or now - compared >= COMPARED_AGAIN

    def announce(self, events: Collection[int], now: datetime) -> None:
        """Tell the person's calendars that show mirrors, of what came here; nothing, mostly.

        This one, too: a meeting that came to it takes the place of its mirror.
        """
        if self.has_mirrors:
            for each in showing(self.owner_id):
                each.announce(now, events)

    def answers(self, guests: Container[str]) -> frozenset[str]:
        """Whose answer this account gives: an account invited by its own address has one voice."""
        if self.address in guests:
            return frozenset({self.address})
        return self.owner - self.elsewhere


def pairing_facts(pairing_id: int, lease: Lease) -> PairingFacts | None:
    """In one statement; None: the lease is lost."""
    users = get_user_model()._meta.db_table  # noqa: SLF001 - documented in spite of its name
    values = {
        "pairing": pairing_id,
        "account": lease.account,
        "fence": lease.fence,
        "off": Mirror.OFF.value,
        "lag": LAG,
        "waiting": list(WAITING),
    }
    row = next(iter(Pairing.objects.raw(FACTS.format(users=users), values)), None)
    if row is None:
        return None
    return PairingFacts(
        pairing_id=row.pk,
        credential_id=row.credential_id,
        calendar_id=row.calendar_id,
        owner_id=row.owner_id,
        owner=frozenset({row.login, *row.addresses}),
        address=row.account,
        elsewhere=frozenset(row.accounts) - {row.account},
        provider=row.provider,
        namespace=row.namespace.hex,
        token=SyncToken(row.token) if row.token else None,
        listing=row.listing if row.token else None,
        read_at=row.token_saved_at,
        policy=policy_of(row.policy),
        by_preview=row.by_preview,
        mirror=Mirror(row.mirror),
        mirrors_compared_at=row.mirrors_compared_at,
        has_news=row.has_news,
        has_mirrors=row.has_mirrors,
        has_waiting=row.has_waiting,
    )
