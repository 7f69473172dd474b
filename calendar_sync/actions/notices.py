"""What the head of every page says: how much waits for a person, and what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Q

from calendar_sync.actions.attention import attention_count
from calendar_sync.actions.connection_states import PARAMETER, SET_UP, changes_waiting
from calendar_sync.actions.grants import SOON, why_ended
from calendar_sync.models import ProviderCredential
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import may

State = ProviderCredential.State


@dataclass(frozen=True)
class SetUpBroken:
    """`people`: how many it holds up; a user is told only of himself."""

    label: str
    code: str
    since: datetime
    people: int
    detail: str = ""  # the provider's own codes


@dataclass(frozen=True)
class ReconnectNeeded:
    credential_id: int
    label: str
    waiting: int
    why: str = ""


@dataclass(frozen=True)
class SignInEnds:
    """A sign-in that is good for some days only, and soon over."""

    credential_id: int
    label: str
    at: datetime


@dataclass(frozen=True)
class Paused:
    label: str
    since: datetime


Trouble = SetUpBroken | ReconnectNeeded | SignInEnds | Paused


@dataclass(frozen=True)
class Notices:
    """`troubles`: the worst first."""

    attention: int
    troubles: tuple[Trouble, ...]
    is_administrator: bool


def notices(user: User, now: datetime) -> Notices:
    """In two statements, with a third where somebody has to reconnect.

    Users are told of their own accounts, administrators of what holds anybody up by their set-up.
    """
    administrator = may(user, PARAMETER, "write")
    troubled = Q(state=State.PROBLEM, state_code__in=SET_UP) | Q(paused_at__isnull=False)
    mine = Q(user=user.pk)
    ending = Q(state=State.ACTIVE, grant_ends_at__lt=now + SOON)
    wanted = mine & (Q(state=State.RECONNECT) | ending)
    wanted |= troubled if administrator else mine & troubled
    rows = ProviderCredential.objects.visible_to(user).filter(wanted)
    found = list(rows.exclude(state=State.STOPPED).order_by("provider", "pk"))
    troubles: tuple[Trouble, ...] = (
        *_broken(found),
        *_reconnect(user, found, now),
        *_ending(user, found, now),
        *_paused(found),
    )
    return Notices(attention_count(user), troubles, administrator)


def _broken(rows: Iterable[ProviderCredential]) -> Iterable[SetUpBroken]:
    for provider, listing in PROVIDERS.items():
        held = [row for row in rows if row.provider == provider and row.state == State.PROBLEM]
        if held:
            first = min(held, key=lambda row: row.state_since)
            people = len({row.user_id for row in held})
            yield SetUpBroken(
                listing.label, first.state_code, first.state_since, people, first.state_detail
            )


def _reconnect(
    user: User, rows: Iterable[ProviderCredential], now: datetime
) -> Iterable[ReconnectNeeded]:
    dead = [row for row in rows if row.state == State.RECONNECT and row.user_id == user.pk]
    waiting = changes_waiting(dead) if dead else {}
    for row in dead:
        label = PROVIDERS[row.provider].label
        yield ReconnectNeeded(row.pk, label, waiting.get(row.pk, 0), why_ended(row, now))


def _ending(user: User, rows: Iterable[ProviderCredential], now: datetime) -> Iterable[SignInEnds]:
    for row in rows:
        running = row.user_id == user.pk and row.state == State.ACTIVE
        if running and row.grant_ends_at and now < row.grant_ends_at < now + SOON:
            yield SignInEnds(row.pk, PROVIDERS[row.provider].label, row.grant_ends_at)


def _paused(rows: Iterable[ProviderCredential]) -> Iterable[Paused]:
    for provider, listing in PROVIDERS.items():
        since = [row.paused_at for row in rows if row.provider == provider and row.paused_at]
        if since:
            yield Paused(listing.label, min(since))
