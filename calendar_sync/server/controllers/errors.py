import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - by name
    return render(request, "base/403.html", status=403)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - by name
    """A form without the token of this log-in; the log has the reason."""
    return render(request, "base/too_old.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - by name
    """The same words for what is missing and for what belongs to somebody else."""
    return render(request, "base/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without menus: the database may be what failed. The log has the cause just above this."""
    reference = secrets.token_hex(3).upper()
    reference = f"{reference[:4]}-{reference[4:]}"
    logger.error("Reference %s: %s %s", reference, request.method, request.path)
    return render(request, "base/500.html", {"reference": reference, "bare": True}, status=500)
