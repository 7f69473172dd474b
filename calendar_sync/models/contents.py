"""An event's content, between its rows and the flat properties of `engine.properties`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from calendar_sync.engine.event import (
    Availability,
    Classification,
    Status,
    instant,
    when_from_text,
)
from calendar_sync.engine.properties import (
    ANSWER,
    AT,
    ATTENDEE,
    PROPOSAL,
    UNANSWERED,
    Json,
    Properties,
    is_overlay,
    on_which,
    without_echoes,
)
from calendar_sync.engine.scope import seen_alone
from calendar_sync.models.attendee import Attendee
from calendar_sync.models.bulk import BATCH, update_all
from calendar_sync.models.credential import ProviderCredential
from calendar_sync.models.entry import Entry
from calendar_sync.models.event import Event
from calendar_sync.models.link import Link
from calendar_sync.models.occurrences import replace_occurrences
from calendar_sync.models.scopes import Invited, default_calendars, save_scopes

COLUMNS = {
    "availability": Availability.BUSY.value,
    "classification": Classification.DEFAULT.value,
}
"""Of an entry, with what an absent property means; its other properties are in `personal`."""

EVENT_FIELDS = (
    "components",
    "organizer_address",
    "organizer_name",
    "organizer_user",
    "home",
    "sequence",
    "revision",
    "starts_at",
    "ends_at",
    "all_day",
    "is_series",
    "updated_at",
    "deleted_at",
    "archived",
)
GUEST_FIELDS = (
    "name",
    "role",
    "user_type",
    "partstat",
    "comment",
    "additional_guests",
    "user",
)


@dataclass(slots=True)
class Contents:
    """One event with its guests, by address, and what was changed since they were read."""

    event: Event
    guests: dict[str, Attendee] = field(default_factory=dict)
    moved: bool = False  # takes place at another time
    touched: set[str] = field(default_factory=set)
    removed: list[Attendee] = field(default_factory=list)
    regrouped: bool = False  # others are invited to the series, or to one of its dates
    outranked: frozenset[str] = frozenset()  # guests with a connected copy of their own

    @classmethod
    def of_rows(cls, event: Event, rows: Iterable[Mapping[str, Any]]) -> "Contents":
        """From the rows of `guests_beside`."""
        contents = cls(event)
        for row in rows:
            values = {**row, "user_id": row["user"]}
            connected = values.pop("connected")
            del values["user"]
            contents.add(Attendee(event=event, **values), connected=connected)
        return contents

    def add(self, guest: Attendee, *, connected: bool) -> None:
        self.guests[guest.address] = guest
        if connected:
            self.outranked |= {guest.address}

    def properties(self, entry: Entry | None = None) -> dict[str, Json]:
        """The shared properties, with the overlay of `entry` if there is one."""
        found: dict[str, Json] = {"status": Status.CONFIRMED.value, **self.event.components}
        if self.event.organizer_address:
            found["organizer"] = [self.event.organizer_address, self.event.organizer_name]
        for address, guest in self.guests.items():
            found[ATTENDEE + address] = [guest.name, guest.role, guest.user_type]
            found[ANSWER + address] = [guest.partstat, guest.comment, guest.additional_guests]
        if entry is not None:
            found |= {name: getattr(entry, name) for name in COLUMNS} | entry.personal
        return found

    def seen_by(self, link: Link) -> Properties:
        """What a copy is compared with: all of the event, or the one date that it holds."""
        return seen_alone(self.properties(link.entry), link.date) or {}

    def put(self, values: Properties, people: Mapping[str, int]) -> None:
        """Set shared properties; None removes one. `people`: whose the new addresses are.

        An answer without an invitation is dropped: the guest is gone.
        """
        # "answer:" sorts before "attendee:", but needs its row
        for key in sorted(values, key=lambda key: (key.startswith(ANSWER), key)):
            if not is_overlay(key):
                self._put(key, values[key], people)
        components = self.event.components
        if any(key.startswith(AT) for key in components):
            said = without_echoes(self.properties())
            self.event.components = {key: components[key] for key in components if key in said}
        if self.moved:
            derive_times(self.event)

    def invited(self) -> Invited:
        whole = {guest.user_id for guest in self.guests.values()}
        return Invited(self.event, frozenset(whole | {self.event.organizer_user_id}))

    def _put(self, key: str, value: Json, people: Mapping[str, int]) -> None:
        event, name = self.event, on_which(key)[1]
        self.regrouped |= key.startswith(AT) and name.startswith(ATTENDEE)
        if key.startswith(ATTENDEE):
            self._invite(key.removeprefix(ATTENDEE), value, people)
        elif key.startswith(ANSWER):
            self._answer(key.removeprefix(ANSWER), value)
        elif key == "organizer":
            event.organizer_address, event.organizer_name = (
                value if isinstance(value, list) else ("", "")
            )
            event.organizer_user_id = people.get(event.organizer_address)
        elif value is None:
            event.components.pop(key, None)
        else:
            event.components[key] = value
        self.moved |= key in {"when", "recurrence"} or key.startswith(AT)

    def _invite(self, address: str, value: Json, people: Mapping[str, int]) -> None:
        if not isinstance(value, list):
            if address in self.guests:
                self.removed.append(self.guests.pop(address))
                self.touched.discard(address)
                self.event.components.pop(PROPOSAL + address, None)
            return
        guest = self.guests.get(address)
        if guest is None:
            guest = Attendee(event=self.event, address=address, user_id=people.get(address))
            self.guests[address] = guest
            self.regrouped |= self.event.is_series
        guest.name, guest.role, guest.user_type = value
        self.touched.add(address)

    def _answer(self, address: str, value: Json) -> None:
        guest = self.guests.get(address)
        if guest is None:
            return
        answer = value if isinstance(value, list) else UNANSWERED
        guest.partstat, guest.comment, guest.additional_guests = answer
        self.touched.add(address)


def derive_times(event: Event) -> None:
    """The columns that queries use, from the components."""
    start, end = (when_from_text(text) for text in event.components["when"])
    event.starts_at, event.ends_at = instant(start), instant(end)
    event.all_day = not isinstance(start, datetime)
    event.is_series = bool(event.components.get("recurrence"))


def put_overlay(entry: Entry, values: Properties) -> bool:
    """Set what is one person's own, None for what it is by default; whether there was any of it."""
    own = {key: value for key, value in values.items() if is_overlay(key)}
    for key, value in own.items():
        if key in COLUMNS:
            setattr(entry, key, value or COLUMNS[key])
        elif value is None:
            entry.personal.pop(key, None)
        else:
            entry.personal[key] = value
    return bool(own)


def own_of(entry: Entry) -> dict[str, Json]:
    """What its person has set on it: the overlay."""
    return as_set({name: getattr(entry, name) for name in COLUMNS} | entry.personal)


def as_set(values: Properties) -> dict[str, Json]:
    """Without what is as it is by default."""
    return {key: value for key, value in values.items() if COLUMNS.get(key) != value}


def load_contents(events: Iterable[Event], beside: int | None = None) -> dict[int, Contents]:
    """Contents by event id, in one statement; `beside`, a pairing: whose copies do not count."""
    found = {event.pk: Contents(event) for event in events}
    if found:
        rows = Attendee.objects.filter(event__in=found, recurrence_id="")
        for guest in rows.annotate(**_connection(beside)):
            found[guest.event_id].add(guest, connected=guest.connected)
    return found


def guests_beside(beside: int) -> ArraySubquery:
    """For a query of links: the guests of each event, as `Contents.of_rows` takes them."""
    fields = ("id", "address", *GUEST_FIELDS, "connected")
    rows = Attendee.objects.filter(event=OuterRef("entry__event"), recurrence_id="")
    rows = rows.annotate(**_connection(beside))
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in fields})))


def _connection(beside: int | None) -> dict[str, Exists]:
    """Whether a guest has a connected copy of his own."""
    copies = Link.objects.open().filter(
        entry__event=OuterRef("event"),
        entry__calendar__owner=OuterRef("user"),
        kind=Link.Kind.MAIN,
        pairing__credential__state=ProviderCredential.State.ACTIVE,
    )
    return {"connected": Exists(copies.exclude(pairing=beside).exclude(href=""))}


def save_contents(contents: Iterable[Contents], now: datetime) -> None:
    """Write changed events, guests and occurrences; seven statements however many there are.

    A guest who is one of our users gets the event into his default calendar, and it leaves his
    calendars when he is no longer invited.
    """
    changed = list(contents)
    if not changed:
        return
    for each in changed:
        each.event.revision += 1
    update_all(Event, [each.event for each in changed], EVENT_FIELDS)
    save_guests(changed, now)
    save_scopes([each.invited() for each in changed if each.regrouped], now)
    replace_occurrences([each.event for each in changed if each.moved], now)


def save_guests(changed: list[Contents], now: datetime) -> None:
    removed = [(each.event, guest) for each in changed for guest in each.removed]
    if removed:
        Attendee.objects.filter(pk__in=[guest.pk for _, guest in removed]).delete()
        uninvited = Q()
        for event, guest in removed:
            if guest.user_id and guest.user_id != event.organizer_user_id:
                uninvited |= Q(event=event, calendar__owner=guest.user_id)
        if uninvited:
            Entry.objects.filter(uninvited, deleted_at=None).update(deleted_at=now)
    touched = [each.guests[address] for each in changed for address in sorted(each.touched)]
    if touched:
        Attendee.objects.bulk_create(
            touched,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["event", "recurrence_id", "address"],
            update_fields=GUEST_FIELDS,
        )
        enter_guests(touched)


def enter_guests(guests: Iterable[Attendee]) -> None:
    """Put events into the default calendars of those guests who are users of ours."""
    ours = {(guest.event_id, guest.user_id) for guest in guests if guest.user_id}
    if not ours:
        return
    owners = {user_id for _, user_id in ours}
    calendars = default_calendars(owners)
    rows = [
        Entry(calendar_id=calendars[user_id], event_id=event_id)
        for event_id, user_id in sorted(ours)
        if user_id in calendars
    ]
    Entry.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
