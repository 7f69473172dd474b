"""The link of a meeting, both ways: asked for here and made there, made there and shown here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.actions.events import create_event, edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.meeting_links import MeetingLink
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.faulty import arm
from support.world import PROVIDERS, START, Organization

VENDOR = {"google": "meet", "outlook": "teams"}
EVA = "eva@client.example"
TOLD: dict[str, list[tuple[str, str]]] = {"google": [], "outlook": [("update", EVA)]}
"""Of another link; Google may mail guests about it, the simulated one does not."""

OWN = "https://meet.example.org/kdnf2-qpzm3-xbvt4"
ZOOM = "https://zoom.example/j/123"
MEET = {
    "createRequest": {
        "requestId": "by-hand",
        "conferenceSolutionKey": {"type": "hangoutsMeet"},
    }
}
ADDON = {
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "Zoom Meeting"},
    "conferenceId": "123",
    "entryPoints": [{"entryPointType": "video", "uri": ZOOM}],
    "notes": "Passcode 9",
}
both = pytest.mark.parametrize("provider", PROVIDERS)


def connected(organization: Organization, provider: ProviderName) -> None:
    """Anna, at a provider that makes rooms; her first run is over."""
    organization.sandbox.microsoft.allow_online_meetings("anna", "teamsForBusiness")
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sandbox.journal.clear()


def made(organization: Organization, link: str, *guests: str, **more: str) -> Event:
    choice = Choice.SEND if guests else None
    draft = EventDraft(
        START, START.replace(hour=10), "Review", guests=guests, meeting_link=link, **more
    )
    event = create_event(organization.anna, draft, choice, organization.now)
    assert not isinstance(event, MailQuestion)
    return event


def change(
    organization: Organization, event: Event, choice: Choice | None = None, **fields: str
) -> None:
    result = edit_event(organization.anna, event.pk, fields, choice, organization.now)
    assert not isinstance(result, MailQuestion)


def link_of(
    organization: Organization, event: Event, user: AbstractBaseUser | None = None
) -> MeetingLink:
    return event_detail(user or organization.anna, event.pk).meeting_link


def row_there(
    organization: Organization, provider: ProviderName, who: str = "anna"
) -> dict[str, Any]:
    """The only event there."""
    if provider == "google":
        person = organization.sandbox.people.get(who)
        (row,) = organization.sandbox.google.events(person)
    else:
        (row,) = organization.sandbox.microsoft.events(who)
    return row


def url_there(organization: Organization, provider: ProviderName, who: str = "anna") -> str:
    row = row_there(organization, provider, who)
    return str(row.get("hangoutLink") or (row.get("onlineMeeting") or {}).get("joinUrl") or "")


def writes(organization: Organization) -> list[str]:
    """What was asked of the events, but for the rounds of changes."""
    entries = organization.sandbox.journal.entries()
    found = [(entry.method, entry.path) for entry in entries]
    return [
        method
        for method, path in found
        if method in {"POST", "PATCH", "DELETE"} and "oauth" not in path
    ]


def by_hand(
    organization: Organization,
    provider: ProviderName,
    who: str = "anna",
    room: dict[str, Any] | None = None,
    removed: bool = False,
) -> None:
    """A room of the only event, made or removed on the provider's own page."""
    row = row_there(organization, provider, who)
    if provider == "google":
        google, person = organization.sandbox.google, organization.sandbox.people.get(who)
        options = replace(google.by_hand(person, "all"), conference=True)
        changes = {"conferenceData": None if removed else room or MEET}
        google.writer.update(google.calendar(person), row["id"], changes, options)
    elif removed:
        body = {"contentType": "html", "content": "<p>Agenda</p>"}
        organization.sandbox.microsoft.edit(who, row["id"], {"body": body})
    else:
        organization.sandbox.microsoft.edit(who, row["id"], {"isOnlineMeeting": True})


def text_there(organization: Organization, provider: ProviderName) -> str:
    row = row_there(organization, provider)
    return str(row["description"] if provider == "google" else row["body"]["content"])


def idle(organization: Organization, runs: int = 5) -> None:
    """Nothing moves any more, on any side."""
    organization.sync()
    before = len(organization.mails)
    organization.sandbox.journal.clear()
    for _ in range(runs):
        for turn in organization.sync():
            assert [(each.received, each.sent) for each in turn.reports] == [(0, 0)]
    assert (writes(organization), len(organization.mails)) == ([], before)


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
def test_a_lost_answer_makes_no_second_room(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, VENDOR[provider], EVA)
    path = (
        "POST /google/calendar/*/events" if provider == "google" else "POST /graph/v1.0/me/events"
    )
    arm(organization, path, "reset", when="after")

    organization.work()
    url = url_there(organization, provider)
    organization.advance(minutes=30)
    organization.work()

    assert url_there(organization, provider) == link_of(organization, event).url == url != ""
    assert organization.mails == [("invite", EVA)]
    idle(organization)


@both
def test_a_lost_request_for_a_room_makes_no_second_one(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    event = made(organization, "", EVA)
    organization.work()
    change(organization, event, Choice.SEND, meeting_link=VENDOR[provider])
    path = "PATCH /google/*" if provider == "google" else "PATCH /graph/*"
    arm(organization, path, "reset", when="after")

    organization.work()
    url = url_there(organization, provider)
    organization.advance(minutes=30)
    organization.work()

    assert url_there(organization, provider) == link_of(organization, event).url == url != ""
    assert organization.mails == [("invite", EVA), *TOLD[provider]]
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


def test_pending_at_google_is_awaited(organization: Organization) -> None:
    """By the rounds that run anyway: no request is made for it."""
    organization.sandbox.knobs["google.conference_pending"] = 3
    connected(organization, "google")
    event = made(organization, "meet", EVA)
    organization.work()
    assert link_of(organization, event).state == "requested"
    organization.sandbox.journal.clear()

    for _ in range(5):
        organization.sync()

    link = link_of(organization, event)
    assert (link.state, link.url) == ("ready", url_there(organization, "google"))
    assert writes(organization) == []
    assert organization.mails == [("invite", EVA)]
    idle(organization)


def test_a_late_link_at_outlook_is_awaited(organization: Organization) -> None:
    organization.sandbox.knobs["graph.join_url_delay"] = 40
    connected(organization, "outlook")
    event = made(organization, "teams", EVA)
    organization.work()
    assert link_of(organization, event).state == "requested"
    organization.sandbox.journal.clear()

    organization.advance(seconds=50)
    organization.sync()

    assert link_of(organization, event).url == url_there(organization, "outlook") != ""
    assert (writes(organization), organization.mails) == ([], [("invite", EVA)])
    idle(organization)


@pytest.mark.parametrize("pending", [0, 2])
def test_a_request_that_fails_at_google_is_told(organization: Organization, pending: int) -> None:
    organization.sandbox.knobs["google.conference_outcome"] = "failure"
    organization.sandbox.knobs["google.conference_pending"] = pending
    connected(organization, "google")
    event = made(organization, "meet", EVA)
    for _ in range(5):
        organization.sync()

    assert link_of(organization, event).state == "refused"
    idle(organization)
    assert link_of(organization, event).state == "refused"
    change(organization, event, meeting_link="")
    organization.work()
    assert link_of(organization, event).state == ""
    assert organization.mails == [("invite", EVA)]


def test_a_calendar_without_meet_gets_its_event_without(organization: Organization) -> None:
    """The refused request made nothing; the second one says the same without a room."""
    connected(organization, "google")
    anna = organization.sandbox.people.get("anna")
    organization.sandbox.google.set_conference_types(anna, ["eventHangout"])
    event = made(organization, "meet", EVA)
    organization.work()

    assert link_of(organization, event).state == "refused"
    assert (url_there(organization, "google"), writes(organization)) == ("", ["POST", "POST"])
    assert organization.mails == [("invite", EVA)]
    idle(organization)
    organization.sandbox.journal.clear()
    change(organization, event, Choice.SEND, meeting_link="meet")
    organization.work()
    assert writes(organization) == ["PATCH"]
    assert (link_of(organization, event).state, organization.mails) == (
        "refused",
        [("invite", EVA)],
    )


def test_a_mailbox_without_teams_is_told_once(organization: Organization) -> None:
    connected(organization, "outlook")
    organization.sandbox.microsoft.allow_online_meetings("anna", "unknown")
    event = made(organization, "teams", EVA)
    organization.work()

    assert link_of(organization, event).state == "refused"
    assert (writes(organization), organization.mails) == (["POST"], [("invite", EVA)])
    idle(organization)
    assert link_of(organization, event).state == "refused"


@both
def test_no_room_is_made_unasked(organization: Organization, provider: ProviderName) -> None:
    """Also not for an event without a place."""
    connected(organization, provider)
    event = made(organization, "", EVA)
    organization.work()

    assert (url_there(organization, provider), link_of(organization, event).state) == ("", "")


@both
def test_only_the_own_provider_makes_rooms(
    organization: Organization, provider: ProviderName
) -> None:
    with pytest.raises(Invalid) as refused:
        made(organization, VENDOR[provider])
    assert "Connect the calendar first" in refused.value.errors["meeting_link"]

    connected(organization, provider)
    (other,) = set(VENDOR.values()) - {VENDOR[provider]}
    with pytest.raises(Invalid) as refused:
        made(organization, other)
    assert "can't make" in refused.value.errors["meeting_link"]
