"""Objects that appeared there: new events here, or copies of events that are here already.

A UID decides, if the event found lists this person or says the same; without one, exactly one
meeting at the same time with the same title and organizer, which no UID of the same provider
speaks against (Exchange may show a meeting of somebody else's under a UID of its own).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..engine.sync import LinkChange, Predecessor
from ..models import Address, Event
from ..models import Link as LinkRow
from ..models.bulk import create_all
from ..models.creation import NewEvent, create_events
from .django_arrival import Arrival, arrival_of, named_in, new_link
from .django_folding import fold, set_aside
from .django_joining import Joining
from .django_journal import Placed
from .django_known import Known, find_known, look_of
from .django_pairing import PairingFacts


def materialize(facts: PairingFacts, changes: Sequence[LinkChange], now: datetime) -> Placed:
    """Events, entries and links for these objects; about twenty statements however many."""
    arrivals = [arrival_of(facts, change, change.resource) for change in changes if change.resource]
    if not arrivals:
        return []
    people = Address.objects.people(
        address for arrival in arrivals for address in named_in(arrival.values)
    )
    known = find_known(facts, arrivals, people)
    joining = Joining(facts, known, people, now)
    new: dict[tuple[str, bool], list[Arrival]] = defaultdict(list)
    set_aside(known, arrivals)
    for arrival in arrivals:
        place = known.place_of(arrival)
        if place is None:
            new[arrival.uid, known.is_taken(arrival)].append(arrival)
        else:
            joining.join(arrival, place)
    joining.save()
    placed = joining.placed + _create(known, new, now)
    fold(known, arrivals, placed, now)
    for change, link in placed:
        if change.predecessor:
            _follow(link, change.predecessor)
    return placed


def _follow(link: LinkRow, before: Predecessor) -> None:
    """The second half of a series remembers the first; in three statements."""
    first = LinkRow.objects.filter(pk=int(before.link)).select_related("entry__event").first()
    if first and first.entry.event_id != link.entry.event_id:
        event = Event.objects.filter(pk=link.entry.event_id)
        event.update(predecessor=first.entry.event_id, kind=first.entry.event.kind_id)
    entry = link.entry
    entry.personal = {**before.overlay, **entry.personal}
    entry.save(update_fields=["personal"])


def _create(
    known: Known, new: Mapping[tuple[str, bool], Sequence[Arrival]], now: datetime
) -> Placed:
    """New events; a second object under the same UID becomes an extra link.

    Of those that look alike the first alone bears their look. Whoever imports it at the same time
    under another UID finds that taken, and looks again (`repeatable`).
    """
    facts, people, taken = known.facts, known.people, {"", *known.looks}
    events = []
    for (_, apart), (first, *_) in new.items():
        look = look_of(first, facts, people)
        event = _new_event(facts, first, now, apart)
        events.append(event if look in taken else replace(event, look=look))
        taken.add(look)
    placed: Placed = []
    for entry, arrivals in zip(create_events(events, people, now), new.values(), strict=True):
        for arrival in arrivals:
            kind = LinkRow.Kind.MAIN if arrival is arrivals[0] else LinkRow.Kind.EXTRA
            link = new_link(facts, entry, arrival, kind)
            placed.append((arrival.change, link))
    create_all(LinkRow, [link for _, link in placed])
    return placed


def _new_event(facts: PairingFacts, arrival: Arrival, now: datetime, apart: bool) -> NewEvent:
    return NewEvent(
        facts.calendar_id,
        facts.owner_id,
        arrival.uid,
        arrival.values,
        arrival.resource.modified or now,
        own=arrival.organizes,
        apart=apart,
        provider=facts.provider,
        home_id=facts.pairing_id,
        kind_id=int(facts.policy.arriving_kind) if facts.policy.arriving_kind else None,
        part_of=arrival.resource.part_of,
    )
