"""Time zones in iCalendar text (RFC 5545 §3.6.5). Pure.

A zone goes by its name, or by rules that equal it; never by what a name sounds like.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.prop import vUTCOffset
from tzlocal.windows_tz import win_tz

from .event import instant
from .icalendar_lines import Component
from .occurrences import DAY, RecurrenceSet
from .recurrence import (
    YEARS,
    Frequency,
    RecurrenceRule,
    UnreadableRecurrence,
    moment_of,
    moment_text,
)
from .timezones import UTC, UnknownTimeZone, zone

ALIKE = 6
"""Years, from that of the event on, over which equal rules make the same zone."""

_BEFORE = 60
"""Years before the event from which on observances are followed: the last may have begun there."""

_MOST = 500
"""Onsets; no place changed its clock that often, and a stranger's rules must not cost more."""

_FIXED = [f"Etc/GMT{-hours:+d}" for hours in range(-12, 15) if hours]
"""Zones of one offset, before the places that keep it."""

_Onsets = list[tuple[datetime, timedelta, timedelta]]
"""When an offset begins (UTC), the one before, and it."""


class Zones:
    """The zones of one calendar, by the TZID of its VTIMEZONEs."""

    def __init__(self, parts: Iterable[Component]) -> None:
        self._given = {part.value("TZID"): part for part in parts if part.name == "VTIMEZONE"}
        self._alike: dict[tuple[str, int], ZoneInfo | None] = {}

    def zone(self, name: str, year: int) -> ZoneInfo:
        """The rules behind a TZID for what begins in `year`. Raises UnknownTimeZone.

        An IANA or Windows name, one behind a prefix (§3.2.19: `/mozilla.org/20050126_1/…`), the
        X-LIC-LOCATION of its VTIMEZONE, or the first zone that keeps the same time.
        """
        given = self._given.get(name)
        names = [name]
        if name.startswith("/"):
            segments = name.split("/")
            names += ["/".join(segments[first:]) for first in range(1, len(segments))]
        if given:
            names.append(given.text("X-LIC-LOCATION"))
        for each in names:
            try:
                return zone(each)
            except UnknownTimeZone:
                continue
        if (name, year) not in self._alike:
            self._alike[name, year] = _zone_alike(given, year) if given else None
        found = self._alike[name, year]
        if found is None:
            raise UnknownTimeZone(name)
        return found


def _zone_alike(component: Component, year: int) -> ZoneInfo | None:
    since = _new_year(min(max(year, YEARS.start), YEARS.stop - ALIKE))
    before = _new_year(since.year + ALIKE - 1)
    try:
        onsets = sorted(each for part in component.parts for each in _onsets(part, since, before))
    except ValueError:
        return None
    if not 0 < len(onsets) <= _MOST:
        return None
    moments = [since + timedelta(days=10 * n) for n in range((before - since).days // 10)]
    changes = [moment for moment, _, _ in onsets if since < moment < before]
    moments += [*changes, *(moment - timedelta(seconds=1) for moment in changes)]
    offsets = [(moment, _offset(onsets, moment)) for moment in moments]
    for name in (*_FIXED, *win_tz.values()):
        found = zone(name)
        if all(moment.astimezone(found).utcoffset() == offset for moment, offset in offsets):
            return found
    return None


def _onsets(part: Component, since: datetime, before: datetime) -> _Onsets:
    """When an observance begins. Raises ValueError for what cannot be read."""
    start = moment_of(part.value("DTSTART"))
    if not isinstance(start, datetime):
        raise UnreadableRecurrence("date")
    start = start.replace(tzinfo=None)
    lines = [line.text for line in part.lines if line.name in {"RRULE", "RDATE"}]
    dates = RecurrenceSet.parse(lines, start)
    if not all(map(_is_yearly, dates.rules)):
        raise UnreadableRecurrence("frequency")
    starts = dates.starts(_new_year(max(YEARS.start, since.year - _BEFORE)), before)
    earlier, later = _offsets(part)
    return [(instant(each) - earlier, earlier, later) for each in {start, *starts}]


def _is_yearly(rule: RecurrenceRule) -> bool:
    """Once a day of a year at most; a stranger's rule must not cost more."""
    times = (rule.hours, rule.minutes, rule.seconds)
    return rule.frequency is Frequency.YEARLY and all(len(each) <= 1 for each in times)


def _offset(onsets: _Onsets, moment: datetime) -> timedelta:
    """What the observances say of a moment; before all of them, what the first one ends."""
    begun = [later for onset, _, later in onsets if onset <= moment]
    return begun[-1] if begun else onsets[0][1]


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=256)
def lines_of(name: str, first: int, last: int) -> tuple[str, ...]:
    """The VTIMEZONE of a zone, right from the year `first` to the year `last`; none for no name.

    Not by the library: it tells the onsets of summer an hour late, and oversees Ramadan in Morocco.
    """
    try:
        rules = zone(name)
    except UnknownTimeZone:
        return ()
    begun = _new_year(first).astimezone(rules)
    observances = {_observance(begun, begun): [begun.replace(tzinfo=None)]}
    for onset in _changes(rules, _new_year(first), _new_year(last + 1)):
        before = (onset - timedelta(seconds=1)).astimezone(rules)
        key = _observance(before, onset.astimezone(rules))
        onsets = observances.setdefault(key, [])
        onsets.append((before + timedelta(seconds=1)).replace(tzinfo=None))  # §3.6.5: the old clock
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for (kind, *told), onsets in observances.items():
        lines += [f"BEGIN:{kind}", f"DTSTART:{moment_text(onsets[0])}", *told]
        lines += [f"RDATE:{','.join(map(moment_text, onsets[1:]))}"] if onsets[1:] else []
        lines.append(f"END:{kind}")
    return (*lines, "END:VTIMEZONE")


def _observance(before: datetime, after: datetime) -> tuple[str, ...]:
    earlier, later = (
        vUTCOffset(each.utcoffset() or timedelta()).to_ical() for each in (before, after)
    )
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    names = f"TZOFFSETFROM:{earlier}", f"TZOFFSETTO:{later}", f"TZNAME:{after.tzname()}"
    return kind, *names


def _changes(rules: ZoneInfo, since: datetime, before: datetime) -> Iterator[datetime]:
    """The moments in UTC at which the offset changes, at most once a day."""

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(rules).utcoffset()

    day, now = since, offset(since)
    while day < before:
        then = offset(day + DAY)
        if then != now:
            seconds = range(int(DAY.total_seconds()))
            passed = bisect_left(
                seconds, 1, key=lambda s: offset(day + timedelta(seconds=s + 1)) != now
            )
            yield day + timedelta(seconds=passed + 1)
        day, now = day + DAY, then


def _offsets(part: Component) -> tuple[timedelta, timedelta]:
    """What an observance ends, and what it is. Raises ValueError."""
    earlier, later = part.value("TZOFFSETFROM"), part.value("TZOFFSETTO")
    return vUTCOffset.from_ical(earlier), vUTCOffset.from_ical(later)
