"""Anna's stand-up here: an hour at nine in Paris, from Tuesday 1 to Saturday 5 December."""

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import events_between
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.world import START, Organization

DAILY = "RRULE:FREQ=DAILY;COUNT=5"
THURSDAY = "2026-12-03T09:00:00 Europe/Paris"
WEEK = START - timedelta(hours=9), START + timedelta(days=7)


def series(
    organization: Organization, *guests: str, rule: str = DAILY, choice: Choice | None = None
) -> Event:
    hour = timedelta(hours=1)
    draft = EventDraft(START, START + hour, "Stand-up", guests=guests, recurrence=(rule,))
    event = create_event(organization.anna, draft, choice, organization.now)
    assert isinstance(event, Event)
    return event


def shown(organization: Organization, person: AbstractBaseUser | None = None) -> list[str]:
    cards = events_between(person or organization.anna, *WEEK)
    return [f"{card.start:%d %H} {card.summary}" for card in cards]


def days(*titles: str, hour: int = 9) -> list[str]:
    return [f"{day:02} {hour:02} {title}" for day, title in enumerate(titles, 1) if title]
