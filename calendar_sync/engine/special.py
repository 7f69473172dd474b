"""Events that are no meetings: what they are, and what belongs to their kind. Pure.

The words are neutral; only Google has such events by now (contract §4.8). In flat maps:

    special      what it is, as `Special`; absent: an event like any other
    declining    [mode, message]     which invitations are declined meanwhile
    chat-status  "available" or "do-not-disturb"
    workplace    [kind, label, building, floor, section, desk]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import Enum
from typing import Any


class Special(str, Enum):
    """What an event is, if it is no meeting."""

    OUT_OF_OFFICE = "out-of-office"
    FOCUS_TIME = "focus-time"
    WORKING_LOCATION = "working-location"
    BIRTHDAY = "birthday"
    FROM_MAIL = "from-mail"  # found in a mail by the provider: a flight, a reservation
    OTHER = "other"  # of a kind nobody has told us of


WRITABLE = frozenset({Special.OUT_OF_OFFICE, Special.FOCUS_TIME, Special.WORKING_LOCATION})
"""The others come from elsewhere, and are shown only."""

FAMILIES = frozenset({"special", "declining", "chat-status", "workplace"})


class DeclineMode(str, Enum):
    NONE = "none"
    ALL = "all"
    NEW = "new"  # not those that were there before


class WorkplaceKind(str, Enum):
    HOME = "home"
    OFFICE = "office"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Declining:
    """Invitations that fall into this time are answered with no."""

    mode: DeclineMode = DeclineMode.NONE
    message: str = ""


@dataclass(frozen=True, slots=True)
class Workplace:
    """From where somebody works; what stands after `label` is an office's."""

    kind: WorkplaceKind
    label: str = ""
    building: str = ""
    floor: str = ""
    section: str = ""
    desk: str = ""


def is_writable(values: Mapping[str, Any]) -> bool:
    """Whether what this flat map says may be changed at all."""
    kind = values.get("special")
    return kind is None or kind in {each.value for each in WRITABLE}


@dataclass(frozen=True, slots=True)
class Nature:
    """What an event is if it is special, and what belongs to that."""

    special: Special
    declining: Declining | None = None
    chat_status: str = ""
    workplace: Workplace | None = None


def flat(nature: Nature) -> dict[str, Any]:
    """As it stands in a flat map."""
    found: dict[str, Any] = {"special": nature.special.value}
    if nature.declining:
        found["declining"] = [nature.declining.mode.value, nature.declining.message]
    if nature.chat_status:
        found["chat-status"] = nature.chat_status
    if nature.workplace:
        kind, *place = astuple(nature.workplace)
        found["workplace"] = [kind.value, *place]
    return found


def nature_of(values: Mapping[str, Any]) -> Nature | None:
    """Inverse of `flat`; None for an event like any other. Raises ValueError."""
    if values.get("special") is None:
        return None
    declining, workplace = values.get("declining"), values.get("workplace")
    return Nature(
        Special(values["special"]),
        Declining(DeclineMode(declining[0]), str(declining[1])) if declining else None,
        str(values.get("chat-status") or ""),
        Workplace(WorkplaceKind(workplace[0]), *map(str, workplace[1:])) if workplace else None,
    )
