"""What the next synchronization would do: looked at, then applied."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.previews import (
    PAGE,
    Shown,
    apply_preview,
    ask_preview,
    preview_shown,
    previewed_acts,
)
from calendar_sync.actions.runs import in_words
from calendar_sync.controllers import dates
from calendar_sync.controllers.kept_words import kept_where_it_is
from calendar_sync.controllers.refusals import told_on_next_page
from calendar_sync.controllers.requests import viewer, viewer_zone, wants_fragment
from calendar_sync.engine.event import when_from_text
from calendar_sync.engine.policy import Side
from calendar_sync.engine.preview import WITHHELD
from calendar_sync.engine.showing import (
    ANSWERED,
    CHANGED,
    CREATED,
    DELETED,
    HELD,
    MATCHED,
    REFUSED,
    Act,
)

HERE, THERE = Side.HERE, Side.THERE
WORDS: Mapping[tuple[Side, str], str] = {
    (HERE, CREATED): "new here",
    (HERE, CHANGED): "changed here",
    (HERE, DELETED): "deleted here",
    (THERE, CREATED): "new at {label}",
    (THERE, CHANGED): "changed at {label}",
    (THERE, DELETED): "deleted at {label}",
    (THERE, ANSWERED): "answered at {label}",
    (HERE, MATCHED): "on both sides already",
    (THERE, HELD): "waiting for you",
    (THERE, REFUSED): "not synced",
}
CARDS = (
    ("Here", ((HERE, CREATED, "new"), (HERE, CHANGED, "changed"), (HERE, DELETED, "deleted"))),
    (
        "At {label}",
        (
            (THERE, CREATED, "new"),
            (THERE, CHANGED, "changed"),
            (THERE, DELETED, "deleted"),
            (THERE, ANSWERED, "answered"),
        ),
    ),
    ("Pairs", ((HERE, MATCHED, "the same on both sides"),)),
    ("Left alone", ((THERE, HELD, "waiting for you"), (THERE, REFUSED, "not synced"))),
)
HELD_HERE = {
    "brake_vanished": "Set aside: too much vanished there at once.",
    "brake_rewritten": "Set aside: too much changed there at once.",
    "ended_long_ago": "Stays here: it ended long ago.",
}
NOTES = {**HELD_HERE, WITHHELD: "Without its guests, until you invite them."}


@never_cache
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows it; POST has it made, or made anew."""
    user = viewer(request)
    if request.method == "POST":
        with told_on_next_page(request):
            ask_preview(user, pk, timezone.now())
        return redirect("preview", pk)
    context = _context(request, preview_shown(user, pk))
    page = "preview" if wants_fragment(request) else "preview_page"
    return render(request, f"calendar_sync/connections/{page}.html", context)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    number = request.POST.get("number", "")
    try:
        apply_preview(user, pk, int(number) if number.isdecimal() else 0, timezone.now())
    except NotVisible:
        raise
    except ActionRefused as refused:
        messages.warning(request, refused.text)
        return redirect("preview", pk)
    messages.success(request, "Applied. The sync starts.", extra_tags="first-sync")
    return redirect("calendar")


def _context(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    zone, now = viewer_zone(), timezone.now()
    reading = bool(shown.number) and shown.made_at is None
    tabs = [
        (f"{side.value}-{what}", words.format(label=shown.label), f"{count:,}")
        for (side, what), words in WORDS.items()
        if (count := shown.count(side, what))
    ]
    return {
        "shown": shown,
        "cards": [_card(shown, title, lines) for title, lines in CARDS],
        "left_out": _left_out(shown),
        **_mail(shown),
        "tabs": tabs,
        "reading": reading and not shown.running,
        "polls": reading or shown.running,
        "problem": in_words(shown.error_code, shown.label) if reading else "",
        "made": dates.ago(shown.made_at, now, zone) if shown.made_at else "",
        "applied": dates.ago(shown.applied_at, now, zone) if shown.applied_at else "",
        "first": shown.state == "connecting",
        "apply": _apply_words(shown),
        **_list(request, shown, [key for key, _, _ in tabs], zone),
    }


def _card(shown: Shown, title: str, lines: tuple[tuple[Side, str, str], ...]) -> dict[str, Any]:
    counted = [
        {"count": f"{count:,}", "words": words, "kind": _kind(what, count)}
        for side, what, words in lines
        for count in (shown.count(side, what),)
    ]
    return {"title": title.format(label=shown.label), "lines": counted}


def _kind(what: str, count: int) -> str:
    """How a number stands out: what is lost most of all, nothing not at all."""
    if not count:
        return "quiet"
    return "result-bad" if what == DELETED else ""


def _mail(shown: Shown) -> dict[str, str]:
    people, mails = len(set(shown.mailed)), len(shown.mailed)
    without = f"{shown.withheld:,} {'goes' if shown.withheld == 1 else 'go'} out without guests"
    return {
        "mailed": f"{people:,}",
        "mails": f"In {mails:,} mails." if mails > people else "",
        "withheld": f"{without}, until you invite them." if shown.withheld else "",
    }


def _left_out(shown: Shown) -> list[str]:
    here = kept_where_it_is(shown.left_out[HERE], "here", "left out")
    there = kept_where_it_is(shown.left_out[THERE], f"at {shown.label}", "passed over")
    return [line for line in (here, there) if line]


def _apply_words(shown: Shown) -> str:
    changing = (CREATED, CHANGED, DELETED, ANSWERED)
    here, there = (sum(shown.count(side, what) for what in changing) for side in (HERE, THERE))
    if not here + there:
        return "Start syncing"
    mails = len(shown.mailed)
    mail = "1 mail" if mails == 1 else f"{mails:,} mails"
    return f"Apply: {here:,} here, {there:,} at {shown.label}, {mail}"


def _list(request: HttpRequest, shown: Shown, keys: list[str], zone: ZoneInfo) -> dict[str, Any]:
    """One page of the events of one kind; the first kind there is, unless another was asked for."""
    asked = request.GET.get("show", "")
    chosen = asked if asked in keys else next(iter(keys), "")
    if not chosen or not shown.is_own:
        return {"chosen": chosen, "acts": []}
    number = request.GET.get("page", "")
    page = max(1, int(number)) if number.isdecimal() else 1
    side, _, what = chosen.partition("-")
    acts, total = previewed_acts(viewer(request), shown.credential_id, Side(side), what, page)
    pages = max(1, -(-total // PAGE))
    return {
        "chosen": chosen,
        "acts": [_act(act, shown.label, zone) for act in acts],
        "page": page,
        "pages": pages,
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page < pages else None,
    }


def _act(act: Act, label: str, zone: ZoneInfo) -> dict[str, str]:
    note = NOTES.get(act.code) or in_words(act.code, label)
    if act.mailed:
        note = f"Would mail {', '.join(act.mailed)}."
    return {
        "title": act.summary or "(No title)",
        "when": _when(act.start, zone),
        "note": note,
    }


def _when(start: str, zone: ZoneInfo) -> str:
    if not start:
        return ""
    today = timezone.localdate(timezone=zone)
    when = when_from_text(start)
    if not isinstance(when, datetime):
        return dates.dates(when, when, today)
    local = dates.local(when, zone)
    return f"{dates.day(local.date(), today)} {dates.clock(local)}"
