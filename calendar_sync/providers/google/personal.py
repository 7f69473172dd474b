"""What is a person's own on a copy at Google: reminders and colour, both ways (§4.5, §11.5).

Both are per copy: no guest sees them, `updated` stands still, the ETag moves.
"""

from __future__ import annotations

from ...engine.capabilities import AlarmLimits
from ...engine.event import Alarm, AlarmAction
from ...engine.properties import ALARMS, Json, alarms_of
from .wire import EventBody, EventRow, Reminder, Reminders

LIMITS = AlarmLimits(most=5, longest=40_320)

_ACTIONS = {"popup": AlarmAction.DISPLAY, "email": AlarmAction.EMAIL}
_METHODS = {action: method for method, action in _ACTIONS.items()}

COLOURS = {
    "1": "mediumpurple",  # Lavender
    "2": "mediumseagreen",  # Sage
    "3": "darkorchid",  # Grape
    "4": "lightcoral",  # Flamingo
    "5": "gold",  # Banana
    "6": "orangered",  # Tangerine
    "7": "deepskyblue",  # Peacock
    "8": "dimgray",  # Graphite
    "9": "royalblue",  # Blueberry
    "10": "green",  # Basil
    "11": "crimson",  # Tomato
}
"""`colorId` and the name of CSS nearest to what Google's own pages show for it."""
_IDS = {name: number for number, name in COLOURS.items()}


def alarms(row: EventRow) -> tuple[Alarm, ...] | None:
    """None: as the calendar does by default. A kind nobody knows is left out.

    `overrides` is missing where there are none (contract §4.5).
    """
    said = row.get("reminders")
    if not said or said.get("useDefault"):
        return None
    found = {
        Alarm(each.get("minutes", 0), _ACTIONS[method])
        for each in said.get("overrides", ())
        if (method := each.get("method", "")) in _ACTIONS
    }
    return tuple(sorted(found))


def colour(row: EventRow) -> str:
    """A name of CSS; empty for the calendar's own, and for an id that is not in the palette.

    Such an id stays as it is: only what changes is written.
    """
    return COLOURS.get(row.get("colorId") or "", "")


def put(body: EventBody, key: str, value: Json) -> None:
    """The field for a changed property of this kind; others are left alone."""
    if key == ALARMS:
        body["reminders"] = _reminders(value)
    elif key == "colour":
        body["colorId"] = _IDS.get(str(value))


def _reminders(value: Json) -> Reminders:
    """Both keys always: nobody says whether a patch replaces the object (contract §4.5)."""
    own = alarms_of(value)
    shown: list[Reminder] = [
        {"method": _METHODS[alarm.action], "minutes": alarm.minutes} for alarm in own or ()
    ]
    return {"useDefault": own is None, "overrides": shown}
