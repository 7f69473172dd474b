"""What stops a plan between reconciling and pushing (DESIGN §5). Pure.

The brake holds back mass changes that come from the provider, the fixed-point guard what is
written again and again without anybody's act, the mail limit more mails than a run may send.
What is stopped is parked and shown; the rest of the run goes on. Nothing is lost: what is known
of their side stays in `observed`, and after a release the object is read again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .capabilities import Capabilities
from .event import CalendarObject, ends_after
from .mail import Draft, told_keys
from .occurrences import occurrences
from .pending import Hold, LinkKey
from .plan import Frame, Plan, Step
from .policy import RemovedThere, Side, SyncPolicy
from .reconcile import is_news
from .recurrence import UnreadableRecurrence
from .resting import is_let_through
from .sync import CopyRole, Fate, Guard, JournalEntry, Link, LinkChange, LinkState, LinkView, Struck

WINDOW = timedelta(days=1)
"""The brake counts what happened within it, now included."""

AGED = timedelta(days=30)
"""Providers tidy away what ended longer ago; that is nobody's wish to delete it."""

AHEAD = timedelta(days=731)
"""How far the dates of a series are looked for; one without any has ended."""

MOST_REPEATS = 3
STRIKING = ("summary", "when")
MOVING = frozenset({LinkState.DIRTY, LinkState.IN_DOUBT})
BRAKES = frozenset({Guard.VANISHED, Guard.REWRITTEN})

RELEASED, ADOPTED, MOVED, LET_IN = "released", "adopted", "moved", "let-in"
"""Codes of journal lines that do not count: somebody let it through; it was joined, not changed;
it is there under another href; a filter had left it out until now.
"""


def trips(struck: int, linked: int) -> bool:
    """More than 10 objects and 20 %, or at least 5 and more than 80 %."""
    return (struck > 10 and struck * 5 > linked) or (struck >= 5 and struck * 5 > linked * 4)


def counts(entry: JournalEntry) -> bool:
    """Whether the brake counts this line of an earlier run."""
    if entry.side is not Side.HERE:
        return False
    if entry.what == "parked":
        return entry.code in {guard.value for guard in BRAKES}
    changed = entry.what == "changed" and not set(STRIKING).isdisjoint(entry.keys)
    return (entry.what == "deleted" or changed) and not entry.code


def strikes(plan: Plan, views: Sequence[LinkView], now: datetime) -> dict[LinkKey, Guard]:
    """Which objects the provider takes away or rewrites in this plan, and which brake that is."""
    seen = _Seen.of(plan, views)
    found = {}
    for step in plan.steps:
        view, guard = seen.view(step), _strike(step)
        if view and guard and not seen.exemption(view) and not _is_aged(step, view, now):
            found[view.link.key] = guard
    return found


def concerns(plan: Plan, views: Sequence[LinkView], now: datetime) -> bool:
    """Whether the guards need to know what happened before: most plans strike and mail nothing."""
    mails = any(step.write and step.write.recipients for step in plan.steps)
    return mails or bool(strikes(plan, views, now))


def guarded(frame: Frame, plan: Plan, views: Sequence[LinkView], before: Struck) -> Plan:
    """The plan without what the guards stop; `before` is what was struck within the window."""
    seen = _Seen.of(plan, views)
    struck = strikes(plan, views, frame.now)
    too_many = _too_many(seen, struck.keys(), before)
    policy = frame.work.policy
    left = min(policy.most_mails, policy.most_mails_a_day - before.mailed)
    mailbag = _Mailbag(left, frame.capabilities)
    steps = []
    for step in plan.steps:
        view = seen.view(step)
        if view is None:
            steps.append(step)
        elif view.link.key in too_many:
            steps.append(_stopped(step, view, struck[view.link.key]))
        elif not seen.exemption(view) and _is_aged(step, view, frame.now):
            steps.append(_stopped(step, view, Guard.ENDED))
        elif not seen.exemption(view) and _is_ours_removed(step, view, frame.work.policy):
            steps.append(_left_here(step, view, frame.work.policy))
        else:
            passed = _passed(step, view, seen.exemption(view))
            steps.append(mailbag.step(_settling(passed, view), view))
    return replace(plan, steps=tuple(steps))


@dataclass(frozen=True, slots=True)
class _Seen:
    """The views a plan was made from, and the UIDs it brings in anew."""

    views: Mapping[LinkKey, LinkView]
    arrived: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, views: Sequence[LinkView]) -> _Seen:
        new = (step.change for step in plan.steps if step.change.fate is Fate.MATERIALIZE)
        uids = frozenset(change.resource.object.uid for change in new if change.resource)
        return cls({view.link.key: view for view in views}, uids)

    def view(self, step: Step) -> LinkView | None:
        return self.views.get(step.change.link.key) if step.change.link else None

    def exemption(self, view: LinkView) -> str:
        """Why the brake does not count this object; empty: it does."""
        if is_let_through(view.link):
            return RELEASED
        if view.link.left_out:
            return LET_IN
        if self.arrived & view.uids:
            return MOVED
        return "" if view.link.href else ADOPTED


# --- the brake


def _too_many(seen: _Seen, struck: Collection[LinkKey], before: Struck) -> set[LinkKey]:
    """Those that are stopped; mirrors and what lives here are measured apart."""
    mirrors = {key for key in struck if seen.views[key].mirror}
    found: set[LinkKey] = set()
    for now, earlier, linked in (
        ({*struck} - mirrors, before.objects, before.linked),
        (mirrors, before.mirrors, before.mirrored),
    ):
        if trips(len(now | earlier), linked):
            found |= now
    return found


def _strike(step: Step) -> Guard | None:
    if step.change.fate is Fate.DROP:
        return Guard.VANISHED
    rewritten = any(patch.key in STRIKING for patch in step.change.patches)
    return Guard.REWRITTEN if rewritten else None


def _is_aged(step: Step, view: LinkView, now: datetime) -> bool:
    if step.change.fate is not Fate.DROP or view.local is None:
        return False
    return has_ended(view.local, now - AGED)


def has_ended(obj: CalendarObject, moment: datetime) -> bool:
    """Whether nothing of it takes place after `moment`; what cannot be read may."""
    if ends_after(obj.event, moment):
        return False
    try:
        return not occurrences(obj, moment, moment + AHEAD)
    except UnreadableRecurrence:
        return False


def _is_ours_removed(step: Step, view: LinkView, policy: SyncPolicy) -> bool:
    """Made here, removed at its home there, and the owner wants to have a say."""
    ours = view.born_here and view.role is CopyRole.HOME and view.mirror is None
    drops = step.change.fate is Fate.DROP
    return ours and drops and policy.removed is not RemovedThere.FOLLOW


def _left_here(step: Step, view: LinkView, policy: SyncPolicy) -> Step:
    """It stays here: for good, or until its owner has said what shall become of it."""
    if policy.removed is RemovedThere.ASK:
        return _stopped(step, view, Guard.REMOVED)
    link = replace(step.link, state=LinkState.IGNORED, href=None, etag=None, hold=None)
    entry = JournalEntry(Side.HERE, "kept", code=Guard.REMOVED.value)
    return Step(LinkChange(link, marks=view.marks, journal=(entry,)))


def _stopped(step: Step, view: LinkView, guard: Guard) -> Step:
    """Nothing is done here or there; what was read is remembered."""
    link, resource = step.link, step.change.resource
    state = LinkState.FROZEN if guard is Guard.ENDED else LinkState.PARKED
    rest = replace(link, state=state, guard=guard, observed=link.theirs, hold=None)
    keys = tuple(patch.key for patch in step.change.patches)
    entry = JournalEntry(Side.HERE, "parked", keys, code=guard.value)
    return Step(LinkChange(rest, resource=resource, marks=view.marks, journal=(entry,)))


def _passed(step: Step, view: LinkView, code: str) -> Step:
    """What goes on; a release holds until it has come to its end, and is told in the journal."""
    link = step.link
    held = is_let_through(view.link) and link.state in MOVING
    journal = step.change.journal
    if _strike(step):
        journal = tuple(replace(entry, code=code) if counts(entry) else entry for entry in journal)
    link = replace(link, guard=view.link.guard if held else None)
    return replace(step, change=replace(step.change, link=link, journal=journal))


# --- the fixed point


def _settling(step: Step, view: LinkView) -> Step:
    """Count what is written again although nobody acted; the fourth such write is not made.

    A write that failed, or whose outcome is unknown, is no new one: its link is not settled.
    """
    link, known = step.link, view.link
    acted = view.marks or known.guard or is_news(known, step.change.resource)
    if acted or step.change.fate is not Fate.KEEP:
        return replace(step, change=replace(step.change, link=replace(link, repeats=0)))
    if step.write is None or known.attempt or known.state in MOVING:
        return step
    if known.repeats >= MOST_REPEATS:
        return _unwritten(step, view, replace(link, hold=None), Guard.NOT_SETTLING)
    counted = replace(link, repeats=known.repeats + 1)
    return replace(step, change=replace(step.change, link=counted))


def _unwritten(step: Step, view: LinkView, link: Link, guard: Guard) -> Step:
    """What comes in comes in; the write waits for a person."""
    keys = tuple(sorted(step.write.changes)) if step.write else ()
    parked = replace(link, state=LinkState.PARKED, guard=guard, observed=link.theirs)
    journal = step.change.journal
    if view.link.guard is not guard:
        journal += (JournalEntry(Side.THERE, "parked", keys, code=guard.value),)
    change = replace(step.change, link=parked, marks=view.marks, journal=journal)
    return Step(change)


# --- the mail limit


class _Mailbag:
    """Counts the mails of one run, in the order of its steps; `most` are left of its day, too."""

    def __init__(self, most: int, capabilities: Capabilities) -> None:
        self._left = most
        self._capabilities = capabilities

    def step(self, step: Step, view: LinkView) -> Step:
        """The step, without a write that would mail more than is left.

        What a person sent all the same goes out, and so does what may have gone out already.
        """
        write = step.write
        if write is None or not write.recipients:
            return step
        allowed = is_let_through(view.link) or view.link.attempt is not None
        if allowed or len(write.recipients) <= self._left:
            self._left -= len(write.recipients)
            return step
        draft = Draft(write.action, write.changes, write.target)
        told = tuple(sorted(told_keys(draft, self._capabilities)))
        link = replace(step.link, hold=Hold(write.action, write.recipients, told))
        return _unwritten(step, view, link, Guard.MAIL_LIMIT)
