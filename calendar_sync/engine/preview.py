"""What a run would do, told before it is done (DESIGN §5). Pure.

A preview is kept while a person looks at it, and the world goes on. Applying it plans anew: what
was not shown and would write there, delete here or mail somebody is left, and shown next. What
people do here once it runs is their own doing, and is asked about as ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from .plan import Plan, Step, postponed
from .policy import Side
from .properties import Properties, properties
from .showing import (
    ANSWERED,
    CHANGED,
    CREATED,
    DELETED,
    HELD,
    MATCHED,
    REFUSED,
    Act,
    Preview,
)
from .sync import Fate, Guests, LinkView

WITHHELD = "withheld"
"""Code of an act: it goes out without its guests, until they are invited."""

_FATES = {Fate.MATERIALIZE: CREATED, Fate.REVIVE: CREATED, Fate.DROP: DELETED}
_WRITES = {"create": CREATED, "patch": CHANGED, "delete": DELETED, "answer": ANSWERED}
_WAITING = {
    **dict.fromkeys(("held", "asked", "parked"), HELD),
    **dict.fromkeys(("refused", "unreadable"), REFUSED),
}


def preview_of(plan: Plan, views: Sequence[LinkView] = ()) -> Preview:
    """`views` are what the plan was made from: they tell which objects have met their twin."""
    by_link = {view.link.key: view for view in views}
    acts: list[Act] = []
    for step in plan.steps:
        link = step.change.link
        acts += _acts(step, by_link.get(link.key) if link else None)
    links = (step.change.link for step in plan.steps)
    here = [(Side.HERE, link.left_out) for link in links if link and link.left_out]
    there = [(Side.THERE, reason) for reason in plan.passed_over.values()]
    return Preview(tuple(acts), left_out=Counter([*here, *there]))


def as_shown(plan: Plan, shown: Preview, views: Sequence[LinkView] = ()) -> Plan:
    """The plan without what goes beyond the preview; that keeps its marks for another run."""
    decided = {view.link.key for view in views if _is_decided(view, shown.applied_at)}
    known = {(act.object, act.side, act.what): frozenset(act.mailed) for act in shown.acts}
    steps, left = [], 0
    for step in plan.steps:
        acts = [act for act in _acts(step) if act.side is Side.HERE or act.object not in decided]
        if all(_was_shown(act, known) for act in acts):
            steps.append(step)
            continue
        left += 1
        if step.change.fate is not Fate.DROP:
            steps.append(postponed(step))
    return replace(plan, steps=tuple(steps), unshown=left)


def _is_decided(view: LinkView, applied_at: datetime | None) -> bool:
    """Edited here while the synchronization was running, or its mail question was answered."""
    edited = applied_at is not None and view.local_modified > applied_at
    return edited or view.consent is not None


def _was_shown(act: Act, known: Mapping[tuple[str, Side, str], frozenset[str]]) -> bool:
    """What makes or changes something here alone needs no showing, nor does what waits."""
    if act.what in {HELD, REFUSED} or (act.side is Side.HERE and act.what != DELETED):
        return True
    mailed = known.get((act.object, act.side, act.what))
    return mailed is not None and mailed.issuperset(act.mailed)


def _acts(step: Step, view: LinkView | None = None) -> Iterator[Act]:
    change = step.change
    resource, link = change.resource, change.link
    name = link.key if link else resource.href if resource else ""
    told = _told(step, view)
    summary, start = str(told.get("summary") or ""), _start(told)

    def act(side: Side, what: str, mailed: tuple[str, ...] = (), code: str = "") -> Act:
        return Act(name, side, what, mailed, summary, start, code)

    if change.fate in _FATES:
        yield act(Side.HERE, _FATES[change.fate])
    if link and link.href and view and not (view.link.href or view.link.attempt):
        yield act(Side.HERE, MATCHED)
    elif change.patches:
        yield act(Side.HERE, CHANGED)
    if step.write:
        withheld = link is not None and link.guests is Guests.WITHHELD
        code = WITHHELD if withheld else ""
        what = _WRITES[step.write.action.value]
        yield act(Side.THERE, what, step.write.recipients, code)
    waiting = [entry for entry in change.journal if entry.what in _WAITING]
    for entry in waiting[:1]:
        yield act(Side.THERE, _WAITING[entry.what], code=entry.code)


def _told(step: Step, view: LinkView | None) -> Properties:
    """The values by which a reader knows the object."""
    if step.change.resource:
        return properties(step.change.resource.object)
    if view and view.local:
        return properties(view.local)
    return step.change.link.theirs if step.change.link else {}


def _start(values: Properties) -> str:
    when = values.get("when")
    return str(when[0]) if isinstance(when, list) else ""
