"""Laws of expansion, and the dates of dateutil, which reads rules in a way of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.engine.occurrences import RecurrenceSet
from calendar_sync.engine.recurrence import RecurrenceRule
from support.recurrence_rules import DAYS, LAST, MOMENTS, first_date, rules, some

EDGES = st.datetimes(datetime(2013, 1, 1), LAST).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)


@given(rule=rules(), start=MOMENTS, edges=st.tuples(EDGES, EDGES).map(sorted))
def test_dates_are_those_of_dateutil(rule: str, start: datetime, edges: list[datetime]) -> None:
    first = first_date(rule, start)
    since, before = (edge.replace(tzinfo=None) for edge in edges)
    every = takewhile(lambda moment: moment < before, rrulestr(rule, dtstart=first))
    expected = [moment for moment in every if moment >= since]

    read = RecurrenceRule.parse(rule).anchored(first)

    assert list(read.starts(first, since, before)) == expected


@given(rule=rules(), start=MOMENTS, edges=st.tuples(EDGES, EDGES, EDGES).map(sorted))
def test_two_windows_show_what_one_over_both_shows(
    rule: str, start: datetime, edges: list[datetime]
) -> None:
    dates = RecurrenceSet.parse([f"RRULE:{rule}"], first_date(rule, start))
    since, between, before = edges

    one = dates.starts(since, before)

    assert [*dates.starts(since, between), *dates.starts(between, before)] == one
    assert sorted(set(one), key=str) == one


@given(
    frequency=st.sampled_from(["DAILY", "WEEKLY"]),
    interval=st.integers(1, 5),
    days=some([*DAYS], "BYDAY"),
    start=MOMENTS,
    weeks=st.integers(1, 600),
)
def test_rules_of_days_and_weeks_move_with_their_start(
    frequency: str, interval: int, days: str, start: datetime, weeks: int
) -> None:
    """Where neither month nor year is named, a series moved by whole cycles is the same one."""
    rule = f"FREQ={frequency};INTERVAL={interval}{days}"
    moved = timedelta(weeks=weeks * interval)
    first = first_date(rule, start)
    here = RecurrenceSet.parse([f"RRULE:{rule}"], first)
    there = RecurrenceSet.parse([f"RRULE:{rule}"], first + moved)
    since, year = first.replace(tzinfo=UTC), timedelta(days=366)

    found = here.starts(since, since + year)

    assert found
    assert [when + moved for when in found] == there.starts(since + moved, since + year + moved)
