"""The archive: put an event there, look at what is there, bring one back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calendar_sync.actions.archiving import (
    Archived,
    archive_event,
    archived_events,
    delete_archived,
    unarchive_event,
)
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.feed import event_detail
from calendar_sync.controllers import dates
from calendar_sync.controllers.event_pages import calendar_on, form_of, shown
from calendar_sync.controllers.event_words import NO_TITLE, asks_first
from calendar_sync.controllers.refusals import refused_page
from calendar_sync.controllers.requests import fragment_or_page, viewer, viewer_zone
from calendar_sync.controllers.saving import Saving, date_of, decided, went_back


@never_cache
@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    rows = [_row(line) for line in archived_events(viewer(request))]
    return render(request, "calendar_sync/calendar/archive.html", {"rows": rows})


def _row(line: Archived) -> dict[str, Any]:
    zone, now = viewer_zone(), timezone.now()
    when = dates.when(line.start, line.end, zone, timezone.localdate(timezone=zone))
    return {
        "id": line.id,
        "title": line.summary or NO_TITLE,
        "when": f"{when}, repeats" if line.is_series else when,
        "guests": line.guests or "",
        "since": dates.ago(line.since, now, zone),
    }


@never_cache
@require_http_methods(["GET", "POST"])
def put(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Archive an event: said what that means, then done."""
    user = viewer(request)
    detail = event_detail(user, pk, date_of(request))
    event, back = shown(request, detail), calendar_on(form_of(detail).start_date)
    if went_back(request):
        return redirect(back)
    if request.method == "GET":
        copies = " and ".join(dict.fromkeys(copy.label for copy in detail.copies))
        words = f"It goes from {copies}, and from sight here." if copies else "It goes from sight."
        text = f"{words} {asks_first(detail)}".strip()
        context = {"event": event, "text": text, "series": detail.is_series}
        page = "calendar_sync/calendar/archive_event.html"
        return fragment_or_page(request, page, context, target="#question")
    try:
        result = decided(request, lambda said: archive_event(user, pk, said, timezone.now()))
    except NotVisible:
        raise
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Not archived")
    subject = f"{event['title']} · {event['series_text'] or event['when']}"
    saving = Saving(request, subject, "Archived.", back, final=True, verb="Archive")
    return saving.answer(result)


@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    user, back = viewer(request), reverse("archive")
    if went_back(request):
        return redirect(back)
    title = next((line.summary for line in archived_events(user) if line.id == pk), "")
    try:
        result = decided(request, lambda said: unarchive_event(user, pk, said, timezone.now()))
    except NotVisible:
        raise
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Not brought back")
    return Saving(request, title or NO_TITLE, "It is back in your calendar.", back).answer(result)


@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    if request.method == "GET":
        line = next((line for line in archived_events(user) if line.id == pk), None)
        if line is None:
            raise NotVisible
        page = "calendar_sync/calendar/archive_delete.html"
        return fragment_or_page(request, page, {"row": _row(line)}, target="#question")
    delete_archived(user, pk)
    messages.success(request, "Deleted.")
    return redirect("archive")
