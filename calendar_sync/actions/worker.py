"""The worker's loop: do what is due, sleep until there is something again. As many as wanted.

Cron rows decide when, leases decide who. This loop is the only place that catches everything: one
bad account, or a database that is away for a moment, must not stop the others.
"""

import logging
import select
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from psycopg2 import Error as DriverError
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from calendar_sync.actions.waking import CHANNEL

log = logging.getLogger(__name__)

Job = Callable[[], bool]
"""Does one piece of work; False: there was nothing to do."""

LONGEST_SLEEP = 3.0
"""Seconds. A due time is met at most that late; a save wakes the worker at once."""


@dataclass
class Worker:
    """Runs its jobs in turn until it is told to stop; what is under way is finished first."""

    jobs: Sequence[Job]
    stopping: bool = False
    _alarm: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def stop_on_signals(self) -> None:
        """Python rings the alarm itself, whichever thread the signal reaches."""
        self._alarm[1].setblocking(False)
        signal.set_wakeup_fd(self._alarm[1].fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def run(self) -> None:
        listener = None
        while not self.stopping:
            close_old_connections()
            worked = [self._done(job) for job in self.jobs]
            if not any(worked) and not self.stopping:
                listener = self._sleep(listener)
        if listener:
            listener.close()

    def _done(self, job: Job) -> bool:
        try:
            return job()
        except Exception:
            log.exception("A job failed; the worker goes on")
            return False

    def _sleep(self, listener: Any) -> Any:  # noqa: ANN401 -- a raw psycopg2 connection
        """Until a notification, a signal, or the longest sleep is over.

        Without a sleep where listening has just begun: what was said before is found by a look.
        """
        try:
            if listener is None:
                return _listener()
            ready, _, _ = select.select([listener, self._alarm[0]], [], [], LONGEST_SLEEP)
            if listener in ready:
                listener.poll()
                listener.notifies.clear()
        except (DatabaseError, DriverError):
            log.warning("The database doesn't answer; trying again")
            select.select([self._alarm[0]], [], [], LONGEST_SLEEP)
            return None
        return listener


def _listener() -> Any:  # noqa: ANN401
    """A connection of its own that hears `waking.notify`."""
    own = connections.create_connection("default")
    own.ensure_connection()
    raw = own.connection
    raw.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with raw.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    return raw
