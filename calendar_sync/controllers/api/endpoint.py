"""From an HTTP request to an operation: who asks, by a Bearer token and nothing else."""

from collections.abc import Callable, Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from calendar_sync.actions.errors import NotVisible
from calendar_sync.actions.tokens import user_of_token
from calendar_sync.controllers.api.operations import Caller, Operation
from calendar_sync.controllers.api.problems import REFUSALS, ApiRefusal, refused, unauthorized


def endpoint(operations: Sequence[Operation]) -> Callable[..., HttpResponse]:
    """The view of one path; without operations that of paths which do not exist."""
    by_method = {operation.method: operation for operation in operations}

    # No cookie is looked at, so no other site can act in somebody's name.
    @csrf_exempt
    @login_not_required
    @never_cache
    def view(request: HttpRequest, **ids: int) -> HttpResponse:
        try:
            caller = _caller(request)
            return _operation(request, by_method).respond(request, caller, ids)
        except REFUSALS as refusal:
            return refused(refusal)

    return view


def _caller(request: HttpRequest) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise unauthorized(token_given=False)
    now = timezone.now()
    user = user_of_token(token.strip(), now)
    if user is None:
        raise unauthorized(token_given=True)
    return Caller(user, now)


def _operation(request: HttpRequest, by_method: dict[str, Operation]) -> Operation:
    if not by_method:
        raise NotVisible
    method = "GET" if request.method == "HEAD" else request.method or ""
    if method not in by_method:
        allowed = ", ".join(sorted({*by_method, *(["HEAD"] if "GET" in by_method else [])}))
        detail = f"This address takes {allowed}."
        raise ApiRefusal(405, "wrong_method", detail, headers={"Allow": allowed})
    return by_method[method]
