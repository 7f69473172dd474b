"""Contacts: the organization's address book."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from calendar_sync.actions import contacts as address_book
from calendar_sync.actions.contacts import (
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_PHONE,
    MOST_ADDRESSES,
    ContactDraft,
    ContactRow,
)
from calendar_sync.controllers.api.kinds import Listed, Number, Text, Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.problems import wrong_parameters
from calendar_sync.controllers.api.shapes import UNSET, given
from calendar_sync.models import Contact as Row

Kind = Annotated[str, Word(tuple(Row.Kind.values)), "A contact, or a lead."]
Name = Annotated[str, Text(LONGEST_NAME)]
Addresses = Annotated[
    tuple[str, ...],
    Listed(Text(320), MOST_ADDRESSES),
    "Mail addresses; the first is used for invitations.",
]
Phone = Annotated[str, Text(LONGEST_PHONE)]
Notes = Annotated[str, Text(LONGEST_NOTES)]


@dataclass(frozen=True)
class NewContact:
    """Somebody outside the organization; a name or an address is needed."""

    name: Name = ""
    kind: Kind = Row.Kind.PERSON.value
    addresses: Addresses = ()
    phone: Phone = ""
    notes: Notes = ""


@dataclass(frozen=True)
class ContactChanges:
    """What is left out stays; `addresses` names all of them."""

    name: Name = UNSET
    kind: Kind = UNSET
    addresses: Addresses = UNSET
    phone: Phone = UNSET
    notes: Notes = UNSET


@dataclass(frozen=True)
class Contact:
    """Somebody outside the organization, whom everybody in it sees."""

    id: int
    name: str
    kind: Kind
    addresses: tuple[str, ...]
    phone: str
    notes: str


@dataclass(frozen=True)
class Search:
    """Which contacts to list."""

    q: Annotated[str, Text(200), "Words that name, addresses or phone hold."] = ""
    limit: Annotated[int, Number(1, 500)] = 100
    after: Annotated[str, Text(300), "`next` of the page before."] = UNSET


@dataclass(frozen=True)
class ContactPage:
    """Contacts by name."""

    items: tuple[Contact, ...]
    next: Annotated[str | None, "`after` of the next page; null: this is the last."]


@dataclass(frozen=True)
class Meeting:
    """A meeting with the contact that the caller may see; a series by its first date.

    Of whom the caller is invited to single dates with, these are named by `date`.
    """

    id: int
    date: str | None
    summary: str
    start: datetime


@dataclass(frozen=True)
class Meetings:
    """The newest first, fifty at most."""

    items: tuple[Meeting, ...]


def list_contacts(caller: Caller, query: Search) -> ContactPage:
    """Contacts"""
    after = "" if query.after is UNSET else query.after
    try:
        rows = address_book.contacts(caller.user, query.q, after, query.limit + 1)
    except ValueError:
        raise wrong_parameters({"after": "Give `next` of the page before."}) from None
    page = rows[: query.limit]
    more = address_book.place_of(page[-1]) if len(rows) > len(page) else None
    return ContactPage(tuple(map(_contact, page)), more)


def create_contact(caller: Caller, body: NewContact) -> Contact:
    """Add a contact"""
    draft = ContactDraft(body.name, body.kind, body.addresses, body.phone, body.notes)
    return _contact(address_book.save_contact(caller.user, None, draft))


def get_contact(caller: Caller, pk: int) -> Contact:
    """One contact"""
    return _contact(address_book.contact(caller.user, pk))


def change_contact(caller: Caller, pk: int, body: ContactChanges) -> Contact:
    """Change a contact"""
    row = address_book.contact(caller.user, pk)
    fields = {
        "name": row.name,
        "kind": row.kind,
        "addresses": row.addresses,
        "phone": row.phone,
        "notes": row.notes,
    }
    draft = ContactDraft(**{**fields, **given(body)})
    return _contact(address_book.save_contact(caller.user, pk, draft))


def delete_contact(caller: Caller, pk: int) -> None:
    """Delete a contact

    Meetings keep their guests.
    """
    address_book.delete_contact(caller.user, pk)


def list_contact_meetings(caller: Caller, pk: int) -> Meetings:
    """Meetings with a contact"""
    found = address_book.meetings_with(caller.user, pk)
    return Meetings(
        tuple(Meeting(each.id, each.date or None, each.summary, each.starts_at) for each in found)
    )


def _contact(row: ContactRow) -> Contact:
    return Contact(row.id, row.name, row.kind, row.addresses, row.phone, row.notes)
