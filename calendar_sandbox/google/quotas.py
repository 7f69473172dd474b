"""Limits beyond calls per minute and user (contract 9.1)."""

from collections import deque
from datetime import datetime, timedelta

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.knobs import Knobs

from .errors import ApiError, rate_exceeded

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Quotas:
    """Whatever was spent stays spent: a deletion gives nothing back."""

    def __init__(self, clock: Clock, knobs: Knobs) -> None:
        self._clock = clock
        self._knobs = knobs
        self._spent: dict[tuple[str, str], deque[tuple[datetime, int]]] = {}
        self._sums: dict[tuple[str, str], int] = {}

    def room(self, knob: str, whose: str, window: timedelta) -> int | None:
        """What is left; None: there is no limit."""
        limit = self._knobs.number(knob)
        if not limit:
            return None
        key = (knob, whose)
        entries, oldest = self._spent.setdefault(key, deque()), self._clock.now() - window
        while entries and entries[0][0] <= oldest:
            self._sums[key] -= entries.popleft()[1]
        return max(limit - self._sums.get(key, 0), 0)

    def spend(self, knob: str, whose: str, window: timedelta, amount: int = 1) -> bool:
        """Whether there was room for it; else nothing is spent."""
        left = self.room(knob, whose, window)
        if left is None or not amount:
            return True
        if left < amount:
            return False
        key = (knob, whose)
        self._spent[key].append((self._clock.now(), amount))
        self._sums[key] = self._sums.get(key, 0) + amount
        return True

    def call(self, client_id: str) -> None:
        """Of everybody together. Raises ApiError 403 or 429."""
        if not self.spend("google.project_requests_per_minute", client_id, MINUTE):
            raise rate_exceeded(self._knobs.number("google.quota_status"))

    def write(self, calendar_id: str) -> None:
        if not self.spend("google.calendar_writes_per_minute", calendar_id, MINUTE):
            raise rate_exceeded(self._knobs.number("google.quota_status"))

    def create(self, email: str) -> None:
        if not self.spend("google.events_created", email, DAY):
            raise quota_exceeded()

    def calendar(self, email: str) -> None:
        if not self.spend("google.calendars_created", email, DAY):
            raise quota_exceeded()

    def invite(self, email: str, outside: int) -> None:
        if not self.spend("google.outside_invitations", email, DAY, outside):
            raise quota_exceeded()

    def mails(self, email: str, to: list[str]) -> list[str]:
        """Those who are mailed; the others are not, in silence."""
        left = self.room("google.guest_mails", email, DAY)
        chosen = to if left is None else to[:left]
        self.spend("google.guest_mails", email, DAY, len(chosen))
        return chosen


def quota_exceeded() -> ApiError:
    message = "Calendar usage limits exceeded."
    return ApiError(403, "quotaExceeded", message, domain="usageLimits")
