"""What a person was shown before a run: the values of a preview (DESIGN §5). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .filters import Reason
from .policy import Side

CREATED, CHANGED, DELETED, ANSWERED = "created", "changed", "deleted", "answered"
MATCHED = "matched"
"""It is on both sides already, and only recognized."""

HELD, REFUSED = "held", "refused"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that would happen to one object. `object`: its link, or its href if it has none.

    What it is called, when it is (`event.when_text`) and why it waits are for the reader alone.
    """

    object: str
    side: Side
    what: str
    mailed: tuple[str, ...] = ()
    summary: str = field(default="", compare=False)
    start: str = field(default="", compare=False)
    code: str = field(default="", compare=False)

    def to_json(self) -> list[Any]:
        told = [self.summary, self.start, self.code]
        return [self.object, self.side.value, self.what, list(self.mailed), *told]

    @classmethod
    def from_json(cls, data: list[Any]) -> Act:
        name, side, what, mailed, *told = data
        return cls(name, Side(side), what, tuple(mailed), *told)


@dataclass(frozen=True, slots=True)
class Preview:
    """All of it, in the order of the plan; `applied_at`: when its person let it happen.

    `left_out`: how many events of either side the filters keep where they are, and why.
    """

    acts: tuple[Act, ...] = ()
    applied_at: datetime | None = None
    left_out: Mapping[tuple[Side, Reason], int] = field(default_factory=dict)

    def count(self, side: Side, what: str) -> int:
        return Counter((act.side, act.what) for act in self.acts)[side, what]

    @property
    def mailed(self) -> tuple[str, ...]:
        """Everybody who would be mailed, once for each mail."""
        return tuple(address for act in self.acts for address in act.mailed)
