"""Rules of what is kept in step, and odd events on either side that they are about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.kept_in_step import Effect, Wish, kept_in_step, save_rules, wish_of
from calendar_sync.models import Event, EventKind, ListedCalendar
from support.world import START, Organization

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Odd:
    """A rule, and what makes an event one that it leaves out: here, at Google, at Outlook.

    None: that side has no such thing.
    """

    rule: dict[str, Any]
    here: dict[str, Any] = field(default_factory=dict)
    google: dict[str, Any] | None = field(default_factory=dict)
    outlook: dict[str, Any] | None = field(default_factory=dict)

    def there(self, provider: ProviderName) -> dict[str, Any] | None:
        return self.google if provider == "google" else self.outlook


ODD = {
    "private": Odd(
        {"private": "skip"},
        {"classification": "private"},
        {"visibility": "private"},
        {"sensitivity": "private"},
    ),
    "free": Odd(
        {"skip_free": True},
        {"availability": "free"},
        {"transparency": "transparent"},
        {"showAs": "free"},
    ),
    "title": Odd({"titles": ("odd*",)}),
    "earlier": Odd({"start": date(2026, 12, 10)}),
    "category": Odd({"categories": ("home",)}, google=None, outlook={"categories": ["Home"]}),
}


def rule(organization: Organization, **changes: Any) -> Effect:  # noqa: ANN401 - of a Wish
    """Anna's one calendar has these rules from now on; `direction` is one of them."""
    direction = changes.pop("direction", None)
    pk = ListedCalendar.objects.get(credential__user=organization.anna.pk).pk
    wish: Wish = replace(wish_of(kept_in_step(organization.anna, pk)), **changes)
    return save_rules(organization.anna, pk, wish, organization.now, direction)


def make_here(organization: Organization, title: str, **fields: Any) -> Event:  # noqa: ANN401
    """On 1 December, by Anna."""
    draft = EventDraft(START, START + HOUR, title, **fields)
    made = create_event(organization.anna, draft, None, organization.now)
    assert isinstance(made, Event), made
    return made


def make_there(organization: Organization, provider: ProviderName, title: str, odd: Odd) -> None:
    """On 2 December, in Anna's calendar."""
    there = organization.there("anna", provider)
    there.create(title)
    change_there(organization, provider, title, odd.there(provider) or {})


def change_there(
    organization: Organization, provider: ProviderName, title: str, changes: dict[str, Any]
) -> None:
    there = organization.there("anna", provider)
    if there.is_google and changes:
        anna = organization.sandbox.people.get("anna")
        organization.sandbox.google.edit(anna, there.id_of(title), changes)
    elif changes:
        organization.sandbox.microsoft.edit("anna", there.id_of(title), changes)


def call() -> EventKind:
    return EventKind.objects.get(name="Call")
