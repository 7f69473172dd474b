"""What a request is about and how its answer travels; nothing of calendars."""

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone


def viewer(request: HttpRequest) -> AbstractBaseUser:
    """Whoever is logged in; no page of ours is open to others."""
    if not isinstance(request.user, AbstractBaseUser):
        raise TypeError("this page needs a log-in")
    return request.user


def viewer_zone() -> ZoneInfo:
    """The zone the middleware chose for this request."""
    return ZoneInfo(timezone.get_current_timezone_name())


def wants_fragment(request: HttpRequest) -> bool:
    """Whether a script asked, who puts the answer into the page it has."""
    return "HX-Request" in request.headers


def fragment_or_page(
    request: HttpRequest,
    fragment: str,
    context: Mapping[str, Any],
    *,
    target: str = "",
    status: int = 200,
) -> HttpResponse:
    """A fragment for the script, which goes to `target`; a page around it without script."""
    if not wants_fragment(request):
        page = "calendar_sync/calendar/dialog_page.html"
        return render(request, page, {**context, "fragment": fragment}, status=status)
    response = render(request, fragment, dict(context), status=status)
    if target:
        response["HX-Retarget"] = target
        response["HX-Reswap"] = "innerHTML"
    return response


def told(event: str, **detail: str | bool) -> HttpResponse:
    """Nothing to show: an event for the page that asked."""
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({event: detail})
    return response


def go_to(request: HttpRequest, where: str, *arguments: object) -> HttpResponse:
    """A redirect, in the form the asker understands."""
    url = resolve_url(where, *arguments)
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=302, headers={"Location": url})
