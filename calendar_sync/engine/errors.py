"""What can go wrong when a provider is called: a closed set, classified once, next to the wire.

SyncError
├── Retryable(retry_after)   throttled, 5xx, timeout, connection broken: back off, try again
├── AuthorizationInvalid     the user has to sign in again: pause this account
├── ConfigurationInvalid     client id or secret wrong or expired: tell the administrator once
├── SyncStateLost            the sync token is no longer known: read everything, keep the links
├── Conflict                 a precondition failed: somebody wrote first; re-read, merge next run
├── Rejected                 this object, as it is, will never be accepted
└── CollectionUnavailable    the calendar is gone or no longer shared: stop, delete nothing

Anything else that is raised is a bug. Messages never hold event content, tokens or secrets.
"""

from __future__ import annotations

from datetime import timedelta


class SyncError(Exception):
    """Root of the tree. `code` is stable and short; `detail` is for administrators."""

    default_code = "sync_error"

    def __init__(self, code: str = "", detail: str = "") -> None:
        self.code = code or self.default_code
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class Retryable(SyncError):
    """The same call may succeed later. `retry_after` is the provider's wish, if it stated one."""

    default_code = "retryable"

    def __init__(
        self, code: str = "", detail: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class AuthorizationInvalid(SyncError):
    """The grant is expired, revoked or lacks a scope: only the user can mend it."""

    default_code = "authorization_invalid"


class ConfigurationInvalid(SyncError):
    """Client id, secret or redirect address are wrong: only an administrator can mend it."""

    default_code = "configuration_invalid"


class SyncStateLost(SyncError):
    """The provider forgot the sync token (RFC 6578 §3.8, Google 410, Graph 410)."""

    default_code = "sync_state_lost"


class Conflict(SyncError):
    """If-Match did not hold (RFC 9110 §13.1.1), or an id was taken meanwhile."""

    default_code = "conflict"


class Rejected(SyncError):
    """The provider will not accept this object as it is."""

    default_code = "rejected"


class CollectionUnavailable(SyncError):
    """The calendar, or the mailbox, cannot be reached by this account any more."""

    default_code = "collection_unavailable"
