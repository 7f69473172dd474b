"""*Settings › Kinds of events*: add, rename, put in order, archive, delete or merge."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions import event_kinds
from calendar_sync.actions.calendars import COLOURS
from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.controllers.requests import viewer
from calendar_sync.security.access import check_access

PAGE = "calendar_sync/settings/event_kinds.html"
FORM = "calendar_sync/settings/event_kind.html"
COLOUR_NAMES = (
    "Blue", "Ochre", "Plum", "Teal", "Red", "Lavender", "Indigo", "Green", "Maroon", "Slate",
    "Brown", "Petrol",
)  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def kinds(request: HttpRequest) -> HttpResponse:
    """The list, and the form for another one below it."""
    check_access(viewer(request), event_kinds.KIND, "write")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = event_kinds.add_kind(viewer(request), *_typed(request))
        except Invalid as invalid:
            errors = invalid.errors
        else:
            messages.success(request, f"“{made.name}” is offered from now on.")
            return redirect("event_kinds")
    rows = event_kinds.kind_rows(viewer(request))
    offered = [row.kind.pk for row in rows if not row.kind.archived_at]
    form = _form(request, errors, {"colour": len(rows) % COLOURS})
    context = {"rows": rows, "last": offered[-1], **form}
    return render(request, PAGE, context, status=422 if errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest, pk: int) -> HttpResponse:
    """One kind: its name, colour and symbol; and how to be rid of it."""
    check_access(viewer(request), event_kinds.KIND, "write")
    rows = event_kinds.kind_rows(viewer(request))
    row = next((each for each in rows if each.kind.pk == pk), None)
    if row is None:
        raise NotVisible
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            event_kinds.change_kind(viewer(request), pk, *_typed(request))
        except Invalid as invalid:
            errors = invalid.errors
        else:
            messages.success(request, "Saved.")
            return redirect("event_kinds")
    shown: dict[str, str | int] = {
        "name": row.kind.name,
        "colour": row.kind.colour,
        "icon": row.kind.icon,
    }
    others = [each.kind for each in rows if each.kind.pk != pk and not each.kind.archived_at]
    context = {"row": row, "others": others, **_form(request, errors, shown)}
    return render(request, FORM, context, status=422 if errors else 200)


@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    event_kinds.move_kind(viewer(request), pk, up="up" in request.POST)
    return redirect("event_kinds")


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    archived = "back" not in request.POST
    done = "Archived: events keep it." if archived else "Offered again."
    return _done(
        request,
        lambda: event_kinds.archive_kind(viewer(request), pk, timezone.now(), archived=archived),
        done,
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    into = request.POST.get("into", "")
    other = int(into) if into.isdecimal() and len(into) < 19 else None
    return _done(request, lambda: event_kinds.remove_kind(viewer(request), pk, other), "Deleted.")


def _done(request: HttpRequest, act: Callable[[], None], text: str) -> HttpResponse:
    try:
        act()
    except NotVisible:
        raise
    except ActionRefused as refused:
        messages.warning(request, refused.text)
    else:
        messages.success(request, text)
    return redirect("event_kinds")


def _typed(request: HttpRequest) -> tuple[str, int, str]:
    sent = request.POST
    colour = sent.get("colour", "")
    number = int(colour) if colour.isdecimal() and len(colour) < 4 else -1
    return sent.get("name", ""), number, sent.get("icon", "")


def _form(
    request: HttpRequest, errors: dict[str, str], shown: dict[str, str | int]
) -> dict[str, Any]:
    """What was typed, else how it is."""
    typed = dict(zip(("name", "colour", "icon"), _typed(request), strict=True)) if errors else shown
    return {
        "errors": errors,
        "typed": typed,
        "colours": list(enumerate(COLOUR_NAMES)),
        "icons": event_kinds.ICONS,
    }
