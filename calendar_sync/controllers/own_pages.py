"""What a guest changes of somebody else's meeting: only what is his own of it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from calendar_sync.actions import series
from calendar_sync.actions.drafts import checked
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.series import Scope
from calendar_sync.controllers.event_pages import calendar_on, form_of, own_page
from calendar_sync.controllers.event_words import NO_TITLE
from calendar_sync.controllers.own_form import OwnForm
from calendar_sync.controllers.requests import viewer
from calendar_sync.controllers.saving import Saving, date_of, scope_of, went_back

SCOPES = (Scope.THIS, Scope.ALL)
"""Dividing a series is its organizer's."""


@require_POST
def own(request: HttpRequest, pk: int) -> HttpResponse:
    user, date = viewer(request), date_of(request)
    detail = event_detail(user, pk, date)
    form = OwnForm.own_typed(request.POST)
    if went_back(request):
        return own_page(request, detail, form)
    back = calendar_on(form_of(detail).start_date)
    done = Saving(request, detail.summary or NO_TITLE, "Saved for you.", back)
    scope = scope_of(request)
    try:
        changes = form.own_changes(OwnForm.own_of(detail))
        if detail.is_series and changes and scope is None:
            checked(changes)
            return done.ask_scope(detail, "Change it for which dates?", "Save", SCOPES)
        named, meant = date or detail.date, scope or Scope.ALL
        result = series.edit_dates(user, pk, named, meant, changes, None, timezone.now())
    except ActionRefused as refused:
        return own_page(request, detail, form, refused)
    return done.answer(result)
