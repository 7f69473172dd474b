"""When a calendar is busy (contract 11.6)."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from .calendar import Calendar
from .times import is_zone, zone_info
from .values import Event

Span = tuple[datetime, datetime]
UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?")
LONGEST = timedelta(days=366)
"""Of one date of a series, as far as busy times go."""
STANDSTILL = re.compile(r"INTERVAL=0+(;|$)")


def busy_spans(calendar: Calendar, lower: datetime, upper: datetime) -> list[Span]:
    """What overlaps the window, in order, uncut: tentative counts, declined does not."""
    zone = zone_info(calendar.time_zone)
    found = [
        span
        for event in calendar.in_order()
        if is_busy(event, calendar)
        for span in spans(event, calendar, zone, lower, upper)
        if span[0] < upper and span[1] > lower
    ]
    return sorted(found)


def is_busy(event: Event, calendar: Calendar) -> bool:
    content = event.content
    own = content.row(calendar.id)
    declined = own is not None and own.answer == "declined"
    free = content.personal.get("transparency") == "transparent"
    return not (event.cancelled or declined or free)


def spans(
    event: Event, calendar: Calendar, zone: ZoneInfo, lower: datetime, upper: datetime
) -> Iterable[Span]:
    start, end = event.content.start.at(zone), event.content.end.at(zone)
    if not event.is_master:
        return [(start, end)]
    taken = {
        exception.original_start.at(zone)
        for exception in calendar.exceptions(event)
        if exception.original_start and not exception.swept
    }
    return occurrences(event, zone, lower, upper, taken)


def occurrences(
    master: Event, zone: ZoneInfo, lower: datetime, upper: datetime, taken: set[datetime]
) -> Iterator[Span]:
    """Plain dates of a series, without those that are exceptions (`taken`).

    The wall clock of the series' own zone is what repeats.
    """
    content = master.content
    name = content.start.zone
    own = zone_info(name) if name and is_zone(name) else zone
    home = zone if content.start.day else own
    first = naive(content.start.at(zone), home)
    length = min(naive(content.end.at(zone), home) - first, LONGEST)
    begin = naive(lower, home) - length
    rules = rule_set(content.shared["recurrence"], first, home)
    for at in rules.between(begin, naive(upper, home) + timedelta(days=1), inc=True):
        start = at.replace(tzinfo=home).astimezone(UTC)
        if start not in taken:
            yield start, (at + length).replace(tzinfo=home).astimezone(UTC)


def naive(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def rule_set(lines: Iterable[str], first: datetime, home: ZoneInfo) -> rruleset:
    """Everything as naive wall clock time; a line nobody can read yields no date."""
    rules = rruleset()
    rules.rdate(first)
    for line in lines:
        name, _, value = line.partition(":")
        kind, _, parameters = name.partition(";")
        try:
            if STANDSTILL.search(value):
                continue
            if kind in ("RRULE", "EXRULE"):
                rule = rrulestr(local_until(value, home), dtstart=first)
                (rules.rrule if kind == "RRULE" else rules.exrule)(rule)  # type: ignore[arg-type]
                continue
            for text in value.split(","):
                at = read_date(text, parameters, first, home)
                (rules.rdate if kind == "RDATE" else rules.exdate)(at)
        except (ValueError, TypeError, OverflowError):
            continue
    return rules


def local_until(rule: str, home: ZoneInfo) -> str:
    """UNTIL as wall clock time, which is what the dates are compared in."""

    def local(match: re.Match[str]) -> str:
        day, clock, utc = match.groups()
        if not clock:
            return f"UNTIL={day}T235959"
        at = datetime.strptime(day + clock, "%Y%m%d%H%M%S")  # noqa: DTZ007 - zone follows
        if utc:
            at = naive(at.replace(tzinfo=UTC), home)
        return f"UNTIL={at:%Y%m%dT%H%M%S}"

    return UNTIL.sub(local, rule)


def read_date(text: str, parameters: str, first: datetime, home: ZoneInfo) -> datetime:
    if "T" not in text:
        day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - wall clock time
        return day if first.time() == time() else datetime.combine(day, first.time())
    at = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    if text.endswith("Z"):
        return naive(at.replace(tzinfo=UTC), home)
    named = parameters.removeprefix("TZID=")
    if named != parameters and is_zone(named):
        return naive(at.replace(tzinfo=zone_info(named)), home)
    return at


def merged(spans: list[Span]) -> list[Span]:
    """Overlapping and touching ones as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
