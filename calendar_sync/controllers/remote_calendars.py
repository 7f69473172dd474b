"""The section *Calendars* on the page of connections: which, which way, and where new events go."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions.calendar_errands import create_calendar, look_again
from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.remote_calendars import Choice, calendars_of_accounts, save_choice
from calendar_sync.controllers.calendar_words import CalendarSection, section
from calendar_sync.controllers.refusals import told_on_next_page
from calendar_sync.controllers.requests import viewer, wants_fragment

SECTION = "calendar_sync/connections/calendars.html"


def sections(user: AbstractBaseUser) -> list[CalendarSection]:
    accounts = calendars_of_accounts(user)
    several = len(accounts) > 1
    anywhere = any(each.takes_new for account in accounts for each in account.calendars)
    return [
        section(account, anywhere=anywhere, several=several)
        for account in accounts
        if account.calendars
    ]


@never_cache
@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest, pk: int) -> HttpResponse:
    """What is chosen; a script asks again while the list is being read."""
    shown = _section(request, pk)
    if request.method == "POST":
        with told_on_next_page(request, "Saved. Nothing was deleted on either side."):
            save_choice(viewer(request), pk, _choice(request, shown), timezone.now())
        return redirect("connections")
    if not wants_fragment(request):
        return redirect("connections")
    return render(request, SECTION, {"section": shown})


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the list read again."""
    try:
        look_again(viewer(request), pk, timezone.now())
    except ActionRefused as refused:
        if isinstance(refused, NotVisible):
            raise
        if wants_fragment(request):
            shown = replace(_section(request, pk), error=refused.text)
            return render(request, SECTION, {"section": shown})
        messages.warning(request, refused.text)
    return _after(request, pk)


@require_POST
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a calendar made there; what was typed stays where it can't be."""
    name = request.POST.get("name", "")
    try:
        create_calendar(viewer(request), pk, name, timezone.now())
    except ActionRefused as refused:
        if isinstance(refused, NotVisible):
            raise
        if wants_fragment(request):
            shown, text = replace(_section(request, pk), name=name), refused.text
            typed = isinstance(refused, Invalid)
            shown = replace(shown, name_error=text) if typed else replace(shown, error=text)
            return render(request, SECTION, {"section": shown})
        messages.warning(request, refused.text)
    return _after(request, pk)


def _after(request: HttpRequest, pk: int) -> HttpResponse:
    if wants_fragment(request):
        return render(request, SECTION, {"section": _section(request, pk)})
    return redirect("connections")


def _section(request: HttpRequest, pk: int) -> CalendarSection:
    for each in sections(viewer(request)):
        if each.credential_id == pk:
            return each
    raise NotVisible


def _choice(request: HttpRequest, shown: CalendarSection) -> Choice:
    """What the form says; a row that was not on the page is left as it is."""
    sent = request.POST
    on_page = set(_numbers(sent.getlist("row")))
    kept = [row.id for row in shown.rows if row.is_chosen and row.id not in on_page]
    directions, mirrors = (
        {row.id: sent[f"{name}-{row.id}"] for row in shown.rows if f"{name}-{row.id}" in sent}
        for name in ("direction", "mirror")
    )
    target, again = _numbers([sent.get("target", "")]), _numbers([sent.get("again", "")])
    return Choice(
        [*_numbers(sent.getlist("chosen")), *kept],
        directions,
        next(iter(target), None),
        next(iter(again), None),
        mirrors,
    )


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]
