"""A calendar object as a flat map: what stands under which key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.capabilities import AlarmLimits, Capabilities
from calendar_sync.engine.event import (
    Alarm,
    AlarmAction,
    Attachment,
    Availability,
    CalendarObject,
    Conference,
    ConferenceKind,
    Event,
    Importance,
    Override,
    PartStat,
    When,
)
from calendar_sync.engine.properties import (
    FAMILIES,
    Json,
    family,
    is_guest_key,
    is_overlay,
    object_of,
    on_date,
    on_which,
    properties,
)
from support.builders import BEN, PARIS, an_event, an_object, answered

BERLIN = ZoneInfo("Europe/Berlin")
UTC = ZoneInfo("UTC")
DAILY = "RRULE:FREQ=DAILY"


def paris(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=PARIS)


def series(
    *overrides: Override, start: When | None = None, lines: tuple[str, ...] = (DAILY,)
) -> CalendarObject:
    event = an_event(start=start or paris(28), guests=(BEN,))
    return CalendarObject("u1", event, lines, overrides)


def dates_of(obj: CalendarObject) -> dict[str, object]:
    return {key: value for key, value in properties(obj).items() if key.startswith("at:")}


def test_everything_an_event_may_say() -> None:
    event = Event(
        paris(28),
        paris(28, 10),
        "Review",
        availability=Availability.OUT_OF_OFFICE,
        url="https://corp.example/42",
        conference=Conference(ConferenceKind.TEAMS, "https://teams.example/j", "+49 30 1"),
        alarms=(Alarm(15), Alarm(60, AlarmAction.EMAIL)),
        categories=("Customer", "Travel"),
        colour="teal",
        attachments=(Attachment("https://corp.example/a.pdf", "a.pdf", "application/pdf"),),
        importance=Importance.LOW,
    )

    found = properties(CalendarObject("u1", event))

    assert found == {
        "when": ["2026-03-28T09:00:00 Europe/Paris", "2026-03-28T10:00:00 Europe/Paris"],
        "summary": "Review",
        "status": "confirmed",
        "availability": "out-of-office",
        "classification": "default",
        "url": "https://corp.example/42",
        "conference": ["teams", "https://teams.example/j", "+49 30 1"],
        "alarms": [[15, "display"], [60, "email"]],
        "category:Customer": True,
        "category:Travel": True,
        "colour": "teal",
        "importance": "low",
        "attachment:https://corp.example/a.pdf": ["a.pdf", "application/pdf"],
    }
    assert object_of("u1", found).event == event


def test_an_event_without_a_word_is_of_normal_importance() -> None:
    """So a base from before anybody asked says the same as one of today."""
    obj = CalendarObject("u", an_event())

    assert "importance" not in properties(obj)
    assert object_of("u", properties(obj)).event.importance is Importance.NORMAL


def test_no_alarm_is_not_the_calendars_alarms() -> None:
    silent, default = an_event(), replace(an_event(), alarms=())

    assert object_of("u", properties(CalendarObject("u", silent))).event.alarms is None
    assert object_of("u", properties(CalendarObject("u", default))).event.alarms == ()


def test_what_is_about_a_version_is_not_compared() -> None:
    event = an_event()
    told = replace(event, sequence=3, created=paris(1), updated=paris(2), unknown=("X-A:1",))

    assert properties(CalendarObject("u", told)) == properties(CalendarObject("u", event))
    assert told == event


# --- the dates of a series


def test_a_changed_date_says_what_differs() -> None:
    moved = replace(series().event, start=paris(30, 11), end=paris(30, 12), location="Room Blue")

    assert dates_of(series(Override(paris(30), moved))) == {
        "at:20260330T070000Z:when": [
            "2026-03-30T11:00:00 Europe/Paris",
            "2026-03-30T12:00:00 Europe/Paris",
        ],
        "at:20260330T070000Z:location": "Room Blue",
    }


def test_a_changed_date_may_lack_what_its_series_has() -> None:
    alone = replace(series().event, start=paris(30), end=paris(30, 10), summary="", attendees=())

    found = dates_of(series(Override(paris(30), alone)))

    assert found == {
        "at:20260330T070000Z:summary": "",
        f"at:20260330T070000Z:attendee:{BEN}": "",
        f"at:20260330T070000Z:answer:{BEN}": "",
    }
    (override,) = object_of("u1", properties(series(Override(paris(30), alone)))).overrides
    assert override == Override(paris(30), alone)


def test_a_date_that_says_what_its_series_says_is_no_difference() -> None:
    same = replace(series().event, start=paris(30), end=paris(30, 10))

    assert dates_of(series(Override(paris(30), same))) == {}


def test_an_answer_for_one_date() -> None:
    guest = replace(series().event.attendees[0], partstat=PartStat.DECLINED)
    absent = replace(series().event, start=paris(30), end=paris(30, 10), attendees=(guest,))

    assert dates_of(series(Override(paris(30), absent))) == {
        f"at:20260330T070000Z:answer:{BEN}": answered(PartStat.DECLINED)
    }


@pytest.mark.parametrize(
    ("start", "date_left_out", "line", "name"),
    [
        (paris(28), paris(30), "EXDATE;TZID=Europe/Paris:20260330T090000", "20260330T070000Z"),
        (paris(28), paris(30), "EXDATE:20260330T070000Z", "20260330T070000Z"),
        (paris(28), paris(30), "exdate:20260330T090000", "20260330T070000Z"),
        (datetime(2026, 3, 28, 9), datetime(2026, 3, 30, 9), "EXDATE:20260330T090000",  # noqa: DTZ001
         "20260330T090000"),
        (date(2026, 3, 28), date(2026, 3, 30), "EXDATE;VALUE=DATE:20260330", "20260330"),
        (date(2026, 3, 28), date(2026, 3, 30), "EXDATE:20260330T000000Z", "20260330"),
    ],
)  # fmt: skip
def test_an_exdate_is_a_cancelled_date(
    start: When, date_left_out: When, line: str, name: str
) -> None:
    by_line = series(start=start, lines=(DAILY, line))
    by_override = series(Override(date_left_out, None), start=start)

    assert properties(by_line) == properties(by_override)
    assert dates_of(by_line) == {f"at:{name}": "cancelled"}
    assert object_of("u1", properties(by_line)) == by_override


@pytest.mark.parametrize(
    "line", ["EXDATE;VALUE=DATE:20260330", "EXDATE:nonsense", "RDATE:20260401"]
)
def test_a_line_that_names_no_single_date_stays_a_line(line: str) -> None:
    found = properties(series(lines=(DAILY, line)))

    assert found["recurrence"] == [DAILY, line]


def test_two_spellings_of_a_zone_name_the_same_date() -> None:
    moved = replace(series().event, start=paris(30, 11), end=paris(30, 12))
    here = series(Override(paris(30), moved))
    there = series(Override(paris(30).astimezone(BERLIN), moved))
    in_utc = series(Override(paris(30).astimezone(UTC), moved))

    assert dates_of(here) == dates_of(there) == dates_of(in_utc)


def test_what_one_date_says() -> None:
    moved = replace(series().event, start=paris(30, 11), end=paris(30, 12), summary="")
    found = properties(series(Override(paris(30), moved)))

    assert on_date(found, paris(29)) is found
    on_monday = on_date(found, paris(30))
    assert on_monday["when"] == [
        "2026-03-30T11:00:00 Europe/Paris",
        "2026-03-30T12:00:00 Europe/Paris",
    ]
    assert "summary" not in on_monday
    assert f"attendee:{BEN}" in on_monday
    assert not any(key.startswith("at:") for key in on_monday)


def test_what_stands_beside_a_cancelled_date_is_not_read() -> None:
    found = {**properties(series(Override(paris(30), None))), "at:20260330T070000Z:summary": "x"}

    assert object_of("u1", found).overrides == (Override(paris(30), None),)


@pytest.mark.parametrize(
    ("key", "which", "kind", "guest", "own"),
    [
        ("summary", ("", "summary"), "summary", False, False),
        (f"attendee:{BEN}", ("", f"attendee:{BEN}"), "attendee", True, False),
        ("alarms", ("", "alarms"), "alarms", False, True),
        ("at:20260330", ("20260330", ""), "recurrence", False, False),
        ("at:20260330:colour", ("20260330", "colour"), "colour", False, True),
        (f"at:20260330:answer:{BEN}", ("20260330", f"answer:{BEN}"), "answer", True, False),
    ],
)
def test_what_a_key_is_about(
    key: str, which: tuple[str, str], kind: str, guest: bool, own: bool
) -> None:
    assert on_which(key) == which
    assert family(key) == kind
    assert kind in FAMILIES
    assert is_guest_key(key) is guest
    assert is_overlay(key) is own


# --- what a side cannot hold


def test_a_side_shows_what_it_can() -> None:
    side = Capabilities(
        1,
        silent_writes=True,
        holds=FAMILIES - {"alarms"},
        availabilities=frozenset({"free", "busy"}),
        classifications=frozenset({"default", "private"}),
    )

    assert side.projected("availability", "out-of-office") == "busy"
    assert side.projected("at:20260330:availability", "tentative") == "busy"
    assert side.projected("availability", "free") == "free"
    assert side.projected("classification", "public") == "default"
    assert side.projected("at:20260330:classification", "private") == "private"
    assert side.projected("summary", "Review") == "Review"
    assert side.projected("alarms", [[15, "display"]]) is None


def test_alarms_that_a_side_cannot_show_stay_here() -> None:
    side = Capabilities(1, silent_writes=True, alarms=AlarmLimits(1, 60, frozenset({"display"})))
    ours: Json = [[15, "display"], [30, "email"], [90, "display"]]

    assert side.projected("alarms", ours) == [[15, "display"]]
    assert side.projected("alarms", None) is None
    assert side.projected("at:20260330:alarms", "") == ""
    assert side.lifted("alarms", ours, [[20, "display"]]) == [
        [20, "display"],
        [30, "email"],
        [90, "display"],
    ]
    assert side.lifted("at:20260330:alarms", ours, []) == [[30, "email"], [90, "display"]]
    assert side.lifted("alarms", ours, [[30, "email"]]) == [[30, "email"], [90, "display"]]
    assert side.lifted("alarms", ours, None) is None
    assert side.lifted("alarms", None, [[5, "display"]]) == [[5, "display"]]
    assert side.lifted("summary", "Ours", "Theirs") == "Theirs"


def test_colours_that_a_side_does_not_know_stay_here() -> None:
    side = Capabilities(1, silent_writes=True, colours=frozenset({"gold"}))

    assert side.projected("colour", "gold") == "gold"
    assert side.projected("colour", "teal") is None
    assert side.projected("at:20260330:colour", "") == ""


def test_nothing_is_lost_by_a_damaged_guest() -> None:
    found = {**properties(an_object(guests=(BEN,))), f"attendee:{BEN}": True}

    assert object_of("u1", found).event.attendees == ()


def test_an_event_without_an_end_is_damaged() -> None:
    with pytest.raises(ValueError, match="start and an end"):
        object_of("u1", {"when": ["2026-03-28"]})
