"""What the clock can cause: the closed registry behind `data/cron.xml`.

An action is told the time and returns a line for *Scheduled Actions*.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from calendar_sync.actions.sync import poll
from calendar_sync.actions.tending import mark_due_channels
from calendar_sync.models import Channel, Event, Link, Run
from calendar_sync.models.link import ATTIC
from calendar_sync.models.occurrences import replace_occurrences

RUNS_KEPT = timedelta(days=30)
TRASH_KEPT = timedelta(days=30)
ENDING = Channel.State.STOPPING


def synchronize_google(now: datetime) -> str:
    return _polled(poll("google", now))


def synchronize_outlook(now: datetime) -> str:
    return _polled(poll("outlook", now))


def renew_push_channels(now: datetime) -> str:
    return _polled(mark_due_channels(now))


def keep_house(now: datetime) -> str:
    """Forget what is older than its time, and roll the horizon of series forward."""
    links, _ = Link.objects.filter(closed_at__lt=now - ATTIC).delete()
    channels, _ = Channel.objects.filter(state=ENDING, expires_at__lt=now).delete()
    runs, _ = Run.objects.filter(started_at__lt=now - RUNS_KEPT).delete()
    trash = Event.objects.filter(deleted_at__lt=now - TRASH_KEPT, archived=False)
    events, _ = trash.filter(entries__links=None).delete()
    series = Event.objects.alive().filter(is_series=True)
    with transaction.atomic():
        replace_occurrences(series, now)
    removed = links + channels + runs + events
    return f"{removed} old rows removed, {len(series)} series rolled forward"


def _polled(count: int) -> str:
    return f"{count} accounts" if count != 1 else "1 account"


SCHEDULED_ACTIONS: Mapping[str, Callable[[datetime], str]] = {
    "calendar_sync.connection.synchronize_google": synchronize_google,
    "calendar_sync.connection.synchronize_outlook": synchronize_outlook,
    "calendar_sync.connection.renew_push_channels": renew_push_channels,
    "calendar_sync.connection.keep_house": keep_house,
}
