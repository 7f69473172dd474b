"""A mailbox: its calendars, its items and the log of their changes."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from . import ids, recurrence
from .errors import item_not_found, malformed_id
from .folders import Folder, Group

Window = tuple[datetime, datetime]


@dataclass(slots=True)
class Attendee:
    address: str
    name: str
    type: str = "required"
    response: str = "none"
    answered: datetime | None = None
    proposed: Window | None = None
    """The other time this person asked for with the answer."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on an event."""

    name: str
    content: bytes
    content_type: str
    modified: datetime
    is_inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class OnlineMeeting:
    join_url: str
    provider: str
    ready: bool = True
    """False: the link is not there yet."""


@dataclass(slots=True)
class Item:
    """A single event, a series master, or (with `on`) one date of a series.

    `values` holds the plain writable properties under their Graph names; `start` and `end` are UTC,
    for an all-day event its dates at midnight. `uid` is what travels in invitations, `replaced_uid`
    what this mailbox shows instead of it. `born` is the generation that created the item,
    `intended` the free/busy the organizer wants, taken over when an attendee accepts.
    `custom_zone`: the zone is shown as `tzone://Microsoft/Custom`, whose rules nobody is told.
    """

    serial: int
    calendar: int
    uid: str
    created: datetime
    modified: datetime
    start: datetime
    end: datetime
    organizer: Attendee
    start_zone: str = "UTC"
    end_zone: str = "UTC"
    all_day: bool = False
    generation: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    attendees: list[Attendee] = field(default_factory=list)
    is_organizer: bool = True
    response: str = "organizer"
    answered: datetime | None = None
    is_cancelled: bool = False
    is_draft: bool = False
    sequence: int = 0
    transaction_id: str | None = None
    marks: dict[str, str] = field(default_factory=dict)
    mark_lists: dict[str, list[str]] = field(default_factory=dict)
    extensions: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    online: OnlineMeeting | None = None
    custom_zone: bool = False
    recurrence: dict[str, Any] | None = None
    overrides: dict[date, "Item"] = field(default_factory=dict)
    cancelled: set[date] = field(default_factory=set)
    on: date | None = None
    original_start: datetime | None = None
    edited: bool = False
    born: int = 0
    replaced_uid: str | None = None
    intended: str = "busy"

    @property
    def kind(self) -> str:
        if self.on is not None:
            return "exception" if self.edited else "occurrence"
        return "singleInstance" if self.recurrence is None else "seriesMaster"

    @property
    def subject(self) -> str | None:
        subject: str | None = self.values.get("subject")
        return subject

    def touches(self, window: Window) -> bool:
        """`start < windowEnd and end > windowStart`, an empty event by its start (contract 4)."""
        if self.start == self.end:
            return window[0] <= self.start < window[1]
        return self.start < window[1] and self.end > window[0]

    def occurrence(self, on: date) -> "Item":
        """One date of this series, edited or not. Raises GraphError 404."""
        if on in self.overrides:
            return self.overrides[on]
        if self.recurrence is None or on in self.cancelled:
            raise item_not_found()
        spans = recurrence.spans(self.recurrence, self.start, self.end, all_day=self.all_day)
        for day, start, end in spans:
            if day == on:
                return self._virtual(day, start, end)
            if day > on:
                break
        raise item_not_found()

    def deleted_dates(self) -> list["Item"]:
        """What the dates taken out of this series would be."""
        if self.recurrence is None or not self.cancelled:
            return []
        last, found = max(self.cancelled), []
        for on, start, end in recurrence.spans(
            self.recurrence, self.start, self.end, all_day=self.all_day
        ):
            if on > last:
                break
            if on in self.cancelled:
                found.append(self._virtual(on, start, end))
        return found

    def instances(self, window: Window) -> Iterator["Item"]:
        """Occurrences and exceptions in the window; edited ones by the time they were moved to."""
        if self.recurrence is None:
            return
        found = [item for item in self.overrides.values() if item.touches(window)]
        for on, start, end in recurrence.within(
            self.recurrence, self.start, self.end, window, all_day=self.all_day
        ):
            if on not in self.overrides and on not in self.cancelled:
                item = self._virtual(on, start, end)
                if item.touches(window):
                    found.append(item)
        yield from sorted(found, key=lambda item: item.start)

    def _virtual(self, on: date, start: datetime, end: datetime) -> "Item":
        return replace(
            self,
            on=on,
            start=start,
            end=end,
            original_start=start,
            recurrence=None,
            overrides={},
            cancelled=set(),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log; `on` when only one date of a series was meant."""

    generation: int
    at: datetime
    calendar: int
    serial: int
    on: date | None = None


def unnoticed(_mailbox: "Mailbox", _item: Item, _change: str) -> None:
    """Nobody watches."""


class Mailbox:
    """All that one person has in Outlook.

    `on_change` is told of each entry of the log: an item, and created, updated or deleted.
    """

    def __init__(self, person: str, address: str, name: str, *, personal: bool) -> None:
        self.person = person
        self.address = address
        self.name = name
        self.personal = personal
        # Random on purpose: ids of an earlier world must not name events of this one.
        self.identity = uuid.uuid4()
        self.condition = ""
        self.epoch = uuid.uuid4().hex
        self.folders = {1: Folder(1, "Calendar", is_default=True)}
        self.groups = {1: Group(1, "My Calendars")}
        self.settings: dict[str, Any] = {}
        self.categories: dict[str, dict[str, str]] = {}
        self.items: dict[int, Item] = {}
        self.by_uid: dict[str, int] = {}
        self.deleted: dict[int, Item] = {}
        self.log: list[Change] = []
        self.meeting_providers: tuple[str, ...] = ()
        self.waiting: set[int] = set()
        """Serials of items whose online meeting has no link yet."""
        self.transactions: dict[str, tuple[int, str]] = {}
        self.bumps: list[tuple[datetime, int]] = []
        self.on_change: Callable[[Mailbox, Item, str], None] = unnoticed
        self._serial = 0
        self._last_folder = 1

    @property
    def primary(self) -> Folder:
        return self.folders[1]

    @property
    def generation(self) -> int:
        return len(self.log)

    def next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def next_folder(self) -> int:
        """Never used before: the ids of a deleted calendar stay dead."""
        self._last_folder = max(self._last_folder, *self.folders) + 1
        return self._last_folder

    def remove_folder(self, folder: Folder, at: datetime) -> None:
        """With all that is in it; nobody is mailed."""
        if folder.source is None:
            for item in list(self.in_folder(folder.number)):
                self.remove(item, at)
        del self.folders[folder.number]

    def add(self, item: Item, at: datetime) -> None:
        self.items[item.serial] = item
        self.by_uid[item.uid] = item.serial
        self._note_waiting(item)
        self.touch(item, at, change="created")
        item.born = self.generation

    def touch(
        self,
        item: Item,
        at: datetime,
        on: date | None = None,
        *,
        change: str = "updated",
        quiet: bool = False,
    ) -> None:
        """A new change key, and an entry in the log. `item` is a single event or a master.

        `quiet`: of no calendar, so that delta does not report it (contract 3.12).
        """
        calendar = 0 if quiet else item.calendar
        self.log.append(Change(self.generation + 1, at, calendar, item.serial, on))
        item.generation = self.generation
        item.modified = at
        for override in item.overrides.values():
            override.generation = self.generation
        if not quiet:
            self.on_change(self, item, change)

    def _note_waiting(self, item: Item) -> None:
        if item.online is not None and not item.online.ready:
            self.waiting.add(item.serial)

    def remove(self, item: Item, at: datetime) -> None:
        self.touch(item, at, change="deleted")
        self.deleted[item.serial] = self.items.pop(item.serial)
        if self.by_uid.get(item.uid) == item.serial:
            del self.by_uid[item.uid]

    def move(self, item: Item, folder: int, at: datetime) -> None:
        """Into another calendar: gone from the one, new in the other (contract Q1)."""
        self.touch(item, at, change="deleted")
        item.calendar = folder
        self.touch(item, at, change="created")

    def replace(self, item: Item, at: datetime, *, quiet: bool = False) -> None:
        """Puts a changed copy in the place of the item; a date of a series becomes an exception."""
        self._note_waiting(item)
        if item.on is None:
            self.items[item.serial] = item
            self.touch(item, at, quiet=quiet)
            return
        item.edited = True
        master = self.items[item.serial]
        master.overrides[item.on] = item
        self.touch(master, at, item.on, quiet=quiet)

    def remove_date(self, item: Item, at: datetime) -> None:
        """Takes one date out of its series: the master says so by a new change key (D8)."""
        master = self.items[item.serial]
        if item.on is not None:
            master.overrides.pop(item.on, None)
            master.cancelled.add(item.on)
        self.touch(master, at, item.on)

    def settle(self, now: datetime) -> None:
        """Lets the server's own touches happen that are due (Q34)."""
        due = [serial for at, serial in self.bumps if at <= now]
        self.bumps = [bump for bump in self.bumps if bump[0] > now]
        for serial in due:
            if serial in self.items:
                self.touch(self.items[serial], now)

    def with_uid(self, uid: str) -> Item | None:
        serial = self.by_uid.get(uid)
        return None if serial is None else self.items[serial]

    def find(self, text: str, *, immutable: bool | None = None) -> Item:
        """The item or the date of a series an id names. `immutable` None takes both forms.

        Raises GraphError: 400 for foreign ids and the other form, 404 for what is gone.
        """
        reference = ids.read(text)
        sources = (folder.source for folder in self.folders.values() if folder.source)
        if any(reference.mailbox == source.identity for source in sources):
            raise item_not_found()
        if reference.mailbox != self.identity or reference.serial == 0:
            raise malformed_id()
        if immutable is not None and reference.immutable != immutable:
            raise malformed_id()
        item = self.items.get(reference.serial)
        if item is None or (not reference.immutable and item.calendar != reference.calendar):
            raise item_not_found()
        return item if reference.on is None else item.occurrence(reference.on)

    def tallies(self, item: Item) -> bool:
        """Only meetings of the primary calendar collect answers (contract 10)."""
        return item.calendar == 1

    def shown(self, item: Item) -> Item:
        """The item as its reader may see it."""
        return item

    def check_writable(self, item: Item) -> None:
        """Raises GraphError 403 where a visitor may not write."""

    def id_of(self, item: Item, *, immutable: bool) -> str:
        return self.id_at(item.calendar, item.serial, item.on, immutable=immutable)

    def id_at(self, calendar: int, serial: int, on: date | None, *, immutable: bool) -> str:
        reference = ids.Reference(self.identity, calendar, serial, on, immutable)
        return ids.event_id(reference, personal=self.personal)

    def folder(self, text: str) -> Folder:
        """Raises GraphError 400 or 404."""
        reference = ids.read(text)
        if reference.mailbox != self.identity or reference.serial != 0:
            raise malformed_id()
        if reference.calendar not in self.folders:
            raise item_not_found()
        return self.folders[reference.calendar]

    def in_folder(self, folder: int | None) -> Iterator[Item]:
        """Single events and masters, of one calendar or of all."""
        return (item for item in self.items.values() if folder is None or item.calendar == folder)

    def view(self, window: Window, folder: int | None = None) -> list[Item]:
        """Single events and dates of series that touch the window, by their start."""
        found: list[Item] = []
        for item in self.in_folder(folder):
            if item.recurrence is not None:
                found += item.instances(window)
            elif item.touches(window):
                found.append(item)
        return sorted(found, key=lambda item: item.start)
