"""Counting what filters keep out there, without keeping what it is."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from ..engine.sync import Href
from ..engine.sync import PassedOver as Told
from ..models import PassedOver
from ..models.bulk import create_all
from .django_pairing import PairingFacts


def keep_passed_over(facts: PairingFacts, told: Told) -> None:
    """One statement, and one more where something is kept out."""
    rows = PassedOver.objects.filter(pairing=facts.pairing_id)
    if not told.anew:
        rows = rows.filter(digest__in=[_digest(facts, href) for href in told.told])
    rows.delete()
    create_all(
        PassedOver,
        [
            PassedOver(pairing_id=facts.pairing_id, digest=_digest(facts, href), reason=why.value)
            for href, why in told.reasons.items()
        ],
    )


def _digest(facts: PairingFacts, href: Href) -> UUID:
    key = facts.namespace.encode()
    return UUID(bytes=blake2b(href.encode(), digest_size=16, key=key).digest())
