"""Dates, times and zone names as Graph writes and reads them (contract 3.4 and 3.5)."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tzlocal.windows_tz import tz_win, win_tz

from .errors import unreadable_body, unsupported_zone

NEVER = "0001-01-01T00:00:00Z"
UTC_NAMES = frozenset({"tzone://Microsoft/Utc"})
CUSTOM = "tzone://Microsoft/Custom"
"""A zone of somebody's own, whose rules Graph does not tell; nobody can write it."""

# IANA knows these, Graph refuses them (contract 3.5).
_REFUSED = frozenset({"EST", "MST", "HST", "PDT"})
_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:\d{2})?"
)


@cache
def zone(name: str) -> ZoneInfo:
    """The rules behind a Windows or an IANA name. Raises GraphError 400."""
    iana = "UTC" if name in UTC_NAMES else win_tz.get(name, name)
    if name in _REFUSED or iana not in _iana_names():
        raise unsupported_zone(name)
    return ZoneInfo(iana)


@cache
def _iana_names() -> frozenset[str]:
    return frozenset(available_timezones())


def windows_name(name: str) -> str:
    return name if name in win_tz else tz_win.get(name, name)


def same_zone(one: str, other: str) -> bool:
    return one == other or windows_name(one) == windows_name(other)


def parse_date_time(text: str) -> tuple[datetime, timedelta | None]:
    """The wall clock written in `text` and its offset, None without one. Raises GraphError 400."""
    found = _DATE_TIME.fullmatch(text.strip())
    if found is None:
        raise unreadable_body(f"Cannot convert the literal '{text}' to 'Edm.DateTimeOffset'.")
    day, minutes, seconds, fraction, offset = found.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{minutes or '00:00'}:{seconds or '00'}")
    except ValueError:
        raise unreadable_body(f"'{text}' is not a date.") from None
    wall = wall.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
    return wall, _offset(offset)


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[4:6])
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def instant(text: str, zone_name: str = "UTC", *, honour_offset: bool = True) -> datetime:
    """The moment in UTC that `text` names: by its own offset, else as wall clock of the zone.

    Raises GraphError 400, also for moments that UTC has no year for.
    """
    wall, offset = parse_date_time(text)
    rules: tzinfo = zone(zone_name)
    try:
        if offset is not None and honour_offset:
            rules = timezone(offset)
        return wall.replace(tzinfo=rules).astimezone(UTC)
    except (OverflowError, ValueError):
        raise unreadable_body(f"'{text}' is out of range.") from None


def date_time(at: datetime) -> str:
    """Seven digits of a second, no suffix."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}0"


def stamp(at: datetime) -> str:
    """`DateTimeOffset` in UTC with trailing zeros trimmed (contract 3.1)."""
    whole = at.replace(tzinfo=None).isoformat(timespec="microseconds")
    return f"{whole.rstrip('0').rstrip('.')}Z" if at.microsecond else f"{whole[:19]}Z"


def local(at: datetime, zone_name: str) -> datetime:
    """Wall clock of a zone; the first and last hours of all time stay as they are in UTC."""
    try:
        return at.astimezone(zone(zone_name))
    except OverflowError:
        return at


def date_time_zone(at: datetime, zone_name: str, *, all_day: bool) -> dict[str, str]:
    """A `dateTimeTimeZone`; an all-day date never shifts, whatever zone is asked for."""
    wall = at if all_day or zone_name == "UTC" else local(at, zone_name)
    return {"dateTime": date_time(wall), "timeZone": zone_name}
