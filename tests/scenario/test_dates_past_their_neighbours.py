"""A date of a series is moved past the next one: Google takes it, Outlook has no way to say it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import REASONS
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import events_between
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.models import Event, Link
from support.world import PROVIDERS, START, Organization

WEEK = START - timedelta(hours=9), START + timedelta(days=7)
AS_MADE = [f"0{day} 09 Daily" for day in range(1, 6)]
MOVED = ["01 09 Daily", "03 09 Daily", "04 09 Daily", "04 15 Daily", "05 09 Daily"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_date_moved_past_the_next_one(organization: Organization, provider: ProviderName) -> None:
    """Here it is where it was put; what cannot be said there has its reason, and stops nothing."""
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    daily = ("RRULE:FREQ=DAILY;COUNT=5",)
    draft = EventDraft(START, START + timedelta(hours=1), "Daily", recurrence=daily)
    event = create_event(anna, draft, None, organization.now)
    assert isinstance(event, Event)
    organization.sync()
    second = next(card for card in events_between(anna, *WEEK) if card.start.day == 2)

    to = START.replace(day=4, hour=15)
    changes = {"start": to, "end": to + timedelta(hours=1)}
    edit_dates(anna, event.pk, second.date, Scope.THIS, changes, None, organization.now)
    organization.create(anna, "Other", start=START + timedelta(days=9))
    for _ in range(3):
        organization.sync()

    here = [f"{card.start:%d %H} {card.summary}" for card in events_between(anna, *WEEK)]
    assert here == MOVED
    assert there.dates(*WEEK) == (MOVED if provider == "google" else AS_MADE)
    assert there.titles() == ["Daily", "Other"]
    link = Link.objects.get(entry__event=event)
    assert link.state == ("settled" if provider == "google" else "refused")
    assert link.refusal is None or link.refusal["code"] in REASONS
    assert organization.mails == []
