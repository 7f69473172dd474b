"""How events, lists and calendars are printed: defaults never are (contract 4.1, 4.11, 11.1)."""

import base64
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .calendar import Calendar
from .times import zone_info
from .values import Attendee, Event

Wire = dict[str, Any]


def milliseconds(micros: int) -> str:
    moment = datetime.fromtimestamp(micros // 1000 / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_seconds(micros: int) -> str:
    return datetime.fromtimestamp(micros // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def event_row(
    event: Event,
    calendar: Calendar,
    zone: ZoneInfo | None = None,
    max_attendees: int | None = None,
) -> Wire:
    """The full form, or as much of it as the viewer may see."""
    content = event.content
    print_zone = zone or zone_info(calendar.time_zone)
    if calendar.hides(event):
        return hidden_row(event, calendar, print_zone)
    row: Wire = head(event) | {
        "status": content.status,
        "htmlLink": html_link(event, calendar),
        "created": whole_seconds(event.created),
        "updated": milliseconds(event.updated),
    }
    for name in ("summary", "description", "location"):
        if name in content.shared:
            row[name] = content.shared[name]
    if "colorId" in content.personal:
        row["colorId"] = content.personal["colorId"]
    row["creator"] = who(event.creator, calendar)
    row["organizer"] = who(event.organizer, calendar, event.organizer_name)
    row |= {"start": content.start.wire(print_zone), "end": content.end.wire(print_zone)}
    row |= series_keys(event, print_zone)
    row |= {name: content.personal[name] for name in PERSONAL if name in content.personal}
    row |= {"iCalUID": event.ical_uid, "sequence": event.sequence}
    row |= attendee_keys(event, calendar, max_attendees)
    row |= property_keys(event)
    row |= {name: content.shared[name] for name in SHARED if name in content.shared}
    if event.private_copy:
        row["privateCopy"] = True
    if "source" in content.personal and event.creator == calendar.viewer:
        row["source"] = content.personal["source"]
    return row | {"reminders": dict(content.reminders), "eventType": event.event_type}


def hidden_row(event: Event, calendar: Calendar, zone: ZoneInfo) -> Wire:
    """When it is and nothing else (4.11)."""
    content = event.content
    row: Wire = head(event) | {
        "status": content.status,
        "htmlLink": html_link(event, calendar),
        "updated": milliseconds(event.updated),
        "start": content.start.wire(zone),
        "end": content.end.wire(zone),
    }
    row |= series_keys(event, zone)
    return row | {"iCalUID": event.ical_uid, "visibility": "private"}


PERSONAL = ("transparency", "visibility")
SHARED = (
    "guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests", "anyoneCanAddSelf",
    "attachments", "hangoutLink", "conferenceData", "birthdayProperties", "focusTimeProperties",
    "outOfOfficeProperties", "workingLocationProperties",
)  # fmt: skip


def head(event: Event) -> Wire:
    return {"kind": "calendar#event", "etag": event.etag, "id": event.id}


def html_link(event: Event, calendar: Calendar) -> str:
    name, _, domain = calendar.id.partition("@")
    short = f"{name}@m" if domain in ("gmail.com", "googlemail.com") else calendar.id
    eid = base64.b64encode(f"{event.id} {short}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={eid}"


def who(email: str, calendar: Calendar, name: str = "") -> Wire:
    person: Wire = {"email": email} | ({"displayName": name} if name else {})
    return person | ({"self": True} if calendar.is_self(email) else {})


def series_keys(event: Event, zone: ZoneInfo) -> Wire:
    keys: Wire = {}
    if event.is_master:
        keys["recurrence"] = list(event.content.shared["recurrence"])
    if event.recurring_event_id:
        keys["recurringEventId"] = event.recurring_event_id
    if event.original_start:
        keys["originalStartTime"] = event.original_start.wire(zone)
    return keys


def attendee_keys(event: Event, calendar: Calendar, max_attendees: int | None) -> Wire:
    rows = event.content.attendees
    hidden = event.content.shared.get("guestsCanSeeOtherGuests") is False
    if hidden and not calendar.is_self(event.organizer):
        rows = tuple(row for row in rows if calendar.is_self(row.email))
    keys: Wire = {}
    if max_attendees is not None and len(rows) > max_attendees:
        rows = tuple(row for row in rows if calendar.is_self(row.email))
        keys["attendeesOmitted"] = True
    if rows:
        keys["attendees"] = [attendee_row(row, event, calendar) for row in rows]
    return keys


def attendee_row(attendee: Attendee, event: Event, calendar: Calendar) -> Wire:
    """Flags are shown only when true."""
    row: Wire = {"email": attendee.email}
    if attendee.name:
        row["displayName"] = attendee.name
    if attendee.key == event.organizer.casefold():
        row["organizer"] = True
    if calendar.is_self(attendee.email):
        row["self"] = True
    row |= {name: True for name in ("resource", "optional") if getattr(attendee, name)}
    row["responseStatus"] = attendee.answer
    if attendee.comment:
        row["comment"] = attendee.comment
    if attendee.additional_guests:
        row["additionalGuests"] = attendee.additional_guests
    return row


def property_keys(event: Event) -> Wire:
    content = event.content
    kinds = {"private": content.private_properties, "shared": content.shared_properties}
    shown = {kind: dict(values) for kind, values in kinds.items() if values}
    return {"extendedProperties": shown} if shown else {}


def tombstone(event: Event, zone: ZoneInfo, *, bare: bool) -> Wire:
    """Four keys; six for a deleted date of a living series, unless `bare` (4.11)."""
    row = head(event) | {"status": "cancelled"}
    if event.recurring_event_id and not event.swept and not bare:
        row |= series_keys(event, zone)
    return row


def writable(event: Event) -> Wire:
    """The body that would write the event as it is: what a patch is laid over."""
    content = event.content
    body: Wire = {"status": content.status, **content.shared, **content.personal}
    body["start"], body["end"] = content.start.wire(UTC_ZONE), content.end.wire(UTC_ZONE)
    body["attendees"] = [
        {
            "email": row.email,
            "displayName": row.name,
            "responseStatus": row.answer,
            "optional": row.optional,
            "resource": row.resource,
            "comment": row.comment,
            "additionalGuests": row.additional_guests,
        }
        for row in content.attendees
    ]
    body["extendedProperties"] = {
        "private": dict(content.private_properties),
        "shared": dict(content.shared_properties),
    }
    return body | {"reminders": dict(content.reminders)}


UTC_ZONE = ZoneInfo("UTC")


def list_entry(calendar: Calendar) -> Wire:
    """One row of calendarList (11.1)."""
    row: Wire = {
        "kind": "calendar#calendarListEntry",
        "etag": calendar.etag,
        "id": calendar.id,
        "summary": calendar.summary,
    }
    if calendar.description:
        row["description"] = calendar.description
    if "summaryOverride" in calendar.entry:
        row["summaryOverride"] = calendar.entry["summaryOverride"]
    row |= {name: True for name in ("selected", "hidden") if calendar.entry.get(name)}
    row |= {
        "timeZone": calendar.time_zone,
        "dataOwner": calendar.owner,
        "colorId": calendar.entry.get("colorId", "14"),
        "backgroundColor": "#9fe1e7",
        "foregroundColor": "#000000",
        "accessRole": calendar.access_role,
        "defaultReminders": [dict(row) for row in calendar.default_reminders],
    }
    if calendar.primary and calendar.viewer == calendar.owner:
        row["primary"] = True
    return row | conference_properties(calendar)


def conference_properties(calendar: Calendar) -> Wire:
    types = list(calendar.conference_types)
    return {"conferenceProperties": {"allowedConferenceSolutionTypes": types}}


def calendar_resource(calendar: Calendar) -> Wire:
    return {
        "kind": "calendar#calendar",
        "etag": calendar.etag,
        "id": calendar.id,
        "summary": calendar.summary,
        **({"description": calendar.description} if calendar.description else {}),
        "timeZone": calendar.time_zone,
        "dataOwner": calendar.owner,
        **conference_properties(calendar),
    }
