"""Where the dates of a series go when one of them is moved, and its rules with them. Pure.

A series of days or weeks moves as it is: each date by the same time of the clock. One of months or
years goes where its rule says: who moves a second Tuesday to the Wednesday means second Wednesdays,
which are not always a day later.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Union

from .event import When, instant
from .occurrences import (
    DAY,
    RecurrenceSet,
    clock_of,
    dates_in,
    day_of,
    is_past,
    like,
    named,
    on_clock,
    zone_of,
)
from .recurrence import Frequency, RecurrenceRule, moment_text

LAST_SECOND = time(23, 59, 59)
COARSE = frozenset({Frequency.MONTHLY, Frequency.YEARLY})


class SeriesRefused(ValueError):
    """An edit of a series that is refused; the argument is a short reason code.

    single          it is no series
    no_date         the date is none of the series, or is cancelled
    unchanged       the date is as the series has it
    nothing_left    no date, or no rule, would be left
    out_of_step     a rule of every other week, or the like, does not count from the date of a split
    several_rules   they do not go the same way
    times           a rule names times of the day
    rule            it says other things than the date that is moved does
    date_lost       the first date, or a changed one, would have no counterpart
    """


def moved(when: When, old: When, new: When) -> When:
    """Where `when` goes if `old` becomes `new`: as much further on the clock, or whole days.

    A new zone, or a new kind of time, is taken over.
    """
    if _timed(old) is not _timed(new):
        day = day_of(when) + (day_of(new) - day_of(old))
        return on_clock(datetime.combine(day, clock_of(new, new).time()), new)
    if not isinstance(when, datetime) or not isinstance(new, datetime):
        return when + (day_of(new) - day_of(old))
    clock = clock_of(when, when) + (clock_of(new, new) - clock_of(old, old))
    return clock.replace(tzinfo=when.tzinfo if zone_of(old) == zone_of(new) else new.tzinfo)


def fitting(rule: RecurrenceRule, start: When) -> RecurrenceRule:
    """With UNTIL as a series beginning at `start` has to say it (RFC 5545 §3.3.10).

    A date for whole days, on the clock for floating times, else a moment; a date meant all of it.
    """
    until = rule.until
    if until is None:
        return rule
    if isinstance(start, datetime) and not isinstance(until, datetime):
        until = on_clock(datetime.combine(until, LAST_SECOND), start)
    elif not (zone_of(start) and zone_of(until)):
        until = like(until, start)
    return replace(rule, until=until)


def dates_line(name: str, when: When) -> tuple[str, str]:
    """What stands before and behind the colon of an RDATE or EXDATE line."""
    if not isinstance(when, datetime):
        return f"{name};VALUE=DATE", moment_text(when)
    key = getattr(when.tzinfo, "key", "UTC")
    if when.tzinfo is None or key == "UTC":
        return name, moment_text(when)
    return f"{name};TZID={key}", moment_text(when.replace(tzinfo=None))


@dataclass(frozen=True, slots=True)
class Move:
    """A series whose first date was `start` and becomes `begins`, by moving its date `at` to `to`.

    `old` and `new` are its anchored rule before and after, where that says where dates go.
    """

    start: When
    begins: When
    at: When
    to: When
    old: Union[RecurrenceRule, None] = None
    new: Union[RecurrenceRule, None] = None

    @classmethod
    def of(cls, dates: RecurrenceSet, at: When, to: When) -> Move:
        """Raises SeriesRefused."""
        start, rules = dates.start, (*dates.rules, *dates.excluded_rules)
        begins = moved(start, at, to)
        coarse = any(rule.frequency in COARSE for rule in rules)
        if not coarse or day_of(begins) == day_of(start):
            return cls(start, begins, at, to)
        if len(rules) > 1:
            raise SeriesRefused("several_rules")
        rule = rules[0]
        old = rule.anchored(clock_of(start, start))
        moment, target = clock_of(at, start), clock_of(to, to)
        ended = rule.until is not None and is_past(at, rule.until)
        if ended or moment not in old.in_period(old.period_of(moment)):
            raise SeriesRefused("rule")
        rule = _on_time(_following(rule, moment, target), start)
        move = cls(start, begins, at, to, old, rule.anchored(target))
        first = move.date(start)
        if first is None:
            raise SeriesRefused("date_lost")
        # a first date that the rule does not yield may say other things, or count other months
        clock = clock_of(first, first)
        new = rule.anchored(clock)
        if new != move.new or (new.period_of(clock) - new.period_of(target)) % new.interval:
            raise SeriesRefused("rule")
        return replace(move, begins=first)

    def date(self, when: When) -> Union[When, None]:
        """Where a date of the series goes; None where the new rule has none for it."""
        own = self._spelled(when)
        if self.old is None or self.new is None:
            return moved(own, self.at, self.to)
        moment, at = clock_of(own, self.start), clock_of(self.at, self.start)
        period = self.old.period_of(moment)
        if moment not in self.old.in_period(period):
            return moved(own, self.at, self.to)
        further = self.new.period_of(clock_of(self.to, self.to)) - self.old.period_of(at)
        found = self.new.in_period(period + further)
        return on_clock(found[0], self.to) if found else None

    def own_time(self, start: When, recurrence_id: When, new: When) -> When:
        """Where a changed date goes that takes place at `start`: as far as its recurrence id.

        Another zone, or kind of time, stays its own.
        """
        old = self._spelled(recurrence_id)
        alike = zone_of(start) == zone_of(old) or _timed(old) is not _timed(new)
        if _timed(start) is _timed(old) and alike:
            return moved(start, old, new)
        if _timed(start) and _timed(old) and _timed(new):
            return start + (clock_of(new, new) - clock_of(old, old))
        return start + (day_of(new) - day_of(old))

    def _spelled(self, when: When) -> When:
        """A date as the rule says it: also where somebody else resolved an hour that is skipped."""
        own, clock = like(when, self.start), clock_of(self.start, self.start)
        usual = on_clock(datetime.combine(day_of(own), clock.time()), self.start)
        return usual if instant(usual) == instant(own) else own

    def lines(self, lines: Iterable[str]) -> tuple[str, ...]:
        """The lines of the series after the move. Raises SeriesRefused."""
        found: list[str] = []
        for line in lines:
            name, value = named(line)
            if name.endswith("RULE"):
                rule = self._rule(RecurrenceRule.parse(value))
                found.append(f"{name}:{rule}")
            else:
                found += self._dates(name, dates_in(line))
        return tuple(found)

    def _dates(self, name: str, dates: Iterable[When]) -> list[str]:
        written: dict[str, list[str]] = {}
        for when in dates:
            goes = self.date(when)
            if goes is None:
                continue
            whole_day = _timed(self.start) and not _timed(when)
            head, text = dates_line(name, day_of(goes) if whole_day else goes)
            written.setdefault(head, []).append(text)
        return [f"{head}:{','.join(texts)}" for head, texts in written.items()]

    def _rule(self, rule: RecurrenceRule) -> RecurrenceRule:
        clock, until = clock_of(self.start, self.start), rule.until
        if self.old is None:
            rule = _days_later(rule, clock, (day_of(self.begins) - day_of(self.start)).days)
        else:
            rule = _following(rule, clock_of(self.at, self.start), clock_of(self.to, self.to))
        ends = None if until is None else self._until(until)
        return replace(_on_time(rule, self.start), until=ends)

    def _until(self, until: When) -> When:
        """Where the last date goes that is possible up to `until`."""
        clock = clock_of(self.start, self.start)
        last = on_clock(datetime.combine(day_of(like(until, self.start)), clock.time()), self.start)
        if is_past(last, until):
            last -= DAY
        if self.old is None or self.new is None:
            return moved(last, self.at, self.to)
        last = on_clock(self.old.last(clock, clock_of(last, last)), self.start)
        goes = clock_of(moved(last, self.at, self.to), self.to)
        # where the month has no such day, the date before
        return self.date(last) or on_clock(self.new.last(clock_of(self.to, self.to), goes), self.to)


def _timed(when: When) -> bool:
    return isinstance(when, datetime)


def _on_time(rule: RecurrenceRule, start: When) -> RecurrenceRule:
    """The rule without times of day: those of its start. Beside whole days they mean nothing."""
    clock, given = clock_of(start, start), (rule.hours, rule.minutes, rule.seconds)
    own = zip(given, (clock.hour, clock.minute, clock.second), strict=True)
    others = _timed(start) and any(part - {number} for part, number in own)
    if others or (rule.positions and any(given)):
        raise SeriesRefused("times")
    return replace(rule, hours=frozenset(), minutes=frozenset(), seconds=frozenset())


def _days_later(rule: RecurrenceRule, start: datetime, days: int) -> RecurrenceRule:
    """A rule of days or weeks, each of whose dates goes so many days further."""
    if not days:
        return rule
    if rule.months or rule.month_days:
        raise SeriesRefused("rule")
    found = frozenset((0, (day + days) % 7) for _, day in rule.week_days)
    held = {start.weekday(), *(day for _, day in rule.week_days)}
    # days that end up in different weeks: those of every other week have to begin as much later
    weeks = {((day - rule.week_start) % 7 + days) // 7 for day in held}
    if len(weeks) > 1 and (rule.interval > 1 or rule.positions):
        return replace(rule, week_days=found, week_start=(rule.week_start + days) % 7)
    return replace(rule, week_days=found)


def _following(rule: RecurrenceRule, old: datetime, new: datetime) -> RecurrenceRule:
    """A rule of months or years that says of `new` what it said of `old`. Raises SeriesRefused."""
    yearly = rule.frequency is Frequency.YEARLY
    dated = bool(rule.month_days or rule.week_days)
    same_month = (old.year, old.month) == (new.year, new.month)
    if rule.year_days or rule.weeks or (rule.months and not yearly and not same_month):
        raise SeriesRefused("rule")
    if yearly and (len(rule.months) > 1 or (dated and not rule.months)):
        raise SeriesRefused("rule")
    months = frozenset({new.month}) if yearly and rule.months else rule.months
    rule = replace(rule, months=months)
    if not dated and not rule.positions:
        return rule
    if not rule.week_days and len(rule.month_days) == 1 and not rule.positions:
        (said,) = rule.month_days
        return replace(rule, month_days=_day_of_month(said, new))
    if not rule.month_days and len(rule.week_days) == 1:
        return _week_day_of_month(rule, new)
    raise SeriesRefused("rule")


def _day_of_month(said: int, new: datetime) -> frozenset[int]:
    """A last day of the month stays one: what else it may become, nobody said."""
    if said > 0:
        return frozenset({new.day})
    if new.day - monthrange(new.year, new.month)[1] - 1 != said:
        raise SeriesRefused("rule")
    return frozenset({said})


def _week_day_of_month(rule: RecurrenceRule, new: datetime) -> RecurrenceRule:
    """`BYDAY=2TU`, or `BYDAY=TU;BYSETPOS=2`."""
    ((ordinal, _),) = rule.week_days
    places = {ordinal} - {0} or rule.positions
    if len(places) != 1 or (ordinal and rule.positions):
        raise SeriesRefused("rule")
    (place,) = places
    length = monthrange(new.year, new.month)[1]
    place = (new.day - 1) // 7 + 1 if place > 0 else -((length - new.day) // 7 + 1)
    if ordinal:
        return replace(rule, week_days=frozenset({(place, new.weekday())}))
    return replace(rule, week_days=frozenset({(0, new.weekday())}), positions=frozenset({place}))
