"""How the lines that a run left about one object are undone. Pure.

An undo never travels: it reverses what the run wrote, on the side it wrote, and the two sides then
rest at what they have. So it is no edit; ours stays, and the base says that both are agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .policy import Side
from .properties import Json, Properties, is_guest_key
from .sync import JournalEntry


@dataclass(frozen=True, slots=True)
class Reversal:
    """How one object's lines of a run are undone.

    `made`, `removed`: by the run, on that side. `before` are the values it wrote over; what anybody
    has touched since is `kept`.
    """

    side: Side
    made: bool = False
    removed: bool = False
    before: Properties = field(default_factory=dict)
    kept: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.made or self.removed or self.before)


def reversal(
    side: Side, lines: Sequence[JournalEntry], touched: frozenset[str], *, whole: bool = False
) -> Reversal:
    """What undoes the lines of one object on one side, in the order they were written.

    `touched` are properties that were edited since; `whole`: the object was made, removed or
    edited since as such, so what the run made or removed stays.
    """
    before: dict[str, Json] = {}
    made = removed = False
    for line in lines:
        if line.side is not side:
            continue
        made |= line.what == "created"
        removed |= line.what == "deleted"
        if line.what == "deleted":
            before = {**line.before, **before}
        elif line.what == "changed":
            before = {**{key: line.before.get(key) for key in line.keys}, **before}
    if made and removed:
        return Reversal(side)
    if made or removed:
        kept = tuple(sorted(touched)) if whole else ()
        values = before if removed else {}
        return Reversal(side, kept=kept) if whole else Reversal(side, made, removed, values)
    kept = tuple(sorted(before.keys() & touched))
    return Reversal(side, before={k: v for k, v in before.items() if k not in touched}, kept=kept)


def remade(before: Properties) -> dict[str, Json]:
    """What is made again there: nobody is invited a second time (DESIGN §6)."""
    return {key: value for key, value in before.items() if not is_guest_key(key)}
