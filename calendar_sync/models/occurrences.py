"""When events take place, derived for queries over a rolling horizon.

A series is expanded with its rules (RFC 5545 §3.8.5) and its changed and cancelled dates; nothing
else depends on these rows. What no reader of rules understands shows its first date only.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrule, rruleset, rrulestr

from calendar_sync.engine.event import When, instant, when_from_text, when_to_text
from calendar_sync.models.bulk import create_all
from calendar_sync.models.event import Event
from calendar_sync.models.occurrence import Occurrence

PAST, FUTURE = timedelta(days=366), timedelta(days=731)
MOST = 1500
"""Rows of one series: more than a date per day over the whole horizon."""


def replace_occurrences(events: Iterable[Event], now: datetime) -> None:
    """Derive the rows of these events anew, in two statements."""
    rows = {event.pk: event for event in events}
    if rows:
        Occurrence.objects.filter(event__in=rows).delete()
        create_occurrences(rows.values(), now)


def create_occurrences(events: Iterable[Event], now: datetime) -> None:
    create_all(Occurrence, [row for event in events for row in occurrences_of(event, now)])


def occurrences_of(event: Event, now: datetime) -> Iterator[Occurrence]:
    """Unsaved rows of one event; those of a series lie between a year back and two ahead."""
    if not event.is_series:
        yield _row(event, event.components["when"])
        return
    changed = {
        override["id"]: override["event"]
        for override in event.components["recurrence"]["overrides"]
    }
    start, end = (when_from_text(text) for text in event.components["when"])
    for moment in _dates(event.components, start, now):
        recurrence_id = when_to_text(moment)
        if recurrence_id not in changed:
            yield _row(event, [recurrence_id, when_to_text(_later(moment, start, end))], moment)
    for recurrence_id, override in changed.items():
        if override:
            yield _row(event, override["when"], when_from_text(recurrence_id))


def _row(event: Event, when: list[str], recurrence_id: When | None = None) -> Occurrence:
    start, end = (when_from_text(text) for text in when)
    return Occurrence(
        event=event,
        recurrence_id=when_to_text(recurrence_id) if recurrence_id else "",
        starts_at=instant(start),
        ends_at=instant(end),
        all_day=not isinstance(start, datetime),
        floating=isinstance(start, datetime) and start.tzinfo is None,
    )


def _later(moment: When, start: When, end: When) -> When:
    """The end of the date at `moment`, as long after it on the clock as the first one's."""
    return moment + (_wall(end) - _wall(start))


def _wall(when: When) -> datetime:
    """What the clock on the wall shows, midnight for a date."""
    if isinstance(when, datetime):
        return when.replace(tzinfo=None)
    return datetime.combine(when, time.min)


def _dates(components: dict[str, Any], start: When, now: datetime) -> Iterator[When]:
    """The dates of the series within the horizon, in its own kind of time."""
    try:
        found = _rules(components["recurrence"]["rules"], start)
    except (ValueError, ZoneInfoNotFoundError):
        yield start
        return
    first, last = _as_datetime(start, now - PAST), _as_datetime(start, now + FUTURE)
    for moment in islice(found.xafter(first, inc=True), MOST):
        if moment > last:
            return
        yield moment if isinstance(start, datetime) else moment.date()


def _as_datetime(like: When, moment: datetime) -> datetime:
    """`moment` in the kind of time that the rules of `like` are computed in."""
    if isinstance(like, datetime) and like.tzinfo:
        return moment.astimezone(like.tzinfo)
    return moment.replace(tzinfo=None)


def _rules(lines: Iterable[str], start: When) -> rruleset:
    begin = start if isinstance(start, datetime) else _wall(start)
    found = rruleset()
    found.rdate(begin)
    for line in lines:
        head, _, value = line.partition(":")
        name, *parameters = head.split(";")
        if name == "RRULE":
            found.rrule(_rule(value, begin))
        elif name == "RDATE":
            for text in value.split(","):
                found.rdate(_moment(text, parameters, begin))
        elif name == "EXDATE":
            for text in value.split(","):
                found.exdate(_moment(text, parameters, begin))
    return found


def _rule(value: str, begin: datetime) -> rrule:
    """An RRULE; UNTIL is given the kind of time its start has, as RFC 5545 §3.3.10 asks."""
    parts = dict(part.split("=", 1) for part in value.split(";") if "=" in part)
    if until := parts.get("UNTIL"):
        limit = _moment(until, (), begin)
        if "T" not in until:
            limit += timedelta(days=1, microseconds=-1)
        zone = ZoneInfo("UTC") if begin.tzinfo else None
        limit = limit.astimezone(zone) if zone else limit
        parts["UNTIL"] = limit.strftime("%Y%m%dT%H%M%S") + ("Z" if zone else "")
    rule = rrulestr(";".join(f"{name}={part}" for name, part in parts.items()), dtstart=begin)
    if not isinstance(rule, rrule):
        raise ValueError("not one rule")  # noqa: TRY004 - what dateutil raises for the others
    return rule


def _moment(text: str, parameters: Iterable[str], begin: datetime) -> datetime:
    """A date or date-time of RDATE, EXDATE or UNTIL, in the kind of time `begin` has."""
    if "T" not in text:
        day = date.fromisoformat(text)
        return begin.replace(year=day.year, month=day.month, day=day.day)
    zones = [part.partition("=")[2] for part in parameters if part.startswith("TZID=")]
    wall = datetime.fromisoformat(text.rstrip("Z"))
    if begin.tzinfo is None:
        return wall
    if text.endswith("Z"):
        zones = ["UTC"]
    zone = ZoneInfo(zones[0]) if zones else begin.tzinfo
    return wall.replace(tzinfo=zone).astimezone(begin.tzinfo)
