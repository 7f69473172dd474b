"""The permission gate of every action: `security/ir.model.access.csv` decides; no row, no access.

Which *kinds* of records a person may touch is decided here, which of them in `rules.py`.
"""

from typing import Literal

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

Operation = Literal["read", "write", "create", "unlink"]
Actor = AbstractBaseUser | AnonymousUser
"""Who asks; as `request.user` is typed."""


class AccessDenied(PermissionDenied):
    """Nothing in the table of access rights allows this; the web answers 403."""


def check_access(user: Actor, model: str, operation: Operation) -> None:
    """Raises AccessDenied. `model` is a technical name, such as `calendar_sync.event`.

    The rights are read at the first question and kept on the user object, which lives as long as
    one request or one job.
    """
    if not may(user, model, operation):
        raise AccessDenied(f"{user} may not {operation} {model}")


def may(user: Actor, model: str, operation: Operation) -> bool:
    """Whether to show a button; the action behind it asks again with `check_access`."""
    # Whoever is not logged in has no rights at all.
    return operation in getattr(user, "access_rights", {}).get(model, ())
