"""Events through forms that work without script: create, edit, move, delete, answer, mail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.events import edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Attendee, Event
from support.event_form import typed
from support.pages import FRAGMENT, form_of, hidden_fields, location, text_of
from support.world import START, Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
NEW = "/calendar/events/new"
EVA, ZOE = "eva@client.example", "zoe@client.example"


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


@pytest.fixture
def connected_anna(organization: Organization, anna: Client) -> Client:
    """Anna's calendar goes to Google, and what she makes there is in step."""
    organization.connect(organization.anna, "google")
    return anna


def test_typed_times_are_those_of_the_viewer(organization: Organization, anna: Client) -> None:
    organization.anna.tz = "Europe/Paris"  # type: ignore[attr-defined]
    organization.anna.save()

    assert location(anna.post(NEW, typed())) == "/calendar?date=2026-12-01"

    event = Event.objects.get()
    when = event.components["when"]
    assert when == ["2026-12-01T09:00:00 Europe/Paris", "2026-12-01T10:30:00 Europe/Paris"]


def test_last_day_of_an_all_day_event_is_the_one_typed(anna: Client) -> None:
    anna.post(NEW, typed(all_day="1", end_date="2026-12-02", start_time="", end_time=""))

    assert Event.objects.get().components["when"] == ["2026-12-01", "2026-12-03"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"end_time": "8"}, "End is before start. Set it to 09:30"),
        ({"start_time": "25:99"}, "‘25:99’ isn't a time. Type 9:15 or 21:15."),
        ({"start_date": "soon"}, "Give a date."),
        ({"guests": ["bob@"]}, "‘bob@’ isn't a complete address."),
        ({"summary": "x" * 1001}, "Titles may have up to 1,000 characters; yours has 1,001."),
    ],
)
def test_refused_form_comes_back_filled(anna: Client, wrong: dict[str, Any], said: str) -> None:
    page = anna.post(NEW, typed(location="Room Blue", **wrong))

    assert page.status_code == 422
    assert said in text_of(page)
    assert 'value="Room Blue"' in page.content.decode()
    assert not Event.objects.exists()


def test_pressed_twice_saves_once(anna: Client) -> None:
    draft = anna.get(NEW).context["draft"]

    for _ in range(2):
        assert location(anna.post(NEW, typed(draft=draft))) == "/calendar?date=2026-12-01"

    assert Event.objects.count() == 1


def test_script_is_told_what_was_saved(anna: Client) -> None:
    answer = anna.post(NEW, typed(), headers=FRAGMENT)

    assert answer.status_code == 204
    assert answer["HX-Trigger"] == '{"calendar-changed": {"text": "Saved."}}'


def test_more_options_hand_everything_on(anna: Client) -> None:
    page = anna.post(NEW, typed(more="1", guests=["eva@client.example"], end_time="8"))

    assert page.status_code == 200
    assert page.context["form"].guests == ("eva@client.example",)
    assert not Event.objects.exists()


# --- the mail question


def test_question_before_anybody_is_mailed(
    organization: Organization, connected_anna: Client
) -> None:
    page = connected_anna.post(NEW, typed(guests=["eva@client.example"]))

    said = text_of(page)
    assert "Tell 1 guest?" in said
    assert "Invitation to eva@client.example" in said
    assert "Back to editing Don't send Send" in said
    assert not Event.objects.exists()

    connected_anna.post(NEW, hidden_fields(page) | {"choice": "send"})
    organization.sync()

    assert organization.mails == [("invite", "eva@client.example")]


def test_silence_is_kept(organization: Organization, connected_anna: Client) -> None:
    page = connected_anna.post(NEW, typed(guests=["eva@client.example"]))
    connected_anna.post(NEW, hidden_fields(page) | {"choice": "silent"})
    organization.sync()

    assert organization.there("anna", "google").titles() == ["Design review"]
    assert organization.mails == []


def test_back_to_editing_keeps_what_was_typed(connected_anna: Client) -> None:
    page = connected_anna.post(NEW, typed(guests=["eva@client.example"]))
    page = connected_anna.post(NEW, hidden_fields(page) | {"choice": "back"})

    assert page.context["form"].guests == ("eva@client.example",)
    assert not Event.objects.exists()


def test_outlook_says_that_it_cannot_be_silent(
    organization: Organization, browser_of: Browser
) -> None:
    organization.connect(organization.ben, "outlook")
    page = browser_of(organization.ben).post(NEW, typed(guests=["eva@client.example"]))

    assert "Outlook will mail 1 guest" in text_of(page)
    assert "Back to editing Keep here only Send" in text_of(page)


def test_deleting_a_meeting_asks_to_cancel(
    organization: Organization, connected_anna: Client
) -> None:
    page = connected_anna.post(NEW, typed(guests=["eva@client.example"]))
    connected_anna.post(NEW, hidden_fields(page) | {"choice": "silent"})
    organization.sync()
    url = f"/calendar/events/{Event.objects.get().pk}/delete"

    page = connected_anna.post(url)
    assert "Cancel the meeting for 1 guest?" in text_of(page)
    assert "Cancellation to eva@client.example" in text_of(page)
    assert Event.objects.alive().exists()

    connected_anna.post(url, {"choice": "send"})
    organization.sync()
    assert organization.mails == [("cancel", "eva@client.example")]


def test_an_answer_counts_for_those_whom_the_question_named(
    organization: Organization, connected_anna: Client
) -> None:
    """The page stood open while the meeting got another guest."""
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SILENT)
    organization.sync()
    url = f"/calendar/events/{event.pk}/delete"
    asked = connected_anna.post(url)
    more = {"guests": [EVA, ZOE]}
    edit_event(organization.anna, event.pk, more, Choice.SILENT, organization.now)
    organization.sync()

    again = connected_anna.post(url, hidden_fields(asked) | {"choice": "send"})
    assert "Cancel the meeting for 2 guests?" in text_of(again)
    connected_anna.post(url, hidden_fields(again) | {"choice": "send"})
    organization.sync()

    assert sorted(organization.mails) == [("cancel", EVA), ("cancel", ZOE)]
    assert connected_anna.post(url, hidden_fields(again) | {"choice": "send"}).status_code == 404


# --- changing


def test_form_changes_what_was_changed_only(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna)
    url = f"/calendar/events/{event.pk}"

    anna.post(url, form_of(anna.get(url)) | {"summary": "Kick-off"})

    found = Event.objects.get()
    assert found.summary == "Kick-off"
    assert found.components["when"] == event.components["when"]  # still in its own zone


def test_two_editors_are_merged(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna)
    url = f"/calendar/events/{event.pk}"
    first, second = form_of(anna.get(url)), form_of(anna.get(url))
    anna.post(url, first | {"location": "Room Green"})

    page = anna.post(url, second | {"summary": "Kick-off"})

    assert page.status_code == 422
    assert "Somebody changed this meanwhile: location." in text_of(page)
    anna.post(url, form_of(page))
    components = Event.objects.get().components
    assert (components["summary"], components["location"]) == ("Kick-off", "Room Green")


def test_dropped_card_moves(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna)
    times = {"start": "2026-12-02T14:00:00", "end": "2026-12-02T15:00:00", "all_day": ""}

    answer = anna.post(f"/calendar/events/{event.pk}/move", times, headers=FRAGMENT)

    assert "Moved to Wed 2 Dec" in answer["HX-Trigger"]
    assert Event.objects.get().components["when"][0].startswith("2026-12-02T14:00:00")


# --- guests and strangers


@pytest.fixture
def meeting(organization: Organization) -> Event:
    return organization.create(organization.anna, "Workshop", "ben@corp.example")


def test_guest_answers_but_changes_nothing(
    organization: Organization, browser_of: Browser, meeting: Event
) -> None:
    ben = browser_of(organization.ben)
    page = text_of(ben.get(f"/calendar/events/{meeting.pk}"))
    assert "Anna organizes this meeting." in page
    assert "Going? Yes Maybe No" in page

    ben.post(f"/calendar/events/{meeting.pk}/answer", {"partstat": "tentative"})
    ben.post(f"/calendar/events/{meeting.pk}", typed(summary="Mine now"))

    assert Attendee.objects.get(address="ben@corp.example").partstat == "tentative"
    assert Event.objects.get().summary == "Workshop"


def test_guests_of_one_name_are_told_apart_by_their_addresses(
    organization: Organization, anna: Client
) -> None:
    guests = ("Jo Day <jo@client.example>", "Jo Day <jo@home.example>", "ben@corp.example")
    event = organization.create(organization.anna, "Twins")
    path = f"/calendar/events/{event.pk}"
    anna.post(path, form_of(anna.get(path)) | {"guests": guests})

    shown = text_of(anna.get(f"{path}/popover", headers=FRAGMENT))

    assert "Jo Day jo@client.example" in shown
    assert "Jo Day jo@home.example" in shown
    assert "ben@corp.example" not in shown


def test_guest_removes_it_from_his_calendar_only(
    organization: Organization, browser_of: Browser, meeting: Event
) -> None:
    ben = browser_of(organization.ben)
    page = ben.get(f"/calendar/events/{meeting.pk}/delete")
    assert "The meeting stays for the others." in text_of(page)

    ben.post(f"/calendar/events/{meeting.pk}/delete")

    assert event_detail(organization.anna, meeting.pk).guests[0].partstat == "declined"


@pytest.mark.parametrize("path", ["", "/move", "/delete"])
def test_strangers_learn_nothing(
    organization: Organization, browser_of: Browser, meeting: Event, path: str
) -> None:
    cleo = browser_of(organization.cleo)
    theirs = cleo.get(f"/calendar/events/{meeting.pk}{path}")
    nobodys = cleo.get(f"/calendar/events/999999{path}")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert text_of(theirs) == text_of(nobodys)


def test_stranger_in_a_popover(
    organization: Organization, browser_of: Browser, meeting: Event
) -> None:
    cleo = browser_of(organization.cleo)
    page = cleo.get(f"/calendar/events/{meeting.pk}/popover", headers=FRAGMENT)

    assert "Not found, or not yours." in text_of(page)
    assert "Workshop" not in text_of(page)


def test_description_of_a_stranger_does_no_harm(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna, start=START)
    Event.objects.filter(pk=event.pk).update(
        components=event.components | {"description": "<b>ok</b><script>alert(1)</script>"}
    )
    page = anna.get(f"/calendar/events/{event.pk}/popover").content.decode()

    assert "<b>ok</b>" in page
    assert "alert(1)" not in page


def test_colleagues_are_shown_by_name(
    organization: Organization, anna: Client, browser_of: Browser
) -> None:
    event = organization.create(organization.anna, "Workshop", "ben@corp.example")

    own = anna.get(f"/calendar/events/{event.pk}/popover")
    bens = text_of(browser_of(organization.ben).get(f"/calendar/events/{event.pk}/popover"))

    assert "A Anna organizer B Ben … waiting" in text_of(own)
    assert 'title="ben@corp.example">Ben</bdi>' in own.content.decode()
    assert "Anna's meeting: you can answer" in bens
    # What the invitation says stays as it is: a name would be a change to send.
    form = anna.get(f"/calendar/events/{event.pk}").context["form"]
    assert "ben@corp.example" in form.guests


def test_colleagues_are_offered_as_guests_by_address_and_name(anna: Client) -> None:
    page = anna.get(NEW).content.decode()

    assert '<option value="ben@corp.example">Ben</option>' in page
    assert '<option value="anna@corp.example">' not in page


@pytest.mark.parametrize(
    ("availability", "words"),
    [("busy", ""), ("free", "Free"), ("out-of-office", "Out of office")],
)
def test_how_it_shows_is_told_where_it_is_not_just_busy(
    organization: Organization, anna: Client, availability: str, words: str
) -> None:
    event = organization.create(organization.anna, "Away", start=START)
    page = anna.get(f"/calendar/events/{event.pk}")
    form = {name: value for name, value in vars(page.context["form"]).items() if value != ""}

    anna.post(f"/calendar/events/{event.pk}", {**form, "availability": availability})

    assert anna.get(f"/calendar/events/{event.pk}").context["form"].availability == availability
    shown = anna.get(f"/calendar/events/{event.pk}/popover")
    assert shown.context["event"]["shows_as"] == words
    assert words in text_of(shown)
