"""Rules, and the dates they yield (engine/recurrence.py, engine/occurrences.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import CalendarObject, Event, Override, When
from calendar_sync.engine.occurrences import RecurrenceSet, end_of, occurrences, readable_dates
from calendar_sync.engine.recurrence import RecurrenceRule, UnreadableRecurrence
from support.builders import an_event, an_object

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
EVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
SUPPORT = Path(__file__).parents[1] / "support"


def paris(day: int, hour: int = 9, month: int = 3, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def starts(start: When, *lines: str) -> list[When]:
    return RecurrenceSet.parse(lines, start).starts(*EVER)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "malformed"),
        ("nonsense", "malformed"),
        ("FREQ=DAILY;FREQ=DAILY", "malformed"),
        ("FREQ=DAILY;BYEASTER=0", "malformed"),
        ("FREQ=DAILY;COUNT=", "malformed"),
        ("INTERVAL=2", "frequency"),
        ("FREQ=LUNAR", "frequency"),
        ("FREQ=HOURLY", "too_often"),
        ("FREQ=MINUTELY;COUNT=3", "too_often"),
        ("FREQ=SECONDLY", "too_often"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40", "too_often"),
        ("FREQ=DAILY;INTERVAL=0", "interval"),
        ("FREQ=DAILY;INTERVAL=-1", "interval"),
        ("FREQ=DAILY;INTERVAL=9999999999", "interval"),
        ("FREQ=DAILY;COUNT=0", "count"),
        ("FREQ=DAILY;COUNT=many", "count"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260401", "count_and_until"),
        ("FREQ=DAILY;UNTIL=tomorrow", "date"),
        ("FREQ=DAILY;UNTIL=20260230", "date"),
        ("FREQ=DAILY;UNTIL=20260201T250000Z", "date"),
        ("FREQ=DAILY;BYMONTH=13", "bymonth"),
        ("FREQ=DAILY;BYMONTH=-1", "bymonth"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "bymonthday"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "bymonthday"),
        ("FREQ=YEARLY;BYYEARDAY=367", "byyearday"),
        ("FREQ=MONTHLY;BYYEARDAY=3", "byyearday"),
        ("FREQ=YEARLY;BYWEEKNO=54", "byweekno"),
        ("FREQ=MONTHLY;BYWEEKNO=3", "byweekno"),
        ("FREQ=WEEKLY;BYDAY=XX", "byday"),
        ("FREQ=WEEKLY;BYDAY=1MO", "byday"),
        ("FREQ=MONTHLY;BYDAY=54MO", "byday"),
        ("FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", "byday"),
        ("FREQ=WEEKLY;WKST=XX", "wkst"),
        ("FREQ=DAILY;BYHOUR=24", "byhour"),
        ("FREQ=DAILY;BYSETPOS=1", "bysetpos"),
    ],
)
def test_refused_rules_say_why(rule: str, code: str) -> None:
    with pytest.raises(UnreadableRecurrence, match=f"^{code}$"):
        RecurrenceRule.parse(rule)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("DTSTART:20260301T090000Z", "malformed"),
        ("RRULE", "malformed"),
        ("EXDATE:", "date"),
        ("RDATE;VALUE=PERIOD:20260301T090000Z/PT1H", "date"),
        ("EXDATE;TZID=Mars/Olympus:20260301T090000", "time_zone"),
    ],
)
def test_refused_lines_say_why(line: str, code: str) -> None:
    with pytest.raises(UnreadableRecurrence, match=f"^{code}$"):
        RecurrenceSet.parse([line], paris(1))


def lines_of(name: str) -> list[list[str]]:
    lines = (SUPPORT / name).read_text().splitlines()
    return [line.split() for line in lines if not line.startswith("#")]


def test_dates_are_those_of_another_implementation() -> None:
    rows = lines_of("recurrence_corpus.txt")
    for rule, start, dates in rows:
        first = datetime.fromisoformat(start)
        expected = [text if "T" in text else f"{text}T09:00" for text in dates.split(",")]
        set_ = RecurrenceSet.parse([f"RRULE:{rule}"], first)
        after = datetime.fromisoformat(expected[-1]).replace(tzinfo=UTC) + timedelta(days=366)
        found = set_.starts(EVER[0], after)[:8]
        assert [f"{when:%Y-%m-%dT%H:%M}" for when in found] == expected, rule
    assert len(rows) == 320


def test_examples_of_the_standard() -> None:
    rows = lines_of("rfc5545_examples.txt")
    for rule, day, *groups in rows:
        expected = []
        for group in groups:
            month, _, days = group.partition("/")
            for part in days.split(","):
                low, _, high = part.partition("-")
                expected += [f"{month}/{on} 09:00" for on in range(int(low), int(high or low) + 1)]
        start = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=NEW_YORK)
        found = starts(start, f"RRULE:{rule}")
        assert [f"{when:%-m/%-d %H:%M}" for when in found] == expected, rule
    assert len(rows) == 24


@pytest.mark.parametrize(
    ("rule", "last_week", "ten_years_ago"),
    [
        ("FREQ=DAILY", 33, 33),
        ("FREQ=DAILY;COUNT=9000", 33, 33),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=9000", 6, 6),
        ("FREQ=MONTHLY", 2, 2),
        ("FREQ=YEARLY", 1, 1),
    ],
)
def test_reading_a_window_costs_the_same_wherever_the_series_began(
    rule: str, last_week: int, ten_years_ago: int
) -> None:
    """The periods looked into for the thirty days after the 21st."""
    since = datetime(2026, 11, 21)  # noqa: DTZ001 - the clock of the series
    read = RecurrenceRule.parse(rule)

    def steps(start: datetime) -> int:
        margin = timedelta(days=1)
        window = since - margin, since + timedelta(days=30) + margin
        return len(read.anchored(start).periods(start, *window))

    assert steps(since - timedelta(days=7)) == last_week
    assert steps(since.replace(year=2015)) == ten_years_ago


def test_rule_that_never_fits_ends_with_the_window() -> None:
    assert starts(paris(1), "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30") == [paris(1)]


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=900", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=900"])
def test_count_is_the_same_from_every_window(rule: str) -> None:
    start = datetime(2015, 1, 1, 9, tzinfo=PARIS)
    set_ = RecurrenceSet.parse([f"RRULE:{rule}"], start)
    every = set_.starts(*EVER)

    assert len(every) == 900
    last = every[-1]
    assert isinstance(last, datetime)
    assert set_.starts(last - timedelta(days=3), EVER[1])[-1] == last
    assert set_.starts(last + timedelta(days=1), EVER[1]) == []


def test_first_date_counts_even_where_the_rule_does_not_yield_it() -> None:
    """1 March 2026 was a Sunday."""
    found = starts(paris(1), "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3")

    assert found == [paris(1), paris(2), paris(9)]


@pytest.mark.parametrize("until", ["20260330T070000Z", "20260330T090000", "20260330"])
def test_until_is_included_in_every_kind(until: str) -> None:
    assert starts(paris(29), f"RRULE:FREQ=DAILY;UNTIL={until}") == [paris(29), paris(30)]


@pytest.mark.parametrize("until", ["20260330T065959Z", "20260330T085959", "20260329"])
def test_until_ends_in_every_kind(until: str) -> None:
    assert starts(paris(29), f"RRULE:FREQ=DAILY;UNTIL={until}") == [paris(29)]


@pytest.mark.parametrize("until", ["20260330", "20260330T235959Z", "20260330T000000"])
def test_until_of_an_all_day_series(until: str) -> None:
    found = starts(date(2026, 3, 29), f"RRULE:FREQ=DAILY;UNTIL={until}")

    assert found == [date(2026, 3, 29), date(2026, 3, 30)]


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=Europe/Paris:20260330T090000,20260331T090000",
        "EXDATE;TZID=W. Europe Standard Time:20260330T090000,20260331T090000",
        "EXDATE;TZID=America/New_York:20260330T030000,20260331T030000",
        "EXDATE:20260330T070000Z,20260331T070000Z",
        "EXDATE:20260330T090000,20260331T090000",
        "EXDATE;VALUE=DATE:20260330,20260331",
        "EXRULE:FREQ=DAILY;UNTIL=20260331;BYMONTHDAY=30,31",
    ],
)
def test_excluded_dates_in_every_kind(line: str) -> None:
    found = starts(paris(29), "RRULE:FREQ=DAILY;COUNT=4", line)

    assert found == [paris(29), paris(1, month=4)]


@pytest.mark.parametrize(
    "line", ["EXDATE;VALUE=DATE:20260330", "EXDATE:20260330T000000Z", "EXDATE:20260330T090000"]
)
def test_excluded_dates_of_an_all_day_series(line: str) -> None:
    found = starts(date(2026, 3, 29), "RRULE:FREQ=DAILY;COUNT=3", line)

    assert found == [date(2026, 3, 29), date(2026, 3, 31)]


def test_time_that_hits_no_start_excludes_nothing() -> None:
    found = starts(paris(29), "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20260330T070100Z")

    assert len(found) == 2


def test_added_dates_are_told_once_and_in_order() -> None:
    lines = [
        "RDATE;TZID=Europe/Paris:20260405T100000",
        "RDATE:20260401T080000Z",
        "RDATE;VALUE=DATE:20260330",
    ]

    found = starts(paris(29), "RRULE:FREQ=DAILY;COUNT=2", *lines)

    assert found == [paris(29), paris(30), paris(1, 10, 4), paris(5, 10, 4)]


def test_two_rules_are_one_series() -> None:
    found = starts(paris(2), "RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2")

    assert found == [paris(2), paris(3), paris(9)]


def test_clock_is_kept_over_summer_time() -> None:
    found = starts(paris(28), "RRULE:FREQ=DAILY;COUNT=3")

    assert [f"{when:%d %H:%M %z}" for when in found] == [
        "28 09:00 +0100",
        "29 09:00 +0200",
        "30 09:00 +0200",
    ]


def test_time_that_the_spring_skips_comes_an_hour_later() -> None:
    """RFC 5545 §3.3.5: with the offset before the gap. On 29 March there was no 2:30."""
    found = starts(paris(28, 2, minute=30), "RRULE:FREQ=DAILY;COUNT=3")

    assert [
        when.astimezone(UTC).strftime("%d %H:%M") for when in found if isinstance(when, datetime)
    ] == [
        "28 01:30",
        "29 01:30",
        "30 00:30",
    ]


def test_hour_that_autumn_repeats_is_meant_once_the_first_time() -> None:
    found = starts(paris(24, 2, 10, 30), "RRULE:FREQ=DAILY;COUNT=3")

    assert [
        when.astimezone(UTC).strftime("%d %H:%M") for when in found if isinstance(when, datetime)
    ] == [
        "24 00:30",
        "25 00:30",
        "26 01:30",
    ]


def test_floating_series_knows_no_zone() -> None:
    start = datetime(2026, 3, 28, 9)  # noqa: DTZ001 - floating

    found = starts(start, "RRULE:FREQ=DAILY;UNTIL=20260330T090000Z", "EXDATE:20260329T090000Z")

    assert found == [start, start + timedelta(days=2)]


def series(*overrides: Override, rule: str = "FREQ=DAILY;COUNT=3") -> CalendarObject:
    obj = an_object(start=paris(29))
    return replace(obj, recurrence=(f"RRULE:{rule}",), overrides=overrides)


def test_changed_and_cancelled_dates_take_the_place_of_the_rules() -> None:
    obj = series(
        Override(paris(30), an_event(start=paris(31, 15))),
        Override(paris(31).astimezone(UTC), None),
    )

    found = [(each.recurrence_id, each.start) for each in occurrences(obj, *EVER)]

    assert found == [(paris(29), paris(29)), (paris(30), paris(31, 15))]


@pytest.mark.parametrize("told", [date(2026, 3, 30), datetime(2026, 3, 30, 9)])  # noqa: DTZ001
def test_override_may_be_told_in_another_kind(told: When) -> None:
    found = occurrences(series(Override(told, None)), *EVER)

    assert [each.start for each in found] == [paris(29), paris(31)]


def test_changed_date_may_be_all_day() -> None:
    obj = series(Override(paris(30), an_event(start=date(2026, 3, 30))))

    assert [each.start for each in occurrences(obj, *EVER)] == [
        paris(29),
        date(2026, 3, 30),
        paris(31),
    ]


def test_changed_date_is_shown_where_it_was_moved_to() -> None:
    obj = series(Override(paris(30), an_event(start=paris(20, 12, 6))), rule="FREQ=DAILY")
    june = datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 6, 21, tzinfo=UTC)
    march = datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)

    assert [each.recurrence_id for each in occurrences(obj, *june)] == [
        paris(20, month=6),
        paris(30),
    ]
    assert occurrences(obj, *march) == []


def test_window_shows_what_began_before_it() -> None:
    night = Event(paris(1, 22), paris(2, 6))
    obj = CalendarObject("u", night, ("RRULE:FREQ=DAILY",))

    found = occurrences(obj, paris(10, 5), paris(10, 5) + timedelta(hours=1))

    assert [each.start for each in found] == [paris(9, 22)]


def test_night_ends_at_the_same_hour_when_the_clock_changes() -> None:
    night = Event(paris(27, 22), paris(28, 6))

    assert end_of(night, paris(28, 22)) == paris(29, 6)


def test_flight_takes_as_long_when_the_clock_changes() -> None:
    """Paris to New York, eight hours; America changes three weeks before Europe."""
    flight = Event(paris(1, 10), datetime(2026, 3, 1, 12, tzinfo=NEW_YORK))

    assert end_of(flight, paris(15, 10)) == datetime(2026, 3, 15, 13, tzinfo=NEW_YORK)


def test_single_event_is_one_date_without_recurrence_id() -> None:
    (found,) = occurrences(an_object(start=paris(29)), *EVER)

    assert (found.recurrence_id, found.start, found.end) == (None, paris(29), paris(29, 10))
    assert occurrences(an_object(start=paris(29)), EVER[0], paris(1)) == []


def test_series_nobody_can_read_shows_what_is_known() -> None:
    obj = series(
        Override(paris(30), None),
        Override(paris(31), an_event(start=paris(31, 12))),
        rule="FREQ=HOURLY",
    )

    with pytest.raises(UnreadableRecurrence, match="too_often"):
        occurrences(obj, *EVER)
    assert [each.start for each in readable_dates(obj)] == [paris(29), paris(31, 12)]


def test_year_ends_are_no_obstacle() -> None:
    found = takewhile(
        lambda when: when < date(2030, 1, 1), starts(date(2026, 1, 1), "RRULE:FREQ=YEARLY")
    )

    assert [when.year for when in found] == [2026, 2027, 2028, 2029]


def test_times_of_day_mean_nothing_beside_whole_days() -> None:
    found = starts(date(2026, 3, 1), "RRULE:FREQ=DAILY;BYHOUR=9,17;COUNT=2")

    assert found == [date(2026, 3, 1), date(2026, 3, 2)]


@pytest.mark.parametrize(
    ("until", "last"), [((5, 9), (3, 9)), ((10, 8), (3, 9)), ((10, 9), (10, 9))]
)
def test_the_last_date_of_a_rule(until: tuple[int, int], last: tuple[int, int]) -> None:
    first, moment, expected = (paris(*each).replace(tzinfo=None) for each in ((3, 9), until, last))
    rule = RecurrenceRule.parse("FREQ=MONTHLY;BYMONTHDAY=10").anchored(first)

    assert rule.last(first, moment) == expected


def test_the_year_9999_has_no_room_for_a_zone() -> None:
    rule = "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z"

    assert starts(paris(1), rule)[:2] == [paris(1), paris(1).replace(year=2027)]
