"""Rights of guests, proposals and special events in the form, the pop-over and the grid."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.api import Program
from support.pages import FRAGMENT, form_of, location, text_of
from support.world import START, Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
NEW = "/calendar/events/new"
BEN, EVA = "ben@corp.example", "eva@client.example"
FORM = {
    "summary": "Review",
    "start_date": "2026-12-01",
    "start_time": "9",
    "end_date": "2026-12-01",
    "end_time": "10",
    "availability": "busy",
    "classification": "default",
}


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


@pytest.fixture
def ben(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.ben)


def offered(page: Any) -> dict[str, bool]:  # noqa: ANN401 -- a response of the test client
    return {right["name"]: right["ticked"] for right in page.context["rights"]}


def test_the_form_offers_the_rights_that_the_provider_knows(
    organization: Organization, anna: Client
) -> None:
    assert offered(anna.get(NEW)) == {
        "guests_modify": False,
        "guests_invite": True,
        "guests_see": True,
    }
    organization.connect(organization.anna, "outlook")
    assert offered(anna.get(NEW)) == {
        "guests_see": True,
        "guests_propose": True,
        "guests_answer": True,
    }


def test_rights_are_ticked_and_come_back_ticked(organization: Organization, anna: Client) -> None:
    rights = ["guests_modify", "guests_invite", "guests_see"]

    anna.post(NEW, {**FORM, "guests": [BEN], "offered_rights": rights, "rights": rights[:1]})

    event = Event.objects.get()
    assert {key: value for key, value in event.components.items() if key.startswith("guests-")} == {
        "guests-modify": True,
        "guests-invite": False,
        "guests-see": False,
    }
    page = anna.get(f"/calendar/events/{event.pk}")
    assert offered(page) == {"guests_modify": True, "guests_invite": False, "guests_see": False}
    form = {**form_of(page), "rights": ["guests_see"], "offered_rights": rights}
    assert location(anna.post(f"/calendar/events/{event.pk}", form)).startswith("/calendar")
    event.refresh_from_db()
    assert [key for key in event.components if key.startswith("guests-")] == ["guests-invite"]


def test_the_quick_form_leaves_rights_as_usual(anna: Client) -> None:
    anna.post(NEW, FORM, headers=FRAGMENT)

    assert [key for key in Event.objects.get().components if key.startswith("guests-")] == []


def test_a_guest_who_may_change_the_meeting_gets_the_form(
    organization: Organization, anna: Client, ben: Client
) -> None:
    event = organization.create(organization.anna, "Review", BEN)
    page = f"/calendar/events/{event.pk}"
    assert "heading" not in ben.get(page).context
    rights = {"offered_rights": ["guests_modify"], "rights": ["guests_modify"]}
    anna.post(page, {**form_of(anna.get(page)), **rights})

    form = form_of(ben.get(page))
    assert "rights" not in ben.get(page).context  # those are the organizer's
    ben.post(page, {**form, "summary": "Kick-off"})

    event.refresh_from_db()
    assert event.summary == "Kick-off"


def test_a_guest_who_may_invite_adds_guests(organization: Organization, ben: Client) -> None:
    event = organization.create(organization.anna, "Review", BEN)
    page = ben.get(f"/calendar/events/{event.pk}/popover")
    assert "Add guests" in page.content.decode()

    done = ben.post(f"/calendar/events/{event.pk}/guests", {"guests": f"{EVA}, x@y.example"})

    assert location(done) == f"/calendar/events/{event.pk}"
    assert sorted(event.attendees.values_list("address", flat=True)) == [BEN, EVA, "x@y.example"]
    wrong = ben.post(f"/calendar/events/{event.pk}/guests", {"guests": "nobody"})
    assert "isn't a complete address" in text_of(wrong)


def test_a_hidden_guest_list_is_hidden_everywhere(
    organization: Organization, anna: Client, ben: Client
) -> None:
    event = organization.create(organization.anna, "Review", BEN, EVA)
    page = f"/calendar/events/{event.pk}"
    anna.post(page, {**form_of(anna.get(page)), "offered_rights": ["guests_see"], "rights": []})

    day = {"start": "2026-12-01T00:00:00", "end": "2026-12-02T00:00:00"}
    people = ",".join(str(user.pk) for user in (organization.anna, organization.ben))
    feed = ben.get("/calendar/feed", {**day, "people": people, "hidden": ""})
    seen = [
        ben.get(page).content,
        ben.get(f"{page}/popover").content,
        feed.content,
        ben.get("/calendar/list?from=2026-12-01").content,
        str(Program.of(organization.ben).get(f"/events/{event.pk}").body).encode(),
    ]

    assert [EVA.encode() in each for each in seen] == [False] * 5
    assert b"1 guest" in seen[1]
    assert EVA in anna.get(f"{page}/popover").content.decode()
    assert "Guests don't see each other" in text_of(anna.get(f"{page}/popover"))


def test_a_proposal_is_used_by_an_ordinary_move(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna, "Review", BEN)
    times = ["2026-12-01T13:00:00 UTC", "2026-12-01T14:00:00 UTC"]
    event.components = {**event.components, f"proposal:{BEN}": times}
    event.save()

    for address in (f"/calendar/events/{event.pk}/popover", f"/calendar/events/{event.pk}"):
        page = anna.get(address)
        assert "proposes" in text_of(page)
        assert "Use this time" in text_of(page)
    (proposal,) = anna.get(f"/calendar/events/{event.pk}/popover").context["event"]["proposals"]
    assert proposal["name"] == "Ben"
    slot = {"start": proposal["start"], "end": proposal["end"]}
    anna.post(f"/calendar/events/{event.pk}/move", slot)

    event.refresh_from_db()
    assert event.starts_at.isoformat() == "2026-12-01T13:00:00+00:00"
    assert "proposes" not in text_of(anna.get(f"/calendar/events/{event.pk}/popover"))


def test_a_proposal_is_the_organizers_to_see(organization: Organization, ben: Client) -> None:
    event = organization.create(organization.anna, "Review", BEN)
    times = ["2026-12-01T13:00:00 UTC", "2026-12-01T14:00:00 UTC"]
    event.components = {**event.components, f"proposal:{BEN}": times}
    event.save()

    assert "proposes" not in text_of(ben.get(f"/calendar/events/{event.pk}/popover"))


# --- what is no meeting


def test_types_are_offered_where_they_can_be_made(organization: Organization, anna: Client) -> None:
    assert anna.get(NEW).context["kinds"] == ()
    organization.connect(organization.anna, "google")
    assert [kind for kind, _ in anna.get(NEW).context["kinds"]] == [
        "",
        "out-of-office",
        "focus-time",
        "working-location",
    ]


def test_guests_of_what_is_no_meeting_stay_in_sight_until_they_are_taken_out(
    organization: Organization, anna: Client
) -> None:
    """A browser with scripts does not send them; without, the form says what to do."""
    organization.connect(organization.anna, "google")
    away = {**FORM, "special": "out-of-office", "page": "1"}

    refused = anna.post(NEW, {**away, "guests": "eva@client.example"})

    assert (refused.status_code, Event.objects.count()) == (422, 0)
    assert "has no guests: remove them, or choose another type." in text_of(refused)
    assert guests_hidden(refused) is False
    assert guests_hidden(anna.post(NEW, {**away, "start_time": "25"})) is True
    assert anna.post(NEW, away).status_code == 302


def guests_hidden(page: Any) -> bool:  # noqa: ANN401 -- a response of the test client
    found = re.search(r'<div data-for="meeting"( hidden)?>\s*<h2>Guests', page.content.decode())
    assert found
    return found[1] is not None


def test_an_absence_is_made_and_changed_in_the_form(
    organization: Organization, anna: Client
) -> None:
    organization.connect(organization.anna, "google")
    away = {"special": "out-of-office", "decline": "new", "decline_message": "Back on Monday"}

    anna.post(NEW, {**FORM, "summary": "", **away})

    event = Event.objects.get()
    page = anna.get(f"/calendar/events/{event.pk}")
    assert (page.context["form"].decline, page.context["form"].decline_message) == (
        "new",
        "Back on Monday",
    )
    anna.post(f"/calendar/events/{event.pk}", {**form_of(page), "decline": "all"})
    event.refresh_from_db()
    assert event.components["declining"] == ["all", "Back on Monday"]
    assert event.components["special"] == "out-of-office"
    text = text_of(anna.get(f"/calendar/events/{event.pk}/popover"))
    assert "Out of office" in text
    assert "Decline new and existing invitations: “Back on Monday”" in text


@pytest.mark.parametrize(
    ("fields", "title", "icon"),
    [
        ({"special": "out-of-office"}, "Out of office", "person-x"),
        ({"special": "focus-time"}, "Focus time", "bell-slash"),
        ({"special": "working-location"}, "Working from: Home", "geo-alt"),
        (
            {
                "special": "working-location",
                "workplace": "custom",
                "workplace_label": "Café",
            },
            "Working from: Café",
            "geo-alt",
        ),
    ],
)
def test_the_grid_shows_what_they_are(
    organization: Organization, anna: Client, fields: dict[str, str], title: str, icon: str
) -> None:
    organization.connect(organization.anna, "google")
    draft = EventDraft(START, START + timedelta(hours=1), **fields)  # type: ignore[arg-type]
    create_event(organization.anna, draft, Choice.SILENT, organization.now)

    day = {"start": "2026-12-01T00:00:00", "end": "2026-12-02T00:00:00"}
    people = str(organization.anna.pk)
    (card,) = anna.get("/calendar/feed", {**day, "people": people, "hidden": ""}).json()
    page = anna.get("/calendar/list?from=2026-12-01")

    assert card["title"] == title
    assert icon in [mark["icon"] for mark in card["marks"]]
    assert title in text_of(page)


def test_the_interface_makes_and_tells_them(organization: Organization) -> None:
    organization.connect(organization.anna, "google")
    program = Program.of(organization.anna)
    times = {
        "start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "Europe/Paris"},
        "end": {"dateTime": "2026-12-01T10:00:00", "timeZone": "Europe/Paris"},
    }

    made = program.post(
        "/events",
        {**times, "special": "working-location", "workplace": "office", "workplaceLabel": "HQ"},
    )
    wrong = program.post("/events", {**times, "special": "birthday"})

    told = {key: made.body[key] for key in ("special", "workplace", "workplaceLabel", "guests")}
    assert told == {
        "special": "working-location",
        "workplace": "office",
        "workplaceLabel": "HQ",
        "guests": [],
    }
    assert wrong.status == 422
    period = {"start": "2026-12-01T00:00:00Z", "end": "2026-12-02T00:00:00Z"}
    (card,) = program.get("/events", **period).body["items"]
    assert card["special"] == "working-location"
