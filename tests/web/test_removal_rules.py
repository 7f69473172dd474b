"""Made here, removed there: the choice on *My connections*, the question on *Needs attention*."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from support.api import Program
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]


def test_choose_ask_and_answer(organization: Organization, browser_of: Browser) -> None:
    account = organization.connect(organization.anna, "google")
    anna, there = browser_of(organization.anna), organization.there("anna", "google")
    page = text_of(anna.get("/connections"))
    assert "An event made here and removed there" in page
    url = f"/connections/{account.pk}/removals"
    assert location(anna.post(url, {"rule": "ask"})) == "/connections"
    assert 'value="ask" selected' in anna.get("/connections").content.decode()
    anna.post(url, {"rule": "never"})
    assert "There is no such rule." in text_of(anna.get("/connections"))
    assert browser_of(organization.ben).post(url, {"rule": "keep"}).status_code == 404
    organization.create(organization.anna, "Choir <3")
    organization.work()
    there.delete("Choir <3")
    organization.advance(minutes=11)
    organization.sync()

    text = text_of(anna.get("/attention"))
    assert "Choir <3" in text
    assert "It was made here, and removed at Google: it is still here." in text
    for door in ("Put it back there", "Keep it here", "Remove it here too"):
        assert door in text
    (link,) = account.pairings.get().links.all()
    anna.post(f"/attention/{link.pk}", {"choice": "put-back"})
    assert "Made again there with the next sync" in text_of(anna.get("/attention"))
    organization.work()
    assert there.titles() == ["Choir <3"]


def test_over_the_api(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google")
    anna, url = Program.of(organization.anna), f"/connections/{account.pk}"
    assert anna.get("/connections").body["items"][0]["removedThere"] == "follow"
    assert anna.ask("PATCH", url, {"removedThere": "keep"}).status == 204
    assert anna.get("/connections").body["items"][0]["removedThere"] == "keep"
    assert anna.ask("PATCH", url, {"removedThere": "never"}).status == 422
    ben = Program.of(organization.ben)
    assert ben.ask("PATCH", url, {"removedThere": "keep"}).status == 404
