"""What synchronizations did, and what they left for a person to decide."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from calendar_sync.actions.attention import Item, attention_items, release
from calendar_sync.actions.conflicts import Question, answer_question, questions
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.missing_rooms import MissingRoom, missing_rooms
from calendar_sync.actions.runs import ChangeLine, RunLine, in_words, run_detail, visible_runs
from calendar_sync.actions.safety_stops import SafetyStop, release_all, safety_stops
from calendar_sync.actions.settings import PARAMETER
from calendar_sync.controllers import dates
from calendar_sync.controllers.link_words import link_trouble
from calendar_sync.controllers.mail_words import guests, names
from calendar_sync.controllers.property_words import NAMES, property_name
from calendar_sync.controllers.property_words import in_words as value_in_words
from calendar_sync.controllers.requests import viewer, viewer_zone
from calendar_sync.controllers.saving import NAMED
from calendar_sync.security.access import may

TRIGGERS = {
    "first": "first sync",
    "change": "after a change here",
    "schedule": "check",
    "undo": "undo of a run",
}
KINDS = {
    "held": "Waiting for you",
    "refused": "Not accepted",
    "parked": "Set aside",
    "conflict": "Conflict, settled",
}
WHAT = {"parked": "set aside", "asked": "asked"}
EVENTS_SHOWN = 100
DOORS = {
    "silent": "Don't send",
    "keep-here": "Keep here only",
    "retry": "Try again",
    "put-back": "Put it back there",
    "keep": "Keep it here",
    "apply": "Remove it here too",
}
DECIDED = {
    "send": "Will be sent with the next sync.",
    "silent": "Will be written without mail.",
    "keep-here": "Kept here only.",
    "retry": "Will be tried again.",
    "apply": "Looked at once more, then applied with the next sync.",
    "keep": "Kept here, and no longer synced.",
    "put-back": "Made again there with the next sync, without its guests.",
}
STOPS = {
    "brake_vanished": "{count} of {linked} events vanished at {label} within a day.",
    "brake_rewritten": "{count} of {linked} events changed title or time at {label} within a day.",
    "ended_long_ago": "{events} that ended long ago vanished at {label}.",
}
REWRITTEN = {"apply": "Apply these changes", "keep": "Keep {them} as here"}
GONE = {"apply": "Delete {these} here", "keep": "Keep {them} here"}


@never_cache
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    user, zone = viewer(request), viewer_zone()
    administrator = may(user, PARAMETER, "read")
    everybody = administrator and request.GET.get("who") != "me"
    lines = visible_runs(user, everybody=everybody)
    problems = request.GET.get("show") == "problems"
    shown = [line for line in lines if not problems or line.result != "done"]
    context = {
        "runs": [_run(line, zone) for line in shown],
        "everybody": everybody,
        "is_administrator": administrator,
        "problems": problems,
    }
    return render(request, "calendar_sync/runs/list.html", context)


@never_cache
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    line, changes = run_detail(viewer(request), pk)
    context = {
        "run": _run(line, viewer_zone()),
        "changes": [_change(change, line.label) for change in changes],
        "hidden": not changes and bool(line.received + line.sent),
    }
    return render(request, "calendar_sync/runs/detail.html", context)


def _run(line: RunLine, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": line.id,
        "when": dates.ago(line.started_at, timezone.now(), zone),
        "at": line.started_at.astimezone(zone),
        "who": line.user,
        "label": line.label,
        "address": line.address,
        "trigger": TRIGGERS.get(line.trigger, line.trigger),
        "received": line.received,
        "sent": line.sent,
        "mailed": line.mailed,
        "result": _result(line),
        "kind": {"done": "good", "failed": "bad"}.get(line.result, "warn"),
        "took": f"{line.seconds:.1f} s",
        "error": line.error,
        "undone": line.undone,
        "may_undo": line.is_own and not (line.undone or line.is_undo),
    }


def _result(line: RunLine) -> str:
    if line.result == "failed":
        return "✕ failed"
    parts = [
        f"{count} {word}"
        for count, word in ((line.held, "held"), (line.refused, "not accepted"))
        if count
    ]
    if parts:
        return f"▲ {', '.join(parts)}"
    return f"✓ done, {line.mailed} mailed" if line.mailed else "✓ done"


def _change(change: ChangeLine, label: str) -> dict[str, Any]:
    here = change.side == "here"
    return {
        "arrow": "↓" if here else "↑",
        "side": "here" if here else f"at {label}",
        "what": WHAT.get(change.what, change.what),
        "title": change.title or "(No title)",
        "keys": ", ".join(dict.fromkeys(map(_property, change.keys))),
        "mailed": f"mailed {guests(len(change.mailed))}" if change.mailed else "",
        "reason": in_words(change.code, label),
    }


def _property(key: str) -> str:
    if key.startswith("attendee:"):
        return "guests"
    return "answers" if key.startswith("answer:") else NAMES.get(key, key)


@never_cache
@require_GET
def attention(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    zone = viewer_zone()
    items = [_item(item, zone) for item in attention_items(user)]
    context = {
        "questions": [_question(each, zone) for each in questions(user)],
        "rooms": [_room(each) for each in missing_rooms(user, timezone.now())],
        "stops": [_stop(stop) for stop in safety_stops(user)],
        "open": [item for item in items if item["doors"]],
        "settled": [item for item in items if not item["doors"]],
    }
    return render(request, "calendar_sync/attention/page.html", context)


def _room(missing: MissingRoom) -> dict[str, Any]:
    return {
        "event_id": missing.event_id,
        "title": missing.title or "(No title)",
        "text": link_trouble(missing.link, is_late=True),
    }


def _question(asked: Question, zone: ZoneInfo) -> dict[str, Any]:
    today = timezone.localdate(timezone=zone)
    words = {"ours": "Keep ours", "theirs": f"Take {asked.label}'s", "both": "Keep both"}
    if asked.at_mirror:
        words |= {"ours": "Put the copy back", "theirs": "Change the event"}
    return {
        "link_id": asked.link_id,
        "event_id": asked.event_id,
        "title": asked.title or "(No title)",
        "label": asked.label,
        "property": asked.property,
        "name": property_name(asked.property),
        "ours": value_in_words(asked.property, asked.ours, zone, today),
        "theirs": value_in_words(asked.property, asked.theirs, zone, today),
        "about": asked.about,
        "doors": [(choice, words[choice]) for choice in asked.choices],
        "at_mirror": asked.at_mirror,
    }


def _stop(stop: SafetyStop) -> dict[str, Any]:
    count, rewritten = len(stop.events), stop.guard == "brake_rewritten"
    words = STOPS[stop.guard].format(
        count=f"{count:,}", events=_events(count), linked=f"{stop.linked:,}", label=stop.label
    )
    doors = REWRITTEN if rewritten else GONE
    return {
        "kind": "Set aside" if stop.guard == "ended_long_ago" else "Safety stop",
        "pairing_id": stop.pairing_id,
        "guard": stop.guard,
        "label": stop.label,
        "address": stop.address,
        "text": f"{words} Nothing was {'changed' if rewritten else 'deleted'} here.",
        "events": [(event, _stop_doors(doors, 1)) for event in stop.events[:EVENTS_SHOWN]],
        "more": max(0, count - EVENTS_SHOWN),
        "doors": _stop_doors(doors, count),
        "deletes": not rewritten,
    }


def _stop_doors(doors: Mapping[str, str], count: int) -> list[tuple[str, str]]:
    them, these = ("it", "it") if count == 1 else ("them", f"these {count:,}")
    return [(choice, words.format(them=them, these=these)) for choice, words in doors.items()]


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count:,} events"


def _item(item: Item, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "kind": KINDS.get(item.kind, item.kind),
        "link_id": item.link_id,
        "event_id": item.event_id,
        "title": item.title or "(No title)",
        "text": f"{item.text.rstrip('.')}:" if item.people else item.text,
        "people": names(item.people),
        "named": " ".join(item.people),
        "lost": _lost(item, zone),
        "doors": [(door, _door(door, len(item.people))) for door in item.doors],
        "label": item.label,
    }


def _lost(item: Item, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What gave way in a conflict, and its value."""
    today = timezone.localdate(timezone=zone)
    return [(property_name(key), value_in_words(key, item.lost, zone, today)) for key in item.lost]


def _door(door: str, count: int) -> str:
    return f"Send and mail {count}" if door == "send" else DOORS.get(door, door)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    choice = request.POST.get("choice", "")
    try:
        release(viewer(request), pk, choice, timezone.now(), _named(request))
    except ActionRefused as refused:
        messages.warning(request, _refused(refused))
        return redirect("attention")
    messages.success(request, DECIDED[choice])
    return redirect("attention")


def _named(request: HttpRequest) -> list[str] | None:
    return request.POST[NAMED].split() if NAMED in request.POST else None


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose value holds, of the two that were shown."""
    said = {name: request.POST.get(name, "") for name in ("property", "choice", "about")}
    try:
        answer_question(
            viewer(request), pk, said["property"], said["choice"], said["about"], timezone.now()
        )
    except ActionRefused as refused:
        messages.warning(request, _refused(refused))
    else:
        messages.success(request, "Settled with the next sync.")
    return redirect("attention")


@require_POST
def decide_all(request: HttpRequest, pk: int, guard: str) -> HttpResponse:
    """One answer for all the events of a safety stop."""
    choice = request.POST.get("choice", "")
    try:
        count = release_all(viewer(request), pk, guard, choice, timezone.now())
    except ActionRefused as refused:
        messages.warning(request, _refused(refused))
        return redirect("attention")
    messages.success(request, f"{_events(count)}: {DECIDED[choice].lower()}")
    return redirect("attention")


def _refused(refused: ActionRefused) -> str:
    return "This was settled meanwhile." if isinstance(refused, NotVisible) else refused.text
