"""Sync runs with their errors in words, and what waits for a person."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Link, Pairing, Run
from support.pages import hidden_fields, location, text_of
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

    assert "✕ failed Google took too long to answer." in text_of(anna.get("/runs"))
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
    assert "Don't send Send and mail 1" in text

    said = {"choice": "send", "named": "zoe@client.example"}
    assert location(anna.post(f"/attention/{held.pk}", said)) == "/attention"
    page = anna.get("/attention")
    assert "It would mail others by now: look again." in text_of(page)
    said = hidden_fields(page) | {"choice": "silent"}
    assert location(anna.post(f"/attention/{held.pk}", said)) == "/attention"

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


@pytest.fixture
def stopped(organization: Organization) -> Pairing:
    """Thirty of Anna's forty events were deleted in her Google."""
    there = organization.there("anna", "google")
    there.load([f"Event {number}" for number in range(40)])
    organization.connect(organization.anna, "google")
    organization.sync()
    for number in range(30):
        there.delete(f"Event {number}")
    organization.sync()
    return Pairing.objects.get()


def test_safety_stop_is_one_card(
    organization: Organization, browser_of: Browser, stopped: Pairing
) -> None:
    anna = browser_of(organization.anna)

    text = text_of(anna.get("/attention"))

    said = "30 of 40 events vanished at Google within a day. Nothing was deleted here."
    assert text.count("Safety stop · Google") == text.count(said) == 1
    assert text.count("Delete these 30 here Keep them here") == 1
    assert text.count("Delete it here Keep it here") == 30
    assert "Nothing needs you." not in text
    assert "30 need you" in text_of(anna.get("/calendar/sync"))
    assert b'class="badge-count">30<' in anna.get("/notices").content
    assert "vanished" not in text_of(browser_of(organization.admin).get("/attention"))


@pytest.mark.parametrize(
    ("choice", "left", "said"),
    [
        ("apply", 10, "30 events: looked at once more, then applied with the next sync."),
        ("keep", 40, "30 events: kept here, and no longer synced."),
    ],
)
def test_safety_stop_is_answered_once(
    organization: Organization,
    browser_of: Browser,
    stopped: Pairing,
    choice: str,
    left: int,
    said: str,
) -> None:
    anna, url = browser_of(organization.anna), f"/attention/{stopped.pk}/brake_vanished"

    assert location(anna.post(url, {"choice": choice})) == "/attention"
    text = text_of(anna.get("/attention"))
    anna.post(url, {"choice": choice})
    again = text_of(anna.get("/attention"))
    organization.sync()

    assert said in text
    assert "Nothing needs you." in text
    assert "This was settled meanwhile." in again
    assert len(organization.titles_here(organization.anna)) == left


def test_one_event_of_a_safety_stop(
    organization: Organization, browser_of: Browser, stopped: Pairing
) -> None:
    link = Link.objects.filter(state=LinkState.PARKED.value).earliest("pk")
    anna = browser_of(organization.anna)

    anna.post(f"/attention/{link.pk}", {"choice": "apply"})
    organization.work()

    assert "29 of 39 events vanished" in text_of(anna.get("/attention"))


def test_nobody_else_answers_a_safety_stop(
    organization: Organization, browser_of: Browser, stopped: Pairing
) -> None:
    url = f"/attention/{stopped.pk}/brake_vanished"
    browser_of(organization.ben).post(url, {"choice": "apply"})
    browser_of(organization.admin).post(url, {"choice": "keep"})
    browser_of(organization.anna).post(url, {"choice": "send"})
    browser_of(organization.anna).post(f"/attention/{stopped.pk}/held", {"choice": "apply"})

    assert Link.objects.filter(state=LinkState.PARKED.value).count() == 30


@pytest.mark.parametrize(
    ("state", "guard", "said", "doors"),
    [
        (
            "parked",
            "brake_vanished",
            "1 of 1 events vanished at Google within a day. Nothing was deleted here.",
            "Delete it here Keep it here",
        ),
        (
            "parked",
            "brake_rewritten",
            "1 of 1 events changed title or time at Google within a day. Nothing was changed here.",
            "Apply these changes Keep it as here",
        ),
        (
            "frozen",
            "ended_long_ago",
            "1 event that ended long ago vanished at Google. Nothing was deleted here.",
            "Delete it here Keep it here",
        ),
        (
            "parked",
            "not_settling",
            "It was written there again and again although nobody changed it.",
            "Try again",
        ),
        (
            "parked",
            "mail_limit",
            "in one sync, and in one day. It would mail: eva@client.example",
            "Don't send Send and mail 1",
        ),
    ],
)
def test_every_guard_has_a_door(
    organization: Organization,
    browser_of: Browser,
    held: Link,
    state: str,
    guard: str,
    said: str,
    doors: str,
) -> None:
    hold = held.hold if guard == "mail_limit" else None
    Link.objects.filter(pk=held.pk).update(state=state, guard=guard, hold=hold)

    text = text_of(browser_of(organization.anna).get("/attention"))

    assert said in text
    assert f"Open event {doors}" in text


@pytest.mark.parametrize(("guard", "choice"), [("not_settling", "retry"), ("mail_limit", "send")])
def test_what_was_set_aside_goes_on(
    organization: Organization, browser_of: Browser, held: Link, guard: str, choice: str
) -> None:
    Link.objects.filter(pk=held.pk).update(state="parked", guard=guard)

    browser_of(organization.anna).post(f"/attention/{held.pk}", {"choice": choice})

    held.refresh_from_db()
    assert (held.state, held.guard) == (LinkState.IN_DOUBT.value, guard)
    organization.work()
    held.refresh_from_db()
    assert (held.state, held.guard) == (LinkState.SETTLED.value, "")
