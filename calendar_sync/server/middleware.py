from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class ViewerTimeZone:
    """Times on a page are in the time zone of whoever looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The log-in cookie is looked at only by pages that need it; then this is no extra query.
        if request.COOKIES and request.user.is_authenticated:
            with timezone.override(ZoneInfo(request.user.tz)):
                return self.get_response(request)
        return self.get_response(request)
