"""The requests of Google Calendar v3 that we make, one method each, and the batch.

A method returns a `Call`, a value; `send` makes one call plainly and several as one batch.
`sendUpdates` stands on every write, because leaving it out mails some guests (contract §5.2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from urllib.parse import quote, urlencode, urlsplit

from ...engine.errors import (
    CollectionUnavailable,
    Conflict,
    Rejected,
    Retryable,
)
from ...engine.sync import ETag
from ..http import Headers, NotSent, Response, Session
from .errors import error_of
from .wire import CalendarResource, EventBody

BATCH_SIZE = 50
BOUNDARY = "calendar-sync-part"
"""Cannot occur in a part: the only bytes we put there are JSON without line breaks, and URLs."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the API; `url` holds the query."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """The API as seen by one account, for one calendar.

    `root` and `batch` are the two addresses of contract §1.1; both are settings.
    """

    def __init__(self, session: Session, root: str, batch: str, calendar: str = "primary") -> None:
        self._session = session
        self._root = root.rstrip("/")
        self._batch = batch
        self._events = f"{self._root}/calendars/{quote(calendar, safe='')}/events"

    def calendars_list(self, page: str = "") -> Call:
        query = {"maxResults": "250", "minAccessRole": "reader"}
        query |= {"pageToken": page} if page else {}
        return Call("GET", f"{self._root}/users/me/calendarList?{urlencode(query)}")

    def calendars_insert(self, body: CalendarResource) -> Call:
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        return Call("POST", f"{self._root}/calendars", json.dumps(body).encode(), headers)

    def events_list(self, query: Mapping[str, str]) -> Call:
        return Call("GET", f"{self._events}?{urlencode(query)}")

    def events_get(self, event: str) -> Call:
        return Call("GET", self._event(event))

    def events_insert(self, body: EventBody, *, notify: bool) -> Call:
        return self._write("POST", self._events, body, notify, None)

    def events_patch(
        self, event: str, body: EventBody, if_match: ETag | None, *, notify: bool
    ) -> Call:
        return self._write("PATCH", self._event(event), body, notify, if_match)

    def events_delete(self, event: str, if_match: ETag | None, *, notify: bool) -> Call:
        return self._write("DELETE", self._event(event), None, notify, if_match)

    def events_move(self, event: str, destination: str, if_match: ETag | None) -> Call:
        """Silently: a meeting stays what it is to its guests (contract §5.10)."""
        call = self._write("POST", f"{self._event(event)}/move", None, False, if_match)
        return replace(call, url=f"{call.url}&{urlencode({'destination': destination})}")

    def send(self, calls: Sequence[Call], *, repeat: bool = False) -> list[Response | None]:
        """The answers in order, whatever their status; None where one got lost.

        One call is one request, more are one batch of at most BATCH_SIZE. `repeat`: all of them
        are reads. Raises as `Session.request` does.
        """
        writes = sum(call.method != "GET" for call in calls)
        self._session.pace.take(writes, self._session.clock.now())
        if len(calls) == 1:
            call = calls[0]
            return [
                self._session.request(
                    call.method, call.url, headers=call.headers, body=call.body, repeat=repeat
                )
            ]
        answers = self._send_batch(calls, repeat=repeat)
        refused = [index for index, answer in enumerate(answers) if answer and answer.status == 401]
        if refused:
            again = self._send_batch([calls[index] for index in refused], repeat, fresh_token=True)
            for index, answer in zip(refused, again, strict=True):
                answers[index] = answer
        return answers

    def free_writes(self) -> int:
        """How many writes the account may make now (contract §9.1)."""
        return self._session.pace.free(self._session.clock.now())

    def _send_batch(
        self, calls: Sequence[Call], repeat: bool, fresh_token: bool = False
    ) -> list[Response | None]:
        response = self._session.request(
            "POST",
            self._batch,
            headers={"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"},
            body=batch_body(calls),
            repeat=repeat,
            fresh_token=fresh_token,
        )
        if response.status == 200:
            return batch_answers(response, len(calls))
        error = error_of(response, self._session.clock.now())
        if isinstance(error, (Rejected, Conflict, CollectionUnavailable)):
            raise NotSent("batch_refused", error.detail)
        if isinstance(error, Retryable) and response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotSent(error.code, error.detail, error.retry_after)
        raise error

    def _event(self, event: str) -> str:
        return f"{self._events}/{quote(event, safe='')}"

    @staticmethod
    def _write(
        method: str, url: str, body: EventBody | None, notify: bool, if_match: ETag | None
    ) -> Call:
        headers = {"If-Match": str(if_match)} if if_match else {}
        content = b""
        if body is not None:
            headers["Content-Type"] = "application/json; charset=UTF-8"
            content = json.dumps(body, separators=(",", ":")).encode()
        query = {"sendUpdates": "all" if notify else "none"}
        if body and "conferenceData" in body:
            query["conferenceDataVersion"] = "1"  # without it the field is ignored (§4.7)
        return Call(method, f"{url}?{urlencode(query)}", content, headers)


def batch_body(calls: Sequence[Call]) -> bytes:
    """`multipart/mixed` of `application/http` parts, numbered by Content-ID (contract §8)."""
    parts = []
    for number, call in enumerate(calls):
        address = urlsplit(call.url)
        target = f"{address.path}?{address.query}" if address.query else address.path
        head = [f"{call.method} {target} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in call.headers.items()]
        parts.append(
            f"--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n"
            + "\r\n".join(head)
            + "\r\n\r\n"
            + call.body.decode()
            + "\r\n"
        )
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def batch_answers(response: Response, count: int) -> list[Response | None]:
    """The inner answers by Content-ID; None for a part that is missing or cannot be read."""
    head = f"Content-Type: {response.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + response.body)
    answers: list[Response | None] = [None] * count
    for part in message.iter_parts():
        number = str(part.get("Content-ID", "")).strip().removeprefix("<response-").rstrip(">")
        payload = part.get_payload(decode=True)
        if number.isdecimal() and int(number) < count and isinstance(payload, bytes):
            answers[int(number)] = _inner(payload)
    return answers


def _inner(payload: bytes) -> Response | None:
    status_line, _, rest = payload.lstrip().partition(b"\n")
    words = status_line.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        return None
    message = BytesParser(policy=HTTP).parsebytes(rest)
    body = message.get_payload(decode=True)
    headers = Headers({name: str(value) for name, value in message.items()})
    return Response(int(words[1]), headers, body.strip() if isinstance(body, bytes) else b"")
