"""Dates of a series by RRULE, RDATE and EXDATE in the zone of its start (contract 7.1)."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from dateutil.rrule import DAILY, rrule, rrulestr

from .times import zone_info
from .values import Content, When

LAST = datetime(2099, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a wall clock
"""Where expansion ends in practice (4.3, 7.1)."""
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CHOOSING = {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYEASTER"}
Key = date | datetime
"""Of one date: its day, or its instant in UTC."""
Parts = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    name: str
    parameters: Parts
    value: str

    def parts(self) -> dict[str, str]:
        return dict(part.partition("=")[::2] for part in self.value.upper().split(";"))


def read_line(text: str) -> Line:
    """`RRULE:DATE;TZID=…`, as found in old events, means an RDATE (7.1)."""
    head, _, value = text.partition(":")
    name, *parameters = head.split(";")
    if value.startswith(("DATE;", "DATE:")):
        return read_line("RDATE" + value.removeprefix("DATE"))
    return Line(name.upper(), dict(each.partition("=")[::2] for each in parameters), value)


def key_of(when: When) -> Key:
    key = when.day or when.instant
    assert key is not None  # noqa: S101 - one of the two is set
    return key


@dataclass(frozen=True)
class Series:
    """`start` and `end` are those of the first date. Rules run on a wall clock without zone."""

    start: When
    end: When
    rules: tuple[rrule, ...]
    exclusions: tuple[rrule, ...]
    extra: tuple[datetime, ...]
    excluded: frozenset[Key]
    first_counts: bool
    """Whether the start is a date: not where the rule ends before it."""
    endless: bool

    def starts(self, since: datetime | None = None) -> Iterator[When]:
        """In order, from the one whose start is not before an aware moment."""
        floor = self.wall(When(instant=since, zone=self.start.zone)) if since else None
        first = self.wall(self.start)
        extra = [at for at in self.extra if floor is None or at >= floor]
        if self.first_counts and (floor is None or first >= floor):
            extra = sorted({*extra, first})
        last = None
        for at in heapq.merge(extra, *(dates(rule, floor) for rule in self.rules)):
            if at > LAST:
                return
            when = self.when(at)
            key = key_of(when)
            if key != last and key not in self.excluded and not self.is_excluded(at):
                yield when
            last = key

    def is_excluded(self, at: datetime) -> bool:
        return any(next(dates(rule, at), None) == at for rule in self.exclusions)

    def yields(self, when: When) -> bool:
        """Whether a start is one of the dates."""
        if (when.day is None) != (self.start.day is None):
            return False
        since = self.at(when) - timedelta(days=1)
        for found in self.starts(since):
            if key_of(found) >= key_of(when):
                return key_of(found) == key_of(when)
        return False

    def at(self, when: When) -> datetime:
        return when.at(zone_info(self.start.zone or "UTC"))

    def wall(self, when: When) -> datetime:
        if when.day:
            return datetime.combine(when.day, time())
        zone = zone_info(self.start.zone or "UTC")
        return self.at(when).astimezone(zone).replace(tzinfo=None)

    def when(self, at: datetime) -> When:
        """A time in the gap of a clock change is shifted forward: fold 0 does so."""
        if self.start.day:
            return When(day=at.date())
        zone = zone_info(self.start.zone or "UTC")
        instant = at.replace(tzinfo=zone).astimezone(UTC)
        return When(instant=instant, zone=self.start.zone)

    def end_of(self, start: When) -> When:
        if start.day and self.start.day and self.end.day:
            return When(day=start.day + (self.end.day - self.start.day))
        length = self.at(self.end) - self.at(self.start)
        return When(instant=self.at(start) + length, zone=self.end.zone)


def series_of(content: Content) -> Series:
    """Lines that cannot be read, as found in old events and mails, count for nothing."""
    start, end, texts = content.start, content.end, tuple(content.shared["recurrence"])
    try:
        return build(start, end, texts)
    except ValueError:
        return build(start, end, tuple(text for text in texts if is_legible(start, end, text)))


def is_legible(start: When, end: When, text: str) -> bool:
    try:
        build(start, end, (text,))
    except ValueError:
        return False
    return True


def single(content: Content, start: When) -> Content:
    """One date of a series as an event of its own."""
    shared = {name: value for name, value in content.shared.items() if name != "recurrence"}
    return replace(content, start=start, end=series_of(content).end_of(start), shared=shared)


@lru_cache(maxsize=4096)
def build(start: When, end: When, texts: tuple[str, ...]) -> Series:
    """Made once for equal arguments. Raises ValueError: lines that are no rules."""
    bare = Series(start, end, (), (), (), frozenset(), first_counts=True, endless=False)
    first = bare.wall(start)
    lines = [read_line(text) for text in texts]
    by_name: dict[str, list[Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)
    parts = [line.parts() for line in by_name.get("RRULE", ())]
    rules = [read_rule(bare, each) for each in parts]
    ends = [until_of(bare, each) for each in parts]
    return replace(
        bare,
        rules=tuple(rule for rule in (counting(each, first) for each in rules) if rule),
        exclusions=tuple(read_rule(bare, line.parts()) for line in by_name.get("EXRULE", ())),
        extra=tuple(sorted(bare.wall(when) for when in moments(bare, by_name.get("RDATE", ())))),
        excluded=frozenset(key_of(when) for when in moments(bare, by_name.get("EXDATE", ()))),
        first_counts=not ends or any(until is None or until >= first for until in ends),
        endless=any("COUNT" not in each and "UNTIL" not in each for each in parts),
    )


def read_rule(series: Series, parts: Parts) -> rrule:
    """Raises ValueError."""
    first = series.wall(series.start)
    if int(parts.get("INTERVAL", 1)) < 1 or int(parts.get("COUNT", 1)) < 1:
        raise ValueError("a number below 1")
    words = explicit({k: v for k, v in parts.items() if k != "UNTIL"}, first)
    text = ";".join(f"{name}={value}" for name, value in words.items())
    try:
        rule = rrulestr(text, dtstart=first)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(text) from error
    if not isinstance(rule, rrule):
        raise ValueError(text)  # noqa: TRY004 - a text, not a type, is wrong
    until = until_of(series, parts)
    return rule.replace(until=until) if until else rule


def explicit(parts: Parts, first: datetime) -> dict[str, str]:
    """What a rule takes from its start, said by itself, so that it can begin later.

    A yearly rule with BYMONTHDAY alone means the month of the start (7.1).
    """
    words, frequency = dict(parts), parts.get("FREQ")
    chosen = CHOOSING & parts.keys()
    if frequency == "WEEKLY" and not chosen:
        words["BYDAY"] = DAYS[first.weekday()]
    if frequency in ("MONTHLY", "YEARLY") and not chosen:
        words["BYMONTHDAY"] = str(first.day)
    if frequency == "YEARLY" and chosen <= {"BYMONTHDAY"}:
        words.setdefault("BYMONTH", str(first.month))
    return words


def with_days(text: str, first: datetime) -> str:
    """The line, with BYDAY if it is a weekly rule that chooses nothing."""
    line = read_line(text)
    if line.name != "RRULE" or line.parts().get("FREQ") != "WEEKLY" or CHOOSING & {*line.parts()}:
        return text
    return f"{text};BYDAY={DAYS[first.weekday()]}"


def until_of(series: Series, parts: Parts) -> datetime | None:
    """On the wall clock; of the other kind than the start it is coerced."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    if len(text) == 8:
        day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a wall clock
        return day if series.start.day else day + timedelta(hours=23, minutes=59, seconds=59)
    at = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    if series.start.day:
        return datetime.combine(at.date(), time())
    return series.wall(When(instant=at))


def counting(rule: rrule, first: datetime) -> rrule | None:
    """A start that the rule does not match is counted as a date all the same (7.1)."""
    count = words_of(rule)["count"]
    if count is None or next(iter(rule), None) == first:
        return rule
    return rule.replace(count=count - 1) if count > 1 else None


def moments(series: Series, lines: list[Line] | tuple[()]) -> Iterator[When]:
    for line in lines:
        for text in line.value.split(","):
            # Of a period only the start counts.
            yield read_moment(series, text.partition("/")[0], line.parameters.get("TZID"))


def read_moment(series: Series, text: str, zone: str | None) -> When:
    """Coerced to the kind of the start. Raises ValueError."""
    if len(text) == 8:
        at = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a wall clock
        return series.when(datetime.combine(at, series.wall(series.start).time()))
    at = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - next line
    if series.start.day:
        return When(day=at.date())
    try:
        own = UTC if text.endswith("Z") else zone_info(zone or series.start.zone or "UTC")
    except (KeyError, OSError) as error:
        raise ValueError(zone) from error
    return When(instant=at.replace(tzinfo=own).astimezone(UTC), zone=series.start.zone)


def dates(rule: rrule, floor: datetime | None) -> Iterator[datetime]:
    """From `floor` on, without counting all that came before where the rule allows it."""
    if floor is None:
        return iter(rule)
    return (at for at in later(rule, floor) if at >= floor)


def words_of(rule: rrule) -> dict[str, Any]:
    """What it was made of."""
    fields = vars(rule)
    names = {"freq": "_freq", "interval": "_interval", "wkst": "_wkst", "count": "_count"}
    return {name: fields[field] for name, field in names.items()} | {"first": fields["_dtstart"]}


def later(rule: rrule, floor: datetime) -> rrule:
    """The same rule, begun at a period shortly before `floor`; counted ones begin at the start."""
    words = words_of(rule)
    first: datetime = words["first"]
    if words["count"] is not None or floor <= first or words["freq"] > DAILY:
        return rule
    step: int = words["interval"]
    clock, days = first.time(), (floor - first).days
    months = (floor.year - first.year) * 12 + floor.month - first.month
    match words["freq"]:
        case 0:
            steps, begin = (floor.year - first.year) // step, date(first.year, 1, 1)
            begin = begin.replace(year=first.year + steps * step)
        case 1:
            steps = months // step
            year, month = divmod(first.year * 12 + first.month - 1 + steps * step, 12)
            begin = date(year, month + 1, 1)
        case 2:
            week = first.date() - timedelta(days=(first.weekday() - words["wkst"]) % 7)
            steps = (floor.date() - week).days // 7 // step
            begin = week + timedelta(weeks=steps * step)
        case _:
            steps = days // step
            begin = first.date() + timedelta(days=steps * step)
    return rule.replace(dtstart=datetime.combine(begin, clock)) if steps > 0 else rule
