"""Bring the database and the static files up to date, then serve until stopped."""

import signal
import subprocess
import sys
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

APPLICATION = "calendar_sync.server.wsgi:application"


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *, host: str, **_options: Any) -> None:  # noqa: ANN401 - Django's
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        sys.exit(_run(web_server(host)))


def web_server(host: str) -> list[str]:
    """The command line of gunicorn. It is a process of its own: its forks must not inherit the
    embedded database, which stops with the process that started it.
    """
    return [
        *(sys.executable, "-m", "gunicorn", APPLICATION),
        *("--bind", f"{host}:{settings.PORT}"),
        *("--worker-class", "gthread", "--threads", "8"),
        *("--workers", str(settings.WEB_WORKERS)),
        "--preload",
        "--no-control-socket",
    ]


def _run(command: list[str]) -> int:
    """Run it, and pass on the signals that stop this process; requests in flight complete."""
    process = subprocess.Popen(command)

    def stop(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    # Ctrl-C reaches the child by itself; here it only must not end the wait.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, stop)
    return process.wait()
