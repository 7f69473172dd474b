"""Limits per app and mailbox: requests at once and in a stretch of time (contract 8.1, 8.2)."""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from calendar_sandbox.core.knobs import Knobs

from .errors import GraphError, throttled

if TYPE_CHECKING:
    from collections.abc import Iterator

Key = tuple[str, ...]
"""App and mailbox, or what else is counted."""
IN_FLIGHT = "sandbox.in_flight"
"""Key in the WSGI environment: how many requests of its key were on their way with this one."""
_LONG, _UPLOADS, _SHORT = timedelta(minutes=10), timedelta(minutes=5), timedelta(seconds=10)
_MEGABYTE = 1_000_000


class Flights:
    """Requests on their way, counted before they wait for their turn.

    A stored world has none of them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[Key, int] = {}

    def __reduce__(self) -> "tuple[type[Flights], tuple[()]]":
        return Flights, ()

    def count(self, key: Key) -> int:
        return self._counts.get(key, 0)

    def enter(self, key: Key, number: int = 1) -> int:
        """How many there are with these."""
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + number
            return self._counts[key]

    def leave(self, key: Key, number: int = 1) -> None:
        with self._lock:
            self._counts[key] -= number
            if not self._counts[key]:
                del self._counts[key]

    def held(self, key: Key, number: int = 1) -> AbstractContextManager[int]:
        @contextmanager
        def hold() -> "Iterator[int]":
            try:
                yield self.enter(key, number)
            finally:
                self.leave(key, number)

        return hold()


@dataclass
class _Uploads:
    """Sizes of bodies within the stretch, and their sum."""

    sizes: deque[tuple[datetime, int]] = field(default_factory=deque)
    total: int = 0

    def add(self, size: int, now: datetime) -> None:
        while self.sizes and self.sizes[0][0] <= now - _UPLOADS:
            self.total -= self.sizes.popleft()[1]
        self.sizes.append((now, size))
        self.total += size


@dataclass
class Throttle:
    """What was asked of whom and when; refused requests count, too."""

    knobs: Knobs
    flights: Flights = field(default_factory=Flights)
    _asked: dict[Key, deque[datetime]] = field(default_factory=dict)
    _sent: dict[Key, _Uploads] = field(default_factory=dict)

    def take_off(self, request: Request, key: Key, number: int) -> Callable[[], None]:
        """`key`: app and mailbox; counted together by what the knob says (contract 12)."""
        if self.knobs["graph.concurrency_scope"] == "app":
            key = key[:1]
        request.environ[IN_FLIGHT] = self.flights.enter(key, number)
        return lambda: self.flights.leave(key, number)

    def check_in_flight(self, request: Request) -> None:
        """Raises GraphError 429 for one request too many at once."""
        most = self.knobs.number("graph.concurrency")
        if most and request.environ.get(IN_FLIGHT, 0) > most:
            raise self._refused("MailboxConcurrency", timedelta(seconds=10))

    def count(self, request: Request, key: Key, tenant: str, now: datetime) -> None:
        """`key`: app and mailbox. Raises GraphError 429 for one request, or byte, too many."""
        waits = [
            self._wait(key, self.knobs.number("graph.requests"), _LONG, now),
            self._wait_for_upload(request, key, now),
        ]
        if "/extensions" in request.path.lower():
            most = self.knobs.number("graph.extension_requests")
            waits.append(self._wait((key[0], tenant, "extensions"), most, _SHORT, now))
        longest = max(waits)
        if longest > timedelta(0):
            raise self._refused("RequestsPerMailbox", longest)

    def _wait(self, key: Key, most: int, stretch: timedelta, now: datetime) -> timedelta:
        """How long until one more is admitted; this one is on the list either way."""
        if not most:
            return timedelta(0)
        asked = self._asked.get(key)
        if asked is None or asked.maxlen != most:
            asked = self._asked[key] = deque(asked or (), maxlen=most)
        full = len(asked) == most and asked[0] > now - stretch
        asked.append(now)
        return asked[0] + stretch - now if full else timedelta(0)

    def _wait_for_upload(self, request: Request, key: Key, now: datetime) -> timedelta:
        most = self.knobs.number("graph.upload_megabytes") * _MEGABYTE
        size = request.content_length or 0
        if not most or not size or request.method not in {"POST", "PATCH", "PUT"}:
            return timedelta(0)
        sent = self._sent.setdefault(key, _Uploads())
        sent.add(size, now)
        return sent.sizes[0][0] + _UPLOADS - now if sent.total > most else timedelta(0)

    def _refused(self, limit: str, wait: timedelta) -> GraphError:
        error = throttled(str(self.knobs["graph.throttle_code"]), limit)
        if self.knobs["graph.retry_after"]:
            error.headers["Retry-After"] = str(max(1, -(-wait // timedelta(seconds=1))))
        return error
