"""Events made here and removed at the provider: what becomes of them, by account."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.engine.policy import RemovedThere
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import Pairing
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"


@dataclass(frozen=True)
class RemovalRule:
    """The rule of one account of a person."""

    credential_id: int
    label: str
    address: str
    rule: RemovedThere


def removal_rules(user: User) -> list[RemovalRule]:
    """Of each of a person's accounts; one statement."""
    check_access(user, CONNECTION, "read")
    pairings = Pairing.objects.visible_to(user).filter(credential__user=user.pk)
    rows = pairings.select_related("credential").order_by("credential__provider", "credential")
    found = {}
    for row in rows:
        account = row.credential
        label, rule = PROVIDERS[account.provider].label, policy_of(row.policy).removed
        found[account.pk] = RemovalRule(account.pk, label, account.address, rule)
    return list(found.values())


def set_removal_rule(user: User, credential_id: int, rule: str) -> None:
    """From now on, in all calendars of an account; what waits for an answer goes on waiting."""
    check_access(user, CONNECTION, "write")
    if rule not in {each.value for each in RemovedThere}:
        raise ActionRefused("no_such_choice", "There is no such rule.")
    with transaction.atomic():
        pairings = Pairing.objects.visible_to(user).filter(credential__user=user.pk)
        rows = pairings.filter(credential=credential_id).select_for_update(no_key=True)
        found = list(rows.order_by("pk"))
        if not found:
            raise NotVisible
        for pairing in found:
            pairing.policy = {**pairing.policy, "removed": rule}
            pairing.save(update_fields=["policy"])
