"""The organization's address book: persons and leads outside it, and the meetings with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from calendar_sync.actions.calendars import people_at, people_of
from calendar_sync.actions.date_guests import seen_by
from calendar_sync.actions.errors import Invalid, NotVisible
from calendar_sync.engine.event import (
    UserType,
    instant,
    normalized_address,
    when_from_text,
    when_to_text,
)
from calendar_sync.engine.guests import is_mailable
from calendar_sync.engine.occurrences import date_named
from calendar_sync.engine.properties import object_of
from calendar_sync.engine.scope import seen_alone
from calendar_sync.models import Attendee, Contact, ContactAddress, Entry, Event
from calendar_sync.models.contents import load_contents
from calendar_sync.models.entry import EntryQuerySet
from calendar_sync.security.access import check_access, may

CONTACT = "calendar_sync.contact"
LONGEST_NAME, LONGEST_PHONE, LONGEST_NOTES = 200, 100, 10_000
MOST_ADDRESSES = 20
MEETINGS_SHOWN = 50
SUGGESTED = 12


@dataclass(frozen=True)
class ContactDraft:
    """A contact as typed; the first address is the one he is invited by."""

    name: str
    kind: str = Contact.Kind.PERSON.value
    addresses: tuple[str, ...] = ()
    phone: str = ""
    notes: str = ""


@dataclass(frozen=True)
class ContactRow:
    id: int
    name: str
    kind: str
    addresses: tuple[str, ...]
    phone: str
    notes: str


@dataclass(frozen=True)
class MeetingRow:
    """A meeting with a contact that the viewer may see; a series by its first date that he has."""

    id: int
    summary: str
    starts_at: datetime
    all_day: bool
    date: str = ""  # if he has single dates only: which, as `EventCard.date` names it


@dataclass(frozen=True)
class Suggestion:
    """Somebody who may be meant by what was typed; `kind` is colleague, person, lead, …"""

    address: str
    name: str
    kind: str


def contacts(user: User, text: str = "", after: str = "", limit: int = 100) -> list[ContactRow]:
    """Those that the text finds, by name; `after` is `place_of` of the last one before."""
    check_access(user, CONTACT, "read")
    rows = Contact.objects.visible_to(user).found_by(text)
    if after:
        name, _, pk = after.rpartition("\x1f")
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(pk)))
    found = rows.prefetch_related("addresses").order_by("name", "pk")[:limit]
    return [_row(each) for each in found]


def place_of(row: ContactRow) -> str:
    return f"{row.name}\x1f{row.id}"


def contact(user: User, pk: int) -> ContactRow:
    check_access(user, CONTACT, "read")
    return _row(_visible(user, pk))


def save_contact(user: User, pk: int | None, draft: ContactDraft) -> ContactRow:
    """A new contact, or all fields of one there is. Raises Invalid."""
    check_access(user, CONTACT, "write" if pk else "create")
    row = _visible(user, pk) if pk else Contact()
    addresses = _checked(draft, row)
    row.name, row.kind = _line(draft.name) or addresses[0], draft.kind
    row.phone, row.notes = _line(draft.phone), draft.notes.replace("\0", "").strip()
    try:
        with transaction.atomic():
            row.save()
            row.addresses.exclude(address__in=addresses).delete()
            known = set(row.addresses.values_list("address", flat=True))
            new = [each for each in addresses if each not in known]
            rows = [ContactAddress(contact=row, address=each) for each in new]
            ContactAddress.objects.bulk_create(rows)
    except IntegrityError:  # taken since it was checked
        raise Invalid({"addresses": "Another contact has one of these addresses."}) from None
    return contact(user, row.pk)


def delete_contact(user: User, pk: int) -> None:
    """The contact only: meetings keep their guests."""
    check_access(user, CONTACT, "unlink")
    _visible(user, pk).delete()


def meetings_with(user: User, pk: int) -> list[MeetingRow]:
    """The newest first; of those that the viewer may see."""
    check_access(user, CONTACT, "read")
    addresses = {each.address for each in _visible(user, pk).addresses.all()}
    dated = Entry.objects.alive().filter(calendar__owner=user.pk).exclude(scope=[])
    invited = Attendee.objects.visible_to(user).filter(event=OuterRef("pk"), address__in=addresses)
    events = Event.objects.visible_to(user).alive().exclude(pk__in=dated.values("event"))
    events = events.filter(Exists(invited) | Q(organizer_address__in=addresses))
    found = events.order_by("-starts_at", "-pk")[:MEETINGS_SHOWN]
    rows = [MeetingRow(each.pk, each.summary, each.starts_at, each.all_day) for each in found]
    rows += _dates_with(user, dated, addresses)
    return sorted(rows, key=lambda row: (row.starts_at, row.id), reverse=True)[:MEETINGS_SHOWN]


def _dates_with(user: User, dated: EntryQuerySet, addresses: set[str]) -> Iterator[MeetingRow]:
    """Of series of which the viewer knows single dates only: those, each for itself."""
    entries = list(dated.select_related("event"))
    contents = load_contents([entry.event for entry in entries])
    for entry in entries:
        values = contents[entry.event_id].properties()
        first = when_from_text(entry.event.components["when"][0])
        for date in entry.scope:
            shown = seen_alone(values, date)
            if shown is None:
                continue
            event = seen_by(user, entry.event, object_of("", shown)).event
            met = {guest.address for guest in event.attendees} | {entry.event.organizer_address}
            if not met.isdisjoint(addresses):
                yield MeetingRow(
                    entry.event_id,
                    event.summary,
                    instant(event.start),
                    not isinstance(event.start, datetime),
                    when_to_text(date_named(date, first)),
                )


def suggestions(user: User, text: str) -> list[Suggestion]:
    """Whom a guest field offers: colleagues, then contacts and leads, then rooms and lists.

    Rooms and lists are those of meetings that the viewer may see.
    """
    words = text.lower().split()
    if not words:
        return []
    found = [
        Suggestion(login, name, "colleague")
        for pk, name, _, login in people_of(user)
        if pk != user.pk and all(word in f"{name} {login}".lower() for word in words)
    ]
    if may(user, CONTACT, "read"):
        rows = Contact.objects.visible_to(user).found_by(text).prefetch_related("addresses")
        found += [
            Suggestion(each.address, row.name, row.kind)
            for row in rows.order_by("name", "pk")[:SUGGESTED]
            for each in row.addresses.all()
        ]
    return [*found, *_places(user, words)][:SUGGESTED]


def _places(user: User, words: Sequence[str]) -> list[Suggestion]:
    kinds = (UserType.ROOM.value, UserType.GROUP.value)
    rows = Attendee.objects.visible_to(user).filter(user_type__in=kinds)
    for word in words:
        rows = rows.filter(Q(address__icontains=word) | Q(name__icontains=word))
    seen = rows.order_by("address", "-pk").distinct("address")[:SUGGESTED]
    return [Suggestion(each.address, each.name, each.user_type) for each in seen]


def _visible(user: User, pk: int) -> Contact:
    row = Contact.objects.visible_to(user).prefetch_related("addresses").filter(pk=pk).first()
    if row is None:
        raise NotVisible
    return row


def _row(each: Contact) -> ContactRow:
    addresses = tuple(row.address for row in each.addresses.all())
    return ContactRow(each.pk, each.name, each.kind, addresses, each.phone, each.notes)


def _checked(draft: ContactDraft, row: Contact) -> list[str]:
    """The addresses, normalized, each once. Raises Invalid."""
    errors: dict[str, str] = {}
    addresses = list(dict.fromkeys(map(normalized_address, draft.addresses)))
    for name, longest in (
        ("name", LONGEST_NAME),
        ("phone", LONGEST_PHONE),
        ("notes", LONGEST_NOTES),
    ):
        if len(getattr(draft, name)) > longest:
            errors[name] = f"Give up to {longest:,} characters."
    if draft.kind not in Contact.Kind.values:
        errors["kind"] = f"Choose one of {', '.join(Contact.Kind.values)}."
    if not _line(draft.name) and not addresses:
        errors["name"] = "Give a name or an address."
    if len(addresses) > MOST_ADDRESSES:
        errors["addresses"] = f"Give up to {MOST_ADDRESSES} addresses."
    elif wrong := _wrong_address(addresses, row):
        errors["addresses"] = wrong
    if errors:
        raise Invalid(errors)
    return addresses


def _wrong_address(addresses: Sequence[str], row: Contact) -> str:
    for each in addresses:
        if not is_mailable(each):
            return f"‘{each}’ isn't a complete address."
    if colleagues := people_at(addresses):
        return f"{min(colleagues)} is a colleague's address."
    others: dict[str, Any] = Contact.objects.at(addresses)
    taken = {each: other for each, other in others.items() if other.pk != row.pk}
    if taken:
        each = min(taken)
        return f"{taken[each].name} has {each} already."
    return ""


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
