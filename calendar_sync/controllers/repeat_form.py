"""The fields that say how an event repeats, as text, and the RRULE lines they mean, both ways.

What the fields can't say is `kept`: shown in words, and left as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from django.utils.formats import date_format

from calendar_sync.actions.drafts import YEARS
from calendar_sync.actions.errors import Invalid
from calendar_sync.controllers.repeat_words import (
    WORKING_DAYS,
    is_every_weekday,
    last_day,
    place_word,
    week_day,
)
from calendar_sync.engine.event import When
from calendar_sync.engine.occurrences import clock_of, named
from calendar_sync.engine.recurrence import Frequency, RecurrenceRule, UnreadableRecurrence

NEVER, CUSTOM, KEPT = "never", "custom", "kept"
UNITS = {
    "days": Frequency.DAILY,
    "weeks": Frequency.WEEKLY,
    "months": Frequency.MONTHLY,
    "years": Frequency.YEARLY,
}
OTHERS = {"monthly-weekday": "monthly-last", "monthly-last": "monthly-weekday"}
MOST_TIMES = 999
WEEK_DAYS = tuple((str(day), week_day(day)) for day in range(7))
REPEATS = frozenset({"repeat", "every", "unit", "week_days", "monthly", "ends", "until", "count"})


@dataclass(frozen=True)
class RepeatForm:
    """`week_days` are numbers from 0 (Monday); `monthly` is day, weekday or last."""

    repeat: str = NEVER
    every: str = "1"
    unit: str = "weeks"
    week_days: tuple[str, ...] = ()
    monthly: str = "day"
    ends: str = "never"
    until: str = ""
    count: str = "10"

    def rules(self, day: date) -> tuple[str, ...]:
        """The RRULE lines of what is proposed for an event on this day. Raises Invalid."""
        if self.repeat == NEVER:
            return ()
        name = self.offered(day).repeat
        rule = self._custom(day) if name == CUSTOM else _presets(day).get(name)
        if rule is None:
            raise Invalid({"repeat": "Choose how it repeats."})
        return (f"RRULE:{self._ended(rule, day)}",)

    def with_rules(self, lines: Sequence[str], start: When, day: date) -> Self:
        """As a series that begins at `start` repeats, seen from its date on this day."""
        if not lines:
            return self
        try:
            (value,) = (value for name, value in map(named, lines) if name == "RRULE")
            rule = RecurrenceRule.parse(value)
        except (UnreadableRecurrence, ValueError):
            return replace(self, repeat=KEPT)
        said = self._saying(rule, start, day)
        if len(lines) == 1 and _same(said, rule, start, day):
            return said
        return replace(self, repeat=KEPT)

    def offered(self, day: date) -> Self:
        """With a proposal that there is on this day: not every month has a fifth Thursday."""
        if self.repeat in OTHERS and self.repeat not in _presets(day):
            return replace(self, repeat=OTHERS[self.repeat])
        return self

    @property
    def repeat_fields(self) -> tuple[object, ...]:
        """Those that count."""
        counts: list[object] = [self.repeat]
        if self.repeat == CUSTOM:
            weekly, monthly = self.unit == "weeks", self.unit == "months"
            days = tuple(sorted(self.week_days)) if weekly else ()
            counts += [self.every, self.unit, days, self.monthly if monthly else ""]
        if self.repeat not in {NEVER, KEPT}:
            ends = {"on": self.until, "after": self.count}
            counts += [self.ends, ends.get(self.ends, "")]
        return tuple(counts)

    def _saying(self, rule: RecurrenceRule, start: When, day: date) -> Self:
        """The fields that may mean this rule."""
        until = last_day(rule, start)
        ends = "on" if until else "after" if rule.count else "never"
        form = replace(self, ends=ends, until=until.isoformat() if until else "")
        form = replace(form, count=str(rule.count or self.count))
        for name in _presets(day):
            if _same(replace(form, repeat=name), rule, start, day):
                return replace(form, repeat=name)
        units = {frequency: unit for unit, frequency in UNITS.items()}
        form = replace(form, repeat=CUSTOM, unit=units[rule.frequency], every=str(rule.interval))
        days = sorted(rule.anchored(clock_of(start, start)).week_days)
        if rule.frequency is Frequency.MONTHLY and days:
            return replace(form, monthly="last" if days[0][0] < 0 else "weekday")
        return replace(form, week_days=tuple(str(number) for _, number in days))

    def _custom(self, day: date) -> RecurrenceRule:
        errors: dict[str, str] = {}
        every = _number("every", self.every, errors)
        if self.unit not in UNITS:
            errors["every"] = "Choose days, weeks, months or years."
        week_days = {(0, int(one)) for one in self.week_days if one in "0123456"}
        if errors:
            raise Invalid(errors)
        rule = RecurrenceRule(UNITS[self.unit], every)
        if self.unit == "weeks":
            return replace(rule, week_days=frozenset(week_days or {(0, day.weekday())}))
        if self.unit == "months":
            return _monthly(rule, day, self.monthly)
        return rule

    def _ended(self, rule: RecurrenceRule, day: date) -> RecurrenceRule:
        errors: dict[str, str] = {}
        if self.ends == "after":
            rule = replace(rule, count=_number("count", self.count, errors))
        elif self.ends == "on":
            rule = replace(rule, until=_last(self.until, day, errors))
        if errors:
            raise Invalid(errors)
        return rule


def repeat_context(form: RepeatForm, day: date | None, kept: str = "") -> dict[str, object]:
    """What the template of the fields needs; `kept`: in words what they can't say."""
    day = day or date(2001, 1, 1)  # nothing is proposed for what is no day: it is refused
    shown = form.offered(day)
    days = form.week_days if form.repeat == CUSTOM else ()
    return {
        "repeat": shown.repeat,
        "repeats": choices(day),
        "kept": kept,
        "units": UNITS,
        "week_days": [
            (value, label, value in (days or {str(day.weekday())})) for value, label in WEEK_DAYS
        ],
        "months": monthly_choices(day),
    }


def choices(day: date) -> list[tuple[str, str]]:
    """What is offered for an event on this day: value and label."""
    labels = {
        "daily": "Daily",
        "weekly": f"Weekly on {week_day(day.weekday())}",
        "weekdays": "Every weekday (Monday to Friday)",
        "monthly-day": f"Monthly on day {day.day}",
        "monthly-weekday": f"Monthly on the {place_word(_place(day))} {week_day(day.weekday())}",
        "monthly-last": f"Monthly on the last {week_day(day.weekday())}",
        "yearly": f"Yearly on {date_format(day, 'j F')}",
    }
    offered = [(name, labels[name]) for name in _presets(day)]
    return [(NEVER, "Does not repeat"), *offered, (CUSTOM, "Custom…")]


def _presets(day: date) -> dict[str, RecurrenceRule]:
    """What is proposed for this day; `last` only in the last seven days of a month."""
    month = RecurrenceRule(Frequency.MONTHLY)
    weekly = RecurrenceRule(Frequency.WEEKLY)
    found = {
        "daily": RecurrenceRule(Frequency.DAILY),
        "weekly": replace(weekly, week_days=frozenset({(0, day.weekday())})),
        "weekdays": replace(weekly, week_days=WORKING_DAYS),
        "monthly-day": _monthly(month, day, "day"),
        "monthly-weekday": _monthly(month, day, "weekday"),
        "monthly-last": _monthly(month, day, "last"),
        "yearly": RecurrenceRule(Frequency.YEARLY),
    }
    if _place(day) > 4:
        del found["monthly-weekday"]
    if not _is_last(day):
        del found["monthly-last"]
    return found


def monthly_choices(day: date) -> list[tuple[str, str]]:
    """What a custom repetition by months may mean for an event on this day."""
    words = {
        "day": f"on day {day.day}",
        "weekday": f"on the {place_word(_place(day))} {week_day(day.weekday())}",
        "last": f"on the last {week_day(day.weekday())}",
    }
    if _place(day) > 4:
        del words["weekday"]
    if not _is_last(day):
        del words["last"]
    return list(words.items())


def _monthly(rule: RecurrenceRule, day: date, monthly: str) -> RecurrenceRule:
    if monthly == "day":
        return replace(rule, month_days=frozenset({day.day}))
    place = -1 if monthly == "last" or _place(day) > 4 else _place(day)
    return replace(rule, week_days=frozenset({(place, day.weekday())}))


def _place(day: date) -> int:
    """The how manieth such day of its month it is."""
    return (day.day - 1) // 7 + 1


def _is_last(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 7).month != day.month


def _same(form: RepeatForm, rule: RecurrenceRule, start: When, day: date) -> bool:
    """Whether the fields, typed for this day, mean the rule of a series that begins at `start`."""
    try:
        (line,) = form.rules(day)
    except Invalid:
        return False
    said = RecurrenceRule.parse(named(line)[1])
    first = clock_of(start, start)
    wanted = replace(rule.anchored(first), until=last_day(rule, start))
    if is_every_weekday(rule):
        wanted = replace(wanted, frequency=Frequency.WEEKLY)
    if rule.interval == 1:
        wanted = replace(wanted, week_start=0)  # it counts between weeks that are left out
    meant = said.anchored(datetime.combine(day, first.time()))
    return bool(meant == wanted and not rule.names_times)


def _number(field: str, text: str, errors: dict[str, str]) -> int:
    number = int(text) if text.strip().isdecimal() and len(text) < 9 else 0
    if not 1 <= number <= MOST_TIMES:
        errors[field] = f"Give a number from 1 to {MOST_TIMES}."
    return max(1, number)


def _last(text: str, day: date, errors: dict[str, str]) -> date:
    try:
        last = date.fromisoformat(text)
    except ValueError:
        errors["until"] = "Give the last day."
        return day
    if last < day:
        errors["until"] = "It ends before it begins."
    elif last.year not in YEARS:
        errors["until"] = f"Give a year up to {YEARS.stop - 1}."
    return last
