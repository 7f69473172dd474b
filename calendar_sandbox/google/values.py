"""What a calendar copy of a meeting holds (contract 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

Answer = Literal["needsAction", "declined", "tentative", "accepted"]
ANSWERS: tuple[Answer, ...] = ("needsAction", "declined", "tentative", "accepted")
Nested = Mapping[str, Any]


@dataclass(frozen=True)
class When:
    """One end of an event: a day, or an instant and the zone it was entered in (4.3)."""

    day: date | None = None
    instant: datetime | None = None
    """In UTC, whole seconds."""
    zone: str | None = None

    def at(self, zone: ZoneInfo) -> datetime:
        """The instant; days begin at midnight in the zone of the calendar."""
        if self.instant:
            return self.instant
        assert self.day  # noqa: S101 - one of the two is set
        return datetime.combine(self.day, time(), zone).astimezone(UTC)

    def wire(self, zone: ZoneInfo) -> dict[str, str]:
        """Printed in the zone of the response, naming the event's own zone."""
        if self.day:
            return {"date": self.day.isoformat()}
        assert self.instant  # noqa: S101 - one of the two is set
        local = self.instant.astimezone(zone).isoformat(timespec="seconds")
        text = {"dateTime": local.replace("+00:00", "Z")}
        return text | ({"timeZone": self.zone} if self.zone else {})

    def stamp(self) -> str:
        """As in the ids of instances (4.2)."""
        if self.day:
            return self.day.strftime("%Y%m%d")
        assert self.instant  # noqa: S101 - one of the two is set
        return self.instant.strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True)
class Attendee:
    email: str
    name: str = ""
    answer: Answer = "needsAction"
    optional: bool = False
    resource: bool = False
    comment: str = ""
    additional_guests: int = 0

    @property
    def key(self) -> str:
        return self.email.casefold()


@dataclass(frozen=True)
class Content:
    """Everything a write may set. Mappings are never changed in place, so copies share them."""

    start: When
    end: When
    status: Literal["confirmed", "tentative", "cancelled"] = "confirmed"
    shared: Nested = field(default_factory=dict)
    """Main fields by wire name, e.g. summary; a default value is left out."""
    personal: Nested = field(default_factory=dict)
    """Fields of this copy: colorId, transparency, visibility, reminders, source."""
    attendees: tuple[Attendee, ...] = ()
    shared_properties: Mapping[str, str] = field(default_factory=dict)
    private_properties: Mapping[str, str] = field(default_factory=dict)
    reminders: Nested = field(default_factory=lambda: {"useDefault": True})

    def row(self, email: str) -> Attendee | None:
        key = email.casefold()
        return next((row for row in self.attendees if row.key == key), None)

    def with_row(self, row: Attendee) -> "Content":
        """The row in place of the one of that address, else at the end."""
        if self.row(row.email) is None:
            return replace(self, attendees=(*self.attendees, row))
        rows = tuple(row if old.key == row.key else old for old in self.attendees)
        return replace(self, attendees=rows)

    def meeting(self) -> tuple[object, ...]:
        """What all copies have in common."""
        return (*self.timing(), self.status, self.shared, self.attendees, self.shared_properties)

    def timing(self) -> tuple[object, ...]:
        return (self.start, self.end, self.shared.get("recurrence"))

    def told(self) -> tuple[object, ...]:
        """What a guest is mailed about when it changes (5.2)."""
        words = tuple(self.shared.get(name) for name in ("summary", "description", "location"))
        return (*self.timing(), *words)


@dataclass
class Event:
    """One copy, on one calendar."""

    id: str
    ical_uid: str
    organizer: str
    creator: str
    content: Content
    created: int
    """Microseconds since the epoch, as the next two."""
    updated: int = 0
    """Stands still when only reminders or the colour change."""
    changed: int = 0
    serial: int = 0
    """Position in the order of creation on its calendar."""
    sequence: int = 0
    organizer_name: str = ""
    event_type: str = "default"
    recurring_event_id: str | None = None
    original_start: When | None = None
    private_copy: bool = False
    """Came by mail from an organizer outside Google (4.12)."""
    removed_by_guest: bool = False
    swept: bool = False
    """An exception that went with its series: four keys remain (4.11)."""
    settled: Content | None = None
    """Of a master: what its exceptions are in line with."""
    former: tuple[tuple[int, Content], ...] = ()
    """Of a master: other rules it had, each with the position of the log up to which."""

    @property
    def etag(self) -> str:
        return f'"{2 * self.changed}"'

    @property
    def cancelled(self) -> bool:
        return self.content.status == "cancelled"

    @property
    def is_master(self) -> bool:
        return "recurrence" in self.content.shared


@dataclass
class Rule:
    """Lets somebody, or many, into a calendar (11.3)."""

    kind: str
    """`user`, `group`, `domain` or `default`."""
    value: str
    """Address or domain; empty for `default`."""
    role: str
    changed: int = 0

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.value}" if self.value else self.kind

    @property
    def etag(self) -> str:
        return f'"{self.changed}"'


@dataclass(frozen=True)
class WriteOptions:
    """Query parameters of a write (5.1)."""

    send: Literal["all", "externalOnly", "none"] | None = None
    cause: str = ""
    """For the mail log."""
    attachments: bool = False
    conference: bool = False
    max_attendees: int | None = None
    as_found: bool = False
    """Loaded: rules too old or too odd for a write of today are kept (7.1)."""
    by_hand: bool = False
    """In Google's own pages, which list the organizer among the guests (4.4)."""
