"""Who lets Google hide what he has not answered yet (Google's contract, quirk 40)."""

from __future__ import annotations

import pytest

from calendar_sync.actions.events import answer_event
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Attendee, Event
from support.world import Organization

pytestmark = pytest.mark.django_db


def test_a_meeting_that_google_hides_is_here_and_can_be_answered(
    organization: Organization,
) -> None:
    google, person = organization.sandbox.google, organization.sandbox.people.get("ben")
    google.set_setting(person, "hideInvitations", "true")
    for user in (organization.anna, organization.ben):
        organization.connect(user, "google")
    organization.sync()
    organization.create(organization.anna, "Review", "ben@gmail.example", choice=Choice.SEND)

    turns = [turn for _ in range(2) for turn in organization.sync()]

    assert [turn.error for turn in turns] == [None] * len(turns)
    assert organization.titles_here(organization.ben) == ["Review"]
    assert organization.mails == [("invite", "ben@gmail.example")]

    event = Event.objects.get()
    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now)
    organization.sync()
    assert Attendee.objects.get(event=event).partstat == "accepted"
    assert organization.titles_here(organization.ben) == ["Review"]
