"""One door for every request: finds the mount, lets faults strike, writes the journal."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import RLock

from werkzeug.wrappers import Request, Response

from .clock import Clock
from .faults import Fault, Faults
from .http import DELAY, ConnectionBroken, Mount
from .journal import Journal


class Dispatcher:
    def __init__(
        self, mounts: Iterable[Mount], faults: Faults, journal: Journal, clock: Clock
    ) -> None:
        # The longest prefix wins.
        self._mounts = sorted(mounts, key=lambda mount: -len(mount.prefix))
        self._faults = faults
        self._journal = journal
        self._clock = clock
        self.lock = RLock()

    def answer(self, request: Request) -> Response:
        """Raises ConnectionBroken where a fault says so."""
        for mount in self._mounts:
            if request.path.startswith(mount.prefix):
                return self._in_flight(mount, request)
        return Response("Not Found\n", status=404, mimetype="text/plain")

    def _in_flight(self, mount: Mount, request: Request) -> Response:
        """A request is on its way from before its turn until its answer may leave."""
        with ExitStack() as landing:
            landing.callback(mount.take_off(request))
            with self.lock:
                response = self._through(mount, request, part=False)
            if DELAY in request.environ:
                response.call_on_close(landing.pop_all().close)
            return response

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Lets others in while a request waits for somebody outside, who may be calling back."""
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    def answer_part(self, mount: Mount, request: Request) -> Response:
        """One call inside a batch: it has its own faults and its own journal entry.

        A connection cannot break for a single part: such faults wait for a whole request.
        """
        return self._through(mount, request, part=True)

    def _through(self, mount: Mount, request: Request, *, part: bool) -> Response:
        if mount.refuse is None:
            return mount.handle(request)
        # Read now: once a form has been parsed its body is gone, and the journal wants it.
        request.get_data()
        person = mount.whose(request)
        fault = self._faults.take(request.method, request.path, person, part=part)
        if fault is None:
            response = mount.handle(request)
            self._journal.record(request, response, person, part=part)
            return response
        struck = f"{fault.kind} {fault.when}"
        try:
            response = strike(fault, mount, request, self._clock)
        except ConnectionBroken:
            self._journal.record(request, None, person, struck, part=part)
            raise
        self._journal.record(request, response, person, struck, part=part)
        return response


def strike(fault: Fault, mount: Mount, request: Request, clock: Clock) -> Response:
    jump = timedelta(seconds=fault.seconds)
    if fault.kind == "clock-jump" and fault.when == "before":
        clock.advance(jump)
    carried_out = fault.kind in _CARRIED_OUT or fault.when == "after"
    response = mount.handle(request) if carried_out else None
    if fault.kind == "reset":
        raise ConnectionBroken
    if response is not None and fault.kind == "slow":
        request.environ[DELAY] = fault.seconds
        return response
    if response is not None and fault.kind == "truncated":
        return truncated(response)
    if response is not None and fault.kind == "content-type":
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        return response
    if response is not None and fault.kind == "clock-jump":
        if fault.when == "after":
            clock.advance(jump)
        return response
    if fault.kind in ("404-empty", "503-empty"):
        return _empty(fault)
    assert mount.refuse is not None  # noqa: S101 - the caller looked
    return mount.refuse(fault, request)


_CARRIED_OUT = ("slow", "truncated", "content-type", "clock-jump")


def _empty(fault: Fault) -> Response:
    """From something on the way that knows neither vendor's error body."""
    response = Response(status=int(fault.kind[:3]))
    del response.headers["Content-Type"]
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def truncated(response: Response) -> Response:
    """The answer stops half-way although its length was announced in full."""
    body = response.get_data()
    cut = Response(body[: len(body) // 2], response.status, dict(response.headers))
    cut.automatically_set_content_length = False
    cut.headers["Content-Length"] = str(len(body))
    cut.headers["Connection"] = "close"
    return cut
