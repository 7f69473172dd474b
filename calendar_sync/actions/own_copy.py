"""What is a person's own on an event, as typed: reminders, colour, categories."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.engine.event import COLOURS, Alarm
from calendar_sync.engine.properties import ALARMS, CATEGORY, Json, Properties, object_of, on_which
from calendar_sync.models import Entry

MOST_ALARMS = 5
LONGEST_LEAD = 40_320
"""Minutes; both as Google has it (four weeks)."""
MOST_CATEGORIES = 25
LONGEST_CATEGORY = 255
RECENT = 1000
"""How many of a person's events are looked through for the categories he uses."""


def read_own(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Json]:
    """Properties for the fields given; `errors` gets a text for every wrong one.

    `alarms` are Alarms, or None: as the calendar does by default. `categories` name all of them.
    """
    found: dict[str, Json] = {}
    if "alarms" in values:
        found[ALARMS] = _alarms(values["alarms"], errors)
    if "colour" in values:
        found["colour"] = str(values["colour"] or "")
        if found["colour"] not in {"", *COLOURS}:
            errors["colour"] = f"Choose one of {', '.join(sorted(COLOURS))}, or none."
    if "categories" in values:
        found |= _categories(values["categories"], errors)
    return found


def own_values(shown: Properties) -> dict[str, Any]:
    """As the viewer has them on an event, or on one of its dates."""
    own = object_of("", shown).event
    return {
        "availability": own.availability.value,
        "classification": own.classification.value,
        "alarms": own.alarms,
        "categories": own.categories,
        "colour": own.colour,
    }


def used_categories(user: User) -> list[str]:
    """What the person has called his events lately, in order."""
    mine = Entry.objects.alive().filter(calendar__owner=user.pk)
    recent = mine.order_by("-updated_at", "pk").values_list("personal", flat=True)[:RECENT]
    names = {on_which(key)[1] for personal in recent for key in personal}
    found = {name.removeprefix(CATEGORY) for name in names if name.startswith(CATEGORY)}
    return sorted(found, key=str.casefold)


def _alarms(alarms: tuple[Alarm, ...] | None, errors: dict[str, str]) -> Json:
    if alarms is None:
        return None
    if len(set(alarms)) > MOST_ALARMS:
        errors["alarms"] = f"An event may have up to {MOST_ALARMS} reminders."
    if any(abs(alarm.minutes) > LONGEST_LEAD for alarm in alarms):
        errors["alarms"] = "Reminders may come up to 4 weeks before."
    return [[alarm.minutes, alarm.action.value] for alarm in sorted(set(alarms))]


def _categories(names: tuple[str, ...], errors: dict[str, str]) -> dict[str, Json]:
    """The first spelling of each: case tells no categories apart, in Outlook neither."""
    unique: dict[str, str] = {}
    for name in (" ".join(name.replace("\0", "").split()) for name in names):
        if name:
            unique.setdefault(name.casefold(), name)
    if any(len(name) > LONGEST_CATEGORY for name in unique.values()):
        errors["categories"] = f"Categories may have up to {LONGEST_CATEGORY} characters."
    if len(unique) > MOST_CATEGORIES:
        errors["categories"] = f"An event may have up to {MOST_CATEGORIES} categories."
    return {CATEGORY + name: True for name in unique.values()}
