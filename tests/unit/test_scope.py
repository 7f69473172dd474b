"""One date of a series as a copy of its own, and back."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import When
from calendar_sync.engine.properties import Json, Properties
from calendar_sync.engine.scope import dates_at, guests_of_dates, said_of, seen_alone

BERLIN = ZoneInfo("Europe/Berlin")
FOURTH, FIFTH = "20261204T080000Z", "20261205T080000Z"
BEN = ["Ben", "req-participant", "individual"]
SERIES: dict[str, Json] = {
    "when": ["2026-12-02T09:00:00 Europe/Berlin", "2026-12-02T10:00:00 Europe/Berlin"],
    "summary": "Review",
    "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"],
    "attendee:eva@x.example": ["", "req-participant", "individual"],
}
INVITED: dict[str, Json] = {**SERIES, f"at:{FOURTH}:attendee:ben@x.example": BEN}


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=BERLIN)


def test_a_date_shows_what_its_series_says_at_its_own_time() -> None:
    shown = seen_alone(SERIES, FIFTH)

    assert shown == {
        "when": ["2026-12-05T09:00:00 Europe/Berlin", "2026-12-05T10:00:00 Europe/Berlin"],
        "summary": "Review",
        "attendee:eva@x.example": ["", "req-participant", "individual"],
    }


def test_a_date_shows_what_differs_on_it() -> None:
    shown = seen_alone({**INVITED, f"at:{FOURTH}:summary": "Talk"}, FOURTH)

    assert shown is not None
    assert (shown["summary"], shown["attendee:ben@x.example"]) == ("Talk", BEN)


def test_without_a_date_all_of_it_is_shown() -> None:
    assert seen_alone(SERIES, "") is SERIES


@pytest.mark.parametrize(
    "values",
    [
        {**SERIES, f"at:{FOURTH}": "cancelled"},
        {key: value for key, value in SERIES.items() if key != "recurrence"},
    ],
)
def test_a_date_that_is_left_out_or_has_no_series_is_not_shown(values: Properties) -> None:
    assert seen_alone(values, FOURTH) is None


def test_what_a_copy_of_one_date_says_is_said_of_that_date() -> None:
    said = said_of(FOURTH, {"summary": None, "location": None, "colour": "gold"}, SERIES)

    assert said == {
        f"at:{FOURTH}:summary": "",  # its series has one
        f"at:{FOURTH}:location": None,
        f"at:{FOURTH}:colour": "gold",
    }
    assert said_of("", {"summary": None}, SERIES) == {"summary": None}


def test_guests_of_single_dates_are_not_those_of_the_series() -> None:
    values = {
        **INVITED,
        f"at:{FIFTH}:attendee:ben@x.example": BEN,
        f"at:{FIFTH}:attendee:eva@x.example": BEN,
        f"at:{FIFTH}:attendee:gil@x.example": "",
    }

    assert guests_of_dates(values) == {"ben@x.example": {FOURTH, FIFTH}}


@pytest.mark.parametrize(
    ("when", "names"),
    [
        (at(4, 9), (FOURTH,)),
        (at(4, 10), ()),
        (at(6, 9), ()),  # the rule has ended
    ],
)
def test_a_date_is_found_by_its_start(when: When, names: tuple[str, ...]) -> None:
    assert dates_at(SERIES, when) == names


def test_a_moved_date_is_found_where_it_takes_place() -> None:
    moved = ["2026-12-04T15:00:00 Europe/Berlin", "2026-12-04T16:00:00 Europe/Berlin"]
    values = {**SERIES, f"at:{FOURTH}:when": moved}

    assert dates_at(values, at(4, 15)) == (FOURTH,)
    assert dates_at(values, at(4, 9)) == ()


def test_whole_days_are_found_by_their_day() -> None:
    values: dict[str, Json] = {**SERIES, "when": ["2026-12-02", "2026-12-03"]}

    assert dates_at(values, date(2026, 12, 3)) == ("20261203",)


def test_single_events_and_unreadable_rules_have_no_dates() -> None:
    assert dates_at({"when": SERIES["when"]}, at(2, 9)) == ()
    assert dates_at({**SERIES, "recurrence": ["RRULE:FREQ=SOMETIMES"]}, at(2, 9)) == ()
