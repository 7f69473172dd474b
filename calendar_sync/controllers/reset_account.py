"""*Settings › Manage Users › user › Calendar*: how a person's accounts stand, Reset Account."""

from collections.abc import Mapping
from typing import Any, get_args

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.moments import moment
from calendar_sync.actions.person_accounts import PersonAccount, person_accounts
from calendar_sync.actions.reset import (
    Existing,
    Following,
    ResetPreview,
    reset_account,
    reset_preview,
)
from calendar_sync.controllers import dates
from calendar_sync.controllers.mail_words import guests
from calendar_sync.controllers.requests import viewer, viewer_zone, wants_fragment

EXISTING: Mapping[str, Existing] = {kind: kind for kind in get_args(Existing)}
FOLLOWING: Mapping[str, Following] = {kind: kind for kind in get_args(Following)}


@never_cache
@require_GET
def person_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The Calendar tab; it asks again by itself while a reset is under way."""
    person, rows = person_accounts(viewer(request), pk)
    context = {
        "person": person,
        "tab": "calendar",
        "accounts": [_account(row) for row in rows],
        "running": any(row.reset for row in rows),
    }
    page = "accounts" if wants_fragment(request) else "person"
    return render(request, f"calendar_sync/settings/{page}.html", context)


def _account(row: PersonAccount) -> dict[str, Any]:
    zone, now = viewer_zone(), timezone.now()
    state = "Paused by an administrator" if row.paused else row.state_label
    return {
        "id": row.id,
        "label": row.label,
        "letter": row.letter,
        "address": row.address,
        "dot": {"active": "good", "reconnect": "needs", "problem": "needs"}.get(row.state, "off"),
        "state": f"{state} since {moment(row.since, now, zone)}",
        "synced": dates.ago(row.last_synced_at, now, zone) if row.last_synced_at else "never",
        "connected": dates.ago(row.connected_at, now, zone),
        "linked": f"{row.linked:,} events linked, {row.series:,} series",
        "reset": row.reset,
        "paused": row.paused,
    }


@never_cache
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, pk: int, credential: int) -> HttpResponse:
    user, now = viewer(request), timezone.now()
    person, rows = person_accounts(user, pk)
    account = next((row for row in rows if row.id == credential), None)
    if account is None:
        raise NotVisible
    data = request.POST if request.method == "POST" else request.GET
    existing, following, tell = _choice(data)
    preview = reset_preview(user, credential, existing, following, now, tell_guests=tell)
    context = {
        "person": person,
        "account": account,
        "tab": "calendar",
        "existing": existing,
        "following": following,
        "tell_guests": tell,
        "what": _words(preview, person),
        **_choices(account.label),
    }
    if request.method == "POST":
        context["error"] = _refused(preview, data.get("typed", ""))
        if not context["error"]:
            return _confirm(request, pk, credential, context)
    page = "reset_effect" if wants_fragment(request) else "reset"
    status = 422 if context.get("error") else 200
    return render(request, f"calendar_sync/settings/{page}.html", context, status=status)


def _confirm(
    request: HttpRequest, pk: int, credential: int, context: dict[str, Any]
) -> HttpResponse:
    try:
        reset_account(
            viewer(request),
            credential,
            context["existing"],
            context["following"],
            timezone.now(),
            tell_guests=context["tell_guests"],
        )
    except ActionRefused as refused:
        context["error"] = refused.text
        return render(request, "calendar_sync/settings/reset.html", context, status=409)
    account = context["account"]
    what = "is confirmed" if account.paused else "has started"
    messages.success(request, f"The reset of {account.address} {what}.")
    return redirect("person_calendar", pk)


def _choice(data: QueryDict) -> tuple[Existing, Following, bool]:
    """What was chosen; what deletes nothing, where nothing or nonsense was."""
    existing: Existing = EXISTING.get(str(data.get("existing")), "leave")
    following: Following = FOLLOWING.get(str(data.get("following")), "new")
    return existing, following, "tell_guests" in data


def _refused(preview: ResetPreview, typed: str) -> str:
    """Deleting is confirmed by typing how much."""
    if not preview.deletions or typed.strip().replace(",", "") == str(preview.deletions):
        return ""
    return f"Type {preview.deletions} to confirm. Nothing was changed."


def _choices(label: str) -> dict[str, Any]:
    return {
        "existing_choices": (
            ("leave", "Leave untouched"),
            ("provider", f"Delete from {label} Calendar"),  # noqa: S608 - English, not SQL
            ("here", "Delete from here"),
            ("both", "Delete from both"),
        ),
        "following_choices": (("new", "Only new events"), ("all", "All existing events")),
    }


def _words(preview: ResetPreview, person: AbstractBaseUser) -> dict[str, Any]:
    stay_there = preview.own + preview.mirrors - preview.deleted_there
    stay_here = preview.own - preview.deleted_here
    button = f"Delete {preview.deletions:,}"
    if preview.kept:
        button += f", keep {preview.kept:,} there"
    return {
        "scope": f"Events organized by {person} that are touched: {preview.own:,}. "
        f"Meetings of others, only unlinked and never deleted: {preview.others:,}."
        + (
            f" Copies of other calendars' events there: {preview.mirrors:,}."
            * bool(preview.mirrors)
        ),
        "there": f"At {preview.label}: {preview.deleted_there:,} deleted, {stay_there:,} stay",
        "here": f"Here: {preview.deleted_here:,} deleted, {stay_here:,} stay",
        "sentence": preview.sentence,
        "mailed": preview.mailed,
        "kept": _kept(preview),
        "may_tell": bool(preview.kept or preview.mailed),
        "dead": f"{preview.label} doesn't accept {person}'s sign-in any more, so nothing can be "
        "deleted there. Ask to reconnect first, or choose another line."
        if preview.dead_grant
        else "",
        "deletions": preview.deletions,
        "button": f"{button}, reset" if preview.deletions else "Confirm reset",
    }


def _kept(preview: ResetPreview) -> str:
    if not preview.kept:
        return ""
    return (
        f"{preview.kept:,} are not deleted at {preview.label} (future meetings with "
        f"{guests(preview.guests)}): nobody is left waiting for a meeting that is gone."
    )
