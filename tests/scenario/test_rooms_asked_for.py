"""Rooms that were asked for: late, refused, asked for twice, or not at all."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.errors import Invalid
from calendar_sync.engine.consent import Choice
from support.faulty import arm
from support.meeting_links import (
    EVA,
    TOLD,
    VENDOR,
    change,
    connected,
    idle,
    link_of,
    made,
    url_there,
    writes,
)
from support.world import PROVIDERS, Organization

both = pytest.mark.parametrize("provider", PROVIDERS)


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
