"""What is a person's own on an event, as people read it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.feed import EventDetail
from calendar_sync.actions.own_copy import LONGEST_CATEGORY, used_categories
from calendar_sync.controllers.own_form import NONE, OWN, UNITS, USUAL, OwnForm, alarm_text
from calendar_sync.engine.event import Alarm

AVAILABILITIES = (
    ("busy", "Busy"),
    ("free", "Free"),
    ("tentative", "Tentative"),
    ("out-of-office", "Out of office"),
    ("working-elsewhere", "Working elsewhere"),
)
PRIVACIES = (
    ("default", "Default privacy"),
    ("public", "Public"),
    ("private", "Private"),
    ("confidential", "Confidential"),
)
COLOURS = {
    "crimson": ("Tomato", 9),
    "orangered": ("Tangerine", 11),
    "lightcoral": ("Flamingo", 5),
    "gold": ("Banana", 2),
    "mediumseagreen": ("Sage", 4),
    "green": ("Basil", 8),
    "deepskyblue": ("Peacock", 12),
    "royalblue": ("Blueberry", 1),
    "mediumpurple": ("Lavender", 6),
    "darkorchid": ("Grape", 7),
    "dimgray": ("Graphite", 10),
}
"""By the name of CSS: what it is called, and the number of its class."""
REMINDERS = ((USUAL, "As my calendar does by default"), (NONE, "None"), (OWN, "My own"))
ACTIONS = (("display", "Notification"), ("email", "E-mail"))


def colour_class(name: str, otherwise: int) -> int:
    return COLOURS.get(name, ("", otherwise))[1]


def colour_word(name: str) -> str:
    """`Tomato`; a colour of another palette by its own name."""
    return COLOURS.get(name, (name, 0))[0]


def reminder_words(alarms: tuple[Alarm, ...] | None) -> str:
    """`30 minutes before, 1 day before by e-mail`; nothing where the calendar's own hold."""
    if alarms is None:
        return ""
    return ", ".join(map(_words, alarms)) or "No reminders"


def _words(alarm: Alarm) -> str:
    count, unit, action = alarm_text(Alarm(abs(alarm.minutes), alarm.action)).split()
    lead = f"{count} {unit[:-1] if count == '1' else unit}"
    when = f"{lead} {'before' if alarm.minutes > 0 else 'after the start'}"
    if not alarm.minutes:
        when = "At the start"
    return f"{when} by e-mail" if action == "email" else when


def own_facts(detail: EventDetail, colour: int) -> dict[str, Any]:
    """For the popover and the page of an event; `colour`: of the viewer, where it has none."""
    return {
        "reminders": reminder_words(detail.alarms),
        "categories": detail.categories,
        "colour": colour_class(detail.colour, colour),
        "colour_word": colour_word(detail.colour),
    }


def own_context(user: User, form: OwnForm) -> Mapping[str, Any]:
    """What the fields of a person's own are drawn with."""
    palette = [(name, word, number) for name, (word, number) in COLOURS.items()]
    if form.colour and form.colour not in COLOURS:
        palette.append((form.colour, form.colour, 0))
    return {
        "availabilities": AVAILABILITIES,
        "privacies": PRIVACIES,
        "reminder_choices": REMINDERS,
        "reminder_units": tuple(UNITS),
        "reminder_actions": ACTIONS,
        "palette": palette,
        "used_categories": used_categories(user),
        "longest_category": LONGEST_CATEGORY,
    }
