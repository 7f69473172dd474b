"""Days and times in words: the reader's zone, the year only where it is not this one.

Every function takes local values; what is "today" is told, never asked of a clock.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from calendar_sync.actions.moments import moment

DAY = timedelta(days=1)
TYPED = re.compile(r"(\d{1,2})(?:[:.h ]?([0-5]\d))?\s*(am?|pm?)?", re.IGNORECASE)


def day(value: date, today: date) -> str:
    """`Thu 19 Nov`, in another year `Thu 19 Nov 2027`."""
    return date_format(value, "D j M" if value.year == today.year else "D j M Y")


def long_day(value: date, today: date) -> str:
    return date_format(value, "l j F" if value.year == today.year else "l j F Y")


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """On the clock of `zone`; a floating time shows itself everywhere (RFC 5545 §3.3.5)."""
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def clock(value: datetime) -> str:
    return f"{value:%H:%M}"


def length(span: timedelta) -> str:
    """`3 h`, `1 h 30`, `45 min`."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"


def dates(first: date, last: date, today: date) -> str:
    """Whole days, both included: `Thu 19 Nov, all day`, `19–20 Nov (2 days)`."""
    if first == last:
        return f"{day(first, today)}, all day"
    count = (last - first).days + 1
    if (first.year, first.month) == (last.year, last.month):
        year = "" if first.year == today.year else f" {first.year}"
        return f"{first.day}–{last.day} {date_format(last, 'M')}{year} ({count} days)"
    return f"{day(first, today)} – {day(last, today)} ({count} days)"


def period(first: date, last: date) -> str:
    """`16–22 November 2026`, `16 November – 15 December 2026`."""
    end = date_format(last, "j F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{date_format(first, 'j F' if first.year == last.year else 'j F Y')} – {end}"


def span(start: datetime, end: datetime, today: date) -> str:
    """`Thu 19 Nov 09:00–12:00`, over midnight `Thu 19 Nov 22:00 – Fri 20 Nov 02:00`."""
    if start.date() == end.date():
        return f"{day(start, today)} {clock(start)}–{clock(end)}"
    return f"{day(start, today)} {clock(start)} – {day(end, today)} {clock(end)}"


def when(start: date, end: date, zone: ZoneInfo, today: date) -> str:
    """An event's time in one line; `end` is exclusive (dates: all day)."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return span(local(start, zone), local(end, zone), today)
    return dates(start, max(start, end - DAY), today)


def change(before: str, after: str) -> str:
    """Two times in one line; the day only once: `Thu 19 Nov 09:00–12:00 → 10:00–13:00`."""
    (day_before, _, _), (day_after, _, hours) = before.rpartition(" "), after.rpartition(" ")
    return f"{before} → {hours if day_before == day_after else after}"


def ago(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`just now`, `5 min ago`, `10:42`, `yesterday 10:42`, `Tue 10:42`, `12 Nov`."""
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds) // 60} min ago"
    return moment(then, now, zone)


def typed_time(text: str) -> tuple[int, int] | None:
    """Hour and minute of `9`, `9:15`, `930`, `9pm`; None if it is no time."""
    found = TYPED.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1].lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return (hour, minute) if hour < 24 else None
