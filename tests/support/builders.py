"""Test subjects in one line each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_sync.engine.event import (
    Attendee,
    CalendarObject,
    Event,
    Organizer,
    PartStat,
    sorted_attendees,
)

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=PARIS)
ANNA = "anna@corp.example"
BEN = "ben@corp.example"
EVA = "eva@client.example"


def an_event(
    summary: str = "Design review",
    start: datetime | date = NOON,
    guests: tuple[str, ...] = (),
    organizer: str | None = None,
    description: str = "",
) -> Event:
    """An hour, or a day; with guests it is a meeting of Anna's unless said otherwise."""
    length = timedelta(hours=1) if isinstance(start, datetime) else timedelta(days=1)
    host = organizer or (ANNA if guests else None)
    return Event(
        start,
        start + length,
        summary,
        description=description,
        organizer=Organizer(host) if host else None,
        attendees=sorted_attendees(Attendee(guest) for guest in guests),
    )


def an_object(
    uid: str = "u1",
    summary: str = "Design review",
    start: datetime | date = NOON,
    guests: tuple[str, ...] = (),
    organizer: str | None = None,
    description: str = "",
) -> CalendarObject:
    return CalendarObject(uid, an_event(summary, start, guests, organizer, description))


def answered(partstat: PartStat) -> list[str | int]:
    """The value of an `answer:` property."""
    return [partstat.value, "", 0]
