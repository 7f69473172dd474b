"""What a person typed about an event, checked and turned into the engine's properties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from calendar_sync.actions.errors import Invalid
from calendar_sync.engine.event import (
    Availability,
    Classification,
    Role,
    UserType,
    When,
    instant,
    normalized_address,
    when_to_text,
)
from calendar_sync.engine.properties import ATTENDEE, Json
from calendar_sync.security.markup import harmless

LONGEST_TITLE = 1000
LONGEST_TEXT = 100_000
MOST_GUESTS = 200
YEARS = range(1900, 2200)

Guest = str | tuple[str, str]
"""An address, or (name, address)."""


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
    guests: tuple[Guest, ...] = field(default=())
    recurrence: tuple[str, ...] = ()  # RRULE lines


FIELDS = frozenset(EventDraft.__dataclass_fields__)


def checked(values: Mapping[str, Any]) -> dict[str, Json]:
    """Properties for the fields given; raises Invalid with a text for every wrong one.

    `start` and `end` come together. Guests become their `attendee:` keys.
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
    for name, kind in (("availability", Availability), ("classification", Classification)):
        if name in values:
            found[name] = _choice(name, values[name], {str(item.value) for item in kind}, errors)
    if "guests" in values:
        found |= _guests(values["guests"], errors)
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


def _guests(guests: Any, errors: dict[str, str]) -> dict[str, Json]:  # noqa: ANN401
    found: dict[str, Json] = {}
    for guest in guests:
        name, typed = guest if isinstance(guest, tuple) else ("", guest)
        address = normalized_address(typed)
        try:
            validate_email(address)
        except ValidationError:
            errors["guests"] = f"‘{typed}’ isn't a complete address."
            continue
        found[ATTENDEE + address] = [_tidy(name), Role.REQUIRED.value, UserType.INDIVIDUAL.value]
    if len(found) > MOST_GUESTS:
        errors["guests"] = f"A meeting may have up to {MOST_GUESTS} guests; yours has {len(found)}."
    return found
