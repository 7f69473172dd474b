"""Error replies of the Calendar API, in the older envelope (contract 3.1, 3.2, 2.9)."""

from collections.abc import Mapping
from typing import Any

from calendar_sandbox.core.http import Response, json_response


class ApiError(Exception):
    """Any reply that is no success; becomes a response at the API's door."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str | None = None,
        location_type: str = "parameter",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.item = {"domain": domain, "reason": reason, "message": message}
        if location:
            self.item |= {"locationType": location_type, "location": location}

    def body(self) -> dict[str, Any]:
        return {"error": {"errors": [self.item], "code": self.status, "message": self.message}}

    def headers(self) -> Mapping[str, str]:
        return {}

    def response(self) -> Response:
        return json_response(self.body(), self.status, self.headers())


class GatewayError(ApiError):
    """Made by the front gateway, which adds `status` and words of its own (2.9)."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        top: str,
        grpc: str,
        details: list[dict[str, Any]] | None = None,
        location: str | None = None,
    ) -> None:
        super().__init__(status, reason, message, location=location, location_type="header")
        self.top, self.grpc, self.details = top, grpc, details

    def body(self) -> dict[str, Any]:
        error = {"code": self.status, "message": self.top, "errors": [self.item]}
        error["status"] = self.grpc
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def headers(self) -> Mapping[str, str]:
        if self.status != 401:
            return {}
        challenge = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
        return {"WWW-Authenticate": challenge}


def invalid(message: str = "Invalid Value", location: str | None = None) -> ApiError:
    return ApiError(400, "invalid", message, location=location)


def invalid_parameter(name: str, value: str) -> ApiError:
    message = f"Invalid value '{value}' for parameter {name}."
    return ApiError(400, "invalidParameter", message, location=name)


def required(message: str) -> ApiError:
    return ApiError(400, "required", message)


def calendar_error(status: int, reason: str, message: str, location: str | None = None) -> ApiError:
    return ApiError(status, reason, message, domain="calendar", location=location)


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Not Found")


def gone() -> ApiError:
    return ApiError(410, "deleted", "Resource has been deleted")


def precondition_failed() -> ApiError:
    return ApiError(
        412,
        "conditionNotMet",
        "Precondition Failed",
        location="If-Match",
        location_type="header",
    )


def no_credentials() -> ApiError:
    return GatewayError(
        401,
        "required",
        "Login Required.",
        top="Request is missing required authentication credential. Expected OAuth 2 access token.",
        grpc="UNAUTHENTICATED",
        location="Authorization",
    )


def bad_credentials() -> ApiError:
    return GatewayError(
        401,
        "authError",
        "Invalid Credentials",
        top="Request had invalid authentication credentials. Expected OAuth 2 access token.",
        grpc="UNAUTHENTICATED",
        location="Authorization",
    )


def missing_scope(method: str) -> ApiError:
    """`method` as the discovery document names it, e.g. `events.list`."""
    resource, _, verb = method.partition(".")
    name = f"calendar.v3.{resource[0].upper()}{resource[1:]}.{verb[0].upper()}{verb[1:]}"
    details = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "calendar-json.googleapis.com", "method": name},
    }
    return GatewayError(
        403,
        "insufficientPermissions",
        "Insufficient Permission",
        top="Request had insufficient authentication scopes.",
        grpc="PERMISSION_DENIED",
        details=[details],
    )


def rate_limited(status: int) -> ApiError:
    if status == 429:
        return ApiError(429, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits")
    message = "User Rate Limit Exceeded"
    return ApiError(403, "userRateLimitExceeded", message, domain="usageLimits")


def rate_exceeded(status: int) -> ApiError:
    """Of a project or a calendar, whoever calls."""
    return ApiError(status, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits")


def backend_error(status: int) -> ApiError:
    return ApiError(status, "backendError", "Backend Error")


def full_sync_required() -> ApiError:
    return calendar_error(
        410,
        "fullSyncRequired",
        "Sync token is no longer valid, a full sync is required.",
        "syncToken",
    )
