"""Moments, lengths and dates of a series in iCalendar text (RFC 5545 §3.3.4–6, §3.8.5). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar.prop import vDuration

from .event import When, instant
from .icalendar_lines import Component, Line
from .icalendar_zones import Zones
from .occurrences import RecurrenceSet, zone_of
from .recurrence import YEARS, UnreadableRecurrence, moment_of
from .timezones import UTC, UnknownTimeZone

RULES = frozenset({"RRULE", "RDATE", "EXRULE", "EXDATE"})
DAY = timedelta(days=1)
_LONGEST = DAY * 366 * 10_000
ALL_DAY = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT")

TZID = re.compile(r';TZID=("[^"]*"|[^";:]*)', re.IGNORECASE)


class Unreadable(ValueError):
    """What an event says less, or otherwise, than it must; the argument is a short code."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads the times of one object; `year` is that of its start, by which zones are judged."""

    zones: Zones
    year: int

    def when(self, line: Line) -> When:
        """DTSTART, DTEND, RECURRENCE-ID. Raises Unreadable.

        In the hour that a clock change repeats, a time is of the first pass (§3.3.5).
        """
        text = line.value.strip().upper()
        if line.parameter("VALUE").upper() == "DATE":
            text = text.partition("T")[0]
        if re.match(r"\d{8}", text) and int(text[:4]) not in YEARS:
            raise Unreadable("time_out_of_range")
        try:
            when = moment_of(text)
        except UnreadableRecurrence:
            raise Unreadable("time_unreadable") from None
        name = line.parameter("TZID")
        if not name or not isinstance(when, datetime):
            return when
        if when.tzinfo is None:
            return when.replace(tzinfo=self.zone(name))
        return _told_once(when.astimezone(self.zone(name)))  # Z is the moment, TZID its clock

    def zone(self, name: str) -> ZoneInfo:
        try:
            return self.zones.zone(name, self.year)
        except UnknownTimeZone:
            raise Unreadable("unknown_time_zone") from None

    def span(self, event: Component) -> tuple[When, When]:
        """Start and end of an event (§3.6.1). Raises Unreadable."""
        line, until = event.line("DTSTART"), event.line("DTEND")
        if line is None:
            raise Unreadable("time_missing")
        start = self.when(line)
        try:
            end = self.when(until) if until else _after(start, event.value("DURATION"))
        except OverflowError:
            raise Unreadable("time_out_of_range") from None
        if end.year not in YEARS:
            raise Unreadable("time_out_of_range")
        if _kind(start) != _kind(end):
            raise Unreadable("times_of_two_kinds")
        if instant(end) < instant(start):
            raise Unreadable("end_before_start")
        start, end = _days(event, start, end)
        # what lasts no day cannot be shown: many feeds give a holiday the end it starts on
        return (start, end) if isinstance(start, datetime) else (start, max(end, start + DAY))

    def recurrence(self, event: Component, start: When) -> tuple[str, ...]:
        """The lines of a series, with names of zones that everybody knows. Raises Unreadable."""
        lines = tuple(
            self.spelled(line)
            for line in event.lines
            if line.name in RULES and line.value.strip(" \t,")
        )
        try:
            RecurrenceSet.parse(lines, start)
        except UnreadableRecurrence as error:
            raise Unreadable(f"rule_{error}") from None
        return lines

    def spelled(self, line: Line) -> str:
        """A line of a series in one spelling. Raises Unreadable for its zone."""
        value = re.sub(r"\s", "", line.value).strip(",")
        head = line.text[: len(line.text) - len(line.value) - 1].upper()
        if name := line.parameter("TZID"):
            key = self.zone(name).key
            head = TZID.sub(lambda _: f";TZID={key}", head)
        return f"{head}:{value}"


def length_of(text: str) -> tuple[timedelta, timedelta]:
    """A DURATION as days, which are the calendar's, and time, which is exact. Raises Unreadable."""
    days, separator, exact = text.strip().upper().partition("T")
    sign = "-" if days.startswith("-") else ""
    try:
        found = vDuration.from_ical(days)
        time_of_it = vDuration.from_ical(f"{sign}PT{exact}") if separator else timedelta()
    except ValueError:
        raise Unreadable("duration_unreadable") from None
    if max(abs(found), abs(time_of_it)) > _LONGEST:
        raise Unreadable("time_out_of_range")
    return found, time_of_it


def _after(start: When, length: str) -> When:
    """The end of what lasts so long; of what says nothing: its day, or the moment itself."""
    if not length:
        return start if isinstance(start, datetime) else start + DAY
    days, exact = length_of(length)
    if not isinstance(start, datetime):
        if exact % DAY:
            raise Unreadable("times_of_two_kinds")
        return start + days + exact
    end = start + days
    if exact and end.tzinfo is not None:
        return _told_once((instant(end) + exact).astimezone(end.tzinfo))
    return end + exact


def _told_once(when: datetime) -> datetime:
    """In UTC what would be the second pass of a repeated hour, which a clock cannot tell."""
    return when.astimezone(UTC) if when.fold else when


def _kind(when: When) -> tuple[bool, bool]:
    return isinstance(when, datetime), zone_of(when) is not None


def _days(event: Component, start: When, end: When) -> tuple[When, When]:
    """Whole days of Exchange, which it tells as midnights (MS-OXCICAL §2.1.3.1.1.20.28)."""
    if not any(event.value(name).upper() == "TRUE" for name in ALL_DAY):
        return start, end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return start, end
    if {start.time(), end.time()} != {time.min}:
        return start, end
    return start.date(), end.date()
