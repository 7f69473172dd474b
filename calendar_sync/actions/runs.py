"""What synchronizations did, for those who may know: users their own, administrators all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Q, Subquery

from calendar_sync.actions.attention import REASONS, named
from calendar_sync.actions.errors import NotVisible
from calendar_sync.actions.undo import UNDO
from calendar_sync.models import Change, Run
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

RUN = "calendar_sync.run"
MOST = 200

NO_TIME = "It has no time that can be read, so it isn't shown here."
UNREADABLE: Mapping[str, str] = {
    "cancelled_date": "A cancelled date of the series can't be read.",
    "exception_without_date": "A changed date of the series can't be read.",
    "no_time": NO_TIME,
    "time_missing": NO_TIME,
    "time_of_two_kinds": NO_TIME,
    "time_out_of_range": NO_TIME,
    "time_unreadable": NO_TIME,
    "unknown_recurrence": "Its rule can't be read here, so the series isn't shown.",
    "unknown_time_zone": "It names a time zone nobody knows, so it isn't shown here.",
}
"""Why one item there could not be read; the run went on without it."""

SIGN_IN_AGAIN = "The provider no longer accepts the sign-in: reconnect."
SET_UP = "The provider refuses our set-up: see Settings."
ANEW = "The provider forgot where we were; everything is read anew."
LATER = "The provider limits requests; it goes on later."
NOT_WHOLE = "The provider's answer did not arrive whole."
TROUBLE = "The provider is having trouble; it goes on later."
ERRORS: Mapping[str, str] = {
    # a person has to sign in again
    "access_denied": SIGN_IN_AGAIN,
    "admin_policy_enforced": "The organization's administrator has to allow this app first.",
    "authorization_requestdenied": SIGN_IN_AGAIN,
    "consent_required": SIGN_IN_AGAIN,
    "forbidden": SIGN_IN_AGAIN,
    "groups_refused": "The provider shows no groups for this account.",
    "insufficientPermissions": "The sign-in lacks a permission: reconnect and leave every tick.",
    "insufficient_claims": SIGN_IN_AGAIN,
    "interaction_required": SIGN_IN_AGAIN,
    "invalid_grant": SIGN_IN_AGAIN,
    "login_required": SIGN_IN_AGAIN,
    "no_grant": "The connection has no sign-in any more: reconnect.",
    "org_internal": "Only accounts of the organization may sign in there.",
    "token_refused": SIGN_IN_AGAIN,
    "token_unreadable": "The stored sign-in can't be read any more: reconnect.",
    # an administrator has to mend it
    "accessNotConfigured": "The Google Calendar API is off for our project: see Settings.",
    "address_invalid": "An address of the provider is wrong in our configuration.",
    "authority_invalid": "The address of Microsoft's sign-in is wrong in our configuration.",
    "deleted_client": "The provider has deleted our Client ID: see Settings.",
    "insecure_transport": "Google's sign-in needs https: see our configuration.",
    "invalid_client": "The provider doesn't know our Client ID or Client Secret: see Settings.",
    "invalid_request": SET_UP,
    "invalid_scope": SET_UP,
    "push.webhookUrlUnauthorized": "Google doesn't accept the address of our web hook.",
    "redirect_uri_mismatch": "Our return address is not registered there: see Settings.",
    "secret_unreadable": "The stored Client Secret can't be read any more: paste it again.",
    "unauthorized_client": "The provider doesn't let this app sign people in: see Settings.",
    "unsupported_grant_type": SET_UP,
    # it passes
    "activitylimitreached": LATER,
    "answer_missing": NOT_WHOLE,
    "answer_too_large": "The provider's answer was too large.",
    "answer_unreadable": NOT_WHOLE,
    "applicationthrottled": LATER,
    "backendError": TROUBLE,
    "batch_refused": "The provider refused the requests unread; they follow in the next run.",
    "conflict": "The provider was busy with the same event; it follows in the next run.",
    "connection": "The provider could not be reached.",
    "dailyLimitExceeded": LATER,
    "deadline": "There was no time left; the rest follows in the next run.",
    "errorexceededmessagelimit": "The mailbox has sent all it may today; it goes on later.",
    "errorquotaexceeded": "The mailbox is full.",
    "internalError": TROUBLE,
    "listing_lost": ANEW,
    "no_answer": NOT_WHOLE,
    "not_sent": "The request was not sent; it follows in the next run.",
    "page_loop": "The provider repeated itself; it is asked again.",
    "quotaExceeded": LATER,
    "rateLimitExceeded": LATER,
    "servicenotavailable": TROUBLE,
    "serviceunavailable": TROUBLE,
    "sync_token_missing": NOT_WHOLE,
    "timeout": "The provider took too long to answer.",
    "toomanyrequests": LATER,
    "truncated": NOT_WHOLE,
    "userRateLimitExceeded": LATER,
    # everything is read anew
    "foreign_link": "What we had remembered led elsewhere; everything is read anew.",
    "sync_token_refused": ANEW,
    "window_moved": ANEW,
    # the calendar cannot be reached
    "errorinvaliduser": "The provider doesn't know this mailbox.",
    "errornonexistentmailbox": "The provider doesn't know this mailbox.",
    "mailboxnotenabledforrestapi": "This account has no calendar that programs may reach.",
    "mailboxnotsupportedforrestapi": "This account has no calendar that programs may reach.",
    "push.group": "A group's calendar can't notify us: it is looked at every few minutes.",
    "notACalendarUser": "This account has not used Google Calendar yet.",
    "request_resourcenotfound": "The provider doesn't know this mailbox.",
}
"""Codes of the error tree that end a run, in words; docs/errors.md lists them all."""

HELD: Mapping[str, str] = {
    "create": "Not sent, because it would invite guests: see Needs attention.",
    "patch": "Not sent, because it would mail guests: see Needs attention.",
    "delete": "Not cancelled there, because it would mail guests: see Needs attention.",
}
"""Why a write waits, by what it would do."""


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
    undone: bool
    is_undo: bool
    is_own: bool


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
    return [_line(row, user) for row in found]


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
    return _line(row, user), [_change(change) for change in changes.order_by("pk")[:most]]


def in_words(code: str, label: str) -> str:
    """A code of a run or a change as a sentence; an unknown one is shown as it is.

    `label` is the name of the provider that the sentence is about.
    """
    if code.startswith("rule_"):
        return "Its rule can't be read here: only the first date of the series is shown."
    known = {**HELD, **UNREADABLE, **REASONS, **ERRORS}
    return named(known.get(code, f"The provider answered “{code}”."), label) if code else ""


def _line(row: Run, user: User) -> RunLine:
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
        in_words(row.error_code, PROVIDERS[row.credential.provider].label),
        row.undone_at is not None,
        row.trigger == UNDO,
        row.credential.user_id == user.pk,
    )


def _result(row: Run) -> str:
    if row.error_code:
        return "failed"
    if row.held or row.refused:
        return "attention"
    return "done"


def _change(change: Change) -> ChangeLine:
    title = change.title or str(change.before.get("summary") or "")
    return ChangeLine(
        change.pk,
        change.side,
        change.what,
        tuple(change.keys),
        title,
        tuple(change.mailed),
        change.code,
    )
