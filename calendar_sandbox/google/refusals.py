"""Armed faults in Google's words."""

from calendar_sandbox.core.faults import Fault
from calendar_sandbox.core.http import Request, Response, json_response

from .errors import (
    ApiError,
    backend_error,
    bad_credentials,
    full_sync_required,
    precondition_failed,
    rate_limited,
)

HTML = "<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>That's an error.</html>\n"


def refuse(fault: Fault, _request: Request) -> Response:
    """The Calendar API's answer to a fault."""
    if fault.kind == "html":
        return Response(HTML, status=502, mimetype="text/html")
    if fault.kind == "401":
        response = bad_credentials().response()
    elif fault.kind == "410":
        response = full_sync_required().response()
    elif fault.kind == "409":
        response = ApiError(409, "conflict", "Conflict").response()
    elif fault.kind == "412":
        response = precondition_failed().response()
    elif fault.kind == "quota":
        response = quota_exceeded().response()
    elif fault.kind in ("429", "403-rate"):
        response = rate_limited(int(fault.kind[:3])).response()
    else:
        response = backend_error(int(fault.kind)).response()
    return with_retry_after(fault, response)


def refuse_sign_in(fault: Fault, request: Request) -> Response:
    """The answer of the token endpoint and its neighbours."""
    if fault.kind == "html":
        return refuse(fault, request)
    errors = {"401": (401, "invalid_client"), "410": (400, "invalid_grant")}
    limited = {kind: (int(kind[:3]), "rate_limit_exceeded") for kind in ("429", "403-rate")} | {
        "quota": (403, "rate_limit_exceeded")
    }
    known = errors | limited
    if fault.kind in known:
        status, error = known[fault.kind]
    else:
        status, error = int(fault.kind), "internal_failure"
    body = {"error": error, "error_description": "Armed in the sandbox."}
    return with_retry_after(fault, json_response(body, status))


def quota_exceeded() -> ApiError:
    """What Google says instead of a full mailbox (9.1)."""
    message = "Calendar usage limits exceeded."
    return ApiError(403, "quotaExceeded", message, domain="usageLimits")


def with_retry_after(fault: Fault, response: Response) -> Response:
    """Not promised by the vendor, so only sent where the fault says so (14 #9)."""
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response
