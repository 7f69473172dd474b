"""How a pairing is kept in step: the choices of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Side(str, Enum):
    HERE = "here"
    THERE = "there"


class ConflictRule(str, Enum):  # who wins when both sides changed the same property
    NEWEST = "newest"
    THEIRS = "theirs"
    OURS = "ours"
    ASK = "ask"


class Direction(str, Enum):  # of a pairing
    BOTH = "both"
    FROM_PROVIDER = "from-provider"  # nothing is ever written there
    TO_PROVIDER = "to-provider"  # nothing that happens there changes anything here


class RemovedThere(str, Enum):  # what was born here and is removed at the provider
    FOLLOW = "follow"  # is removed here as well
    KEEP = "keep"  # stays here, and is no longer kept in step
    ASK = "ask"


class PrivateEvents(str, Enum):  # CLASS PRIVATE and CONFIDENTIAL
    FULL = "full"  # as any other
    BUSY = "busy"  # only their time, as "Busy" (`engine.masks`)
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events are kept in step, both ways; by themselves all (`engine.filters`).

    `categories`, `titles` (patterns) and `kinds` are those left out. Where there are `only_…`, an
    event needs one of these categories, and a title like one of these.
    """

    start: date | None = None  # what ends before it is left out
    private: PrivateEvents = PrivateEvents.FULL
    skip_free: bool = False
    skip_declined: bool = False
    categories: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    only_categories: frozenset[str] = frozenset()
    only_titles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    conflict: ConflictRule = ConflictRule.NEWEST
    direction: Direction = Direction.BOTH
    most_writes: int = 200
    most_mails: int = 200  # recipients per run
    most_mails_a_day: int = 1000
    filters: Filters = Filters()
    arriving_kind: str = ""  # of events made there; "": the usual one
    outside_guests: bool = True  # send those who are no users of ours
    guests_become: str = ""  # a kind of contact made of guests nobody knows; "": none
    removed: RemovedThere = RemovedThere.FOLLOW
