"""*API tokens*: a person makes keys for programs and takes them back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.tokens import issue_token, own_tokens, revoke_token
from calendar_sync.controllers.requests import viewer

PAGE = "calendar_sync/tokens/page.html"


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list; after a POST with the new token, which nobody sees again."""
    user = viewer(request)
    made, name, error = "", request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            made = issue_token(user, name, timezone.now())
        except Invalid as invalid:
            error = invalid.text
    context = {"tokens": own_tokens(user), "made": made, "name": name, "error": error}
    return render(request, PAGE, context, status=422 if error else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    revoke_token(viewer(request), pk)
    messages.success(request, "Revoked. Programs with this token get no further answer.")
    return redirect("tokens")
