"""How fast an account, or a whole project, may write: a bucket of writes that fills with time.

Google counts over a sliding minute (contract of Google, §9.1), so a bucket of `burst` writes that
gets `a_minute` new ones a minute lets through at most the sum of both in any minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Writes at once, and writes a minute after that."""

    burst: int
    a_minute: int

    @property
    def step(self) -> timedelta:
        """From one write to the next."""
        return timedelta(minutes=1) / self.a_minute


@dataclass(slots=True)
class Pace:
    """The bucket of one account during a run; without a rate it never empties.

    `full_at`: when it is full again; None: it is. `taken`: writes of this run.
    """

    rate: Rate | None = None
    full_at: datetime | None = None
    taken: int = 0

    def free(self, now: datetime) -> int:
        """Writes that may be made now."""
        if self.rate is None:
            return ENDLESS
        missing = max(timedelta(), (self.full_at or now) - now)
        return max(0, self.rate.burst - math.ceil(missing / self.rate.step))

    def take(self, count: int, now: datetime) -> None:
        """More than is free is owed: one write of a series may need many requests."""
        self.taken += count
        if self.rate:
            self.full_at = max(self.full_at or now, now) + count * self.rate.step
