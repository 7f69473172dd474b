"""Problem documents (RFC 9457): everything the API refuses, and why, in the user's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse

from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.reset import ResetPreview
from calendar_sync.controllers.api.kinds import Word
from calendar_sync.controllers.api.shapes import UNSET, camel_case, written
from calendar_sync.controllers.mail_words import ask
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import AccessDenied

MEDIA_TYPE = "application/problem+json"
REALM = 'Bearer realm="Calendar Sync"'
# What an action refuses conflicts with how things are, except:
STATUSES = {"not_organizer": 403}

Mail = Annotated[str, Word(("send", "silent", "keep_here"))]
Provider = Annotated[str, Word(tuple(PROVIDERS))]


@dataclass(frozen=True)
class FieldError:
    """One wrong value: `pointer` leads into the body, `parameter` names one of the address."""

    detail: str
    pointer: Annotated[str, "JSON pointer (RFC 6901) as a fragment, such as `#/start/date`."] = (
        UNSET
    )
    parameter: str = UNSET


@dataclass(frozen=True)
class Question:
    """Whom a provider would mail. Nothing was saved: repeat the request with one of `choices`."""

    kind: Annotated[str, Word(("invite", "update", "cancel"))]
    provider: Provider
    choices: Annotated[tuple[Mail, ...], "What `mail` may say."]
    updates: Annotated[tuple[str, ...], "Guests who would get an update."]
    invitations: Annotated[tuple[str, ...], "People who would be invited."]
    cancellations: Annotated[tuple[str, ...], "Guests who would be uninvited."]
    paused: Annotated[bool, "Synchronization is paused: mail would go out after that."]
    dates: Annotated[int, "Dates of a new series that differ: up to one further mail for each."]


@dataclass(frozen=True)
class ResetEffect:
    """What a reset of a connection would do, counted."""

    own: Annotated[int, "Linked events that the person organizes."]
    others: Annotated[int, "Meetings of others; they are only unlinked."]
    mirrors: Annotated[
        int, "Copies of other calendars' events, which go with what is deleted there."
    ]
    deleted_there: int
    deleted_here: int
    deletions: Annotated[int, "Both together: what confirms the reset."]
    kept: Annotated[int, "Future meetings with guests, and series: not deleted there."]
    guests: Annotated[int, "Guests of what is kept."]
    mailed: Annotated[int, "Guests the provider would tell."]
    dead_grant: Annotated[bool, "The sign-in is no longer accepted: nothing can be deleted there."]
    sentence: str

    @classmethod
    def of(cls, preview: ResetPreview) -> "ResetEffect":
        return cls(**{name: getattr(preview, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Problem:
    """Why a request was refused (RFC 9457). `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FieldError, ...] = UNSET
    question: Question = UNSET
    preview: ResetEffect = UNSET


class ApiRefusal(Exception):
    """A request refused here and not by an action."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:  # noqa: ANN401
        self.headers: Mapping[str, str] = more.pop("headers", {})
        self.problem = problem(status, code, detail, **more)
        super().__init__(code)


def problem(status: int, code: str, detail: str, **more: Any) -> Problem:  # noqa: ANN401
    return Problem("about:blank", HTTPStatus(status).phrase, status, detail, code, **more)


def unauthorized(*, token_given: bool) -> ApiRefusal:
    """RFC 6750 §3: what is missing, or that what was given is no good."""
    challenge = f'{REALM}, error="invalid_token"' if token_given else REALM
    detail = "This token is unknown or was revoked." if token_given else "Send a Bearer token."
    headers = {"WWW-Authenticate": challenge}
    return ApiRefusal(401, "unauthorized", detail, headers=headers)


def wrong_parameters(errors: Mapping[str, str]) -> ApiRefusal:
    """400: `errors` by the name of the parameter or header."""
    named = tuple(FieldError(text, parameter=name) for name, text in errors.items())
    return ApiRefusal(400, "wrong_parameter", named[0].detail, errors=named)


def wrong_body(errors: Mapping[str, str]) -> Problem:
    """422: `errors` by JSON pointer."""
    named = tuple(
        FieldError(text, pointer="#" + quote(pointer, safe="/~", errors="replace"))
        for pointer, text in errors.items()
    )
    return problem(422, "invalid", named[0].detail, errors=named)


def mail_undecided(question: MailQuestion) -> ApiRefusal:
    asked = Question(
        question.kind,
        question.provider,
        tuple(choice.value.replace("-", "_") for choice in question.choices),
        question.updates,
        question.invitations,
        question.cancellations,
        question.paused,
        question.dates,
    )
    return ApiRefusal(409, "mail_question", ask(question, "").title, question=asked)


REFUSALS = (ApiRefusal, ActionRefused, AccessDenied)


def refused(refusal: Exception) -> HttpResponse:
    """The answer to one of REFUSALS."""
    headers: Mapping[str, str] = {}
    match refusal:
        case ApiRefusal(problem=said, headers=headers):
            pass
        case NotVisible(code=code, text=text):
            said = problem(404, code, text)
        case Invalid(errors=errors):
            said = wrong_body({f"/{camel_case(field)}": text for field, text in errors.items()})
        case ActionRefused(code=code, text=text):
            said = problem(STATUSES.get(code, 409), code, text)
        case _:
            said = problem(403, "forbidden", "You may not do this.")
    return JsonResponse(
        written(said), status=said.status, content_type=MEDIA_TYPE, headers=dict(headers)
    )
