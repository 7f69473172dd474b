"""Sync runs with their errors in words, and what waits for a person."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Link, Run
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def runs(organization: Organization) -> None:
    """One run each of Anna and Ben."""
    for person in (organization.anna, organization.ben):
        organization.connect(person, "google")
        organization.create(person, f"Secret of {person}")
    organization.sync()


@pytest.mark.usefixtures("runs")
def test_users_see_their_own_administrators_all(
    organization: Organization, browser_of: Browser
) -> None:
    def seen(person: AbstractBaseUser, query: str = "") -> set[str]:
        text = text_of(browser_of(person).get(f"/runs{query}"))
        return {name for name in ("Anna", "Ben") if f"{name} · Google" in text}

    assert seen(organization.anna) == {"Anna"}
    assert seen(organization.admin) == {"Anna", "Ben"}
    assert seen(organization.admin, "?who=me") == set()
    assert seen(organization.cleo) == set()


@pytest.mark.usefixtures("runs")
def test_administrators_learn_numbers_not_titles(
    organization: Organization, browser_of: Browser
) -> None:
    run = Run.objects.get(credential__user=organization.anna.pk)
    own = text_of(browser_of(organization.anna).get(f"/runs/{run.pk}"))
    others = text_of(browser_of(organization.admin).get(f"/runs/{run.pk}"))

    assert "Secret of Anna" in own
    assert "Secret of Anna" not in others
    assert "The events of others are not shown here, only their numbers." in others
    assert browser_of(organization.ben).get(f"/runs/{run.pk}").status_code == 404


@pytest.mark.usefixtures("runs")
def test_errors_are_sentences(organization: Organization, browser_of: Browser) -> None:
    Run.objects.filter(credential__user=organization.anna.pk).update(error_code="timeout")
    anna = browser_of(organization.anna)

    assert "✕ failed The provider took too long to answer." in text_of(anna.get("/runs"))
    assert "took too long" in text_of(anna.get("/runs?show=problems"))


def test_empty_pages_say_what_will_be_there(
    organization: Organization, browser_of: Browser
) -> None:
    anna = browser_of(organization.anna)

    assert "No runs yet. The first appears when you connect" in text_of(anna.get("/runs"))
    assert "No run had a problem." in text_of(anna.get("/runs?show=problems"))
    assert "Nothing needs you." in text_of(anna.get("/attention"))


@pytest.fixture
def held(organization: Organization) -> Link:
    """Anna's meeting waits, because writing it would mail Eva."""
    organization.connect(organization.anna, "google")
    organization.create(organization.anna, "Workshop")
    organization.sync()
    link = Link.objects.get()
    link.state = LinkState.HELD.value
    link.hold = {"action": "patch", "recipients": ["eva@client.example"], "keys": ["when"]}
    link.save()
    return link


def test_every_hold_has_a_door(organization: Organization, browser_of: Browser, held: Link) -> None:
    anna = browser_of(organization.anna)
    text = text_of(anna.get("/attention"))
    assert "Not sent to Google because it would mail 1 guest: eva@client.example" in text
    assert "Send and mail 1 Don't send" in text

    assert location(anna.post(f"/attention/{held.pk}", {"choice": "silent"})) == "/attention"

    held.refresh_from_db()
    assert held.consent
    assert held.consent["choice"] == "silent"


def test_odd_choices_change_nothing(
    organization: Organization, browser_of: Browser, held: Link
) -> None:
    browser_of(organization.anna).post(f"/attention/{held.pk}", {"choice": "keep-here"})
    browser_of(organization.ben).post(f"/attention/{held.pk}", {"choice": "send"})

    held.refresh_from_db()
    assert held.consent is None
