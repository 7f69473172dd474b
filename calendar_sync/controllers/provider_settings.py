"""*Settings › Calendar*: which providers are offered, and as whom we sign in there."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from calendar_sync.actions.configuration import Setup, base_url
from calendar_sync.actions.errors import Invalid
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
        errors = _save(request)
    if errors:
        return _page(request, setups, errors)
    messages.success(request, "Saved.")
    return redirect("calendar_settings")


def _save(request: HttpRequest) -> dict[str, str]:
    """Store everything on the page; what is wrong, by field."""
    user, now, data = viewer(request), timezone.now(), request.POST
    try:
        save_base_url(user, data.get("base_url", ""))
    except Invalid as invalid:
        return invalid.errors
    for name in ORDER:
        notes = save_provider_settings(
            user,
            name,
            enabled=f"{name}-enabled" in data,
            client_id=data.get(f"{name}-client_id", ""),
            client_secret=data.get(f"{name}-client_secret") or None,
            paused=f"{name}-paused" in data,
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
    context = {
        "blocks": [_block(request, setups[name], errors) for name in ORDER],
        "base_url": public,
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
