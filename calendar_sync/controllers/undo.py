"""Undo a run: what would happen, then the deed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.undo import UndoLine, UndoPreview, undo_preview, undo_run
from calendar_sync.controllers.property_words import property_name
from calendar_sync.controllers.requests import viewer
from calendar_sync.engine.policy import Side

SHOWN = 200
WHAT = {
    ("put-back", Side.HERE): "goes back to what it was here",
    ("put-back", Side.THERE): "goes back to what it was at {label}",
    ("removed", Side.HERE): "removed here, stays at {label}",
    ("removed", Side.THERE): "deleted at {label}, stays here",
    ("restored", Side.HERE): "comes back here, not at {label}",
    ("restored", Side.THERE): "made again at {label}, without guests",
    ("kept", Side.HERE): "stays: edited here or there since",
    ("kept", Side.THERE): "stays: edited here or there since",
}


@never_cache
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    try:
        if request.method == "GET":
            return render(request, "calendar_sync/runs/undo.html", _context(undo_preview(user, pk)))
        done = undo_run(user, pk, timezone.now())
    except ActionRefused as refused:
        if isinstance(refused, NotVisible):
            raise
        messages.warning(request, refused.text)
        return redirect("run", pk)
    there = done.count(Side.THERE) - done.count(Side.THERE, "kept")
    later = f" {done.label} follows with the next sync." if there else ""
    messages.success(request, f"Undone.{later}")
    return redirect("run", pk)


def _context(preview: UndoPreview) -> dict[str, Any]:
    lines = [_line(line, preview.label) for line in preview.lines]
    here = preview.count(Side.HERE) - preview.count(Side.HERE, "kept")
    there = preview.count(Side.THERE) - preview.count(Side.THERE, "kept")
    return {
        "run_id": preview.run_id,
        "label": preview.label,
        "here": here,
        "there": there,
        "kept": preview.count(None, "kept"),
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "is_empty": preview.is_empty,
    }


def _line(line: UndoLine, label: str) -> dict[str, str]:
    return {
        "title": line.title or "(No title)",
        "what": WHAT[line.what, line.side].format(label=label),
        "keys": ", ".join(map(property_name, line.keys)),
    }
