"""In which time zone an item is told, and how a zone is written. Pure; contract §3.5, Q20, Q29.

Moments come in UTC, whatever they were entered in, so the zone of an item only says on which clock
they are told; for a series it decides when its dates take place. The first name in this order that
somebody knows:

1. `recurrence.range.recurrenceTimeZone`, of a series
2. `originalStartTimeZone`
3. `originalEndTimeZone`; of a series not where it says UTC, as it does beside any other zone
4. the zone of the mailbox

A name may be missing, empty, Windows', IANA's old or new one, `tzone://Microsoft/Utc`, or
`tzone://Microsoft/Custom`, whose rules nobody is told. With none that is known the item is
reported.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ...engine.timezones import UTC, UnknownTimeZone, windows_name, zone
from . import wire
from .recurrence import Unreadable

_UTC_ALIAS = "tzone://Microsoft/Utc"


def known_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that name; None where there is none, or nobody knows it."""
    if not name:
        return None
    try:
        return UTC if name == _UTC_ALIAS else zone(name)
    except UnknownTimeZone:
        return None


def delivered_zone(value: wire.DateTimeTimeZone) -> ZoneInfo:
    """The zone a time was delivered in: UTC, as every request asks. Raises Unreadable."""
    found = known_zone(value.get("timeZone") or "UTC")
    if found is None:
        raise Unreadable("unknown_time_zone")
    return found


def own_zone(item: wire.Event, mailbox: ZoneInfo | None) -> ZoneInfo:
    """The clock an item's start is told on, by the order above. Raises Unreadable."""
    limits = (item.get("recurrence") or {}).get("range") or {}
    end = known_zone(item.get("originalEndTimeZone"))
    if end is UTC and item.get("type") == "seriesMaster":
        end = None
    found = (
        known_zone(limits.get("recurrenceTimeZone"))
        or known_zone(item.get("originalStartTimeZone"))
        or end
        or mailbox
    )
    if found is None:
        raise Unreadable("unknown_time_zone")
    return found


def end_zone(item: wire.Event, start: ZoneInfo) -> ZoneInfo:
    """The clock of an item's end: its own, else that of its start.

    It is stored on its own, and often just says UTC beside a real zone (contract §3.1).
    """
    found = known_zone(item.get("originalEndTimeZone"))
    return start if found is None or found is UTC else found


def written_zone(own: ZoneInfo) -> str:
    """The Windows name, which every mailbox takes, where one has the same rules; else IANA's."""
    return windows_name(own.key) or own.key
