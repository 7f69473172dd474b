"""Holds an exchange with Google's Calendar API to Google's own description of it, both ways.

What the description does not have, errors and batches, is held to the contract (3, 8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from support.discovery import (
    Method,
    faults_answered,
    faults_sent,
    method,
    parameter_fault,
)
from support.exchange import Exchange

DEPRECATED = frozenset({"sendNotifications", "alwaysIncludeEmail", "oauth_token", "userIp"})
# Contract 2.9, 3.2, 9.1 and 10; `httpMethodNotAllowed` is the front gateway's.
REASONS = """
accessNotConfigured authError backendError badRequest cannotChangeOrganizer
cannotChangeOrganizerOfInstance cannotDeletePrimaryCalendar
cannotUseDefaultRemindersAndSpecifyOverride channelIdNotUnique conditionNotMet conflict
dailyLimitExceeded deleted duplicate eventDurationExceedsLimit  eventRemindersCountExceedsLimit
eventTypeRestriction forbidden forbiddenForNonOrganizer  forbiddenForServiceAccounts
fullSyncRequired httpMethodNotAllowed insufficientPermissions  invalid invalidParameter
malformedFocusTimeEvent malformedOutOfOfficeEvent  malformedWorkingLocationEvent
notACalendarUser notFound parseError  participantIsNeitherOrganizerNorAttendee
push.channelTypeNotSupported  push.webhookUrlNotHttps push.webhookUrlUnauthorized
pushNotSupportedForRequestedResource  quotaExceeded rateLimitExceeded required
requiredAccessLevel  syncTokenWithRequestRestrictions timeRangeEmpty timeRangeTooLong
updatedMinTooLongAgo  userRateLimitExceeded
"""
OWN_REASONS = frozenset({"notImplemented"})
"""Of the sandbox, with 501: it says aloud what it does not imitate."""
ENVELOPE = {"errors": list, "code": int, "message": str, "status": str, "details": list}
ITEM = ("domain", "reason", "message", "locationType", "location")
BATCH = "batch/calendar/v3"
ROOT = "calendar/v3/"


def faults(exchange: Exchange) -> Iterator[str]:
    """What is wrong with it; paths are those below Google's host."""
    if exchange.path == BATCH:
        yield from _batch_faults(exchange)
        return
    verb = exchange.method
    if verb == "POST":
        verb = exchange.headers.get("x-http-method-override", verb)
    called = method(verb, exchange.path.removeprefix(ROOT))
    if exchange.judged:
        yield from _request_faults(exchange, called)
    if exchange.status >= 400:
        yield from _error_faults(exchange)
    elif exchange.status and called:
        yield from _answer_faults(exchange, called)


def _request_faults(exchange: Exchange, called: Method | None) -> Iterator[str]:
    if called is None:
        yield f"google {exchange.method} {exchange.path}: no such method"
        return
    where = f"google {called.id} sent"
    for name, count in Counter(name for name, _ in exchange.parameters).items():
        described = called.parameters.get(name)
        if described is None or described["location"] != "query":
            yield f"{where} ?{name}: unknown"
        elif count > 1 and not described.get("repeated"):
            yield f"{where} ?{name}: repeated"
        elif exchange.ours and name in DEPRECATED:
            yield f"{where} ?{name}: deprecated"
    for name, text in exchange.parameters:
        if name in called.parameters and (fault := parameter_fault(called.parameters[name], text)):
            yield f"{where} ?{name}: {fault}"
    for name, described in called.parameters.items():
        needed = described.get("required") and described["location"] == "query"
        if needed and name not in dict(exchange.parameters):
            yield f"{where} ?{name}: missing"
    yield from _body_faults(exchange, called, where)


def _body_faults(exchange: Exchange, called: Method, where: str) -> Iterator[str]:
    if called.request is None:
        if exchange.body:
            yield f"{where}: a body"
        return
    if exchange.sent is ...:
        yield f"{where}: no JSON"
        return
    kind = exchange.headers.get("content-type", "").partition(";")[0]
    if kind != "application/json":
        yield f"{where}: JSON called {kind}"
    for fault in faults_sent(called.request, exchange.sent, called, ours=exchange.ours):
        yield f"{where} {fault}"


def _answer_faults(exchange: Exchange, called: Method) -> Iterator[str]:
    """Codes of success: contract 1.4."""
    where = f"google {called.id} answered"
    if exchange.status == 304 and called.verb == "GET":
        yield from _emptiness(exchange, where)
    elif called.response is None:
        if exchange.status != 204:
            yield f"{where}: {exchange.status} instead of 204"
        yield from _emptiness(exchange, where)
    elif exchange.status != 200:
        yield f"{where}: {exchange.status} instead of 200"
    elif exchange.answered is ...:
        yield f"{where}: no JSON"
    else:
        for fault in faults_answered(called.response, exchange.answered):
            yield f"{where} {fault}"


def _emptiness(exchange: Exchange, where: str) -> Iterator[str]:
    if exchange.answer:
        yield f"{where}: {exchange.status} with a body"


def _error_faults(exchange: Exchange) -> Iterator[str]:
    """The envelope of contract 3.1."""
    where = f"google error {exchange.status}"
    body = exchange.answered
    if body is ...:
        if exchange.status not in (404, 502, 503):
            yield f"{where}: no JSON"
        return
    error: Any = body.get("error") if isinstance(body, dict) and len(body) == 1 else None
    if not isinstance(error, dict):
        yield f"{where}: no envelope"
        return
    for name, value in error.items():
        if not isinstance(value, ENVELOPE.get(name, ())):
            yield f"{where} {name}: unknown or of a wrong type"
    if error.get("code") != exchange.status:
        yield f"{where}: code {error.get('code')}"
    if not isinstance(error.get("message"), str):
        yield f"{where}: no message"
    for item in error.get("errors") or [{}]:
        yield from _item_faults(item, where, exchange.status)


def _item_faults(item: dict[str, Any], where: str, status: int) -> Iterator[str]:
    for name, value in item.items():
        if name not in ITEM or not isinstance(value, str):
            yield f"{where} errors[].{name}: unknown or no text"
    if not {"domain", "reason", "message"} <= item.keys():
        yield f"{where} errors[]: domain, reason or message missing"
    if item.get("domain") not in ("global", "calendar", "usageLimits"):
        yield f"{where} errors[].domain: {item.get('domain')}"
    if item.get("reason") not in (OWN_REASONS if status == 501 else REASONS.split()):
        yield f"{where} errors[].reason: {item.get('reason')}"
    if item.get("locationType", "parameter") not in ("parameter", "header"):
        yield f"{where} errors[].locationType: {item['locationType']}"
    if ("locationType" in item) != ("location" in item):
        yield f"{where} errors[]: locationType and location go together"


def _batch_faults(exchange: Exchange) -> Iterator[str]:
    """The frame (contract 8); each part is an exchange of its own."""
    if exchange.status != 200:
        if exchange.status:
            yield from _error_faults(exchange)
        return
    calls = _parts(exchange.headers.get("content-type", ""), exchange.body)
    answers = _parts(exchange.headers["answer-content-type"], exchange.answer)
    if len(calls) != len(answers):
        yield f"google batch: {len(answers)} answers to {len(calls)} calls"
    if exchange.ours and len(calls) > 50:
        yield f"google batch sent: {len(calls)} calls"
    for call, answer in zip(calls, answers, strict=False):
        if {part.get_content_type() for part in (call, answer)} != {"application/http"}:
            yield "google batch: a part is not application/http"
        name = call.get("Content-ID")
        if name and answer.get("Content-ID") != f"<response-{name[1:]}":
            yield "google batch answered: another Content-ID"
        payload = answer.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.startswith(b"HTTP/1.1 "):
            yield "google batch answered: a part without a status line"


def _parts(content_type: str, body: bytes) -> list[Message]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    return list(message.iter_parts()) if message.is_multipart() else []
