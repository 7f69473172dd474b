"""Graph's recurrence patterns as RFC 5545 rules (contract §3.6). Pure; reading only, for now."""

from __future__ import annotations

from datetime import date, datetime, timezone

from ...engine.event import When
from . import wire

_INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_FREQUENCY = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "absolutemonthly": "MONTHLY",
    "relativemonthly": "MONTHLY",
    "absoluteyearly": "YEARLY",
    "relativeyearly": "YEARLY",
}


class Unreadable(ValueError):
    """An item that cannot be told without guessing; the argument is a short reason code."""


def rules(recurrence: wire.PatternedRecurrence, start: When) -> tuple[str, ...]:
    """The RRULE line of a series that begins at `start`. Raises Unreadable."""
    pattern, limits = recurrence.get("pattern") or {}, recurrence.get("range") or {}
    kind = (pattern.get("type") or "").lower()
    if kind not in _FREQUENCY:
        raise Unreadable("unknown_recurrence")
    try:
        parts = [f"FREQ={_FREQUENCY[kind]}", *_pattern(kind, pattern), *_range(limits, start)]
    except (KeyError, ValueError, TypeError):
        raise Unreadable("unknown_recurrence") from None
    return ("RRULE:" + ";".join(parts),)


def _pattern(kind: str, pattern: wire.RecurrencePattern) -> list[str]:
    parts = []
    if (pattern.get("interval") or 1) != 1:
        parts.append(f"INTERVAL={pattern['interval']}")
    if kind.endswith("yearly"):
        parts.append(f"BYMONTH={pattern['month']}")
    if kind.startswith("absolute"):
        parts += _day_of_month(pattern["dayOfMonth"])
    elif kind != "daily":
        parts += _days(kind, pattern)
    if kind == "weekly":
        parts.append(f"WKST={_day(pattern.get('firstDayOfWeek') or 'sunday')}")
    return parts


def _day_of_month(day: int) -> list[str]:
    """Outlook takes the last day of a shorter month, where iCalendar would skip it (Q12)."""
    if not 1 <= day <= 31:
        raise ValueError(day)
    if day == 31:
        return ["BYMONTHDAY=-1"]
    if day > 28:
        days = ",".join(str(number) for number in range(28, day + 1))
        return [f"BYMONTHDAY={days}", "BYSETPOS=-1"]
    return [f"BYMONTHDAY={day}"]


def _days(kind: str, pattern: wire.RecurrencePattern) -> list[str]:
    days = [_day(name) for name in pattern.get("daysOfWeek") or []]
    if not days:
        raise ValueError("no day of the week")
    if kind == "weekly":
        return [f"BYDAY={','.join(days)}"]
    index = _INDEX[(pattern.get("index") or "first").lower()]
    if len(days) == 1:
        return [f"BYDAY={index}{days[0]}"]
    return [f"BYDAY={','.join(days)}", f"BYSETPOS={index}"]


def _day(name: str) -> str:
    return {
        "sunday": "SU",
        "monday": "MO",
        "tuesday": "TU",
        "wednesday": "WE",
        "thursday": "TH",
        "friday": "FR",
        "saturday": "SA",
    }[name.lower()]


def _range(limits: wire.RecurrenceRange, start: When) -> list[str]:
    """`endDate` is the last possible date, included; the other types leave it meaningless (Q14)."""
    kind = (limits.get("type") or "").lower()
    if kind == "numbered":
        if not limits["numberOfOccurrences"]:
            raise ValueError("a counted series without a count")
        return [f"COUNT={limits['numberOfOccurrences']}"]
    if kind != "enddate":
        return []
    last = date.fromisoformat(limits.get("endDate") or "")
    if not isinstance(start, datetime):
        return [f"UNTIL={last:%Y%m%d}"]
    until = datetime.combine(last, start.timetz()).astimezone(timezone.utc)
    return [f"UNTIL={until:%Y%m%dT%H%M%SZ}"]
