"""Armed faults in Graph's words (contract 8.2 and 8.3)."""

from collections.abc import Callable

from calendar_sandbox.core.faults import Fault

from .errors import GraphError, access_denied, stale_change_key, throttled
from .identity import unauthorized


def refusal(fault: Fault, code: str) -> GraphError:
    """The error of an armed fault; `code` is the knob `graph.throttle_code`."""
    error = throttled(code) if fault.kind == "429" else _FAULTS[fault.kind]()
    if fault.retry_after is not None:
        error.headers["Retry-After"] = str(fault.retry_after)
    return error


_FAULTS: dict[str, Callable[[], GraphError]] = {
    "401": lambda: unauthorized("Lifetime validation failed, the token is expired."),
    "403-rate": access_denied,
    "409": lambda: GraphError(
        409, "ErrorIrresolvableConflict", "The send or update operation could not be performed."
    ),
    "410": lambda: GraphError(410, "SyncStateNotFound", "The sync state generation is not found."),
    "412": stale_change_key,
    "500": lambda: GraphError(
        500, "ErrorInternalServerTransientError", "An internal server error occurred. Try again."
    ),
    "503": lambda: GraphError(503, "ServiceUnavailable", "The service is temporarily unavailable."),
    "504": lambda: GraphError(504, "UnknownError", ""),
    "quota": lambda: GraphError(507, "ErrorQuotaExceeded", "The mailbox is full."),
}
