"""The link of a meeting on pages and in the API: chosen, waited for, refused, followed."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.attention import attention_count
from calendar_sync.actions.configuration import parameters
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.missing_rooms import missing_rooms
from calendar_sync.models import Event
from support.api import Program
from support.event_form import typed
from support.pages import hidden_fields, location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
NEW = "/calendar/events/new"
OWN = "https://meet.example.org/kdnf2-qpzm3-xbvt4"
PATTERN = "calendar.meeting_room_url"


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


@pytest.fixture
def on_google(organization: Organization, anna: Client) -> Client:
    organization.connect(organization.anna, "google")
    organization.sync()
    return anna


def offered(page: str) -> list[str]:
    select = page[page.index('name="meeting_link"') :]
    return re.findall(r'<option value="([^"]*)"', select[: select.index("</select>")])


def test_what_the_form_offers(organization: Organization, anna: Client) -> None:
    assert offered(anna.get(NEW).content.decode()) == ["", "link"]
    parameters().put(PATTERN, "https://meet.example.org/{room}")
    organization.sandbox.microsoft.allow_online_meetings("anna", "teamsForBusiness")
    organization.connect(organization.anna, "outlook")
    organization.sync()
    assert offered(anna.get(NEW).content.decode()) == ["", "teams", "room", "link"]


def test_a_quick_event_takes_a_link_too(on_google: Client) -> None:
    quick = on_google.get(NEW, headers={"HX-Request": "true"}).content.decode()
    assert offered(quick) == ["", "meet", "link"]

    on_google.post(NEW, typed(meeting_link="meet"), headers={"HX-Request": "true"})
    assert Event.objects.get().components["conference"] == ["meet", "", ""]


def test_a_room_of_the_organization_cannot_be_guessed_and_stays(anna: Client) -> None:
    parameters().put(PATTERN, "https://meet.example.org/{room}?x=1")
    anna.post(NEW, typed(meeting_link="room"))
    anna.post(NEW, typed(meeting_link="room"))

    first, second = (event.components["conference"] for event in Event.objects.order_by("pk"))
    assert re.fullmatch(r"https://meet\.example\.org/[a-z2-9]{5}(-[a-z2-9]{5}){2}\?x=1", first[1])
    assert (first[0], first == second) == ("other", False)
    event = Event.objects.earliest("pk")
    page = f"/calendar/events/{event.pk}"
    form = hidden_fields(anna.get(page))
    shown = {"meeting_link": "link", "meeting_url": first[1]}
    anna.post(page, typed(**{**form, **shown, "summary": "Kick-off"}))
    event.refresh_from_db()
    assert (event.summary, event.components["conference"]) == ("Kick-off", first)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("", "isn't a link"),
        ("http://meet.example.org/x", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("https://user:pass@meet.example.org/x", "isn't a link"),
        ("https://meet example.org/x", "isn't a link"),
        ("https://[bad", "isn't a link"),
        (f"https://meet.example.org/{'x' * 1000}", "up to 1,000 characters"),
    ],
)
def test_what_is_no_link_is_refused_with_the_form_filled(anna: Client, url: str, text: str) -> None:
    response = anna.post(NEW, typed(meeting_link="link", meeting_url=url))

    assert response.status_code == 422
    assert text in text_of(response).replace("’", "'").replace("&#x27;", "'")
    assert "Design review" in response.content.decode()
    assert not Event.objects.exists()


def test_without_rooms_of_its_own_none_is_chosen(anna: Client) -> None:
    response = anna.post(NEW, typed(meeting_link="room"))
    assert "no rooms of its own" in text_of(response)


def test_a_pasted_link_is_joined_at(anna: Client) -> None:
    assert location(anna.post(NEW, typed(meeting_link="link", meeting_url=f" {OWN} ")))
    event = Event.objects.get()

    me = str(event.organizer_user_id)
    popover = anna.get(f"/calendar/events/{event.pk}/popover").content.decode()
    assert f'href="{OWN}" target="_blank" rel="noopener noreferrer">Join</a>' in popover
    feed = anna.get("/calendar/feed", {"start": "2026-11-30", "end": "2026-12-07", "people": me})
    assert "Has a meeting link" in feed.content.decode()


def test_asked_for_then_there(organization: Organization, on_google: Client) -> None:
    on_google.post(NEW, typed(meeting_link="meet"))
    event = Event.objects.get()
    popover = f"/calendar/events/{event.pk}/popover"
    assert "Google Meet link requested" in text_of(on_google.get(popover))

    organization.work()

    url = event_detail(organization.anna, event.pk).meeting_link.url
    assert f'href="{url}"' in on_google.get(popover).content.decode()
    assert "By phone: +1-555-010-0199" in text_of(on_google.get(popover))
    page = on_google.get(f"/calendar/events/{event.pk}").content.decode()
    assert '<option value="meet" selected>Google Meet</option>' in page
    assert url in page


def test_a_refusal_says_what_to_do_until_another_link_is_chosen(
    organization: Organization, on_google: Client
) -> None:
    organization.sandbox.knobs["google.conference_outcome"] = "failure"
    on_google.post(NEW, typed(meeting_link="meet"))
    organization.work()
    event = Event.objects.get()
    words = "Choose another link, or none."

    assert words in text_of(on_google.get(f"/calendar/events/{event.pk}/popover"))
    attention = on_google.get("/attention")
    assert words in text_of(attention)
    assert f'href="/calendar/events/{event.pk}"' in attention.content.decode()
    assert attention_count(organization.anna) == 1
    page = f"/calendar/events/{event.pk}"
    shown = on_google.get(page)
    assert words in text_of(shown)
    form = hidden_fields(shown)
    on_google.post(page, typed(**{**form, "meeting_link": "link", "meeting_url": OWN}))

    assert event_detail(organization.anna, event.pk).meeting_link.url == OWN
    assert attention_count(organization.anna) == 0
    assert words not in text_of(on_google.get("/attention"))


def test_one_that_does_not_come_is_told_after_an_hour(
    organization: Organization, on_google: Client
) -> None:
    organization.sandbox.knobs["google.conference_pending"] = 1000
    on_google.post(NEW, typed(meeting_link="meet"))
    organization.work()
    event = Event.objects.get()

    assert missing_rooms(organization.anna, event.updated_at) == []
    organization.advance(hours=2)
    later = event.updated_at.replace(year=2027)
    (room,) = missing_rooms(organization.anna, later)
    assert (room.event_id, room.link.state) == (event.pk, "requested")
    assert missing_rooms(organization.ben, later) == []


def test_settings_take_only_an_address_with_a_place_for_the_name(
    organization: Organization, browser_of: Browser
) -> None:
    admin = browser_of(organization.admin)
    page = "/settings/calendar"
    form = {"base_url": "https://cal.example", "google-client_id": "x", "outlook-client_id": "y"}
    for wrong in ("https://meet.example.org/", "http://meet.example.org/{room}", "{room}"):
        refused = admin.post(page, {**form, "meeting_room_url": wrong})
        assert refused.status_code == 422
        assert "https address with {room}" in text_of(refused)
        assert wrong in refused.content.decode()
    good = "https://meet.example.org/{room}"
    admin.post(page, {**form, "meeting_room_url": f" {good} "})
    assert parameters().text(PATTERN) == good
    admin.post(page, form)
    assert parameters().text(PATTERN) == good
    admin.post(page, {**form, "meeting_room_url": ""})
    assert parameters().text(PATTERN) == ""
    assert browser_of(organization.anna).post(page, form).status_code == 403


def test_the_api_takes_and_gives_links(organization: Organization) -> None:
    anna = Program.of(organization.anna)
    paris = {"timeZone": "Europe/Paris"}
    times = {
        "start": {"dateTime": "2026-12-01T09:00:00", **paris},
        "end": {"dateTime": "2026-12-01T10:00:00", **paris},
    }
    made = anna.post("/events", {"summary": "x", **times, "meetingLink": OWN})
    assert made.body["meetingLink"] == {
        "kind": "other",
        "url": OWN,
        "phone": "",
        "state": "ready",
    }
    path = f"/events/{made.body['id']}"
    refused = anna.ask("PATCH", path, {"meetingLink": "meet"})
    assert (refused.status, "Connect the calendar first" in str(refused.body)) == (422, True)
    assert anna.ask("PATCH", path, {"meetingLink": ""}).body["meetingLink"] is None
