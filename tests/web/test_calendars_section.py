"""The section *Calendars* on the page of connections, with and without script."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sandbox.core.consent import Consent
from calendar_sync.models import Calendar, Event, ListedCalendar
from support.calendars import GoogleCalendars
from support.pages import FRAGMENT, location, text_of
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
LISTS = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


@pytest.fixture
def calendars(organization: Organization) -> GoogleCalendars:
    made = GoogleCalendars.of(organization)
    made.add("Team")
    made.add("Holidays", "reader")
    made.look()
    return made


def saved(client: Client, calendars: GoogleCalendars, *names: str, **more: str) -> str:
    """What the page says after the form was sent with the main calendar and these."""
    listed = calendars.listed()
    url = f"/connections/{calendars.row.pk}/calendars"
    rows = [each.id for each in listed.values()]
    chosen = [listed[name].id for name in (calendars.main, *names)]
    assert location(client.post(url, {"row": rows, "chosen": chosen, **more})) == "/connections"
    return text_of(client.get("/connections"))


def test_roles_are_said_in_words(anna: Client, calendars: GoogleCalendars) -> None:
    page = anna.get("/connections")

    text = text_of(page)
    assert "Calendars at Google anna@gmail.example" in text
    assert "your main calendar" in text
    assert "Team yours both ways only from Google only to Google New events go here" in text
    assert "Holidays read only only from Google" in text
    assert page.content.decode().count('name="chosen"') == 3


def test_chosen_and_given_up(
    organization: Organization, anna: Client, calendars: GoogleCalendars
) -> None:
    assert "Saved. Nothing was deleted" in saved(anna, calendars, "Team", "Holidays")
    organization.work()
    assert {name for name, each in calendars.listed().items() if each.is_chosen} == {
        calendars.main,
        "Team",
        "Holidays",
    }

    saved(anna, calendars)
    assert not calendars.listed()["Team"].is_chosen


def test_direction_and_target(anna: Client, calendars: GoogleCalendars) -> None:
    team = calendars.listed()["Team"].id
    saved(anna, calendars, "Team", target=str(team))
    assert calendars.listed()["Team"].takes_new

    text = saved(anna, calendars, "Team", **{f"direction-{team}": "from-provider"})
    assert calendars.listed()["Team"].direction == "from-provider"
    assert calendars.listed()[calendars.main].takes_new

    more = {f"direction-{team}": "from-provider", "target": str(team)}
    text = saved(anna, calendars, "Team", **more)
    assert "“Team” is only fetched: new events would not get there." in text


def test_looking_shows_progress(
    organization: Organization, anna: Client, calendars: GoogleCalendars
) -> None:
    url = f"/connections/{calendars.row.pk}/calendars"
    fragment = anna.post(f"{url}/look", headers=FRAGMENT)
    assert "Looking at your calendars at Google…" in text_of(fragment)
    assert 'hx-trigger="every 2s"' in fragment.content.decode()

    organization.work()

    done = anna.get(url, headers=FRAGMENT)
    assert "Looking" not in text_of(done)
    assert "hx-trigger" not in done.content.decode()
    assert location(anna.get(url)) == "/connections"
    assert location(anna.post(f"{url}/look")) == "/connections"


def test_a_provider_that_does_not_answer(
    organization: Organization, anna: Client, calendars: GoogleCalendars
) -> None:
    organization.sandbox.faults.arm("GET */calendarList", "503", count=9)
    anna.post(f"/connections/{calendars.row.pk}/calendars/look")
    organization.work()

    assert "Google isn't answering; trying again." in text_of(anna.get("/connections"))


def test_a_calendar_that_is_gone_says_so_and_is_tried_again(
    organization: Organization, anna: Client, calendars: GoogleCalendars
) -> None:
    saved(anna, calendars, "Team")
    organization.work()
    google, person = organization.sandbox.google, organization.sandbox.people.get("anna")
    team = google.account(person).calendars["team@group.calendar.google.com"]
    calendars.remove(team)
    organization.sync()

    text = text_of(anna.get("/connections"))
    assert "Gone at Google, or no longer shared with you. Its events stay here, frozen." in text

    calendars.restore(team)
    again = str(calendars.listed()["Team"].id)
    saved(anna, calendars, "Team", again=again)
    organization.work()
    assert calendars.listed()["Team"].problem == ""


# --- further consent


def test_other_calendars_are_shown_after_one_more_sign_in(
    organization: Organization, anna: Client
) -> None:
    row = organization.connect(organization.anna, "google")
    assert "So far Google shows us your main calendar only." in text_of(anna.get("/connections"))

    url = location(anna.post(f"/connections/{row.pk}/reconnect", {"for": ["list_calendars"]}))
    answer = organization.browse("google", url, Consent("anna"))
    assert location(anna.get("/google_account/authentication", answer)) == "/connections"

    text = text_of(anna.get("/connections"))
    assert "Allowed. Looking at your calendars at Google." in text
    organization.work()
    assert "Look again" in text_of(anna.get("/connections"))


def test_a_box_left_open_is_explained(organization: Organization, anna: Client) -> None:
    row = organization.connect(organization.anna, "google")
    url = location(anna.post(f"/connections/{row.pk}/reconnect", {"for": ["list_calendars"]}))
    answer = organization.browse("google", url, Consent("anna", without=(LISTS,)))

    anna.get("/google_account/authentication", answer)

    text = text_of(anna.get("/connections"))
    assert "You left a box open at Google" in text
    assert "Your main calendar goes on as before." in text
    assert "Show my other calendars" in text


# --- a calendar made from here


def test_a_calendar_is_created(
    organization: Organization, anna: Client, calendars: GoogleCalendars
) -> None:
    pk = calendars.row.pk
    assert "Google asks you first whether we may make calendars." in text_of(
        anna.get("/connections")
    )
    functions = ["list_calendars", "create_calendar"]
    url = location(anna.post(f"/connections/{pk}/reconnect", {"for": functions}))
    answer = organization.browse("google", url, Consent("anna"))
    anna.get("/google_account/authentication", answer)
    organization.work()

    url = f"/connections/{pk}/calendars/new"
    taken = text_of(anna.post(url, {"name": "team"}, headers=FRAGMENT))
    assert "There is a calendar “team” already: choose it in the list." in taken
    made = anna.post(url, {"name": "Side project"}, headers=FRAGMENT)
    assert "Making “Side project” at Google…" in text_of(made)
    organization.work()
    assert calendars.listed()["Side project"].is_chosen


# --- rights, statements


@pytest.mark.parametrize("act", ["calendars", "calendars/look", "calendars/new"])
def test_nobody_chooses_for_somebody_else(
    organization: Organization, browser_of: Browser, calendars: GoogleCalendars, act: str
) -> None:
    for person in (organization.ben, organization.admin):
        answer = browser_of(person).post(f"/connections/{calendars.row.pk}/{act}", {"name": "x"})
        assert answer.status_code == 404
    assert "Team" not in text_of(browser_of(organization.admin).get("/connections"))


@pytest.mark.parametrize("further", [0, 5])
def test_the_page_takes_the_same_statements_however_many(
    organization: Organization, anna: Client, calendars: GoogleCalendars, further: int
) -> None:
    for number in range(further):
        calendars.add(f"Extra {number}")
    calendars.look()
    calendars.choose("Team", *(f"Extra {number}" for number in range(further)))
    organization.work()
    anna.get("/connections")

    with Statements() as sent:
        anna.get("/connections")

    assert len(sent) == 16


# --- on the calendar page


def test_a_further_calendar_can_be_hidden(
    organization: Organization, anna: Client, calendars: GoogleCalendars
) -> None:
    google, person = organization.sandbox.google, organization.sandbox.people.get("anna")
    team = google.account(person).calendars["team@group.calendar.google.com"]
    calendars.enter(team, "Retrospective")
    calendars.enter(calendars.primary, "Dentist", hour=11)
    saved(anna, calendars, "Team")
    organization.sync()
    assert Event.objects.count() == 2
    ours = Calendar.objects.get(name="Team")
    page = anna.get("/calendar").content.decode()
    assert f'data-calendar="{ours.pk}"' in page
    week = {"start": "2026-11-30T00:00:00", "end": "2026-12-07T00:00:00"}
    query = {**week, "people": str(organization.anna.pk)}

    shown = anna.get("/calendar/feed", query).json()
    assert {card["title"]: card["colour"] for card in shown} == {
        "Dentist": organization.anna.pk % 12 + 1,
        "Retrospective": ours.colour + 1,
    }
    left = anna.get("/calendar/feed", {**query, "hidden": str(ours.pk)}).json()
    assert [card["title"] for card in left] == ["Dentist"]
    own = Calendar.objects.get(owner=organization.anna.pk, is_default=True)
    every = anna.get("/calendar/feed", {**query, "hidden": str(own.pk)}).json()
    assert len(every) == 2  # the default calendar is what the person's own box hides


def test_a_shared_calendar_that_stays_shut_can_be_allowed(
    organization: Organization, anna: Client
) -> None:
    row, outlook = (
        organization.connect(organization.anna, "outlook"),
        organization.sandbox.microsoft,
    )
    plans = outlook.add_calendar("ben", "Plans")
    outlook.share("ben", "anna@corp.example", "write", calendar_id=plans)
    organization.sandbox.knobs["graph.shared_entry_scope"] = "shared"
    url = f"/connections/{row.pk}/calendars"
    anna.post(f"{url}/look")
    organization.work()
    assert "Open shared calendars" not in text_of(anna.get("/connections"))
    rows = list(ListedCalendar.objects.filter(credential=row).values_list("pk", flat=True))
    anna.post(url, {"row": rows, "chosen": rows})
    organization.sync()

    page = text_of(anna.get("/connections"))

    assert "Gone at Outlook, or no longer shared with you." in page
    assert page.count("Open shared calendars") == 1
    asked = location(anna.post(f"/connections/{row.pk}/reconnect", {"for": "open_shared"}))
    assert "Calendars.ReadWrite.Shared" in asked
