"""The shapes of what is a person's own on an event; no guest sees it."""

from dataclasses import dataclass
from typing import Annotated

from calendar_sync.actions.own_copy import (
    LONGEST_CATEGORY,
    LONGEST_LEAD,
    MOST_ALARMS,
    MOST_CATEGORIES,
)
from calendar_sync.controllers.api.kinds import Listed, Nullable, Number, Text, Word
from calendar_sync.controllers.api.shapes import shape_of
from calendar_sync.engine.event import COLOURS, AlarmAction, Availability, Classification

ShowAs = Annotated[str, Word.of(Availability), "As what it shows; all but free block time."]
Privacy = Annotated[str, Word.of(Classification)]
Colour = Annotated[
    str | None,
    Nullable(Word(COLOURS)),
    "The caller's own, a name of CSS (RFC 7986 §5.9); null: as his calendar.",
]
AnyColour = Annotated[str | None, "As it is set, or by another program."]


@dataclass(frozen=True)
class Alarm:
    """A reminder (RFC 5545 §3.6.6)."""

    minutes: Annotated[int, Number(-LONGEST_LEAD, LONGEST_LEAD), "Before the start."]
    action: Annotated[str, Word.of(AlarmAction)] = AlarmAction.DISPLAY.value


Alarms = Annotated[
    tuple[Alarm, ...] | None,
    Nullable(Listed(shape_of(Alarm), MOST_ALARMS)),
    "The caller's own; none: no reminder; null: as his calendar does by default.",
]
AnyAlarms = Annotated[tuple[Alarm, ...] | None, "As they are set, or by another program."]
Categories = Annotated[
    tuple[str, ...],
    Listed(Text(LONGEST_CATEGORY), MOST_CATEGORIES),
    "The caller's own; all of them.",
]


@dataclass(frozen=True)
class OtherCalendar:
    """Which of a person's calendars an event goes to."""

    calendar: Annotated[int, Number(1), "One of `/calendars` that is kept in step, by its id."]
