"""Every request a stand-in received, so that tests can count them."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Request, Response

from .clock import Clock

KEPT = 20_000
ANSWERS_KEPT, LONGEST_ANSWER = 500, 16_384
SECRET_HEADERS = frozenset({"authorization", "cookie"})
SECRET_FIELDS = frozenset(
    {"client_secret", "refresh_token", "code", "code_verifier", "token", "assertion", "password"}
)


@dataclass(frozen=True)
class Entry:
    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case; secrets redacted."""
    body: bytes
    """Secrets in forms redacted."""
    status: int
    """0: the connection broke before an answer."""
    person: str | None
    fault: str = ""
    part: bool = False
    """A call inside a batch; the batch itself has an entry of its own."""
    number: int = 0
    """Counted from the beginning of the world."""


Listener = Callable[[Entry, Request, Response | None], None]
"""Told of every exchange while it happens; no answer: the connection broke."""
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Meanwhile the listener hears what every sandbox of this process is asked and answers.

    Answers are not kept: those of thousands of requests would fill the memory of a long demo.
    """
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class Journal:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._answers: dict[int, tuple[str, bytes]] = {}
        self._number = 0

    def record(
        self,
        request: Request,
        response: Response | None,
        person: str | None,
        fault: str = "",
        *,
        part: bool,
    ) -> None:
        """`response` None: the connection broke before an answer."""
        self._number += 1
        if response is not None and not response.is_streamed:
            kept = response.get_data()[:LONGEST_ANSWER]
            self._answers[self._number] = response.mimetype or "", kept
        self._answers.pop(self._number - ANSWERS_KEPT, None)
        entry = Entry(
            at=self._clock.now(),
            method=request.method,
            path=request.path,
            query=request.query_string.decode("ascii", "replace"),
            headers=redacted_headers(request),
            body=redacted_body(request),
            status=0 if response is None else response.status_code,
            person=person,
            fault=fault,
            part=part,
            number=self._number,
        )
        self._entries.append(entry)
        for listener in _listeners:
            listener(entry, request, response)

    def entries(
        self,
        path_prefix: str = "",
        *,
        since: datetime | None = None,
        person: str | None = None,
        parts: bool = False,
    ) -> list[Entry]:
        """Requests in the order they were answered.

        `since`: only those answered at or after this moment.
        `parts`: False: what travelled on the wire, a batch counting as one;
        True: the calls inside batches as well.
        """
        return [
            entry
            for entry in self._entries
            if entry.path.startswith(path_prefix)
            and (since is None or entry.at >= since)
            and (person is None or entry.person == person)
            and (parts or not entry.part)
        ]

    def exchange(self, number: int) -> tuple[Entry, str, bytes]:
        """An entry, with the type and the beginning of the answer while that is kept.

        Secrets in answers are not redacted. Raises KeyError.
        """
        for entry in reversed(self._entries):
            if entry.number == number:
                return entry, *self._answers.get(number, ("", b""))
        raise KeyError(number)

    def clear(self) -> None:
        self._entries.clear()
        self._answers.clear()


def redacted_headers(request: Request) -> dict[str, str]:
    return {
        name.lower(): "(redacted)" if name.lower() in SECRET_HEADERS else value
        for name, value in request.headers.items()
    }


def redacted_body(request: Request) -> bytes:
    body = request.get_data()
    if request.mimetype != "application/x-www-form-urlencoded":
        return body
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return urlencode(
        [(name, "(redacted)" if name in SECRET_FIELDS else value) for name, value in fields]
    ).encode()
