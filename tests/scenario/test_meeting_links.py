"""The link of a meeting, both ways: asked for here and made there, made there and shown here."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.meeting_links import (
    ADDON,
    EVA,
    OWN,
    TOLD,
    VENDOR,
    ZOOM,
    by_hand,
    change,
    connected,
    idle,
    link_of,
    made,
    reads,
    row_there,
    sent,
    text_there,
    url_there,
    writes,
)
from support.world import PROVIDERS, Organization

both = pytest.mark.parametrize("provider", PROVIDERS)


@both
def test_a_room_asked_for_here_is_made_there(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, VENDOR[provider], EVA)
    assert link_of(organization, event).state == "requested"

    organization.work()

    url = url_there(organization, provider)
    link = link_of(organization, event)
    assert (link.kind, link.url, link.state) == (VENDOR[provider], url, "ready")
    assert url.startswith("https://")
    assert writes(organization) == ["POST"]
    assert organization.mails == [("invite", EVA)]
    idle(organization)
    assert link_of(organization, event) == link


@both
def test_a_room_is_asked_for_later(organization: Organization, provider: ProviderName) -> None:
    connected(organization, provider)
    event = made(organization, "", EVA, location="Room Blue")
    organization.work()
    asked = edit_event(
        organization.anna, event.pk, {"meeting_link": VENDOR[provider]}, None, organization.now
    )
    assert isinstance(asked, MailQuestion)
    organization.sandbox.journal.clear()

    change(organization, event, Choice.SEND, meeting_link=VENDOR[provider])
    organization.work()

    link = link_of(organization, event)
    assert link.url == url_there(organization, provider) != ""
    assert organization.there("anna", provider).place_of("Review") == "Room Blue"
    assert writes(organization) == ["PATCH"]
    assert organization.mails == [("invite", EVA), *TOLD[provider]]
    idle(organization)


@both
def test_a_room_made_there_is_shown_here(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    organization.there("anna", provider).create("Review")
    by_hand(organization, provider)

    organization.sync()

    event = Event.objects.get()
    assert link_of(organization, event).url == url_there(organization, provider) != ""
    assert "description" not in event.components
    idle(organization)


@both
def test_a_room_removed_there_is_gone_here(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, VENDOR[provider], description="<p>Agenda</p>")
    organization.work()

    by_hand(organization, provider, removed=True)
    organization.sync()

    assert link_of(organization, event).state == ""
    assert event_detail(organization.anna, event.pk).description == "<p>Agenda</p>"
    idle(organization)


@both
def test_a_room_removed_here_is_gone_there(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, VENDOR[provider], EVA, description="<p>Agenda</p>")
    organization.work()
    organization.sandbox.journal.clear()

    change(organization, event, Choice.SEND, meeting_link="")
    organization.work()

    assert (url_there(organization, provider), writes(organization)) == ("", ["PATCH"])
    assert "Agenda" in text_there(organization, provider)
    assert organization.mails == [("invite", EVA), *TOLD[provider]]
    idle(organization)
    assert link_of(organization, event).state == ""


@both
def test_a_pasted_link_takes_the_place_of_a_room(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, VENDOR[provider], location="Room Blue")
    organization.work()

    change(organization, event, meeting_link=OWN)
    organization.work()

    there = organization.there("anna", provider)
    assert (url_there(organization, provider), there.place_of("Review")) == (
        "",
        f"Room Blue; {OWN}",
    )
    idle(organization)
    detail = event_detail(organization.anna, event.pk)
    assert (detail.meeting_link.url, detail.location) == (OWN, "Room Blue")


@both
def test_an_own_link_survives_every_sync(
    organization: Organization, provider: ProviderName
) -> None:
    """Also edits of what stands in the same field there, from both sides."""
    connected(organization, provider)
    event = made(organization, OWN)
    organization.work()
    there = organization.there("anna", provider)
    assert there.place_of("Review") == OWN

    there.rename("Review", "Kick-off")
    organization.sync()
    change(organization, event, location="Room Blue")
    organization.work()
    assert there.place_of("Kick-off") == f"Room Blue; {OWN}"
    there.relocate("Kick-off", f"Room Red; {OWN}")
    organization.sync()

    detail = event_detail(organization.anna, event.pk)
    assert (detail.meeting_link.url, detail.location) == (OWN, "Room Red")
    there.forget_token()
    organization.sync()
    idle(organization)
    assert link_of(organization, event).url == OWN


@both
def test_an_edit_of_the_title_touches_no_room(
    organization: Organization, provider: ProviderName
) -> None:
    """One that an add-on keeps there stays, byte for byte, as does the block under the text."""
    connected(organization, provider)
    there = organization.there("anna", provider)
    there.create("Review")
    by_hand(organization, provider, room=ADDON)
    organization.sync()
    event = Event.objects.get()
    before = row_there(organization, provider)
    organization.sandbox.journal.clear()

    change(organization, event, summary="Kick-off")
    organization.work()

    after = row_there(organization, provider)
    kept = ("conferenceData", "onlineMeeting", "body", "location")
    assert [after.get(name) for name in kept] == [before.get(name) for name in kept]
    assert (link_of(organization, event).url, link_of(organization, event).state) == (
        ZOOM if provider == "google" else url_there(organization, provider),
        "ready",
    )
    assert writes(organization) == ["PATCH"]
    idle(organization)


@both
def test_an_edit_of_the_description_keeps_the_room(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, VENDOR[provider], EVA, description="<p>Agenda</p>")
    organization.work()
    url = url_there(organization, provider)
    assert event_detail(organization.anna, event.pk).description == "<p>Agenda</p>"
    organization.sandbox.journal.clear()

    change(organization, event, Choice.SEND, description="<p>New agenda</p>")
    organization.work()

    assert url_there(organization, provider) == url != ""
    text = text_there(organization, provider)
    assert ("New agenda" in text, "<p>Agenda" in text) == (True, False)
    assert text.count(url) == (0 if provider == "google" else 2)
    assert writes(organization) == ["PATCH"]
    idle(organization)


@both
def test_a_guest_sees_the_link_and_cannot_change_it(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    organization.connect(organization.ben, provider)
    address = str(organization.sandbox.people.get("ben").address(provider))
    event = made(organization, VENDOR[provider], address)
    organization.sync()
    organization.sync()

    link = link_of(organization, event, organization.ben)
    assert link.url == url_there(organization, provider, "ben") != ""
    with pytest.raises(ActionRefused, match="organizer"):
        edit_event(organization.ben, event.pk, {"meeting_link": ""}, None, organization.now)
    idle(organization)


@both
def test_a_meeting_from_outside_brings_its_link(
    organization: Organization, provider: ProviderName
) -> None:
    """Cleo is not connected; her meeting is seen through Anna's copy."""
    organization.sandbox.microsoft.allow_online_meetings("cleo", "teamsForBusiness")
    connected(organization, provider)
    anna = str(organization.sandbox.people.get("anna").address(provider))
    organization.there("cleo", provider).create("Review", anna)
    by_hand(organization, provider, who="cleo")

    organization.sync()

    event = Event.objects.get()
    assert link_of(organization, event).url == url_there(organization, provider, "cleo") != ""
    idle(organization)


@both
def test_a_link_typed_as_a_place_becomes_the_link(
    organization: Organization, provider: ProviderName
) -> None:
    """There nothing tells the two apart."""
    connected(organization, provider)
    event = made(organization, "", location=f"Room Blue; {OWN}")
    organization.work()

    there = organization.there("anna", provider)
    assert there.place_of("Review") == f"Room Blue; {OWN}"
    assert link_of(organization, event).url == OWN
    idle(organization)
    assert there.place_of("Review") == f"Room Blue; {OWN}"


@both
def test_what_is_asked_of_the_provider(organization: Organization, provider: ProviderName) -> None:
    """Of a room: the word for it, once. Of anything else nothing that touches a room."""
    connected(organization, provider)
    event = made(organization, VENDOR[provider])
    organization.work()
    (created,) = sent(organization)
    organization.sandbox.journal.clear()

    change(organization, event, summary="Kick-off")
    organization.work()
    (renamed,) = sent(organization)
    organization.sandbox.journal.clear()
    change(organization, event, description="<p>Agenda</p>")
    organization.work()
    (described,) = sent(organization)

    if provider == "google":
        assert created[:2] == ("POST", "conferenceDataVersion=1&sendUpdates=none")
        request = created[2]["conferenceData"]["createRequest"]
        assert request["conferenceSolutionKey"] == {"type": "hangoutsMeet"}
        assert "location" not in created[2]
        assert renamed == ("PATCH", "sendUpdates=none", {"summary": "Kick-off"})
        assert described == ("PATCH", "sendUpdates=none", {"description": "<p>Agenda</p>"})
    else:
        flags = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
        assert flags.items() <= created[2].items()
        assert "location" not in created[2]
        assert renamed == ("PATCH", "", {"subject": "Kick-off"})
        assert list(described[2]) == ["body"]
        assert reads(organization) == 1
