"""Three-way merge of one object, property by property. Pure.

The base is a pair (ours, theirs) per property, agreed to be equal. Changed here means
ours ≠ base.ours, changed there means theirs ≠ base.theirs; so a provider's rewriting of
HTML, zones or names is no change at all (docs/decisions/merge-base.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .properties import ANSWER, ATTENDEE, OVERLAY, Json, Properties, equivalent, is_guest_key
from .sync import Base, CopyRole, Guests, LocalPatch


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed `key`; `lost` is the value that did not win."""

    key: str
    lost: Json
    lost_here: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """Inward patches, outward changes, base moves for what is equal already, conflicts."""

    patches: tuple[LocalPatch, ...] = ()
    changes: Properties = field(default_factory=dict)
    moves: Base = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.patches or self.changes or self.moves)


@dataclass(frozen=True, slots=True)
class Movable:
    """Which properties may move, for one copy (the table of DESIGN §4).

    `owner` are the addresses whose answer this copy gives.
    """

    role: CopyRole
    owner: frozenset[str]
    guests: Guests = Guests.SHARED
    outranked: frozenset[str] = frozenset()

    def inward(self, key: str) -> bool:
        """May a change there reach us?"""
        if key.startswith(ANSWER) and key.removeprefix(ANSWER) in self.owner:
            return self.role is not CopyRole.HOME
        if self.role in (CopyRole.ATTENDEE, CopyRole.PERSONAL):
            return key in OVERLAY
        return not (key.startswith(ANSWER) and key.removeprefix(ANSWER) in self.outranked)

    def outward(self, key: str) -> bool:
        """May a change here reach them?"""
        if self.role is CopyRole.READ_ONLY or key == "organizer":
            return False
        if self.role is CopyRole.HOME:
            if is_guest_key(key) and self.guests is Guests.WITHHELD:
                return False
            return not key.startswith(ANSWER)
        return key in OVERLAY or (key.startswith(ANSWER) and key.removeprefix(ANSWER) in self.owner)


def merge(
    base: Base, ours: Properties, theirs: Properties, movable: Movable, theirs_win: bool
) -> Merge:
    """Bring `ours` and `theirs` together over `base`; on a conflict `theirs_win` decides."""
    patches: list[LocalPatch] = []
    changes: dict[str, Json] = {}
    moves: dict[str, tuple[Json, Json]] = {}
    conflicts: list[Conflict] = []
    for key in sorted({*base, *ours, *theirs}):
        our, their = ours.get(key), theirs.get(key)
        base_ours, base_theirs = base.get(key, (None, None))
        here = our != base_ours and movable.outward(key)
        there = their != base_theirs and movable.inward(key)
        if here and there and our == their:
            moves[key] = (our, their)
        elif here and there:
            conflicts.append(Conflict(key, our if theirs_win else their, theirs_win))
            if theirs_win:
                patches.append(LocalPatch(key, our, their, their))
            else:
                changes[key] = our
        elif there:
            patches.append(LocalPatch(key, our, their, their))
        elif here:
            changes[key] = our
        elif their != base_theirs:
            # may not come in: remember what stands there, a later write has to carry it
            moves[key] = (base_ours, their)
    changes = _whole_guests(changes, ours)
    kept = tuple(patch for patch in patches if patch.key not in changes)
    return Merge(kept, changes, moves, tuple(conflicts))


def adopt(ours: Properties, theirs: Properties, movable: Movable) -> Merge:
    """Join two objects that never met: equal settles, empty is filled, else the home wins.

    The remote copy is the home or nearer to it, so its value wins; ours is kept as a conflict.
    The caller withholds guests whom only we know, so joining never mails anybody.
    """
    patches: list[LocalPatch] = []
    changes: dict[str, Json] = {}
    moves: dict[str, tuple[Json, Json]] = {}
    conflicts: list[Conflict] = []
    for key in sorted({*ours, *theirs}):
        our, their = ours.get(key), theirs.get(key)
        if equivalent(key, our, their):
            moves[key] = (our, their)
        elif their is None:
            if movable.outward(key):
                changes[key] = our
        elif movable.inward(key):
            patches.append(LocalPatch(key, our, their, their))
            if our is not None and movable.outward(key):
                conflicts.append(Conflict(key, our, lost_here=True))
        else:
            moves[key] = (our, their)
    return Merge(tuple(patches), changes, moves, tuple(conflicts))


def still_applicable(current: Properties, patches: tuple[LocalPatch, ...]) -> list[LocalPatch]:
    """The patches whose property still has the value they were planned on.

    A property edited meanwhile keeps its edit; its base does not move, so the next run sees
    a change on both sides and decides by the rule.
    """
    return [patch for patch in patches if current.get(patch.key) == patch.old]


def moved_base(base: Base, moves: Mapping[str, tuple[Json, Json]]) -> dict[str, tuple[Json, Json]]:
    """`base` with `moves` laid over it; a property absent on both sides is forgotten."""
    merged = {**base, **moves}
    return {key: pair for key, pair in merged.items() if pair != (None, None)}


def patched_base(base: Base, applied: Sequence[LocalPatch]) -> dict[str, tuple[Json, Json]]:
    """`base` after these patches were applied here."""
    return moved_base(base, {patch.key: (patch.new, patch.theirs) for patch in applied})


def _whole_guests(changes: dict[str, Json], ours: Properties) -> dict[str, Json]:
    """A guest removed here takes the answer along, also one he gives there meanwhile."""
    for key in [key for key in changes if key.startswith(ATTENDEE) and changes[key] is None]:
        answer = ANSWER + key.removeprefix(ATTENDEE)
        if ours.get(answer) is None:
            changes[answer] = None
    return changes
