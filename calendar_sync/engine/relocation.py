"""What moved from one calendar of an account to another. Pure.

A provider tells it as a loss in one calendar and something new in the other, in any order. Taken
for what it is, the object keeps its link: an edit here follows it, and nobody takes a move for a
deletion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .event import Status
from .pending import LinkKey
from .sync import CopyRole, Href, LinkView, Resource


@dataclass(frozen=True, slots=True)
class Relocation:
    """The object of this link is at `href` of the calendar it moved to."""

    link: LinkKey
    href: Href


def relocations(
    lost: Sequence[Sequence[LinkView]], shown: Sequence[Sequence[Resource]]
) -> dict[int, list[Relocation]]:
    """Moves by the calendar they went to; calendars are positions in `lost` and `shown`.

    A UID that one calendar lost and exactly one other shows; whatever is less clear is none.
    """
    losses: dict[str, list[tuple[int, LinkView]]] = defaultdict(list)
    for calendar, views in enumerate(lost):
        for view in views:
            if view.role is CopyRole.MIRROR:
                continue  # wherever it is put, the event stays where it is
            for uid in view.uids | {view.link.uid}:
                losses[uid].append((calendar, view))
    arrivals: dict[str, list[tuple[int, Resource]]] = defaultdict(list)
    for calendar, resources in enumerate(shown):
        for resource in resources:
            alive = resource.object.event.status is not Status.CANCELLED
            if alive and resource.object.uid in losses:
                arrivals[resource.object.uid].append((calendar, resource))
    moves: dict[int, list[Relocation]] = defaultdict(list)
    for uid, found in arrivals.items():
        if len(found) == len(losses[uid]) == 1:
            ((source, view),), ((target, resource),) = losses[uid], found
            if source != target:
                moves[target].append(Relocation(view.link.key, resource.href))
    return dict(moves)
