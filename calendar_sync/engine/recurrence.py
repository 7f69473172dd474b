"""When a series takes place (RFC 5545 §3.3.10, §3.8.5). Pure.

A rule is read once, checked, and asked for its dates in a window. The work it does is that of the
window, wherever the series began: `RecurrenceRule.periods` are the days, weeks, months or years it
looks into. Whatever cannot be read without guessing is `UnreadableRecurrence`.

Every BY part of the RFC's table is one test of a day, whether it expands a frequency or limits it.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import Enum
from itertools import product

from .event import When
from .timezones import UTC

MOST_PER_DAY = 23
"""Finer than that is no calendar event: HOURLY and what equals it are refused."""

YEARS = range(2, 9999)
"""In the years at both ends a moment is none in some zones."""

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_PARTS = frozenset({
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY",
    "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYSETPOS",
})  # fmt: skip


class UnreadableRecurrence(ValueError):
    """A rule or list of dates that is refused; the argument is a short reason code."""


class Frequency(str, Enum):
    """FREQ; what is finer than a day is not for calendars."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """One RRULE. Days of the week are 0 (Monday) to 6, with their ordinal, 0 for every one."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: When | None = None
    months: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    week_days: frozenset[tuple[int, int]] = frozenset()
    hours: frozenset[int] = frozenset()
    minutes: frozenset[int] = frozenset()
    seconds: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0

    @classmethod
    def parse(cls, value: str) -> RecurrenceRule:
        """From what stands behind `RRULE:`. Raises UnreadableRecurrence."""
        parts = _split(value)
        frequency = parts.get("FREQ", "")
        if frequency in {"HOURLY", "MINUTELY", "SECONDLY"}:
            raise UnreadableRecurrence("too_often")
        if frequency not in Frequency.__members__:
            raise UnreadableRecurrence("frequency")
        count = _natural(parts["COUNT"], "count") if "COUNT" in parts else None
        rule = cls(
            Frequency(frequency),
            interval=_natural(parts.get("INTERVAL", "1"), "interval"),
            count=count,
            until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
            months=_numbers(parts, "BYMONTH", 1, 12),
            weeks=_numbers(parts, "BYWEEKNO", 1, 53, signed=True),
            year_days=_numbers(parts, "BYYEARDAY", 1, 366, signed=True),
            month_days=_numbers(parts, "BYMONTHDAY", 1, 31, signed=True),
            week_days=_week_days(parts),
            hours=_numbers(parts, "BYHOUR", 0, 23),
            minutes=_numbers(parts, "BYMINUTE", 0, 59),
            # the leap second that RFC 5545 allows is one that Python does not know
            seconds=frozenset(min(n, 59) for n in _numbers(parts, "BYSECOND", 0, 60)),
            positions=_numbers(parts, "BYSETPOS", 1, 366, signed=True),
            week_start=_week_start(parts),
        )
        rule._check()
        return rule

    def __str__(self) -> str:
        """What stands behind `RRULE:`, in one order; `parse` reads it back."""

        def listed(numbers: frozenset[int]) -> str:
            return ",".join(map(str, sorted(numbers)))

        days = sorted((day, ordinal) for ordinal, day in self.week_days)
        parts = {
            "FREQ": self.frequency.value,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYMONTH": listed(self.months),
            "BYWEEKNO": listed(self.weeks),
            "BYYEARDAY": listed(self.year_days),
            "BYMONTHDAY": listed(self.month_days),
            "BYDAY": ",".join(f"{ordinal or ''}{_DAYS[day]}" for day, ordinal in days),
            "BYHOUR": listed(self.hours),
            "BYMINUTE": listed(self.minutes),
            "BYSECOND": listed(self.seconds),
            "BYSETPOS": listed(self.positions),
            "WKST": _DAYS[self.week_start] if self.week_start else "",
            "COUNT": str(self.count or ""),
            "UNTIL": "" if self.until is None else moment_text(self.until),
        }
        return ";".join(f"{name}={text}" for name, text in parts.items() if text)

    def _check(self) -> None:
        """The combinations that RFC 5545 §3.3.10 forbids."""
        if self.count is not None and self.until is not None:
            raise UnreadableRecurrence("count_and_until")
        coarse = self.frequency in {Frequency.MONTHLY, Frequency.YEARLY}
        ordinals = any(ordinal for ordinal, _ in self.week_days)
        if ordinals and (not coarse or self.weeks):
            raise UnreadableRecurrence("byday")
        if self.weeks and self.frequency is not Frequency.YEARLY:
            raise UnreadableRecurrence("byweekno")
        if self.year_days and self.frequency is not Frequency.YEARLY:
            raise UnreadableRecurrence("byyearday")
        if self.month_days and self.frequency is Frequency.WEEKLY:
            raise UnreadableRecurrence("bymonthday")
        times = [len(part) or 1 for part in (self.hours, self.minutes, self.seconds)]
        if times[0] * times[1] * times[2] > MOST_PER_DAY:
            raise UnreadableRecurrence("too_often")
        parts = (self.months, self.weeks, self.year_days, self.month_days, self.week_days)
        if self.positions and not any((*parts, self.hours, self.minutes, self.seconds)):
            raise UnreadableRecurrence("bysetpos")

    @property
    def names_times(self) -> bool:
        """Whether it says times of day itself, which the rule of whole days must not."""
        return bool(self.hours or self.minutes or self.seconds)

    def anchored(self, start: datetime) -> RecurrenceRule:
        """The same rule with what it leaves out taken from its first date."""
        rule = replace(
            self,
            hours=self.hours or frozenset({start.hour}),
            minutes=self.minutes or frozenset({start.minute}),
            seconds=self.seconds or frozenset({start.second}),
        )
        if self.month_days or self.week_days or self.year_days:
            return rule
        if self.frequency is Frequency.WEEKLY or self.weeks:
            return replace(rule, week_days=frozenset({(0, start.weekday())}))
        if self.frequency is Frequency.DAILY:
            return rule
        months = self.months
        if self.frequency is Frequency.YEARLY:
            months = months or frozenset({start.month})
        return replace(rule, months=months, month_days=frozenset({start.day}))

    def periods(self, start: datetime, since: datetime, before: datetime) -> range:
        """The days, weeks, months or years to look into for the dates of a window.

        `start`, `since` and `before` are wall-clock times. A counted rule has to be counted from
        its beginning, unless each of its periods holds the same number of dates.
        """
        first = self.period_of(start)
        if self.count is None or self._is_regular():
            skipped = (self.period_of(since) - first) // self.interval
            first += max(0, skipped) * self.interval
        return range(first, self.period_of(before) + 1, self.interval)

    def starts(self, start: datetime, since: datetime, before: datetime) -> Iterator[datetime]:
        """Dates of an anchored rule from `since` to before `before`, in order, but for UNTIL.

        The first date counts, also where the rule itself does not yield it (§3.8.2.4).
        """
        periods = self.periods(start, since, before)
        left = self._left_at(periods.start, start)
        for period in periods:
            for moment in self.in_period(period):
                if moment < start:
                    continue
                if moment >= before or left == 0:
                    return
                if left is not None:
                    left -= 1
                if moment >= since:
                    yield moment

    def last(self, start: datetime, until: datetime) -> datetime:
        """The last date of an anchored rule up to `until`, which is included, but for COUNT."""
        for period in reversed(self.periods(start, start, until)):
            for moment in reversed(self.in_period(period)):
                if start <= moment <= until:
                    return moment
        return start

    def _left_at(self, period: int, start: datetime) -> int | None:
        """How many dates of a counted rule are left when it comes to this period."""
        if self.count is None:
            return None
        first = self.period_of(start)
        given = [moment for moment in self.in_period(first) if moment >= start]
        left = self.count if start in given else self.count - 1
        if period == first:
            return left
        whole_periods = (period - first) // self.interval - 1
        return max(0, left - len(given) - whole_periods * self._per_period())

    def _is_regular(self) -> bool:
        """Whether every period holds the same number of dates."""
        if self.months or self.month_days or self.positions:
            return False
        if self.frequency is Frequency.DAILY:
            return not self.week_days
        return self.frequency is Frequency.WEEKLY

    def _per_period(self) -> int:
        return (len(self.week_days) or 1) * len(self._times())

    def _times(self) -> list[time]:
        clocks = product(sorted(self.hours), sorted(self.minutes), sorted(self.seconds))
        return [time(*clock) for clock in clocks]

    def period_of(self, moment: datetime) -> int:
        """The number of the day, week, month or year. With BYWEEKNO years are made of weeks."""
        if self.frequency is Frequency.DAILY:
            return moment.toordinal()
        if self.frequency is Frequency.WEEKLY:
            return _week_of(moment.toordinal(), self.week_start)
        if self.frequency is Frequency.MONTHLY:
            return moment.year * 12 + moment.month - 1
        if self.weeks:
            return _year_of_week(moment.toordinal(), self.week_start)
        return moment.year

    def _days(self, period: int) -> range:
        """The days of a period, as ordinals."""
        if self.frequency is Frequency.DAILY:
            return range(period, period + 1)
        if self.frequency is Frequency.WEEKLY:
            first = period * 7 + 1 + self.week_start
            return range(first, first + 7)
        if self.frequency is Frequency.MONTHLY:
            year, month = period // 12, period % 12 + 1
            first = date(year, month, 1).toordinal()
            return range(first, first + monthrange(year, month)[1])
        if self.weeks:
            first = _first_week(period, self.week_start)
            return range(first, _first_week(period + 1, self.week_start))
        first = date(period, 1, 1).toordinal()
        return range(first, first + (366 if isleap(period) else 365))

    def in_period(self, period: int) -> list[datetime]:
        """What an anchored rule yields in one of its periods, also before the series begins."""
        found = [date.fromordinal(number) for number in self._days(period)]
        times = self._times()
        moments = [datetime.combine(day, at) for day in found if self._fits(day) for at in times]
        if not self.positions:
            return moments
        length = len(moments)
        places = {place - 1 if place > 0 else length + place for place in self.positions}
        return [moments[place] for place in sorted(places) if 0 <= place < length]

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.week_days and not self._fits_week_day(day):
            return False
        if self.month_days and not _either(
            day.day, monthrange(day.year, day.month)[1], self.month_days
        ):
            return False
        if self.year_days:
            length = 366 if isleap(day.year) else 365
            if not _either(day.timetuple().tm_yday, length, self.year_days):
                return False
        return not self.weeks or self._fits_week(day)

    def _fits_week_day(self, day: date) -> bool:
        week_day = day.weekday()
        if (0, week_day) in self.week_days:
            return True
        ordinals = frozenset(ordinal for ordinal, wanted in self.week_days if wanted == week_day)
        if not ordinals:
            return False
        if self.frequency is Frequency.MONTHLY or self.months:
            place, length = day.day, monthrange(day.year, day.month)[1]
        else:
            place, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
        return (place - 1) // 7 + 1 in ordinals or -((length - place) // 7 + 1) in ordinals

    def _fits_week(self, day: date) -> bool:
        year = _year_of_week(day.toordinal(), self.week_start)
        first = _first_week(year, self.week_start)
        number = (day.toordinal() - first) // 7 + 1
        return _either(number, (_first_week(year + 1, self.week_start) - first) // 7, self.weeks)


def _either(number: int, length: int, wanted: frozenset[int]) -> bool:
    """Whether the number is wanted, counted from the front or from the back."""
    return number in wanted or number - length - 1 in wanted


def _week_of(ordinal: int, week_start: int) -> int:
    """Ordinal 1 was a Monday."""
    return (ordinal - 1 - week_start) // 7


def _year_of_week(ordinal: int, week_start: int) -> int:
    """The year of a day's week: the one that holds four days of it (ISO 8601 §2.2.10)."""
    return date.fromordinal(_week_of(ordinal, week_start) * 7 + 1 + week_start + 3).year


def _first_week(year: int, week_start: int) -> int:
    """The first day, as an ordinal, of the first week with four days in that year."""
    return _week_of(date(year, 1, 4).toordinal(), week_start) * 7 + 1 + week_start


def moment_of(text: str) -> When:
    """`20260330`, `20260330T090000` (a clock's) or `20260330T070000Z`; years 2 to 9998."""
    try:
        if not re.fullmatch(r"\d{8}(T\d{6}Z?)?", text) or int(text[:4]) not in YEARS:
            raise UnreadableRecurrence("date")
        if len(text) == 8:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        clock = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - see below
    except ValueError:
        raise UnreadableRecurrence("date") from None
    return clock.replace(tzinfo=UTC) if text.endswith("Z") else clock


def _until(text: str) -> When | None:
    """None for a time in the year 9999, which means never."""
    return None if re.fullmatch(r"9999\d{4}(T\d{6}Z?)?", text) else moment_of(text)


def moment_text(when: When) -> str:
    """Inverse of `moment_of`; a zoned time is told in UTC."""
    if not isinstance(when, datetime):
        return f"{when:%Y%m%d}".zfill(8)
    if when.tzinfo is None:
        return f"{when:%Y%m%dT%H%M%S}".zfill(15)
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}".zfill(16)


def _split(value: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    for part in value.strip().rstrip(";").upper().split(";"):
        name, separator, text = part.partition("=")
        if not separator or not text or name not in _PARTS or name in parts:
            raise UnreadableRecurrence("malformed")
        parts[name] = text
    return parts


def _natural(text: str, code: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or not int(text):
        raise UnreadableRecurrence(code)
    return int(text)


def _numbers(
    parts: Mapping[str, str], name: str, low: int, high: int, *, signed: bool = False
) -> frozenset[int]:
    if name not in parts:
        return frozenset()
    found = set()
    for text in parts[name].split(","):
        if not re.fullmatch(r"[+-]?\d{1,3}" if signed else r"\d{1,3}", text):
            raise UnreadableRecurrence(name.lower())
        found.add(int(text))
    if any(not low <= abs(number) <= high for number in found):
        raise UnreadableRecurrence(name.lower())
    return frozenset(found)


def _week_days(parts: Mapping[str, str]) -> frozenset[tuple[int, int]]:
    found = set()
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = _BY_DAY.fullmatch(text)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise UnreadableRecurrence("byday")
        found.add((int(match[1] or 0), _DAYS.index(match[2])))
    return frozenset(found)


def _week_start(parts: Mapping[str, str]) -> int:
    if parts.get("WKST", "MO") not in _DAYS:
        raise UnreadableRecurrence("wkst")
    return _DAYS.index(parts.get("WKST", "MO"))
