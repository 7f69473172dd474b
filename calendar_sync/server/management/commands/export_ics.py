"""Write a person's own calendar as an iCalendar file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calendar_sync.actions.calendar_files import export_calendar
from calendar_sync.actions.clock import SystemClock
from calendar_sync.engine.ports import Clock
from calendar_sync.server.management.person import person


class Command(BaseCommand):
    help = __doc__
    clock: Clock = SystemClock()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="its path; else standard output")
        parser.add_argument("--user", required=True, metavar="LOGIN", help="whose calendar")

    def handle(self, *, file: str, user: str, **_options: Any) -> None:  # noqa: ANN401 - Django's
        text = export_calendar(person(user), self.clock.now())
        if file == "-":
            self.stdout.write(text, ending="")
            return
        try:
            Path(file).write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error.strerror}.") from None
