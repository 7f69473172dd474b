"""Making an event, looking at one, changing it: popover and form."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from calendar_sync.actions import events
from calendar_sync.actions.drafts import checked
from calendar_sync.actions.errors import ActionRefused, EditedMeanwhile, Invalid, NotVisible
from calendar_sync.actions.event_choices import CHOICES, edit_with_choices
from calendar_sync.actions.event_kinds import offered_kinds
from calendar_sync.actions.feed import EventDetail, event_detail
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.meeting_links import choices
from calendar_sync.actions.missing_rooms import is_late
from calendar_sync.actions.permissions import rights_held
from calendar_sync.actions.series import Scope
from calendar_sync.actions.special_drafts import may_make_special
from calendar_sync.controllers import dates
from calendar_sync.controllers.calendar_page import people_shown
from calendar_sync.controllers.event_form import EventForm, guest_text, wall_clock
from calendar_sync.controllers.event_words import (
    IMPORTANCES,
    NO_TITLE,
    asks_first,
    full,
)
from calendar_sync.controllers.link_words import chosen_link, link_choices, link_facts
from calendar_sync.controllers.own_form import OwnForm, own_fields
from calendar_sync.controllers.own_words import own_context
from calendar_sync.controllers.repeat_form import KEPT, repeat_context
from calendar_sync.controllers.repeat_words import repeat_words
from calendar_sync.controllers.requests import viewer, viewer_zone, wants_fragment
from calendar_sync.controllers.saving import (
    Saving,
    choice_of,
    date_of,
    decided,
    scope_of,
    went_back,
)
from calendar_sync.controllers.scope_words import kept
from calendar_sync.controllers.special_form import special_fields
from calendar_sync.controllers.special_words import (
    CHATS,
    DECLINES,
    KINDS,
    WORKPLACES,
    rights_offered,
)
from calendar_sync.engine.occurrences import day_of
from calendar_sync.engine.properties import ATTENDEE

DRAFTS = "calendar_sync.saved_drafts"
DRAFTS_KEPT = 20
MAIL_LINE = {
    "one": "Saving asks whether to mail 1 guest.",
    "many": "Saving asks whether to mail {count} guests.",
    "asks": True,
}
FIELDS = {
    "summary": "title",
    "location": "location",
    "description": "description",
    "availability": "show as",
    "classification": "privacy",
    "importance": "importance",
    "link": "meeting link",
    "kind": "kind",
    "kept_apart": "whether it is kept in step",
    "alarm_fields": "reminders",
    "colour": "colour",
    "categories": "categories",
    "guests": "guests",
    "rights": "guests' rights",
    "workplace": "working location",
    "decline": "declined invitations",
}


# --- making one


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    if request.method == "GET":
        return _new_form(request, _blank(request))
    form = EventForm.typed(request.POST)
    if "more" in request.POST or went_back(request):
        return render(request, "calendar_sync/calendar/form.html", _new_context(request, form))
    draft = request.POST.get("draft", "")
    saved = request.session.get(DRAFTS, {})
    done = Saving(request, form.summary or NO_TITLE, "Saved.", calendar_on(form.start_date))
    if draft in saved:  # pressed twice, or come back to
        return done.answer(saved[draft])
    try:
        result = events.create_event(
            viewer(request), form.draft(viewer_zone()), choice_of(request), timezone.now()
        )
    except ActionRefused as refused:
        return _new_form(request, form, refused)
    if draft and not isinstance(result, MailQuestion):
        kept = [*saved.items(), (draft, result.pk)]
        request.session[DRAFTS] = dict(kept[-DRAFTS_KEPT:])
    return done.answer(result)


def _blank(request: HttpRequest) -> EventForm:
    """The times asked for, else the next full hour of the day asked for."""
    zone, ask = viewer_zone(), request.GET
    try:
        start, end = (wall_clock(ask.get(name, ""), zone) for name in ("start", "end"))
    except ValueError:
        return EventForm.proposed(timezone.localtime(), ask.get("day", ""), zone)
    return EventForm.of_times(start, end, zone)


@never_cache
@require_GET
def repeat(request: HttpRequest) -> HttpResponse:
    """The fields of the repetition once more: what is proposed depends on the day typed."""
    form = EventForm.typed(request.GET)
    context = {"form": form, **repeat_context(form, form.day, request.GET.get("kept", ""))}
    return render(request, "calendar_sync/calendar/repeat.html", context)


def _new_form(
    request: HttpRequest, form: EventForm, refused: ActionRefused | None = None
) -> HttpResponse:
    status = 422 if refused else 200
    context = _new_context(request, form, refused)
    if wants_fragment(request) and "page" in request.POST:
        return form_page(request, context, status)
    if wants_fragment(request):
        response = render(request, "calendar_sync/calendar/quick.html", context, status=status)
        response["HX-Retarget"] = "#popover"
        return response
    return render(request, "calendar_sync/calendar/form.html", context, status=status)


def _new_context(
    request: HttpRequest, form: EventForm, refused: ActionRefused | None = None
) -> dict[str, Any]:
    return {
        **_form_context(request, form, refused),
        "heading": "New event",
        "kinds": KINDS if may_make_special(viewer(request)) else (),
        **_rights(viewer(request), form),
        "action": reverse("event_new"),
        "draft": request.POST.get("draft") or secrets.token_urlsafe(12),
        "back": calendar_on(form.start_date),
    }


def _form_context(
    request: HttpRequest,
    form: EventForm,
    refused: ActionRefused | None,
    event_id: int | None = None,
) -> dict[str, Any]:
    offered = link_choices(choices(viewer(request), event_id), form.meeting_link)
    return {
        "links": offered,
        "form": form,
        "errors": errors_of(refused),
        **repeat_context(form, form.day),
        "people": people_shown(viewer(request)),
        **own_context(viewer(request), form),
        "event_kinds": offered_kinds(viewer(request), form.kind),
        "importances": IMPORTANCES,
        "mail_line": MAIL_LINE,
        "declines": DECLINES,
        "chats": CHATS,
        "workplaces": WORKPLACES,
        "zone_note": f"Times are {str(viewer_zone()).rpartition('/')[2].replace('_', ' ')} time.",
    }


def _rights(user: AbstractBaseUser, form: EventForm, pk: int | None = None) -> dict[str, Any]:
    """What the organizer may let his guests do, as far as his provider knows it."""
    return {"rights": rights_offered(rights_held(user, pk), form.rights)}


def form_page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """The form once more, also where a question about it was answered."""
    page = "calendar_sync/calendar/form_body.html"
    response = render(request, page, context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#form-page", "outerHTML"
    return response


def errors_of(refused: ActionRefused | None) -> dict[str, str]:
    if refused is None:
        return {}
    return refused.errors if isinstance(refused, Invalid) else {"form": refused.text}


# --- looking at one


@never_cache
@require_GET
def popover(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        detail = event_detail(viewer(request), pk, date_of(request))
    except NotVisible:
        return render(request, "calendar_sync/calendar/gone.html")
    context = {"event": shown(request, detail)}
    return render(request, "calendar_sync/calendar/popover.html", context)


def shown(request: HttpRequest, detail: EventDetail) -> dict[str, Any]:
    people = people_shown(viewer(request))
    late = is_late(detail.meeting_link, timezone.now())
    facts = full(detail, people, viewer_zone(), timezone.localdate())
    return {**facts, "link": link_facts(detail, is_late=late)}


# --- changing one


@never_cache
@require_http_methods(["GET", "POST"])
def event(request: HttpRequest, pk: int) -> HttpResponseBase:
    date = date_of(request)
    detail = event_detail(viewer(request), pk, date)
    current = form_of(detail)
    if not detail.may_edit:
        return own_page(request, detail, current)
    if request.method == "GET":
        return _edit_form(request, detail, current, current)
    form = EventForm.typed(request.POST)
    opened = EventForm.from_text(request.POST.get("opened", ""))
    if went_back(request):
        return _edit_form(request, detail, form, opened)
    done = Saving(request, _subject(detail, form), "Saved.", calendar_on(form.start_date))
    try:
        changes = form.changes(opened, viewer_zone(), day_of(detail.start))
        scope = scope_of(request)
        if detail.is_series and changes.keys() - CHOICES and scope is None:
            checked(changes, {ATTENDEE + guest.address: True for guest in detail.guests})
            scopes = offered(changes)
            text = f"{kept(detail)} {asks_first(detail)}".strip()
            # by another rule there are other dates
            told = replace(detail, series=None) if "recurrence" in changes else detail
            return done.ask_scope(told, "Change the series?", "Save", scopes, text)
        about = viewer(request), pk, date or detail.date, scope or Scope.THIS, changes
        revision, now = _revision(request), timezone.now()
        result = decided(request, lambda said: edit_with_choices(*about, said, now, revision))
    except EditedMeanwhile:
        news = _news(detail, opened, current, form)
        return _edit_form(request, detail, form.merged(opened, current), current, news)
    except ActionRefused as refused:
        return _edit_form(request, detail, form, opened, refused)
    return done.answer(result)


def own_page(
    request: HttpRequest, detail: EventDetail, form: OwnForm, refused: ActionRefused | None = None
) -> HttpResponse:
    """A meeting of somebody else, and what of it is the viewer's own."""
    back = calendar_on(form_of(detail).start_date)
    context = {
        "event": shown(request, detail),
        "back": back,
        "form": form,
        "errors": errors_of(refused),
        **own_context(viewer(request), form),
    }
    page, status = "calendar_sync/calendar/event.html", 422 if refused else 200
    return render(request, page, context, status=status)


def offered(changes: Mapping[str, Any]) -> list[Scope]:
    """The scopes that a change may have: one date alone has no rule."""
    return [scope for scope in Scope if scope is not Scope.THIS or "recurrence" not in changes]


def form_of(detail: EventDetail) -> EventForm:
    times = EventForm.of_times(detail.start, detail.end, viewer_zone())
    guests = [guest for guest in detail.guests if guest.address != detail.organizer_address]
    day = day_of(detail.start)
    chosen, url = chosen_link(detail.meeting_link)
    return replace(
        times.with_rules(detail.recurrence, detail.begins, day),
        summary=detail.summary,
        location=detail.location,
        description=detail.description,
        importance=detail.importance,
        **own_fields(OwnForm.own_of(detail)),
        **special_fields(detail.rights, detail.special),
        meeting_link=chosen,
        meeting_url=url,
        kind=detail.chosen.key,
        kept_apart="yes" if detail.chosen.kept_apart else "",
        guests=tuple(
            guest_text(guest.address, guest.name, guest.role, guest.kind) for guest in guests
        ),
    )


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() else None


def _news(
    detail: EventDetail, opened: EventForm, current: EventForm, typed: EventForm
) -> ActionRefused:
    """What somebody else changed while the form was open."""
    names = [word for name, word in FIELDS.items() if _differs(name, opened, current)]
    if opened.time_fields != current.time_fields:
        zone, today = viewer_zone(), timezone.localdate()
        names.insert(0, f"time, now {dates.when(detail.start, detail.end, zone, today)}")
    changed = ", ".join(names) or "the event"
    if opened.repeat_fields != current.repeat_fields:
        names.append("repetition")
    both = [
        word
        for name, word in FIELDS.items()
        if len({getattr(form, name) for form in (opened, current, typed)}) == 3
    ]
    yours = f" You changed {', '.join(both)} too: saving uses yours." if both else ""
    text = f"Somebody changed this meanwhile: {changed}. Your other fields are kept.{yours}"
    return ActionRefused("edited_meanwhile", text)


def _differs(name: str, one: EventForm, other: EventForm) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _edit_form(
    request: HttpRequest,
    detail: EventDetail,
    form: EventForm,
    opened: EventForm,
    refused: ActionRefused | None = None,
) -> HttpResponse:
    context = {
        **_form_context(request, form, refused, detail.id),
        "event": shown(request, detail),
        **(_rights(viewer(request), form, detail.id) if detail.is_mine else {}),
        "heading": detail.summary or NO_TITLE,
        "action": reverse("event", args=[detail.id]),
        "date": date_of(request) or detail.date,
        "revision": detail.revision,
        "opened": opened.to_text(),
        "back": calendar_on(form.start_date),
        **_repetition(detail, form, opened),
    }
    status = 422 if refused else 200
    if wants_fragment(request):
        return form_page(request, context, status)
    return render(request, "calendar_sync/calendar/form.html", context, status=status)


def _repetition(detail: EventDetail, form: EventForm, opened: EventForm) -> dict[str, Any]:
    """Proposals go by the event's own clock where its times are left alone."""
    own = form.time_fields == opened.time_fields
    kept = form_of(detail).repeat == KEPT
    words = repeat_words(detail.recurrence, detail.begins) if kept else ""
    return repeat_context(form, day_of(detail.start) if own else form.day, words)


def _subject(detail: EventDetail, form: EventForm) -> str:
    """`Client workshop · Thu 19 Nov 09:00–12:00 → Thu 19 Nov 10:00–13:00`."""
    zone, today = viewer_zone(), timezone.localdate()
    title = form.summary or NO_TITLE
    before = dates.when(detail.start, detail.end, zone, today)
    try:
        after = dates.when(*form.times(zone), zone, today)
    except Invalid:
        return title
    return f"{title} · {dates.change(before, after) if after != before else before}"


def calendar_on(day: str) -> str:
    """The calendar, at the day of what was being edited."""
    return f"{reverse('calendar')}?date={day}" if day else reverse("calendar")
