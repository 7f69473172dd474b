"""What is written to a provider yields exactly the dates of the rule, or is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import cast
from zoneinfo import ZoneInfo

from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from calendar_sandbox.microsoft import recurrence as sandbox
from calendar_sync.engine.errors import Rejected
from calendar_sync.engine.event import When, instant
from calendar_sync.engine.occurrences import RecurrenceSet
from calendar_sync.providers.google.recurrence import lines_of, written_lines
from calendar_sync.providers.graph import wire
from calendar_sync.providers.graph.patterns import pattern_of
from calendar_sync.providers.graph.recurrence import rules as rules_of
from support.recurrence_rules import MOMENTS, first_date, rules, usual_rules

ZONES = ("Europe/Paris", "America/New_York", "Pacific/Kiritimati", "UTC", "")
"""The empty one stands for whole days."""

YEARS = 10
FIRST = datetime(2014, 1, 1)  # noqa: DTZ001 - floating, as every start is made
DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


@st.composite
def series(draw: st.DrawFn, given_rules: st.SearchStrategy[str]) -> tuple[str, When]:
    """A rule with an end of any kind or none, and a first date that it yields."""
    rule = draw(given_rules)
    zone = draw(st.sampled_from(ZONES))
    assume(zone or "BYHOUR" not in rule)
    hour = draw(st.sampled_from([0, 2, 9, 23])) if "BYHOUR" not in rule else 9
    first = first_date(rule, draw(MOMENTS).replace(hour=hour), datetime(2031, 1, 1))  # noqa: DTZ001
    start: When = first.replace(tzinfo=ZoneInfo(zone)) if zone else first.date()
    if "COUNT" in rule:
        return rule, start
    until = first + timedelta(days=draw(st.integers(1, 3000)), hours=draw(st.integers(-14, 14)))
    ends = ["", ";COUNT=7", f";UNTIL={until:%Y%m%d}", f";UNTIL={until:%Y%m%dT%H%M%SZ}"]
    return rule + draw(st.sampled_from([*ends, f";UNTIL={until:%Y%m%dT%H%M%S}"])), start


def dates(lines: list[str] | tuple[str, ...], start: When) -> list[When]:
    since = instant(start) - timedelta(days=1)
    window = since, since + timedelta(days=366 * YEARS)
    return RecurrenceSet.parse(lines, start).starts(*window)


def pattern_or_none(lines: list[str], start: When) -> wire.PatternedRecurrence | None:
    try:
        found = pattern_of(lines, start)
    except Rejected as error:
        event(error.code)
        return None
    event(found["pattern"]["type"])
    return found


def day_of(when: When) -> date:
    return when.date() if isinstance(when, datetime) else when


def in_outlook(found: wire.PatternedRecurrence, start: When, before: date) -> list[date]:
    """The days the stand-in for Outlook makes of it, by code of its own."""
    zone = found["range"]["recurrenceTimeZone"] or ""
    held = sandbox.checked(cast("dict[str, object]", found), zone, day_of(start))
    return list(takewhile(lambda day: day < before, sandbox.dates(held)))


@given(case=series(st.one_of(usual_rules(), rules())))
@example(case=("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", date(2023, 2, 28)))
def test_pattern_has_the_dates_of_the_rule(case: tuple[str, When]) -> None:
    rule, start = case
    found = pattern_or_none([f"RRULE:{rule}"], start)

    if found is not None:
        told = rules_of(found, start)
        assert dates(told, start) == dates([f"RRULE:{rule}"], start)
        assert pattern_of(told, start) == found


@given(case=series(usual_rules()))
def test_outlook_makes_the_same_dates_of_the_pattern(case: tuple[str, When]) -> None:
    rule, start = case
    found = pattern_or_none([f"RRULE:{rule}"], start)

    if found is not None:
        before = date(start.year + YEARS - 1, 1, 1)
        ours = [day_of(when) for when in dates([f"RRULE:{rule}"], start)]
        assert in_outlook(found, start, before) == [day for day in ours if day < before]


@st.composite
def patterns(draw: st.DrawFn) -> wire.RecurrencePattern:
    """Whatever Outlook may hold."""
    kinds = ["daily", "weekly"]
    kinds += [
        f"{how}{often}" for how in ("absolute", "relative") for often in ("Monthly", "Yearly")
    ]
    days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)
    return {
        "type": draw(st.sampled_from(kinds)),
        "interval": draw(st.integers(1, 14)),
        "month": draw(st.integers(1, 12)),
        "dayOfMonth": draw(st.integers(1, 31)),
        "daysOfWeek": draw(days),
        "firstDayOfWeek": draw(st.sampled_from(DAYS)),
        "index": draw(st.sampled_from(["first", "second", "third", "fourth", "last"])),
    }


@given(pattern=patterns(), zone=st.sampled_from(ZONES))
def test_what_outlook_holds_can_be_told_it_again(
    pattern: wire.RecurrencePattern, zone: str
) -> None:
    (line,) = rules_of({"pattern": pattern, "range": {"type": "noEnd"}}, FIRST)
    first = first_date(line.removeprefix("RRULE:"), FIRST, datetime(2031, 1, 1))  # noqa: DTZ001
    start: When = first.replace(tzinfo=ZoneInfo(zone)) if zone else first.date()

    again = rules_of(pattern_of([line], start), start)

    assert dates(again, start) == dates([line], start)


@st.composite
def taken_out(draw: st.DrawFn, start: When) -> list[str]:
    """Lines of dates added and left out, on days near the start, in every kind of time."""
    lines = []
    for name in draw(st.lists(st.sampled_from(["EXDATE", "RDATE"]), max_size=4)):
        days = timedelta(days=draw(st.integers(0, 60)))
        moment = instant(start) + days
        texts = [f":{moment:%Y%m%d}", f":{moment:%Y%m%dT%H%M%SZ}"]
        texts += [f":{(start + days):%Y%m%dT%H%M%S}", f";TZID=Asia/Tokyo:{moment:%Y%m%dT%H%M%S}"]
        lines.append(name + draw(st.sampled_from(texts)))
    return lines


@given(case=series(st.one_of(usual_rules(), rules())), data=st.data())
def test_google_is_told_lines_with_the_same_dates(
    case: tuple[str, When], data: st.DataObject
) -> None:
    rule, start = case
    lines = [f"RRULE:{rule}", *data.draw(taken_out(start))]

    written = written_lines(lines, start)

    assert dates(lines_of(written, start), start) == dates(lines, start)
    assert written_lines(written, start) == written
    kinds = {";VALUE=DATE" in line for line in written if "DATE:" in line or "DATE;" in line}
    assert kinds <= {not isinstance(start, datetime)}
