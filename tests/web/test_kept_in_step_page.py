"""The page *What is kept in step*: rules of one calendar, and what saving them would do."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.policy import Direction, Filters, PrivateEvents
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import Event, ListedCalendar, Pairing
from support.pages import FRAGMENT, location, text_of
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
FORM = {"private": "full", "kind-row": "", "kind": "", "direction": "both"}


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    row = organization.connect(organization.anna, "google")
    for number in range(3):
        organization.create(organization.anna, f"Event {number}")
    organization.create(organization.anna, "Lunch")
    organization.work()
    assert row.pk
    return browser_of(organization.anna)


def the_url() -> str:
    return f"/connections/calendars/{ListedCalendar.objects.get().pk}/kept"


def filters() -> Filters:
    return policy_of(Pairing.objects.get().policy).filters


def test_shows_the_rules_as_they_are(anna: Client) -> None:
    text = text_of(anna.get(the_url()))

    assert "What is kept in step" in text
    assert "Only from Google" in text
    assert "Nothing that happens at Google changes anything here" in text
    assert "everything" in text_of(anna.get("/connections"))


def test_counts_before_it_is_saved(anna: Client) -> None:
    form = {**FORM, "titles": "lunch"}

    text = text_of(anna.post(f"{the_url()}/effect", form, headers=FRAGMENT))

    assert "1 of 4 events would be left out." in text
    assert "Nothing is deleted on either side, and nobody is mailed." in text
    assert filters() == Filters()


def test_saved_left_out_and_let_in_again(organization: Organization, anna: Client) -> None:
    form = {**FORM, "titles": "lunch\n\n", "start": "2026-11-01", "skip_declined": "on"}
    assert location(anna.post(the_url(), form)) == "/connections"
    organization.work()

    assert filters() == Filters(
        start=date(2026, 11, 1), skip_declined=True, titles=frozenset({"lunch"})
    )
    page = text_of(anna.get("/connections"))
    assert "from Sun 1 Nov 2026 · without declined events · without 1 title · 1 left out" in page
    assert "1 event here is left out: by title." in text_of(anna.get(the_url()))
    assert Event.objects.alive().count() == 4

    text = text_of(anna.post(f"{the_url()}/effect", FORM, headers=FRAGMENT))
    assert "1 event left out so far is kept in step again." in text
    assert "Google is read once from the beginning" in text
    anna.post(the_url(), FORM)
    organization.work()
    assert "left out" not in text_of(anna.get("/connections"))


def test_only_these_and_what_is_passed_over(organization: Organization, anna: Client) -> None:
    there = organization.there("anna", "google")
    there.load(["Choir", "Lunch there", "Skiing"])
    form = {**FORM, "only_titles": "[work]*\nlunch\n", "skip_free": "on"}
    text = text_of(anna.post(f"{the_url()}/effect", form, headers=FRAGMENT))
    assert "3 of 4 events would be left out." in text
    anna.post(the_url(), form)
    organization.work()

    page = anna.get(the_url())
    text = text_of(page)
    assert "3 events here are left out: without a title you keep." in text
    assert "2 events at Google are passed over: without a title you keep." in text
    assert "[work]*\nlunch</textarea>" in page.content.decode()
    assert "only 2 titles" in text_of(anna.get("/connections"))

    anna.post(the_url(), {**form, "only_titles": "choir"})
    text = text_of(anna.get(the_url()))
    assert "What is passed over at Google is counted as soon as it has been read." in text
    organization.work()
    text = text_of(anna.get(the_url()))
    assert "1 event at Google is passed over: without a title you keep." in text
    assert organization.titles_here(organization.anna)[0] == "Choir"
    anna.post(the_url(), {**form, "direction": "to-provider"})
    assert "passed over" not in text_of(anna.get(the_url()))


def test_errors_are_told_with_their_fields(anna: Client) -> None:
    content = anna.post(the_url(), {**FORM, "only_titles": "*", "titles": "^a"}).content.decode()

    assert 'role="alert" tabindex="-1" autofocus>Not saved yet:' in content
    for name in ("titles", "only_titles"):
        assert f'aria-describedby="{name}-hint {name}-error" aria-invalid="true"' in content
        assert f'id="{name}-error"' in content
    assert 'aria-describedby="categories-hint">' in content


def test_way_is_chosen_there_too(anna: Client) -> None:
    anna.post(the_url(), {**FORM, "direction": "to-provider", "private": "skip"})

    policy = policy_of(Pairing.objects.get().policy)
    assert policy.direction is Direction.TO_PROVIDER
    assert policy.filters.private is PrivateEvents.SKIP


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "tomorrow"}, "Give a date."),
        ({"private": "maybe"}, "Say what becomes of private events."),
        ({"titles": "x" * 201}, "Each may have up to 200 characters."),
        ({"titles": "\n".join(map(str, range(51)))}, "Give up to 50; yours are 51."),
        ({"only_titles": "x" * 201}, "Each may have up to 200 characters."),
        ({"only_titles": "* *"}, "“* *” fits every title: give some of its letters, too."),
        ({"only_titles": r"\[Work\]"}, "write the text as it stands, with * for anything."),
        ({"only_categories": "Home"}, "“Home” is to be left out, too: take it out of one of the"),
        ({"kind-row": "999"}, "There is no such kind of event."),
        ({"kind": "none"}, "New events would become of a kind that isn't kept in step."),
    ],
)
def test_bad_input_keeps_what_was_typed(anna: Client, wrong: dict[str, str], said: str) -> None:
    form = {**FORM, "categories": "Home, Sport", **wrong}
    page = anna.post(the_url(), form)

    assert page.status_code == 422
    assert said in text_of(page)
    assert "Home, Sport" in page.content.decode()
    assert said in text_of(anna.post(f"{the_url()}/effect", form, headers=FRAGMENT))
    assert filters() == Filters()


def test_nobody_elses_rules(organization: Organization, anna: Client, browser_of: Browser) -> None:
    ben = browser_of(organization.ben)

    assert ben.get(the_url()).status_code == 404
    assert ben.post(the_url(), FORM).status_code == 404
    assert ben.post(f"{the_url()}/effect", FORM).status_code == 404


def test_count_takes_the_same_statements_however_many(
    organization: Organization, anna: Client
) -> None:
    with Statements() as few:
        anna.post(f"{the_url()}/effect", FORM, headers=FRAGMENT)
    for number in range(20):
        organization.create(organization.anna, f"More {number}")
    with Statements() as many:
        anna.post(f"{the_url()}/effect", FORM, headers=FRAGMENT)

    assert (len(few), len(many)) == (16, 16)
