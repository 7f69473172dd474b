"""Series, their dates, and the text around events."""

from __future__ import annotations

import pytest

from calendar_sync.engine.icalendar import Parsed, Unread, objects_of
from support.vevents import START, calendar_of, codes, paris, read

# --- series
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


@pytest.mark.parametrize(
    "line",
    [
        "SEQUENCE:" + "9" * 5000,
        "ATTENDEE;X-NUM-GUESTS=" + "9" * 5000 + ":mailto:a@corp.example",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-P999999999DT99999999H\nEND:VALARM",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;RELATED=END:P999999999D\nEND:VALARM",
        "CONFERENCE:https://[::1",
        "X;" * 5000,
    ],
)
def test_what_is_out_of_all_measure_is_left_out(line: str) -> None:
    assert codes(line) == []


def test_a_date_in_a_zone_by_its_rules_whose_start_cannot_be_read() -> None:
    zone = ["TZID:X", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100"]
    rules = ["BEGIN:VTIMEZONE", *zone, "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"]
    text = calendar_of(["RECURRENCE-ID;TZID=X:20260331T090000", "DTSTART:never"])
    found = objects_of(text.replace("BEGIN:VEVENT", "\n".join([*rules, "BEGIN:VEVENT"])))

    assert found.unread == (Unread("u1", "time_unreadable"),)
