"""What a host has to know of its pairing, read at the start of a run."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from ..engine.sync import Lease, SyncPolicy, SyncToken
from ..models import Address, Pairing
from .django_rows import policy_of


@dataclass(frozen=True, slots=True)
class PairingFacts:
    """`owner` are the normalized addresses of the person whose calendar it is."""

    pairing_id: int
    credential_id: int
    calendar_id: int
    owner_id: int
    owner: frozenset[str]
    provider: str
    namespace: str
    token: SyncToken | None
    policy: SyncPolicy


def pairing_facts(pairing_id: int, lease: Lease) -> PairingFacts | None:
    """In one statement; None: the lease is lost."""
    proven = Address.objects.filter(user=OuterRef("calendar__owner"), proven=True)
    names = {
        "login": F("calendar__owner__login"),
        "addresses": ArraySubquery(proven.values("address")),
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
        row.remote_calendar.provider,
        row.remote_calendar.namespace.hex,
        SyncToken(row.token) if row.token else None,
        policy_of(row.policy),
    )
