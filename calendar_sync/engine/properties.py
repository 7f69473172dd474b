"""A calendar object as a flat map of properties: the form in which sides are compared.

Flat, so that merging is one rule for every property and guests merge as a set:

    when                 [start, end] as `when_to_text`
    summary, description, location, status, transparency, classification
    organizer            [address, name] or absent
    recurrence           {"rules": [...], "overrides": [...]} or absent (single event)
    attendee:<address>   [name, role, user type]            the invitation of one guest
    answer:<address>     [partstat, comment, additional guests]   the answer of that guest

Values are JSON; an absent key equals the empty value, None.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any, Union

from .event import (
    Attendee,
    CalendarObject,
    Classification,
    Event,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    Transparency,
    UserType,
    instant,
    sorted_attendees,
    when_from_text,
    when_to_text,
)

Json = Union[None, bool, int, float, str, list[Any], dict[str, Any]]
Properties = Mapping[str, Json]

ATTENDEE = "attendee:"
ANSWER = "answer:"
UNANSWERED: tuple[str, str, int] = (PartStat.NEEDS_ACTION.value, "", 0)
OVERLAY = frozenset({"transparency", "classification"})
"""Properties of a person's own copy, at both providers; never of the meeting."""

VISIBLE_TO_ALL = frozenset({"when", "summary", "description", "location", "status", "recurrence"})
"""Content every guest sees; a change of it is what an update mail tells."""


def properties(obj: CalendarObject) -> dict[str, Json]:
    """The flat map of `obj`; empty values are left out."""
    found = _of_event(obj.event)
    if obj.recurrence:
        found["recurrence"] = {
            "rules": list(obj.recurrence),
            "overrides": [
                {
                    "id": when_to_text(override.recurrence_id),
                    "event": _of_event(override.event) if override.event else None,
                }
                for override in obj.overrides
            ],
        }
    return found


def object_of(uid: str, values: Properties) -> CalendarObject:
    """Inverse of `properties`."""
    recurrence = values.get("recurrence")
    if not isinstance(recurrence, dict):
        return CalendarObject(uid, _event_of(values))
    return CalendarObject(
        uid,
        _event_of(values),
        tuple(recurrence["rules"]),
        tuple(
            Override(
                when_from_text(override["id"]),
                _event_of(override["event"]) if override["event"] else None,
            )
            for override in recurrence["overrides"]
        ),
    )


def addresses(values: Properties) -> frozenset[str]:
    """The guests' addresses in a flat map."""
    return frozenset(key.removeprefix(ATTENDEE) for key in values if key.startswith(ATTENDEE))


def is_guest_key(key: str) -> bool:
    """Whether `key` is about one guest: the invitation or the answer."""
    return key.startswith((ATTENDEE, ANSWER))


def equivalent(key: str, ours: Json, theirs: Json) -> bool:
    """Whether two values say the same, whatever a provider's rewriting did to them.

    Only asked where no base tells what both sides agreed on (adoption, lost answers).
    """
    if ours == theirs:
        return True
    if key == "description":
        return plain_text(str(ours or "")) == plain_text(str(theirs or ""))
    if key in ("summary", "location"):
        return " ".join(str(ours or "").split()) == " ".join(str(theirs or "").split())
    if key == "when" and isinstance(ours, list) and isinstance(theirs, list):
        return _moments(ours) == _moments(theirs)
    if key.startswith(ATTENDEE):
        # names and room detection are the provider's directory at work
        return isinstance(ours, list) and isinstance(theirs, list) and ours[1] == theirs[1]
    if key.startswith(ANSWER):
        return _partstat(ours) == _partstat(theirs)
    return key == "organizer"


def plain_text(fragment: str) -> str:
    """The words of an HTML fragment, blanks collapsed; text without tags is taken as it is."""
    if not re.search(r"<[a-zA-Z!/]", fragment):
        return " ".join(html.unescape(fragment).split())
    reader = _TextReader()
    reader.feed(fragment)
    reader.close()
    return " ".join("".join(reader.pieces).split())


class _TextReader(HTMLParser):
    """Collects text; a tag that is not inline separates words."""

    INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "code"})
    HIDDEN = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self.HIDDEN:
            self._hidden += 1
        elif tag not in self.INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag not in self.INLINE:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _of_event(event: Event) -> dict[str, Json]:
    found: dict[str, Json] = {
        "when": [when_to_text(event.start), when_to_text(event.end)],
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "status": event.status.value,
        "transparency": event.transparency.value,
        "classification": event.classification.value,
    }
    if event.organizer:
        found["organizer"] = [event.organizer.address, event.organizer.name]
    for guest in event.attendees:
        found[ATTENDEE + guest.address] = [guest.name, guest.role.value, guest.user_type.value]
        found[ANSWER + guest.address] = [
            guest.partstat.value,
            guest.comment,
            guest.additional_guests,
        ]
    return {key: value for key, value in found.items() if value != ""}


def _event_of(values: Properties) -> Event:
    start, end = _pair(values["when"])
    organizer = values.get("organizer")
    return Event(
        start=when_from_text(start),
        end=when_from_text(end),
        summary=str(values.get("summary") or ""),
        description=str(values.get("description") or ""),
        location=str(values.get("location") or ""),
        status=Status(values.get("status") or "confirmed"),
        transparency=Transparency(values.get("transparency") or "opaque"),
        classification=Classification(values.get("classification") or "default"),
        organizer=Organizer(*organizer) if isinstance(organizer, list) else None,
        attendees=sorted_attendees(_attendees_of(values)),
    )


def _attendees_of(values: Properties) -> list[Attendee]:
    guests = []
    for address in addresses(values):
        invitation = values[ATTENDEE + address]
        if not isinstance(invitation, list):
            continue  # invited on neither side any more
        name, role, user_type = invitation
        answer = values.get(ANSWER + address)
        partstat, comment, additional = answer if isinstance(answer, list) else UNANSWERED
        guests.append(
            Attendee(
                address,
                name,
                Role(role),
                UserType(user_type),
                PartStat(partstat),
                str(comment),
                int(additional),
            )
        )
    return guests


def _pair(value: Json) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("`when` needs a start and an end")
    return value[0], value[1]


def _moments(value: list[Any]) -> list[Any]:
    """Start and end so that the same moment in two zones is equal, all-day never equals timed."""
    return [text if "T" not in text else instant(when_from_text(text)) for text in value]


def _partstat(value: Json) -> Json:
    return value[0] if isinstance(value, list) else PartStat.NEEDS_ACTION.value
