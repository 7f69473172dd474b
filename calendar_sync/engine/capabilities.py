"""What a side of a synchronization can do and hold, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .event import Availability
from .properties import FAMILIES, Json, family, on_which

AVAILABILITIES = frozenset(each.value for each in Availability)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Of a remote collection. Properties are told by their family (`properties.family`)."""

    batch_size: int
    silent_writes: bool  # can guests be left unmailed on request?
    silent: frozenset[str] = frozenset()  # writing these never mails anybody
    tells_only_changed_guests: bool = False  # a write of guests alone mails only added and removed
    absence_is_proof: bool = False  # tombstones and complete listings need no second look
    keys_are_hrefs: bool = False  # the creation key becomes the href
    window: tuple[datetime, datetime] | None = None  # a complete listing covers only this
    holds: frozenset[str] = FAMILIES  # the rest stays here
    availabilities: frozenset[str] = AVAILABILITIES  # the rest shows as free or busy
    guests_may_modify: bool = False  # in their own copy, where the organizer allows it

    def can_hold(self, key: str) -> bool:
        return family(key) in self.holds

    def is_silent(self, key: str) -> bool:
        return family(key) in self.silent

    def projected(self, key: str, value: Json) -> Json:
        """What is left of our value there; sides are compared by that."""
        name = on_which(key)[1] or key
        if not self.can_hold(key):
            return None
        if name == "availability" and value in AVAILABILITIES - self.availabilities:
            return Availability.BUSY.value
        return value


EVERYTHING = Capabilities(batch_size=1, silent_writes=True)
"""A side like ours, in what it holds."""
