"""When a calendar is busy (contract 11.6)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from .calendar import Calendar
from .instances import Horizon, Window, expanded
from .times import zone_info
from .values import Event

Span = tuple[datetime, datetime]


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
    """Of a series its plain dates: those that differ are events of the calendar themselves."""
    found = [event]
    if event.is_master:
        # The window is the only bound.
        dates = expanded(calendar, event, Window(lower, upper), Horizon(upper, 0))
        found = [date for date in dates if date is not calendar.events.get(date.id)]
    return [(one.content.start.at(zone), one.content.end.at(zone)) for one in found]


def merged(spans: list[Span]) -> list[Span]:
    """Overlapping and touching ones as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
