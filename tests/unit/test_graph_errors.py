"""What Microsoft's refusals mean (providers/graph/errors.py; contract §1.6, §5.4, §8.3)."""

from datetime import timedelta
from typing import Any

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
from calendar_sync.providers.graph import errors

WAIT = timedelta(seconds=10)


def shape(error: SyncError) -> tuple[type[SyncError], str]:
    return type(error), error.code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": {"code": "ErrorItemNotFound", "message": "…"}}, "erroritemnotfound"),
        ({"error": {"code": ""}}, ""),
        ({"error": {"code": None}}, ""),
        ({"error": "invalid_grant"}, ""),
        ({}, ""),
        (None, ""),
        ("<html>", ""),
    ],
)
def test_code_is_read_without_regard_to_case(body: Any, code: str) -> None:  # noqa: ANN401
    assert errors.code_of(body) == code


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (410, "SyncStateNotFound", SyncStateLost),
        (410, "SyncStateInvalid", SyncStateLost),
        (410, "resyncRequired", SyncStateLost),
        (410, "fullSyncRequired", SyncStateLost),
        (410, "", SyncStateLost),
        (400, "ErrorInvalidIdMalformed", SyncStateLost),
        (400, "InvalidDeltaToken", SyncStateLost),
        (400, "BadRequest", SyncStateLost),
        (404, "ErrorItemNotFound", CollectionUnavailable),
        (404, "MailboxNotEnabledForRESTAPI", CollectionUnavailable),
        (403, "ErrorAccessDenied", CollectionUnavailable),
        (401, "InvalidAuthenticationToken", AuthorizationInvalid),
        (429, "ApplicationThrottled", Retryable),
        (504, "UnknownError", Retryable),
    ],
)
def test_refusals_of_a_delta_link(status: int, code: str, expected: type[SyncError]) -> None:
    assert type(errors.of_delta(status, code.lower())) is expected


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "ErrorInvalidIdMalformed", Rejected),
        (400, "ErrorInvalidParameter", Rejected),
        (400, "ErrorInvalidRequest", Rejected),
        (400, "ErrorPropertyValidationFailure", Rejected),
        (400, "ErrorInvalidUrlQuery", Rejected),
        (400, "RequestBodyRead", Rejected),
        (400, "BadRequest", Rejected),
        (400, "InvalidRequest", Rejected),
        (400, "TimeZoneNotSupportedException", Rejected),
        (400, "ErrorOccurrenceCrossingBoundary", Rejected),
        (400, "ErrorRecurrenceHasNoOccurrence", Rejected),
        (400, "ErrorTimeIntervalTooBig", Rejected),
        (400, "ErrorInvalidRecipients", Rejected),
        (400, "ErrorDuplicateTransactionId", Conflict),
        (409, "ErrorDuplicateTransactionId", Conflict),
        (401, "InvalidAuthenticationToken", AuthorizationInvalid),
        (401, "insufficient_claims", AuthorizationInvalid),
        (403, "ErrorAccessDenied", Rejected),
        (403, "Forbidden", AuthorizationInvalid),
        (403, "insufficient_claims", AuthorizationInvalid),
        (403, "ExtensionError", Rejected),
        (404, "ErrorItemNotFound", Conflict),
        (404, "ResourceNotFound", Conflict),
        (404, "Request_ResourceNotFound", CollectionUnavailable),
        (404, "ErrorInvalidUser", CollectionUnavailable),
        (404, "MailboxNotEnabledForRESTAPI", CollectionUnavailable),
        (404, "MailboxNotSupportedForRESTAPI", CollectionUnavailable),
        (404, "ErrorNonExistentMailbox", CollectionUnavailable),
        (408, "", Retryable),
        (409, "ErrorIrresolvableConflict", Conflict),
        (410, "", Conflict),
        (412, "ErrorIrresolvableConflict", Conflict),
        (412, "", Conflict),
        (413, "ErrorMessageSizeExceeded", Rejected),
        (423, "", Retryable),
        (403, "ErrorExceededMessageLimit", Retryable),
        (507, "ErrorQuotaExceeded", Retryable),
        (424, "", Retryable),
        (429, "ApplicationThrottled", Retryable),
        (429, "", Retryable),
        (500, "ErrorInternalServerTransientError", Retryable),
        (502, "", Retryable),
        (503, "ServiceUnavailable", Retryable),
        (503, "ExtensionError", Retryable),
        (504, "UnknownError", Retryable),
        (509, "", Retryable),
    ],
)
def test_refusals_about_one_event(status: int, code: str, expected: type[SyncError]) -> None:
    error = errors.of_item(status, code.lower())

    assert shape(error) == (expected, code.lower() or f"http_{status}")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "ErrorAccessDenied", CollectionUnavailable),
        (403, "ExtensionError", CollectionUnavailable),
        (403, "Authorization_RequestDenied", AuthorizationInvalid),
        (404, "ErrorItemNotFound", CollectionUnavailable),
        (404, "ResourceNotFound", CollectionUnavailable),
        (404, "MailboxNotEnabledForRESTAPI", CollectionUnavailable),
        (409, "ErrorFolderExists", Rejected),
        (400, "ErrorInvalidParameter", Rejected),
        (503, "ServiceUnavailable", Retryable),
    ],
)
def test_refusals_about_the_calendar(status: int, code: str, expected: type[SyncError]) -> None:
    assert type(errors.of_collection(status, code.lower())) is expected


@pytest.mark.parametrize(
    ("status", "code", "gone"),
    [
        (404, "erroritemnotfound", True),
        (410, "", True),
        (404, "mailboxnotenabledforrestapi", False),
        (400, "errorinvalididmalformed", False),
        (403, "erroraccessdenied", False),
    ],
)
def test_a_missing_mailbox_is_no_missing_event(status: int, code: str, gone: bool) -> None:
    assert errors.is_gone(status, code) is gone


def test_throttling_says_how_long() -> None:
    error = errors.of_item(429, "applicationthrottled", WAIT)

    assert isinstance(error, Retryable)
    assert error.retry_after == WAIT


@pytest.mark.parametrize(
    ("status", "error", "number", "suberror", "expected"),
    [
        (401, "invalid_client", 7000215, None, ConfigurationInvalid),
        (400, "invalid_client", 7000222, None, ConfigurationInvalid),
        (401, "invalid_client", 7000218, None, ConfigurationInvalid),
        (400, "invalid_client", 70002, None, ConfigurationInvalid),
        (401, "invalid_client", 700025, None, ConfigurationInvalid),
        (400, "unauthorized_client", 700016, None, ConfigurationInvalid),
        (400, "unauthorized_client", 700011, None, ConfigurationInvalid),
        (400, "unsupported_response_type", 700054, None, ConfigurationInvalid),
        (400, "invalid_resource", 50001, None, ConfigurationInvalid),
        (400, "invalid_resource", 500011, None, ConfigurationInvalid),
        (400, "invalid_grant", 500112, None, AuthorizationInvalid),
        (400, "invalid_grant", 70000, "bad_token", AuthorizationInvalid),
        (400, "invalid_request", 9002313, None, ConfigurationInvalid),
        (400, "invalid_grant", 70008, "bad_token", AuthorizationInvalid),
        (400, "invalid_grant", 700082, "bad_token", AuthorizationInvalid),
        (400, "invalid_grant", 700084, None, AuthorizationInvalid),
        (400, "invalid_grant", 54005, None, AuthorizationInvalid),
        (400, "invalid_grant", 501481, None, AuthorizationInvalid),
        (400, "invalid_grant", 50173, "bad_token", AuthorizationInvalid),
        (400, "invalid_grant", 50057, None, AuthorizationInvalid),
        (400, "invalid_grant", 50034, None, AuthorizationInvalid),
        (400, "invalid_grant", 50055, None, AuthorizationInvalid),
        (400, "login_required", 50058, None, AuthorizationInvalid),
        (400, "interaction_required", 50076, None, AuthorizationInvalid),
        (400, "interaction_required", 50074, None, AuthorizationInvalid),
        (400, "interaction_required", 50078, None, AuthorizationInvalid),
        (400, "interaction_required", 50079, None, AuthorizationInvalid),
        (400, "invalid_grant", 50076, "basic_action", AuthorizationInvalid),
        (400, "invalid_grant", 53003, "message_only", AuthorizationInvalid),
        (400, "access_denied", 53003, None, AuthorizationInvalid),
        (400, "invalid_grant", 53000, "message_only", AuthorizationInvalid),
        (400, "access_denied", 53004, None, AuthorizationInvalid),
        (400, "access_denied", 65004, None, AuthorizationInvalid),
        (400, "access_denied", 90094, None, AuthorizationInvalid),
        (400, "access_denied", 90095, None, AuthorizationInvalid),
        (400, "invalid_grant", 65001, "consent_required", AuthorizationInvalid),
        (400, "consent_required", 65001, None, AuthorizationInvalid),
        (400, "invalid_scope", 70011, None, ConfigurationInvalid),
        (400, "invalid_scope", 28002, None, ConfigurationInvalid),
        (400, "invalid_scope", 28003, None, ConfigurationInvalid),
        (400, "invalid_grant", 50196, None, AuthorizationInvalid),
        (400, "invalid_grant", 70043, "bad_token", AuthorizationInvalid),
        (400, "invalid_request", 50194, None, ConfigurationInvalid),
        (400, "invalid_request", 50020, None, ConfigurationInvalid),
        (400, "invalid_tenant", 90002, None, ConfigurationInvalid),
        (503, "temporarily_unavailable", 90033, None, Retryable),
        (400, "temporarily_unavailable", 50033, None, Retryable),
        (429, "", 0, None, Retryable),
        (500, "", 0, None, Retryable),
    ],
)
def test_refusals_of_the_token_endpoint(
    status: int, error: str, number: int, suberror: str | None, expected: type[SyncError]
) -> None:
    body = {"error": error, "error_codes": [number], "suberror": suberror}

    found = errors.of_token(status, body)

    assert shape(found) == (expected, error or "retryable")
    assert found.detail == f"{suberror or ''} AADSTS{number}".strip()


def test_token_endpoint_that_says_nothing() -> None:
    assert shape(errors.of_token(404, {})) == (ConfigurationInvalid, "http_404")
