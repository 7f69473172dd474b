from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from calendar_sync.security.access import check_access
from calendar_sync.server.cron import run_manually, switch
from calendar_sync.server.models import ScheduledAction


def index(request: HttpRequest) -> HttpResponse:
    check_access(request.user, "ir.cron", "read")
    actions = ScheduledAction.objects.all()
    return render(request, "base/scheduled_actions.html", {"actions": actions})


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        outcome = run_manually(pk, request.user, timezone.now())
    except ScheduledAction.DoesNotExist:
        raise Http404 from None
    if outcome:
        messages.success(request, f"{outcome.name}: {outcome.result}")
    else:
        messages.info(request, "It is running already.")
    return redirect("scheduled_actions")


@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    action = get_object_or_404(ScheduledAction, pk=pk)
    switch(action, request.user, active=request.POST.get("active") == "1")
    if not action.active:
        messages.info(request, f"{action} is off. What people do themselves still happens at once.")
    return redirect("scheduled_actions")
