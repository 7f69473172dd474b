"""When events take place, derived for queries over a rolling horizon; nothing else depends on it.

What no reader of rules understands shows its first date only, beside the dates that differ.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection

from calendar_sync.engine.event import When, instant, when_from_text, when_to_text
from calendar_sync.engine.occurrences import Occurrence as Dated
from calendar_sync.engine.occurrences import date_name, occurrences, readable_dates
from calendar_sync.engine.properties import object_of
from calendar_sync.engine.recurrence import UnreadableRecurrence
from calendar_sync.models.event import Event
from calendar_sync.models.occurrence import Occurrence

PAST, FUTURE = timedelta(days=366), timedelta(days=731)

CHUNK = 20_000
COLUMNS = ("event_id", "recurrence_id", "date", "starts_at", "ends_at", "all_day", "floating")
INSERT = """
INSERT INTO calendar_sync_occurrence
    (event_id, recurrence_id, date, starts_at, ends_at, all_day, floating)
SELECT * FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
    %s::boolean[], %s::boolean[]
)
"""


def replace_occurrences(events: Iterable[Event], now: datetime) -> None:
    """Derive the rows of these events anew, in two statements."""
    rows = {event.pk: event for event in events}
    if rows:
        Occurrence.objects.filter(event__in=rows).delete()
        create_occurrences(rows.values(), now)


def create_occurrences(events: Iterable[Event], now: datetime) -> None:
    """A statement for 20,000 dates; no more of them are in memory at once."""
    rows = (row for event in events for row in occurrences_of(event, now))
    while some := list(islice(rows, CHUNK)):
        columns = [[getattr(row, column) for row in some] for column in COLUMNS]
        with connection.cursor() as cursor:
            cursor.execute(INSERT, columns)


def occurrences_of(event: Event, now: datetime) -> Iterator[Occurrence]:
    """Unsaved rows of one event; those of a series lie between a year back and two ahead."""
    if not event.is_series:
        start, end = (when_from_text(text) for text in event.components["when"])
        yield _row(event, Dated(None, start, end), start)
        return
    obj = object_of("", event.components)
    try:
        dates = occurrences(obj, now - PAST, now + FUTURE)
    except UnreadableRecurrence:
        dates = readable_dates(obj)
    for each in dates:
        yield _row(event, each, obj.event.start)


def _row(event: Event, dated: Dated, first: When) -> Occurrence:
    start, name = dated.start, dated.recurrence_id
    return Occurrence(
        event=event,
        recurrence_id="" if name is None else when_to_text(name),
        date="" if name is None else date_name(name, first),
        starts_at=instant(start),
        ends_at=instant(dated.end),
        all_day=not isinstance(start, datetime),
        floating=isinstance(start, datetime) and start.tzinfo is None,
    )
