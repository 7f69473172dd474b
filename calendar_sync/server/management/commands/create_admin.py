"""Create the administrator, or give the role and a new password to somebody who is there."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from calendar_sync.server.actions.users import make_administrator


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="e-mail address")
        parser.add_argument("--name", default="Administrator")
        parser.add_argument("--tz", default="UTC", help="such as Europe/Paris")
        parser.epilog = "The password is read from the terminal, or from standard input."

    def handle(self, *, login: str, name: str, tz: str, **_options: Any) -> None:  # noqa: ANN401
        password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        call_command("migrate", verbosity=0)  # it may be the very first command
        try:
            validate_password(password)
            user, created = make_administrator(login, name, password, tz)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{user.login} {'is now' if created else 'is again'} an administrator.")
