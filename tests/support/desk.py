"""A person at a calendar of ours that is paired with a remote one, whichever host keeps it.

`host` and `claim` are what a worker uses; the other verbs are the person's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.db import transaction

from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.ports import Host
from calendar_sync.engine.properties import Json, addresses, properties
from calendar_sync.engine.sync import (
    ETag,
    Fate,
    Guests,
    Href,
    Lease,
    LinkChange,
    LinkState,
    LinkView,
    LocalPatch,
    Resource,
)
from calendar_sync.hosts.django_lease import claim
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.hosts.memory import MemoryHost
from calendar_sync.models import (
    Address,
    Change,
    Entry,
    Link,
    Pairing,
    PassedOver,
    ProviderCredential,
)
from calendar_sync.models.contents import load_contents, put_overlay, save_contents
from calendar_sync.models.creation import NewEvent, create_events
from calendar_sync.models.marks import link_entry, mark_dirty, mark_entry
from support.builders import ANNA, an_object
from support.connected import connected
from support.remote import TickingClock

CONSENT = timedelta(days=7)
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Desk(Protocol):
    clock: TickingClock

    @property
    def host(self) -> Host: ...
    def claim(self) -> Lease: ...
    def add(self, obj: CalendarObject, guests: Guests = Guests.SHARED) -> LinkKey: ...
    def edit(self, key: LinkKey, changes: Mapping[str, Json]) -> None: ...
    def remove(self, key: LinkKey) -> None: ...
    def allow(self, key: LinkKey, choice: Choice) -> None: ...
    def let_through(self, key: LinkKey) -> None: ...
    def contents(self) -> list[dict[str, Json]]:
        """What stands in the calendar, by title."""

    def attic(self) -> int: ...
    def passed_over(self) -> dict[str, int]:
        """What filters keep out there: how many, by reason."""

    def journal(self) -> list[str]: ...


@dataclass(slots=True)
class MemoryDesk:
    clock: TickingClock
    host: MemoryHost = field(init=False)

    def __post_init__(self) -> None:
        self.host = MemoryHost(frozenset({ANNA}), self.clock)

    def claim(self) -> Lease:
        return self.host.claim()

    def add(self, obj: CalendarObject, guests: Guests = Guests.SHARED) -> LinkKey:
        return self.host.add(obj, guests=guests)

    def edit(self, key: LinkKey, changes: Mapping[str, Json]) -> None:
        self.host.edit(key, changes)

    def remove(self, key: LinkKey) -> None:
        self.host.remove(key)

    def allow(self, key: LinkKey, choice: Choice) -> None:
        self.host.allow(key, choice)

    def let_through(self, key: LinkKey) -> None:
        self.host.let_through(key)

    def contents(self) -> list[dict[str, Json]]:
        rows = self.host.state.rows.values()
        return _by_title(row.values for row in rows if row.values is not None)

    def attic(self) -> int:
        return len(self.host.state.attic)

    def passed_over(self) -> dict[str, int]:
        return Counter(reason.value for reason in self.host.state.passed_over.values())

    def journal(self) -> list[str]:
        return [f"{entry.what} {entry.side.value}" for entry in self.host.state.journal]


@dataclass(slots=True)
class DjangoDesk:
    """The desk of the owner of this pairing's calendar."""

    clock: TickingClock
    pairing: Pairing = field(default_factory=connected)
    host: DjangoHost = field(init=False)

    def __post_init__(self) -> None:
        self.host = DjangoHost(self.pairing.pk, self.clock)

    def claim(self) -> Lease:
        """Take the account, from a worker that holds it too."""
        ProviderCredential.objects.update(lease_until=None)
        taken = claim(self.clock.now(), credential_id=self.pairing.credential_id)
        assert taken
        return taken.lease

    def commit(self, *changes: LinkChange) -> None:
        assert self.host.commit(self.claim(), changes)

    def bring_in(
        self, obj: CalendarObject, href: str = "h", *, organized: bool = False
    ) -> LinkView:
        """An object appears in the account."""
        resource = Resource(Href(href), ETag("e"), obj, organized, self.clock.moment)
        self.commit(LinkChange(None, Fate.MATERIALIZE, resource))
        (view,) = self.host.views(self.claim(), [Href(href)], ())
        return view

    def patch(self, *patches: LocalPatch) -> None:
        self.commit(LinkChange(self.view().link, patches=patches))

    def view(self) -> LinkView:
        """The only link there is."""
        (view,) = self.host.views(self.claim(), (), (), listing=0)
        return view

    @transaction.atomic
    def add(self, obj: CalendarObject, guests: Guests = Guests.SHARED) -> LinkKey:
        calendar, now = self.pairing.calendar, self.clock.now()
        values = properties(obj)
        people = Address.objects.people(addresses(values) | {ANNA})
        new = NewEvent(calendar.pk, calendar.owner_id, obj.uid, values, now)
        (entry,) = create_events([new], people, now)
        link = link_entry(entry, guests)
        assert link
        return LinkKey(str(link.pk))

    @transaction.atomic
    def edit(self, key: LinkKey, changes: Mapping[str, Json]) -> None:
        entry = Entry.objects.select_related("event").get(links=int(key))
        contents = load_contents([entry.event])[entry.event_id]
        contents.put(changes, Address.objects.people(addresses(changes)))
        entry.event.updated_at = self.clock.now()
        save_contents([contents], self.clock.now())
        if put_overlay(entry, changes):
            entry.save()
        mark_dirty(entry.event, changes.keys(), self.pairing.calendar.owner)

    @transaction.atomic
    def remove(self, key: LinkKey) -> None:
        entry = Entry.objects.select_related("event").get(links=int(key))
        entry.event.deleted_at = entry.event.updated_at = self.clock.now()
        entry.event.save()
        mark_entry(entry)

    @transaction.atomic
    def allow(self, key: LinkKey, choice: Choice) -> None:
        link = Link.objects.select_for_update().get(pk=int(key))
        until = self.clock.now() + CONSENT
        hold = link.hold
        assert hold
        consent = Consent(choice, frozenset(hold["recipients"]), frozenset(hold["keys"]), until)
        link.consent = consent.to_json()
        link.save(update_fields=["consent"])
        mark_entry(link.entry)

    def let_through(self, key: LinkKey) -> None:
        Link.objects.filter(pk=int(key)).update(state=LinkState.IN_DOUBT.value)

    def contents(self) -> list[dict[str, Json]]:
        entries = Entry.objects.alive().filter(calendar=self.pairing.calendar)
        rows = list(entries.select_related("event"))
        found = load_contents([entry.event for entry in rows])
        return _by_title(found[entry.event_id].properties(entry) for entry in rows)

    def attic(self) -> int:
        return Link.objects.filter(pairing=self.pairing).exclude(closed_at=None).count()

    def passed_over(self) -> dict[str, int]:
        rows = PassedOver.objects.filter(pairing=self.pairing)
        return Counter(rows.values_list("reason", flat=True))

    def journal(self) -> list[str]:
        lines = Change.objects.filter(run__pairing=self.pairing).order_by("pk")
        return [f"{line.what} {line.side}" for line in lines]


def _by_title(found: Iterable[dict[str, Json]]) -> list[dict[str, Json]]:
    return sorted(found, key=lambda values: str(values.get("summary")))


# --- what tests of hosts say


def a_resource(
    href: str = "h1", obj: CalendarObject | None = None, etag: str = "e1", *, organized: bool = True
) -> Resource:
    return Resource(Href(href), ETag(etag), obj or an_object(), organized, START)


def commit(desk: Desk, *changes: LinkChange) -> None:
    assert desk.host.commit(desk.claim(), changes)


def bring_in(desk: Desk, *resources: Resource) -> None:
    commit(desk, *(LinkChange(None, Fate.MATERIALIZE, resource) for resource in resources))


def all_views(desk: Desk) -> list[LinkView]:
    return list(desk.host.views(desk.claim(), (), (), listing=0))


def the_view(desk: Desk) -> LinkView:
    (view,) = all_views(desk)
    return view
