"""Reading of start and end (contract 4.3)."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from .errors import ApiError, calendar_error, invalid, required
from .values import When

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
"""Of RFC 3339, in which only the offset may be missing: Python reads much more."""
EARLIEST, LATEST = date(1, 1, 3), date(9999, 12, 29)
"""Beyond them midnight has no place in every zone."""


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    return name in available_timezones()


@lru_cache(maxsize=256)
def zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def read_when(value: dict[str, Any], which: str, default_zone: str | None) -> When:
    """One end of an event.

    `which`: `start` or `end`, for the message.
    `default_zone`: taken where neither offset nor zone is sent; None: refused.

    Raises ApiError: 400 as in the table of 4.3.
    """
    wrong = invalid(f"Invalid {which} time.")
    day, moment, zone = (value.get(name) for name in ("date", "dateTime", "timeZone"))
    if zone is not None and not is_zone(zone):
        raise invalid(f"Invalid time zone definition for {which} time.")
    if day is not None and moment is None:
        return When(day=read_day(day, wrong))
    if moment is not None and day is None:
        return read_moment(moment, zone, which, default_zone)
    raise wrong


def read_day(value: str, wrong: ApiError) -> date:
    if not DAY.fullmatch(value):
        raise wrong
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise wrong from None
    if not EARLIEST <= day <= LATEST:
        raise wrong
    return day


def read_moment(value: str, zone: str | None, which: str, default_zone: str | None) -> When:
    wrong = invalid(f"Invalid {which} time.")
    if not MOMENT.fullmatch(value.upper()):
        raise wrong
    try:
        moment = datetime.fromisoformat(value.upper())
        if moment.tzinfo is None:
            name = zone or default_zone
            if name is None:
                raise required(f"Missing time zone definition for {which} time.")
            # A time in the gap of a clock change is shifted forward: fold 0 does so.
            moment = moment.replace(tzinfo=zone_info(name))
        return When(instant=moment.astimezone(UTC).replace(microsecond=0), zone=zone)
    except (ValueError, OverflowError):
        raise wrong from None


def read_span(
    body: dict[str, Any], calendar_zone: str, *, naive_allowed: bool
) -> tuple[When, When]:
    """Start and end; an event without a zone gets the calendar's.

    Raises ApiError: 400; a missing end is noticed before a missing start (3.2).
    """
    for which in ("end", "start"):
        if not body.get(which):
            raise required(f"Missing {which} time.")
    default = calendar_zone if naive_allowed else None
    start = read_when(body["start"], "start", default)
    end = read_when(body["end"], "end", default)
    if (start.day is None) != (end.day is None):
        raise invalid("Invalid end time." if start.day else "Invalid start time.")
    if body.get("recurrence") and start.instant and not (start.zone and end.zone):
        raise required("Missing time zone definition for start time.")
    zone = zone_info(calendar_zone)
    if end.at(zone) < start.at(zone):
        raise calendar_error(400, "timeRangeEmpty", "The specified time range is empty.", "timeMax")
    return with_zone(start, calendar_zone), with_zone(end, start.zone or calendar_zone)


def with_zone(when: When, name: str) -> When:
    return When(instant=when.instant, zone=when.zone or name) if when.instant else when


def read_bound(text: str, name: str) -> datetime:
    """`timeMin` and the like: an offset is mandatory (1.5)."""
    bad = ApiError(400, "badRequest", "Bad Request", location=name)
    if not MOMENT.fullmatch(text.upper()):
        raise bad
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            raise bad
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad from None
