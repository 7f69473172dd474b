"""What a calendar shows of one's other accounts: chosen, said on events, asked about."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.masks import Mirror
from calendar_sync.models import Event, ListedCalendar, Pairing, ProviderCredential
from support.api import Program
from support.mirrored import ANNA, EVA, connect_both, mirrors, move, show, sync, titles
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
LABEL = "Show my other calendars' events here"


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


def listed(organization: Organization, provider: str) -> ListedCalendar:
    account = ProviderCredential.objects.get(user=organization.anna.pk, provider=provider)
    return ListedCalendar.objects.get(credential=account, is_primary=True)


def test_one_account_has_nothing_to_show(organization: Organization, anna: Client) -> None:
    organization.connect(organization.anna, "google")
    assert LABEL not in text_of(anna.get("/connections"))


def test_chosen_on_the_page(organization: Organization, anna: Client) -> None:
    connect_both(organization, "google")
    organization.there("anna", "google").load(["Review"], EVA)
    page = anna.get("/connections")
    assert text_of(page).count(f"{LABEL} no as “Busy” with details") == 2
    assert "without guests, and nobody is mailed" in text_of(page)

    row = listed(organization, "outlook")
    url = f"/connections/{row.credential_id}/calendars"
    form = {"row": row.pk, "chosen": row.pk, f"mirror-{row.pk}": "busy"}
    assert location(anna.post(url, form)) == "/connections"
    sync(organization, "google")
    assert titles(organization) == {"google": ["Review"], "outlook": ["Busy"]}
    assert b'value="busy" selected' in anna.get("/connections").content

    refused = {**form, f"mirror-{row.pk}": "everything"}
    anna.post(url, refused)
    assert "There is no such choice." in text_of(anna.get("/connections"))
    assert Pairing.objects.get(credential=row.credential).mirror == "busy"
    assert organization.mails == []


def test_event_says_where_it_is_shown(organization: Organization, anna: Client) -> None:
    connect_both(organization, "google")
    organization.there("anna", "google").load(["Review"])
    show(organization, "outlook", Mirror.BUSY)
    sync(organization, "google")
    event = Event.objects.get()

    text = text_of(anna.get(f"/calendar/events/{event.pk}/popover"))
    assert "Your Google, anna@gmail.example: in step" in text
    assert "Also shown in your Outlook, anna@corp.example, as Busy: in step" in text

    show(organization, "outlook", Mirror.FULL)
    text = text_of(anna.get(f"/calendar/events/{event.pk}/popover"))
    assert "Also shown in your Outlook, anna@corp.example, with details: in step" in text

    organization.there("anna", "outlook").delete("Review")
    sync(organization, "google")
    text = text_of(anna.get(f"/calendar/events/{event.pk}/popover"))
    assert "Not shown in your Outlook, anna@corp.example: removed there on purpose" in text


def test_move_at_a_mirror_is_asked(organization: Organization, anna: Client) -> None:
    connect_both(organization, "google")
    organization.there("anna", "google").load(["Review"], EVA)
    show(organization, "outlook", Mirror.BUSY)
    sync(organization, "google")
    move(organization, "outlook", "Busy", "2026-12-01")
    sync(organization, "google")

    text = text_of(anna.get("/attention"))
    assert "Changed at its copy · Review" in text
    assert "Outlook only shows this event. Shall the event itself get that time?" in text
    assert "Put the copy back Change the event" in text
    (conflict,) = Program.of(organization.anna).get("/conflicts").body["items"]
    assert (conflict["atMirror"], conflict["choices"]) == (True, ["ours", "theirs"])


def test_program_chooses(organization: Organization) -> None:
    connect_both(organization, "google")
    organization.there("anna", "google").load(["Review"])
    program, row = Program.of(organization.anna), listed(organization, "outlook")
    path = f"/connections/{row.credential_id}/calendars"
    assert program.get(path).body["items"][0]["mirror"] == "off"
    assert program.ask("PATCH", f"/calendars/{row.pk}", {"mirror": "full"}).status == 204
    sync(organization, "google")
    assert titles(organization)["outlook"] == ["Review"]
    assert program.get(path).body["items"][0]["mirror"] == "full"

    refused = program.ask("PATCH", f"/calendars/{row.pk}", {"direction": "from-provider"})
    assert (refused.status, refused.body["code"]) == (409, "shows_others")
    assert program.ask("PATCH", f"/calendars/{row.pk}", {"mirror": "off"}).status == 204
    sync(organization, "google")
    assert mirrors() == []
    assert (
        program.ask("PATCH", f"/calendars/{row.pk}", {"direction": "from-provider"}).status == 204
    )
    refused = program.ask("PATCH", f"/calendars/{row.pk}", {"mirror": "busy"})
    assert (refused.status, refused.body["code"]) == (409, "shows_nothing")
    assert program.ask("PATCH", f"/calendars/{row.pk}", {"mirror": "all"}).status == 422


def test_nobody_elses_calendar(organization: Organization) -> None:
    connect_both(organization, "google")
    row = listed(organization, "outlook")
    for person in (organization.ben, organization.admin):
        answer = Program.of(person).ask("PATCH", f"/calendars/{row.pk}", {"mirror": "full"})
        assert answer.status == 404
    assert {pairing.mirror for pairing in Pairing.objects.all()} == {"off"}
    assert ANNA["outlook"] == row.credential.address
