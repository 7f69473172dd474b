"""A calendar object as a value (RFC 5545 §3.6.1, RFC 4791 §4.1).

`When` carries the three kinds of time of RFC 5545 §3.3.4–5 in the type itself:
a `date` is an all-day event, an aware `datetime` is zoned (its `tzinfo` is a `ZoneInfo`), a naive
`datetime` is floating. `end` is always exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Union
from zoneinfo import ZoneInfo

from .rights import AS_USUAL, GuestRights
from .special import Nature

When = Union[date, datetime]


class Status(str, Enum):
    """STATUS (RFC 5545 §3.8.1.11)."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Availability(str, Enum):
    """How the event shows in free/busy; all but FREE block time (TRANSP, RFC 5545 §3.8.2.7).

    The finer kinds are FBTYPE's (§3.2.9) and Exchange's; a side that knows two says BUSY for them.
    """

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "out-of-office"
    WORKING_ELSEWHERE = "working-elsewhere"


class Classification(str, Enum):
    """CLASS (RFC 5545 §3.8.1.3); DEFAULT is what the owner's calendar says."""

    DEFAULT = "default"
    PUBLIC = "public"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class Importance(str, Enum):
    """How much it matters that people come, as the organizer says (PRIORITY, RFC 5545 §3.8.1.9)."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class PartStat(str, Enum):
    """PARTSTAT of an attendee (RFC 5545 §3.2.12)."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Role(str, Enum):
    """ROLE of an attendee (RFC 5545 §3.2.16)."""

    REQUIRED = "req-participant"
    OPTIONAL = "opt-participant"


class UserType(str, Enum):
    """CUTYPE of an attendee (RFC 5545 §3.2.3)."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    ROOM = "room"


def normalized_address(address: str) -> str:
    """The form in which addresses are compared: trimmed, lower case, without `mailto:`."""
    return address.strip().removeprefix("mailto:").removeprefix("MAILTO:").lower()


@dataclass(frozen=True, slots=True)
class Organizer:
    """ORGANIZER (RFC 5545 §3.8.4.3); `address` is normalized."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """ATTENDEE (RFC 5545 §3.8.4.1); `address` is normalized and unique within an event."""

    address: str
    name: str = ""
    role: Role = Role.REQUIRED
    user_type: UserType = UserType.INDIVIDUAL
    partstat: PartStat = PartStat.NEEDS_ACTION
    comment: str = ""
    additional_guests: int = 0
    proposed: tuple[When, When] | None = None  # another start and end (COUNTER, RFC 5546 §3.2.7)


class ConferenceKind(str, Enum):
    """Whose room it is. A vendor's is made at its provider, OTHER is a link that anybody may have.

    ADDON is a room that others keep at the provider, never written; REFUSED: none was made.
    """

    MEET = "meet"
    TEAMS = "teams"
    OTHER = "other"
    ADDON = "addon"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Conference:
    """CONFERENCE (RFC 7986 §5.11): where to join, by link, and by phone if that is offered.

    A vendor's without `url` is asked for, and not there yet (`engine.conferences`).
    """

    kind: ConferenceKind
    url: str
    phone: str = ""


COLOURS = (
    *("crimson", "orangered", "lightcoral", "gold", "mediumseagreen", "green"),
    *("deepskyblue", "royalblue", "mediumpurple", "darkorchid", "dimgray"),
)
"""Those of CSS (RFC 7986 §5.9) that an event may be given."""


class AlarmAction(str, Enum):
    """ACTION of an alarm (RFC 5545 §3.8.6.1); AUDIO is read as DISPLAY."""

    DISPLAY = "display"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """VALARM (RFC 5545 §3.6.6): `minutes` before the start; after it if negative."""

    minutes: int
    action: AlarmAction = AlarmAction.DISPLAY


@dataclass(frozen=True, slots=True)
class Attachment:
    """ATTACH (RFC 5545 §3.8.1.1), always a link; `uri` is unique within an event."""

    uri: str
    name: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. `description` is an HTML fragment; `attendees` are sorted by address.

    `alarms` None: as the calendar it lies in does by default. `colour` is a name of CSS (RFC 7986
    §5.9). What stands after `nature` is about this version of the text and never merged:
    `created` and `updated` are aware, `unknown` are content lines that only their side understands.
    """

    start: When
    end: When
    summary: str = ""
    description: str = ""
    location: str = ""
    status: Status = Status.CONFIRMED
    availability: Availability = Availability.BUSY
    classification: Classification = Classification.DEFAULT
    organizer: Organizer | None = None
    attendees: tuple[Attendee, ...] = ()
    url: str = ""
    conference: Conference | None = None
    alarms: tuple[Alarm, ...] | None = None
    categories: tuple[str, ...] = ()
    colour: str = ""
    attachments: tuple[Attachment, ...] = ()
    rights: GuestRights = AS_USUAL
    importance: Importance = Importance.NORMAL
    nature: Nature | None = None  # of what is no meeting, but out of office or the like
    sequence: int = field(default=0, compare=False)
    created: datetime | None = field(default=None, compare=False)
    updated: datetime | None = field(default=None, compare=False)
    unknown: tuple[str, ...] = field(default=(), compare=False)

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)


@dataclass(frozen=True, slots=True)
class Override:
    """One date of a series that differs; `event` None is a cancelled date (EXDATE)."""

    recurrence_id: When
    event: Event | None


@dataclass(frozen=True, slots=True)
class CalendarObject:
    """Everything with one UID: a single event, or a series master with its overrides.

    `recurrence` holds RRULE, RDATE and EXDATE lines as in RFC 5545; empty for a single event.
    """

    uid: str
    event: Event
    recurrence: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = field(default=())

    @property
    def is_series(self) -> bool:
        return bool(self.recurrence)


def sorted_attendees(attendees: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """One attendee per address (the last one given wins), in the order of addresses."""
    unique = {attendee.address: attendee for attendee in attendees if attendee.address}
    return tuple(unique[address] for address in sorted(unique))


def instant(when: When, floating_zone: ZoneInfo | timezone = timezone.utc) -> datetime:
    """The moment in UTC at which `when` falls for somebody in `floating_zone`."""
    if not isinstance(when, datetime):
        when = datetime(when.year, when.month, when.day, tzinfo=floating_zone)
    elif when.tzinfo is None:
        when = when.replace(tzinfo=floating_zone)
    return when.astimezone(timezone.utc)


def ends_after(event: Event, moment: datetime) -> bool:
    """Whether the event may still lie ahead; a day of tolerance covers every time zone."""
    return instant(event.end) + timedelta(days=1) > moment


def when_to_text(when: When) -> str:
    """`2026-11-21`, `2026-11-21T09:00:00` (floating) or `2026-11-21T09:00:00 Europe/Paris`.

    In the hour that a clock change repeats, its second pass is said in UTC.
    """
    if not isinstance(when, datetime):
        return when.isoformat()
    if when.fold and when.utcoffset() != when.replace(fold=0).utcoffset():
        when = when.astimezone(timezone.utc)
    wall = when.replace(tzinfo=None).isoformat()
    if when.tzinfo is None:
        return wall
    return f"{wall} {getattr(when.tzinfo, 'key', None) or _utc_name(when)}"


def when_from_text(text: str) -> When:
    """Inverse of `when_to_text`; ValueError or ZoneInfoNotFoundError on anything else."""
    if "T" not in text:
        return date.fromisoformat(text)
    wall, _, zone = text.partition(" ")
    moment = datetime.fromisoformat(wall)
    return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment


def _utc_name(when: datetime) -> str:
    if when.utcoffset():
        raise ValueError("a zoned time needs a named zone, not an offset")
    return "UTC"
