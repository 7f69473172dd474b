"""How important an event is: in the form, the pop-over, the grid and the list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.models import Event
from support.event_form import typed
from support.pages import form_of, hidden_fields, location, text_of
from support.world import START, Organization

Browser = Callable[[AbstractBaseUser], Client]
BEN = "ben@corp.example"


@pytest.fixture
def board(organization: Organization) -> Event:
    """Anna's; Ben, a guest, may change it."""
    end = START.replace(hour=10)
    more = {"guests_modify": True, "importance": "high"}
    draft = EventDraft(START, end, "Board", guests=(BEN,), **more)  # type: ignore[arg-type]
    event = create_event(organization.anna, draft, None, organization.now)
    assert isinstance(event, Event)
    return event


def test_chosen_in_the_form_and_shown_with_a_word(
    organization: Organization, browser_of: Browser
) -> None:
    anna = browser_of(organization.anna)
    anna.post("/calendar/events/new", typed(importance="high"))
    event = Event.objects.get()
    assert event.components["importance"] == "high"

    page = anna.get(f"/calendar/events/{event.pk}")
    assert 'value="high" selected' in page.content.decode()
    assert "Importance High importance" in text_of(anna.get(f"/calendar/events/{event.pk}/popover"))
    assert "High importance: Design review" in text_of(anna.get("/calendar/list?from=2026-12-01"))
    period = {
        "start": "2026-12-01T00:00:00Z",
        "end": "2026-12-02T00:00:00Z",
        "people": organization.anna.pk,
    }
    (card,) = anna.get("/calendar/feed", period).json()
    assert card["marks"] == [{"icon": "exclamation-circle", "text": "High importance"}]
    assert "high importance" in card["label"]

    location(anna.post(f"/calendar/events/{event.pk}", form_of(page) | {"importance": "low"}))
    assert Event.objects.get().components["importance"] == "low"
    refused = anna.post("/calendar/events/new", typed(importance="huge"))
    assert (refused.status_code, "Choose one of high, low, normal." in text_of(refused)) == (
        422,
        True,
    )


def test_a_guest_who_may_change_the_meeting_leaves_it_alone(
    organization: Organization, browser_of: Browser, board: Event
) -> None:
    ben, path = browser_of(organization.ben), f"/calendar/events/{board.pk}"
    page = ben.get(path)
    assert '<select class="form-select" id="importance"' not in page.content.decode()
    assert hidden_fields(page)["importance"] == "high"
    saved = form_of(page)

    location(ben.post(path, saved | {"location": "Hall"}))
    assert Event.objects.get().components["importance"] == "high"
    assert Event.objects.get().components["location"] == "Hall"
    refused = ben.post(path, form_of(ben.get(path)) | {"importance": "low"})
    assert "Only Anna, the organizer, can change this." in text_of(refused)
    assert Event.objects.get().components["importance"] == "high"
