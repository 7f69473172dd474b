from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from calendar_sync.server.actions.log_in import begin_try, forget_tries
from calendar_sync.server.forms import LogInForm
from calendar_sync.server.models import ConfigParameter, User

STAY_DAYS = "base.stay_logged_in_days"


def home(_request: HttpRequest) -> HttpResponse:
    """The calendar, once an addon brings one."""
    try:
        return redirect("calendar")
    except NoReverseMatch:
        return redirect("settings")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    form = LogInForm(request.POST or None)
    if form.is_valid() and _logged_in(request, form):
        return redirect(_next_page(request))
    context = {"form": form, "next": request.GET.get("next", ""), "hint": settings.LOG_IN_HINT}
    # 200 although refused: password managers take another status for a broken page.
    return render(request, "base/log_in.html", context)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme")
    if theme not in User.Theme.values:
        raise Http404
    User.objects.filter(login=request.user.get_username()).update(theme=theme)
    return redirect(_next_page(request))


def _logged_in(request: HttpRequest, form: LogInForm) -> bool:
    """Whether it worked; if not, the form says why, and nothing about who exists."""
    name, address = form.cleaned_data["login"], _address(request)
    wait = begin_try(name, address, timezone.now())
    if wait is not None:
        minutes = -(-wait // timedelta(minutes=1))
        form.add_error(None, f"Too many tries. Again in {_minutes(minutes)}.")
        return False
    user = authenticate(request, username=name, password=form.cleaned_data["password"])
    if user is None:
        form.add_error(None, "E-mail or password is not right.")
        return False
    forget_tries(name, address)
    login(request, user)
    days = ConfigParameter.objects.number(STAY_DAYS, 14) if form.cleaned_data["stay"] else 0
    request.session.set_expiry(days * 24 * 3600)  # 0: until the browser is closed
    return True


def _minutes(number: int) -> str:
    return "1 minute" if number == 1 else f"{number} minutes"


def _address(request: HttpRequest) -> str:
    """Network address of the person; a proxy of ours writes it last."""
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.BEHIND_PROXY and forwarded:
        return forwarded.rpartition(",")[2].strip()
    remote: str = request.META.get("REMOTE_ADDR", "")
    return remote


def _next_page(request: HttpRequest) -> str:
    url = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(url, hosts, require_https=request.is_secure()):
        return url
    return reverse(settings.LOGIN_REDIRECT_URL)
