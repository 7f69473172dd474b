"""What Graph's refusals mean (contract §5.4, §8.3) and those of the token endpoint (§1.6).

The status decides first, the code second and without regard to case, the prose never: it changes.
Details name codes only, since messages may quote what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Union

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

Classifier = Callable[[int, str, Union[timedelta, None]], SyncError]
"""From status, code and the provider's Retry-After to what the refusal means."""

MAILBOX_CODES = frozenset(
    {
        "mailboxnotenabledforrestapi",
        "mailboxnotsupportedforrestapi",
        "errornonexistentmailbox",
        "errorinvaliduser",
        "request_resourcenotfound",
    }
)
"""404 that is about the whole mailbox, not about one event."""

DUPLICATE = "errorduplicatetransactionid"

# The mailbox or its daily mail is full: no fault of this event, and it may pass.
_FULL = frozenset({"errorquotaexceeded", "errorexceededmessagelimit"})
_CLAIMS = frozenset({"forbidden", "insufficient_claims", "authorization_requestdenied"})
_SIGN_IN_AGAIN = frozenset(
    {
        "invalid_grant",
        "interaction_required",
        "consent_required",
        "login_required",
        "access_denied",
    }
)
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})


def code_of(body: Any) -> str:  # noqa: ANN401 -- whatever a gateway answered
    """The outermost error code, in lower case; empty where there is none."""
    error = body.get("error") if isinstance(body, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else None
    return code.lower() if isinstance(code, str) else ""


def is_gone(status: int, code: str) -> bool:
    """Whether one event is not there, while its mailbox is."""
    return status == 410 or (status == 404 and code not in MAILBOX_CODES)


def of_item(status: int, code: str, wait: timedelta | None = None) -> SyncError:
    """A refusal that is about one event."""
    if status in {409, 412} or is_gone(status, code) or code == DUPLICATE:
        return Conflict(code or f"http_{status}")
    if status == 403 and code not in _CLAIMS and code not in _FULL:
        return Rejected(code or "http_403")
    return _of_any(status, code, wait)


def of_collection(status: int, code: str, wait: timedelta | None = None) -> SyncError:
    """A refusal that is about the calendar as a whole."""
    if status == 404 or (status == 403 and code not in _CLAIMS):
        return CollectionUnavailable(code or f"http_{status}")
    return _of_any(status, code, wait)


def of_delta(status: int, code: str, wait: timedelta | None = None) -> SyncError:
    """A refusal of a stored delta link, or of a next link in the middle of a round (§5.4)."""
    if status in {400, 410}:
        return SyncStateLost(code or f"http_{status}")
    return of_collection(status, code, wait)


def of_token(status: int, body: Mapping[str, Any]) -> SyncError:
    """A refusal of the token endpoint; suberror and AADSTS numbers only choose the wording."""
    error = str(body.get("error") or "")
    numbers = body.get("error_codes")
    numbers = [f"AADSTS{number}" for number in numbers] if isinstance(numbers, list) else []
    detail = " ".join([str(body.get("suberror") or ""), *numbers]).strip()
    if status == 429 or status >= 500 or error in _TRANSIENT:
        return Retryable(error, detail)
    if error in _SIGN_IN_AGAIN:
        return AuthorizationInvalid(error, detail)
    return ConfigurationInvalid(error or f"http_{status}", detail)


def _of_any(status: int, code: str, wait: timedelta | None) -> SyncError:
    if code in MAILBOX_CODES:
        return CollectionUnavailable(code)
    if status == 401 or code in _CLAIMS:
        return AuthorizationInvalid(code or f"http_{status}")
    if status in {408, 423, 424, 429} or status >= 500 or code in _FULL:
        return Retryable(code or f"http_{status}", retry_after=wait)
    return Rejected(code or f"http_{status}")
