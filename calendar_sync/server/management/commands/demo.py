"""The whole product with people, their calendars, and stand-ins for Outlook and Google."""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from calendar_sync.server.demo.organization import (
    LOG_INS,
    OTHERS,
    NotADemoError,
    open_organization,
)
from calendar_sync.server.demo.processes import HOST, ProcessEndedError, Processes, ending_with
from calendar_sync.server.demo.stand_ins import StandIns
from calendar_sync.server.management.commands.serve import web_server

DEMO = {"CALENDAR_SYNC_DEMO": "1", "CALENDAR_SYNC_LOG_IN_HINT": f"Demo: {LOG_INS}"}
# The processes of one that was killed are gone by then.
PORT_SECONDS = 3.0
POLL_SECONDS = 0.05


class UnavailableError(Exception):
    """The demonstration cannot start here; the message is one line for the operator."""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="end when make ends")

    def handle(self, *, with_parent: bool, **_options: Any) -> None:  # noqa: ANN401 - Django's
        if with_parent:
            ending_with(os.getppid())()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        try:
            with _only_one(settings.DATA_DIR), Processes(settings.DATA_DIR / "logs") as processes:
                self._start(processes)
                processes.watch()
        except (NotADemoError, ProcessEndedError, UnavailableError) as error:
            sys.exit(f"calendar-sync: {error}")

    def _start(self, processes: Processes) -> None:
        """The stand-ins come first: they start while the database is brought up to date."""
        url = f"http://{HOST}:{settings.PORT}"
        sandbox = StandIns(settings.DATA_DIR / "sandbox", settings.SANDBOX_PORT, url)
        _await_free(settings.PORT, sandbox.port, sandbox.tls_port)
        environ = os.environ | sandbox.environ() | DEMO | {"CALENDAR_SYNC_PUBLIC_URL": url}
        processes.start("sandbox", sandbox.command(), environ)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        open_organization(url, timezone.now())
        connection.close()  # the processes have their own
        processes.await_page("sandbox", sandbox.port, "/_sandbox/clock")
        processes.start("web server", web_server(HOST), environ)
        processes.await_page("web server", settings.PORT, "/readyz")
        # Last, because it would slow down what people wait for.
        processes.start("worker", [sys.executable, "-m", "django", "worker"], environ)
        self.stdout.write(f"Ready: {url}")
        self.stdout.write(f"Log in as {LOG_INS} (also {OTHERS})")
        self.stdout.write(f"Sandbox in place of Outlook and Google: {sandbox.url}")
        self.stdout.flush()


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """Raises UnavailableError while another demonstration has this directory."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / "demo.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnavailableError(f"A demonstration runs already in {data_dir}.") from None
        yield


def _await_free(*ports: int) -> None:
    """Raises UnavailableError."""
    deadline = time.monotonic() + PORT_SECONDS
    while busy := _busy(ports):
        if time.monotonic() > deadline:
            raise UnavailableError(
                f"Port {busy} is in use. Choose others with PORT and SANDBOX_PORT (and the one"
                " after it)."
            )
        time.sleep(POLL_SECONDS)


def _busy(ports: tuple[int, ...]) -> int | None:
    """The first that is not to be had; they are tried together, so that no two may be the same."""
    with ExitStack() as stack:
        for port in ports:
            try:
                stack.enter_context(socket.create_server((HOST, port)))
            except OSError:
                return port
    return None


def _stop(_number: int, _frame: FrameType | None) -> None:
    # What follows is the end, which a second signal must not cut short.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)
