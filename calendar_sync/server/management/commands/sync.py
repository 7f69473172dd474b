"""Synchronize accounts now, or say what that would do; without it a worker does so by itself."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calendar_sync.actions.by_hand import Turn, preview_now, synchronize_now
from calendar_sync.actions.clock import SystemClock
from calendar_sync.engine.policy import Side
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.showing import Preview
from calendar_sync.engine.sync import SyncReport
from calendar_sync.server.management.person import person

COUNTS = ("received", "sent", "mailed", "held", "refused", "conflicts", "remaining")
BUSY = "a worker has it just now"


class Command(BaseCommand):
    help = __doc__
    clock: Clock = SystemClock()

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--user", metavar="LOGIN", help="the accounts of one person")
        who.add_argument("--all", action="store_true", help="those of everybody")
        parser.add_argument("--dry-run", action="store_true", help="change nothing anywhere")
        parser.add_argument("--json", action="store_true", help="one list of objects")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 - Django's
        login = options["user"] and person(options["user"]).login
        run = preview_now if options["dry_run"] else synchronize_now
        turns = []
        for turn in run(login, self.clock):
            turns.append(turn)
            if not options["json"]:
                self.stdout.writelines(f"{line}\n" for line in lines_of(turn))
        if options["json"]:
            self.stdout.write(json.dumps([json_of(turn) for turn in turns], indent=2))
        elif not turns:
            self.stdout.write("No running connection.")
        if any(turn.error for turn in turns):
            raise CommandError("Not everything could be synchronized.")


def lines_of(turn: Turn) -> Iterator[str]:
    head = f"{turn.address} ({turn.provider})"
    if turn.error or turn.busy:
        yield f"{head}: {turn.error or BUSY}"
    for report in turn.reports:
        if not report.error:
            yield f"{head}: {_counted(_counts(report)) or 'nothing to do'}"
    for preview in turn.previews:
        yield f"{head}: {_counted(_acts(preview)) or 'nothing to do'}"
        if preview.mailed:
            yield f"  would mail {', '.join(preview.mailed)}"


def json_of(turn: Turn) -> dict[str, Any]:
    """Codes and counts; no content of events."""
    return {
        "provider": turn.provider,
        "address": turn.address,
        "busy": turn.busy,
        "error": turn.error.code if turn.error else None,
        "runs": [_counts(report) for report in turn.reports],
        "would": [{**_acts(each), "mailed": list(each.mailed)} for each in turn.previews],
    }


def _counts(report: SyncReport) -> dict[str, int]:
    return {name: getattr(report, name) for name in COUNTS}


def _acts(preview: Preview) -> dict[str, int]:
    """Such as `created there`."""
    found: dict[str, int] = {}
    for act in preview.acts:
        name = f"{act.what} {'here' if act.side is Side.HERE else 'there'}"
        found[name] = found.get(name, 0) + 1
    return found


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
