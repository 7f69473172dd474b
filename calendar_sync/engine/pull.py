"""What a run learns before it plans: changes there, the links they concern, and second looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .errors import Retryable, SyncStateLost
from .event import instant
from .matching import Observation, absent_hrefs
from .pending import Action
from .ports import CalendarCollection, Host
from .resting import rests
from .sync import ChangeSet, Href, Lease, LinkState, LinkView, SyncToken, Work

EDGE = timedelta(days=1)
"""All-day events float over time zones: nothing is inferred that close to a window's end."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """Where the pairing stands and what the provider says; `listing` numbers a complete one.

    Without `proof` nothing counts as gone, and everything is told once more to the next run.
    """

    work: Work
    changes: ChangeSet
    listing: int
    proof: bool = True

    @property
    def token(self) -> SyncToken | None:
        """What to keep once everything is done."""
        return self.changes.token if self.proof else None

    def reading(self) -> Pulled:
        """The same for a run that writes nothing there."""
        policy = replace(self.work.policy, most_writes=0)
        return replace(self, work=replace(self.work, policy=policy))

    def without_absences(self) -> Pulled:
        changes = replace(self.changes, vanished=(), complete=False)
        return replace(self, changes=changes, proof=False)

    def joined(self, more: ChangeSet) -> Pulled:
        resources = {found.href: found for found in (*self.changes.resources, *more.resources)}
        unreadable = (*self.changes.unreadable, *more.unreadable)
        whole = replace(more, resources=tuple(resources.values()), unreadable=unreadable)
        return replace(self, changes=whole)


def pull(lease: Lease, host: Host, remote: CalendarCollection) -> Pulled | None:
    """Changes since the token; everything, once, if the provider has forgotten it.

    None: the lease is lost. Raises SyncError.
    """
    work = host.open(lease)
    if work is None:
        return None
    try:
        return Pulled(work, remote.changes(work.token), work.listing or lease.fence)
    except SyncStateLost:
        if work.listing == lease.fence:  # begun in this run: not a second time
            raise Retryable("listing_lost") from None
        return Pulled(work, remote.changes(None), lease.fence)


def views_of(lease: Lease, host: Host, pulled: Pulled) -> tuple[list[LinkView], frozenset[Href]]:
    """What waits here and what moved there, each link once.

    At the end of a complete listing also what of it earlier portions have shown.
    """
    work, changes = pulled.work, pulled.changes
    if changes.is_empty:
        return list(work.waiting), frozenset()
    hrefs = [*changes.hrefs, *changes.vanished]
    uids = [found.object.uid for found in changes.resources]
    touched = host.views(lease, hrefs, uids, pulled.listing if changes.complete else None)
    views = {view.link.key: view for view in (*work.waiting, *touched)}
    unlisted = {view.link.href for view in touched}
    waiting = {view.link.href for view in work.waiting if view.link.href}
    return list(views.values()), frozenset(waiting - unlisted) if changes.complete else frozenset()


def lost_views(lease: Lease, host: Host, pulled: Pulled) -> list[LinkView]:
    """Links whose object is said to be gone, or is missing from a complete listing."""
    changes = pulled.changes
    if not (changes.vanished or changes.complete):
        return []
    vanished = set(changes.vanished)
    listing = pulled.listing if changes.complete else None
    views = host.views(lease, changes.vanished, (), listing)
    gone = vanished | absent_hrefs(views, changes)
    return [view for view in views if view.link.href in gone]


def observe(
    remote: CalendarCollection,
    changes: ChangeSet,
    views: Sequence[LinkView],
    shown: frozenset[Href],
) -> Observation:
    """Read again what is in doubt, and what seems gone where seeming is no proof."""
    doubtful = [view.link for view in views if view.link.state is LinkState.IN_DOUBT]
    doubtful += [view.link for view in views if _wakes(view)]
    doubtful += [view.link for view in views if view.link.attempt is not None]
    hrefs = {link.href for link in doubtful if link.href}
    if not remote.capabilities.absence_is_proof:
        hrefs |= _to_verify(remote, changes, views, shown)
    keys = {
        link.attempt.key
        for link in doubtful
        if link.attempt and link.attempt.action is Action.CREATE and not link.href
    }
    return Observation(
        changes,
        remote.get(sorted(hrefs)) if hrefs else {},
        remote.find(sorted(keys)) if keys else {},
        shown,
    )


def _wakes(view: LinkView) -> bool:
    """What was seen there while it was parked is not known."""
    return view.link.state is LinkState.PARKED and not rests(view)


def _to_verify(
    remote: CalendarCollection,
    changes: ChangeSet,
    views: Sequence[LinkView],
    shown: frozenset[Href],
) -> set[Href]:
    """Linked objects reported as removed, or missing from a complete listing's window."""
    linked = {view.link.href: view for view in views if view.link.href}
    suspects = set(changes.vanished) & linked.keys()
    suspects |= {
        href
        for href in absent_hrefs(views, changes) - shown
        if _inside(linked[href], remote.capabilities.window)
    }
    return {href for href in suspects if href}


def _inside(view: LinkView, window: tuple[datetime, datetime] | None) -> bool:
    """Whether a listing of the window would have had to show the object."""
    if window is None or view.local is None:
        return True
    event = view.local.event
    if view.local.is_series:
        return instant(event.start) < window[1] - EDGE
    return instant(event.end) > window[0] + EDGE and instant(event.start) < window[1] - EDGE
