"""The page that says what an undo does, and does it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.events import edit_event
from calendar_sync.models import Event, Run
from support.api import Program
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def run(organization: Organization) -> int:
    """Two events of Google came in, one was renamed here since."""
    organization.there("anna", "google").load(["Choir <3", "Skiing"])
    organization.connect(organization.anna, "google")
    organization.sync()
    run_id = Run.objects.get().pk
    event = Event.objects.get(components__summary="Skiing")
    edit_event(organization.anna, event.pk, {"summary": "Sledging"}, None, organization.now)
    return run_id


def test_it_says_what_it_will_do(organization: Organization, browser_of: Browser, run: int) -> None:
    anna = browser_of(organization.anna)
    assert "Undo…" in text_of(anna.get(f"/runs/{run}"))
    page = anna.get(f"/runs/{run}/undo")
    text = text_of(page)
    assert "1 here · 0 at Google · 1 kept" in text
    assert "Choir <3 removed here, stays at Google" in text
    assert "Sledging stays: edited here or there since" in text
    assert b"<3" not in page.content


def test_it_does_it_once(organization: Organization, browser_of: Browser, run: int) -> None:
    anna = browser_of(organization.anna)
    assert location(anna.post(f"/runs/{run}/undo")) == f"/runs/{run}"
    text = text_of(anna.get(f"/runs/{run}"))
    assert "Undone." in text
    assert "This run was undone." in text
    assert "Undo…" not in text
    anna.post(f"/runs/{run}/undo")
    assert "This run was undone already." in text_of(anna.get(f"/runs/{run}"))
    assert organization.titles_here(organization.anna) == ["Sledging"]
    newest = text_of(anna.get("/runs"))
    assert "undo of a run" in newest


def test_nothing_left_to_undo(organization: Organization, browser_of: Browser, run: int) -> None:
    for event in Event.objects.all():
        edit_event(organization.anna, event.pk, {"location": "Hall"}, None, organization.now)
    text = text_of(browser_of(organization.anna).get(f"/runs/{run}/undo"))
    assert "Nothing of this run can be undone any more" in text
    assert "Undo this run? Nothing" in text


def test_runs_of_others(organization: Organization, browser_of: Browser, run: int) -> None:
    for stranger in (organization.ben, organization.admin):
        client = browser_of(stranger)
        assert client.get(f"/runs/{run}/undo").status_code == 404
        assert client.post(f"/runs/{run}/undo").status_code == 404
    assert "Undo…" not in text_of(browser_of(organization.admin).get(f"/runs/{run}"))


def test_over_the_api(organization: Organization, run: int) -> None:
    anna = Program.of(organization.anna)
    shown = anna.get(f"/runs/{run}/undo").body["items"]
    assert [(item["title"], item["side"], item["what"]) for item in shown] == [
        ("Choir <3", "here", "removed"),
        ("Sledging", "here", "kept"),
    ]
    assert anna.post(f"/runs/{run}/undo").status == 202
    again = anna.post(f"/runs/{run}/undo")
    assert (again.status, again.body["code"]) == (409, "undone")
    assert Program.of(organization.ben).get(f"/runs/{run}/undo").status == 404
