"""What is a person's own on a copy in Outlook: reminder and categories, both ways (contract §3.1).

Outlook has one reminder, which shows; it has no words for others, which stay here, and none for
*as the calendar does*: that is written as the reminder Outlook gives to every new event.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ...engine.capabilities import AlarmLimits
from ...engine.event import Alarm, AlarmAction
from ...engine.properties import ALARMS, CATEGORY, Properties, alarms_of
from . import wire

LIMITS = AlarmLimits(most=1, longest=2**31 - 1, actions=frozenset({AlarmAction.DISPLAY.value}))

USUAL = 15
"""Minutes; what an event gets that says nothing of a reminder."""


def alarms(item: wire.Event) -> tuple[Alarm, ...] | None:
    """None where the item does not say; one that is off keeps its minutes."""
    on, minutes = item.get("isReminderOn"), item.get("reminderMinutesBeforeStart")
    if on is None:
        return None
    return (Alarm(USUAL if minutes is None else minutes),) if on else ()


def categories(item: wire.Event) -> tuple[str, ...]:
    return tuple(sorted(set(filter(None, item.get("categories") or ()))))


def body(keys: Collection[str], values: Properties) -> dict[str, Any]:
    """The fields for the changed properties of this kind. Categories are one field: all or none."""
    written: dict[str, Any] = {}
    if ALARMS in keys:
        own = alarms_of(values.get(ALARMS))
        shown = (Alarm(USUAL),) if own is None else own
        written["isReminderOn"] = bool(shown)
        if shown:
            written["reminderMinutesBeforeStart"] = shown[0].minutes
    if any(key.startswith(CATEGORY) for key in keys):
        written["categories"] = sorted(
            key.removeprefix(CATEGORY) for key in values if key.startswith(CATEGORY) and values[key]
        )
    return written
