"""What is shown of an event where not everything may be seen. Pure.

Of private events a pairing may keep only the time in step. What is masked is outside the
comparison: it stays where it is, on either side, and is neither overwritten nor lost.

A mirror is a copy of a person's event in another of his calendars, so that he is seen to be busy
there. It never has guests, an organizer or a room to join, and nobody else sees what it says.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from .event import Availability, Classification, PartStat, Status
from .filters import PRIVATE
from .policy import PrivateEvents
from .properties import (
    ANSWER,
    AT,
    CANCELLED,
    Json,
    Properties,
    addresses,
    family,
    is_whole_date,
    on_which,
)

Base = Mapping[str, tuple[Json, Json]]
Value = TypeVar("Value")

BUSY = "Busy"
"""The title of what only its time is shown of."""

FREE = Availability.FREE.value
UNDECIDED = Availability.TENTATIVE.value
DECLINED = PartStat.DECLINED.value
TIMES = frozenset({"when", "recurrence"})
UNMASKED = TIMES | {"status", "availability", "classification", "alarms", "special"}
"""Families of a private event that are kept in step all the same."""

DETAILS = TIMES | {"summary", "description", "location", "availability"}


def is_masked(private: PrivateEvents, base: Base, ours: Properties, theirs: Properties) -> bool:
    """Whether only the time of this event is kept in step.

    Whoever made it private or public last says so. What has guests here is a meeting that others
    know, and is none: its provider has to invite them.
    """
    if private is not PrivateEvents.BUSY or addresses(ours):
        return False
    key = "classification"
    here = ours.get(key) if ours else None
    changed_here = bool(ours) and here != base.get(key, (None, None))[0]
    said = here if changed_here or not theirs else theirs.get(key)
    return said in PRIVATE


def unmasked(values: Mapping[str, Value]) -> dict[str, Value]:
    """What of a flat map, or of a base, is compared although the event is masked."""
    return {key: value for key, value in values.items() if family(key) in UNMASKED}


def seen_first(
    private: PrivateEvents, theirs: Properties
) -> tuple[dict[str, Json], dict[str, tuple[Json, Json]]]:
    """What is made here of something new there, and the base of it."""
    if not is_masked(private, {}, {}, theirs):
        return dict(theirs), {key: (value, value) for key, value in theirs.items()}
    base = {key: (value, value) for key, value in unmasked(theirs).items()}
    return as_busy(theirs), {**base, "summary": (BUSY, None)}


def as_busy(values: Properties) -> dict[str, Json]:
    """What the side that may not see it gets of a masked event."""
    return {**unmasked(values), "summary": BUSY}


def compared(
    private: PrivateEvents, base: Base, ours: Properties, theirs: Properties
) -> tuple[Base, Properties, Properties]:
    """Base and both sides, as far as they are compared."""
    if not is_masked(private, base, ours, theirs):
        return base, ours, theirs
    return unmasked(base), unmasked(ours), unmasked(theirs)


class Mirror(str, Enum):
    """What a calendar shows of its person's other calendars."""

    OFF = "off"
    BUSY = "busy"
    FULL = "full"


SHOWN: Mapping[Mirror, frozenset[str]] = {
    Mirror.OFF: frozenset(),
    Mirror.BUSY: TIMES,
    Mirror.FULL: DETAILS,
}
"""The families of properties that a mirror has from its event; the rest is the same for all."""


class Edits(str, Enum):
    """What becomes of content that its person edits at the mirror."""

    TAKEN = "taken"  # it is his own event, and nobody else is concerned
    ASKED = "asked"  # guests would have to know: he decides
    PUT_BACK = "put-back"  # it is somebody else's: the time is put back, texts stay there


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What one mirror shows, and what is taken from it."""

    mode: Mirror
    edits: Edits

    def takes(self, key: str) -> bool:
        """Whether a change of `key` at the mirror is looked at; what is left out there is not."""
        shown = SHOWN[self.mode] if self.edits is not Edits.PUT_BACK else _OF_OTHERS[self.mode]
        return family(key) in shown and not is_whole_date(key)

    def asks(self, key: str) -> bool:
        return self.edits is Edits.ASKED and self._is_content(key)

    def puts_back(self, key: str) -> bool:
        return self.edits is Edits.PUT_BACK and self._is_content(key)

    def _is_content(self, key: str) -> bool:
        return family(key) != "availability"


_OF_OTHERS = {
    Mirror.OFF: frozenset[str](),
    Mirror.BUSY: TIMES,
    Mirror.FULL: TIMES | {"availability"},
}


def mirrored(
    values: Properties, mode: Mirror, owner: Container[str], *, is_own: bool
) -> dict[str, Json] | None:
    """The flat map of the mirror of an event; None: there is nothing to be shown.

    `owner` are the person's addresses: what he declined is not shown, nor, where only *busy* is,
    what leaves him free; of a series, those dates. `is_own`: he organizes it.
    """
    if mode is Mirror.OFF or _is_hidden(values, values, mode, owner):
        return None
    dates: dict[str, dict[str, Json]] = {}
    for key, value in values.items():
        date, name = on_which(key)
        if date:
            dates.setdefault(date, {})[name] = value
    hidden = {
        date
        for date, said in dates.items()
        if said.get("") == CANCELLED or _is_hidden({**values, **said}, said, mode, owner)
    }
    shown: dict[str, Json] = {}
    for key, value in values.items():
        date, name = on_which(key)
        if family(key) in SHOWN[mode] and date not in hidden and (name or not date):
            shown[key] = _decided(value) if name == "availability" and not is_own else value
    shown |= dict.fromkeys((AT + date for date in hidden), CANCELLED)
    return shown | _same_for_all(mode)


def _same_for_all(mode: Mirror) -> dict[str, Json]:
    """It reminds nobody: the event itself does."""
    said: dict[str, Json] = {
        "status": Status.CONFIRMED.value,
        "classification": Classification.PRIVATE.value,
        "alarms": [],
    }
    if mode is Mirror.BUSY:
        said |= {"summary": BUSY, "availability": Availability.BUSY.value}
    return said


def _is_hidden(values: Properties, own: Properties, mode: Mirror, owner: Container[str]) -> bool:
    """`own` is what is said of this very date."""
    answers = [
        value
        for key, value in own.items()
        if key.startswith(ANSWER) and key.removeprefix(ANSWER) in owner
    ]
    if any(isinstance(answer, list) and answer[0] == DECLINED for answer in answers):
        return True
    return mode is Mirror.BUSY and values.get("availability") == FREE


def _decided(availability: Json) -> Json:
    """An invitation without answer shows as tentative, which nobody chose."""
    return Availability.BUSY.value if availability == UNDECIDED else availability
