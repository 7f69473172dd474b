"""From Google's answers to the closed set of errors (contract §3.2, §9.2).

Status and reason decide, never the message. What an error means for one event that is gone
(404, 410 on its own address) is the collection's to say; here those mean the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ...engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    ConfigurationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
    SyncStateLost,
)
from ..http import Response, retry_after

QUOTA_PAUSE = timedelta(hours=1)
"""Quotas that come back only hours later (contract §9.2)."""

QUOTAS = frozenset({"quotaExceeded", "dailyLimitExceeded"})

BY_REASON: Mapping[tuple[int, str], type[SyncError]] = {
    (401, "push.webhookUrlUnauthorized"): ConfigurationInvalid,
    (403, "insufficientPermissions"): AuthorizationInvalid,
    (403, "accessNotConfigured"): ConfigurationInvalid,
    (403, "notACalendarUser"): CollectionUnavailable,
    (403, "userRateLimitExceeded"): Retryable,
    (403, "rateLimitExceeded"): Retryable,
    (403, "quotaExceeded"): Retryable,
    (403, "dailyLimitExceeded"): Retryable,
    (409, "conflict"): Retryable,
    (410, "deleted"): Conflict,
}

BY_STATUS: Mapping[int, type[SyncError]] = {
    400: Rejected,
    401: AuthorizationInvalid,
    403: Rejected,
    404: CollectionUnavailable,
    409: Conflict,
    410: SyncStateLost,
    412: Conflict,
    413: Rejected,
    429: Retryable,
}


def error_of(response: Response, now: datetime) -> SyncError:
    """The error an answer other than 2xx stands for; its code is Google's reason."""
    reason = reason_of(response)
    status = response.status
    kind = BY_REASON.get((status, reason)) or BY_STATUS.get(status, Retryable)
    code = reason or f"http_{status}"
    detail = f"Google answered {status}"
    if kind is Retryable:
        wait = retry_after(response.headers, now)
        if reason in QUOTAS:
            wait = max(wait or QUOTA_PAUSE, QUOTA_PAUSE)
        return Retryable(code, detail, wait)
    return kind(code, detail)


def reason_of(response: Response) -> str:
    """`errors[0].reason`; empty for the pages and shapes of front ends."""
    body = response.json()
    error = body.get("error") if isinstance(body, dict) else None
    rows = error.get("errors") if isinstance(error, dict) else None
    first = rows[0] if isinstance(rows, list) and rows else None
    reason = first.get("reason") if isinstance(first, dict) else None
    return reason if isinstance(reason, str) else ""
