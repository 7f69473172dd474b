"""The dialog that moves an event to another calendar, and the same over the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.models import Calendar, Entry, Event
from support.calendars import GoogleCalendars
from support.world import Organization

pytestmark = pytest.mark.django_db
Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def event(organization: Organization) -> Event:
    calendars = GoogleCalendars.of(organization)
    calendars.add("Team")
    calendars.look()
    calendars.choose("Team")
    made = organization.create(organization.anna, "Review")
    organization.sync()
    return made


def test_offered_chosen_and_told(
    organization: Organization, browser_of: Browser, event: Event
) -> None:
    anna, page = browser_of(organization.anna), f"/calendar/events/{event.pk}/calendar"
    team = Calendar.objects.get(name="Team")

    form = anna.get(f"/calendar/events/{event.pk}").content.decode()
    offered = anna.get(page).content.decode()
    anna.post(page, {"calendar": team.pk, "page": 1})

    assert page in form
    assert f'<option value="{team.pk}">Team</option>' in offered
    waiting = anna.get(f"/calendar/events/{event.pk}").content.decode()
    assert "Moved." in waiting
    assert "on its way to “Team”" in waiting
    organization.work()
    assert Entry.objects.alive().get().calendar == team
    assert "on its way" not in anna.get(f"/calendar/events/{event.pk}").content.decode()


def test_refused_in_words(organization: Organization, browser_of: Browser, event: Event) -> None:
    anna, page = browser_of(organization.anna), f"/calendar/events/{event.pk}/calendar"

    assert "Choose another one" in anna.post(page, {"calendar": "x"}).content.decode()
    assert browser_of(organization.ben).get(page).status_code == 404


def test_why_not_is_said(organization: Organization, browser_of: Browser, event: Event) -> None:
    team = Calendar.objects.get(name="Team")
    Entry.objects.update(moving_to=team, not_moved="requiredAccessLevel")

    page = browser_of(organization.anna).get(f"/calendar/events/{event.pk}").content.decode()

    assert "it can&#x27;t go to “Team”: you may not write there" in page
