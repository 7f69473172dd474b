"""Where the providers call us: no session, no page, and nothing of what they send is kept."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from calendar_sync.actions.errors import NotVisible
from calendar_sync.actions.notifications import Forged, hear
from calendar_sync.providers.hooks import Incoming, NotUnderstood

LARGEST = 256 * 1024
"""Bytes; a notification is a few hundred, and carries no content."""


@never_cache
@csrf_exempt
@login_not_required
@require_POST
def web_hook(request: HttpRequest, provider: str, key: str) -> HttpResponse:
    """Answers before anything is fetched: providers wait seconds, and drop those who are slow."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    query = {name: str(value) for name, value in request.GET.items()}
    incoming = Incoming(request.headers, query, request.body)
    try:
        echo = hear(provider, key, incoming, timezone.now())
    except NotVisible:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    except NotUnderstood:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    except Forged:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    if echo:
        return HttpResponse(echo, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=HTTPStatus.ACCEPTED)
