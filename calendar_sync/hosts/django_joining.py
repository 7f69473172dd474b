"""New remote objects of events that are here already: a copy finds its meeting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery

from ..engine.bases import moved_base
from ..engine.dates import still_cancelled
from ..engine.guest_copies import left_out
from ..engine.masks import compared
from ..engine.merge import Merge, Movable, adopt
from ..engine.policy import Side
from ..engine.properties import (
    ALARMS,
    ANSWER,
    ATTENDEE,
    Json,
    Properties,
    addresses,
    family,
    is_overlay,
)
from ..engine.scope import said_of, seen_alone
from ..engine.sync import CopyRole, Guests, JournalEntry, LinkState
from ..models import DirtyMark, Entry, Event
from ..models import Link as LinkRow
from ..models.bulk import create_all, update_all
from ..models.contents import Contents, as_set, put_overlay, save_contents
from ..models.creation import realm_of
from ..models.marks import carriers
from ..models.roles import role_of
from ..security.markup import harmless_property
from .django_arrival import Arrival, new_link
from .django_folding import agree
from .django_guest_copies import as_from_outside, look_again
from .django_identity import Identity, join_namesakes, learn, namesakes
from .django_journal import Placed
from .django_known import Known, Place
from .django_mirrors import mirror_found
from .django_pairing import PairingFacts
from .django_rows import ENTRY_FIELDS, base_json


@dataclass(slots=True)
class Joining:
    """Copies that join known events: changed in memory, then written together."""

    facts: PairingFacts
    known: Known
    people: Mapping[str, int]
    now: datetime
    placed: Placed = field(default_factory=list)
    closed: list[LinkRow] = field(default_factory=list)
    entered: dict[int, Entry] = field(default_factory=dict)
    joined: dict[int, Contents] = field(default_factory=dict)
    changed: dict[int, set[str]] = field(default_factory=dict)
    said_anew: set[int] = field(default_factory=set)
    untold: dict[int, dict[str, Json]] = field(default_factory=dict)
    identities: list[Identity] = field(default_factory=list)

    def join(self, arrival: Arrival, place: Place) -> None:
        contents, date = place.contents, place.date
        event = contents.event
        if arrival.uid in self.known.mirrors:
            self._recognize(arrival)
            return
        if not self.known.retired.isdisjoint(arrival.uids):
            self._retire(arrival, event)
            return
        main = self.known.mains.get((event.pk, date)) or self.known.mains.get((event.pk, ""))
        if main and main.href and main.state != LinkState.UNWANTED.value:
            extra = new_link(self.facts, main.entry, arrival, LinkRow.Kind.EXTRA)
            self.placed.append((arrival.change, extra))
            return
        if main:
            main.closed_at = self.now
            self.closed.append(main)
        if date:
            contents.moved = contents.regrouped = True
            self.joined[event.pk] = contents
        else:
            self._take_home(arrival, contents)
        entry = self._entry(arrival, place)
        link = new_link(self.facts, entry, arrival)
        link.date = date
        merged = self._merge(arrival, contents, entry, link)
        self.known.mains[event.pk, date] = link
        journal = arrival.change.journal + _conflicts(merged)
        self.placed.append((replace(arrival.change, journal=journal), link))
        if date or arrival.resource.part_of:
            return  # its UID is known already, or that of one date
        realm = realm_of(event, self.facts.owner_id, has_guests=bool(contents.guests))
        self.identities.append(
            Identity(arrival.uid, realm, event.pk, self.facts.provider, arrival.organizes)
        )

    def _retire(self, arrival: Arrival, event: Event) -> None:
        """A former organizer's object concerns nothing but its own link."""
        if entry := self.known.entries.get(event.pk):
            link = new_link(self.facts, entry, arrival, LinkRow.Kind.RETIRED)
            self.placed.append((replace(arrival.change, journal=()), link))

    def _recognize(self, arrival: Arrival) -> None:
        """A mirror whose link is closed: it goes on, or rests where nothing is shown."""
        entry = self.known.mirrors[arrival.uid]
        if entry:
            link = mirror_found(self.facts, entry, arrival)
            self.placed.append((replace(arrival.change, journal=()), link))

    def _take_home(self, arrival: Arrival, contents: Contents) -> None:
        """The organizer's own copy is the home; of an outside meeting the first copy speaks."""
        event = contents.event
        event.deleted_at, event.archived = None, False
        outside = event.home_id is None and event.organizer_user_id is None
        if arrival.organizes or (outside and event.organizer_address):
            event.home_id = self.facts.pairing_id
        if arrival.organizes:
            event.organizer_user_id = self.facts.owner_id
        self.joined[event.pk] = contents

    def _entry(self, arrival: Arrival, place: Place) -> Entry:
        contents, dates = place.contents, {place.date} if place.date else set()
        entry = self.known.entries.get(contents.event.pk)
        if entry is None:
            entry = Entry(calendar_id=self.facts.calendar_id, event=contents.event)
            put_overlay(entry, said_of(place.date, as_set(arrival.values), {}))
            self.known.entries[contents.event.pk] = entry
            entry.scope = sorted(dates)
        elif not dates and entry.scope:
            entry.scope = []
            self._close_dates(contents.event.pk)
        elif entry.scope or entry.deleted_at:
            entry.scope = sorted(dates.union(entry.scope))
        entry.event, entry.deleted_at = contents.event, None
        self.entered[contents.event.pk] = entry
        return entry

    def _close_dates(self, event_id: int) -> None:
        """He has got all of the series: the copies of single dates are part of it now."""
        for (event, date), link in self.known.mains.items():
            if event == event_id and date:
                link.closed_at = self.now
                self.closed.append(link)

    def _merge(self, arrival: Arrival, contents: Contents, entry: Entry, link: LinkRow) -> Merge:
        """Adopt: equal settles, empty is filled, else theirs wins where it may; never a mail."""
        values = contents.properties(entry)
        ours = seen_alone(values, link.date) or {}
        role = role_of(contents.event, link, self.facts.owner_id)
        role = as_from_outside(role, has_home=contents.event.has_home)
        unknown_there = addresses(ours) - addresses(arrival.theirs)
        if role is CopyRole.HOME and unknown_there:
            link.guests = Guests.WITHHELD.value
        own = self.facts.answers(contents.guests.keys() | addresses(arrival.theirs))
        movable = Movable(role, own, Guests(link.guests), contents.outranked)
        private = self.facts.policy.filters.private
        _, seen, theirs = compared(private, {}, ours, arrival.theirs)
        if role is CopyRole.PERSONAL:
            theirs = still_cancelled(seen, theirs)
            if left_out(seen) != left_out(theirs):
                self.said_anew.add(contents.event.pk)
        apart = self._apart(seen, theirs, contents)
        merged = adopt(seen, {**theirs, **{key: our for key, (our, _) in apart.items()}}, movable)
        said = {patch.key: harmless_property(patch.key, patch.new) for patch in merged.patches}
        said |= self._invitation(arrival, ours, link)
        moves = {key: (said[key], arrival.theirs.get(key)) for key in said} | apart
        link.base = base_json(moved_base(merged.moves, moves))
        if merged.changes:
            link.state, link.observed = LinkState.DIRTY.value, arrival.theirs
        said = said_of(link.date, said, values)
        put_overlay(entry, said)
        shared = {key for key in said if not is_overlay(key)}
        if shared:
            contents.put(said, self.people)
            contents.event.updated_at = arrival.resource.modified or self.now
            self.changed.setdefault(contents.event.pk, set()).update(shared)
        return merged

    def _apart(
        self, ours: Properties, theirs: Properties, contents: Contents
    ) -> dict[str, tuple[Json, Json]]:
        """What is left as each has it: of a second copy of one person its reminders."""
        if self.facts.owner.isdisjoint(contents.outranked):
            return {}
        keys = (key for key in {*ours, *theirs} if family(key) == ALARMS)
        return {key: (ours.get(key), theirs.get(key)) for key in keys}

    def _invitation(self, arrival: Arrival, ours: Properties, link: LinkRow) -> dict[str, Json]:
        """What his copy of one date says of him, where the others do not know of it (yet)."""
        own = self.facts.owner & addresses(arrival.theirs) - addresses(ours)
        told = {f"{name}{address}" for address in own for name in (ATTENDEE, ANSWER)}
        said = {key: arrival.theirs[key] for key in sorted(told) if link.date}
        if said:
            self.untold.setdefault(link.entry.event_id, {}).update(said_of(link.date, said, {}))
        return said

    def save(self) -> None:
        """About fifteen statements, none where nothing joined."""
        if not self.placed:
            return
        new = [entry for entry in self.entered.values() if entry.pk is None]
        known = [entry for entry in self.entered.values() if entry.pk is not None]
        create_all(Entry, new)
        update_all(Entry, known, [*ENTRY_FIELDS, "scope"])
        save_contents(self.joined.values(), self.now)
        agree(self.untold)
        update_all(LinkRow, self.closed, ["closed_at"])
        create_all(LinkRow, [link for _, link in self.placed])
        if self.changed:
            others = carriers(self.changed, self.facts.owner_id)
            others = [link for link in others if link.pairing_id != self.facts.pairing_id]
            create_all(DirtyMark, [DirtyMark(link=link) for link in others])
        look_again(self.facts, self.said_anew)
        absorbed = learn(self.identities, self.now)
        absorbed = join_namesakes(self._namesakes(), self.changed, absorbed, self.now)
        for _, link in self.placed:
            link.entry.event_id = absorbed.get(link.entry.event_id, link.entry.event_id)

    def _namesakes(self) -> dict[int, list[int]]:
        """Of events that list somebody more by now; one statement where there are any."""
        invited = [
            event
            for event, keys in self.changed.items()
            if any(key.startswith(ATTENDEE) for key in keys)
        ]
        if not invited:
            return {}
        also = {"namesakes": ArraySubquery(namesakes("pk"))}
        rows = Event.objects.filter(pk__in=invited).annotate(**also)
        return {row.pk: row.namesakes for row in rows}


def _conflicts(merged: Merge) -> tuple[JournalEntry, ...]:
    """What stood here and gave way."""
    return tuple(
        JournalEntry(Side.HERE, "conflict", (lost.key,), {lost.key: lost.lost})
        for lost in merged.conflicts
    )
