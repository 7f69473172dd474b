"""The end of every change to an event: saved, or the mail question first.

A question carries the whole request along, so nothing is stored until it is answered, and the
answer works without script and after the back button.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.controllers.mail_words import ask
from calendar_sync.controllers.requests import fragment_or_page, go_to, told, wants_fragment
from calendar_sync.engine.consent import Choice

NOT_CARRIED = frozenset({"csrfmiddlewaretoken", "choice"})
BACK = "back"


def choice_of(request: HttpRequest) -> Choice | None:
    """The person's answer; anything else than an answer asks again."""
    try:
        return Choice(request.POST.get("choice", ""))
    except ValueError:
        return None


def went_back(request: HttpRequest) -> bool:
    return request.POST.get("choice") == BACK


@dataclass(frozen=True)
class Saving:
    """`subject` names the change in the question, `done` tells of it afterwards."""

    request: HttpRequest
    subject: str
    done: str
    after: str = "/calendar"

    def answer(self, result: object) -> HttpResponse:
        """What follows from an action's result."""
        if isinstance(result, MailQuestion):
            return self._question(result)
        if wants_fragment(self.request) and "page" not in self.request.POST:
            return told("calendar-changed", text=self.done)
        messages.success(self.request, self.done)
        return go_to(self.request, self.after)

    def _question(self, question: MailQuestion) -> HttpResponse:
        carried = [
            (name, value)
            for name in self.request.POST
            if name not in NOT_CARRIED
            for value in self.request.POST.getlist(name)
        ]
        context = {
            "ask": ask(question, self.subject),
            "action": self.request.path,
            "carried": carried,
            "back_url": self.after,
        }
        page = "calendar_sync/calendar/mail_question.html"
        return fragment_or_page(self.request, page, context, target="#question")
