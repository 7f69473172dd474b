"""How a pairing is kept in step: the choices of its owner."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    conflict: ConflictRule = ConflictRule.NEWEST
    direction: Direction = Direction.BOTH
    most_writes: int = 200
    most_mails: int = 200  # recipients per run
