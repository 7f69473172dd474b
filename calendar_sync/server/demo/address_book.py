"""Whom the organization knows outside: the guests of its meetings, with what one writes down."""

from calendar_sync.actions.contacts import ContactDraft, save_contact
from calendar_sync.models import Contact
from calendar_sync.server.models import User

CONTACTS = (
    ContactDraft(
        "Julie Moreau",
        addresses=("j.moreau@client.example", "julie@moreau.example"),
        phone="+33 1 99 00 12 34",
        notes="Client Ltd, purchasing. Prefers mornings.",
    ),
    ContactDraft("Jules Perrin", addresses=("jules@client.example",), notes="Client Ltd"),
    ContactDraft("Paul Lenoir", addresses=("paul@garden.example",)),
    ContactDraft(
        "Sam Lee",
        Contact.Kind.LEAD.value,
        ("sam.lee@mail.example",),
        notes="Applied for back-end developer.",
    ),
)


def fill_address_book(writer: User) -> None:
    for draft in CONTACTS:
        save_contact(writer, None, draft)
