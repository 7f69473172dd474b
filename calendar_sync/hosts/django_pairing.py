"""What a host has to know of its pairing, read at the start of a run."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from ..engine.policy import SyncPolicy
from ..engine.sync import Lease, SyncToken
from ..models import Address, Pairing, ProviderCredential
from .django_policy import policy_of


@dataclass(frozen=True, slots=True)
class PairingFacts:
    """`owner` are the normalized addresses of the person whose calendar it is; `address` is that
    of the account, `elsewhere` those of the person's other accounts.
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

    def answers(self, guests: Container[str]) -> frozenset[str]:
        """Whose answer this account gives: an account invited by its own address has one voice."""
        if self.address in guests:
            return frozenset({self.address})
        return self.owner - self.elsewhere


def pairing_facts(pairing_id: int, lease: Lease) -> PairingFacts | None:
    """In one statement; None: the lease is lost."""
    proven = Address.objects.filter(user=OuterRef("calendar__owner"), proven=True)
    accounts = ProviderCredential.objects.filter(user=OuterRef("calendar__owner"))
    names = {
        "login": F("calendar__owner__login"),
        "addresses": ArraySubquery(proven.values("address")),
        "account": F("credential__address"),
        "by_preview": F("credential__by_preview"),
        "accounts": ArraySubquery(accounts.values("address")),
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
    )
