import platform

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from calendar_sync.security.access import check_access
from calendar_sync.server.actions.parameters import set_parameters
from calendar_sync.server.forms import SettingsForm
from calendar_sync.server.frame import Frame
from calendar_sync.server.models import InstalledAddon, SettingsBlock


def first_page(request: HttpRequest) -> HttpResponse:
    """Whichever page stands first in the side list."""
    check_access(request.user, "ir.config_parameter", "read")
    pages = Frame(request).settings
    if not pages:
        raise Http404
    return redirect(pages[0].url)


def general(request: HttpRequest) -> HttpResponse:
    check_access(request.user, "ir.config_parameter", "read")
    form = SettingsForm(list(SettingsBlock.objects.all()), request.POST or None)
    if form.is_valid():
        set_parameters(request.user, form.values())
        messages.success(request, "Saved.")
        return redirect("settings_general")
    return render(request, "base/settings_general.html", {"form": form})


def apps(request: HttpRequest) -> HttpResponse:
    check_access(request.user, "ir.module.module", "read")
    return render(request, "base/apps.html", {"addons": InstalledAddon.objects.all()})


def about(request: HttpRequest) -> HttpResponse:
    check_access(request.user, "ir.module.module", "read")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone() or ("",)
    context = {
        "addons": InstalledAddon.objects.filter(application=True),
        "python": platform.python_version(),
        "postgres": postgres.partition(" ")[0],
    }
    return render(request, "base/about.html", context)
