"""What administrators see of a person's accounts: how they stand, nothing that is secret."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Count, Q

from calendar_sync.actions.errors import NotVisible
from calendar_sync.models import ProviderCredential
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

PERSON = "res.users"
PARAMETER = "ir.config_parameter"


@dataclass(frozen=True)
class PersonAccount:
    """`reset` is (done, total) while a reset is under way."""

    id: int
    provider: str
    label: str
    letter: str
    address: str
    state: str
    state_label: str
    since: datetime
    connected_at: datetime
    last_synced_at: datetime | None
    paused: bool
    signed_in: bool
    linked: int
    series: int
    reset: tuple[int, int] | None


def person_accounts(user: User, person_id: int) -> tuple[User, list[PersonAccount]]:
    """The person and the accounts; in two statements. Raises AccessDenied, NotVisible."""
    check_access(user, PERSON, "write")
    person = get_user_model().objects.filter(pk=person_id).first()
    if person is None:
        raise NotVisible
    alive = Q(pairings__links__closed_at=None)
    series = alive & Q(pairings__links__entry__event__is_series=True)
    rows = ProviderCredential.objects.visible_to(user).filter(user=person_id)
    counted = rows.annotate(
        linked=Count("pairings__links", filter=alive),
        series=Count("pairings__links", filter=series),
    )
    return person, [_account(row) for row in counted.order_by("provider", "pk")]


def people_connected(user: User, provider: str) -> int:
    """How many people a pause of this provider would hold up. Raises AccessDenied."""
    check_access(user, PARAMETER, "write")
    rows = ProviderCredential.objects.visible_to(user).filter(provider=provider, paused_at=None)
    running = rows.exclude(state=ProviderCredential.State.STOPPED)
    return running.values("user").distinct().count()


def _account(row: ProviderCredential) -> PersonAccount:
    listing = PROVIDERS[row.provider]
    reset = row.reset or {}
    return PersonAccount(
        id=row.pk,
        provider=row.provider,
        label=listing.label,
        letter=listing.letter,
        address=row.address,
        state=row.state,
        state_label=row.get_state_display(),
        since=row.state_since,
        connected_at=row.created_at,
        last_synced_at=row.last_synced_at,
        paused=row.paused_at is not None,
        signed_in=bool(row.encrypted_refresh_token),
        linked=getattr(row, "linked", 0),
        series=getattr(row, "series", 0),
        reset=(reset["done"], reset["total"]) if reset else None,
    )
