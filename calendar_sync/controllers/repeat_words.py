"""How a series repeats, in words: `Weekly on Tue and Thu, until 31 March 2027`. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from calendar_sync.engine.event import When
from calendar_sync.engine.occurrences import (
    clock_of,
    dates_in,
    day_of,
    is_past,
    like,
    named,
    on_clock,
)
from calendar_sync.engine.recurrence import Frequency, RecurrenceRule, UnreadableRecurrence

UNITS = {
    Frequency.DAILY: ("Daily", "days"),
    Frequency.WEEKLY: ("Weekly", "weeks"),
    Frequency.MONTHLY: ("Monthly", "months"),
    Frequency.YEARLY: ("Yearly", "years"),
}
MONDAY = date(2024, 1, 1)
WORKING_DAYS = frozenset((0, day) for day in range(5))
PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
UNKNOWN = "By a rule that can't be read here"


def repeat_words(lines: Iterable[str], start: When) -> str:
    """Of the RRULE and RDATE lines of a series that begins at `start`; nothing without any."""
    rules, added = [], 0
    try:
        for line in lines:
            name, value = named(line)
            if name == "RRULE":
                rules.append(rule_words(RecurrenceRule.parse(value), start))
            elif name == "RDATE":
                added += len(dates_in(line))
    except UnreadableRecurrence:
        return UNKNOWN
    if added:
        dates = "1 more date" if added == 1 else f"{added} more dates"
        rules.append(f"on {dates}" if rules else "On dates of its own")
    return _joined(rules, "; and ")


def rule_words(rule: RecurrenceRule, start: When) -> str:
    every, units = UNITS[rule.frequency]
    if rule.interval > 1:
        every = f"Every {rule.interval} {units}"
    if is_every_weekday(rule):
        days = "Every weekday"
    else:
        days = " ".join(part for part in (every, _days(rule, start), _limits(rule)) if part)
    return days + _end(rule, start)


def is_every_weekday(rule: RecurrenceRule) -> bool:
    often = rule.frequency in {Frequency.DAILY, Frequency.WEEKLY} and rule.interval == 1
    others = (rule.months, rule.month_days, rule.positions, rule.names_times)
    return often and rule.week_days == WORKING_DAYS and not any(others)


def last_day(rule: RecurrenceRule, start: When) -> date | None:
    """The last day on which a rule of one time a day may take place."""
    if rule.until is None:
        return None
    day = day_of(like(rule.until, start))
    clock = datetime.combine(day, clock_of(start, start).time())
    return day - timedelta(days=1) if is_past(on_clock(clock, start), rule.until) else day


def week_day(day: int, *, short: bool = False) -> str:
    return date_format(MONDAY + timedelta(days=day), "D" if short else "l")


def place_word(place: int) -> str:
    """`third`, `last`, `second to last`."""
    if place < -1:
        return f"{PLACES.get(-place, f'{-place}th')} to last"
    return PLACES.get(place, f"{place}th")


def _days(rule: RecurrenceRule, start: When) -> str:
    """On which days of its periods, also where that is taken from the first date."""
    rule = rule.anchored(clock_of(start, start))
    if rule.positions:
        places = _listed([place_word(place) for place in sorted(rule.positions)])
        return f"on the {places} {_one_of(rule)}"
    plain = sorted(day for ordinal, day in rule.week_days if not ordinal)
    parts = []
    if plain:
        parts.append("on " + _listed([week_day(day, short=len(plain) > 1) for day in plain]))
    placed = sorted((day, ordinal) for ordinal, day in rule.week_days if ordinal)
    if placed:
        words = [f"{place_word(ordinal)} {week_day(day)}" for day, ordinal in placed]
        parts.append("on the " + _listed(words))
    if rule.month_days:
        parts.append(_month_days(rule))
    if rule.year_days:
        parts.append("on day " + _numbers(rule.year_days) + " of the year")
    return " ".join(parts)


def _month_days(rule: RecurrenceRule) -> str:
    if len(rule.month_days) == len(rule.months) == 1 and min(rule.month_days) > 0:
        (day,), (month,) = rule.month_days, rule.months
        return f"on {day} {_month(month)}"
    front = [str(day) for day in sorted(rule.month_days) if day > 0]
    back = [f"the {place_word(day)} day" for day in sorted(rule.month_days) if day < 0]
    days = ["day " + _listed(front)] if len(front) == 1 else ["days " + _listed(front)]
    return "on " + _listed([*(days if front else []), *back])


def _one_of(rule: RecurrenceRule) -> str:
    """Among which days positions count."""
    days = sorted(day for _, day in rule.week_days)
    if rule.week_days == WORKING_DAYS:
        return "weekday"
    if days and not rule.month_days:
        return "of " + _listed([week_day(day, short=True) for day in days])
    return "of its days"


def _limits(rule: RecurrenceRule) -> str:
    """The months and weeks it keeps to, and times of its own."""
    parts = []
    one_day = len(rule.month_days) == len(rule.months) == 1 and not rule.positions
    if rule.months and not (one_day and min(rule.month_days) > 0):
        months = _listed([_month(month) for month in sorted(rule.months)])
        parts.append(("of " if rule.week_days or rule.month_days else "in ") + months)
    if rule.weeks:
        parts.append("in week " + _numbers(rule.weeks))
    if rule.names_times:
        parts.append("at times of its own")
    return " ".join(parts)


def _end(rule: RecurrenceRule, start: When) -> str:
    if rule.count is not None:
        return ", once" if rule.count == 1 else f", {rule.count} times"
    day = last_day(rule, start)
    return f", until {date_format(day, 'j F Y')}" if day else ""


def _month(number: int) -> str:
    return date_format(MONDAY.replace(month=number), "F")


def _numbers(numbers: Iterable[int]) -> str:
    return _listed([str(number) for number in sorted(numbers)])


def _listed(words: Sequence[str]) -> str:
    """`Tue`, `Tue and Thu`, `Mon, Wed and Fri`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1] if words else "")))


def _joined(words: Sequence[str], glue: str) -> str:
    return glue.join([*words[:1], *(word[0].lower() + word[1:] for word in words[1:])])
