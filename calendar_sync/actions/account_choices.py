"""What a person has chosen for all calendars of an account."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.engine.policy import SyncPolicy
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import Pairing
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access


@dataclass(frozen=True)
class AccountChoices:
    """Of `policy`, only what is the same in all calendars: not direction, mirror or filters."""

    credential_id: int
    label: str
    address: str
    policy: SyncPolicy


def account_choices(user: User) -> list[AccountChoices]:
    """Of each of a person's accounts; one statement."""
    check_access(user, "calendar_sync.connection", "read")
    pairings = Pairing.objects.visible_to(user).filter(credential__user=user.pk)
    rows = pairings.select_related("credential")
    rows = rows.order_by("credential__provider", "credential", "pk")
    return list({row.credential_id: _choices(row) for row in rows}.values())


def _choices(row: Pairing) -> AccountChoices:
    account = row.credential
    label = PROVIDERS[account.provider].label
    return AccountChoices(account.pk, label, account.address, policy_of(row.policy))
