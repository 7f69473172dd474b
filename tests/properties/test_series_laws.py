"""Laws of editing a series, with the dates it yields as the observer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from calendar_sync.engine.event import CalendarObject, Override, When, instant
from calendar_sync.engine.moves import SeriesRefused, dates_line
from calendar_sync.engine.occurrences import RecurrenceSet, clock_of, end_of, occurrences
from calendar_sync.engine.recurrence import RecurrenceRule
from calendar_sync.engine.series import (
    Split,
    cancel_date,
    change_all,
    change_date,
    change_following,
    cut,
    event_at,
    restore_date,
    split,
    with_rule,
)
from support.builders import an_event, an_object
from support.recurrence_rules import DAYS, rules, some

ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC")]
WINDOW = datetime(2013, 1, 1, tzinfo=UTC), datetime(2019, 1, 1, tzinfo=UTC)
Seen = tuple[datetime, When, When]


def seen(obj: CalendarObject) -> list[Seen]:
    """The dates in a window of six years: when they were due, and when they take place."""
    return [
        (instant(each.recurrence_id or each.start), each.start, each.end)
        for each in occurrences(obj, *WINDOW)
    ]


def due(obj: CalendarObject) -> list[When]:
    return [each.recurrence_id or each.start for each in occurrences(obj, *WINDOW)]


@st.composite
def starts(draw: st.DrawFn) -> When:
    """Dates, floating times and zoned ones; half past two is skipped and repeated once a year."""
    day = draw(st.dates(date(2014, 1, 1), date(2016, 12, 31)))
    clock = datetime.combine(day, draw(st.sampled_from([time(9), time(2, 30), time(23)])))
    return draw(st.sampled_from([day, clock, *(clock.replace(tzinfo=zone) for zone in ZONES)]))


@st.composite
def plain_rules(draw: st.DrawFn) -> str:
    """Rules of days and weeks."""
    rule = f"FREQ={draw(st.sampled_from(['DAILY', 'WEEKLY']))};INTERVAL={draw(st.integers(1, 3))}"
    rule += f";WKST={draw(st.sampled_from(DAYS))}{draw(some([*DAYS], 'BYDAY'))}"
    return rule + draw(st.sampled_from(["", ";COUNT=9", ";COUNT=60"]))


def whole_hours(length: timedelta) -> timedelta:
    return timedelta(hours=length // timedelta(hours=1))


@st.composite
def series(draw: st.DrawFn, rule: st.SearchStrategy[str]) -> CalendarObject:
    """A series with some dates that differ, and some that are no dates any more, or added."""
    start, text = draw(starts()), draw(rule)
    obj = with_rule(an_object(start=start), [f"RRULE:{text}"])
    obj = replace(obj, event=replace(obj.event, start=start, end=start + timedelta(days=1)))
    there = RecurrenceSet.parse(obj.recurrence, start).starts(*WINDOW)
    picked = st.lists(st.sampled_from(there[:40]), max_size=5, unique_by=str)
    if "COUNT" not in text and draw(st.booleans()):
        obj = with_rule(
            obj, [f"RRULE:{replace(RecurrenceRule.parse(text), until=there[len(there) // 2])}"]
        )
    further = st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(whole_hours)
    added = [max(when + draw(further), start, key=instant) for when in draw(picked)]
    lines = [dates_line("EXDATE", when) for when in draw(picked)]
    lines += [dates_line("RDATE", when) for when in added]
    obj = replace(obj, recurrence=(*obj.recurrence, *(":".join(line) for line in lines)))
    overrides = []
    for when in draw(picked):
        event = an_event(draw(st.sampled_from(["Mine", "Design review"])), when + draw(further))
        overrides.append(Override(when, draw(st.sampled_from([event, None]))))
    return replace(
        obj, overrides=tuple(sorted(overrides, key=lambda each: instant(each.recurrence_id)))
    )


def some_date(obj: CalendarObject, data: st.DataObject) -> When:
    found = due(obj)
    assume(found)
    return data.draw(st.sampled_from(found[:60]))


def halves(obj: CalendarObject, when: When) -> Split:
    """Every rule may be split, except at an added date that is out of its step."""
    try:
        return split(obj, when, "u2")
    except SeriesRefused as refused:
        assume(str(refused) != "out_of_step" or "RDATE" not in "".join(obj.recurrence))
        raise


ANY = series(st.one_of(rules(), plain_rules()))


@given(obj=ANY, data=st.data())
def test_a_split_loses_and_doubles_no_date(obj: CalendarObject, data: st.DataObject) -> None:
    when = some_date(obj, data)

    parts = halves(obj, when)

    before = seen(parts.before) if parts.before else []
    assert sorted([*before, *seen(parts.after)], key=str) == sorted(seen(obj), key=str)
    assert all(moment < instant(when) for moment, _, _ in before)
    assert all(moment >= instant(when) for moment, _, _ in seen(parts.after))
    if parts.before:
        assert cut(obj, when) == parts.before
        assert parts.after.event.start == when


@given(obj=ANY, data=st.data())
def test_an_edit_without_a_difference_is_none(obj: CalendarObject, data: st.DataObject) -> None:
    when = some_date(obj, data)

    assert change_all(obj, when, event_at(obj, when)) == obj
    assert change_date(obj, when, event_at(obj, when)) == obj


@given(obj=ANY, data=st.data())
def test_a_cancelled_date_is_given_back(obj: CalendarObject, data: st.DataObject) -> None:
    when = some_date(obj, data)
    without = cancel_date(obj, when)

    assert [each for each in seen(obj) if each[0] != instant(when)] == seen(without)
    assume(instant(when) not in {instant(each.recurrence_id) for each in obj.overrides})
    assert restore_date(without, when) == obj


@given(obj=ANY, data=st.data())
def test_changing_a_date_changes_no_other(obj: CalendarObject, data: st.DataObject) -> None:
    when = some_date(obj, data)
    edited = an_event("Edited", when + timedelta(days=2))

    after = change_date(obj, when, edited)

    assert event_at(after, when) == edited
    others = [each for each in seen(obj) if each[0] != instant(when)]
    assert [each for each in seen(after) if each[0] != instant(when)] == others


def moved(obj: CalendarObject, when: When, further: timedelta) -> tuple[CalendarObject, When]:
    """The scope “all”, by moving one date; and that date afterwards."""
    event = event_at(obj, when)
    start = event.start + further
    return change_all(
        obj, when, replace(event, start=start, end=end_of(event, start))
    ), when + further


def within(clocks: Iterable[datetime]) -> list[datetime]:
    """Those that lie well inside the window, wherever they were moved."""
    first, last = (edge.replace(tzinfo=None) for edge in WINDOW)
    margin = timedelta(days=20)
    return [clock for clock in clocks if first + margin < clock < last - margin]


@given(obj=series(plain_rules()), data=st.data())
def test_moving_there_and_back_changes_nothing(obj: CalendarObject, data: st.DataObject) -> None:
    when = some_date(obj, data)
    hours = data.draw(st.integers(-30, 30)) if isinstance(when, datetime) else 0
    further = timedelta(days=data.draw(st.integers(-10, 10)), hours=hours)

    there, goes = moved(obj, when, further)
    back, _ = moved(there, goes, -further)

    expected = [clock_of(each, each) + further for each in due(obj)]
    assert within(clock_of(each, each) for each in due(there)) == within(expected)
    assert seen(back) == seen(obj)
    assert (back.event, back.overrides) == (obj.event, obj.overrides)


@given(obj=ANY, data=st.data())
def test_the_date_that_was_edited_is_as_edited(obj: CalendarObject, data: st.DataObject) -> None:
    """Whatever the rule: it follows so that this date is where it was put, or is refused."""
    when = some_date(obj, data)
    event = event_at(obj, when)
    start = event.start + timedelta(days=data.draw(st.integers(-40, 40)))
    edited = replace(event, start=start, end=end_of(event, start), summary="Edited")

    try:
        after = change_all(obj, when, edited)
    except SeriesRefused:
        return

    goes = when + (start - event.start)
    assert event_at(after, goes) == edited
    changed = [each for each in obj.overrides if each.event]
    assert len(changed) == len([each for each in after.overrides if each.event])


@given(obj=series(plain_rules()), data=st.data())
def test_this_and_following_leave_what_was_before(obj: CalendarObject, data: st.DataObject) -> None:
    when = some_date(obj, data)
    edited = replace(event_at(obj, when), summary="Edited")

    halves(obj, when)
    parts = change_following(obj, when, edited, "u2")

    earlier = [each for each in seen(obj) if each[0] < instant(when)]
    assert (seen(parts.before) if parts.before else []) == earlier
    assert event_at(parts.after, when) == edited
    assert parts.after.event.summary == "Edited"


@given(rule=rules())
def test_a_rule_is_read_back_as_it_was(rule: str) -> None:
    read = RecurrenceRule.parse(rule)

    assert RecurrenceRule.parse(str(read)) == read
    assert str(RecurrenceRule.parse(str(read))) == str(read)
