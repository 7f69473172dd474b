"""Enter the events of an iCalendar file into a person's own calendar; nobody is mailed."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calendar_sync.actions.calendar_files import import_calendar
from calendar_sync.actions.clock import SystemClock
from calendar_sync.engine.ports import Clock
from calendar_sync.server.management.person import person


class Command(BaseCommand):
    help = __doc__
    clock: Clock = SystemClock()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="its path, or - for standard input")
        parser.add_argument("--user", required=True, metavar="LOGIN", help="whose calendar")

    def handle(self, *, file: str, user: str, **_options: Any) -> None:  # noqa: ANN401 - Django's
        done = import_calendar(person(user), _text(file), self.clock.now())
        self.stdout.write(f"{done.new} new, {done.known} here already.")
        for each in done.unread:
            self.stdout.write(f"Not read: {each.uid or 'an event without UID'} ({each.code})")
        if not done.new and not done.known:
            raise CommandError("There is no event that could be read.")


def _text(file: str) -> str:
    """UTF-8 (RFC 5545 §3.1.4); bytes that are none are kept for the reader to judge."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from None
    return data.decode("utf-8", "surrogateescape")
