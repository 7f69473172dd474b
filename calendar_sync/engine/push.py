"""The writes of a run, batch by batch, and what their outcomes mean for the links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .bases import moved_base
from .capabilities import Capabilities
from .conferences import answers, is_wish
from .drafting import attempt_of, fingerprint
from .equivalence import equivalent
from .errors import Conflict, Rejected, SyncError
from .pending import Action, Attempt, Refusal
from .plan import Plan, Step
from .policy import Side
from .ports import CalendarCollection, Clock, Host
from .properties import is_overlay, properties
from .sync import (
    Failed,
    Fate,
    JournalEntry,
    Lease,
    Link,
    LinkChange,
    LinkState,
    LocalPatch,
    Outcome,
    Resource,
    Write,
)


@dataclass(slots=True)
class Push:
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
    done = replace(link, attempt=None, state=_state_after(link, write), guard=None)
    entry = _journal(link, write)
    marks = (*change.marks, *step.marks)
    if outcome.resource is None:
        unlinked = replace(done, href=None, etag=None, observed=None)
        ends = write.action is Action.DELETE and not write.ours_stay
        fate = Fate.CLOSE if ends else change.fate
        link = done if fate is Fate.CLOSE else unlinked
        return replace(change, link=link, fate=fate, marks=marks, journal=(*change.journal, entry))
    link = _after_writing(side, done, write, outcome.resource)
    made = () if write.ours_stay else answers(write.changes, properties(outcome.resource.object))
    journal = (*change.journal, entry, *map(_told, made))
    return replace(
        change,
        link=link,
        resource=outcome.resource,
        patches=(*change.patches, *made),
        marks=marks,
        journal=journal,
    )


def _told(patch: LocalPatch) -> JournalEntry:
    return JournalEntry(Side.HERE, "changed", (patch.key,), {patch.key: patch.old})


def _state_after(link: Link, write: Write) -> LinkState:
    """What is left to do once a write was made."""
    if write.ours_stay and write.action is not Action.PATCH:
        return LinkState.IGNORED  # one side has it, the other does without
    if link.state is LinkState.HELD:
        return link.state  # the loud half of the change still waits
    return LinkState.ASKED if link.asked else LinkState.SETTLED


def _after_writing(side: Capabilities, link: Link, write: Write, resource: Resource) -> Link:
    """The link after a write whose echo was seen: the echo is their spelling of our value."""
    theirs = properties(resource.object)
    kept = {key: pair[0] for key, pair in link.base.items()}
    held_here = kept if write.ours_stay else write.changes
    told = set(write.changes)
    if write.action is Action.CREATE:  # reminders that the calendar adds are nobody's wish
        told |= {key for key in theirs if is_overlay(key)}
    # of a wish the wish was agreed; what has come of it is news
    echo = theirs | {key: sent for key, sent in write.changes.items() if is_wish(key, sent)}
    moves = {key: (held_here.get(key), echo.get(key)) for key in told}
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
