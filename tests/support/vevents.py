"""One VEVENT in a few lines, and back."""

from __future__ import annotations

from datetime import datetime, timedelta

from calendar_sync.engine.event import CalendarObject, Event
from calendar_sync.engine.icalendar import Parsed, objects_of
from calendar_sync.engine.icalendar_text import text_of
from calendar_sync.engine.timezones import UTC
from support.builders import PARIS

STAMP = datetime(2026, 11, 27, 12, tzinfo=UTC)
START = "DTSTART;TZID=Europe/Paris:20260330T090000"
HOUR = timedelta(hours=1)


def paris(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=PARIS)


def parsed(*lines: str, start: str = START) -> Parsed:
    vevent = ["BEGIN:VEVENT", "UID:u1", *([start] if start else []), *lines, "END:VEVENT"]
    return objects_of("\r\n".join(["BEGIN:VCALENDAR", *vevent, "END:VCALENDAR"]))


def read(*lines: str, start: str = START) -> CalendarObject:
    found = parsed(*lines, start=start)
    assert found.unread == ()
    return found.objects[0]


def event(*lines: str, start: str = START) -> Event:
    return read(*lines, start=start).event


def codes(*lines: str, start: str = START) -> list[str]:
    return [each.code for each in parsed(*lines, start=start).unread]


def written(obj: CalendarObject) -> list[str]:
    """The unfolded lines of the VEVENTs."""
    text = text_of([obj], STAMP).replace("\r\n ", "")
    return text[text.index("BEGIN:VEVENT") :].split("\r\n")


def calendar_of(*events: list[str]) -> str:
    lines = [line for each in events for line in ("BEGIN:VEVENT", "UID:u1", *each, "END:VEVENT")]
    return "\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"])
