"""Microsoft Graph's error envelope and the codes this sandbox answers with (contract 2 and 8.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class GraphError(Exception):
    """An answer other than success: status, `code`, English prose, annotations, headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        annotations: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.annotations = dict(annotations or {})
        self.headers = dict(headers or {})

    def body(self, at: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
        inner = {
            "date": f"{at:%Y-%m-%dT%H:%M:%S}",
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        error = {"code": self.code, "message": self.message, **self.annotations}
        return {"error": {**error, "innerError": inner}}


def item_not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def unknown_user() -> GraphError:
    return GraphError(404, "ErrorInvalidUser", "The requested user is invalid.")


def malformed_id() -> GraphError:
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def access_denied() -> GraphError:
    return GraphError(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


def invalid_request(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", message)


def invalid_parameter(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidParameter", message)


def invalid_query(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidUrlQuery", message)


def invalid_property(message: str = "At least one property failed validation.") -> GraphError:
    return GraphError(400, "ErrorPropertyValidationFailure", message)


def bad_request(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def unreadable_body(message: str) -> GraphError:
    return GraphError(400, "RequestBodyRead", message)


def unsupported_zone(name: str) -> GraphError:
    return GraphError(
        400,
        "TimeZoneNotSupportedException",
        f"A valid TimeZone value must be specified. The following TimeZone value is not "
        f"supported: '{name}'.",
    )


def unknown_segment(name: str) -> GraphError:
    return bad_request(f"Resource not found for the segment '{name}'.")


def not_simulated(what: str) -> GraphError:
    """Graph can do this, the sandbox cannot: said aloud, never a feigned success."""
    return GraphError(501, "NotImplemented", f"The sandbox does not imitate {what}.")


def stale_change_key() -> GraphError:
    return GraphError(
        412,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in "
        "the request does not match the current change key for the item.",
    )


def throttled(code: str, limit: str = "MailboxConcurrency") -> GraphError:
    """429 in one of the forms it was seen in; the last has no text at all (contract 8.2)."""
    message = "" if code == "UnknownError" else f"Application is over its {limit} limit."
    return GraphError(429, code, message)
