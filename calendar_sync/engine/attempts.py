"""Open attempts: writes of which only the evidence is left. Pure.

An attempt is stored before its write is made (DESIGN §5.4). If its outcome was lost, the next run
reads the object again: what equals the values sent was written by us and becomes base.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .capabilities import Capabilities
from .equivalence import equivalent
from .pending import Action, Attempt
from .properties import ALARMS, Json, Properties, family, on_which
from .sync import Base, Link

FRESH = timedelta(minutes=10)
"""How long a provider may show an older state than our own write (Graph contract Q15)."""

NEVER: tuple[Json, Json] = (None, None)
UNKNOWN: Json = {"unknown": True}
"""In a base: the side held our value once, its spelling was never seen."""


def proven_base(attempt: Attempt, base: Base, theirs: Properties, side: Capabilities) -> Base:
    """Moves of `base` that the sight of `theirs` proves about a lost write.

    A patched property that shows neither the value sent nor the old one is left to the merge:
    nobody can tell whether our write was refused or overwritten, so it is a conflict. A provider
    makes a series first and then its dates that differ: one that is not there has yet to be sent.
    """
    if attempt.action is Action.DELETE:
        return {}
    moves: dict[str, tuple[Json, Json]] = {}
    for key, sent in attempt.sent.items():
        now_there = theirs.get(key)
        if equivalent(key, side.projected(key, sent), now_there):
            moves[key] = (base.get(key, NEVER)[0] if attempt.ours_stay else sent, now_there)
        elif attempt.action is Action.CREATE and (now_there is not None or not on_which(key)[0]):
            # made by us, changed there since: theirs is the news
            moves[key] = (sent, UNKNOWN)
    if attempt.action is Action.CREATE:  # reminders that the calendar adds are nobody's wish
        added = [key for key in theirs if family(key) == ALARMS and key not in attempt.sent]
        moves |= {key: (None, theirs[key]) for key in added}
    return moves


def may_repeat(attempt: Attempt, now: datetime) -> bool:
    """Whether the recorded body may be sent once more under its key."""
    return not attempt.burnt and now - attempt.at < FRESH


def is_fresh(link: Link, now: datetime) -> bool:
    """Whether an own write is so recent that not finding the object proves nothing."""
    return link.attempt is not None and now - link.attempt.at < FRESH
