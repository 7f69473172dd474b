"""Refusals of the identity platform and their bodies (contract 1.3 and 1.6)."""

import uuid
from datetime import datetime
from typing import Any

# AADSTS number: `error`, HTTP status, `suberror`, text.
TABLE: dict[int, tuple[str, int, str | None, str]] = {
    7000215: ("invalid_client", 401, None, "Invalid client secret provided."),
    7000222: ("invalid_client", 401, None, "The provided client secret keys are expired."),
    7000218: (
        "invalid_client",
        401,
        None,
        "The request body must contain 'client_assertion' or 'client_secret'.",
    ),
    700016: ("unauthorized_client", 400, None, "Application was not found in the directory."),
    50011: ("invalid_request", 400, None, "The redirect URI does not match the registered ones."),
    500112: ("invalid_grant", 400, None, "The reply address does not match."),
    90002: ("invalid_tenant", 400, None, "Tenant not found."),
    90014: ("invalid_request", 400, None, "A required field is missing from the request."),
    70000: ("invalid_grant", 400, "bad_token", "The provided grant is invalid or malformed."),
    70003: ("unsupported_grant_type", 400, None, "The grant type is not supported."),
    70008: ("invalid_grant", 400, "bad_token", "The code or refresh token has expired."),
    700082: (
        "invalid_grant",
        400,
        "bad_token",
        "The refresh token has expired due to inactivity.",
    ),
    54005: ("invalid_grant", 400, None, "OAuth2 Authorization code was already redeemed."),
    501481: ("invalid_grant", 400, None, "The Code_Verifier does not match the code_challenge."),
    50173: ("invalid_grant", 400, "bad_token", "The grant was issued before it was revoked."),
    50057: ("invalid_grant", 400, None, "The user account is disabled."),
    50034: ("invalid_grant", 400, None, "The user account does not exist."),
    50055: ("invalid_grant", 400, None, "The password is expired."),
    50076: ("interaction_required", 400, None, "You must use multi-factor authentication."),
    50079: ("interaction_required", 400, None, "You must enroll in multi-factor authentication."),
    53003: ("invalid_grant", 400, "message_only", "Blocked by Conditional Access policies."),
    65001: (
        "invalid_grant",
        400,
        "consent_required",
        "The user or administrator has not consented to use the application.",
    ),
    70011: ("invalid_scope", 400, None, "The provided value for 'scope' is not valid."),
    70043: ("invalid_grant", 400, "bad_token", "The sign-in frequency policy was not met."),
    50020: ("invalid_request", 400, None, "The user account does not exist in this tenant."),
    50058: ("login_required", 400, None, "No session was found for a silent sign-in."),
    65004: ("access_denied", 400, None, "User declined to consent to access the app."),
    90094: ("access_denied", 400, None, "Admin consent is required."),
    700054: ("unsupported_response_type", 400, None, "The response_type is not enabled."),
    90033: ("temporarily_unavailable", 503, None, "A transient error has occurred."),
}


class IdentityError(Exception):
    """One refusal, known by its AADSTS number."""

    def __init__(self, number: int, *, status: int | None = None) -> None:
        self.number = number
        self.error, default, self.suberror, text = TABLE[number]
        self.status = status or default
        self.text = f"AADSTS{number}: {text}"
        super().__init__(self.text)

    def description(self, at: datetime, trace: str, correlation: str) -> str:
        return (
            f"{self.text}\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\n"
            f"Timestamp: {at:%Y-%m-%d %H:%M:%SZ}"
        )

    def body(self, at: datetime, correlation: str) -> dict[str, Any]:
        trace = str(uuid.uuid4())
        body: dict[str, Any] = {
            "error": self.error,
            "error_description": self.description(at, trace, correlation),
            "error_codes": [self.number],
            "timestamp": f"{at:%Y-%m-%d %H:%M:%SZ}",
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.example/error?code={self.number}",
        }
        return body if self.suberror is None else {**body, "suberror": self.suberror}
