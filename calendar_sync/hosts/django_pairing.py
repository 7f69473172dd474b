"""What a host has to know of its pairing, read at the start of a run."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef

from ..engine.masks import Mirror
from ..engine.policy import SyncPolicy
from ..engine.sync import Lease, SyncToken
from ..models import Address, Pairing, ProviderCredential
from ..models.mirrors import COMPARED_AGAIN, Mirroring, edited_since, showing
from .django_policy import policy_of


@dataclass(frozen=True, slots=True)
class PairingFacts:
    """`owner` are the normalized addresses of the person whose calendar it is; `address` is that
    of the account, `elsewhere` those of the person's other accounts. `has_mirrors`: one of
    his calendars shows what is in the others; `has_news`: something was edited since this was
    compared with them.
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
    policy: SyncPolicy
    by_preview: bool
    mirror: Mirror
    mirrors_compared_at: datetime | None
    has_news: bool
    has_mirrors: bool

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
    proven = Address.objects.filter(user=OuterRef("calendar__owner"), proven=True)
    accounts = ProviderCredential.objects.filter(user=OuterRef("calendar__owner"))
    others = Pairing.objects.filter(calendar__owner=OuterRef("calendar__owner"))
    names = {
        "login": F("calendar__owner__login"),
        "addresses": ArraySubquery(proven.values("address")),
        "account": F("credential__address"),
        "by_preview": F("credential__by_preview"),
        "accounts": ArraySubquery(accounts.values("address")),
        "has_news": edited_since(),
        "has_mirrors": Exists(others.exclude(mirror=Mirror.OFF.value)),
    }
    rows = Pairing.objects.filter(
        pk=pairing_id, credential__pk=lease.account, credential__lease_fence=lease.fence
    )
    row = rows.select_related("calendar", "remote_calendar").annotate(**names).first()
    if row is None:
        return None
    return PairingFacts(
        row.pk,
        row.credential_id,
        row.calendar_id,
        row.calendar.owner_id,
        frozenset({row.login, *row.addresses}),
        row.account,
        frozenset(row.accounts) - {row.account},
        row.remote_calendar.provider,
        row.remote_calendar.namespace.hex,
        SyncToken(row.token) if row.token else None,
        row.listing if row.token else None,
        policy_of(row.policy),
        row.by_preview,
        Mirror(row.mirror),
        row.mirrors_compared_at,
        row.has_news,
        row.has_mirrors,
    )
