"""What an edit of a series means: for one date, for it and those that follow, for all. Pure.

A date is named by its recurrence id, in any zone; the answer is the object as it is afterwards.
Raises SeriesRefused, whose codes stand with it, and UnreadableRecurrence.
docs/decisions/series-edits.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Union

from .event import CalendarObject, Event, Override, When, instant
from .moves import Move, SeriesRefused, dates_line, fitting, moved
from .occurrences import (
    RecurrenceSet,
    clock_of,
    dates_in,
    end_of,
    is_past,
    like,
    named,
    zone_of,
)
from .properties import Json, object_of, properties
from .recurrence import RecurrenceRule

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Split:
    """A series in two. `before` is None where no date is left: then `after` keeps its UID."""

    before: Union[CalendarObject, None]
    after: CalendarObject


def event_at(obj: CalendarObject, date: When) -> Event:
    """The content of one date."""
    found, override = _found(obj, date)
    if override and override.event:
        return override.event
    return replace(obj.event, start=found, end=end_of(obj.event, found))


def change_date(obj: CalendarObject, date: When, edited: Event) -> CalendarObject:
    """The scope “this”: a date with content of its own."""
    found, override = _found(obj, date)
    if edited == event_at(obj, date):
        return obj
    return _overridden(obj, Override(override.recurrence_id if override else found, edited))


def cancel_date(obj: CalendarObject, date: When) -> CalendarObject:
    """Without this date; how it was changed is forgotten."""
    found, override = _found(obj, date)
    return _overridden(obj, Override(override.recurrence_id if override else found, None))


def restore_date(obj: CalendarObject, date: When) -> CalendarObject:
    """A date as the series has it, whether it was changed or cancelled.

    An EXDATE that names a whole day is lifted for all of it.
    """
    moment = _moment(date, obj)

    def stays(when: When) -> bool:
        return _moment(when, obj) != moment

    lines: list[str] = []
    for line in obj.recurrence:
        lines += _only(line, stays) if named(line)[0] == "EXDATE" else [line]
    overrides = tuple(each for each in obj.overrides if stays(each.recurrence_id))
    restored = replace(obj, recurrence=tuple(lines), overrides=overrides)
    _found(restored, date)
    if restored == obj:
        raise SeriesRefused("unchanged")
    return restored


def cut(obj: CalendarObject, date: When) -> CalendarObject:
    """Without this date and those that follow."""
    found, _ = _found(obj, date)
    if _is_first(obj, found):
        raise SeriesRefused("nothing_left")
    return _before(obj, found)


def split(obj: CalendarObject, date: When, new_uid: str) -> Split:
    """The dates before this one, and it with those that follow as a series of its own."""
    found, _ = _found(obj, date)
    if _is_first(obj, found):
        return Split(None, obj)
    return Split(_before(obj, found), _after(obj, found, new_uid))


def change_following(obj: CalendarObject, date: When, edited: Event, new_uid: str) -> Split:
    """The scope “this and following”: a series of its own, edited as `change_all` does."""
    parts = split(obj, date, new_uid)
    return replace(parts, after=change_all(parts.after, date, edited))


def change_all(obj: CalendarObject, date: When, edited: Event) -> CalendarObject:
    """The scope “all”: every date, by what differs between this date's event and `edited`.

    A changed date follows in what it still had from the series, and keeps what is its own. Where
    its time is its own, it stays as far from the series as it was.
    """
    found, own = _found(obj, date)
    shown = event_at(obj, date)
    if edited == shown:
        return obj
    to = moved(found, shown.start, edited.start)
    move = Move.of(RecurrenceSet.parse(obj.recurrence, obj.event.start), found, to)
    stays = (to, zone_of(to)) == (found, zone_of(found))
    edit = _Edit(shown, edited, own, obj.event, None if stays else move)
    after = replace(obj, event=edit.master())
    if edit.move:
        after = replace(after, recurrence=move.lines(obj.recurrence))
    return _with(after, (edit.override(each) for each in obj.overrides))


def with_rule(obj: CalendarObject, lines: Iterable[str]) -> CalendarObject:
    """With these RRULE lines in place of its own; what was a single event is a series then.

    Its RDATEs stay. What it says of a date that is none any more is dropped: EXDATEs, changes.
    The first date stays one, whether or not the rule yields it. UNTIL may be of any kind.
    """
    start = obj.event.start
    rules = [_rule_line(line, start) for line in lines]
    added = [line for line in obj.recurrence if named(line)[0] == "RDATE"]
    if not rules and not added:
        raise SeriesRefused("nothing_left")
    dates = RecurrenceSet.parse([*rules, *added], start)

    def stays(when: When) -> bool:
        return _holds(dates, instant(like(when, start)))

    excluded = [line for line in obj.recurrence if named(line)[0] == "EXDATE"]
    kept = [text for line in excluded for text in _only(line, stays)]
    overrides = (each for each in obj.overrides if stays(each.recurrence_id))
    return replace(obj, recurrence=(*rules, *added, *kept), overrides=tuple(overrides))


def single(obj: CalendarObject, date: When) -> CalendarObject:
    """One date alone, which is no series any more."""
    return CalendarObject(obj.uid, event_at(obj, date))


@dataclass(frozen=True, slots=True)
class _Edit:
    """One date was `shown` and is `edited`, for all of the series whose event is `old`.

    `own` is there if that date differs; `move` is None if the series stays when it is.
    """

    shown: Event
    edited: Event
    own: Union[Override, None]
    old: Event
    move: Union[Move, None]

    @property
    def resized(self) -> bool:
        return _length(self.shown) != _length(self.edited)

    def master(self) -> Event:
        event = self._content(self.old)
        start = self.move.begins if self.move else event.start
        # whole days of one date are no length for a series of hours
        if self.resized and isinstance(start, datetime) is not self.edited.all_day:
            return replace(event, start=start, end=end_of(self.edited, start))
        return replace(event, start=start, end=end_of(event, start)) if self.move else event

    def override(self, given: Override) -> Union[Override, None]:
        """A date that differs, after the edit; None if it was cancelled and is no date any more."""
        goes = self.move.date(given.recurrence_id) if self.move else given.recurrence_id
        if given.event is None:
            return None if goes is None else Override(goes, None)
        if goes is None:
            raise SeriesRefused("date_lost")
        if given is self.own:
            return Override(goes, self.edited)
        event, start = self._content(given.event), given.event.start
        if not self.move and not self.resized:
            return Override(goes, event)
        if self.move:
            start = self.move.own_time(start, given.recurrence_id, goes)
        other_kind = event.all_day is isinstance(start, datetime)
        follows = other_kind or _length(event) == _length(self.old)
        end = end_of(self.master() if follows else event, start)
        return Override(goes, replace(event, start=start, end=end))

    def _content(self, event: Event) -> Event:
        """`event` with what differs, but for its times, where it had what the series had."""
        before, after = _content(self.shown), _content(self.edited)
        own, series = _content(event), _content(self.old)
        changes = {
            key: after.get(key)
            for key in before.keys() | after.keys()
            if key != "when"
            and before.get(key) != after.get(key)
            and own.get(key) == series.get(key)
        }
        if not changes:
            return event
        found = object_of("", {**own, **changes}).event
        return replace(found, start=event.start, end=event.end)


def _content(event: Event) -> dict[str, Json]:
    return properties(CalendarObject("", event))


def _length(event: Event) -> tuple[bool, timedelta, Union[tzinfo, None]]:
    """How long an event lasts, with what that depends on: see `end_of`."""
    start, end = event.start, event.end
    if zone_of(start) == zone_of(end):
        return event.all_day, clock_of(end, end) - clock_of(start, start), None
    return event.all_day, instant(end) - instant(start), zone_of(end)


def _moment(when: When, obj: CalendarObject) -> datetime:
    return instant(like(when, obj.event.start))


def _holds(dates: RecurrenceSet, moment: datetime) -> bool:
    return bool(dates.starts(moment, moment + MOMENT))


def _found(obj: CalendarObject, date: When) -> tuple[When, Union[Override, None]]:
    """A date as the series itself says it, and how it differs. It may not be cancelled."""
    if not obj.is_series:
        raise SeriesRefused("single")
    moment = _moment(date, obj)
    own = [each for each in obj.overrides if _moment(each.recurrence_id, obj) == moment]
    dates = RecurrenceSet.parse(obj.recurrence, obj.event.start).starts(moment, moment + MOMENT)
    found = [*dates, *(like(each.recurrence_id, obj.event.start) for each in own)]
    if not found or (own and own[0].event is None):
        raise SeriesRefused("no_date")
    return found[0], own[0] if own else None


def _with(obj: CalendarObject, overrides: Iterable[Union[Override, None]]) -> CalendarObject:
    """The series with these dates that differ, in their order."""
    found = [each for each in overrides if each]
    found.sort(key=lambda each: _moment(each.recurrence_id, obj))
    return replace(obj, overrides=tuple(found))


def _overridden(obj: CalendarObject, override: Override) -> CalendarObject:
    moment = _moment(override.recurrence_id, obj)
    others = [each for each in obj.overrides if _moment(each.recurrence_id, obj) != moment]
    return _with(obj, [*others, override])


def _is_first(obj: CalendarObject, found: When) -> bool:
    """Whether no date is left before it, changed ones included."""
    start, moment = obj.event.start, instant(found)
    dates = RecurrenceSet.parse(obj.recurrence, start).starts(instant(start), moment)
    differing = {_moment(each.recurrence_id, obj): each.event for each in obj.overrides}
    changed = (event and at < moment for at, event in differing.items())
    return not any(changed) and all(instant(when) in differing for when in dates)


def _before(obj: CalendarObject, found: When) -> CalendarObject:
    start, moment = obj.event.start, instant(found)

    def stays(when: When) -> bool:
        return _moment(when, obj) < moment

    lines: list[str] = []
    for line in obj.recurrence:
        name, value = named(line)
        if name == "RRULE":
            lines.append(_trimmed(line, RecurrenceRule.parse(value), start, found))
        else:
            lines += [line] if name == "EXRULE" else _only(line, stays)
    overrides = tuple(each for each in obj.overrides if stays(each.recurrence_id))
    return replace(obj, recurrence=_as_series(lines, start), overrides=overrides)


def _after(obj: CalendarObject, found: When, new_uid: str) -> CalendarObject:
    start, moment = obj.event.start, instant(found)

    def stays(when: When) -> bool:
        return _moment(when, obj) >= moment

    lines: list[str] = []
    for line in obj.recurrence:
        name, value = named(line)
        if name in {"RRULE", "EXRULE"}:
            rule = _remaining(RecurrenceRule.parse(value), start, found)
            lines += [f"{name}:{rule}"] if rule else []
        else:
            lines += _only(line, stays)
    event = replace(obj.event, start=found, end=end_of(obj.event, found))
    overrides = tuple(each for each in obj.overrides if stays(each.recurrence_id))
    return CalendarObject(new_uid, event, _as_series(lines, found), overrides)


def _trimmed(line: str, rule: RecurrenceRule, start: When, found: When) -> str:
    """A rule that ends before a date: a counted one by its number of dates, another by UNTIL."""
    if rule.until is not None and is_past(found, rule.until):
        return line
    held = RecurrenceSet(start, (rule,)).starts(instant(start), instant(found))
    if rule.count is not None:
        return f"RRULE:{replace(rule, count=len(held))}"
    return f"RRULE:{replace(rule, until=held[-1])}"


def _remaining(rule: RecurrenceRule, start: When, found: When) -> Union[RecurrenceRule, None]:
    """A rule as it goes on in a series that begins at a later date; None if it has ended by then.

    What it takes from its first date is written out where the new one would say another thing.
    """
    if rule.until is not None and is_past(found, rule.until):
        return None
    dates, count = RecurrenceSet(start, (rule,)), rule.count
    if count is not None:
        count -= len(dates.starts(instant(start), instant(found)))
        if not count:
            return None
        # the first date of a series counts, also where its rule does not yield it
        count += not _holds(dates, instant(found))
    first, later = clock_of(start, start), clock_of(found, start)
    anchored = rule.anchored(first)
    if (anchored.period_of(later) - anchored.period_of(first)) % rule.interval:
        raise SeriesRefused("out_of_step")
    return replace(rule if rule.anchored(later) == anchored else anchored, count=count)


def _as_series(lines: Iterable[str], start: When) -> tuple[str, ...]:
    """At least one line says when: a series of one date has that as an added one."""
    found = tuple(lines)
    if any(named(line)[0] in {"RRULE", "RDATE"} for line in found):
        return found
    return (":".join(dates_line("RDATE", start)), *found)


def _rule_line(line: str, start: When) -> str:
    """The rule in its one spelling, with UNTIL of the kind that its start demands."""
    return f"RRULE:{fitting(RecurrenceRule.parse(named(line)[1]), start)}"


def _only(line: str, wanted: Callable[[When], bool]) -> list[str]:
    """An RDATE or EXDATE line with the dates that are wanted; none without one."""
    head, _, value = line.strip().partition(":")
    texts = zip(value.split(","), dates_in(line), strict=True)
    kept = [text for text, when in texts if wanted(when)]
    return [f"{head}:{','.join(kept)}"] if kept else []
