"""Encrypt tokens and client secrets anew with the first of CALENDAR_SYNC_TOKEN_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calendar_sync.actions.keys import rotate_keys
from calendar_sync.security.secrets import SecretUnreadable


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        try:
            count = rotate_keys()
        except SecretUnreadable:
            raise CommandError(
                "A secret can't be read: put the key it was encrypted with back into "
                "CALENDAR_SYNC_TOKEN_KEYS. Nothing was changed."
            ) from None
        self.stdout.write(f"{count} secrets are encrypted with the first key; others may go now.")
