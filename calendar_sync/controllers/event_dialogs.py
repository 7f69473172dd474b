"""Dialogs about one event: move it, delete it, answer, invite."""

import json
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions import events, moving, organizers, series
from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.event_choices import keep_apart
from calendar_sync.actions.feed import EventDetail, event_detail
from calendar_sync.actions.series import Scope
from calendar_sync.controllers import dates
from calendar_sync.controllers.event_form import EventForm, addresses_in, guest, wall_clock
from calendar_sync.controllers.event_pages import calendar_on, errors_of, form_of, shown
from calendar_sync.controllers.event_words import NO_TITLE, asks_first, dated
from calendar_sync.controllers.refusals import refused_page
from calendar_sync.controllers.requests import (
    fragment_or_page,
    told,
    viewer,
    viewer_zone,
    wants_fragment,
)
from calendar_sync.controllers.saving import Saving, date_of, decided, scope_of, went_back
from calendar_sync.engine.event import PartStat, When

BOTH = (Scope.THIS, Scope.ALL)
"""What a guest may choose: his answer to dates to come is his answer to all."""
QUOTED = {
    PartStat.ACCEPTED: "“Yes”",
    PartStat.TENTATIVE: "“Maybe”",
    PartStat.DECLINED: "“No”",
}
ANSWERED = {
    PartStat.ACCEPTED: "You said yes.",
    PartStat.TENTATIVE: "You said maybe.",
    PartStat.DECLINED: "You said no. The event leaves your calendar.",
}


@never_cache
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another time: dropped on the grid (`start`, `end`) or typed into the small dialog."""
    user, zone = viewer(request), viewer_zone()
    date, scope = date_of(request), scope_of(request)
    detail = event_detail(user, pk, date)
    if request.method == "GET":
        return _move_form(request, detail, form_of(detail))
    if went_back(request):
        return redirect(calendar_on(form_of(detail).start_date))
    form = EventForm.typed(request.POST)
    try:
        start, end = _dropped(request) or form.times(zone)
        done = _moving(request, detail, start, end)
        if detail.is_series and scope is None:
            return done.ask_scope(detail, "Move the series?", "Move", Scope, asks_first(detail))
        times, named, meant = {"start": start, "end": end}, date or detail.date, scope or Scope.THIS
        result = decided(
            request,
            lambda said: series.edit_dates(user, pk, named, meant, times, said, timezone.now()),
        )
    except Invalid as refused:
        if "start" in request.POST:
            return refused_page(request, refused.text, title="Not moved")
        return _move_form(request, detail, form, refused)
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Not moved")
    return done.answer(result)


def _moving(request: HttpRequest, detail: EventDetail, start: When, end: When) -> Saving:
    zone, today = viewer_zone(), timezone.localdate()
    before, after = (
        dates.when(*times, zone, today) for times in ((detail.start, detail.end), (start, end))
    )
    subject = f"{detail.summary or NO_TITLE} · {dates.change(before, after)}"
    back = calendar_on(EventForm.of_times(start, end, zone).start_date)
    final = scope_of(request) in {Scope.FOLLOWING, Scope.ALL}  # other dates have other names then
    return Saving(request, subject, f"Moved to {after}.", back, final=final)


def _dropped(request: HttpRequest) -> tuple[When, When] | None:
    """Times of a card on the grid. Raises Invalid."""
    if "start" not in request.POST:
        return None
    zone = viewer_zone()
    try:
        start = wall_clock(request.POST["start"], zone)
        end = wall_clock(request.POST.get("end", ""), zone)
    except ValueError:
        raise Invalid({"start": "Give a date."}) from None
    if end <= start:  # dragged between the grid and the all-day strip: the card has no end yet
        end = start + (timedelta(hours=1) if isinstance(start, datetime) else dates.DAY)
    return start, end


def _move_form(
    request: HttpRequest,
    detail: EventDetail,
    form: EventForm,
    refused: ActionRefused | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "errors": errors_of(refused),
        "event": {"id": detail.id, "title": detail.summary or NO_TITLE},
        "date": date_of(request) or detail.date,
    }
    page = "calendar_sync/calendar/move.html"
    status = 422 if refused else 200
    return fragment_or_page(request, page, context, target="#question", status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    user, date = viewer(request), date_of(request)
    detail = event_detail(user, pk, date)
    event = shown(request, detail)
    back = calendar_on(form_of(detail).start_date)
    if went_back(request):
        return redirect(back)
    words = _farewell(detail)
    done = "Deleted." if detail.is_mine else "Removed from your calendar."
    saving = Saving(request, f"{event['title']} · {event['when']}", done, back)
    scope = scope_of(request)
    if detail.is_series and scope is None:
        scopes = tuple(Scope) if detail.is_mine else BOTH
        if not detail.date:  # its rule can't be read
            scopes = (Scope.ALL,)
        words |= {"title": "Delete from the series?"} if detail.is_mine else {}
        asked = {} if "date" in request.POST else {"date": date or detail.date}
        title, button, text = words["title"], words["button"], words["text"]
        return saving.ask_scope(detail, title, button, scopes, text, **asked)
    if request.method == "GET":
        context = {"event": event, "back": back, **words}
        page = "calendar_sync/calendar/delete.html"
        return fragment_or_page(request, page, context, target="#question")
    try:
        named = date or detail.date
        meant = scope or Scope.ALL
        result = decided(
            request, lambda said: series.delete_dates(user, pk, named, meant, said, timezone.now())
        )
    except NotVisible:
        raise
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Not deleted")
    return saving.answer(result)


def _farewell(detail: EventDetail) -> dict[str, str]:
    if not detail.is_mine:
        return {
            "title": "Remove from your calendar?",
            "text": "You'll be shown as declined. The meeting stays for the others.",
            "button": "Remove from my calendar",
        }
    copies = " and ".join(dict.fromkeys(copy.label for copy in detail.copies))
    where = f"It goes from here and from {copies}." if copies else "It goes from your calendar."
    text = f"{where} {asks_first(detail)}".strip()
    return {"title": "Delete this event?", "text": text, "button": "Delete"}


@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another organizer: one of the guests who work here."""
    user = viewer(request)
    detail = event_detail(user, pk)
    event = shown(request, detail)
    back = reverse("event", args=[pk])
    if went_back(request):
        return redirect(back)
    try:
        if request.method == "GET":
            context = {"event": event, "candidates": organizers.candidates(user, pk)}
            page = "calendar_sync/calendar/hand_over.html"
            return fragment_or_page(request, page, context, target="#question")
        heir = request.POST.get("heir", "")
        heir_id = int(heir) if heir.isdecimal() else 0
        result = decided(
            request, lambda said: organizers.hand_over(user, pk, heir_id, said, timezone.now())
        )
    except NotVisible:
        raise
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Not handed over")
    subject = f"{event['title']} · {event['when']}"
    return Saving(request, subject, "Handed over.", back).answer(result)


@never_cache
@require_http_methods(["GET", "POST"])
def move_calendar(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another one of the person's own calendars."""
    user = viewer(request)
    event = shown(request, event_detail(user, pk))
    back = reverse("event", args=[pk])
    if went_back(request):
        return redirect(back)
    try:
        if request.method == "GET":
            context = {"event": event, "destinations": moving.destinations(user, pk)}
            page = "calendar_sync/calendar/move_calendar.html"
            return fragment_or_page(request, page, context, target="#question")
        chosen = request.POST.get("calendar", "")
        calendar = int(chosen) if chosen.isdecimal() else 0
        moving.move_to_calendar(user, pk, calendar, timezone.now())
    except NotVisible:
        raise
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Not moved")
    return Saving(request, f"{event['title']} · {event['when']}", "Moved.", back).answer(None)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    try:
        partstat = PartStat(request.POST.get("partstat", ""))
    except ValueError:
        raise ActionRefused("no_such_answer", "Answer yes, maybe or no.") from None
    date, scope = date_of(request), scope_of(request)
    detail = event_detail(user, pk, date)
    back = reverse("event", args=[pk]) + dated(date)
    if went_back(request):
        return redirect(back)
    if detail.is_series and scope is None:
        event = shown(request, detail)
        asking = Saving(request, f"{event['title']} · {event['when']}", "", back)
        title = f"Answer {QUOTED[partstat]} for which events?"
        return asking.ask_scope(detail, title, "Answer", BOTH)
    named = date or detail.date
    series.answer_dates(
        user,
        pk,
        named,
        scope or Scope.ALL,
        partstat,
        timezone.now(),
        comment=request.POST.get("comment") or None,
        tell="quiet" not in request.POST,
    )
    if not wants_fragment(request):
        return redirect(back)
    if partstat is PartStat.DECLINED or detail.is_series:
        return told("calendar-changed", text=ANSWERED[partstat])
    context = {"event": shown(request, event_detail(user, pk))}
    response = render(request, "calendar_sync/calendar/popover.html", context)
    response["HX-Trigger"] = json.dumps({"calendar-changed": {"stay": True}})
    return response


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    detail = event_detail(user, pk)
    back = calendar_on(form_of(detail).start_date)
    if went_back(request):
        return redirect(back)
    result = decided(request, lambda said: events.invite_now(user, pk, said, timezone.now()))
    done = "Guests will be told with the next sync."
    return Saving(request, detail.summary or NO_TITLE, done, back).answer(result)


@require_POST
def add_guests(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What a guest may do whom the organizer lets invite others."""
    user = viewer(request)
    detail = event_detail(user, pk, date_of(request))
    back = reverse("event", args=[pk])
    if went_back(request):
        return redirect(back)
    added = [guest(text) for text in addresses_in(request.POST.get("guests", ""))]
    try:
        changes, now = {"guests": added}, timezone.now()
        result = decided(
            request, lambda said: series.edit_dates(user, pk, "", Scope.ALL, changes, said, now)
        )
    except ActionRefused as refused:
        return refused_page(request, refused.text, title="Nobody invited")
    return Saving(request, detail.summary or NO_TITLE, "Invited.", back).answer(result)


@require_POST
def apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not keep this one event in step, or do so again."""
    detail = event_detail(viewer(request), pk)
    is_apart = request.POST.get("apart") == "yes"
    keep_apart(viewer(request), pk, apart=is_apart)
    done = "No longer kept in step. Nothing is deleted." if is_apart else "Kept in step again."
    back = calendar_on(form_of(detail).start_date)
    return Saving(request, detail.summary or NO_TITLE, done, back).answer(None)
