"""People with connected accounts, as rows."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from calendar_sync.models import Calendar, Pairing, ProviderCredential, RemoteCalendar
from calendar_sync.models.marks import pair
from calendar_sync.server.models import User

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
"""When everybody connected, and all accounts are due since."""


def a_user(login: str = "anna@corp.example") -> User:
    """A user with a default calendar."""
    user, made = get_user_model().objects.get_or_create(login=login, defaults={"name": login})
    if made:
        Calendar.objects.create(owner=user, name="Calendar")
    return user


@transaction.atomic
def connected(login: str = "anna@corp.example", provider: str = "google") -> Pairing:
    """The user's default calendar paired with the primary one of an account of that name."""
    user = a_user(login)
    calendar = Calendar.objects.get(owner=user, is_default=True)
    remote, _ = RemoteCalendar.objects.get_or_create(provider=provider, canonical_id=login)
    credential = ProviderCredential.objects.create(
        user=user,
        provider=provider,
        subject=login,
        address=login,
        state=ProviderCredential.State.ACTIVE,
        state_since=SINCE,
        due_at=SINCE,
        created_at=SINCE,
    )
    first = not calendar.pairings.filter(default_target=True).exists()
    return pair(calendar, remote, credential, default_target=first)
