"""Archive, the list of what is there, and the way back; pages and API."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.consent import Choice
from support.api import Program
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
EVA = "eva@client.example"


def test_there_and_back(organization: Organization, browser_of: Browser) -> None:
    anna = browser_of(organization.anna)
    event = organization.create(organization.anna, "Choir <3")
    assert "Nothing is archived." in text_of(anna.get("/calendar/archive"))
    popover = anna.get(f"/calendar/events/{event.pk}/popover").content.decode()
    assert f'hx-get="/calendar/events/{event.pk}/archive"' in popover

    asked = text_of(anna.get(f"/calendar/events/{event.pk}/archive"))
    assert "Archive this event? Choir <3" in asked
    assert location(anna.post(f"/calendar/events/{event.pk}/archive")).startswith("/calendar")

    page = anna.get("/calendar/archive")
    assert "Choir <3" in text_of(page)
    assert b"<3" not in page.content
    assert organization.titles_here(organization.anna) == []
    assert anna.get(f"/calendar/events/{event.pk}").status_code == 404
    assert location(anna.post(f"/calendar/events/{event.pk}/unarchive")) == "/calendar/archive"
    assert "It is back in your calendar." in text_of(anna.get("/calendar/archive"))
    assert organization.titles_here(organization.anna) == ["Choir <3"]


def test_mail_is_asked_about(organization: Organization, browser_of: Browser) -> None:
    organization.connect(organization.anna, "google")
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SILENT)
    organization.work()
    organization.advance(minutes=11)
    anna, url = browser_of(organization.anna), f"/calendar/events/{event.pk}"

    asked = text_of(anna.post(f"{url}/archive"))
    assert EVA in asked
    assert "Keep the meeting Archive without telling Cancel and tell them" in asked
    assert organization.titles_here(organization.anna) == ["Review"]
    anna.post(f"{url}/archive", {"choice": "silent"})
    organization.work()
    assert EVA in text_of(anna.post(f"{url}/unarchive"))
    assert location(anna.post(f"{url}/unarchive", {"choice": "back"})) == "/calendar/archive"
    anna.post(f"{url}/unarchive", {"choice": "send"})
    organization.work()
    assert [person for _, person in organization.mails] == [EVA]


def test_deleted_for_good(organization: Organization, browser_of: Browser) -> None:
    anna = browser_of(organization.anna)
    event = organization.create(organization.anna, "Choir")
    anna.post(f"/calendar/events/{event.pk}/archive")
    ben = browser_of(organization.ben)
    url = f"/calendar/archive/{event.pk}/delete"
    assert (ben.get(url).status_code, ben.post(url).status_code) == (404, 404)
    assert ben.post(f"/calendar/events/{event.pk}/unarchive").status_code == 404
    asked = text_of(anna.get(url, HTTP_HX_REQUEST="true"))
    assert asked.startswith("Delete this for good? Choir")
    assert "Choir" in text_of(anna.get("/calendar/archive"))
    anna.post(url)
    assert "Nothing is archived." in text_of(anna.get("/calendar/archive"))


def test_over_the_api(organization: Organization) -> None:
    anna = Program.of(organization.anna)
    organization.connect(organization.anna, "google")
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SILENT)
    organization.work()
    organization.advance(minutes=11)
    url = f"/events/{event.pk}"

    assert anna.post(f"{url}/archive", {}).body["code"] == "mail_question"
    assert anna.post(f"{url}/archive", {"mail": "silent"}).status == 204
    (item,) = anna.get("/events/archived").body["items"]
    assert (item["id"], item["summary"], item["guests"]) == (event.pk, "Review", 1)
    organization.work()
    assert anna.post(f"{url}/unarchive", {"mail": "silent"}).status == 204
    assert anna.get("/events/archived").body["items"] == []
    assert Program.of(organization.ben).post(f"{url}/archive", {}).status == 404
