"""Patterns and ranges of a series: their check on writing and their dates (contract 3.6)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from . import zones
from .errors import GraphError, invalid_property, unreadable_body

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
_REQUIRED = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek",),
    "absoluteYearly": ("dayOfMonth", "month"),
    "relativeYearly": ("daysOfWeek", "month"),
}
_RANGES = {"endDate": "endDate", "noEnd": "startDate", "numbered": "numberOfOccurrences"}
_NO_DATE = "0001-01-01"
_LAST = date(4500, 9, 1)
"""No series goes on after it (contract 3.6)."""


def checked(given: Mapping[str, Any], zone_name: str, start: date) -> dict[str, Any]:
    """The recurrence as it reads back, with the fields a pattern does not use at their defaults.

    Raises GraphError 400 for values out of their lists, even in fields the pattern does not use.
    """
    pattern, span = given.get("pattern"), given.get("range")
    if not isinstance(pattern, Mapping) or not isinstance(span, Mapping):
        raise invalid_property("A recurrence needs a pattern and a range.")
    result = {"pattern": _pattern(pattern), "range": _range(span, zone_name, start)}
    if next(dates(result), None) is None:
        raise GraphError(400, "ErrorRecurrenceHasNoOccurrence", "The recurrence has no occurrence.")
    return result


def _pattern(given: Mapping[str, Any]) -> dict[str, Any]:
    kind = _one_of(given.get("type"), tuple(_REQUIRED), "pattern type")
    interval = _number(given.get("interval"), 1, 999, "interval")
    for name in _REQUIRED[kind]:
        if not given.get(name):
            raise invalid_property(f"A pattern of type {kind} needs {name}.")
    listed = given.get("daysOfWeek") or []
    if not isinstance(listed, list):
        raise unreadable_body("daysOfWeek is a collection.")
    return {
        "type": kind,
        "interval": interval,
        "month": _number(given.get("month") or 0, 0, 12, "month"),
        "dayOfMonth": _number(given.get("dayOfMonth") or 0, 0, 31, "dayOfMonth"),
        "daysOfWeek": [_one_of(day, DAYS, "day") for day in listed],
        "firstDayOfWeek": _one_of(given.get("firstDayOfWeek") or "sunday", DAYS, "day"),
        "index": _one_of(given.get("index") or "first", INDEXES, "index"),
    }


def _range(given: Mapping[str, Any], zone_name: str, start: date) -> dict[str, Any]:
    kind = _one_of(given.get("type"), tuple(_RANGES), "range type")
    if not given.get(_RANGES[kind]):
        raise invalid_property(f"A range of type {kind} needs {_RANGES[kind]}.")
    end = str(given.get("endDate")) if kind == "endDate" else _NO_DATE
    count = given.get("numberOfOccurrences") if kind == "numbered" else 0
    first = str(given.get("startDate") or start.isoformat())
    if _date(end) > _LAST:
        raise GraphError(400, "ErrorRecurrenceEndDateTooBig", "The end date is too far away.")
    recurrence_zone = str(given.get("recurrenceTimeZone") or zone_name)
    if not zones.same_zone(recurrence_zone, zone_name):
        raise invalid_property()
    return {
        "type": kind,
        "startDate": _date(first).isoformat(),
        "endDate": _date(end).isoformat(),
        "recurrenceTimeZone": recurrence_zone,
        "numberOfOccurrences": _number(count, 0, 999, "numberOfOccurrences"),
    }


def _one_of(value: object, allowed: tuple[str, ...], what: str) -> str:
    for name in allowed:
        if isinstance(value, str) and value.lower() == name.lower():
            return name
    raise unreadable_body(f"'{value}' is no {what}.")


def _number(value: object, low: int, high: int, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise invalid_property(f"{what} must lie between {low} and {high}.")
    return value


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise unreadable_body(f"'{text}' is not a date.") from None


def dates(recurrence: Mapping[str, Any]) -> Iterator[date]:
    """The original dates in the zone of the series; a day 29 to 31 falls on a month's last day."""
    pattern, span = recurrence["pattern"], recurrence["range"]
    counted = span["numberOfOccurrences"]
    first = date.fromisoformat(span["startDate"])
    last = date.fromisoformat(span["endDate"]) if span["type"] == "endDate" else _LAST
    rule = rrule(
        dtstart=datetime(first.year, first.month, first.day),  # noqa: DTZ001 - dates, no instants
        interval=pattern["interval"],
        count=counted or None,
        until=None if counted else datetime(last.year, last.month, last.day),  # noqa: DTZ001
        wkst=DAYS.index(pattern["firstDayOfWeek"]),
        **_rule(pattern),
    )
    return (found.date() for found in rule)


def _rule(pattern: Mapping[str, Any]) -> dict[str, Any]:
    kind = pattern["type"]
    days = [weekday(DAYS.index(day)) for day in pattern["daysOfWeek"]]
    if kind in {"daily", "weekly"}:
        return {"freq": DAILY} if kind == "daily" else {"freq": WEEKLY, "byweekday": days}
    yearly = {"freq": YEARLY, "bymonth": pattern["month"]}
    period: dict[str, Any] = {"freq": MONTHLY} if kind.endswith("Monthly") else yearly
    if kind.startswith("relative"):
        position = INDEXES.index(pattern["index"])
        return {**period, "byweekday": days, "bysetpos": -1 if position == 4 else position + 1}
    day = pattern["dayOfMonth"]
    clamped = range(min(day, 28), day + 1)
    return {**period, "bymonthday": list(clamped), "bysetpos": -1}


def spans(
    recurrence: Mapping[str, Any], start: datetime, end: datetime, *, all_day: bool
) -> Iterator[tuple[date, datetime, datetime]]:
    """Original date, start and end (UTC) of every date, wall clock kept across DST."""
    name = "UTC" if all_day else recurrence["range"]["recurrenceTimeZone"]
    rules = zones.zone(name)
    clock, length = start.astimezone(rules).timetz(), end - start
    for on in dates(recurrence):
        try:
            begins = datetime.combine(on, clock).astimezone(UTC)
            ends = begins + length
        except OverflowError:
            # The first and last days of all time: UTC has no year for them.
            continue
        yield on, begins, ends


def within(
    recurrence: Mapping[str, Any],
    start: datetime,
    end: datetime,
    window: tuple[datetime, datetime],
    *,
    all_day: bool,
) -> Iterator[tuple[date, datetime, datetime]]:
    """The spans that may touch the window, with a day to spare on both sides."""
    first, last = _widened(window)
    for on, begins, ends in spans(recurrence, start, end, all_day=all_day):
        if begins > last:
            return
        if ends > first:
            yield on, begins, ends


def _widened(window: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    spare = timedelta(days=1)
    first = max(window[0], datetime.min.replace(tzinfo=UTC) + spare) - spare
    return first, min(window[1], datetime.max.replace(tzinfo=UTC) - spare) + spare
