"""What is to be asked of a provider about an account's list of calendars.

A web request calls no provider: it leaves an errand with the account, and whoever holds the
account's lease runs it, before the synchronization that follows anyway.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendar_rows import LONGEST_NAME, enter, put_listed, replace_list
from calendar_sync.actions.calendars import own_zone
from calendar_sync.actions.configuration import endpoints
from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.waking import wake
from calendar_sync.engine.errors import AuthorizationInvalid, Retryable, SyncError
from calendar_sync.hosts.django_lease import Claim, renew_lease
from calendar_sync.models import ListedCalendar, ProviderCredential
from calendar_sync.providers import registry
from calendar_sync.providers.http import Session
from calendar_sync.providers.registry import (
    CREATE_CALENDAR,
    LIST_CALENDARS,
    LIST_GROUPS,
    PROVIDERS,
)
from calendar_sync.security.access import check_access

log = logging.getLogger(__name__)

CONNECTION = "calendar_sync.connection"
State = ProviderCredential.State
STALE = timedelta(days=1)
"""A list that was once asked for is looked at again: a right that was taken away is told by nothing
else (Google's contract, quirk 11)."""


@dataclass(frozen=True)
class Errand:
    """Look at the list of calendars; with a name, make one of that name first."""

    create: str = ""
    time_zone: str = ""


def look_again(user: User, credential_id: int, now: datetime) -> None:
    """Have the account's list of calendars read by the next turn, which starts at once."""
    _leave(user, credential_id, Errand(), now)


def create_calendar(user: User, credential_id: int, name: str, now: datetime) -> None:
    """Have a calendar made at the provider, and chosen."""
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": "Give the calendar a name."})
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": f"A name may have up to {LONGEST_NAME} characters."})
    row = own_account(user, credential_id)
    own = ListedCalendar.objects.filter(credential=row, name__iexact=name, owner="")
    if own.exists():
        raise Invalid({"name": f"There is a calendar “{name}” already: choose it in the list."})
    _leave(user, credential_id, Errand(name, own_zone(user)), now)


def own_account(user: User, credential_id: int) -> ProviderCredential:
    """A person's own account; nobody chooses for somebody else. Raises NotVisible."""
    check_access(user, CONNECTION, "write")
    rows = ProviderCredential.objects.visible_to(user).filter(user=user.pk)
    row = rows.filter(pk=credential_id).first()
    if row is None:
        raise NotVisible
    return row


def lacking(row: ProviderCredential, functions: Sequence[str]) -> list[str]:
    """Scopes that this account's grant lacks for these functions."""
    provider = registry.provider(row.provider)
    return [scope for each in functions if (scope := provider.lacks(each, row.scopes))]


def _leave(user: User, credential_id: int, errand: Errand, now: datetime) -> None:
    row = own_account(user, credential_id)
    if row.paused_at is not None:
        raise ActionRefused("paused", "Paused by an administrator. Try again when it resumes.")
    if row.state not in {State.ACTIVE, State.PROBLEM}:
        raise ActionRefused("not_active", "This connection is not running.")
    functions = [LIST_CALENDARS, CREATE_CALENDAR] if errand.create else [LIST_CALENDARS]
    if lacking(row, functions):
        label = PROVIDERS[row.provider].label
        raise ActionRefused(
            "consent_missing", f"{label} has not been asked for this yet: allow it first."
        )
    with transaction.atomic():
        waiting = ProviderCredential.objects.filter(pk=row.pk, errand__create__gt="")
        if waiting.exists():
            raise ActionRefused("running", "A calendar is being made just now.")
        ProviderCredential.objects.filter(pk=row.pk).update(errand=asdict(errand), errand_error="")
        wake(row.pk, now)


@dataclass(frozen=True)
class Done:
    """`goes_on`: a calendar waits for its first synchronization; `stopped`: pairings no more."""

    goes_on: bool = False
    stopped: frozenset[int] = frozenset()


def run_errand(claimed: Claim, session: Session) -> Done:
    """The worker's part, under the lease.

    What may pass is tried again by the next turn; what failed is told to the person.
    """
    row, now = claimed.credential, session.clock.now()
    is_stale = row.listed_at is not None and row.listed_at <= now - STALE
    if row.errand is None and not (is_stale and not lacking(row, [LIST_CALENDARS])):
        return Done()
    errand = Errand(**(row.errand or {}))
    accounts = ProviderCredential.objects.filter(pk=row.pk)
    try:
        calendars, refused = _asked(row, session)
        made = _made(row, errand, calendars, session) if errand.create else None
    except Retryable as error:
        log.info("%s account %d: calendars: %s", row.provider, row.pk, error.code)
        accounts.update(errand_error=error.code)
        return Done()
    except SyncError as error:
        log.info("%s account %d: calendars: %s", row.provider, row.pk, error.code)
        accounts.update(
            errand=None, errand_error=error.code[:64], scopes=_granted_after(row, error)
        )
        return Done()
    forgotten = {"scopes": row.scopes} if refused else {}
    with transaction.atomic():
        if not renew_lease(claimed.lease, now):
            return Done()
        stopped = replace_list(
            row, [*calendars, *([made] if made and made not in calendars else [])]
        )
        if made:
            listed = put_listed(row, [made])[made.id]
            enter(row, row.user, listed)
        accounts.update(errand=None, errand_error=refused, listed_at=now, **forgotten)
    return Done(made is not None, stopped)


def _granted_after(row: ProviderCredential, error: SyncError) -> list[str]:
    """The provider knows better than we what it granted: what it refuses is asked for again."""
    if not isinstance(error, AuthorizationInvalid):
        return list(row.scopes)
    return _without(row, *registry.provider(row.provider).needs)


def _without(row: ProviderCredential, *functions: str) -> list[str]:
    """What was granted, but for what these functions take."""
    needs = registry.provider(row.provider).needs
    doubtful = {scope for name in functions for scope in needs[name]}
    return [scope for scope in row.scopes if scope not in doubtful]


def _asked(row: ProviderCredential, session: Session) -> tuple[list[registry.RemoteCalendar], str]:
    """With those of its groups, where the person has allowed it; or why they are not among them.

    A refusal is what counts from now on: `row` holds less for granted then.
    """
    provider, addresses = registry.provider(row.provider), endpoints(row.provider)
    found = list(provider.list_calendars(session, addresses, row.address))
    if lacking(row, [LIST_GROUPS]):
        return found, ""
    try:
        return [*found, *provider.list_groups(session, addresses)], ""
    except AuthorizationInvalid as error:
        row.scopes = _without(row, LIST_GROUPS)
        return found, error.code[:64]


def _made(
    row: ProviderCredential,
    errand: Errand,
    listed: Sequence[registry.RemoteCalendar],
    session: Session,
) -> registry.RemoteCalendar:
    """A turn that died behind its request has made it already: then it is on the list."""
    for calendar in listed:
        if calendar.name == errand.create and calendar.is_own and not calendar.is_primary:
            return calendar
    new = registry.NewCalendar(errand.create, errand.time_zone, row.address)
    return registry.provider(row.provider).create_calendar(session, endpoints(row.provider), new)
