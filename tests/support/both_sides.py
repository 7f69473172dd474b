"""One event on both sides: what is said of it here and there, and changing either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.changing import change
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.properties import Json
from calendar_sync.models import Entry, Event, Link
from calendar_sync.models.contents import load_contents
from support.property_words import Row
from support.world import Organization


@dataclass(frozen=True)
class BothSides:
    """An event of Anna's, linked with her calendar at `provider`."""

    organization: Organization
    provider: ProviderName
    event: Event

    @property
    def here(self) -> dict[str, Json]:
        """As Anna sees it, in keys of `engine.properties`."""
        event = Event.objects.get(pk=self.event.pk)
        entry = Entry.objects.get(event=event, calendar__owner=self.organization.anna.pk)
        return dict(load_contents([event])[event.pk].properties(entry))

    def say(self, values: Mapping[str, Json], choice: Choice | None = None) -> Event | MailQuestion:
        """What every save of a form, or a call of the API, comes to."""
        before, organization = self.here, self.organization
        after = {key: each for key, each in {**before, **values}.items() if each is not None}
        event = Event.objects.get(pk=self.event.pk)
        return change(organization.anna, event, before, after, choice, organization.now, None)

    @property
    def row(self) -> dict[str, Any]:
        id_ = str(Link.objects.get(entry__event=self.event.pk).href)
        sandbox = self.organization.sandbox
        if self.provider == "google":
            return dict(sandbox.google.event(sandbox.people.get("anna"), id_))
        return dict(sandbox.microsoft.get("anna", id_))

    def type(self, row: Row) -> None:
        """By hand, on the provider's own page; whoever is a guest is not mailed there."""
        sandbox, id_ = self.organization.sandbox, self.row["id"]
        if self.provider == "google":
            sandbox.google.edit(sandbox.people.get("anna"), id_, dict(row), "none")
        else:
            sandbox.microsoft.edit("anna", id_, dict(row))


def part(row: Any, words: Any) -> Any:  # noqa: ANN401 -- wire JSON
    """Of a row what `words` name; an empty list or text counts as nothing where they say None."""
    if words is None:
        return row or None
    if isinstance(words, Mapping):
        found = row if isinstance(row, Mapping) else {}
        return {key: part(found.get(key), value) for key, value in words.items()}
    return row
