"""What one VEVENT says, property by property."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from calendar_sync.engine.event import (
    Alarm,
    AlarmAction,
    Attachment,
    Attendee,
    Availability,
    Classification,
    Conference,
    ConferenceKind,
    Importance,
    Organizer,
    PartStat,
    Role,
    Status,
    UserType,
    When,
    when_to_text,
)
from calendar_sync.engine.icalendar import Parsed, Unread
from calendar_sync.engine.timezones import UTC
from support.builders import ANNA, BEN, PARIS
from support.vevents import START, event, paris, parsed, read, written


# --- when
@pytest.mark.parametrize(
    ("start", "lines", "begins", "ends"),
    [
        (START, ["DTEND;TZID=Europe/Paris:20260330T100000"], paris(30), paris(30, 10)),
        (START, ["DTEND;TZID=Romance Standard Time:20260330T100000"], paris(30), paris(30, 10)),
        (START, ["DTEND:20260330T080000Z"], paris(30), datetime(2026, 3, 30, 8, tzinfo=UTC)),
        (START, ["DURATION:PT1H"], paris(30), paris(30, 10)),
        (START, ["DURATION:P1DT1H"], paris(30), paris(31, 10)),
        (START, [], paris(30), paris(30)),
        # a day is the calendar's, its hours are exact: the clock changes on the 29th
        ("DTSTART;TZID=Europe/Paris:20260328T090000", ["DURATION:P1D"], paris(28), paris(29)),
        ("DTSTART;TZID=Europe/Paris:20260328T090000", ["DURATION:PT24H"], paris(28), paris(29, 10)),
        ("DTSTART;TZID=Europe/Paris:20261025T003000", ["DURATION:PT3H"],
         datetime(2026, 10, 25, 0, 30, tzinfo=PARIS), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        # Z is the moment, TZID the clock
        ("DTSTART;TZID=Europe/Paris:20260330T070000Z", [], paris(30), paris(30)),
        ("dtstart;tzid=Europe/Paris:20260330t090000", [], paris(30), paris(30)),
        ("DTSTART;VALUE=DATE:20260330", [], date(2026, 3, 30), date(2026, 3, 31)),
        ("DTSTART:20260330", ["DTEND:20260330"], date(2026, 3, 30), date(2026, 3, 31)),
        ("DTSTART;VALUE=DATE:20260330T000000", [], date(2026, 3, 30), date(2026, 3, 31)),
        ("DTSTART:20260330", ["DURATION:P2D"], date(2026, 3, 30), date(2026, 4, 1)),
        ("DTSTART:20260330", ["DURATION:PT48H"], date(2026, 3, 30), date(2026, 4, 1)),
        ("DTSTART:20260330T000000", ["DURATION:P1D", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"],
         date(2026, 3, 30), date(2026, 3, 31)),
    ],
)  # fmt: skip
def test_when_it_takes_place(start: str, lines: list[str], begins: When, ends: When) -> None:
    found = event(*lines, start=start)

    assert list(map(when_to_text, (found.start, found.end))) == [
        when_to_text(begins),
        when_to_text(ends),
    ]


def test_a_floating_time_stays_one() -> None:
    found = event("DURATION:PT1H", start="DTSTART:20260330T090000")

    assert (found.start.isoformat(), found.end.isoformat()) == (
        "2026-03-30T09:00:00",
        "2026-03-30T10:00:00",
    )


@pytest.mark.parametrize(
    ("start", "end"), [("20260330T000000", "20260330T120000"), ("20260330", "20260331")]
)
def test_what_is_no_midnight_is_no_whole_day(start: str, end: str) -> None:
    found = event(f"DTEND:{end}", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", start=f"DTSTART:{start}")

    assert found.all_day is ("T" not in start)


@pytest.mark.parametrize(
    ("start", "line", "code"),
    [
        ("", "SUMMARY:x", "time_missing"),
        ("DTSTART:", "SUMMARY:x", "time_unreadable"),
        ("DTSTART:20260330T240000", "SUMMARY:x", "time_unreadable"),
        ("DTSTART:2026-03-30", "SUMMARY:x", "time_unreadable"),
        ("DTSTART:99991231T000000Z", "SUMMARY:x", "time_out_of_range"),
        ("DTSTART:99981231T000000Z", "DURATION:P1D", "time_out_of_range"),
        ("DTSTART:99981231T000000Z", "DURATION:P9999999D", "time_out_of_range"),
        ("DTSTART:99981231T000000Z", "DURATION:P999999D", "time_out_of_range"),
        ("DTSTART:99981231", "DURATION:P1W", "time_out_of_range"),
        (START, "DTEND:20260330T065959Z", "end_before_start"),
        (START, "DURATION:-PT1H", "end_before_start"),
        (START, "DURATION:1 hour", "duration_unreadable"),
        (START, "DURATION:PT1", "duration_unreadable"),
        (START, "DTEND:20260330T100000", "times_of_two_kinds"),
        (START, "DTEND:20260331", "times_of_two_kinds"),
        ("DTSTART:20260330", "DURATION:PT1H", "times_of_two_kinds"),
        (START, "DTEND;TZID=Nowhere:20260330T100000", "unknown_time_zone"),
        (START, "RRULE:FREQ=SOMETIMES", "rule_frequency"),
        (START, "RDATE;TZID=Nowhere:20260330T100000", "unknown_time_zone"),
        (START, "EXDATE:never", "rule_date"),
    ],
)
def test_what_cannot_be_read_says_why(start: str, line: str, code: str) -> None:
    assert parsed(line, start=start) == Parsed((), (Unread("u1", code),))


# --- what
@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (r"SUMMARY:a\, b\; c\\d\ne", "summary", "a, b; c\\d\ne"),
        (r"SUMMARY:C:\\New", "summary", "C:\\New"),
        ('SUMMARY;LANGUAGE=de;X-A="b:c":Größe', "summary", "Größe"),
        ("SUMMARY:fol\r\n ded\r\n\t too", "summary", "folded too"),
        ("SUMMARY:one\r\ntwo", "summary", "one\ntwo"),
        ("SUMMARY:\x00a\x07b\udce9\ud800", "summary", "abé\ufffd"),
        (r"DESCRIPTION:<a> & b\nc", "description", "&lt;a&gt; &amp; b<br>c"),
        ("X-ALT-DESC;FMTTYPE=text/html:<p>x</p>", "description", "<p>x</p>"),
        ("X-ALT-DESC:not said to be HTML", "description", ""),
        ("STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<p>x</p>", "description", "<p>x</p>"),
        ('DESCRIPTION;ALTREP="data:text/html,%3Cp%3Ex":x', "description", "<p>x"),
        ('DESCRIPTION;ALTREP="data:text/html;base64,PHA+":x', "description", "x"),
        ("LOCATION:Room Blue", "location", "Room Blue"),
        ("STATUS:TENTATIVE", "status", Status.TENTATIVE),
        ("STATUS:cancelled", "status", Status.CANCELLED),
        ("STATUS:X-OTHER", "status", Status.CONFIRMED),
        ("TRANSP:TRANSPARENT", "availability", Availability.FREE),
        ("TRANSP:OPAQUE", "availability", Availability.BUSY),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "availability", Availability.OUT_OF_OFFICE),
        ("X-MICROSOFT-CDO-BUSYSTATUS:free", "availability", Availability.FREE),
        ("X-MICROSOFT-CDO-BUSYSTATUS:?", "availability", Availability.BUSY),
        ("CLASS:PUBLIC", "classification", Classification.PUBLIC),
        ("CLASS:CONFIDENTIAL", "classification", Classification.CONFIDENTIAL),
        ("CLASS:X-SECRET", "classification", Classification.PRIVATE),
        ("URL:https://corp.example/a;b,c", "url", "https://corp.example/a;b,c"),
        ("COLOR:teal", "colour", "teal"),
        (r"CATEGORIES:b\,c, a,,b\,c", "categories", ("a", "b,c")),
        ("SEQUENCE:7", "sequence", 7),
        ("SEQUENCE:-1", "sequence", 0),
        ("CREATED:20260330T070000Z", "created", paris(30)),
        ("CREATED:20260330T070000", "created", paris(30)),
        ("CREATED:20260330", "created", None),
        ("LAST-MODIFIED:yesterday", "updated", None),
        ("ATTACH:https://a.example/x", "attachments", (Attachment("https://a.example/x"),)),
        ("ATTACH;FILENAME=x.pdf;FMTTYPE=application/pdf:https://a.example/x", "attachments",
         (Attachment("https://a.example/x", "x.pdf", "application/pdf"),)),
        ("ATTACH;VALUE=BINARY;ENCODING=BASE64:AAAA", "attachments", ()),
        ("ATTACH:CID:part1", "attachments", ()),
        *((f"PRIORITY:{each}", "importance", Importance.HIGH) for each in range(1, 5)),
        *((f"PRIORITY:{each}", "importance", Importance.LOW) for each in range(6, 10)),
        *((f"PRIORITY:{each}", "importance", Importance.NORMAL) for each in (0, 5, 10, "A")),
        ("PRIORITY:1", "unknown", ()),
        (r"X-A;B=c:d\, e", "unknown", (r"X-A;B=c:d\, e",)),
    ],
)  # fmt: skip
def test_a_property(line: str, field: str, value: object) -> None:
    assert getattr(event(line), field) == value


def test_the_html_of_a_description_is_preferred_if_it_says_something() -> None:
    text, empty = "DESCRIPTION:words", "X-ALT-DESC;FMTTYPE=text/html:<html><body></body></html>"

    assert event(text, "X-ALT-DESC;FMTTYPE=text/html:<i>x</i>").description == "<i>x</i>"
    assert event(text, empty).description == "words"
    assert event("X-ALT-DESC;FMTTYPE=text/html:<BODY a=b>\\n<p>x").description == "<p>x"


@pytest.mark.parametrize(
    ("line", "guest"),
    [
        ("ATTENDEE:mailto:ben@corp.example", Attendee(BEN)),
        ("ATTENDEE:MailTo:Ben@corp.example", Attendee(BEN)),
        ("ATTENDEE: ben@corp.example", Attendee(BEN)),
        ("ATTENDEE;EMAIL=ben@corp.example:urn:uuid:1", Attendee(BEN)),
        ('ATTENDEE;CN="Doe, Ben":mailto:ben@corp.example', Attendee(BEN, "Doe, Ben")),
        (r"ATTENDEE;CN=Doe\, Ben:mailto:ben@corp.example", Attendee(BEN, r"Doe\, Ben")),
        (r"ATTENDEE;CN=Doe\; Ben:mailto:ben@corp.example", Attendee(BEN, "Doe; Ben")),
        ("ATTENDEE;CN=^'Ben^' ^^:mailto:ben@corp.example", Attendee(BEN, '"Ben" ^')),
        (r'ATTENDEE;CN="corp\ben":mailto:ben@corp.example', Attendee(BEN, r"corp\ben")),
        ("ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:ben@corp.example",
         Attendee(BEN, partstat=PartStat.ACCEPTED)),
        ("ATTENDEE;ROLE=NON-PARTICIPANT;CUTYPE=RESOURCE;PARTSTAT=DELEGATED:mailto:ben@corp.example",
         Attendee(BEN, "", Role.OPTIONAL, UserType.ROOM)),
        ("ATTENDEE;X-NUM-GUESTS=2;X-RESPONSE-COMMENT=late:mailto:ben@corp.example",
         Attendee(BEN, comment="late", additional_guests=2)),
    ],
)  # fmt: skip
def test_a_guest(line: str, guest: Attendee) -> None:
    assert event(line).attendees == (guest,)


def test_an_organizer_is_no_guest_and_a_guest_without_address_stays_a_line() -> None:
    nobody = "ATTENDEE;CN=Tom:invalid:nomail"
    found = read("ORGANIZER;CN=Anna:mailto:Anna@corp.example", f"ATTENDEE:mailto:{ANNA}", nobody)

    assert found.event.organizer == Organizer(ANNA, "Anna")
    assert found.event.attendees == ()
    assert found.event.unknown == (nobody,)
    assert nobody in written(found)
    assert event("ORGANIZER:invalid:nomail").organizer is None


@pytest.mark.parametrize(
    ("lines", "conference"),
    [
        (["X-GOOGLE-CONFERENCE:https://a.example"], (ConferenceKind.MEET, "https://a.example", "")),
        (["X-MICROSOFT-SKYPETEAMSMEETINGURL:https://a.example", "CONFERENCE:tel:+49%201"],
         (ConferenceKind.TEAMS, "https://a.example", "+49 1")),
        (["CONFERENCE:https://meet.google.com/a", "CONFERENCE:https://b.example"],
         (ConferenceKind.MEET, "https://meet.google.com/a", "")),
        (["CONFERENCE:https://teams.live.com/a"],
         (ConferenceKind.TEAMS, "https://teams.live.com/a", "")),
        (["CONFERENCE:https://[bad"], (ConferenceKind.OTHER, "https://[bad", "")),
        (["CONFERENCE:TEL:+49"], (ConferenceKind.OTHER, "", "+49")),
    ],
)  # fmt: skip
def test_where_to_join(lines: list[str], conference: tuple[ConferenceKind, str, str]) -> None:
    assert event(*lines).conference == Conference(*conference)


# --- alarms
def alarm(trigger: str, action: str = "DISPLAY") -> list[str]:
    return ["BEGIN:VALARM", f"ACTION:{action}", trigger, "END:VALARM"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([], None),
        (alarm("TRIGGER:-PT15M"), (Alarm(15),)),
        (alarm("TRIGGER:PT5M", "AUDIO"), (Alarm(-5),)),
        (alarm("TRIGGER:-P1DT1H", "email"), (Alarm(1500, AlarmAction.EMAIL),)),
        (alarm("TRIGGER:-P1W"), (Alarm(10080),)),
        (alarm("TRIGGER;RELATED=END:-PT90M"), (Alarm(30),)),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260330T063000Z"), (Alarm(30),)),
        (alarm("TRIGGER;VALUE=DATE-TIME:someday"), None),
        (alarm("TRIGGER:-PT90S"), None),
        (alarm("TRIGGER:soon"), None),
        (alarm("X-NO:TRIGGER"), None),
        (alarm("TRIGGER:-PT15M", "PROCEDURE"), None),
        (alarm("TRIGGER:-PT15M", "NONE"), ()),
        (["BEGIN:PARTICIPANT", "UID:p", "END:PARTICIPANT"], None),
    ],
)
def test_alarms(lines: list[str], found: tuple[Alarm, ...] | None) -> None:
    assert event("DURATION:PT1H", *lines).alarms == found


def test_a_moment_is_no_alarm_of_a_time_that_is_none() -> None:
    at = alarm("TRIGGER;VALUE=DATE-TIME:20260330T063000Z")

    assert event(*at, start="DTSTART:20260330T090000").alarms is None
    assert event(*at, start="DTSTART:20260330").alarms is None
