"""*Contacts* in a browser without script, and over the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.account_choices import account_choices
from calendar_sync.models import Contact
from support.api import Program
from support.pages import location, text_of
from support.world import Organization

Browser = Callable[[AbstractBaseUser], Client]
EVA = "eva@client.example"


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


def test_add_find_change_and_delete(organization: Organization, anna: Client) -> None:
    assert "No contacts yet" in text_of(anna.get("/contacts"))
    organization.create(organization.anna, "Review", EVA)
    form = {"name": "Eva <b>Lind", "kind": "lead", "addresses": f"{EVA}\r\neva@home.example\r\n"}

    page = location(anna.post("/contacts/new", form))

    shown = text_of(anna.get(page))
    assert "Review" in shown
    assert "<b>Lind" not in anna.get(page).content.decode()
    assert EVA in text_of(anna.get("/contacts?q=lind"))
    assert "Nobody is called" in text_of(anna.get("/contacts?q=max"))
    anna.post(page, {**form, "addresses": EVA, "notes": "Tea"})
    assert [row.address for row in Contact.objects.get().addresses.all()] == [EVA]
    assert location(anna.post(f"{page}/delete")) == "/contacts"
    assert anna.get(page).status_code == 404


def test_refused_contact_comes_back_filled(anna: Client) -> None:
    page = anna.post("/contacts/new", {"name": "Eva", "kind": "person", "addresses": "eva@"})

    assert page.status_code == 422
    assert "‘eva@’ isn't a complete address." in text_of(page)
    assert 'value="Eva"' in page.content.decode()


def test_options_of_a_guest_field(organization: Organization, anna: Client) -> None:
    """The last field of the name is the one being typed into; before it are those chosen."""
    Program.of(organization.anna).post(
        "/contacts", {"name": 'Eva "E" Lind', "addresses": [EVA], "kind": "lead"}
    )

    answer = anna.get("/calendar/guests", {"guests": ["ben@corp.example", "ev"]})

    assert answer.content.decode() == (
        f'<option value="Eva &quot;E&quot; Lind &lt;{EVA}&gt;">Lead</option>\n\n'
    )


def test_api(organization: Organization) -> None:
    anna, ben = Program.of(organization.anna), Program.of(organization.ben)
    made = anna.post("/contacts", {"name": "Eva Lind", "addresses": ["EVA@client.example"]})
    path = f"/contacts/{made.body['id']}"
    organization.create(organization.anna, "Review", EVA)

    assert made.status == 201
    assert made.body == {
        "id": made.body["id"],
        "name": "Eva Lind",
        "kind": "person",
        "addresses": [EVA],
        "phone": "",
        "notes": "",
    }
    assert ben.ask("PATCH", path, {"kind": "lead"}).body == {**made.body, "kind": "lead"}
    assert anna.get("/contacts", q="lind").body["items"] == [ben.get(path).body]
    assert [each["summary"] for each in anna.get(f"{path}/meetings").body["items"]] == ["Review"]
    assert ben.get(f"{path}/meetings").body == {"items": []}
    wrong = ben.ask("PATCH", path, {"addresses": ["eva"]})
    assert (wrong.status, wrong.body["errors"]) == (
        422,
        [{"pointer": "#/addresses", "detail": "‘eva’ isn't a complete address."}],
    )
    assert ben.ask("DELETE", path).status == 204
    assert anna.get(path).status == 404


def test_api_lists_in_pages(organization: Organization) -> None:
    anna = Program.of(organization.anna)
    for name in ("Eva", "Max", "Zoe"):
        anna.post("/contacts", {"name": name})

    first = anna.get("/contacts", limit=2).body
    rest = anna.get("/contacts", limit=2, after=first["next"]).body

    names = [[each["name"] for each in page["items"]] for page in (first, rest)]
    assert names == [["Eva", "Max"], ["Zoe"]]
    assert rest["next"] is None
    assert anna.get("/contacts", after="nowhere").status == 400


def test_guests_from_outside_are_a_choice_of_the_connection(
    organization: Organization, anna: Client
) -> None:
    account = organization.connect(organization.anna, "google")
    page = text_of(anna.get("/connections"))
    assert "only colleagues and rooms are sent" in page

    answer = anna.post(f"/connections/{account.pk}/guests", {"outside": "keep", "become": "lead"})

    assert location(answer) == "/connections"
    (choice,) = account_choices(organization.anna)
    assert (choice.policy.outside_guests, choice.policy.guests_become) == (False, "lead")
