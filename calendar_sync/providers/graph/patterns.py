"""Rules of RFC 5545 as Graph's recurrence patterns: `recurrence.rules` backwards. Pure.

A pattern is told by its dates, not by the text of the rule: whatever yields the same dates may be
written, and nothing else. What no pattern can say (contract §3.6) is `Rejected` with a code, so
that the series stays on our side. Cancelled dates are no part of a pattern.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import lcm
from zoneinfo import ZoneInfo

from ...engine.errors import Rejected
from ...engine.event import When, instant
from ...engine.occurrences import RecurrenceSet
from ...engine.recurrence import Frequency, RecurrenceRule, UnreadableRecurrence
from . import wire
from .zones import written_zone

MOST_DATES = 999
"""Of a counted series (contract §3.6)."""

LAST_DAY = date(4500, 9, 1)
"""`ErrorRecurrenceEndDateTooBig` beyond (contract §3.6)."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEX = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_ALL_MONTHS = frozenset(range(1, 13))
_ALL_DAYS = frozenset((0, day) for day in range(7))
# The days of the month that hold each day of the week once.
_WEEKS = {
    frozenset(range(1, 8)): 1,
    frozenset(range(8, 15)): 2,
    frozenset(range(15, 22)): 3,
    frozenset(range(22, 29)): 4,
    frozenset(range(-7, 0)): -1,
}


def pattern_of(lines: Iterable[str], start: When) -> wire.PatternedRecurrence:
    """Pattern and range of the series that begins at `start`, EXDATE left out. Raises Rejected."""
    try:
        dates = RecurrenceSet.parse(lines, start)
    except UnreadableRecurrence as error:
        raise Rejected("recurrence_unreadable", str(error)) from None
    rule = _only_rule(dates)
    return {"pattern": _pattern(rule, start), "range": _range(rule, start)}


def _only_rule(dates: RecurrenceSet) -> RecurrenceRule:
    """Graph moves a series whose first date its pattern does not yield (contract §3.6)."""
    if isinstance(dates.start, datetime) and not isinstance(dates.start.tzinfo, ZoneInfo):
        raise Rejected("floating_time")
    if dates.start.year not in wire.YEARS:
        raise Rejected("out_of_range")
    if dates.added:
        raise Rejected("added_dates")
    if dates.excluded_rules:
        raise Rejected("excluded_rule")
    if len(dates.rules) != 1:
        raise Rejected("several_rules")
    if not dates.holds_start():
        raise Rejected("start_not_on_rule")
    return dates.rules[0]


def _pattern(rule: RecurrenceRule, start: When) -> wire.RecurrencePattern:
    if not isinstance(start, datetime) and rule.names_times:
        raise Rejected("byhour")
    first = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    rule = rule.anchored(first)
    if len(rule.hours) * len(rule.minutes) * len(rule.seconds) > 1:
        raise Rejected("byhour")
    if rule.weeks:
        raise Rejected("byweekno")
    if rule.year_days:
        raise Rejected("byyearday")
    if rule.months == _ALL_MONTHS and rule.frequency is not Frequency.YEARLY:
        rule = replace(rule, months=frozenset())
    if rule.frequency is Frequency.DAILY:
        return _daily(rule, first)
    if rule.frequency is Frequency.WEEKLY:
        return _weekly(rule)
    return _monthly(rule, first)


def _daily(rule: RecurrenceRule, first: date) -> wire.RecurrencePattern:
    """Every day is a period of one date, so that BYSETPOS changes nothing.

    With interval 1 a frequency only says how days are grouped: the BY parts alone choose them.
    """
    rule = replace(rule, positions=frozenset())
    if rule.month_days and rule.interval == 1:
        return _monthly(replace(rule, frequency=Frequency.MONTHLY), first)
    if rule.month_days:
        raise Rejected("bymonthday")
    if rule.months:
        raise Rejected("bymonth")
    if rule.week_days in {frozenset(), _ALL_DAYS} or rule.interval % 7 == 0:
        return {"type": "daily", "interval": rule.interval}
    if rule.interval > 1 and len(rule.week_days) > 1:
        raise Rejected("byday")
    return _weekly(rule)  # every third day, if it is a Monday, is every third Monday


def _weekly(rule: RecurrenceRule) -> wire.RecurrencePattern:
    """BYSETPOS chooses the same days of every week."""
    if rule.months:
        raise Rejected("bymonth")
    days = sorted((day for _, day in rule.week_days), key=lambda day: (day - rule.week_start) % 7)
    if rule.positions:
        days = [
            day
            for place, day in enumerate(days, 1)
            if {place, place - len(days) - 1} & rule.positions
        ]
    return {
        "type": "weekly",
        "interval": rule.interval,
        "daysOfWeek": [_DAYS[day] for day in sorted(days)],
        "firstDayOfWeek": _DAYS[rule.week_start],
    }


def _monthly(rule: RecurrenceRule, first: date) -> wire.RecurrencePattern:
    """Monthly and yearly: one day in every month that comes, or the same days of every week."""
    rule = _by_month(rule)
    if _ordinals(rule) == {0} and not rule.month_days and not rule.positions:
        if rule.interval > 1 or rule.months not in {frozenset(), _ALL_MONTHS}:
            raise Rejected("byday")
        return _weekly(replace(rule, months=frozenset()))
    step, months = _walk(rule, first)
    pattern: wire.RecurrencePattern = {}
    if rule.week_days and rule.week_days != _ALL_DAYS:
        kind = "relative"
        pattern["daysOfWeek"] = [_DAYS[day] for day in sorted({day for _, day in rule.week_days})]
        pattern["index"] = _INDEX[_place(rule)]
    else:
        kind = "absolute"
        pattern["dayOfMonth"] = _day_of_month(rule, months)
    if step % 12:
        return {"type": f"{kind}Monthly", "interval": step, **pattern}
    return {"type": f"{kind}Yearly", "interval": step // 12, "month": first.month, **pattern}


def _by_month(rule: RecurrenceRule) -> RecurrenceRule:
    """A rule of years as one that looks into months.

    The first four Mondays of a year lie in January, the last one in December. BYSETPOS counts
    through the whole year, unless the rule names one month.
    """
    if rule.frequency is not Frequency.YEARLY:
        return rule
    counted = rule.positions and rule.week_days and not rule.month_days
    if not rule.months and (counted or _ordinals(rule) - {0}):
        return replace(rule, months=frozenset({1 if _place(rule) > 0 else 12}))
    if rule.positions and len(rule.months) != 1:
        raise Rejected("bysetpos")
    return replace(rule, months=rule.months or _ALL_MONTHS)


def _walk(rule: RecurrenceRule, first: date) -> tuple[int, set[int]]:
    """How many months lie between two dates, always the same, and the months that come."""
    wanted = rule.months or _ALL_MONTHS
    if rule.frequency is Frequency.YEARLY:
        cycle = 12 * rule.interval
        coming = [k for k in range(12) if _month_after(first, k) in wanted]
        # months before the first date's come in the last year of a cycle
        offsets = [k if first.month + k <= 12 else cycle - 12 + k for k in coming]
    else:
        cycle = lcm(12, rule.interval)
        offsets = [k for k in range(0, cycle, rule.interval) if _month_after(first, k) in wanted]
    step = cycle // len(offsets)
    if offsets != list(range(0, cycle, step)):
        raise Rejected("several_months")
    return step, {_month_after(first, k) for k in offsets}


def _month_after(first: date, months: int) -> int:
    return (first.month - 1 + months) % 12 + 1


def _place(rule: RecurrenceRule) -> int:
    """Which of the days of the week it is in its month: 1 to 4, or -1 for the last."""
    if rule.month_days:
        place = _WEEKS.get(rule.month_days)
        if place is None or rule.positions or len(rule.week_days) > 1 or _ordinals(rule) != {0}:
            raise Rejected("bymonthday")
        return place
    if _ordinals(rule) == {0}:
        places, code = rule.positions, "bysetpos"
    else:  # of one such day a month BYSETPOS takes nothing away
        places, code = frozenset(place for place, _ in rule.week_days), "byday"
        if len(rule.week_days) > 1:
            raise Rejected("byday")
    if len(places) > 1 or not places <= _INDEX.keys():
        raise Rejected(code)
    return min(places)


def _ordinals(rule: RecurrenceRule) -> set[int]:
    return {ordinal for ordinal, _ in rule.week_days}


def _day_of_month(rule: RecurrenceRule, months: set[int]) -> int:
    """The day which, taken as the last one in shorter months, is that of the rule (Q12)."""
    # of a leap year and of a common one
    lengths = {monthrange(year, month)[1] for year in (2023, 2024) for month in months}
    chosen = {length: _days_in_month(rule, length) for length in lengths}
    for day in range(1, 32):
        if all(days == [min(day, length)] for length, days in chosen.items()):
            return day
    if rule.positions:
        raise Rejected("bysetpos")
    skipping = len(rule.month_days) == 1 and min(rule.month_days) > 28
    raise Rejected("short_months" if skipping else "bymonthday")


def _days_in_month(rule: RecurrenceRule, length: int) -> list[int]:
    days = [
        day
        for day in range(1, length + 1)
        if not rule.month_days or {day, day - length - 1} & rule.month_days
    ]
    if not rule.positions:
        return days
    return [
        day for place, day in enumerate(days, 1) if {place, place - len(days) - 1} & rule.positions
    ]


def _range(rule: RecurrenceRule, start: When) -> wire.RecurrenceRange:
    """From the first date to the last that the rule yields, both in the zone of the series.

    Whole days stand on UTC, as their `start` is written.
    """
    limits: wire.RecurrenceRange = {
        "startDate": _day(start).isoformat(),
        "recurrenceTimeZone": "UTC",
    }
    if isinstance(start, datetime) and isinstance(start.tzinfo, ZoneInfo):
        limits["recurrenceTimeZone"] = written_zone(start.tzinfo)
    if rule.count is not None:
        if rule.count > MOST_DATES:
            raise Rejected("too_many_dates")
        return {"type": "numbered", "numberOfOccurrences": rule.count, **limits}
    if rule.until is None:
        return {"type": "noEnd", **limits}
    last = _day(_last(rule, start, rule.until))
    if last > LAST_DAY:
        raise Rejected("out_of_range")
    return {"type": "endDate", "endDate": last.isoformat(), **limits}


def _last(rule: RecurrenceRule, start: When, until: When) -> When:
    """The last date that the rule yields, sought backwards; the first one is there at least."""
    dates = RecurrenceSet(start, (rule,))
    first, end = instant(start), instant(until) + timedelta(days=2)  # in whatever zone
    reach = timedelta(days=31)
    while not (found := dates.starts(max(first, end - reach), end)):
        reach *= 2
    return found[-1]


def _day(when: When) -> date:
    return when.date() if isinstance(when, datetime) else when
