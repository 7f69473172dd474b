"""The command `calendar-sync`: Django's management commands, with a database that runs.

A subcommand is one module in a package `management/commands`; `create-admin` is `create_admin`.
"""

import os
import sys

from calendar_sync.server.database import running_database
from calendar_sync.server.postgres import DatabaseUnavailableError

# These never touch the database, so none is started for them.
OFFLINE = {"collectstatic", "help", "makemessages", "compilemessages", "--help", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calendar_sync.server.settings")
    program, *arguments = sys.argv
    name = "calendar-sync"
    command = arguments[0] if arguments else "help"
    if not command.startswith("-"):
        arguments[:1] = [command.replace("-", "_")]
    if command in OFFLINE:
        _execute([program, *arguments])
        return
    try:
        with running_database():
            _execute([program, *arguments])
    except DatabaseUnavailableError as error:
        sys.exit(f"{name}: {error}")


def _execute(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after settings

    execute_from_command_line(arguments)
