"""What is written as iCalendar text is read back; whatever comes in, reading never raises."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

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
    Importance,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    UserType,
    When,
    sorted_attendees,
)
from calendar_sync.engine.icalendar import CODES, Parsed, objects_of
from calendar_sync.engine.icalendar_text import text_of
from calendar_sync.engine.properties import Json, properties
from calendar_sync.engine.timezones import UTC, zone

CORPUS = sorted((Path(__file__).parents[1] / "support" / "ics").glob("*.ics"))
STAMP = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Etc/UTC", "UTC")

# what RFC 5545 §3.1 lets into a line, and the break that text may have
characters = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
texts = st.text(characters, max_size=90) | st.text(r'\nN,;:"^' + "'<b>& é", max_size=30)
names = texts.map(str.strip)
words = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
addresses = st.from_regex(r"[a-z0-9.+_-]{1,12}@[a-z]{1,9}\.example", fullmatch=True)
uris = st.from_regex(r"https://[a-z]{1,9}\.example/[A-Za-z0-9,;:%=&?_-]{0,90}", fullmatch=True)
KINDS = (ConferenceKind.MEET, ConferenceKind.TEAMS, ConferenceKind.OTHER)
"""Those that a calendar file can tell."""
walls = st.datetimes(datetime(1901, 1, 1), datetime(2120, 1, 1)).map(  # noqa: DTZ001 - a clock's
    lambda moment: moment.replace(microsecond=0)
)
starts: st.SearchStrategy[When] = st.one_of(
    walls.map(datetime.date),
    walls,
    st.builds(
        lambda wall, name, fold: wall.replace(tzinfo=zone(name), fold=fold),
        walls,
        st.sampled_from(ZONES),
        st.integers(0, 1),
    ),
)
attendees = st.builds(
    Attendee,
    addresses.map("guest.{}".format),
    names,
    st.sampled_from(Role),
    st.sampled_from(UserType),
    st.sampled_from(PartStat),
    texts,
    st.integers(0, 99),
)
alarms = st.builds(Alarm, st.integers(-9999, 99999), st.sampled_from(AlarmAction))


@st.composite
def events(draw: st.DrawFn, start: When) -> Event:
    length = draw(st.integers(0, 99))
    return Event(
        start,
        start + (timedelta(minutes=length) if isinstance(start, datetime) else DAY * (length + 1)),
        draw(texts),
        draw(texts),
        draw(texts),
        draw(st.sampled_from(Status)),
        draw(st.sampled_from(Availability)),
        draw(st.sampled_from(Classification)),
        draw(st.none() | st.builds(Organizer, addresses, names)),
        sorted_attendees(draw(st.lists(attendees, max_size=3))),
        draw(st.just("") | uris),
        draw(st.none() | st.builds(Conference, st.sampled_from(KINDS), uris, texts)),
        draw(st.none() | st.frozensets(alarms, max_size=3).map(lambda each: tuple(sorted(each)))),
        draw(st.frozensets(words, max_size=3).map(lambda each: tuple(sorted(each)))),
        draw(st.sampled_from(("", "teal"))),
        draw(
            st.lists(
                st.builds(Attachment, uris, texts, st.sampled_from(("", "text/plain"))),
                max_size=3,
                unique_by=lambda each: each.uri,
            ).map(tuple)
        ),
        importance=draw(st.sampled_from(Importance)),
        sequence=draw(st.integers(0, 999)),
        created=draw(st.none() | st.just(STAMP)),
        updated=draw(st.none() | st.just(STAMP)),
        unknown=draw(st.lists(words.map("X-OWN;P=1:{}".format), max_size=2).map(tuple)),
    )


@st.composite
def objects(draw: st.DrawFn) -> CalendarObject:
    start = draw(starts)
    event = draw(events(start))
    uid = draw(words)
    if draw(st.booleans()):
        return CalendarObject(uid, event)
    overrides = [
        Override(start + DAY * each, draw(st.none() | events(start + DAY * each)))
        for each in draw(st.frozensets(st.integers(0, 20), max_size=3))
    ]
    return CalendarObject(uid, event, ("RRULE:FREQ=DAILY;COUNT=30",), tuple(overrides))


def normal(found: tuple[CalendarObject, ...]) -> dict[str, dict[str, Json]]:
    return {obj.uid: properties(obj) for obj in found}


def about_versions(obj: CalendarObject) -> list[object]:
    event = obj.event
    return [event.sequence, event.created, event.updated, event.unknown]


@given(st.lists(objects(), max_size=3, unique_by=lambda each: each.uid).map(tuple))
def test_what_is_written_is_read_back(written: tuple[CalendarObject, ...]) -> None:
    text = text_of(written, STAMP)
    found = objects_of(text)

    assert found.unread == ()
    assert normal(found.objects) == normal(written)
    assert list(map(about_versions, found.objects)) == list(map(about_versions, written))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text_of(found.objects, STAMP) == text_of(objects_of(text).objects, STAMP)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert_told(objects_of(text))
    assert_told(objects_of(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\n{text}\nEND:VEVENT"))


pieces = st.sampled_from(
    [";", ":", ",", '"', "=", "\\", "\n", "\r\n ", "\0", "\udce9", "9" * 9, "TZID=", "-P", "Z", "/"]
)


@given(st.sampled_from(CORPUS), st.data())
def test_a_damaged_file_is_read(path: Path, data: st.DataObject) -> None:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 40))
        text = text[:place] + data.draw(pieces | st.just("")) + text[place + gone :]
    found = objects_of(text)

    assert_told(found)
    # what could be read can be written: the same objects again
    again = objects_of(text_of(found.objects, STAMP))
    assert normal(again.objects) == normal(found.objects)


def assert_told(found: Parsed) -> None:
    assert {each.code for each in found.unread if not each.code.startswith("rule_")} <= CODES
    assert len({obj.uid for obj in found.objects}) == len(found.objects)
