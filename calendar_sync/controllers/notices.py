"""The head of every page: banners, and the count at *Needs attention*. Asked for by script."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from calendar_sync.actions.connection_states import counted
from calendar_sync.actions.moments import coming, moment
from calendar_sync.actions.notices import (
    Paused,
    ReconnectNeeded,
    SetUpBroken,
    SignInEnds,
    Trouble,
    notices,
)
from calendar_sync.controllers.requests import viewer, viewer_zone


@dataclass(frozen=True)
class Banner:
    """One line across the page. `link` is opened; `url` is posted to."""

    kind: str
    icon: str
    text: str
    label: str = ""
    link: str = ""
    url: str = ""


@never_cache
@require_GET
def notices_of_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = notices(viewer(request), now)
    banners = [
        _banner(trouble, now, is_administrator=found.is_administrator) for trouble in found.troubles
    ]
    context = {"worst": banners[:1], "others": banners[1:], "attention": found.attention}
    return render(request, "calendar_sync/notices.html", context)


def _banner(trouble: Trouble, now: datetime, *, is_administrator: bool) -> Banner:
    settings = reverse("calendar_settings") if is_administrator else ""
    match trouble:
        case SetUpBroken():
            text = _broken(trouble, now, is_administrator=is_administrator)
            return Banner("bad", "exclamation-triangle-fill", text, "Open Settings", link=settings)
        case ReconnectNeeded(credential_id, label, waiting, why):
            verb = "waits" if waiting == 1 else "wait"
            reason = f": {why}" if why else ""
            rest = f"{counted(waiting)} {verb}." if waiting else "Nothing is lost."
            text = f"{label} no longer accepts your sign-in{reason}. {rest}"
            url = reverse("reconnect", args=[credential_id])
            return Banner("bad", "exclamation-triangle-fill", text, "Reconnect", url=url)
        case SignInEnds(credential_id, label, ends):
            when = coming(ends, now, viewer_zone())
            text = f"{label} ends your sign-in {when}. Reconnect before, and nothing stops."
            url = reverse("reconnect", args=[credential_id])
            return Banner("warn", "hourglass-split", text, "Reconnect", url=url)
        case Paused(label, since):
            at = moment(since, now, viewer_zone())
            text = f"{label} sync is paused by an administrator since {at}. Changes are kept."
            return Banner("warn", "pause-circle-fill", text, "Resume", link=settings)


def _broken(trouble: SetUpBroken, now: datetime, *, is_administrator: bool) -> str:
    if not is_administrator:
        return (
            f"{trouble.label} sync is interrupted: the organization's set-up needs renewal. "
            "You needn't do anything."
        )
    people = "1 person" if trouble.people == 1 else f"{trouble.people:,} people"
    at = moment(trouble.since, now, viewer_zone())
    codes = f"{trouble.code} {trouble.detail}".strip()
    return (
        f"{trouble.label} sync is interrupted for {people} since {at} ({codes}). "
        "Nobody has to reconnect."
    )
