"""What both sides agree on, as it moves; and what of a plan holds when it is carried out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .properties import Json, Properties, on_which
from .sync import Base, LocalPatch


def still_applicable(current: Properties, patches: tuple[LocalPatch, ...]) -> list[LocalPatch]:
    """The patches whose property still has the value they were planned on.

    A property edited meanwhile keeps its edit, a date of a series all of it; the base does not
    move, so the next run sees a change on both sides and decides by the rule.
    """
    stale = {patch.key for patch in patches if current.get(patch.key) != patch.old}
    dates = {on_which(key)[0] for key in stale} - {""}
    return [
        patch for patch in patches if patch.key not in stale and on_which(patch.key)[0] not in dates
    ]


def moved_base(base: Base, moves: Mapping[str, tuple[Json, Json]]) -> dict[str, tuple[Json, Json]]:
    """`base` with `moves` laid over it; a property absent on both sides is forgotten."""
    merged = {**base, **moves}
    return {key: pair for key, pair in merged.items() if pair != (None, None)}


def patched_base(base: Base, applied: Sequence[LocalPatch]) -> dict[str, tuple[Json, Json]]:
    """`base` after these patches were applied here."""
    return moved_base(base, {patch.key: (patch.new, patch.theirs) for patch in applied})
