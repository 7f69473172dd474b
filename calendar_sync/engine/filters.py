"""Which events a pairing keeps in step. Pure.

A filter only decides whether a link is made, and whether one moves. A series is in or out as a
whole, by what it says itself: a date left out alone would read as cancelled on the other side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum

from .event import Availability, Classification, PartStat, When
from .occurrences import occurrences
from .policy import Filters, PrivateEvents
from .properties import ANSWER, CATEGORY, Properties, object_of
from .recurrence import UnreadableRecurrence

PRIVATE = frozenset({Classification.PRIVATE.value, Classification.CONFIDENTIAL.value})
AHEAD = timedelta(days=731)
"""How far behind the first day the dates of a series are looked for."""


class Reason(str, Enum):
    """Why an event is not kept in step; the first that holds, in this order."""

    KEPT_APART = "kept-apart"  # its owner said so, of this event
    KIND = "kind"
    PRIVATE = "private"
    DECLINED = "declined"
    FREE = "free"
    CATEGORY = "category"
    TITLE = "title"
    OTHER_CATEGORY = "other-category"  # it has none of those that are let in
    OTHER_TITLE = "other-title"
    EARLIER = "earlier"


def left_out(
    filters: Filters, sides: Sequence[Properties], own: Collection[str], kind: str = ""
) -> Reason | None:
    """Why these filters leave out an event; None: they let it in.

    `sides` are what each side says of it, `own` the addresses of the person. One side is enough
    to leave it out; but an answer has to arrive first, so declined it is where both sides know.
    `kind` is the event's; of what comes from there, the one it would get.
    """
    found = _reasons(filters, sides, own)
    return Reason.KIND if kind in filters.kinds else next(found, None)


def _reasons(
    filters: Filters, sides: Sequence[Properties], own: Collection[str]
) -> Iterator[Reason]:
    if filters.private is PrivateEvents.SKIP and _says(sides, "classification", PRIVATE):
        yield Reason.PRIVATE
    if filters.skip_declined and sides and all(_is_declined(side, own) for side in sides):
        yield Reason.DECLINED
    if filters.skip_free and _says(sides, "availability", {Availability.FREE.value}):
        yield Reason.FREE
    categories, titles = map(_categories, sides), [str(s.get("summary") or "") for s in sides]
    named = [_folded(filters.categories), _folded(filters.only_categories)]
    shared = [[bool(names & found) for names in named] for found in categories]
    if any(unwanted for unwanted, _ in shared):
        yield Reason.CATEGORY
    if any(_is_like(filters.titles, title) for title in titles):
        yield Reason.TITLE
    if filters.only_categories and not all(wanted for _, wanted in shared):
        yield Reason.OTHER_CATEGORY
    if filters.only_titles and not all(_is_like(filters.only_titles, title) for title in titles):
        yield Reason.OTHER_TITLE
    if filters.start and any(_ends_before(side, filters.start) for side in sides):
        yield Reason.EARLIER


def admits_more(new: Filters, old: Filters) -> bool:
    """Whether something that `old` left out may be let in by `new`."""
    earlier = old.start is not None and (new.start is None or new.start < old.start)
    private = old.private is PrivateEvents.SKIP and new.private is not PrivateEvents.SKIP
    flags = (old.skip_free and not new.skip_free) or (old.skip_declined and not new.skip_declined)
    lists = not (old.categories <= new.categories and old.titles <= new.titles)
    only = _lets_in_more(new.only_categories, old.only_categories)
    only = only or _lets_in_more(new.only_titles, old.only_titles)
    return bool(earlier or private or flags or lists or only)


def _lets_in_more(new: frozenset[str], old: frozenset[str]) -> bool:
    """Of names that alone are let in; where there are none, all are."""
    return bool(old) and not (new and new <= old)


def _is_like(patterns: Collection[str], title: str) -> bool:
    return any(matches(pattern, title) for pattern in patterns)


def matches(pattern: str, title: str) -> bool:
    """Whether the title contains the text, or is like it where it has `*`; in any case of letters.

    No regular expression: it takes time by the length of both, whatever somebody writes.
    """
    text = " ".join(title.split()).casefold()
    first, *rest = pattern.casefold().split("*")
    if not rest:
        return first in text
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(rest[-1]) >= at and text.endswith(rest[-1])


def _says(sides: Sequence[Properties], key: str, values: Collection[str]) -> bool:
    return any(side.get(key) in values for side in sides)


def _is_declined(values: Properties, own: Collection[str]) -> bool:
    answers = [values.get(ANSWER + address) for address in own]
    return any(
        isinstance(answer, list) and answer[0] == PartStat.DECLINED.value for answer in answers
    )


def _categories(values: Properties) -> frozenset[str]:
    return _folded(key.removeprefix(CATEGORY) for key in values if key.startswith(CATEGORY))


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


def _ends_before(values: Properties, day: date) -> bool:
    """By the event's own clock; of a series the last date counts, and what can't be read is in."""
    obj = object_of("", values)
    if not _is_over(obj.event.end, day):
        return False
    if not obj.is_series:
        return True
    begin = datetime.combine(day, time(), timezone.utc)
    try:
        dates = occurrences(obj, begin - timedelta(days=1), begin + AHEAD)
    except UnreadableRecurrence:
        return False
    return all(_is_over(each.end, day) for each in dates)


def _is_over(end: When, day: date) -> bool:
    if not isinstance(end, datetime):
        return end <= day
    return end.replace(tzinfo=None) <= datetime.combine(day, time())
