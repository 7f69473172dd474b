"""Graph's recurrence patterns as RFC 5545 rules, and which date of a series an item stands for.

Pure; `patterns.py` is the way back (contract §3.1, §3.6, §6).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

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
_DATE_TIME_OFFSET = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")
_ID_WITH_DATE = re.compile(
    "040000008200e00074c5b7101a82e008([0-9a-f]{4})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE
)


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
    except (AttributeError, KeyError, ValueError, TypeError):  # also where a name is null
        raise Unreadable("unknown_recurrence") from None
    return ("RRULE:" + ";".join(parts),)


def moment_of(text: str | None) -> datetime | None:
    """A DateTimeOffset; None for what is none, and for years that mean never."""
    found = _DATE_TIME_OFFSET.fullmatch(text or "")
    if found is None:
        return None
    offset = (found[3] or "Z").replace("Z", "+00:00")
    fraction = (found[2] or "0")[:6].ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{found[1]}.{fraction}{offset}")
    except ValueError:
        return None
    return moment.astimezone(timezone.utc) if moment.year in wire.YEARS else None


def original_date(item: wire.Event, start: When) -> When:
    """Which date of the series that begins at `start` an exception stands for. Raises Unreadable.

    `originalStart` is cut to whole minutes (Q36): the seconds are those of the series.
    """
    moment = moment_of(item.get("originalStart"))
    if moment is None:
        return _on(_day_in_ids(item), start)
    if isinstance(start, datetime):
        local = moment.astimezone(start.tzinfo)
        return local.replace(second=start.second, microsecond=start.microsecond, fold=0)
    # Midnight of the date, in UTC or in some zone beside it.
    return (moment + timedelta(hours=12)).date()


def cancelled_date(occurrence_id: str, start: When) -> When:
    """The date in `OID.<master>.<date>`, which is one in the zone of the series (§6).

    Ids may hold dots themselves (Q37). Raises Unreadable.
    """
    try:
        return _on(_kept(date.fromisoformat(occurrence_id.rpartition(".")[2])), start)
    except ValueError:
        raise Unreadable("cancelled_date") from None


def _on(day: date, start: When) -> When:
    return datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day


def _day_in_ids(item: wire.Event) -> date:
    """The date in `OID.<master>.<date>`, else the one inside a GlobalObjectId."""
    found = _ID_WITH_DATE.match(item.get("iCalUId") or "")
    try:
        if item.get("occurrenceId") or found is None:
            return _kept(date.fromisoformat((item.get("occurrenceId") or "").rpartition(".")[2]))
        return _kept(date(int(found[1], 16), int(found[2], 16), int(found[3], 16)))
    except ValueError:
        raise Unreadable("exception_without_date") from None


def _kept(day: date) -> date:
    if day.year not in wire.YEARS:
        raise ValueError(day)
    return day


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
    if last.year >= wire.YEARS.stop:  # Exchange holds no date after that
        return []
    last = _kept(last)
    if not isinstance(start, datetime):
        return [f"UNTIL={last:%Y%m%d}"]
    until = datetime.combine(last, start.timetz()).astimezone(timezone.utc)
    return [f"UNTIL={until:%Y%m%dT%H%M%SZ}"]
