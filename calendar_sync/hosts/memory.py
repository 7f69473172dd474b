"""The reference host: one person's calendar in memory. For tests, and to read what a host must do.

It keeps the promises of `ports.Host` in the plainest way: state is copied at the start of a
call and put in place at its end, so every call is one whole transaction.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..engine.asking import Answer, about
from ..engine.bases import patched_base, still_applicable
from ..engine.consent import Choice, Consent
from ..engine.event import CalendarObject
from ..engine.filters import Reason, admits_more
from ..engine.guards import RELEASED, counts
from ..engine.masks import seen_first
from ..engine.pending import Attempt, LinkKey, Undo
from ..engine.policy import Filters, Side, SyncPolicy
from ..engine.ports import Clock
from ..engine.properties import Json, object_of, properties, without_echoes
from ..engine.relocation import Relocation
from ..engine.resting import NOT_IN_STEP
from ..engine.sync import (
    CopyRole,
    Fate,
    Guests,
    Href,
    JournalEntry,
    Lease,
    Link,
    LinkChange,
    LinkState,
    LinkView,
    Listing,
    Mark,
    PassedOver,
    Struck,
    SyncReport,
    SyncToken,
    Work,
)

LEASE = timedelta(minutes=2)
CONSENT = timedelta(days=7)
DONE = (LinkState.SETTLED, LinkState.IGNORED, LinkState.LEFT_OUT)


@dataclass(slots=True)
class Row:
    """One local object and the memory of its pair; `values` None is a deleted object."""

    link: Link
    values: dict[str, Json] | None
    modified: datetime
    uids: frozenset[str]
    marks: tuple[Mark, ...] = ()
    consent: Consent | None = None
    decided: dict[str, Answer] = field(default_factory=dict)
    undo: Undo | None = None
    kind: str = ""
    kept_apart: bool = False
    born_here: bool = False
    predecessor: LinkKey | None = None
    closed: datetime | None = None
    listed: int | None = None  # the complete listing that last showed it in a portion


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal, with when and about which link it was written."""

    at: datetime
    link: LinkKey | None
    entry: JournalEntry


@dataclass(slots=True)
class State:
    rows: dict[LinkKey, Row] = field(default_factory=dict)
    attic: list[Row] = field(default_factory=list)
    token: SyncToken | None = None
    listing: int | None = None
    fence: int = 0
    lines: list[Line] = field(default_factory=list)
    reports: list[SyncReport] = field(default_factory=list)
    passed_over: dict[Href, Reason] = field(default_factory=dict)

    @property
    def journal(self) -> list[JournalEntry]:
        return [line.entry for line in self.lines]


class MemoryHost:
    """Implements `ports.Host`; the verbs below `# --- the person` are what a person does."""

    def __init__(
        self,
        owner: frozenset[str],
        clock: Clock,
        policy: SyncPolicy = SyncPolicy(),  # noqa: B008 -- frozen value
        namespace: str = "memory",
    ) -> None:
        self.owner = owner
        self.clock = clock
        self.policy = policy
        self.namespace = namespace
        self.state = State()
        self.siblings: list[MemoryHost] = []  # the account's other calendars
        self._numbers = itertools.count(1)

    # --- the engine

    def claim(self) -> Lease:
        """Take the account; whoever held it before has lost it."""
        self.state.fence += 1
        return Lease("memory", self.state.fence, self.clock.now() + LEASE)

    def open(self, lease: Lease) -> Work | None:
        if lease.fence != self.state.fence:
            return None
        waiting = [row for row in self.state.rows.values() if self._waits(row)]
        return Work(
            self.namespace,
            self.state.token,
            self.policy,
            self.owner,
            tuple(self._view(row) for row in waiting),
            self.state.listing if self.state.token else None,
        )

    def views(
        self, lease: Lease, hrefs: Sequence[Href], uids: Sequence[str], listing: int | None = None
    ) -> Sequence[LinkView]:
        if lease.fence != self.state.fence:
            return []
        return [
            self._view(row)
            for row in self.state.rows.values()
            if (listing is not None and row.listed != listing)
            or row.link.href in hrefs
            or (row.link.href is None and row.uids & set(uids))
        ]

    def struck(self, lease: Lease, since: datetime) -> Struck:
        if lease.fence != self.state.fence:
            return Struck()
        recent = [line for line in self.state.lines if line.link and line.at >= since]
        released = {line.link for line in recent if line.entry.code == RELEASED}
        struck = {line.link for line in recent if line.link and counts(line.entry)}
        closed = [row for row in self.state.attic if row.closed and row.closed >= since]
        rows = [*self.state.rows.values(), *closed]
        linked = [row for row in rows if row.link.href and row.link.state not in NOT_IN_STEP]
        mailed = sum(len(line.entry.mailed) for line in recent)
        return Struck(frozenset(struck - released), len(linked), mailed=mailed)

    def relocate(self, lease: Lease, moves: Sequence[Relocation]) -> bool:
        if lease.fence != self.state.fence:
            return False
        for move in moves:
            known = any(row.link.href == move.href for row in self.state.rows.values())
            for sibling in self.siblings:
                if not known and move.link in sibling.state.rows:
                    row = sibling.state.rows.pop(move.link)
                    row.link = replace(row.link, href=move.href)
                    self.state.rows[move.link] = row
        return True

    def attempt(self, lease: Lease, attempts: Sequence[Attempt]) -> bool:
        with self._transaction(lease) as state:
            if state is None:
                return False
            for attempt in attempts:
                row = state.rows[attempt.link]
                row.link = replace(row.link, attempt=attempt)
            return True

    def commit(
        self,
        lease: Lease,
        changes: Sequence[LinkChange],
        token: SyncToken | None = None,
        report: SyncReport | None = None,
        listing: Listing | None = None,
        over: PassedOver | None = None,
    ) -> bool:
        with self._transaction(lease) as state:
            if state is None:
                return False
            for change in changes:
                self._apply(state, change)
                key, now = change.link.key if change.link else None, self.clock.now()
                state.lines += [Line(now, key, entry) for entry in change.journal]
            if token is not None:
                state.token, state.listing = token, listing.number if listing else None
            for row in state.rows.values():
                if listing and row.link.href in listing.hrefs:
                    row.listed = listing.number
            if report is not None:
                state.reports.append(report)
            if over:
                known = {} if over.anew else state.passed_over
                kept = {href: why for href, why in known.items() if href not in over.told}
                state.passed_over = {**kept, **over.reasons}
            return True

    @contextmanager
    def _transaction(self, lease: Lease) -> Iterator[State | None]:
        """A copy of the state, put in place only if the block ends well."""
        if lease.fence != self.state.fence:
            yield None
            return
        draft = deepcopy(self.state)
        yield draft
        self.state = draft

    def _apply(self, state: State, change: LinkChange) -> None:
        if change.link is None:
            if change.fate is Fate.MATERIALIZE and change.resource:
                self._materialize(state, change)
            return
        row = state.rows[change.link.key]
        link = change.link
        if change.resource:
            row.uids |= {change.resource.object.uid}
        if row.values is not None and change.patches:
            applied = still_applicable(row.values, change.patches)
            row.values |= {patch.key: patch.new for patch in applied}
            row.values = without_echoes(row.values)
            link = replace(link, base=patched_base(link.base, applied))
        row.marks = tuple(mark for mark in row.marks if mark not in change.marks)
        if not row.marks and link.state in DONE:
            row.consent, row.decided, row.undo = None, {}, None
        row.link = link
        if change.fate is Fate.DROP:
            row.values = None
        if change.fate in (Fate.DROP, Fate.CLOSE):
            row.closed = self.clock.now()
            state.attic.append(state.rows.pop(link.key))
        if change.fate is Fate.REVIVE and change.resource:
            row.values = properties(change.resource.object)
            row.link = replace(link, base=_agreed(row.values))

    def _materialize(self, state: State, change: LinkChange) -> None:
        if change.resource is None:
            raise ValueError("nothing to materialize")
        resource = change.resource
        theirs = properties(resource.object)
        values, base = seen_first(self.policy.filters.private, theirs)
        link = Link(
            LinkKey(f"{self.namespace}-{next(self._numbers)}"),
            resource.object.uid,
            resource.href,
            resource.etag,
            base=base,
            observed=theirs if base.keys() != theirs.keys() else None,
            modified=resource.modified,
        )
        uids = frozenset({resource.object.uid})
        row = Row(link, values, resource.modified or self.clock.now(), uids)
        if change.predecessor:
            row.predecessor = change.predecessor.link
            row.values = {**change.predecessor.overlay, **values}
        state.rows[link.key] = row

    @staticmethod
    def _waits(row: Row) -> bool:
        link = row.link
        unfinished = link.state in (LinkState.DIRTY, LinkState.IN_DOUBT)
        return bool(row.marks) or unfinished or link.attempt is not None

    def _view(self, row: Row) -> LinkView:
        return LinkView(
            row.link,
            self._role(row),
            object_of(row.link.uid, row.values) if row.values is not None else None,
            row.modified,
            row.marks,
            row.consent,
            row.uids,
            decided=row.decided,
            undo=row.undo,
            kind=row.kind,
            kept_apart=row.kept_apart,
            born_here=row.born_here,
        )

    def _role(self, row: Row) -> CopyRole:
        values = row.values or {key: pair[0] for key, pair in row.link.base.items()}
        organizer = values.get("organizer")
        if isinstance(organizer, list) and organizer[0] not in self.owner:
            return CopyRole.WITNESS
        return CopyRole.HOME

    # --- the person

    def add(
        self, obj: CalendarObject, consent: Consent | None = None, guests: Guests = Guests.SHARED
    ) -> LinkKey:
        """Create an event here; it is written there by the next run."""
        key = LinkKey(f"{self.namespace}-{next(self._numbers)}")
        link = Link(key, obj.uid, state=LinkState.DIRTY, guests=guests)
        uids = frozenset({obj.uid})
        row = Row(link, properties(obj), self.clock.now(), uids, consent=consent, born_here=True)
        self.state.rows[key] = row
        self._mark(row)
        return key

    def edit(
        self, key: LinkKey, changes: Mapping[str, Json], consent: Consent | None = None
    ) -> None:
        """Change properties here; None removes one."""
        row = self.state.rows[key]
        if row.values is None:
            raise KeyError(key)
        values = {**row.values, **changes}
        row.values = without_echoes(values)
        unsent, now = row.consent, self.clock.now()
        row.consent = unsent.joined(consent, now) if unsent and consent else consent
        self._mark(row)

    def remove(self, key: LinkKey, consent: Consent | None = None) -> None:
        """Delete an event here."""
        row = self.state.rows[key]
        row.values, row.consent = None, consent
        self._mark(row)

    def allow(self, key: LinkKey, choice: Choice) -> None:
        """Release a hold: the person saw who would be mailed and said what to do."""
        row = self.state.rows[key]
        hold = row.link.hold
        if hold is None:
            raise KeyError(key)
        until = self.clock.now() + CONSENT
        row.consent = Consent(choice, frozenset(hold.recipients), frozenset(hold.keys), until)
        self._mark(row)

    def decide(self, key: LinkKey, question: str, winner: Side) -> None:
        """Answer a question: whose value holds, of the two that there are now."""
        row = self.state.rows[key]
        fingerprint = about(question, row.values or {}, row.link.theirs)
        row.decided[question] = Answer(winner, fingerprint)
        self._mark(row)

    def undo(self, key: LinkKey, undo: Undo) -> None:
        """Reverse there what a run wrote; a link that was closed comes back for it."""
        if key not in self.state.rows:
            (row,) = (row for row in self.state.attic if row.link.key == key)
            self.state.attic.remove(row)
            row.link = replace(row.link, incarnation=row.link.incarnation + 1, href=None)
            self.state.rows[key] = row
        row = self.state.rows[key]
        row.undo = undo
        self._mark(row)

    def keep_apart(self, key: LinkKey, apart: bool) -> None:
        """Do not keep this event in step, or do so again."""
        row = self.state.rows[key]
        row.kept_apart = apart
        self._mark(row)

    def filter(self, filters: Filters) -> None:
        """Other filters from now on; wider ones ask for everything there once more."""
        wider = admits_more(filters, self.policy.filters)
        self.policy = replace(self.policy, filters=filters)
        if wider:
            self.state.token, self.state.passed_over = None, {}
        for row in self.state.rows.values():
            self._mark(row)

    def let_through(self, key: LinkKey) -> None:
        """Release what a guard has stopped: it is read again, and then done."""
        row = self.state.rows[key]
        row.link = replace(row.link, state=LinkState.IN_DOUBT)

    def _mark(self, row: Row) -> None:
        row.modified = self.clock.now()
        row.marks += (Mark(f"mark-{next(self._numbers)}"),)


def _agreed(values: Mapping[str, Json]) -> dict[str, tuple[Json, Json]]:
    return {key: (value, value) for key, value in values.items()}
