"""Where the providers send people back to after they signed in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from calendar_sync.actions.accounts import (
    CONNECTING,
    SESSION_KEY,
    SignInProblem,
    finish_sign_in,
    wanted_functions,
)
from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.remote_calendars import calendars_of
from calendar_sync.actions.settings import PARAMETER, provider_settings
from calendar_sync.controllers.sign_in_words import RETURN_ADDRESS, SHOWN, explain
from calendar_sync.providers.registry import LIST_GROUPS, OPEN_SHARED, PROVIDERS
from calendar_sync.security.access import may

PROBLEM = "calendar_sync.sign_in_problem"
TO_BE_APPROVED = {
    LIST_GROUPS: "read your groups",
    OPEN_SHARED: "open what others share with you",
}
REMEMBERED = timedelta(hours=1)  # after a sign-in has become too old to be finished


@never_cache
@login_not_required
@require_GET
def google(request: HttpRequest) -> HttpResponse:
    return _finish(request, "google")


@never_cache
@login_not_required
@require_GET
def microsoft(request: HttpRequest) -> HttpResponse:
    return _finish(request, "outlook")


def _finish(request: HttpRequest, provider: str) -> HttpResponse:
    """Nobody is sent to the log-in page from here: its address would carry the code along."""
    user = request.user
    if not isinstance(user, AbstractBaseUser):
        return problem_page(request, SignInProblem(provider, "state_expired"))
    wanted = wanted_functions(request.session, provider)
    answer = {name: str(value) for name, value in request.GET.items()}
    try:
        connection = finish_sign_in(user, provider, answer, request.session, timezone.now())
    except SignInProblem as problem:
        return problem_page(request, problem)
    label = PROVIDERS[provider].label
    if wanted:
        return _allowed(request, user, connection.pk, label, wanted)
    text = f"{label} is connected as {connection.address}."
    if connection.state == CONNECTING:
        messages.success(request, f"{text} Nothing has been written yet.")
        return redirect("preview", connection.pk)
    messages.success(request, f"{text} The sync goes on.", extra_tags="first-sync")
    return redirect("calendar")


def _allowed(
    request: HttpRequest,
    user: AbstractBaseUser,
    credential_id: int,
    label: str,
    wanted: Sequence[str],
) -> HttpResponse:
    """Back from a sign-in that was to allow more: what was allowed is used at once."""
    try:
        look_again(user, credential_id, timezone.now())
    except ActionRefused:
        text = f"You left a box open at {label}, so its other calendars stay unknown to us."
        messages.warning(request, f"{text} Your main calendar goes on as before.")
    else:
        special = [name for name in wanted if name in TO_BE_APPROVED]
        if special and special[0] in calendars_of(user, credential_id).lacks:
            what = TO_BE_APPROVED[special[0]]
            text = f"{label} did not allow us to {what}: your administrator has to."
            messages.warning(request, f"{text} Everything else goes on as before.")
            return redirect("connections")
        messages.success(request, f"Allowed. Looking at your calendars at {label}.")
    return redirect("connections")


def problem_page(request: HttpRequest, problem: SignInProblem) -> HttpResponse:
    """To a page of its own: this one's address holds what the provider sent."""
    kept = (problem.provider, problem.code, problem.address, problem.wanted, problem.detail)
    request.session[PROBLEM] = kept
    return redirect("sign_in_problem")


@never_cache
@login_not_required
@require_GET
def sign_in_problem(request: HttpRequest) -> HttpResponse:
    """What went wrong, and who can mend it."""
    kept = request.session.get(PROBLEM)
    if kept is None:
        return redirect("connections")
    problem = SignInProblem(*kept)
    why = explain(problem)
    context = {
        "why": why,
        "provider": problem.provider,
        "label": PROVIDERS[problem.provider].label,
        "code": f"{problem.code} {problem.detail}".strip(),
        **_for_administrators(request, problem.provider),
    }
    if why.mend != RETURN_ADDRESS:
        context["redirect_uri"] = ""
    page = "calendar_sync/connections/sign_in_problem.html"
    return render(request, page, context, status=why.status)


@never_cache
@require_GET
def sign_in_help(request: HttpRequest, provider: str) -> HttpResponse:
    """Errors that the provider keeps on its own page, to pick from."""
    if provider not in SHOWN:
        raise NotVisible
    context = {
        "provider": provider,
        "label": PROVIDERS[provider].label,
        "shown": SHOWN[provider],
        **_for_administrators(request, provider),
    }
    return render(request, "calendar_sync/connections/sign_in_help.html", context)


def _for_administrators(request: HttpRequest, provider: str) -> dict[str, Any]:
    user = request.user
    if not isinstance(user, AbstractBaseUser) or not may(user, PARAMETER, "read"):
        return {"is_administrator": False, "redirect_uri": ""}
    return {
        "is_administrator": True,
        "redirect_uri": provider_settings(user)[provider].redirect_uri,
    }


def unfinished(request: HttpRequest, now: datetime) -> frozenset[str]:
    """Providers at which this person lately began to sign in, and did not come back."""
    found = set()
    for provider in PROVIDERS:
        begun = request.session.get(SESSION_KEY + provider)
        if begun and begun["user"] == request.user.pk:
            until = datetime.fromisoformat(begun["until"])
            if now < until + REMEMBERED:
                found.add(provider)
    return frozenset(found)
