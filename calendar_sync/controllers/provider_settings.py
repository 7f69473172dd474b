"""*Settings › Calendar*: which providers are offered, and as whom we sign in there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions.configuration import Setup, base_url
from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.grants import limited_providers
from calendar_sync.actions.meeting_links import pattern, save_pattern
from calendar_sync.actions.person_accounts import people_connected
from calendar_sync.actions.settings import (
    provider_settings,
    save_base_url,
    save_provider_settings,
)
from calendar_sync.controllers import dates
from calendar_sync.controllers.requests import viewer, viewer_zone
from calendar_sync.providers.registry import PROVIDERS

ORDER = ("outlook", "google")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
GOOGLE_ID = ".apps.googleusercontent.com"
GOOGLE_SECRET = "GOCSPX-"  # noqa: S105 - how Google's secrets begin


@dataclass(frozen=True)
class Halt:
    """The question before a provider stops for everybody."""

    title: str
    text: str
    button: str
    done: str


HALTS = {
    "paused": Halt(
        "Pause {label} for everybody?",
        "{people}. Their changes are kept and sent when you resume; mails allowed before expire "
        "after 24 h.",
        "Pause",
        "paused. Changes are kept",
    ),
    "off": Halt(
        "Switch {label} off?",
        "The connections of {people} stop. Nothing is deleted. Tick again to go on.",
        "Switch off",
        "switched off. Nothing was deleted",
    ),
}
SWAPPED = "That looks like the other field. Did you swap them?"


@never_cache
@sensitive_post_parameters("outlook-client_secret", "google-client_secret")
@require_http_methods(["GET", "POST"])
def calendar_settings(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    setups = provider_settings(user)
    if request.method == "GET":
        return _page(request, setups, {})
    errors = _errors(request, setups)
    if not errors:
        errors = _save(request, setups)
    if errors:
        return _page(request, setups, errors)
    messages.success(request, "Saved.")
    halted = [(name, _halted(request, setups[name])) for name in ORDER]
    return _ask([f"{name}-{what}" for name, what in halted if what])


def _ask(questions: Sequence[str]) -> HttpResponse:
    query = f"?{urlencode({'ask': questions}, doseq=True)}" if questions else ""
    return redirect(reverse("calendar_settings") + query)


@require_POST
def halt(request: HttpRequest) -> HttpResponse:
    """Pause or switch off a provider for everybody; the answer to the question about it."""
    user = viewer(request)
    name, _, what = request.POST.get("what", "").partition("-")
    setup = provider_settings(user).get(name)
    if setup is None or what not in HALTS:
        return redirect("calendar_settings")
    save_provider_settings(
        user,
        name,
        enabled=setup.enabled and what != "off",
        client_id=setup.client_id,
        client_secret=None,
        paused=setup.paused or what == "paused",
        now=timezone.now(),
    )
    messages.success(request, f"{PROVIDERS[name].label} is {HALTS[what].done}.")
    return _ask([other for other in request.POST.getlist("ask") if other != f"{name}-{what}"])


def _halted(request: HttpRequest, setup: Setup) -> str:
    """Whether the form would hold people up who sync now: paused, off or nothing."""
    name, data = setup.provider, request.POST
    off = setup.enabled and f"{name}-enabled" not in data
    paused = setup.enabled and not setup.paused and f"{name}-paused" in data
    if not (off or paused) or not people_connected(viewer(request), name):
        return ""
    return "off" if off else "paused"


def _questions(request: HttpRequest) -> list[dict[str, Any]]:
    """What was ticked and is not done yet, because it concerns everybody."""
    found = []
    for asked in request.GET.getlist("ask"):
        name, _, what = asked.partition("-")
        if name in PROVIDERS and what in HALTS:
            count, words = people_connected(viewer(request), name), HALTS[what]
            people = "1 person" if count == 1 else f"{count:,} people"
            title = words.title.format(label=PROVIDERS[name].label)
            text = words.text.format(people=people)
            found.append({"what": asked, "title": title, "text": text, "button": words.button})
    return found


def _save(request: HttpRequest, setups: Mapping[str, Setup]) -> dict[str, str]:
    """Store everything on the page but what is asked about first; what is wrong, by field."""
    user, now, data = viewer(request), timezone.now(), request.POST
    try:
        if "meeting_room_url" in data:
            save_pattern(user, data["meeting_room_url"])
        save_base_url(user, data.get("base_url", ""))
    except Invalid as invalid:
        return invalid.errors
    for name in ORDER:
        halted = _halted(request, setups[name])
        notes = save_provider_settings(
            user,
            name,
            enabled=f"{name}-enabled" in data or halted == "off",
            client_id=data.get(f"{name}-client_id", ""),
            client_secret=data.get(f"{name}-client_secret") or None,
            paused=f"{name}-paused" in data and halted != "paused",
            now=now,
        )
        for note in notes:
            messages.info(request, f"{PROVIDERS[name].label}: {note}")
    return {}


def _errors(request: HttpRequest, setups: Mapping[str, Setup]) -> dict[str, str]:
    """Mix-ups that a provider would answer with a riddle."""
    found: dict[str, str] = {}
    for name in setups:
        key = request.POST.get(f"{name}-client_id", "").strip()
        secret = request.POST.get(f"{name}-client_secret", "").strip()
        if name == "outlook" and GUID.fullmatch(secret):
            found[f"{name}-client_secret"] = "This is the Secret ID. Paste the column Value."
        if secret.endswith(GOOGLE_ID) or key.startswith(GOOGLE_SECRET):
            found[f"{name}-client_secret"] = SWAPPED
    return found


def _page(
    request: HttpRequest, setups: Mapping[str, Setup], errors: Mapping[str, str]
) -> HttpResponse:
    public = request.POST.get("base_url", base_url())
    here = request.build_absolute_uri("/").rstrip("/")
    limited = limited_providers(viewer(request))
    context = {
        "blocks": [
            {**_block(request, setups[name], errors), "limited": name in limited} for name in ORDER
        ],
        "questions": _questions(request),
        "base_url": public,
        "meeting_room_url": request.POST.get("meeting_room_url", pattern()),
        "origin": _origin(base_url()),
        "errors": errors,
        "elsewhere": here if here != base_url() else "",
    }
    page = "calendar_sync/settings/calendar.html"
    return render(request, page, context, status=422 if errors else 200)


def _block(request: HttpRequest, setup: Setup, errors: Mapping[str, str]) -> dict[str, Any]:
    """One provider's fields: as typed after a refusal, else as stored."""
    name, data = setup.provider, request.POST
    saved = setup.secret_saved_at
    at = datetime.fromisoformat(saved) if saved else None
    return {
        "name": name,
        "label": PROVIDERS[name].label,
        "enabled": f"{name}-enabled" in data if data else setup.enabled,
        "client_id": data.get(f"{name}-client_id", setup.client_id),
        "has_secret": setup.has_secret,
        "saved": dates.ago(at, timezone.now(), viewer_zone()) if at else "",
        "paused": f"{name}-paused" in data if data else setup.paused,
        "redirect_uri": setup.redirect_uri,
        "missing": " and ".join(setup.missing) if setup.enabled else "",
        "error": errors.get(f"{name}-client_secret", ""),
        "steps": f"calendar_sync/settings/steps_{name}.html",
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
