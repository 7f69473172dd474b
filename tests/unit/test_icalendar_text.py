"""How calendar objects are written."""

from __future__ import annotations

from datetime import UTC as NO_ZONE
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import (
    Alarm,
    AlarmAction,
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Conference,
    ConferenceKind,
    Event,
    Organizer,
    Override,
    When,
)
from calendar_sync.engine.icalendar import Parsed, objects_of
from calendar_sync.engine.icalendar_text import text_of
from calendar_sync.engine.properties import properties
from calendar_sync.engine.timezones import UTC
from support.builders import ANNA, BEN, NOON, PARIS, an_event, an_object
from support.vevents import HOUR, STAMP, paris, written

INVITED = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION"


REVIEW = Event(
    NOON,
    NOON + HOUR,
    "Review; C:\\New",
    "<p>Bring<br>cake</p>",
    organizer=Organizer(ANNA, 'Anna "A" Berg'),
    attendees=(Attendee(BEN, "Ben", comment="late", additional_guests=1),),
    availability=Availability.OUT_OF_OFFICE,
    classification=Classification.PRIVATE,
    alarms=(Alarm(15), Alarm(-5, AlarmAction.EMAIL)),
    conference=Conference(ConferenceKind.MEET, "https://meet.google.com/a", "+49 1"),
    sequence=2,
    created=paris(1),
    updated=paris(2),
)


def test_an_event_is_written() -> None:
    assert written(CalendarObject("u1", REVIEW)) == [
        "BEGIN:VEVENT",
        "UID:u1",
        "DTSTAMP:20261127T120000Z",
        "DTSTART;TZID=Europe/Paris:20261123T120000",
        "DTEND;TZID=Europe/Paris:20261123T130000",
        r"SUMMARY:Review\; C:\\New",
        r"DESCRIPTION:Bring\ncake",
        "X-ALT-DESC;FMTTYPE=text/html:<p>Bring<br>cake</p>",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "CLASS:PRIVATE",
        f"ORGANIZER;CN=\"Anna ^'A^' Berg\":mailto:{ANNA}",
        f'ATTENDEE;{INVITED};CN="Ben";X-NUM-GUESTS=1;X-RESPONSE-COMMENT="late":mailto:{BEN}',
        "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://meet.google.com/a",
        "X-GOOGLE-CONFERENCE:https://meet.google.com/a",
        "CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+49%201",
        "SEQUENCE:2",
        "CREATED:20260301T080000Z",
        "LAST-MODIFIED:20260302T080000Z",
        *("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M"),
        *(r"DESCRIPTION:Review\; C:\\New", "END:VALARM"),
        *("BEGIN:VALARM", "ACTION:EMAIL", "TRIGGER:PT5M", r"DESCRIPTION:Review\; C:\\New"),
        *(r"SUMMARY:Review\; C:\\New", f"ATTENDEE:mailto:{ANNA}", "END:VALARM"),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_series_is_written() -> None:
    start = datetime(2026, 3, 28, 9, tzinfo=PARIS)
    lines = ("RRULE:FREQ=DAILY", 'EXDATE;TZID="Romance Standard Time":20260401T090000')
    moved = an_event("Moved", paris(31, 11))
    dates = (Override(paris(30), None), Override(paris(31).astimezone(UTC), moved))
    text = written(CalendarObject("u1", an_event(start=start), lines, dates))

    assert [line for line in text if line.startswith(("R", "EX", "BEGIN", "SUMMARY"))] == [
        "BEGIN:VEVENT",
        "RRULE:FREQ=DAILY",
        "EXDATE;TZID=Europe/Paris:20260401T090000",
        "EXDATE;TZID=Europe/Paris:20260330T090000",
        "SUMMARY:Design review",
        "BEGIN:VEVENT",
        "RECURRENCE-ID;TZID=Europe/Paris:20260331T090000",
        "SUMMARY:Moved",
    ]


@pytest.mark.parametrize(
    ("start", "line"),
    [
        (date(2026, 3, 30), "DTSTART;VALUE=DATE:20260330"),
        (datetime(2026, 3, 30, 9), "DTSTART:20260330T090000"),  # noqa: DTZ001 - floating
        (datetime(2026, 3, 30, 9, tzinfo=UTC), "DTSTART:20260330T090000Z"),
        (datetime(2026, 3, 30, 9, tzinfo=NO_ZONE), "DTSTART:20260330T090000Z"),
        (paris(30), "DTSTART;TZID=Europe/Paris:20260330T090000"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS),
         "DTSTART;TZID=Europe/Paris:20261025T023000"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1), "DTSTART:20261025T013000Z"),
        (datetime(1604, 3, 30, 9, tzinfo=PARIS), "DTSTART;TZID=Europe/Paris:16040330T090000"),
    ],
)  # fmt: skip
def test_a_time_is_written(start: When, line: str) -> None:
    assert line in written(an_object(start=start))


def test_every_zone_that_is_named_is_told() -> None:
    here = an_object("a", start=paris(30))
    there = CalendarObject(
        "b",
        an_event(start=datetime(2026, 3, 30, 9, tzinfo=ZoneInfo("Asia/Tokyo"))),
        ("RDATE;TZID=Romance Standard Time:20260401T090000", "RDATE;TZID=Nowhere:20260402T090000"),
    )
    text = text_of([here, there, an_object("c", start=date(2026, 1, 1))], STAMP)
    told = [line for line in text.split("\r\n") if line.startswith("TZID:")]

    assert told == ["TZID:Asia/Tokyo", "TZID:Europe/Paris"]


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART:20260101",
        "END:VEVENT",
        "BEGIN:VALARM",
        "no line",
        "ATTENDEE:mailto:x@y.example",
        "",
    ],
)
def test_an_unknown_line_cannot_be_one_of_ours(line: str) -> None:
    event = Event(NOON, NOON, unknown=(line, "X-OK:1\nDTEND:20260101"))
    text = written(CalendarObject("u1", event))

    assert text.count(line) == (1 if line in {"END:VEVENT", ""} else 0)
    assert "X-OK:1 DTEND:20260101" in text


def test_an_address_stays_on_its_line() -> None:
    event = Event(
        NOON, NOON, url="https://a.example\r\nX-EVIL:1", alarms=(Alarm(1, AlarmAction.EMAIL),)
    )

    text = written(CalendarObject("u1", event))
    assert "URL:https://a.example X-EVIL:1" in text
    assert not any(line.startswith("ATTENDEE") for line in text)


def test_what_is_no_series_has_no_dates() -> None:
    obj = CalendarObject("u1", an_event(), (), (Override(NOON, an_event("Other")),))
    (found,) = objects_of(text_of([obj], STAMP)).objects

    assert found == CalendarObject("u1", an_event())
    assert properties(found) == properties(obj)


def test_no_alarm_is_not_the_calendars_alarms() -> None:
    for alarms in (None, ()):
        obj = CalendarObject("u1", Event(NOON, NOON, alarms=alarms))
        assert objects_of(text_of([obj], STAMP)).objects[0].event.alarms == alarms


def test_an_empty_calendar() -> None:
    assert text_of([], STAMP).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar Sync//Calendar Sync//EN",
        "CALSCALE:GREGORIAN",
        "END:VCALENDAR",
        "",
    ]
    assert objects_of(text_of([], STAMP)) == Parsed()
