"""What an action refuses, as an answer: 404 for what is not there or not yours, else its words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.controllers.requests import fragment_or_page, wants_fragment

View = Callable[..., HttpResponseBase]


def with_refusals(view: View) -> View:
    """Wraps every page of ours, so that none has to remember."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotVisible as refused:
            if not wants_fragment(request):
                raise Http404 from None
            return refused_page(request, refused.text, status=404)
        except ActionRefused as refused:
            return refused_page(request, refused.text, status=409)

    return answered


@contextmanager
def told_on_next_page(request: HttpRequest, done: str = "") -> Iterator[None]:
    """Say there that it is done, or what was refused."""
    try:
        yield
    except NotVisible:
        raise
    except ActionRefused as refused:
        messages.warning(request, refused.text)
    else:
        if done:
            messages.success(request, done)


def refused_page(
    request: HttpRequest, text: str, *, title: str = "Not done", status: int = 422
) -> HttpResponseBase:
    context = {"title": title, "text": text}
    return fragment_or_page(
        request,
        "calendar_sync/calendar/refused.html",
        context,
        target="#question",
        status=status,
    )
