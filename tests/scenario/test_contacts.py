"""The organization's address book, and the meetings with the people in it."""

from __future__ import annotations

import pytest

from calendar_sync.actions.contacts import (
    ContactDraft,
    contact,
    contacts,
    delete_contact,
    meetings_with,
    place_of,
    save_contact,
    suggestions,
)
from calendar_sync.actions.errors import Invalid, NotVisible
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.invitations import Invited
from calendar_sync.engine.event import UserType
from calendar_sync.models import Attendee, Contact
from calendar_sync.security.access import AccessDenied
from calendar_sync.server.models import ModelAccess
from support.world import Organization

EVA = "eva@client.example"
PRIVATE = "eva.lind@home.example"


def lind(*addresses: str, name: str = "Eva Lind", kind: str = "person") -> ContactDraft:
    return ContactDraft(name, kind, addresses or (EVA, PRIVATE), "+33 1 23", "Likes tea.")


def test_contact_is_everybodys(organization: Organization) -> None:
    made = save_contact(organization.anna, None, lind(" Eva@Client.example ", PRIVATE, EVA))

    assert made.addresses == (EVA, PRIVATE)
    assert contact(organization.ben, made.id) == made
    changed = save_contact(organization.ben, made.id, lind(PRIVATE, kind="lead"))
    assert (changed.kind, changed.addresses) == ("lead", (PRIVATE,))
    delete_contact(organization.cleo, made.id)
    with pytest.raises(NotVisible):
        contact(organization.anna, made.id)


@pytest.mark.parametrize(
    ("draft", "errors"),
    [
        (lind("eva@"), {"addresses": "‘eva@’ isn't a complete address."}),
        (lind("BEN@corp.example"), {"addresses": "ben@corp.example is a colleague's address."}),
        (lind("max@client.example"), {"addresses": "Max has max@client.example already."}),
        (ContactDraft(" \0"), {"name": "Give a name or an address."}),
        (lind(name="x" * 201), {"name": "Give up to 200 characters."}),
        (lind(kind="boss"), {"kind": "Choose one of person, lead."}),
        (lind(*[f"e{n}@x.example" for n in range(21)]), {"addresses": "Give up to 20 addresses."}),
    ],
)
def test_what_makes_no_contact(
    organization: Organization, draft: ContactDraft, errors: dict[str, str]
) -> None:
    save_contact(organization.anna, None, lind("max@client.example", name="Max"))

    with pytest.raises(Invalid) as refused:
        save_contact(organization.anna, None, draft)

    assert refused.value.errors == errors
    assert Contact.objects.count() == 1


def test_search_finds_every_word_in_name_address_or_phone(organization: Organization) -> None:
    anna = organization.anna
    save_contact(anna, None, lind())
    save_contact(anna, None, ContactDraft("Max", addresses=("max@client.example",)))

    found = {
        text: [row.name for row in contacts(anna, text)]
        for text in ("eva client", "CLIENT", "23", "ev max", "")
    }

    assert found == {
        "eva client": ["Eva Lind"],
        "CLIENT": ["Eva Lind", "Max"],
        "23": ["Eva Lind"],
        "ev max": [],
        "": ["Eva Lind", "Max"],
    }


def test_pages_go_on_where_the_last_one_ended(organization: Organization) -> None:
    for _ in range(3):
        save_contact(organization.anna, None, ContactDraft("Same name"))

    first = contacts(organization.anna, limit=2)
    rest = contacts(organization.anna, after=place_of(first[-1]))

    assert len(first) == 2
    assert len(rest) == 1
    assert rest[0].id > first[-1].id


def test_meetings_with_a_person_under_every_address(organization: Organization) -> None:
    """Old ones too, and only what the viewer may see."""
    anna, ben = organization.anna, organization.ben
    organization.create(anna, "By work", EVA)
    organization.create(anna, "By home", PRIVATE, "ben@corp.example")
    organization.create(anna, "Without", "max@client.example")

    made = save_contact(anna, None, lind())

    assert {each.summary for each in meetings_with(anna, made.id)} == {"By work", "By home"}
    assert [each.summary for each in meetings_with(ben, made.id)] == ["By home"]
    assert meetings_with(organization.cleo, made.id) == []


def test_guests_bear_the_name_of_their_contact(organization: Organization) -> None:
    event = organization.create(organization.anna, "Review", EVA, "ben@corp.example")
    made = save_contact(organization.anna, None, lind(kind="lead"))

    guests = event_detail(organization.anna, event.pk).guests

    assert [(each.contact_id, each.contact, each.contact_kind) for each in guests] == [
        (None, "", ""),
        (made.id, "Eva Lind", "lead"),
    ]


def test_guest_field_offers_colleagues_contacts_leads_rooms_and_lists(
    organization: Organization,
) -> None:
    anna = organization.anna
    save_contact(anna, None, lind("bert@client.example", name="Bert", kind="lead"))
    room = Invited("board@corp.example", "Board room", kind=UserType.ROOM)
    everybody = Invited("best@corp.example", kind=UserType.GROUP)
    organization.create(anna, "Review", room, everybody)  # type: ignore[arg-type]
    kinds = dict(Attendee.objects.values_list("address", "user_type"))
    assert kinds == {"board@corp.example": "room", "best@corp.example": "group"}

    offered = [(each.address, each.kind) for each in suggestions(anna, "b")]

    assert offered == [
        ("ben@corp.example", "colleague"),
        ("bert@client.example", "lead"),
        ("best@corp.example", "group"),
        ("board@corp.example", "room"),
    ]
    assert [each.kind for each in suggestions(organization.cleo, "board")] == []
    assert suggestions(anna, "  ") == []


def test_no_row_in_the_table_of_rights_no_contact(organization: Organization) -> None:
    made = save_contact(organization.anna, None, lind())
    ModelAccess.objects.filter(model="calendar_sync.contact").delete()

    for act in (
        lambda: contacts(organization.ben),
        lambda: contact(organization.ben, made.id),
        lambda: save_contact(organization.ben, None, lind()),
        lambda: save_contact(organization.ben, made.id, lind()),
        lambda: meetings_with(organization.ben, made.id),
        lambda: delete_contact(organization.ben, made.id),
    ):
        with pytest.raises(AccessDenied):
            act()
    assert suggestions(organization.ben, "eva") == []
