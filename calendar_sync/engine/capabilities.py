"""What a side of a synchronization can do and hold, as data."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .event import AlarmAction, Availability, Classification, ConferenceKind, UserType
from .properties import ALARMS, ATTENDEE, FAMILIES, NOTHING, Json, Properties, family, on_which

AVAILABILITIES = frozenset(each.value for each in Availability)
CLASSIFICATIONS = frozenset(each.value for each in Classification)
USER_TYPES = frozenset(each.value for each in UserType)


@dataclass(frozen=True, slots=True)
class AlarmLimits:
    """Which alarms of an event a side can show: the first `most` of those it has a word for."""

    most: int
    longest: int  # minutes before the start; alarms after it are never shown
    actions: frozenset[str] = frozenset(each.value for each in AlarmAction)

    def shown(self, alarms: list[Any]) -> list[Json]:
        possible: list[Json] = [
            [minutes, action]
            for minutes, action in sorted(alarms)
            if 0 <= minutes <= self.longest and action in self.actions
        ]
        return possible[: self.most]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Of a remote collection. Properties are told by their family (`properties.family`)."""

    batch_size: int
    silent_writes: bool  # can guests be left unmailed on request?
    silent: frozenset[str] = frozenset()  # writing these never mails anybody
    leaves_dates_out: bool = False  # a new series is made without its cancelled dates
    tells_only_changed_guests: bool = False  # a write of guests alone mails only added and removed
    absence_is_proof: bool = False  # tombstones and complete listings need no second look
    keys_are_hrefs: bool = False  # the creation key becomes the href
    most_writes: int = sys.maxsize  # that it takes now
    window: tuple[datetime, datetime] | None = None  # a complete listing covers only this
    holds: frozenset[str] = FAMILIES  # the rest stays here
    availabilities: frozenset[str] = AVAILABILITIES  # the rest shows as free or busy
    classifications: frozenset[str] = CLASSIFICATIONS  # the rest shows as the calendar's own
    marks_called_off: bool = True  # a date the organizer called off, for those who had it
    guests_may_modify: bool = False  # in their own copy, where the organizer allows it
    colours: frozenset[str] | None = None  # the rest shows as none; None: any
    alarms: AlarmLimits | None = None  # the rest is not shown there; None: any
    user_types: frozenset[str] = USER_TYPES  # of guests; the rest shows as persons

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
        if name == "classification" and value in CLASSIFICATIONS - self.classifications:
            return Classification.DEFAULT.value
        if name == "colour" and self.colours is not None and value not in self.colours:
            return NOTHING if value == NOTHING else None
        if name == ALARMS and self.alarms and isinstance(value, list):
            return self.alarms.shown(value)
        if name == "conference" and isinstance(value, list):
            return None if value[0] == ConferenceKind.REFUSED.value else value
        if (
            name.startswith(ATTENDEE)
            and isinstance(value, list)
            and value[2] not in self.user_types
        ):
            return [*value[:2], UserType.INDIVIDUAL.value]
        return value

    def projection(self, values: Properties) -> dict[str, Json]:
        return {key: self.projected(key, value) for key, value in values.items()}

    def lifted(self, key: str, ours: Json, theirs: Json) -> Json:
        """Our value once theirs comes in: what could not be shown there stays ours.

        That are alarms, and that a guest is a list of people.
        """
        name = on_which(key)[1] or key
        if name.startswith(ATTENDEE) and isinstance(ours, list) and isinstance(theirs, list):
            unsaid = ours[2] not in self.user_types and theirs[2] == UserType.INDIVIDUAL.value
            return [*theirs[:2], ours[2]] if unsaid else theirs
        is_alarms = name == ALARMS
        if not (is_alarms and isinstance(ours, list) and isinstance(theirs, list)):
            return theirs
        shown = self.projected(key, ours)
        hidden = [alarm for alarm in ours if isinstance(shown, list) and alarm not in shown]
        return sorted([*theirs, *(alarm for alarm in hidden if alarm not in theirs)])


EVERYTHING = Capabilities(batch_size=1, silent_writes=True)
"""A side like ours, in what it holds."""
