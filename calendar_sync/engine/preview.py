"""What a run would do, told before it is done (DESIGN §5). Pure.

A preview is kept while a person looks at it, and the world goes on. Applying it plans anew: what
was not shown and would write there, delete here or mail somebody is left for another time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .plan import Plan, Step
from .policy import Side
from .sync import Fate

CREATED, CHANGED, DELETED, ANSWERED, HELD = "created", "changed", "deleted", "answered", "held"
_FATES = {Fate.MATERIALIZE: CREATED, Fate.REVIVE: CREATED, Fate.DROP: DELETED}
_WRITES = {"create": CREATED, "patch": CHANGED, "delete": DELETED, "answer": ANSWERED}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that would happen to one object. `object`: its link, or its href if it has none."""

    object: str
    side: Side
    what: str
    mailed: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        return [self.object, self.side.value, self.what, list(self.mailed)]

    @classmethod
    def from_json(cls, data: list[Any]) -> Act:
        name, side, what, mailed = data
        return cls(name, Side(side), what, tuple(mailed))


@dataclass(frozen=True, slots=True)
class Preview:
    """All of it, in the order of the plan; `remaining` writes would wait for a later run."""

    acts: tuple[Act, ...] = ()
    remaining: int = 0

    def count(self, side: Side, what: str) -> int:
        return Counter((act.side, act.what) for act in self.acts)[side, what]

    @property
    def mailed(self) -> tuple[str, ...]:
        """Everybody who would be mailed, once for each mail."""
        return tuple(address for act in self.acts for address in act.mailed)

    def to_json(self) -> dict[str, Any]:
        return {"v": 1, "acts": [act.to_json() for act in self.acts], "remaining": self.remaining}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Preview:
        return cls(tuple(Act.from_json(act) for act in data["acts"]), data["remaining"])


def preview_of(plan: Plan) -> Preview:
    return Preview(tuple(act for step in plan.steps for act in _acts(step)), plan.remaining)


def as_shown(plan: Plan, shown: Preview) -> Plan:
    """The plan without what goes beyond the preview; that keeps its marks for another run."""
    known = {(act.object, act.side, act.what): frozenset(act.mailed) for act in shown.acts}
    steps, left = [], 0
    for step in plan.steps:
        if all(_was_shown(act, known) for act in _acts(step)):
            steps.append(step)
            continue
        left += 1
        if step.change.fate is not Fate.DROP:
            steps.append(replace(step, write=None, marks=()))
    return Plan(tuple(steps), plan.remaining + left)


def _was_shown(act: Act, known: Mapping[tuple[str, Side, str], frozenset[str]]) -> bool:
    """What makes or changes something here alone needs no showing."""
    if act.side is Side.HERE and act.what != DELETED:
        return True
    mailed = known.get((act.object, act.side, act.what))
    return mailed is not None and mailed.issuperset(act.mailed)


def _acts(step: Step) -> Iterator[Act]:
    change = step.change
    resource = change.resource
    name = change.link.key if change.link else resource.href if resource else ""
    if change.fate in _FATES:
        yield Act(name, Side.HERE, _FATES[change.fate])
    if change.patches:
        yield Act(name, Side.HERE, CHANGED)
    if step.write:
        yield Act(name, Side.THERE, _WRITES[step.write.action.value], step.write.recipients)
    if any(entry.what == HELD for entry in change.journal):
        yield Act(name, Side.THERE, HELD)
