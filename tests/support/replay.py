"""Going back in time: one moment of a story, told on from there as often as wanted."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from calendar_sync.models import DirtyMark, Entry, Link
from calendar_sync.models.contents import load_contents
from support.there import There
from support.world import PROVIDERS, Organization


@dataclass
class Moment:
    """The database and the providers as they are now.

    Needs the `db` fixture, in whose transaction it goes back.
    """

    organization: Organization
    _sandbox: bytes = field(init=False)
    _savepoint: str = field(init=False)

    def __post_init__(self) -> None:
        self._sandbox = pickle.dumps(self.organization.sandbox)
        self._savepoint = transaction.savepoint()

    def again(self) -> None:
        transaction.savepoint_rollback(self._savepoint)
        self.organization.enter(pickle.loads(self._sandbox))


@dataclass(frozen=True)
class Outcome:
    """What a story comes to, without ids and versions, which may differ from telling to telling."""

    here: Mapping[str, list[str]]
    there: Mapping[str, list[str]]
    mails: list[tuple[str, str]]
    links: list[str]
    open_ends: int

    @classmethod
    def of(cls, organization: Organization) -> Outcome:
        sandbox, links = organization.sandbox, Link.objects.open()
        calendars = [
            There(sandbox, person.key, name) for person in sandbox.people for name in PROVIDERS
        ]
        return cls(
            _here(),
            {f"{there.person}, {there.provider}": there.contents() for there in calendars},
            sorted(organization.mails),
            sorted(f"{link.entry.event.summary}: {link.state}" for link in links),
            DirtyMark.objects.count() + links.exclude(attempt=None).count(),
        )


def _here() -> dict[str, list[str]]:
    """What stands in each person's calendar."""
    found: dict[str, list[str]] = {}
    entries = Entry.objects.alive().select_related("event", "calendar__owner")
    contents = load_contents([entry.event for entry in entries])
    for entry in entries:
        values = contents[entry.event_id].properties(entry)
        found.setdefault(str(entry.calendar.owner), []).append(str(sorted(values.items())))
    return {name: sorted(lines) for name, lines in found.items()}
