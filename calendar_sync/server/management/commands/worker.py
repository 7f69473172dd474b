"""Run scheduled actions and synchronize accounts until stopped; any number may run at once."""

import os
import socket
from typing import Any

from django.core.management.base import BaseCommand

from calendar_sync.actions.clock import SystemClock
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.actions.sync import sync_next
from calendar_sync.actions.tending import tend_next
from calendar_sync.actions.worker import Worker
from calendar_sync.server.cron import run_due


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        worker = the_worker()
        worker.stop_on_signals()
        worker.run()


def the_worker() -> Worker:
    """First what the clock asks for, then one account; the loop comes back while there are more."""
    clock = SystemClock()
    name = f"{socket.gethostname()}:{os.getpid()}"

    def cron() -> bool:
        return bool(run_due(clock.now()))

    def accounts() -> bool:
        return sync_next(clock, name) is not None

    def channels() -> bool:
        return tend_next(clock, name)

    def previews() -> bool:
        return preview_next(clock, name)

    return Worker((cron, previews, accounts, channels))
