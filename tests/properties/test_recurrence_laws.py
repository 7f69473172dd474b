"""Laws of expansion, and the dates of dateutil, which reads rules in a way of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from calendar_sync.engine.occurrences import RecurrenceSet
from calendar_sync.engine.recurrence import RecurrenceRule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = datetime(2021, 1, 1)  # noqa: DTZ001 - floating, as everything here


def some(values: list[int] | list[str], name: str) -> st.SearchStrategy[str]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return st.one_of(st.just(""), chosen.map(lambda found: f";{name}={','.join(map(str, found))}"))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    coarse = frequency in {"MONTHLY", "YEARLY"}
    rule = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 5))}"
    rule += f";WKST={draw(st.sampled_from(DAYS))}"
    rule += draw(some(list(range(1, 13)), "BYMONTH"))
    if coarse:
        rule += draw(some([1, 2, 15, 28, 29, 30, 31, -1, -2, -31], "BYMONTHDAY"))
    if frequency == "YEARLY" and "BYMONTH" not in rule:
        rule += draw(some([1, 60, 100, 365, 366, -1, -366], "BYYEARDAY"))
    if draw(st.booleans()):
        # all with an ordinal, or none: dateutil takes "MO,1MO" for fewer days than "MO"
        ordinal = st.just("")
        if coarse and draw(st.booleans()):
            ordinal = st.sampled_from(["1", "2", "-1", "5", "-2"])
        day = st.tuples(ordinal, st.sampled_from(DAYS)).map("".join)
        rule += ";BYDAY=" + ",".join(draw(st.lists(day, min_size=1, max_size=3, unique=True)))
    rule += draw(st.sampled_from(["", "", ";BYHOUR=9,17"]))
    if coarse and "BYMONTHDAY" in rule:
        rule += draw(st.sampled_from(["", ";BYSETPOS=1", ";BYSETPOS=-1", ";BYSETPOS=2,-1"]))
    if draw(st.booleans()):
        rule += f";COUNT={draw(st.integers(1, 60))}"
    return rule


MOMENTS = st.datetimes(datetime(2014, 1, 1), datetime(2017, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(hour=9, minute=0, second=0, microsecond=0)
)
EDGES = st.datetimes(datetime(2013, 1, 1), LAST).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)


def first_date(rule: str, start: datetime) -> datetime:
    """A first date that the rule itself yields: nobody agrees on the others.

    Found by ourselves: dateutil looks for a date that never comes until the year 9999.
    """
    read = RecurrenceRule.parse(rule.partition(";COUNT")[0]).anchored(start)
    found = next(read.starts(start, start, LAST), None)
    assume(found is not None)
    assert found is not None
    return found


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
