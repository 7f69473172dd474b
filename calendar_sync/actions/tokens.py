"""Personal access tokens for the API: shown once, kept as digests."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.errors import Invalid, NotVisible
from calendar_sync.models import PersonalToken
from calendar_sync.security.access import check_access
from calendar_sync.security.secrets import new_api_token, token_digest

TOKEN = "calendar_sync.personal_token"  # noqa: S105 -- a technical name
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class TokenLine:
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


def own_tokens(user: User) -> list[TokenLine]:
    """Newest first."""
    check_access(user, TOKEN, "read")
    rows = PersonalToken.objects.visible_to(user).order_by("-pk")
    return [TokenLine(row.pk, row.name, row.created_at, row.last_used_at) for row in rows]


def issue_token(user: User, name: str, now: datetime) -> str:
    """A new token; this is the only time anybody sees it."""
    check_access(user, TOKEN, "create")
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 100:
        raise Invalid({"name": "Give the token a name of up to 100 characters."})
    token = new_api_token()
    PersonalToken.objects.create(
        user_id=user.pk, name=tidy, digest=token_digest(token), created_at=now
    )
    return token


def revoke_token(user: User, token_id: int) -> None:
    check_access(user, TOKEN, "unlink")
    if not PersonalToken.objects.visible_to(user).filter(pk=token_id).delete()[0]:
        raise NotVisible


def user_of_token(token: str, now: datetime) -> AbstractBaseUser | None:
    """Whose token it is; None for an unknown one or a person who may not log in."""
    row = PersonalToken.objects.filter(digest=token_digest(token)).first()
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > SEEN_EVERY:
        PersonalToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return get_user_model().objects.filter(pk=row.user_id, is_active=True).first()
