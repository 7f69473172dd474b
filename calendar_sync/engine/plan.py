"""A plan: what one run is going to do, object by object, before any of it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .capabilities import Capabilities
from .filters import Reason
from .policy import Direction
from .sync import Href, Link, LinkChange, LinkState, Mark, Work, Write


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for every object of one run."""

    work: Work
    capabilities: Capabilities
    now: datetime

    @property
    def direction(self) -> Direction:
        return self.work.policy.direction

    @property
    def most_writes(self) -> int:
        return min(self.work.policy.most_writes, self.capabilities.most_writes)


@dataclass(frozen=True, slots=True)
class Step:
    """One object's part of the plan.

    `change.marks` are removed whatever happens; `marks` only once the write has its outcome.
    """

    change: LinkChange
    write: Write | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def link(self) -> Link:
        """What has no link yet is made here, and neither written there nor guarded."""
        if self.change.link is None:
            raise ValueError("a step without a link")
        return self.change.link


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps; `remaining` counts writes left for the next run, `unshown` what goes beyond the
    preview this run goes by. `passed_over` is what is new there and kept out by a filter.
    """

    steps: tuple[Step, ...] = ()
    remaining: int = 0
    unshown: int = 0
    passed_over: Mapping[Href, Reason] = field(default_factory=dict)

    @classmethod
    def within(cls, most: int, steps: Iterable[Step], passed_over: Mapping[Href, Reason]) -> Plan:
        """At most `most` writes; what is left keeps its marks and waits for the next run."""
        kept, writes = [], 0
        for step in steps:
            writes += step.write is not None
            over = step.write is not None and writes > most
            kept.append(postponed(step) if over else step)
        return cls(tuple(kept), max(0, writes - most), passed_over=passed_over)


def postponed(step: Step) -> Step:
    """Without its write, which the next run derives again; also the quiet half of one held."""
    link = replace(step.link, state=LinkState.DIRTY)
    return Step(replace(step.change, link=link))
