"""iCalendar text, property by property and edge by edge."""

from __future__ import annotations

from datetime import UTC as NO_ZONE
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import (
    Alarm,
    AlarmAction,
    Attachment,
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Conference,
    ConferenceKind,
    Event,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    UserType,
    When,
    when_to_text,
)
from calendar_sync.engine.icalendar import Parsed, Unread, objects_of
from calendar_sync.engine.icalendar_lines import components_of
from calendar_sync.engine.icalendar_text import text_of
from calendar_sync.engine.icalendar_zones import Zones, lines_of
from calendar_sync.engine.properties import properties
from calendar_sync.engine.timezones import UTC, UnknownTimeZone, zone
from support.builders import ANNA, BEN, NOON, PARIS, an_event, an_object

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
        ("PRIORITY:1", "unknown", ("PRIORITY:1",)),
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


# --- time zones


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Tzfile/America/Indiana/Knox", "America/Indiana/Knox"),
    ],
)
def test_a_zone_by_its_name(name: str, key: str) -> None:
    assert Zones([]).zone(name, 2026).key == key


@pytest.mark.parametrize("name", ["", "Berlin", "x/UTC", "/nobody/Nowhere", "GMT+1"])
def test_no_zone_is_guessed_by_its_name(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        Zones([]).zone(name, 2026)


def by_rules(*lines: str, year: int = 2026) -> str | None:
    """The zone that a VTIMEZONE is like; None for none."""
    text = "\n".join(["BEGIN:VTIMEZONE", "TZID:X", *lines, "END:VTIMEZONE"])
    zones = Zones(components_of(text))
    try:
        found = zones.zone("X", year)
    except UnknownTimeZone:
        return None
    assert zones.zone("X", year) is found
    return found.key


def observance(start: str, earlier: str, later: str, *lines: str) -> list[str]:
    offsets = [f"TZOFFSETFROM:{earlier}", f"TZOFFSETTO:{later}"]
    return ["BEGIN:STANDARD", f"DTSTART:{start}", *offsets, *lines, "END:STANDARD"]


SUMMER = observance("16010325T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3")
WINTER = observance("16011028T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ([*SUMMER, *WINTER], "Europe/Budapest"),
        (SUMMER, "Etc/GMT-2"),
        (observance("20300101T000000", "-0300", "-0200"), None),
        (observance("20400101T000000", "-0300", "-0200"), "Etc/GMT+3"),
        (observance("16010101T000000", "+0545", "+0545"), "Asia/Katmandu"),
        (observance("16010101T000000", "+0003", "+0003"), None),
        (observance("16010101T000000", "soon", "+0100"), None),
        (observance("16010101", "+0100", "+0100"), None),
        (observance("00010101T000000", "+0100", "+0100"), None),
        (observance("16010101T000000", "+0100", "+0100", "RRULE:FREQ=DAILY"), None),
        (observance("16010101T000000", "+0100", "+0100", "RRULE:FREQ=YEARLY;BYHOUR=1,2"), None),
        (observance("16010101T000000", "+0100", "+0100", "RRULE:nonsense"), None),
        ([], None),
    ],
)
def test_a_zone_by_its_rules(lines: list[str], key: str | None) -> None:
    found = by_rules(*lines)

    assert found == (zone(key).key if key else None)


def test_rules_are_those_of_the_years_of_the_event() -> None:
    """The United States had other rules until 2006."""
    new = [
        *observance("20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3"),
        *observance("20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"),
    ]

    assert by_rules(*new, year=2026) == "America/New_York"
    assert by_rules(*new, year=2003) is None
    assert by_rules(*new, year=9998) == "America/New_York"


@pytest.mark.parametrize(
    "key",
    [
        "Europe/Paris",
        "America/New_York",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
    ],
)
def test_a_written_zone_has_the_rules_of_its_own(key: str) -> None:
    """Every change of the clock from first to last, told by the clock before it (§3.6.5)."""
    (component,) = components_of("\n".join(lines_of(key, 2020, 2030)))
    rules = zone(key)

    for part in component.parts:
        earlier, later = (
            datetime.strptime(part.value(name), "%z").tzinfo
            for name in ("TZOFFSETFROM", "TZOFFSETTO")
        )
        for text in f"{part.value('DTSTART')},{part.value('RDATE')}".strip(",").split(","):
            onset = datetime.fromisoformat(text).replace(tzinfo=earlier)
            assert onset.astimezone(rules).utcoffset() == onset.astimezone(later).utcoffset()
            before = (onset - timedelta(seconds=1)).astimezone(rules)
            assert before.utcoffset() == onset.utcoffset()
    assert by_rules(*lines_of(key, 2020, 2036)[2:-1], year=2022) is not None


def test_a_zone_that_is_none_is_not_written() -> None:
    assert lines_of("Nowhere", 2020, 2030) == ()


# --- series


def calendar_of(*events: list[str]) -> str:
    lines = [line for each in events for line in ("BEGIN:VEVENT", "UID:u1", *each, "END:VEVENT")]
    return "\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"])


DAILY = [START, "RRULE:FREQ=DAILY"]


def test_lines_of_a_series_name_zones_that_everybody_knows() -> None:
    found = read(
        "rrule:FREQ=DAILY;COUNT=5",
        'RDATE;TZID="Romance Standard Time":20260430T090000, 20260501T090000',
        "EXDATE;TZID=/x.org/Europe/Paris:20260331T090000,",
        "EXDATE:",
    )

    assert found.recurrence == (
        "RRULE:FREQ=DAILY;COUNT=5",
        "RDATE;TZID=Europe/Paris:20260430T090000,20260501T090000",
        "EXDATE;TZID=Europe/Paris:20260331T090000",
    )


@pytest.mark.parametrize(
    "recurrence_id",
    [
        "RECURRENCE-ID;TZID=Europe/Paris:20260331T090000",
        "RECURRENCE-ID:20260331T070000Z",
        "RECURRENCE-ID:20260331T090000",
        "RECURRENCE-ID;VALUE=DATE:20260331",
    ],
)
def test_a_date_is_named_in_every_kind_of_time(recurrence_id: str) -> None:
    moved = [recurrence_id, "DTSTART:20260331T080000Z"]
    (obj,) = objects_of(calendar_of(moved, DAILY)).objects

    assert [each.recurrence_id for each in obj.overrides] == [paris(31)]


def test_a_date_that_cannot_be_read_takes_its_series_along() -> None:
    bad = ["RECURRENCE-ID:20260331T070000Z", "SUMMARY:no start"]

    assert objects_of(calendar_of(DAILY, bad)) == Parsed((), (Unread("u1", "time_missing"),))


def test_dates_without_a_series_are_events_of_their_own() -> None:
    first, second = "RECURRENCE-ID:20260330T070000Z", "RECURRENCE-ID:20260331T070000Z"
    single, bad = [START], [second, "DTSTART:never"]
    old = [first, START, "SUMMARY:Old"]
    new = [first, START, "SUMMARY:New", "SEQUENCE:1"]
    found = objects_of(calendar_of(new, single, old, bad))

    assert [(obj.uid, obj.event.summary) for obj in found.objects] == [
        ("u1", ""),
        ("u1/20260330T070000Z", "New"),
    ]
    assert found.unread == (Unread("u1", "time_unreadable"), Unread("u1", "duplicate"))


def test_from_a_date_on_is_not_read() -> None:
    later = ["RECURRENCE-ID;RANGE=THISANDFUTURE:20260331T070000Z", START]

    assert objects_of(calendar_of(later)).unread == (Unread("u1", "this_and_future"),)
    assert objects_of(calendar_of(DAILY, later)).unread == (Unread("u1", "this_and_future"),)


# --- the text around it


def test_uids_are_canonical() -> None:
    found = objects_of(calendar_of([START]).replace("u1", " a\\,b "))

    assert [obj.uid for obj in found.objects] == ["a,b"]


@pytest.mark.parametrize(
    "text",
    ["", "\ufeff", "<html>", "BEGIN:VEVENT\nUID:u\nEND:VEVENT", "BEGIN:VCARD\nEND:VCARD", "END:X"],
)
def test_what_is_no_calendar(text: str) -> None:
    assert objects_of(text) == Parsed((), (Unread("", "no_calendar"),))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\r\n"])
def test_every_kind_of_line_end(end: str) -> None:
    text = "\ufeff" + calendar_of([START, "SUMMARY:x"]).replace("\n", end)

    assert [obj.event.summary for obj in objects_of(text).objects] == ["x"]


def test_what_was_cut_off_is_not_taken_for_the_whole() -> None:
    whole = calendar_of([START, "SUMMARY:x"], ["DTSTART:20260401"])
    text = whole.replace("UID:u1", "UID:u2", 1)[: -len("END:VEVENT\nEND:VCALENDAR")]
    found = objects_of(text)

    assert [obj.uid for obj in found.objects] == ["u2"]
    assert found.unread == (Unread("", "not_ended"), Unread("u1", "not_ended"))


def test_a_calendar_without_its_end_gives_way_to_the_next() -> None:
    text = f"BEGIN:VCALENDAR\n{calendar_of([START])}"

    found = objects_of(text)
    assert ([obj.uid for obj in found.objects], found.unread) == (
        ["u1"],
        (Unread("", "not_ended"),),
    )


def test_components_in_components_without_end() -> None:
    deep = ["BEGIN:X"] * 5000 + ["END:Y"] * 5000

    assert codes(*deep, "END:X") == []


# --- writing

INVITED = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION"


def test_an_event_is_written() -> None:
    event = Event(
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

    assert written(CalendarObject("u1", event)) == [
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
