"""When events take place, derived from their rules; nothing is stored here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import CalendarObject, Override, When
from calendar_sync.engine.occurrences import is_endless
from calendar_sync.engine.properties import properties
from calendar_sync.models import Event, Occurrence
from calendar_sync.models.contents import Contents
from calendar_sync.models.occurrences import occurrences_of
from support.builders import an_event, an_object

NOW = datetime(2026, 3, 20, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def rows_of(obj: CalendarObject) -> list[Occurrence]:
    event = Event()
    Contents(event).put(properties(obj), {})
    return sorted(occurrences_of(event, NOW), key=lambda row: row.starts_at)


def starts(start: When, *rules: str, overrides: tuple[Override, ...] = ()) -> list[str]:
    series = replace(an_object(start=start), recurrence=rules, overrides=overrides)
    return [f"{row.starts_at:%m-%dT%H:%M}" for row in rows_of(series)]


def paris(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=PARIS)


def test_single_event_is_one_row() -> None:
    (row,) = rows_of(an_object(start=paris(28)))

    assert (row.recurrence_id, row.all_day, row.floating) == ("", False, False)
    assert (row.starts_at, row.ends_at) == (
        datetime(2026, 3, 28, 8, tzinfo=UTC),
        datetime(2026, 3, 28, 9, tzinfo=UTC),
    )


def test_all_day_event_is_whole_days() -> None:
    (row,) = rows_of(an_object(start=date(2026, 3, 28)))

    assert (row.all_day, row.floating) == (True, False)
    assert (row.starts_at, row.ends_at) == (
        datetime(2026, 3, 28, tzinfo=UTC),
        datetime(2026, 3, 29, tzinfo=UTC),
    )


def test_floating_time_says_so() -> None:
    (row,) = rows_of(an_object(start=datetime(2026, 3, 28, 9)))  # noqa: DTZ001 - floating

    assert (row.floating, row.starts_at) == (True, datetime(2026, 3, 28, 9, tzinfo=UTC))


def test_daylight_saving_does_not_shift_a_series() -> None:
    assert starts(paris(28), "RRULE:FREQ=DAILY;COUNT=3") == [
        "03-28T08:00",
        "03-29T07:00",
        "03-30T07:00",
    ]


@pytest.mark.parametrize(
    ("lines", "endless"),
    [
        (["RRULE:FREQ=DAILY"], True),
        (["RRULE:FREQ=DAILY;COUNT=3"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260330"], False),
        (["RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=WEEKLY"], True),
        (["RDATE:20260330T070000Z"], False),
    ],
)
def test_what_has_no_end(lines: list[str], *, endless: bool) -> None:
    assert is_endless(replace(an_object(start=paris(28)), recurrence=tuple(lines))) is endless


@pytest.mark.parametrize("until", ["20260330T070000Z", "20260330T090000", "20260330"])
def test_until_may_be_said_in_any_kind_of_time(until: str) -> None:
    assert starts(paris(29), f"RRULE:FREQ=DAILY;UNTIL={until}") == ["03-29T07:00", "03-30T07:00"]


def test_until_of_an_all_day_series() -> None:
    assert starts(date(2026, 3, 29), "RRULE:FREQ=DAILY;UNTIL=20260330") == [
        "03-29T00:00",
        "03-30T00:00",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=Europe/Paris:20260330T090000,20260331T090000",
        "EXDATE:20260330T070000Z,20260331T070000Z",
        "EXDATE;VALUE=DATE:20260330,20260331",
    ],
)
def test_excluded_dates(line: str) -> None:
    assert starts(paris(29), "RRULE:FREQ=DAILY;COUNT=4", line) == ["03-29T07:00", "04-01T07:00"]


def test_added_dates() -> None:
    assert starts(paris(29), "RDATE;TZID=Europe/Paris:20260405T100000") == [
        "03-29T07:00",
        "04-05T08:00",
    ]


def test_changed_and_cancelled_dates() -> None:
    overrides = (
        Override(paris(30), an_event(start=paris(30, 15))),
        Override(paris(31), None),
    )

    found = starts(paris(29), "RRULE:FREQ=DAILY;COUNT=3", overrides=overrides)

    assert found == ["03-29T07:00", "03-30T13:00"]


def test_recurrence_ids_are_those_of_the_rule() -> None:
    series = replace(an_object(start=paris(29)), recurrence=("RRULE:FREQ=DAILY;COUNT=2",))

    assert [row.recurrence_id for row in rows_of(series)] == [
        "2026-03-29T09:00:00 Europe/Paris",
        "2026-03-30T09:00:00 Europe/Paris",
    ]


def test_endless_series_fills_the_horizon_only() -> None:
    series = replace(
        an_object(start=datetime(2020, 1, 1, 9, tzinfo=PARIS)), recurrence=("RRULE:FREQ=DAILY",)
    )

    rows = rows_of(series)

    assert (f"{rows[0].starts_at:%Y-%m-%d}", f"{rows[-1].starts_at:%Y-%m-%d}") == (
        "2025-03-19",
        "2028-03-19",
    )


@pytest.mark.parametrize("rule", ["RRULE:FREQ=NEVER", "RRULE:nonsense", "RRULE:FREQ=DAILY;UNTIL=x"])
def test_rule_nobody_can_read_shows_its_first_date(rule: str) -> None:
    assert starts(paris(29), rule) == ["03-29T07:00"]
