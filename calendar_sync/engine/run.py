"""One synchronization, readable top to bottom: pull, reconcile, push, commit.

State decides, not a queue: nothing is remembered of a run that died but the links it had settled
and the attempts it had made, and the next run derives the rest from what both sides say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .capabilities import Capabilities
from .equivalence import equivalent
from .errors import Conflict, Rejected, Retryable, SyncError, SyncStateLost
from .event import instant
from .guards import WINDOW, guarded, strikes
from .matching import Observation, absent_hrefs
from .merge import moved_base
from .plan import Frame, Plan, Step
from .ports import CalendarCollection, Clock, Host
from .preview import Preview, preview_of
from .properties import properties
from .reconcile import attempt_of, fingerprint, reconcile
from .resting import rests
from .sync import (
    Action,
    Attempt,
    ChangeSet,
    Failed,
    Fate,
    Href,
    JournalEntry,
    Lease,
    Link,
    LinkChange,
    LinkState,
    LinkView,
    Listing,
    Outcome,
    Refusal,
    Resource,
    Side,
    Struck,
    SyncReport,
    Work,
    Write,
)

EDGE = timedelta(days=1)
"""All-day events float over time zones: nothing is inferred that close to a window's end."""


def synchronize(lease: Lease, host: Host, remote: CalendarCollection, clock: Clock) -> SyncReport:
    """Make one pairing agree. Never raises SyncError: `report.error` says what stopped it."""
    counts = SyncReport()
    try:
        while (pulled := _pulled(lease, host, remote)) and pulled.changes.more:
            portion = _take_in(lease, host, remote, clock, pulled)
            if portion is None:
                return SyncReport(lost_lease=True)
            counts = counts.plus(_counted(portion))
        if pulled is None:
            return SyncReport(lost_lease=True)
        plan = _planned(lease, host, remote, clock, pulled)
    except SyncError as error:
        report = replace(counts, error=error)
        return report if host.commit(lease, (), report=report) else SyncReport(lost_lease=True)
    push = _Push(lease, host, remote, clock)
    push.all(plan)
    if push.lost:
        return SyncReport(lost_lease=True)
    rest = [step.change for step in plan.steps if not push.has_tried(step)]
    report = replace(
        counts.plus(_counted([*push.settled, *rest])),
        remaining=plan.remaining,
        complete=pulled.changes.complete,
        error=push.error,
    )
    done = host.commit(lease, rest, pulled.changes.token, report)
    return report if done else SyncReport(lost_lease=True)


def preview(lease: Lease, host: Host, remote: CalendarCollection, clock: Clock) -> Preview | None:
    """What `synchronize` would do now; nothing is changed. None: lease lost. Raises SyncError."""
    pulled = _pulled(lease, host, remote)
    if pulled is None:
        return None
    while pulled.changes.more:  # nothing is kept, so all portions are looked at together
        pulled = pulled.joined(remote.changes(pulled.changes.token))
    return preview_of(_planned(lease, host, remote, clock, pulled))


@dataclass(frozen=True, slots=True)
class _Pulled:
    """Where the pairing stands and what the provider says; `listing` numbers a complete one."""

    work: Work
    changes: ChangeSet
    listing: int

    def joined(self, more: ChangeSet) -> _Pulled:
        resources = {found.href: found for found in (*self.changes.resources, *more.resources)}
        unreadable = (*self.changes.unreadable, *more.unreadable)
        whole = replace(more, resources=tuple(resources.values()), unreadable=unreadable)
        return replace(self, changes=whole)


def _pulled(lease: Lease, host: Host, remote: CalendarCollection) -> _Pulled | None:
    """Changes since the token; everything, once, if the provider has forgotten it.

    None: the lease is lost. Raises SyncError.
    """
    work = host.open(lease)
    if work is None:
        return None
    try:
        return _Pulled(work, remote.changes(work.token), work.listing or lease.fence)
    except SyncStateLost:
        if work.listing == lease.fence:  # begun in this run: not a second time
            raise Retryable("listing_lost") from None
        return _Pulled(work, remote.changes(None), lease.fence)


def _take_in(
    lease: Lease, host: Host, remote: CalendarCollection, clock: Clock, pulled: _Pulled
) -> list[LinkChange] | None:
    """Keep a portion of a complete listing: what is new there, or says something else.

    What is missing, and everything to be written there, waits for the last portion. A run that
    dies goes on behind the last portion kept. None: the lease is lost.
    """
    policy = replace(pulled.work.policy, most_writes=0)
    reading = replace(pulled, work=replace(pulled.work, policy=policy))
    plan = _planned(lease, host, remote, clock, reading)
    told = [step.change for step in plan.steps if step.change.resource or not step.change.link]
    portion = Listing(pulled.listing, pulled.changes.hrefs)
    kept = host.commit(lease, told, pulled.changes.token, listing=portion)
    return told if kept else None


def _planned(
    lease: Lease, host: Host, remote: CalendarCollection, clock: Clock, pulled: _Pulled
) -> Plan:
    """Reconcile: nothing of it is kept. Raises SyncError."""
    views, shown = _views(host, lease, pulled)
    seen = _observe(remote, pulled.changes, views, shown)
    frame = Frame(pulled.work, remote.capabilities, clock.now())
    return _guarded(host, lease, frame, views, seen)


def _guarded(
    host: Host, lease: Lease, frame: Frame, views: Sequence[LinkView], seen: Observation
) -> Plan:
    """The plan, without what the guards stop; most runs have nothing to ask the host for."""
    plan = reconcile(frame, views, seen)
    struck = host.struck(lease, frame.now - WINDOW) if strikes(plan, views, frame.now) else Struck()
    return guarded(frame, plan, views, struck)


def _views(host: Host, lease: Lease, pulled: _Pulled) -> tuple[list[LinkView], frozenset[Href]]:
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


def _observe(
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


@dataclass(slots=True)
class _Push:
    """The writes of one run, batch by batch; evidence before each, settlement after each."""

    lease: Lease
    host: Host
    remote: CalendarCollection
    clock: Clock
    settled: list[LinkChange] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    error: SyncError | None = None
    lost: bool = False

    def has_tried(self, step: Step) -> bool:
        """A write that was not even tried leaves its step to the commit: what came in stays."""
        return step.write is not None and step.write.link in self.tried

    def all(self, plan: Plan) -> None:
        for steps in _batches(plan, self.remote.capabilities.batch_size):
            self._batch(steps)
            if self.lost or self.error:
                return

    def _batch(self, steps: Sequence[Step]) -> None:
        writes = {step.write.link: step.write for step in steps if step.write}
        attempts = [attempt_of(write, self.clock.now()) for write in writes.values()]
        if not self.host.attempt(self.lease, attempts):
            self.lost = True
            return
        self.tried |= set(writes)
        outcomes = self._apply(list(writes.values()))
        changes = []
        for step, attempt in zip(steps, attempts, strict=True):
            outcome = outcomes[attempt.link]
            write = writes[attempt.link]
            changes.append(_settle(self.remote.capabilities, step, write, attempt, outcome))
            if isinstance(outcome, Failed) and not isinstance(outcome.error, (Conflict, Rejected)):
                self.error = outcome.error
        self.settled += changes
        self.lost = not self.host.commit(self.lease, changes)

    def _apply(self, writes: Sequence[Write]) -> dict[str, Outcome]:
        try:
            return {outcome.link: outcome for outcome in self.remote.apply(writes)}
        except SyncError as error:
            return {write.link: Failed(write.link, error, in_doubt=True) for write in writes}


def _batches(plan: Plan, size: int) -> Iterator[list[Step]]:
    steps = [step for step in plan.steps if step.write]
    for start in range(0, len(steps), size):
        yield steps[start : start + size]


def _settle(
    side: Capabilities, step: Step, write: Write, attempt: Attempt, outcome: Outcome
) -> LinkChange:
    """What the outcome of a write means for its link."""
    change, link = step.change, step.link
    if isinstance(outcome, Failed):
        return _failed(step, link, write, attempt, outcome)
    waiting = link.state is LinkState.HELD  # the loud half of the change still waits
    state = link.state if waiting else LinkState.SETTLED
    done = replace(link, attempt=None, state=state, guard=None)
    entry = _journal(link, write)
    marks = (*change.marks, *step.marks)
    if outcome.resource is None:
        unlinked = replace(done, href=None, etag=None, observed=None)
        fate = Fate.CLOSE if write.action is Action.DELETE else change.fate
        link = done if fate is Fate.CLOSE else unlinked
        return replace(change, link=link, fate=fate, marks=marks, journal=(*change.journal, entry))
    link = _after_writing(side, done, write, outcome.resource)
    return replace(
        change,
        link=link,
        resource=outcome.resource,
        marks=marks,
        journal=(*change.journal, entry),
    )


def _after_writing(side: Capabilities, link: Link, write: Write, resource: Resource) -> Link:
    """The link after a write whose echo was seen: the echo is their spelling of our value."""
    theirs = properties(resource.object)
    moves = {key: (sent, theirs.get(key)) for key, sent in write.changes.items()}
    for key, (ours, _) in link.base.items():
        if key not in moves and equivalent(key, side.projected(key, ours), theirs.get(key)):
            moves[key] = (ours, theirs.get(key))
    base = moved_base(link.base, moves)
    agreed = {key: pair[1] for key, pair in base.items() if pair[1] is not None}
    open_ends = link.state is LinkState.HELD or agreed != theirs
    return replace(
        link,
        href=resource.href,
        etag=resource.etag,
        modified=resource.modified,
        base=base,
        observed=theirs if open_ends else None,
    )


def _failed(step: Step, link: Link, write: Write, attempt: Attempt, outcome: Failed) -> LinkChange:
    """Nothing is lost: what may have happened is read again, what did not is tried again."""
    change, error = step.change, outcome.error
    if outcome.in_doubt:
        link = replace(link, state=LinkState.IN_DOUBT, attempt=attempt)
    elif isinstance(error, Conflict):
        burnt = replace(attempt, burnt=True) if write.action is Action.CREATE else None
        link = replace(link, state=LinkState.IN_DOUBT, attempt=burnt)
    elif isinstance(error, Rejected):
        keys = tuple(sorted(write.changes))
        refusal = Refusal(error.code, keys, fingerprint(write.changes))
        link = replace(link, state=LinkState.REFUSED, refusal=refusal, attempt=None, guard=None)
        entry = JournalEntry(Side.THERE, "refused", keys, code=error.code)
        marks = (*change.marks, *step.marks)
        return replace(change, link=link, marks=marks, journal=(*change.journal, entry))
    else:
        link = replace(link, state=LinkState.DIRTY, attempt=None)
    return replace(change, link=link)


def _journal(link: Link, write: Write) -> JournalEntry:
    what = {Action.CREATE: "created", Action.DELETE: "deleted"}.get(write.action, "changed")
    before = link.theirs
    keys = tuple(sorted(write.changes))
    if write.action is Action.PATCH:
        before = {key: before.get(key) for key in keys}
    return JournalEntry(Side.THERE, what, keys, before, write.recipients)


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
        held=count({"held", "parked"}),
        refused=count({"refused", "unreadable"}),
        conflicts=count({"conflict"}),
        unsettled=sum(
            change.link is not None and change.link.state is LinkState.IN_DOUBT
            for change in changes
        ),
    )
