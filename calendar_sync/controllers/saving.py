"""The end of every change to an event: saved, or a question first: which dates, whom to mail.

A question carries the whole request along, so nothing is stored until it is answered, and the
answer works without script and after the back button.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from calendar_sync.actions.feed import EventDetail
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope
from calendar_sync.controllers.mail_words import ask
from calendar_sync.controllers.requests import (
    fragment_or_page,
    go_to,
    told,
    viewer_zone,
    wants_fragment,
)
from calendar_sync.controllers.scope_words import SCOPES, reach
from calendar_sync.engine.consent import Choice

NAMED = "named"
"""The field of a question with whom it said would be mailed, with blanks between."""

NOT_CARRIED = frozenset({"csrfmiddlewaretoken", "choice", NAMED})
BACK = "back"
Result = TypeVar("Result")


def choice_of(request: HttpRequest) -> Choice | None:
    """The person's answer; anything else than an answer asks again."""
    try:
        return Choice(request.POST.get("choice", ""))
    except ValueError:
        return None


def decided(request: HttpRequest, act: Callable[[Choice | None], Result]) -> Result:
    """The action's result; an answer to a question about fewer people is none, so it asks again."""
    choice, named = choice_of(request), request.POST.get(NAMED)
    if choice and named is not None:
        result = act(None)
        if not isinstance(result, MailQuestion) or not {*result.people} <= {*named.split()}:
            return result
    return act(choice)


def date_of(request: HttpRequest) -> str:
    """Which date of a series the request is about, as `EventCard.date` names it."""
    return request.POST.get("date") or request.GET.get("date", "")


def scope_of(request: HttpRequest) -> Scope | None:
    """For which dates the person wants it; anything else than an answer asks again."""
    try:
        return Scope(request.POST.get("scope", ""))
    except ValueError:
        return None


def went_back(request: HttpRequest) -> bool:
    return request.POST.get("choice") == BACK


@dataclass(frozen=True)
class Saving:
    """`subject` names the change in the question, `done` tells of it afterwards.

    `final`: the same request with the old values would not undo it. `verb`: what is done to a
    meeting that is cancelled.
    """

    request: HttpRequest
    subject: str
    done: str
    after: str = "/calendar"
    final: bool = False
    verb: str = "Delete"

    def answer(self, result: object) -> HttpResponse:
        """What follows from an action's result."""
        if isinstance(result, MailQuestion):
            page = "calendar_sync/calendar/mail_question.html"
            asked = {"ask": ask(result, self.subject, self.verb)}
            return self._question(page, asked, **{NAMED: " ".join(result.people)})
        if wants_fragment(self.request) and "page" not in self.request.POST:
            more = {"final": True} if self.final else {}
            return told("calendar-changed", text=self.done, **more)
        messages.success(self.request, self.done)
        return go_to(self.request, self.after)

    def ask_scope(
        self,
        detail: EventDetail,
        title: str,
        button: str,
        offered: Iterable[Scope],
        text: str = "",
        **more: object,
    ) -> HttpResponse:
        """Which dates of the series are meant. `more`: what the request itself doesn't carry."""
        reached = reach(detail, viewer_zone(), timezone.now())
        context: dict[str, Any] = {
            "title": title,
            "subject": self.subject,
            "text": text,
            "button": button,
            "offered": [(each.value, SCOPES[each], reached.get(each, "")) for each in offered],
        }
        return self._question("calendar_sync/calendar/scope.html", context, **more)

    def _question(self, page: str, context: dict[str, Any], **more: object) -> HttpResponse:
        sent = self.request.POST
        carried = [
            (name, value)
            for name in sent
            if name not in NOT_CARRIED and not ("offered" in context and name == "scope")
            for value in sent.getlist(name)
        ]
        context |= {
            "action": self.request.path,
            "carried": [*carried, *more.items()],
            "back_url": self.after,
        }
        return fragment_or_page(self.request, page, context, target="#question")
