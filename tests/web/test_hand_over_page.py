"""Handing a meeting over, as its organizer does it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.api import Program
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
EVA = "eva@client.example"


@pytest.fixture
def meeting(organization: Organization) -> Event:
    """Anna's at Google, with Ben at Outlook and Eva outside."""
    organization.connect(organization.anna, "google")
    organization.connect(organization.ben, "outlook")
    organization.work()
    event = organization.create(
        organization.anna, "Review <1>", "ben@corp.example", EVA, choice=Choice.SEND
    )
    organization.work()
    return event


def test_from_the_meeting_to_the_question_and_back(
    organization: Organization, browser_of: Browser, meeting: Event
) -> None:
    anna = browser_of(organization.anna)
    path = f"/calendar/events/{meeting.pk}/organizer"
    assert "Hand over…" in text_of(anna.get(f"/calendar/events/{meeting.pk}"))
    page = anna.get(path)
    assert "Hand this meeting over? Review <1>" in text_of(page)
    assert [one.name for one in page.context["candidates"]] == ["Ben"]

    asked = text_of(anna.post(path, {"heir": organization.ben.pk}))
    assert "Outlook will mail 2 guests" in asked
    assert EVA in asked

    back = anna.post(path, {"heir": organization.ben.pk, "choice": "back"})
    assert location(back) == f"/calendar/events/{meeting.pk}"
    meeting.refresh_from_db()
    assert meeting.organizer_user_id == organization.anna.pk

    done = anna.post(path, {"heir": organization.ben.pk, "choice": "send"})
    assert location(done) == f"/calendar/events/{meeting.pk}"
    text = text_of(anna.get(f"/calendar/events/{meeting.pk}"))
    assert "Handed over." in text
    assert "Ben organizes this meeting." in text
    assert "Hand over…" not in text


def test_what_is_refused_is_said(
    organization: Organization, browser_of: Browser, meeting: Event
) -> None:
    path = f"/calendar/events/{meeting.pk}/organizer"
    anna = browser_of(organization.anna)
    for nobody in ("", "abc", "0", organization.cleo.pk):
        text = text_of(anna.post(path, {"heir": nobody}))
        assert "Not handed over Only a guest who works here can take the meeting over." in text
    ben = browser_of(organization.ben)
    text = text_of(ben.post(path, {"heir": organization.ben.pk}))
    assert "Only the organizer can hand a meeting over." in text
    assert "Hand over…" not in text_of(ben.get(f"/calendar/events/{meeting.pk}"))
    assert browser_of(organization.cleo).get(path).status_code == 404


def test_over_the_api(organization: Organization, meeting: Event) -> None:
    anna = Program.of(organization.anna)
    path = f"/events/{meeting.pk}/organizer"
    asked = anna.post(path, {"address": "Ben@Corp.example"})
    assert (asked.status, asked.body["code"]) == (409, "mail_question")
    assert EVA in asked.body["question"]["invitations"]
    stranger = anna.post(path, {"address": "nobody@corp.example"})
    assert stranger.body["code"] == "not_a_guest"
    assert anna.post(path, {"address": "ben@corp.example", "mail": "send"}).status == 204
    assert anna.get(f"/events/{meeting.pk}").body["isMine"] is False
