"""What is done to users: by administrators on their page, or from the command line."""

from collections.abc import Mapping
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from calendar_sync.security.access import Actor, check_access
from calendar_sync.server.models import ExternalId, Group, User
from calendar_sync.server.models.user import ADMINISTRATOR, USER

Role = Literal["user", "administrator"]
GROUPS: Mapping[Role, str] = {"user": USER, "administrator": ADMINISTRATOR}


class LastAdministrator(ValidationError):
    """Nobody could open Settings any more."""

    def __init__(self) -> None:
        super().__init__("Somebody has to be an active administrator.", code="last_administrator")


def new_user(login: str, name: str, password: str, role: Role = "user", tz: str = "UTC") -> User:
    """Store a user on behalf of the operator: nobody is asked. Raises ValidationError."""
    user = User(login=login, name=name, tz=tz)
    user.set_password(password)
    user.full_clean()
    return _store(user, role)


def make_administrator(login: str, name: str, password: str, tz: str) -> tuple[User, bool]:
    """Create an administrator, or open the door again for one who is there, on behalf of the
    operator. Returns the user, and whether he is new. Raises ValidationError.
    """
    user = User.objects.filter(login=login.strip().lower()).first()
    if not user:
        return new_user(login, name, password, "administrator", tz), True
    user.is_active = True
    user.set_password(password)
    return _store(user, "administrator"), False


def create_user(by: Actor, user: User, role: Role, password: str) -> User:
    """Store a new user that was validated. Raises AccessDenied."""
    check_access(by, "res.users", "create")
    user.set_password(password)
    return _store(user, role)


def change_user(by: Actor, user: User, role: Role, password: str = "") -> User:
    """Store what was changed; without a password the old one stays.

    A new password, or being switched off, ends all sessions. Raises AccessDenied,
    LastAdministrator.
    """
    check_access(by, "res.users", "write")
    if password:
        user.set_password(password)
    return _store(user, role)


@transaction.atomic
def _store(user: User, role: Role) -> User:
    # Two administrators who demote each other at the same time wait for each other here.
    before = set(User.objects.administrators().select_for_update(of=("self",)))
    user.save()
    roles = Group.objects.filter(pk__in=[_key(name) for name in GROUPS.values()])
    user.groups.remove(*roles)
    user.groups.add(_key(GROUPS[role]))
    if before and not User.objects.administrators().exists():
        raise LastAdministrator
    return user


def _key(group: str) -> int:
    return ExternalId.objects.record_ids(group).get()
