"""Single dates of series: computed, found by id, joined with exceptions (contract 4.2, 7)."""

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .calendar import Calendar, base_of
from .recurrence import key_of, series_of, single
from .times import zone_info
from .values import Content, Event, When

STAMP = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)")


@dataclass(frozen=True)
class Window:
    """`lower` bounds the ends, `upper` the starts; both may be missing."""

    lower: datetime | None = None
    upper: datetime | None = None
    inclusive: bool = False
    """An end at `lower` is within, as `instances` has it (5.11)."""

    def holds(self, content: Content, zone: ZoneInfo) -> bool:
        end = content.end.at(zone)
        if self.lower and not (end > self.lower or (self.inclusive and end == self.lower)):
            return False
        return not self.upper or content.start.at(zone) < self.upper


@dataclass(frozen=True)
class Horizon:
    """An endless rule gives no more than `most` dates that are yet to come (14 #12)."""

    now: datetime
    most: int


def instance(master: Event, start: When) -> Event:
    """A plain date: what the master says, under an id of its own."""
    return replace(
        master,
        id=f"{base_of(master.id)}_{start.stamp()}",
        content=single(master.content, start),
        recurring_event_id=master.id,
        original_start=start,
        former=(),
        settled=None,
    )


def lookup(calendar: Calendar, id_: str) -> Event | None:
    """A stored event, or a plain date of a living series; an exception swept away is no bar."""
    stored = calendar.events.get(id_)
    if stored and not stored.swept:
        return stored
    return plain(calendar, id_) or stored


def plain(calendar: Calendar, id_: str) -> Event | None:
    match = STAMP.fullmatch(id_)
    start = read_stamp(match[2]) if match else None
    if match is None or start is None:
        return None
    for master in calendar.halves(match[1]):
        if master.is_master and not master.cancelled:
            when = replace(start, zone=master.content.start.zone) if start.instant else start
            if series_of(master.content).yields(when):
                return instance(master, when)
    return None


def read_stamp(text: str) -> When | None:
    try:
        if len(text) == 8:
            return When(day=date.fromisoformat(text))
        return When(instant=datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return None


def expanded(
    calendar: Calendar, master: Event, window: Window, horizon: Horizon
) -> Iterator[Event]:
    """Plain dates and exceptions in the order of their original starts, cancelled ones too."""
    zone = zone_info(calendar.time_zone)
    exceptions = {
        key_of(event.original_start): event
        for event in calendar.exceptions(master)
        if event.original_start and not event.swept
    }

    def plain_ones() -> Iterator[Event]:
        for start in upcoming(master.content, window, horizon, zone):
            if key_of(start) not in exceptions:
                event = instance(master, start)
                if window.holds(event.content, zone):
                    yield event

    def original(event: Event) -> datetime:
        assert event.original_start  # noqa: S101 - of every date of a series
        return event.original_start.at(zone)

    own = [event for event in exceptions.values() if window.holds(event.content, zone)]
    return heapq.merge(plain_ones(), sorted(own, key=original), key=original)


def upcoming(content: Content, window: Window, horizon: Horizon, zone: ZoneInfo) -> Iterator[When]:
    """Starts of dates that may lie in the window."""
    series = series_of(content)
    since = None
    if window.lower:
        length = content.end.at(zone) - content.start.at(zone)
        # A day to spare: days begin at other instants in other zones.
        since = window.lower - length - timedelta(days=1)
    begin = max(window.lower or horizon.now, horizon.now)
    given = 0
    for start in series.starts(since):
        at = start.at(zone)
        if window.upper and at >= window.upper:
            return
        given += at > begin
        if series.endless and given > horizon.most:
            return
        yield start


def occurs(calendar: Calendar, master: Event, window: Window, horizon: Horizon) -> bool:
    """Whether any date of a series that is not cancelled lies in the window."""
    found = expanded(calendar, master, window, horizon)
    return any(not event.cancelled or master.cancelled for event in found)


def vanished(calendar: Calendar, master: Event, since: int, horizon: Horizon) -> Iterator[Event]:
    """Plain dates a series had after position `since` and has no longer, as cancelled rows.

    Of a deleted series only those of the next six months (6.4).
    """
    zone = zone_info(calendar.time_zone)
    gone = master.cancelled or not master.is_master
    window = Window(upper=horizon.now + timedelta(days=183)) if gone else Window()
    now = None if gone else series_of(master.content)
    seen: set[date | datetime] = {
        key_of(event.original_start)
        for event in calendar.exceptions(master)
        if event.original_start
    }
    for position, content in master.former:
        if position < since or "recurrence" not in content.shared:
            continue
        old = replace(master, content=content)
        for start in upcoming(content, window, horizon, zone):
            key = key_of(start)
            if key in seen or (now and now.yields(start)):
                continue
            seen.add(key)
            event = instance(old, start)
            event.content = replace(event.content, status="cancelled")
            event.swept = gone
            yield event
