"""The dates of a whole series: rules, dates added and taken out, dates that differ. Pure.

Providers and people mix the kinds of time. What is said about a series is read in the kind its
start has: a date beside a timed series means that day, a time beside an all-day one its date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Union
from zoneinfo import ZoneInfo

from .event import CalendarObject, Event, When, instant
from .recurrence import RecurrenceRule, UnreadableRecurrence, moment_of, moment_text
from .timezones import UnknownTimeZone, zone

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of an event; `recurrence_id` is None for a single event."""

    recurrence_id: When | None
    start: When
    end: When


@dataclass(frozen=True, slots=True)
class RecurrenceSet:
    """The starts of a series (RFC 5545 §3.8.5.2); the first is among them unless taken out."""

    start: When
    rules: tuple[RecurrenceRule, ...] = ()
    added: tuple[When, ...] = ()
    excluded_rules: tuple[RecurrenceRule, ...] = ()
    excluded: tuple[When, ...] = ()

    @classmethod
    def parse(cls, lines: Iterable[str], start: When) -> RecurrenceSet:
        """From RRULE, RDATE, EXRULE and EXDATE lines. Raises UnreadableRecurrence."""
        found: dict[str, list[RecurrenceRule]] = {"RRULE": [], "EXRULE": []}
        dates: dict[str, list[When]] = {"RDATE": [], "EXDATE": []}
        for line in lines:
            name, value = named(line)
            if name in found:
                found[name].append(RecurrenceRule.parse(value))
            elif name in dates:
                dates[name] += dates_in(line)
            else:
                raise UnreadableRecurrence("malformed")
        return cls(
            start,
            tuple(found["RRULE"]),
            tuple(dates["RDATE"]),
            tuple(found["EXRULE"]),
            tuple(dates["EXDATE"]),
        )

    def starts(self, since: datetime, before: datetime) -> list[When]:
        """Starts from `since` to before `before`, both aware, in order and each once."""
        every = [self.start, *(like(when, self.start) for when in self.added)]
        for rule in self.rules:
            every += self._of_rule(rule, since, before)
        found = {instant(when): when for when in reversed(every)}
        gone = {
            instant(when)
            for rule in self.excluded_rules
            for when in self._of_rule(rule, since, before)
        }
        days = {when for when in self.excluded if not isinstance(when, datetime)}
        gone |= {instant(like(when, self.start)) for when in self.excluded}
        return [
            found[moment]
            for moment in sorted(found)
            if since <= moment < before and moment not in gone and day_of(found[moment]) not in days
        ]

    def holds_start(self) -> bool:
        """Whether the rules themselves yield the first date, which counts all the same."""
        first = instant(self.start)
        window = first, first + timedelta(seconds=1)
        return any(
            instant(when) == first for rule in self.rules for when in self._of_rule(rule, *window)
        )

    def _of_rule(self, rule: RecurrenceRule, since: datetime, before: datetime) -> Iterator[When]:
        """A day more on both sides, since the clock of the series is not that of UTC."""
        first = clock_of(self.start, self.start)
        window = (
            clock_of(instant(since), self.start) - DAY,
            clock_of(instant(before), self.start) + DAY,
        )
        if not isinstance(self.start, datetime):
            none: frozenset[int] = frozenset()
            rule = replace(rule, hours=none, minutes=none, seconds=none)  # ignored (§3.3.10)
        for moment in rule.anchored(first).starts(first, *window):
            when = on_clock(moment, self.start)
            if rule.until is not None and is_past(when, rule.until):
                return
            yield when


def occurrences(obj: CalendarObject, since: datetime, before: datetime) -> list[Occurrence]:
    """The dates that touch the window, both ends aware, in the order of their starts.

    A cancelled date is none; a changed one takes place at its own time, and where no rule yields
    its original date all the same. Raises UnreadableRecurrence.
    """
    event = obj.event
    if not obj.is_series:
        return [Occurrence(None, event.start, event.end)] if _touches(event, since, before) else []
    dates = RecurrenceSet.parse(obj.recurrence, event.start)
    differing = {instant(like(each.recurrence_id, event.start)) for each in obj.overrides}
    length = instant(event.end) - instant(event.start)
    found = [
        Occurrence(start, start, end_of(event, start))
        # a night on which the clock changes lasts longer or shorter than the first one
        for start in dates.starts(since - length - DAY, before)
        if instant(start) not in differing
    ]
    found += _changed(obj)
    found.sort(key=lambda each: (instant(each.start), instant(each.recurrence_id or each.start)))
    return [each for each in found if _touches(each, since, before)]


def is_endless(obj: CalendarObject) -> bool:
    """Whether a rule of the series goes on for ever. Raises UnreadableRecurrence."""
    rules = RecurrenceSet.parse(obj.recurrence, obj.event.start).rules
    return any(rule.count is None and rule.until is None for rule in rules)


def readable_dates(obj: CalendarObject) -> list[Occurrence]:
    """What can be told of a series whose rule cannot be read: its first date, and changed ones."""
    event, differing = (
        obj.event,
        {like(each.recurrence_id, obj.event.start) for each in obj.overrides},
    )
    first = [] if event.start in differing else [Occurrence(event.start, event.start, event.end)]
    return [*first, *_changed(obj)]


def _changed(obj: CalendarObject) -> list[Occurrence]:
    return [
        Occurrence(each.recurrence_id, each.event.start, each.event.end)
        for each in obj.overrides
        if each.event
    ]


def end_of(event: Event, start: When) -> When:
    """The end of the date at `start`: as long after it on the clock as the first one's.

    A night shift ends at six whether or not the clock changes. Where the end is told in another
    zone there is no one clock, and the length itself is kept.
    """
    if zone_of(event.start) == zone_of(event.end):
        return start + (clock_of(event.end, event.end) - clock_of(event.start, event.start))
    moved = instant(start) + (instant(event.end) - instant(event.start))
    return (
        moved.astimezone(zone_of(event.end)) if zone_of(event.end) else moved.replace(tzinfo=None)
    )


def like(when: When, start: When) -> When:
    """`when` in the kind of time, and the zone, of `start`."""
    if not isinstance(start, datetime):
        return when.date() if isinstance(when, datetime) else when
    if not isinstance(when, datetime):
        return datetime.combine(when, start.timetz())
    if start.tzinfo is None:
        return when.replace(tzinfo=None)
    if when.tzinfo is None:
        return when.replace(tzinfo=start.tzinfo)
    return when.astimezone(start.tzinfo)


def date_name(when: When, start: When) -> str:
    """A date of the series that begins at `start`, the same however its zone is spelled.

    `20261121` (all-day), `20261121T090000` (floating) or `20261121T080000Z`.
    """
    return moment_text(like(when, start))


def date_named(name: str, start: When) -> When:
    """Inverse of `date_name`, in the zone of the series. Raises UnreadableRecurrence."""
    return like(moment_of(name), start)


def cancelled_dates(lines: Iterable[str], start: When) -> tuple[tuple[str, ...], tuple[When, ...]]:
    """The lines but for EXDATE, and the dates that EXDATE takes out.

    A line stays if it cannot be read, or takes a whole day out of a timed series: that may be
    several dates, or none.
    """
    rest, dates = [], list[When]()
    for line in lines:
        found = _excluded(line, start)
        dates += found
        if not found:
            rest.append(line)
    return tuple(rest), tuple(dates)


def _excluded(line: str, start: When) -> tuple[When, ...]:
    try:
        found = dates_in(line) if named(line)[0] == "EXDATE" else []
    except UnreadableRecurrence:
        return ()
    if isinstance(start, datetime) and not all(isinstance(when, datetime) for when in found):
        return ()
    return tuple(like(when, start) for when in found)


def named(line: str) -> tuple[str, str]:
    """The name of a line, without its parameters, and its value; both empty if it has none."""
    head, separator, value = line.strip().partition(":")
    return (head.partition(";")[0].upper(), value) if separator else ("", "")


def dates_in(line: str) -> list[When]:
    """The dates of an RDATE or EXDATE line. Raises UnreadableRecurrence."""
    head, _, value = line.strip().partition(":")
    own = _zone_in(head.split(";")[1:])
    return [_in_zone(moment_of(text), own) for text in value.split(",")]


def _touches(span: Union[Event, Occurrence], since: datetime, before: datetime) -> bool:
    return instant(span.start) < before and instant(span.end) >= since


def is_past(when: When, until: When) -> bool:
    """Whether a start comes after UNTIL, which is included; a date means all of that day."""
    if not isinstance(when, datetime) or not isinstance(until, datetime):
        return day_of(when) > day_of(until)
    return instant(when) > instant(like(until, when))


def day_of(when: When) -> date:
    return when.date() if isinstance(when, datetime) else when


def clock_of(when: When, start: When) -> datetime:
    """What the clock of `start` shows at `when`; midnight for a date."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time.min)
    if (own := zone_of(start)) and when.tzinfo:
        when = when.astimezone(own)
    return when.replace(tzinfo=None, fold=0)


def on_clock(moment: datetime, start: When) -> When:
    """A time of the clock in the kind of `start`. One that the spring skips is an hour later."""
    return moment.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else moment.date()


def zone_of(when: When) -> Union[tzinfo, None]:
    return when.tzinfo if isinstance(when, datetime) else None


def _zone_in(parameters: Iterable[str]) -> Union[ZoneInfo, None]:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.upper() == "TZID":
            try:
                return zone(value.strip('"'))
            except UnknownTimeZone:
                raise UnreadableRecurrence("time_zone") from None
    return None


def _in_zone(when: When, own: Union[ZoneInfo, None]) -> When:
    """A time on the clock of TZID; one in UTC says so itself."""
    if own is None or not isinstance(when, datetime) or when.tzinfo is not None:
        return when
    return when.replace(tzinfo=own)
