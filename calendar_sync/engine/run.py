"""One synchronization, readable top to bottom: pull, reconcile, push, commit.

State decides, not a queue: nothing is remembered of a run that died but the links it had settled
and the attempts it had made, and the next run derives the rest from what both sides say.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .errors import CollectionUnavailable, SyncError
from .guards import WINDOW, concerns, guarded
from .leaving import looked_at_again
from .plan import Frame, Plan
from .policy import Filters, Side
from .ports import CalendarCollection, Clock, Host
from .preview import as_shown, preview_of
from .pull import Pulled, lost_views, observe, pull, views_of
from .push import Push
from .reconcile import reconcile
from .relocation import relocations
from .showing import Preview
from .sync import (
    Lease,
    LinkChange,
    LinkState,
    LinkView,
    Listing,
    PassedOver,
    Struck,
    SyncReport,
)

Pairing = tuple[Host, CalendarCollection]


def synchronize(lease: Lease, host: Host, remote: CalendarCollection, clock: Clock) -> SyncReport:
    """Make one pairing agree. Never raises SyncError: `report.error` says what stopped it."""
    return synchronize_account(lease, [(host, remote)], clock)[0]


def synchronize_account(
    lease: Lease, pairings: Sequence[Pairing], clock: Clock
) -> list[SyncReport]:
    """Make all calendars of one account agree; a report for each. Never raises SyncError.

    They are pulled together: what is gone from one may have moved to another.
    """
    turns = [_Turn(lease, host, remote, clock) for host, remote in pairings]
    for turn in turns:
        turn.pull()
    if len(turns) > 1:
        _follow_moves(lease, turns)
    return [turn.finish() for turn in turns]


Progress = Callable[[int], bool]
"""Told how many objects were read so far; False: the lease is lost."""


def preview(
    lease: Lease,
    host: Host,
    remote: CalendarCollection,
    clock: Clock,
    progress: Progress = lambda _read: True,
) -> Preview | None:
    """What `synchronize` would do, until nothing remains; nothing is changed.

    None: lease lost. Raises SyncError.
    """
    pulled = pull(lease, host, remote)
    while pulled and pulled.changes.more:  # nothing is kept, so all are looked at together
        if not progress(len(pulled.changes.resources)):
            return None
        pulled = pulled.joined(remote.changes(pulled.changes.token))
    if pulled is None or not progress(len(pulled.changes.resources)):
        return None
    policy = replace(pulled.work.policy, most_writes=sys.maxsize)
    unbound = replace(pulled, work=replace(pulled.work, policy=policy, shown=None))
    plan, views = _planned(lease, host, remote, clock, unbound)
    return preview_of(plan, views)


@dataclass(slots=True)
class _Turn:
    """One pairing's part of a run. `pulled` is None where it could not be pulled."""

    lease: Lease
    host: Host
    remote: CalendarCollection
    clock: Clock
    counts: SyncReport = field(default_factory=SyncReport)
    pulled: Pulled | None = None
    error: SyncError | None = None

    def pull(self) -> None:
        """All that changed there; of a complete listing, what its last portion left."""
        try:
            pulled = pull(self.lease, self.host, self.remote)
            while pulled and pulled.changes.more:
                kept = self._take_in(pulled)
                pulled = pull(self.lease, self.host, self.remote) if kept else None
            self.pulled = pulled
        except SyncError as error:
            self.error = error

    def _take_in(self, pulled: Pulled) -> bool:
        """Keep what a portion of a complete listing says of the objects it shows.

        What is missing, and everything to be written there, waits for the last portion. A run
        that dies goes on behind the last portion kept. False: the lease is lost.
        """
        plan = self._planned(pulled.reading())
        portion = Listing(pulled.listing, pulled.changes.hrefs)
        changes = [step.change for step in plan.steps]
        told = [each for each in changes if not each.link or each.link.href in portion.hrefs]
        self.counts = self.counts.plus(_counted(told))
        over = _passed_over(pulled, plan)
        return self.host.commit(self.lease, told, pulled.changes.token, None, portion, over)

    def finish(self) -> SyncReport:
        """Reconcile, push and commit what was pulled."""
        if self.error is None and self.pulled:
            try:
                return self._made(self.pulled, self._planned(self.pulled))
            except SyncError as error:
                self.error = error
        if self.error is None:
            return SyncReport(lost_lease=True)
        report = replace(self.counts, error=self.error)
        done = self.host.commit(self.lease, (), report=report)
        return report if done else SyncReport(lost_lease=True)

    def _planned(self, pulled: Pulled) -> Plan:
        plan, _ = _planned(self.lease, self.host, self.remote, self.clock, pulled)
        return plan

    def _made(self, pulled: Pulled, plan: Plan) -> SyncReport:
        push = Push(self.lease, self.host, self.remote, self.clock)
        push.all(plan)
        if push.lost:
            return SyncReport(lost_lease=True)
        rest = [step.change for step in plan.steps if not push.has_tried(step)]
        report = replace(
            self.counts.plus(_counted([*push.settled, *rest])),
            remaining=plan.remaining,
            unshown=plan.unshown,
            complete=pulled.changes.complete,
            error=push.error,
        )
        # What was left out has to be told once more.
        token = None if plan.unshown else pulled.token
        over = _passed_over(pulled, plan)
        done = self.host.commit(self.lease, rest, token, report, over=over)
        return report if done else SyncReport(lost_lease=True)


def _follow_moves(lease: Lease, turns: Sequence[_Turn]) -> None:
    """What went from one calendar of the account to another keeps its link, and so its history.

    Where one of them could not be asked, nothing counts as gone: it may have gone there.
    """
    pulled = [(turn, turn.pulled) for turn in turns if turn.pulled]
    if any(turn.error and not isinstance(turn.error, CollectionUnavailable) for turn in turns):
        for turn, known in pulled:
            turn.pulled = known.without_absences()
        return
    lost = [lost_views(lease, turn.host, known) for turn, known in pulled]
    moves = relocations(lost, [known.changes.resources for _, known in pulled])
    for number, moved in moves.items():
        pulled[number][0].host.relocate(lease, moved)
    for turn, known in pulled if moves else ():
        work = turn.host.open(lease)
        turn.pulled = replace(known, work=work) if work else None


def _planned(
    lease: Lease, host: Host, remote: CalendarCollection, clock: Clock, pulled: Pulled
) -> tuple[Plan, list[LinkView]]:
    """The plan, without what the guards stop: nothing of it is kept; and what it was made from.

    Most runs have nothing to ask the host for. Raises SyncError.
    """
    views, shown = views_of(lease, host, pulled)
    frame = Frame(pulled.work, remote.capabilities, clock.now())
    views = [looked_at_again(frame, view, pulled.changes.hrefs) for view in views]
    seen = observe(remote, pulled.changes, views, shown)
    plan = reconcile(frame, views, seen)
    asks = concerns(plan, views, frame.now)
    struck = host.struck(lease, frame.now - WINDOW) if asks else Struck()
    plan = guarded(frame, plan, views, struck)
    agreed = pulled.work.shown
    return (plan if agreed is None else as_shown(plan, agreed, views)), views


def _passed_over(pulled: Pulled, plan: Plan) -> PassedOver | None:
    """What to count; None where nothing was told, or no filter is there to keep it out."""
    work, changes = pulled.work, pulled.changes
    if work.policy.filters == Filters() or (changes.is_empty and not changes.more):
        return None
    told = changes.hrefs.union(changes.vanished, plan.passed_over)
    begins = (changes.more or changes.complete) and work.listing != pulled.listing
    return PassedOver(plan.passed_over, told, anew=begins)


def _counted(changes: Sequence[LinkChange]) -> SyncReport:
    entries = [entry for change in changes for entry in change.journal]

    def count(what: set[str], side: Side | None = None) -> int:
        return sum(entry.what in what and side in (None, entry.side) for entry in entries)

    moved = {"created", "changed", "deleted"}
    received = sum(
        any(entry.side is Side.HERE and entry.what in moved for entry in change.journal)
        for change in changes
    )
    return SyncReport(
        received=received,
        sent=count(moved, Side.THERE),
        mailed=sum(len(entry.mailed) for entry in entries),
        held=count({"held", "parked", "asked"}),
        refused=count({"refused", "unreadable"}),
        conflicts=count({"conflict"}),
        unsettled=sum(
            change.link is not None and change.link.state is LinkState.IN_DOUBT
            for change in changes
        ),
    )
