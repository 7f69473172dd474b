"""Which remote object belongs to which link. Pure.

By href; else by an open creation; else by UID or our mark; else by contents, if exactly one
object on either side has them. A mark alone proves origin, not identity: it counts only for a
link that has lost its href (Google contract §4.6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from .event import CalendarObject, Status, instant
from .identity import creation_key
from .pending import Action, LinkKey
from .resting import LEFT_ALONE
from .sync import ChangeSet, CopyRole, Href, LinkView, Resource, Work


@dataclass(frozen=True, slots=True)
class Observation:
    """What a run learned about remote objects.

    `read` holds what was asked for by href, None where it is proven gone; it outranks `changes`.
    `found` holds, by creation key, what an open creation turned out to have made. `shown` are
    those hrefs of waiting links that earlier portions of a complete listing have shown.
    """

    changes: ChangeSet
    read: Mapping[Href, Resource | None] = field(default_factory=dict)
    found: Mapping[str, Resource] = field(default_factory=dict)
    shown: frozenset[Href] = frozenset()


@dataclass(frozen=True, slots=True)
class Matched:
    """`pairs`: each link with its resource, None if nothing is known of it."""

    pairs: tuple[tuple[LinkView, Resource | None], ...]
    unlinked: tuple[Resource, ...]
    gone: frozenset[Href]


def match(
    work: Work, views: Sequence[LinkView], seen: Observation, *, absence_is_proof: bool
) -> Matched:
    """Pair links and resources; say which hrefs are proven gone."""
    resources = {resource.href: resource for resource in seen.changes.resources}
    resources |= {href: found for href, found in seen.read.items() if found is not None}
    gone = {href for href, found in seen.read.items() if found is None}
    if absence_is_proof:
        gone |= set(seen.changes.vanished) - resources.keys()
        gone |= absent_hrefs(views, seen.changes) - seen.shown
    linked = {view.link.href for view in views if view.link.href}
    free = {href: found for href, found in resources.items() if href not in linked}
    index = _Index(free, views)
    pairs: dict[LinkKey, Resource | None] = {}
    for view in views:
        if view.link.href or view.link.state in LEFT_ALONE:
            pairs[view.link.key] = resources.get(view.link.href) if view.link.href else None
            continue
        key = _key_of(work, view)
        found = pairs[view.link.key] = seen.found.get(key) or index.named(view, key)
        if found:
            free.pop(found.href, None)
    # contents come last: what one link knows by name is nobody else's twin
    for view in views:
        if pairs[view.link.key] or not _may_have_twins(view):
            continue
        found = pairs[view.link.key] = index.alike(view)
        if found:
            free.pop(found.href, None)
    paired = tuple((view, pairs[view.link.key]) for view in views)
    return Matched(paired, tuple(free.values()), frozenset(gone))


def absent_hrefs(views: Sequence[LinkView], changes: ChangeSet) -> set[Href]:
    """Linked objects a complete listing does not show."""
    if not changes.complete:
        return set()
    shown = changes.hrefs
    return {view.link.href for view in views if view.link.href and view.link.href not in shown}


def _may_have_twins(view: LinkView) -> bool:
    link = view.link
    return not link.href and link.state not in LEFT_ALONE and view.role is not CopyRole.MIRROR


def _key_of(work: Work, view: LinkView) -> str:
    """The key of the open creation: its incarnation may not have reached the link."""
    attempt = view.link.attempt
    if attempt and attempt.action is Action.CREATE:
        return attempt.key
    return creation_key(work.namespace, view.link.uid, view.link.incarnation)


class _Index:
    """Unlinked resources by everything a link without href may be recognized by."""

    def __init__(self, free: Mapping[Href, Resource], views: Sequence[LinkView]) -> None:
        self._free = free
        self._by_name: dict[str, Resource] = {}
        self._by_contents: dict[Hashable, list[Resource]] = defaultdict(list)
        self._rivals: dict[Hashable, int] = defaultdict(int)
        for resource in free.values():
            if resource.object.event.status is Status.CANCELLED:
                continue
            self._by_name[resource.object.uid] = resource
            if resource.creation_key:
                self._by_name[resource.creation_key] = resource
            home = resource.organized_by_owner
            self._by_contents[_contents(resource.object, home=home)].append(resource)
        for view in views:
            if view.local and _may_have_twins(view):
                self._rivals[_contents(view.local, home=view.role is CopyRole.HOME)] += 1

    def named(self, view: LinkView, key: str) -> Resource | None:
        """What carries this creation key, or a UID of the event."""
        if view.local is None:
            return None
        for name in (key, *view.uids, view.link.uid):
            found = self._by_name.get(name)
            if found and found.href in self._free:
                return found
        return None

    def alike(self, view: LinkView) -> Resource | None:
        """The one object of the same contents, if nothing else here has them."""
        if view.local is None:
            return None
        contents = _contents(view.local, home=view.role is CopyRole.HOME)
        alike = [found for found in self._by_contents[contents] if found.href in self._free]
        return alike[0] if len(alike) == 1 and self._rivals[contents] == 1 else None


def _contents(obj: CalendarObject, *, home: bool) -> Hashable:
    """Title, time and rule: what makes two strangers look like the same event."""
    event = obj.event
    kind = event.all_day
    times = (event.start, event.end) if kind else (instant(event.start), instant(event.end))
    title = " ".join(event.summary.split())
    return (title, kind, times, obj.recurrence, home)
