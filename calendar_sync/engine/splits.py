"""A series that was split at the provider: its second half is recognized. Pure.

Nothing is written and nobody is mailed for it: the new event remembers where it comes from, and
takes over what is its person's own and the provider does not carry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from .capabilities import Capabilities
from .event import CalendarObject, instant
from .occurrences import RecurrenceSet
from .pending import LinkKey
from .properties import Json, is_overlay, object_of, properties
from .recurrence import UnreadableRecurrence
from .sync import Href, LinkView, Predecessor, Resource

AHEAD = timedelta(days=731)
"""How far the dates are looked for that one half gave to the other."""

NEAR = timedelta(hours=12)
"""The second half may begin at another time of its first day."""


def predecessors(
    pairs: Sequence[tuple[LinkView, Resource | None]],
    new: Sequence[Resource],
    side: Capabilities,
) -> dict[Href, Predecessor]:
    """The first half, by href of the second.

    The provider says so; or a series ends now before the new one begins, with the same organizer
    and guests, and there is one such pair only.
    """
    views = {view.link.key: view for view, _ in pairs}
    links = _halves(pairs, [found for found in new if found.object.is_series])
    return {href: Predecessor(key, _overlay(views[key], side)) for href, key in links.items()}


def _overlay(view: LinkView, side: Capabilities) -> dict[str, Json]:
    ours = properties(view.local) if view.local else {}
    return {key: ours[key] for key in ours if is_overlay(key) and not side.can_hold(key)}


def _halves(
    pairs: Sequence[tuple[LinkView, Resource | None]], halves: Sequence[Resource]
) -> dict[Href, LinkKey]:
    hrefs = {view.link.href: view.link.key for view, _ in pairs if view.link.href}
    told = {half.href: hrefs[half.split_from] for half in halves if half.split_from in hrefs}
    trimmed = [
        (view.link.key, half.href)
        for half in halves
        if not half.split_from
        for view, resource in pairs
        if resource and view.link.href and _is_trimmed(view, resource.object, half.object)
    ]
    firsts = Counter(first for first, _ in trimmed)
    seconds = Counter(second for _, second in trimmed)
    clear = {second: one for one, second in trimmed if firsts[one] == seconds[second] == 1}
    return clear | told


def _is_trimmed(view: LinkView, now: CalendarObject, half: CalendarObject) -> bool:
    """Whether the dates from the beginning of `half` on have just gone from this series."""
    before = view.link.theirs
    if before.get("recurrence") in (None, list(now.recurrence)) or "when" not in before:
        return False
    since = instant(half.event.start) - NEAR
    try:
        gave = _has_dates(object_of(view.link.uid, before), since) and not _has_dates(now, since)
    except UnreadableRecurrence:
        return False
    return gave and _people(now) == _people(half)


def _has_dates(series: CalendarObject, since: datetime) -> bool:
    dates = RecurrenceSet.parse(series.recurrence, series.event.start)
    return bool(dates.starts(since, since + AHEAD))


def _people(obj: CalendarObject) -> tuple[str, frozenset[str]]:
    organizer = obj.event.organizer
    guests = frozenset(guest.address for guest in obj.event.attendees)
    return (organizer.address if organizer else "", guests)
