"""The recurrence blob of Exchange: all deleted and edited dates of a series (contract 3.12).

Dates are minutes since 1601, local time of the series; layout after MS-OXOCAL 2.2.1.44.
"""

import base64
import struct
from datetime import UTC, date, datetime, timedelta
from typing import Any

from . import recurrence, zones
from .mailbox import Item

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_FREQUENCIES = {"daily": 0x200A, "weekly": 0x200B, "Monthly": 0x200C, "Yearly": 0x200D}
_END_DATE, _NUMBERED, _NO_END = 0x2021, 0x2022, 0x2023
_NEVER = 0x5AE980DF


def encoded(item: Item) -> str:
    """Base64, of a series master."""
    rule = item.recurrence or {}
    return base64.b64encode(_pattern(item, rule) + _exceptions(item)).decode()


def _pattern(item: Item, rule: dict[str, Any]) -> bytes:
    pattern, span = rule["pattern"], rule["range"]
    first = date.fromisoformat(span["startDate"])
    count, last = span["numberOfOccurrences"], date.fromisoformat(span["endDate"])
    end = {"endDate": _END_DATE, "numbered": _NUMBERED}.get(span["type"], _NO_END)
    if end == _NUMBERED:
        last = list(recurrence.dates(rule))[-1]
    kind, specific = _specific(pattern)
    frequency = next(code for name, code in _FREQUENCIES.items() if pattern["type"].endswith(name))
    period = pattern["interval"] * {"daily": 1440}.get(pattern["type"], 1)
    period *= 12 if pattern["type"].endswith("Yearly") else 1
    gone = sorted(item.cancelled | item.overrides.keys())
    return b"".join([
        struct.pack("<HHHHHIII", 0x3004, 0x3004, frequency, kind, 0, 0, period, 0),
        specific,
        struct.pack("<III", end, count or 10, (_weekday(pattern["firstDayOfWeek"]))),
        _dates(gone),
        _dates(sorted(_local(item, edited.start).date() for edited in item.overrides.values())),
        struct.pack("<II", _minutes(first), _NEVER if end == _NO_END else _minutes(last)),
    ])  # fmt: skip


def _specific(pattern: dict[str, Any]) -> tuple[int, bytes]:
    """Pattern type and its own fields: a mask of days, a day of the month, or both with a place."""
    mask = sum(1 << _weekday(day) for day in pattern["daysOfWeek"])
    if pattern["type"] == "daily":
        return 0, b""
    if pattern["type"] == "weekly":
        return 1, struct.pack("<I", mask)
    if pattern["type"].startswith("absolute"):
        return 2, struct.pack("<I", pattern["dayOfMonth"])
    return 3, struct.pack("<II", mask, recurrence.INDEXES.index(pattern["index"]) + 1)


def _exceptions(item: Item) -> bytes:
    """Start and end of every edited date; what else was edited is read from the event itself."""
    start = _local(item, item.start)
    offset = start.hour * 60 + start.minute
    length = int((item.end - item.start).total_seconds() // 60)
    head = struct.pack("<IIIIH", 0x3006, 0x3009, offset, offset + length, len(item.overrides))
    rows = [
        struct.pack(
            "<IIIH",
            _at(_local(item, edited.start)),
            _at(_local(item, edited.end)),
            _at(_local(item, edited.original_start or edited.start)),
            0,
        )
        for _, edited in sorted(item.overrides.items())
    ]
    return b"".join([head, *rows, bytes(8)])


def _dates(days: list[date]) -> bytes:
    return struct.pack(f"<I{len(days)}I", len(days), *map(_minutes, days))


def _local(item: Item, at: datetime) -> datetime:
    """Wall clock of the series, called UTC so that it can be subtracted."""
    rule = item.recurrence or {}
    zone = "UTC" if item.all_day else rule["range"]["recurrenceTimeZone"]
    return at.astimezone(zones.zone(zone)).replace(tzinfo=UTC)


def _at(wall: datetime) -> int:
    return (wall - _EPOCH) // timedelta(minutes=1)


def _minutes(day: date) -> int:
    return max(0, _at(datetime(day.year, day.month, day.day, tzinfo=UTC)))


def _weekday(day: str) -> int:
    """Sunday is 0."""
    return (recurrence.DAYS.index(day) + 1) % 7
