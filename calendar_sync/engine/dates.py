"""A write of a series, taken apart: what is said of the series, and of each of its dates. Pure.

Providers write a series and its dates one by one (docs/decisions/series-writes.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Union

from .event import CalendarObject, Event, Override, PartStat, When, instant
from .occurrences import RecurrenceSet, date_named, like
from .pending import Action
from .properties import (
    AT,
    CANCELLED,
    Json,
    Properties,
    date_content,
    family,
    object_of,
    on_which,
    properties,
)
from .sync import Resource, Write

NOT_WRITTEN = frozenset({"answer", "organizer", "proposal"})
"""Families that a home copy never writes (DESIGN §4): no reason to touch a date."""

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DatePart:
    """One date as it shall be. `content`: its whole flat map; None: it shall not take place.

    `keys` are those to be written; `restored`: it does not take place there.
    """

    recurrence_id: When
    content: Union[Properties, None]
    keys: tuple[str, ...] = ()
    restored: bool = False


def of_series(values: Properties) -> Properties:
    """What a flat map says of the series itself, or of a single event: nothing about a date."""
    return {key: value for key, value in values.items() if not key.startswith(AT)}


def about_dates(values: Properties) -> bool:
    return any(key.startswith(AT) for key in values)


def is_about_dates_only(write: Write) -> bool:
    return about_dates(write.changes) and not of_series(write.changes)


def may_lack_dates(write: Write) -> bool:
    """Whether dates have to be looked at once the series itself is written.

    Rewriting a series loses its dates or keeps them as they were, and a new one has none.
    """
    if write.action is Action.DELETE:
        return False
    rewritten = bool(of_series(write.changes)) and about_dates(write.target)
    return rewritten or about_dates(write.changes)


def dates_after(target: Properties, *, leaves_out: bool) -> int:
    """How many dates of a new series are written, and told of, after it was made.

    `leaves_out`: it is made without its cancelled dates.
    """
    names = {on_which(key)[0] for key in target if key.startswith(AT)}
    return sum(not leaves_out or target.get(AT + name) != CANCELLED for name in names)


def written_dates(write: Write) -> list[DatePart]:
    """The dates that the write names, as they shall be; none where no series is left."""
    named = {on_which(key) for key in write.changes if key.startswith(AT)}
    parts = []
    for name in sorted({date for date, _ in named}) if write.target.get("recurrence") else ():
        content = date_content(write.target, name)
        keys = tuple(sorted(key for date, key in named if date == name and key))
        restored = (name, "") in named and content is not None
        if content is not None and restored:
            keys = tuple(sorted(content))
        parts.append(DatePart(_recurrence_id(write.target, name), content, keys, restored))
    return parts


def differing_dates(there: Properties, target: Properties) -> list[DatePart]:
    """What has to be written so that every date of a series is as `target` says.

    A date that the target does not yield any more, but that is alive there, is taken out.
    Raises UnreadableRecurrence.
    """
    names = {on_which(key)[0] for key in {*there, *target} if key.startswith(AT)}
    cut = cut_off(target, names)
    parts = []
    for name in sorted(names):
        rid = _recurrence_id(target, name)
        held = name not in cut or any(on_which(key)[0] == name for key in target)
        now, then = date_content(there, name), date_content(target, name) if held else None
        if now == then:
            continue
        if then is None:
            parts.append(DatePart(rid, None))
            continue
        before = now or {}
        changed = [key for key in sorted({*before, *then}) if before.get(key) != then.get(key)]
        keys = tuple(key for key in changed if family(key) not in NOT_WRITTEN)
        if keys:
            parts.append(DatePart(rid, then, keys, restored=now is None))
    return parts


def cut_off(values: Properties, names: Iterable[str]) -> frozenset[str]:
    """Which of these dates the rule of a series does not yield. Raises UnreadableRecurrence."""
    series = object_of("", of_series(values))
    if not series.is_series:
        return frozenset(names)
    dates = RecurrenceSet.parse(series.recurrence, series.event.start)
    moments = {name: instant(_recurrence_id(values, name)) for name in names}
    return frozenset(
        name for name, moment in moments.items() if not dates.starts(moment, moment + MOMENT)
    )


def with_dates(resource: Resource, told: Iterable[Override]) -> Resource:
    """A series as read, with what the answers said of these dates since."""
    obj = resource.object
    start = obj.event.start
    found = {instant(like(each.recurrence_id, start)): each for each in obj.overrides}
    found |= {instant(like(each.recurrence_id, start)): each for each in told}
    overrides = tuple(found[moment] for moment in sorted(found))
    return replace(resource, object=replace(obj, overrides=overrides))


def believed(resource: Resource, target: Properties) -> Resource:
    """A master whose dates were not read, with those that it must have by what we know."""
    obj = resource.object
    dates = {key: value for key, value in target.items() if key.startswith(AT)}
    whole: CalendarObject = object_of(obj.uid, {**properties(replace(obj, overrides=())), **dates})
    return replace(resource, object=replace(obj, overrides=whole.overrides))


def still_cancelled(known: Properties, seen: Properties) -> Properties:
    """What a guest's copy shows, where he has put away dates that its organizer had cancelled.

    Such a date looks like one that he declined.
    """
    found = dict(seen)
    for date in (key for key, value in known.items() if key.startswith(AT) and value == CANCELLED):
        keys = [key for key in seen if key.startswith(f"{date}:")]
        if keys and all(_is_no(key, seen[key]) for key in keys):
            found = {key: value for key, value in found.items() if key not in keys}
            found[date] = CANCELLED
    return found


def _is_no(key: str, value: Json) -> bool:
    declined = isinstance(value, list) and value[:1] == [PartStat.DECLINED.value]
    return declined and family(key) == "answer"


def _recurrence_id(values: Properties, name: str) -> When:
    event: Event = object_of("", {"when": values["when"]}).event
    return date_named(name, event.start)
