"""What we write to Google: exactly the fields of a change, as bodies of requests. Pure.

The way back is `convert.py`, which says how guests and organizers are told apart.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from ...engine.dates import DatePart
from ...engine.errors import Rejected
from ...engine.event import (
    Attendee,
    Availability,
    Classification,
    Role,
    Status,
    UserType,
    When,
)
from ...engine.moves import dates_line
from ...engine.pending import Action
from ...engine.properties import ANSWER, ATTENDEE, Json, Properties, is_guest_key, object_of
from ...engine.rights import INVITE, MODIFY, SEE, right
from ...engine.sync import Write
from . import event_types, personal
from .conferences import put_place, request_id
from .convert import MARK, PARTSTAT, UNADDRESSED, Shelf
from .recurrence import written_lines
from .wire import AttendeeRow, EventBody, Time

MOST_GUESTS, MANY_GUESTS = 300, 200
"""Of a meeting in a Workspace account, and in any other, with the organizer (contract §9.1)."""

RESPONSE = {partstat: response for response, partstat in PARTSTAT.items()}


def insert_body(write: Write, shelf: Shelf) -> EventBody:
    """A new event under our own id, with our mark on it."""
    body = patch_body(write, shelf)
    body["start"], body["end"] = _said(body["start"]), _said(body["end"])
    if not body.get("location"):
        body.pop("location", None)
    if not body.get("conferenceData"):
        body.pop("conferenceData", None)
    body["id"] = write.key
    body["extendedProperties"] = {"private": {MARK: write.key}}
    event_types.put_type(body, write.target)
    return body


def patch_body(write: Write, shelf: Shelf) -> EventBody:
    """Exactly the changed fields. The guest list is one field: all of it, or nothing.

    The time of a series and its lines go together: each means something only with the other.
    """
    body: EventBody = {}
    for key in write.changes:
        _put(body, key, write.target.get(key), shelf)
    if "recurrence" in write.changes or ("when" in write.changes and "recurrence" in write.target):
        body["recurrence"] = _lines(write)
    if any(map(is_guest_key, write.changes)):
        body["attendees"] = guest_rows(write.target, shelf)
    event_types.put(body, write.changes, write.target)
    _put_place(body, write.changes, write.target, write)
    return body


def date_body(part: DatePart, shelf: Shelf, write: Write) -> EventBody:
    """One date of a series: the fields that change, or all of one that takes place again."""
    body: EventBody = {"status": Status.CONFIRMED.value} if part.restored else {}
    content = part.content or {}
    for key in part.keys:
        _put(body, key, content.get(key), shelf)
    if any(map(is_guest_key, part.keys)):
        body["attendees"] = guest_rows(content, shelf)
    event_types.put(body, dict.fromkeys(part.keys), content)
    _put_place(body, part.keys, content, write)
    return body


def _put_place(body: EventBody, keys: Collection[str], values: Properties, write: Write) -> None:
    if "location" in keys or "conference" in keys:
        request = request_id(write.key, write.if_match, values["when"])
        put_place(body, values, request, linked="conference" in keys)


def answer_body(write: Write, shelf: Shelf) -> EventBody:
    """The own row only, with the flag that keeps the others as they are (contract §4.4).

    Without an own row such a patch would add one; that is refused here.
    """
    guests = {guest.address: guest for guest in object_of("", write.target).event.attendees}
    answered = [key.removeprefix(ANSWER) for key in write.changes if key.startswith(ANSWER)]
    own = next((address for address in answered if address in guests), None)
    if own is None or ATTENDEE + own not in write.target:
        raise Rejected("not_invited")
    body: EventBody = {"attendees": [_row(guests[own])], "attendeesOmitted": True}
    for key, value in write.changes.items():
        if not is_guest_key(key):
            _put(body, key, value, shelf)
    return body


def guest_rows(target: Properties, shelf: Shelf) -> list[AttendeeRow]:
    """Whole rows, since a row without its answer loses it; the organizer first, as accepted.

    That is the owner, unless he is among the guests: one who may change somebody else's meeting.
    Raises Rejected for more than any account may invite.
    """
    host, organizer = shelf.owner, target.get("organizer")
    if ATTENDEE + host in target and isinstance(organizer, list):
        host = str(organizer[0])
    guests = [guest for guest in object_of("", target).event.attendees if guest.address != host]
    if not guests:
        return []
    if len(guests) >= MOST_GUESTS:
        raise Rejected("too_many_guests")
    return [{"email": host, "responseStatus": "accepted"}, *map(_row, guests)]


def _said(time: Time) -> Time:
    """Without the nulls, which only a patch needs."""
    return cast("Time", {name: text for name, text in time.items() if text})


def _lines(write: Write) -> list[str] | None:
    """The recurrence of the whole series, as Google takes it; None: it is one no more.

    A new one leaves its dates out by EXDATE; later ones are deleted as dates (contract §5.8).
    Raises Rejected.
    """
    if not write.target.get("recurrence"):
        return None
    series = object_of("", write.target)
    gone = [each.recurrence_id for each in series.overrides if each.event is None]
    lines = list(series.recurrence)
    if write.action is Action.CREATE:
        lines += [":".join(dates_line("EXDATE", when)) for when in gone]
    return written_lines(lines, series.event.start)


def _put(body: EventBody, key: str, value: Json, shelf: Shelf) -> None:
    text = value if isinstance(value, str) else None
    if key == "when" and isinstance(value, list):
        event = object_of("", {"when": value}).event
        body["start"], body["end"] = _time(event.start, shelf), _time(event.end, shelf)
    elif key == "summary":
        body["summary"] = text
    elif key == "description":
        body["description"] = text
    elif key == "status":
        body["status"] = text or Status.CONFIRMED.value
    elif key == "availability":
        free = text == Availability.FREE.value
        body["transparency"] = "transparent" if free else "opaque"
    elif key == "classification":
        body["visibility"] = text or Classification.DEFAULT.value
    elif key == MODIFY:
        body["guestsCanModify"] = right({key: value}, key)
    elif key == INVITE:
        body["guestsCanInviteOthers"] = right({key: value}, key)
    elif key == SEE:
        body["guestsCanSeeOtherGuests"] = right({key: value}, key)
    else:
        personal.put(body, key, value)


def _time(when: When, shelf: Shelf) -> Time:
    """Local time and zone, the form nobody refuses; the other kind is nulled (contract §4.3).

    Google knows no floating times: they are taken in the zone of the calendar.
    """
    if not isinstance(when, datetime):
        return {"date": when.isoformat(), "dateTime": None, "timeZone": None}
    zone = when.tzinfo if isinstance(when.tzinfo, ZoneInfo) else shelf.zone
    wall = when.replace(tzinfo=None, microsecond=0).isoformat()
    return {"date": None, "dateTime": wall, "timeZone": zone.key}


def _row(guest: Attendee) -> AttendeeRow:
    row: AttendeeRow = {"responseStatus": RESPONSE[guest.partstat]}
    if guest.address.endswith(UNADDRESSED):
        row["id"] = guest.address.removesuffix(UNADDRESSED)
    else:
        row["email"] = guest.address
    if guest.name:
        row["displayName"] = guest.name
    if guest.role is Role.OPTIONAL:
        row["optional"] = True
    if guest.user_type is UserType.ROOM:
        row["resource"] = True
    if guest.comment:
        row["comment"] = guest.comment
    if guest.additional_guests:
        row["additionalGuests"] = guest.additional_guests
    return row
