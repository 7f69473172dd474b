"""One date of a series as a copy of its own: what a guest has who is invited to it alone. Pure.

Such a copy is compared as a single event; on our side the date lives in the flat map of its series.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Union, cast

from .event import When, instant, when_from_text
from .occurrences import RecurrenceSet, date_name
from .properties import (
    AT,
    ATTENDEE,
    NOTHING,
    Json,
    Properties,
    date_content,
    on_which,
)
from .recurrence import UnreadableRecurrence

MOMENT = timedelta(microseconds=1)


def seen_alone(values: Properties, date: str) -> Union[Properties, None]:
    """The flat map of one date, by its name; all of it where `date` is "". None: left out."""
    if not date:
        return values
    return date_content(values, date) if values.get("recurrence") else None


def said_of(date: str, changes: Properties, values: Properties) -> dict[str, Json]:
    """Changes of a copy that holds one date alone, as changes of the flat map of its series."""
    if not date:
        return dict(changes)
    return {
        f"{AT}{date}:{key}": NOTHING if value is None and values.get(key) else value
        for key, value in changes.items()
    }


def guests_of_dates(values: Properties) -> dict[str, frozenset[str]]:
    """The dates, by guest's address, of those who are invited to some dates only."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, value in values.items():
        date, name = on_which(key)
        if date and value and name.startswith(ATTENDEE):
            found[name.removeprefix(ATTENDEE)].add(date)
    return {
        address: frozenset(dates)
        for address, dates in found.items()
        if not values.get(ATTENDEE + address)
    }


def dates_at(values: Properties, start: When) -> tuple[str, ...]:
    """The names of those dates of a series that take place at `start`; none where it is none."""
    if not values.get("recurrence"):
        return ()
    first = _start(values)
    names = {on_which(key)[0] for key in values if key.startswith(AT)}
    names |= {date_name(start, first)} if _yields(values, start) else set()
    found = ((name, seen_alone(values, name)) for name in sorted(names))
    return tuple(name for name, date in found if date and instant(_start(date)) == instant(start))


def _yields(values: Properties, when: When) -> bool:
    lines = values.get("recurrence")
    try:
        dates = RecurrenceSet.parse(lines if isinstance(lines, list) else (), _start(values))
    except UnreadableRecurrence:
        return False
    return bool(dates.starts(instant(when), instant(when) + MOMENT))


def _start(values: Properties) -> When:
    return when_from_text(cast("list[str]", values["when"])[0])
