"""Every row of the contract's table of errors (§3.2, §9.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    ConfigurationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
    SyncStateLost,
)
from calendar_sync.providers.google.errors import error_of
from calendar_sync.providers.http import Response
from support.wire import NOON, an_error

ROWS: list[tuple[int, str, type[SyncError]]] = [
    (400, "invalid", Rejected),
    (400, "required", Rejected),
    (400, "badRequest", Rejected),
    (400, "parseError", Rejected),
    (400, "timeRangeEmpty", Rejected),
    (400, "syncTokenWithRequestRestrictions", Rejected),
    (400, "eventRemindersCountExceedsLimit", Rejected),
    (400, "cannotUseDefaultRemindersAndSpecifyOverride", Rejected),
    (400, "eventTypeRestriction", Rejected),
    (400, "malformedFocusTimeEvent", Rejected),
    (400, "malformedOutOfOfficeEvent", Rejected),
    (400, "malformedWorkingLocationEvent", Rejected),
    (400, "cannotChangeOrganizer", Rejected),
    (400, "cannotChangeOrganizerOfInstance", Rejected),
    (400, "participantIsNeitherOrganizerNorAttendee", Rejected),
    (400, "eventDurationExceedsLimit", Rejected),
    (400, "timeRangeTooLong", Rejected),
    (400, "push.webhookUrlNotHttps", Rejected),
    (400, "channelIdNotUnique", Rejected),
    (400, "push.channelTypeNotSupported", Rejected),
    (400, "pushNotSupportedForRequestedResource", Rejected),
    (401, "authError", AuthorizationInvalid),
    (401, "push.webhookUrlUnauthorized", ConfigurationInvalid),
    (403, "insufficientPermissions", AuthorizationInvalid),
    (403, "accessNotConfigured", ConfigurationInvalid),
    (403, "notACalendarUser", CollectionUnavailable),
    (403, "requiredAccessLevel", Rejected),
    (403, "forbiddenForNonOrganizer", Rejected),
    (403, "forbiddenForServiceAccounts", Rejected),
    (403, "forbidden", Rejected),
    (410, "deleted", Conflict),
    (403, "userRateLimitExceeded", Retryable),
    (403, "rateLimitExceeded", Retryable),
    (403, "quotaExceeded", Retryable),
    (403, "dailyLimitExceeded", Retryable),
    (404, "notFound", CollectionUnavailable),
    (409, "duplicate", Conflict),
    (409, "conflict", Retryable),
    (410, "fullSyncRequired", SyncStateLost),
    (410, "updatedMinTooLongAgo", SyncStateLost),
    (412, "conditionNotMet", Conflict),
    (429, "rateLimitExceeded", Retryable),
    (500, "backendError", Retryable),
    (502, "backendError", Retryable),
    (503, "backendError", Retryable),
    (504, "backendError", Retryable),
]


@pytest.mark.parametrize(("status", "reason", "kind"), ROWS)
def test_status_and_reason_decide(status: int, reason: str, kind: type[SyncError]) -> None:
    error = error_of(an_error(status, reason), NOON)
    assert type(error) is kind
    assert error.code == reason


@pytest.mark.parametrize(
    ("status", "kind"),
    [(302, Retryable), (400, Rejected), (404, CollectionUnavailable), (502, Retryable)],
)
@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html>", b"[]", b"{}", b'{"error":"x"}', b'{"error":{"errors":[]}}']
)
def test_front_ends_answer_in_shapes_of_their_own(
    status: int, kind: type[SyncError], body: bytes
) -> None:
    error = error_of(Response(status, {}, body), NOON)
    assert (type(error), error.code) == (kind, f"http_{status}")


@pytest.mark.parametrize(
    ("reason", "header", "wait"),
    [
        ("rateLimitExceeded", "", None),
        ("rateLimitExceeded", "12", timedelta(seconds=12)),
        ("quotaExceeded", "", timedelta(hours=1)),
        ("dailyLimitExceeded", "12", timedelta(hours=1)),
        ("quotaExceeded", "7200", timedelta(hours=2)),
    ],
)
def test_quotas_take_an_hour_at_least(reason: str, header: str, wait: timedelta | None) -> None:
    error = error_of(an_error(403, reason, {"Retry-After": header}), NOON)
    assert isinstance(error, Retryable)
    assert error.retry_after == wait
