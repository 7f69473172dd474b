"""The server's pages, and one that fails."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import include, path

from calendar_sync.server.urls import handler403, handler404, handler500

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def fails(_request: HttpRequest) -> NoReturn:
    raise RuntimeError("a secret of ours")


urlpatterns = [path("fails", fails), path("", include("calendar_sync.server.urls"))]
