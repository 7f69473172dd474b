"""What a person typed about an event, checked and turned into the engine's properties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.invitations import Guest, read_guests
from calendar_sync.actions.meeting_links import chosen
from calendar_sync.actions.own_copy import read_own
from calendar_sync.actions.special_drafts import checked_special
from calendar_sync.engine.event import (
    Alarm,
    Availability,
    Classification,
    Importance,
    When,
    instant,
    when_to_text,
)
from calendar_sync.engine.properties import Json, Properties, addresses
from calendar_sync.engine.rights import USUAL, said
from calendar_sync.engine.special import DeclineMode, WorkplaceKind
from calendar_sync.security.markup import harmless

LONGEST_TITLE = 1000
LONGEST_TEXT = 100_000
YEARS = range(1900, 2200)


@dataclass(frozen=True)
class EventDraft:
    """An event as typed. `end` is exclusive; dates mean all day, aware times a zone's clock."""

    start: When
    end: When
    summary: str = ""
    description: str = ""
    location: str = ""
    availability: str = Availability.BUSY.value
    classification: str = Classification.DEFAULT.value
    importance: str = Importance.NORMAL.value
    guests: tuple[Guest, ...] = field(default=())
    recurrence: tuple[str, ...] = ()  # RRULE lines
    kind: str = ""  # `EventKind.key`
    kept_apart: bool = False  # from every provider
    meeting_link: str = ""  # as `meeting_links.chosen` takes it
    guests_modify: bool = False
    guests_invite: bool = True
    guests_see: bool = True
    guests_propose: bool = True
    guests_answer: bool = True
    special: str = ""  # what is no meeting: `engine.special`, with what belongs to it
    decline: str = DeclineMode.NONE.value
    decline_message: str = ""
    chat_status: str = ""
    workplace: str = WorkplaceKind.HOME.value
    workplace_label: str = ""
    alarms: tuple[Alarm, ...] | None = None  # None: as the calendar does by default
    colour: str = ""
    categories: tuple[str, ...] = ()


WORDS: Mapping[str, type[Enum]] = {
    "availability": Availability,
    "classification": Classification,
    "importance": Importance,
}
FIELDS = frozenset(EventDraft.__dataclass_fields__)


RIGHTS = {key.replace("-", "_"): key for key in USUAL}


def checked(values: Mapping[str, Any], before: Properties | None = None) -> dict[str, Json]:
    """Properties for the fields given; raises Invalid with a text for every wrong one.

    `start` and `end` come together. Guests become their `attendee:` keys (`read_guests`),
    categories theirs. `before`: what stands here of an event that is changed.
    """
    errors: dict[str, str] = {}
    found: dict[str, Json] = {}
    unknown = values.keys() - FIELDS
    if unknown:
        errors[min(unknown)] = "There is no such field."
    for name, longest in (("summary", LONGEST_TITLE), ("location", LONGEST_TITLE)):
        if name in values:
            found[name] = _line(name, values[name], longest, errors)
    if "description" in values:
        found["description"] = _text(str(values["description"] or ""), errors)
    if "start" in values or "end" in values:
        found["when"] = _when(values.get("start"), values.get("end"), errors)
    for name, kind in WORDS.items():
        if name in values:
            found[name] = _choice(name, values[name], {str(each.value) for each in kind}, errors)
    if found.get("importance") == Importance.NORMAL.value:
        found["importance"] = None
    if "meeting_link" in values:
        found["conference"] = chosen(str(values["meeting_link"] or ""), errors)
    found |= read_own(values, errors)
    if "guests" in values:
        found |= read_guests(values["guests"], addresses(before or {}), errors)
    rights = values.keys() & RIGHTS.keys()
    found |= {RIGHTS[name]: said(RIGHTS[name], allowed=bool(values[name])) for name in rights}
    found |= checked_special(values, before or {}, errors)
    if errors:
        raise Invalid(errors)
    return {key: None if value == "" else value for key, value in found.items()}


def _line(name: str, value: Any, longest: int, errors: dict[str, str]) -> str:  # noqa: ANN401
    text = _tidy(str(value or ""))
    if len(text) > longest:
        word = "Titles" if name == "summary" else "Locations"
        errors[name] = (
            f"{word} may have up to {longest:,} characters; yours has {len(text):,}. "
            "The text is still here."
        )
    return text


def _tidy(text: str) -> str:
    """On one line, without the one character that PostgreSQL can't store."""
    return " ".join(text.replace("\0", "").split())


def _text(fragment: str, errors: dict[str, str]) -> str:
    if len(fragment) > LONGEST_TEXT:
        errors["description"] = (
            f"Descriptions may have up to {LONGEST_TEXT:,} characters; "
            f"yours has {len(fragment):,}. The text is still here."
        )
    return harmless(fragment).strip()


def _when(start: Any, end: Any, errors: dict[str, str]) -> Json:  # noqa: ANN401
    if not isinstance(start, date) or not isinstance(end, date):
        errors["start" if not isinstance(start, date) else "end"] = "Give a date."
        return None
    if isinstance(start, datetime) != isinstance(end, datetime):
        errors["end"] = "Start and end must both have a time, or neither."
    elif start.year not in YEARS or end.year not in YEARS:
        errors["start"] = f"Give a year from {YEARS.start} to {YEARS.stop - 1}."
    elif not _named(start) or not _named(end):
        errors["start"] = "Give the time in a named time zone."
    elif instant(end) < instant(start) or (end == start and not isinstance(start, datetime)):
        errors["end"] = "End is before start."
    return None if errors.keys() & {"start", "end"} else [when_to_text(start), when_to_text(end)]


def _named(when: When) -> bool:
    return not isinstance(when, datetime) or isinstance(when.tzinfo, ZoneInfo)


def _choice(
    name: str,
    value: Any,  # noqa: ANN401
    allowed: set[str],
    errors: dict[str, str],
) -> str:
    if value not in allowed:
        errors[name] = f"Choose one of {', '.join(sorted(allowed))}."
    return str(value)
