"""Properties of the engine in words: their names, and their values as a person reads them."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from calendar_sync.actions.meeting_links import shown
from calendar_sync.controllers import dates
from calendar_sync.controllers.event_words import ANSWERS, IMPORTANCES
from calendar_sync.controllers.own_words import (
    AVAILABILITIES,
    PRIVACIES,
    colour_word,
    reminder_words,
)
from calendar_sync.engine.equivalence import plain_text
from calendar_sync.engine.event import when_from_text
from calendar_sync.engine.properties import (
    ALARMS,
    ANSWER,
    ATTENDEE,
    CATEGORY,
    PROPOSAL,
    Json,
    alarms_of,
    on_which,
)

NAMES = {
    "when": "time",
    "summary": "title",
    "location": "place",
    "availability": "show as",
    "conference": "meeting link",
    "classification": "privacy",
    "recurrence": "repetition",
    "guests-modify": "whether guests may change it",
    "guests-invite": "whether guests may invite",
    "guests-see": "whether guests see each other",
    "guests-propose": "whether guests may propose a time",
    "guests-answer": "whether guests are asked to answer",
    "special": "type",
    "declining": "declined invitations",
    "chat-status": "chat",
    "workplace": "working location",
    "alarms": "reminders",
}
NOTHING = "nothing"
LONGEST = 500


def property_name(key: str) -> str:
    """`title`, `guest eva@client.example`, `title on Thu 3 Dec 2026`."""
    day, name = on_which(key)
    if day:
        shown = dates.day(_day(day), date.min)
        return f"{property_name(name)} on {shown}" if name else shown
    if key.startswith(ATTENDEE):
        return f"guest {key.removeprefix(ATTENDEE)}"
    if key.startswith(CATEGORY):
        return f"category {key.removeprefix(CATEGORY)}"
    if key.startswith(ANSWER):
        return f"answer of {key.removeprefix(ANSWER)}"
    if key.startswith(PROPOSAL):
        return f"time proposed by {key.removeprefix(PROPOSAL)}"
    return NAMES.get(key, key.partition(":")[0])


def in_words(question: str, values: Mapping[str, Json], zone: ZoneInfo, today: date) -> str:
    """What one side says to a question: one value, or everything about a date."""
    day, name = on_which(question)
    if not day or name:
        return _value(name or question, values.get(question), zone, today)
    parts = [
        f"{property_name(on_which(key)[1])}: {_value(on_which(key)[1], value, zone, today)}"
        for key, value in sorted(values.items())
        if key != question
    ]
    return "does not take place" if values.get(question) else "; ".join(parts) or "takes place"


def _value(name: str, value: Json, zone: ZoneInfo, today: date) -> str:
    if name == ALARMS:
        return reminder_words(alarms_of(value)) or "as the calendar does by default"
    if name.startswith(CATEGORY):
        return "set" if value else NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "importance":
        return dict(IMPORTANCES)[str(value or "normal")]
    if value in (None, "", []):
        return NOTHING
    if name == "colour":
        return colour_word(str(value))
    if (name == "when" or name.startswith(PROPOSAL)) and isinstance(value, list):
        start, end = (when_from_text(text) for text in value)
        return dates.when(start, end, zone, today)
    if name == "description":
        return plain_text(str(value))[:LONGEST] or NOTHING
    if name == "conference":
        link = shown(value)
        return link.url or link.label or NOTHING
    if name.startswith(ATTENDEE):
        return "invited"
    if name.startswith(ANSWER) and isinstance(value, list):
        return ANSWERS.get(value[0], ("", str(value[0]), ""))[1]
    words = {"availability": dict(AVAILABILITIES), "classification": dict(PRIVACIES)}.get(name, {})
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words.get(text, text)[:LONGEST]


def _day(name: str) -> date:
    return datetime.strptime(name[:8], "%Y%m%d").date()  # noqa: DTZ007 -- the name of a date
