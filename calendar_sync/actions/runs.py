"""What synchronizations did, for those who may know: users their own, administrators all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Q, Subquery

from calendar_sync.actions.errors import NotVisible
from calendar_sync.models import Change, Run
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

RUN = "calendar_sync.run"
MOST = 200

ERRORS: Mapping[str, str] = {
    "invalid_grant": "The provider no longer accepts the sign-in: reconnect.",
    "no_grant": "The connection has no sign-in any more: reconnect.",
    "token_refused": "The provider no longer accepts the sign-in: reconnect.",
    "invalid_client": "The provider doesn't know our Client ID or Client Secret: see Settings.",
    "unauthorized_client": "The provider doesn't let this app sign people in: see Settings.",
    "connection": "The provider could not be reached.",
    "timeout": "The provider took too long to answer.",
    "deadline": "There was no time left; the rest follows in the next run.",
    "not_sent": "The request was not sent; it follows in the next run.",
}
"""Codes of the error tree in words; docs/errors.md lists them all."""


@dataclass(frozen=True)
class RunLine:
    id: int
    started_at: datetime
    user: str
    credential_id: int
    provider: str
    label: str
    address: str
    trigger: str
    received: int
    sent: int
    mailed: int
    held: int
    refused: int
    conflicts: int
    seconds: float
    result: str
    error: str


@dataclass(frozen=True)
class ChangeLine:
    id: int
    side: str
    what: str
    keys: tuple[str, ...]
    title: str
    mailed: tuple[str, ...]
    code: str


def visible_runs(
    user: User, *, everybody: bool = False, after: int | None = None, most: int = MOST
) -> list[RunLine]:
    """The newest runs that did something or failed, `after` the run of that id in the list.

    In three statements at most.
    """
    check_access(user, RUN, "read")
    rows = Run.objects.visible_to(user)
    if not everybody:
        rows = rows.filter(credential__user=user.pk)
    if after is not None:
        started = Subquery(Run.objects.visible_to(user).filter(pk=after).values("started_at"))
        rows = rows.filter(Q(started_at__lt=started) | Q(started_at=started, pk__lt=after))
    found = rows.select_related("credential__user").order_by("-started_at", "-pk")[:most]
    return [_line(row) for row in found]


def run_detail(
    user: User, run_id: int, *, after: int = 0, most: int | None = None
) -> tuple[RunLine, list[ChangeLine]]:
    """A run and its changes, those `after` the change of that id.

    An administrator sees others' counts, never their content.
    """
    check_access(user, RUN, "read")
    row = Run.objects.visible_to(user).select_related("credential__user").filter(pk=run_id).first()
    if row is None:
        raise NotVisible
    changes = Change.objects.visible_to(user).filter(run=row, pk__gt=after)
    rows = changes.select_related("event").order_by("pk")[:most]
    return _line(row), [_change(change) for change in rows]


def in_words(code: str) -> str:
    """An error code as a sentence; an unknown one is shown as it is."""
    return ERRORS.get(code, f"The provider answered “{code}”.") if code else ""


def _line(row: Run) -> RunLine:
    ended = row.ended_at or row.started_at
    return RunLine(
        row.pk,
        row.started_at,
        str(getattr(row.credential.user, "name", row.credential.user)),
        row.credential_id,
        row.credential.provider,
        PROVIDERS[row.credential.provider].label,
        row.credential.address,
        row.trigger,
        row.received,
        row.sent,
        row.mailed,
        row.held,
        row.refused,
        row.conflicts,
        (ended - row.started_at).total_seconds(),
        _result(row),
        in_words(row.error_code),
    )


def _result(row: Run) -> str:
    if row.error_code:
        return "failed"
    if row.held or row.refused:
        return "attention"
    return "done"


def _change(change: Change) -> ChangeLine:
    title = change.event.summary if change.event else str(change.before.get("summary") or "")
    return ChangeLine(
        change.pk,
        change.side,
        change.what,
        tuple(change.keys),
        title,
        tuple(change.mailed),
        change.code,
    )
