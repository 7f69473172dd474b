"""What both sides changed, as its person sees and decides it; the rule of a connection."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.events import edit_event
from calendar_sync.engine.event import when_from_text
from calendar_sync.models import Event, Link, Pairing, ProviderCredential
from support.api import Program
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    """Her event is renamed on both sides, and she is asked."""
    credential = organization.connect(organization.anna, "google")
    organization.create(organization.anna, "Review")
    organization.sync()
    browser = browser_of(organization.anna)
    saved = browser.post(f"/connections/{credential.pk}/conflicts", {"rule": "ask"})
    assert location(saved) == "/connections"
    organization.advance(minutes=1)
    _edit(organization, summary="Ours <b>now</b>")
    organization.there("anna", "google").rename("Review", "Theirs")
    organization.sync()
    return browser


def _edit(organization: Organization, **changes: object) -> None:
    edit_event(organization.anna, Event.objects.get().pk, changes, None, organization.now)


def _answer(client: Client, choice: str) -> str:
    link = Link.objects.get()
    page = client.get("/attention")
    (asked,) = page.context["questions"]
    form = {"property": asked["property"], "about": asked["about"], "choice": choice}
    assert location(client.post(f"/attention/{link.pk}/answer", form)) == "/attention"
    return text_of(client.get("/attention"))


def test_both_values_stand_side_by_side(anna: Client) -> None:
    text = text_of(anna.get("/attention"))
    assert "Changed on both sides · Ours <b>now</b>" in text
    assert "Whose title holds?" in text
    assert "Here Ours <b>now</b> Google Theirs" in text
    assert "Keep ours Take Google's" in text
    assert b"Ours <b>now</b>" not in anna.get("/attention").content


def test_a_decision(organization: Organization, anna: Client) -> None:
    assert "Settled with the next sync." in _answer(anna, "theirs")
    organization.work()
    assert organization.titles_here(organization.anna) == ["Theirs"]
    assert "Nothing needs you." in text_of(anna.get("/attention"))


def test_pages_that_are_no_longer_true(
    organization: Organization, anna: Client, browser_of: Browser
) -> None:
    link = Link.objects.get()
    stale = {"property": "summary", "about": "0", "choice": "ours"}
    anna.post(f"/attention/{link.pk}/answer", stale)
    assert "It was changed meanwhile: look again." in text_of(anna.get("/attention"))
    anna.post(f"/attention/{link.pk}/answer", stale | {"property": "location"})
    assert "This was settled meanwhile." in text_of(anna.get("/attention"))
    ben = browser_of(organization.ben)
    ben.post(f"/attention/{link.pk}/answer", stale)
    assert "This was settled meanwhile." in text_of(ben.get("/attention"))
    assert Link.objects.get().decided is None


def test_times_and_texts_in_words(organization: Organization, anna: Client) -> None:
    _answer(anna, "ours")
    organization.work()
    start, end = (when_from_text(f"2026-12-03T{hour}:00:00 Europe/Paris") for hour in (14, 15))
    _edit(organization, start=start, end=end, description="<p>Bring <i>tea</i></p>")
    there = organization.there("anna", "google")
    organization.sandbox.google.edit(
        organization.sandbox.people.get("anna"),
        there.id_of("Ours <b>now</b>"),
        {
            "description": "<p>Bring cake</p>",
            "start": {"dateTime": "2026-12-04T09:00:00", "timeZone": "Europe/Paris"},
            "end": {"dateTime": "2026-12-04T10:00:00", "timeZone": "Europe/Paris"},
        },
    )
    organization.sync()
    text = text_of(anna.get("/attention"))
    assert "Here Bring tea Google Bring cake" in text
    assert "Here Thu 3 Dec 13:00–14:00 Google Fri 4 Dec 08:00–09:00" in text
    assert "Keep ours Take Google's Keep both" in text


def test_the_rule_is_chosen_at_the_connection(anna: Client) -> None:
    page = anna.get("/connections")
    assert "When the same thing was changed on both sides" in text_of(page)
    assert b'<option value="ask" selected>' in page.content
    assert Pairing.objects.get().policy["conflict"] == "ask"


def test_rules_nobody_knows_and_accounts_of_others(
    organization: Organization, anna: Client, browser_of: Browser
) -> None:
    path = f"/connections/{ProviderCredential.objects.get().pk}/conflicts"
    anna.post(path, {"rule": "whoever"})
    assert "There is no such rule." in text_of(anna.get("/connections"))
    assert browser_of(organization.ben).post(path, {"rule": "ours"}).status_code == 404
    assert Pairing.objects.get().policy["conflict"] == "ask"


@pytest.mark.usefixtures("anna")
def test_over_the_api(organization: Organization) -> None:
    program = Program.of(organization.anna)
    (asked,) = program.get("/conflicts").body["items"]
    assert (asked["name"], asked["here"], asked["there"]) == ("title", "Ours <b>now</b>", "Theirs")
    said = {"property": asked["property"], "about": asked["about"]}
    path = f"/conflicts/{asked['id']}"
    assert program.post(path, said | {"choice": "both"}).body["code"] == "no_such_choice"
    stale = program.post(path, said | {"about": "0", "choice": "ours"})
    assert (stale.status, stale.body["code"]) == (409, "changed_meanwhile")
    assert Program.of(organization.ben).post(path, said | {"choice": "ours"}).status == 404
    assert program.post(path, said | {"choice": "ours"}).status == 204
    organization.work()
    assert organization.there("anna", "google").titles() == ["Ours <b>now</b>"]
    assert program.get("/conflicts").body["items"] == []
