"""Google's event rows and our values, both ways. Pure (contract §4).

Three decisions:
* The organizer stands in `Event.organizer`, and his own row among the guests is left out. Google's
  own pages list him as accepted, so a write of guests to his meeting puts that row back.
* A description with tags is HTML as it stands; without tags it is text, and becomes HTML.
* A guest whose address Google hides gets one under UNADDRESSED, so that no other guest takes over
  his answer, and goes back as he came.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ...engine import timezones
from ...engine.event import (
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Event,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    UserType,
    When,
    instant,
    normalized_address,
    sorted_attendees,
)
from ...engine.occurrences import date_name
from ...engine.recurrence import YEARS
from ...engine.rights import GuestRights
from ...engine.sync import ETag, Href, PartOf, Resource
from . import event_types, personal
from .conferences import place_of
from .recurrence import lines_of, split_from
from .wire import AttendeeRow, EventRow, Person, Time

MARK = "calendarSyncKey"
"""Our private extended property: the creation key. A hint, never an identity (contract §4.6)."""

UNADDRESSED = "@unaddressed.invalid"

LISTS = ("@googlegroups.com", "@group.calendar.google.com")
"""Addresses that are no person's; groups of an organization can't be told from one."""

UTC = timezones.UTC

WRITERS = frozenset({"writer", "writerWithoutPrivateAccess", "owner"})

PARTSTAT = {
    "needsAction": PartStat.NEEDS_ACTION,
    "accepted": PartStat.ACCEPTED,
    "tentative": PartStat.TENTATIVE,
    "declined": PartStat.DECLINED,
}
_TAG = re.compile(r"<[a-zA-Z!/]")
_LINE_TAG = re.compile(r"<(br|p|div|li|tr|h[1-6]|pre|blockquote)\b", re.IGNORECASE)


class Unreadable(ValueError):
    """A row that says less, or something else, than an event must; the text is a code."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The calendar a row stands in: its address, its zone, what we may do there.

    `persons` are the people behind the addresses of calendars. A meeting in a calendar other than
    the primary one is organized by that calendar; to everybody it is its owner's.
    """

    address: str
    zone: ZoneInfo = UTC
    access_role: str = "owner"
    is_own: bool = True
    persons: Mapping[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """Whose word a meeting of this calendar is, as an address."""
        return self.person(normalized_address(self.address))

    def person(self, address: str) -> str:
        return self.persons.get(address, address)


def zone_of(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone of that name; `otherwise` for none, or one that nobody knows.

    For moments, which an offset fixes: where the zone decides, see `_deciding_zone`.
    """
    try:
        return timezones.zone(name) if name else otherwise
    except timezones.UnknownTimeZone:
        return otherwise


def _deciding_zone(time: Time, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone of a series, or of a time without offset; the calendar's if none is named.

    Raises Unreadable for a name that nobody knows.
    """
    name = time.get("timeZone")
    try:
        return timezones.zone(name) if name else otherwise
    except timezones.UnknownTimeZone:
        raise Unreadable("unknown_time_zone") from None


def when_of(time: Time, zone: ZoneInfo) -> When:
    """A date, or a time in the zone it names, else in `zone` (contract §4.3). Raises Unreadable.

    The offset fixes the instant, the name the zone; they need not match. In the hour that a
    clock change repeats only UTC tells the two apart.
    """
    day, moment = time.get("date"), time.get("dateTime")
    if not day and not moment:
        raise Unreadable("time_missing")
    try:
        read = date.fromisoformat(day) if day else _moment(moment or "")
    except ValueError:
        raise Unreadable("time_unreadable") from None
    if read.year not in YEARS:
        raise Unreadable("time_out_of_range")
    if not isinstance(read, datetime):
        return read
    if read.tzinfo is None:
        read = read.replace(tzinfo=_deciding_zone(time, zone))
    local = read.astimezone(zone_of(time.get("timeZone"), zone)).replace(microsecond=0)
    return local.astimezone(UTC) if local.fold else local


def event_of(row: EventRow, zone: ZoneInfo) -> Event:
    """A row as an event; what Google leaves out has its default. Raises Unreadable."""
    start, end = _span(row, zone)
    location, conference = place_of(row)
    organizer = row.get("organizer") or {}
    address = normalized_address(organizer.get("email", ""))
    return Event(
        start=start,
        end=end,
        summary=row.get("summary", ""),
        description=fragment(row.get("description", "")),
        location=location,
        conference=conference,
        status=_status(row),
        availability=_availability(row),
        classification=_classification(row),
        organizer=_organizer(row, address),
        attendees=sorted_attendees(
            _attendee(guest)
            for guest in row.get("attendees", [])
            if not guest.get("organizer") and _address(guest) != address
        ),
        rights=_rights(row),
        nature=event_types.nature(row),
        alarms=personal.alarms(row),
        colour=personal.colour(row),
    )


def _signed(row: EventRow, shelf: Shelf) -> EventRow:
    """The row with a person as its organizer where it names a calendar (contract §4.4)."""
    organizer = row.get("organizer") or {}
    address = normalized_address(organizer.get("email", ""))
    person = shelf.person(address)
    if person == address:
        return row
    signed: Person = {"email": person}
    if organizer.get("self"):
        signed["self"] = True
    return {**row, "organizer": signed}


def _on_own_clock(event: Event, row: EventRow, zone: ZoneInfo) -> Event:
    """A series that begins in an hour that autumn repeats is on its clock all the same."""
    if not isinstance(event.start, datetime):
        return event
    own = _deciding_zone(row.get("start") or {}, zone)
    return replace(event, start=event.start.astimezone(own).replace(fold=0))


def _organizer(row: EventRow, address: str) -> Organizer | None:
    """A private event has none (RFC 5545 §3.8.4.3), though Google names its owner there."""
    organizer = row.get("organizer") or {}
    private = organizer.get("self") and not row.get("attendees")
    if private or not address:
        return None
    return Organizer(address, organizer.get("displayName", ""))


def resource_of(row: EventRow, exceptions: Sequence[EventRow], shelf: Shelf) -> Resource:
    """A single event, a master with its exceptions, or a lone exception. Raises Unreadable."""
    organizer = row.get("organizer") or {}
    row, exceptions = _signed(row, shelf), [_signed(each, shelf) for each in exceptions]
    event = event_of(row, shelf.zone)
    if row.get("recurrence"):
        event = _on_own_clock(event, row, shelf.zone)
    recurrence = lines_of(row.get("recurrence", ()), event.start)
    private = (row.get("extendedProperties") or {}).get("private") or {}
    return Resource(
        href=Href(row["id"]),
        etag=ETag(row.get("etag", "")),
        object=CalendarObject(
            uid_of(row),
            event,
            recurrence,
            _overrides(row, exceptions, shelf.zone) if recurrence else (),
        ),
        organized_by_owner=bool(organizer.get("self")) and shelf.is_own,
        modified=_updated(row),
        creation_key=private.get(MARK, ""),
        read_only=read_only(row, shelf) or _of_another(event, shelf),
        split_from=Href(base) if (base := split_from(row["id"])) else None,
        part_of=_part_of(row, shelf.zone),
    )


def _part_of(row: EventRow, zone: ZoneInfo) -> PartOf | None:
    """The series of a date that stands alone, as everybody else knows it (contract §7.2)."""
    if not (row.get("recurringEventId") and row.get("iCalUID") and row.get("originalStartTime")):
        return None
    original = when_of(row["originalStartTime"], zone)
    return PartOf(row["iCalUID"], date_name(original, original))


def uid_of(row: EventRow) -> str:
    """The UID. Single dates of one unreadable series share theirs, so their ids tell them apart."""
    if row.get("recurringEventId"):
        return f"{row['id']}@google.com"
    return row.get("iCalUID") or f"{row['id']}@google.com"


def read_only(row: EventRow, shelf: Shelf) -> str:
    """Why we never write this row; empty if we may.

    `guests_omitted`: the list is cut, and writing it back would remove the rest. A list its
    organizer hides cannot be told from a short one (contract §4.4); it is a guest's copy, and of
    a guest's copy nothing but the own row is ever written.
    """
    if row.get("recurringEventId") and (row.get("organizer") or {}).get("self"):
        return "series"  # a lone date of a series that its own organizer may not read
    if special := event_types.read_only(row):
        return special
    if shelf.access_role not in WRITERS:
        return "no_write_access"
    if not row.get("organizer") and not row.get("creator"):
        return "details_hidden"
    if row.get("locked"):
        return "locked"
    return "guests_omitted" if row.get("attendeesOmitted") else ""


def _of_another(event: Event, shelf: Shelf) -> str:
    """A meeting in a shared calendar is its owner's: what is written would be in his name."""
    return "" if shelf.is_own or event.organizer is None else "shared"


def override_of(row: EventRow, recurrence_id: When, shelf: Shelf) -> Override:
    """A date as the answer to a write of it shows it. Raises Unreadable."""
    gone = row.get("status") == "cancelled"
    return Override(recurrence_id, None if gone else event_of(_signed(row, shelf), shelf.zone))


def fragment(description: str) -> str:
    """A description as an HTML fragment; Google does not say which of the two it is."""
    if not _TAG.search(description):
        description = html.escape(html.unescape(description), quote=False)
    elif _LINE_TAG.search(description):
        return description
    return description.replace("\r\n", "\n").replace("\n", "<br>")


def _span(row: EventRow, zone: ZoneInfo) -> tuple[When, When]:
    """Start and end of one kind; old rows may end where they start, or before it."""
    start = when_of(row.get("start") or {}, zone)
    end_time = row.get("end") or {}
    if not end_time.get("timeZone") and isinstance(start, datetime):
        zone = zone_of((row.get("start") or {}).get("timeZone"), zone)
    end = when_of(end_time, zone)
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise Unreadable("time_of_two_kinds")
    if not isinstance(start, datetime):
        return start, max(end, start + timedelta(days=1))
    return start, end if instant(end) >= instant(start) else start


def _overrides(
    master: EventRow, exceptions: Sequence[EventRow], zone: ZoneInfo
) -> tuple[Override, ...]:
    """The exceptions by the date they stand for, which is told in the master's kind and zone."""
    zone = zone_of((master.get("start") or {}).get("timeZone"), zone)
    found: dict[datetime, Override] = {}
    for row in exceptions:
        original = when_of({**(row.get("originalStartTime") or {}), "timeZone": zone.key}, zone)
        gone = row.get("status") == "cancelled"
        event = None if gone else event_of(row, zone)
        found[instant(original, zone)] = Override(original, event)
    return tuple(found[moment] for moment in sorted(found))


def _updated(row: EventRow) -> datetime | None:
    try:
        moment = _moment(row.get("updated", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _moment(text: str) -> datetime:
    """RFC 3339. Python 3.10 does not read the Z."""
    return datetime.fromisoformat(text.upper().replace("Z", "+00:00"))  # noqa: FURB162


def _status(row: EventRow) -> Status:
    try:
        return Status(row.get("status") or "confirmed")
    except ValueError:
        return Status.CONFIRMED


def _availability(row: EventRow) -> Availability:
    free = row.get("transparency") == "transparent"
    return Availability.FREE if free else Availability.BUSY


def _classification(row: EventRow) -> Classification:
    try:
        return Classification(row.get("visibility") or "default")
    except ValueError:
        return Classification.DEFAULT


def _rights(row: EventRow) -> GuestRights:
    return GuestRights(
        modify=row.get("guestsCanModify", False),
        invite=row.get("guestsCanInviteOthers", True),
        see=row.get("guestsCanSeeOtherGuests", True),
    )


def _address(row: AttendeeRow) -> str:
    """Any text is kept, a false address too; without one, what else names the guest."""
    address = normalized_address(row.get("email", ""))
    return address or (f"{row['id']}{UNADDRESSED}" if row.get("id") else "")


def _user_type(row: AttendeeRow) -> UserType:
    if row.get("resource"):
        return UserType.ROOM
    return UserType.GROUP if _address(row).endswith(LISTS) else UserType.INDIVIDUAL


def _attendee(row: AttendeeRow) -> Attendee:
    return Attendee(
        address=_address(row),
        name=row.get("displayName", ""),
        role=Role.OPTIONAL if row.get("optional") else Role.REQUIRED,
        user_type=_user_type(row),
        partstat=PARTSTAT.get(row.get("responseStatus", ""), PartStat.NEEDS_ACTION),
        comment=row.get("comment", ""),
        additional_guests=row.get("additionalGuests", 0),
    )
