"""Events made here and removed at the provider: what becomes of them, by account."""

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.engine.policy import RemovedThere
from calendar_sync.models import Pairing
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"


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
