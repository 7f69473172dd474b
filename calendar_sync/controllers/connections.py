"""A person's accounts at the providers: connect, synchronize, stop, restart, disconnect."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calendar_sync.actions import accounts
from calendar_sync.actions.account_choices import account_choices
from calendar_sync.actions.conflicts import set_conflict_rule
from calendar_sync.actions.connection_states import ConnectionState, connection_states
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.guest_choices import choose_guests
from calendar_sync.actions.removals import set_removal_rule
from calendar_sync.actions.sync import sync_now
from calendar_sync.controllers.oauth import problem_page, unfinished
from calendar_sync.controllers.refusals import told_on_next_page
from calendar_sync.controllers.remote_calendars import sections
from calendar_sync.controllers.requests import fragment_or_page, viewer, wants_fragment
from calendar_sync.controllers.sync_words import SyncArea, sync_area
from calendar_sync.providers.registry import (
    CREATE_CALENDAR,
    LIST_CALENDARS,
    LIST_GROUPS,
    OPEN_SHARED,
    PROVIDERS,
)

BECOMING = (
    ("", "nobody new"),
    ("person", "contacts"),
    ("lead", "leads"),
)
FUNCTIONS = (LIST_CALENDARS, CREATE_CALENDAR, LIST_GROUPS, OPEN_SHARED)
RULES = (
    ("newest", "the newer one wins"),
    ("theirs", "{label}'s wins"),
    ("ours", "ours wins"),
    ("ask", "ask me"),
)
REMOVED = (
    ("follow", "is removed here too"),
    ("keep", "stays here, no longer synced"),
    ("ask", "waits for my answer"),
)


@never_cache
@require_GET
def area(request: HttpRequest) -> HttpResponse:
    """The sync area of the calendar page, asked for again and again."""
    return _area(request)


def _sync_area(request: HttpRequest) -> SyncArea:
    now = timezone.now()
    return sync_area(viewer(request), now, unfinished(request, now))


def _area(request: HttpRequest) -> HttpResponse:
    context = _sync_area(request).context()
    page = request.headers.get("HX-Current-URL", "").partition("?")[0]
    rows = "connections/rows.html" if page.endswith("/connections") else "calendar/sync_area.html"
    return render(request, f"calendar_sync/{rows}", context)


@never_cache
@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    if wants_fragment(request):
        return _area(request)
    context = _sync_area(request).context()
    context["rules"] = [
        (row, [(rule, words.format(label=row.label)) for rule, words in RULES])
        for row in account_choices(viewer(request))
    ]
    context["removed"] = REMOVED
    context["becoming"] = BECOMING
    context["sections"] = sections(viewer(request))
    return render(request, "calendar_sync/connections/page.html", context)


@require_POST
def decide_conflicts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who wins from now on where both sides changed the same."""
    with told_on_next_page(request, "Saved."):
        set_conflict_rule(viewer(request), pk, request.POST.get("rule", ""), timezone.now())
    return redirect("connections")


@require_POST
def decide_removals(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes of events made here and removed there."""
    with told_on_next_page(request, "Saved."):
        set_removal_rule(viewer(request), pk, request.POST.get("rule", ""))
    return redirect("connections")


@require_POST
def decide_guests(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes of guests from outside."""
    with told_on_next_page(request, "Saved. Nobody was invited or uninvited."):
        choose_guests(
            viewer(request),
            pk,
            sends_outside=request.POST.get("outside") == "send",
            become=request.POST.get("become", ""),
            now=timezone.now(),
        )
    return redirect("connections")


@require_POST
def connect(request: HttpRequest, provider: str) -> HttpResponseBase:
    if provider not in PROVIDERS:
        raise NotVisible
    return _sign_in(request, provider, None)


@require_POST
def reconnect(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Sign in again, or to let us do more: `for` names functions of the provider."""
    wanted = [name for name in request.POST.getlist("for") if name in FUNCTIONS]
    return _sign_in(request, _own(request, pk).provider, pk, wanted)


def _sign_in(
    request: HttpRequest, provider: str, known: int | None, wanted: Sequence[str] = ()
) -> HttpResponseBase:
    user, now = viewer(request), timezone.now()
    try:
        url = accounts.begin_sign_in(user, provider, request.session, now, known, wanted)
        return redirect(url)
    except accounts.SignInProblem as problem:
        return problem_page(request, problem)
    except ActionRefused as refused:
        return problem_page(request, accounts.SignInProblem(provider, refused.code))


@require_POST
def synchronize(request: HttpRequest, pk: int) -> HttpResponse:
    with told_on_next_page(request):
        sync_now(viewer(request), pk, timezone.now())
    return _after(request)


@require_POST
def restart(request: HttpRequest, pk: int) -> HttpResponse:
    accounts.restart(viewer(request), pk, timezone.now())
    return _after(request)


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    state = _own(request, pk)
    if request.method == "GET":
        return fragment_or_page(request, "calendar_sync/connections/stop.html", {"row": state})
    accounts.stop(viewer(request), pk, timezone.now())
    messages.success(request, f"{state.label} is stopped. Nothing was deleted.")
    return redirect("connections")


@require_http_methods(["GET", "POST"])
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    state = _own(request, pk)
    if request.method == "GET":
        page = "calendar_sync/connections/disconnect.html"
        return fragment_or_page(request, page, {"row": state})
    if accounts.disconnect(viewer(request), pk, timezone.now()):
        messages.success(request, f"{state.address} is disconnected. Events stay on both sides.")
    else:
        messages.warning(
            request,
            f"Disconnected here. {state.label} didn't confirm; also remove us in your "
            f"{state.label} account under third-party access.",
        )
    return redirect("connections")


def _after(request: HttpRequest) -> HttpResponse:
    return _area(request) if wants_fragment(request) else redirect("connections")


def _own(request: HttpRequest, pk: int) -> ConnectionState:
    """The viewer's own connection. Raises NotVisible."""
    for state in connection_states(viewer(request), timezone.now()):
        if state.credential_id == pk:
            return state
    raise NotVisible
