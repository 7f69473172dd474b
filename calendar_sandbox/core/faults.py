"""Failures armed beforehand: throttling, lost answers, broken connections."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

FaultKind = Literal[
    "401", "403-rate", "404-empty", "409", "410", "412", "429", "500", "503", "503-empty", "504",
    "quota", "html", "content-type", "clock-jump", "reset", "slow", "truncated",
]  # fmt: skip
KINDS: tuple[FaultKind, ...] = (
    "401", "403-rate", "404-empty", "409", "410", "412", "429", "500", "503", "503-empty", "504",
    "quota", "html", "content-type", "clock-jump", "reset", "slow", "truncated",
)  # fmt: skip
WIRE_KINDS = ("html", "content-type", "reset", "slow", "truncated")
WITH_RETRY_AFTER = ("403-rate", "429", "503", "503-empty")


@dataclass
class Fault:
    route: str
    """`*` glob over "METHOD /path", e.g. `POST /google/*` or `*/token`."""
    kind: FaultKind
    when: Literal["before", "after"] = "before"
    """Whether the request takes effect before the answer is lost."""
    count: int = 1
    """How many requests it still hits; -1: until disarmed."""
    person: str | None = None
    skip: int = 0
    """How many matching requests pass first."""
    retry_after: int | None = None
    """Seconds; sent with 429 and 503 as `Retry-After`, which is missing without it."""
    seconds: float = 0.0
    """How long `slow` keeps the answer; how far `clock-jump` turns the clock, back if negative."""

    def matches(self, method: str, path: str, person: str | None) -> bool:
        return (
            self.count != 0
            and self.person in (None, person)
            and fnmatchcase(f"{method} {path}", self.route)
        )


class Faults:
    def __init__(self) -> None:
        self.armed: list[Fault] = []

    def arm(
        self,
        route: str,
        kind: FaultKind,
        *,
        when: Literal["before", "after"] = "before",
        count: int = 1,
        person: str | None = None,
        skip: int = 0,
        retry_after: int | None = None,
        seconds: float = 0.0,
    ) -> Fault:
        """Lets the next `count` requests that match fail in this way.

        Raises ValueError: an unknown kind, or a negative wait.
        """
        if kind not in KINDS or when not in ("before", "after"):
            raise ValueError(f"no fault {kind!r} {when!r}; kinds: {', '.join(KINDS)}")
        if seconds < 0 and kind != "clock-jump":
            raise ValueError(f"{kind} cannot wait {seconds} seconds")
        fault = Fault(route, kind, when, count, person, skip, retry_after, seconds)
        self.armed.append(fault)
        return fault

    def take(
        self, method: str, path: str, person: str | None, *, part: bool = False
    ) -> Fault | None:
        """The fault that hits this request, counted down.

        `part`: a call inside a batch; what strikes whole connections passes it by.
        """
        for fault in self.armed:
            if part and fault.kind in WIRE_KINDS:
                continue
            if fault.matches(method, path, person):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.count -= 1
                return fault
        return None

    def clear(self) -> None:
        self.armed.clear()
