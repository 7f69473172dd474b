"""Requests and responses on werkzeug: mounts, a router, JSON."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from .faults import Fault
from .people import Person, ProviderName
from .post import Invitation

__all__ = ["Mount", "Provider", "Request", "Response", "Route", "Router", "json_response"]

FRONT = "sandbox.front"
"""Key in the WSGI environment: where a browser finds this world, if not at the request's host."""
DELAY = "sandbox.delay"
"""Key in the WSGI environment: seconds an answer is to be kept back."""


class ConnectionBroken(ConnectionResetError):
    """The simulated network breaks; no answer leaves."""


def _nothing() -> None:
    """What most mounts do when a request has been answered."""


@dataclass(frozen=True)
class Mount:
    """A part of the path space and who answers there."""

    prefix: str
    handle: Callable[[Request], Response]
    whose: Callable[[Request], str | None] = lambda _request: None
    """Key of the person a request acts for, for journal and faults."""
    refuse: Callable[[Fault, Request], Response] | None = None
    """The vendor's own body for an armed fault; None: faults and journal do not apply here."""
    take_off: Callable[[Request], Callable[[], None]] = lambda _request: _nothing
    """Counts a request in before it waits for its turn; the result counts it out again."""


class Provider(Protocol):
    """A stand-in, as the world sees it."""

    name: ProviderName

    def routes(self) -> Iterable[Mount]: ...

    def receive(self, person: Person, invitation: Invitation) -> None: ...

    def load(self, person: Person, rows: list[dict[str, Any]], /) -> Sized:
        """Puts wire-shaped events into a mailbox, silently and fast."""


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    text = json.dumps(value, ensure_ascii=False) + "\n"
    response = Response(text, status=status, headers=dict(headers or {}))
    response.headers["Content-Type"] = "application/json; charset=UTF-8"
    return response


@dataclass(frozen=True)
class Route:
    methods: frozenset[str]
    pattern: re.Pattern[str]
    call: Callable[..., Response]


class Router:
    """Finds the handler of a path; variables are percent-decoded *after* the match.

    A pattern is a path with `{name}` for one segment, e.g. `calendars/{calendar}/events`.
    """

    def __init__(self, *, ignore_case: bool = False) -> None:
        self._flags = re.IGNORECASE if ignore_case else 0
        self._routes: list[Route] = []

    def add(self, methods: str, pattern: str, call: Callable[..., Response]) -> None:
        """Args: methods: blank-separated, e.g. `"GET POST"`."""
        parts = re.split(r"\{(\w+)\}", pattern)
        text = "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
        compiled = re.compile(text, self._flags)
        self._routes.append(Route(frozenset(methods.split()), compiled, call))

    def find(self, method: str, path: str) -> tuple[Callable[..., Response], dict[str, str]] | int:
        """The handler and its variables; 404 or 405 where there is none.

        `path`: still percent-encoded, see `raw_path`.
        """
        status = 404
        for route in self._routes:
            if match := route.pattern.fullmatch(path):
                if method in route.methods:
                    return route.call, {k: unquote(v) for k, v in match.groupdict().items()}
                status = 405
        return status


def raw_path(request: Request) -> str:
    """The path as sent: `%2F` inside a segment must not become a separator."""
    uri = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if not uri:
        return request.path
    path = str(uri).split("?", 1)[0]
    return re.sub(r"^https?://[^/]+", "", path)


def json_body(request: Request) -> Any:  # noqa: ANN401 - whatever the client sent
    """Raises ValueError if the body is no JSON."""
    return json.loads(request.get_data() or b"{}")
