"""Load the addons' data files; `migrate` does so, too."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.load import load


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also the files of 'demo'")

    def handle(self, *, demo: bool, **_options: Any) -> None:  # noqa: ANN401 - Django's
        try:
            load(settings.ADDONS, timezone.now(), demo=demo)
        except AddonError as error:
            raise CommandError(str(error)) from None
