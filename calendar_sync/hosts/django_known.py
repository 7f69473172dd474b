"""Which events of ours may be meant by objects that appeared there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from ..engine.equivalence import equivalent
from ..engine.event import instant
from ..engine.properties import CONTENT
from ..models import Attendee, Entry, Event, EventUid
from ..models import Link as LinkRow
from ..models.contents import Contents, load_contents
from ..models.event_uid import user_realm
from .django_arrival import Arrival
from .django_mirrors import shown_by
from .django_pairing import PairingFacts


@dataclass(frozen=True, slots=True)
class Known:
    """The events in question, locked. A UID is looked up in the person's realm, then everybody's.

    A UID alone proves little: strangers choose their own. The event is meant if it lists this
    person under the same organizer, or if it says exactly the same.
    """

    facts: PairingFacts
    people: Mapping[str, int]
    contents: dict[int, Contents]
    uids: dict[tuple[str, str], int]
    twins: dict[str, int]  # by href of the arrival
    entries: dict[int, Entry]  # in this calendar, by event
    mains: dict[int, LinkRow]  # of this pairing, by event
    retired: frozenset[str] = frozenset()  # UIDs of former organizers' objects
    mirrors: Mapping[str, Entry | None] = field(default_factory=dict)  # what they show, by UID

    def event_of(self, arrival: Arrival) -> Contents | None:
        own = self.uids.get((arrival.uid, user_realm(self.facts.owner_id)))
        if own is not None:
            return self.contents[own]
        shared = self.uids.get((arrival.uid, ""), self.twins.get(arrival.resource.href))
        if shared is not None and self._is_meant(arrival, self.contents[shared]):
            return self.contents[shared]
        return None

    def is_taken(self, arrival: Arrival) -> bool:
        """Whether the UID is that of somebody else's event."""
        return (arrival.uid, "") in self.uids

    def _is_meant(self, arrival: Arrival, contents: Contents) -> bool:
        event, facts = contents.event, self.facts
        listed = (
            arrival.organizes
            or event.organizer_user_id == facts.owner_id
            or not facts.owner.isdisjoint(contents.guests)
            or event.pk in self.entries
        )
        if listed and person_of(arrival, facts, self.people) == organizer_of(event, facts):
            return True
        ours = contents.properties()
        return all(equivalent(key, ours.get(key), arrival.theirs.get(key)) for key in CONTENT)


def person_of(arrival: Arrival, facts: PairingFacts, people: Mapping[str, int]) -> int | str:
    """The organizer: a user of ours by id, anybody else by address."""
    if arrival.organizes:
        return facts.owner_id
    organizer = arrival.theirs["organizer"]
    address = str(organizer[0]) if isinstance(organizer, list) else ""
    return people.get(address, address)


def organizer_of(event: Event, facts: PairingFacts) -> int | str:
    """Likewise, of an event here; it may be older than our knowledge of the owner's addresses."""
    if event.organizer_address in facts.owner:
        return facts.owner_id
    return event.organizer_user_id or event.organizer_address


def find_known(
    facts: PairingFacts, arrivals: Sequence[Arrival], people: Mapping[str, int]
) -> Known:
    """At most nine statements, one where everything is new and nobody is invited."""
    realms = ("", user_realm(facts.owner_id))
    names = EventUid.objects.filter(uid__in={each.uid for each in arrivals}, realm__in=realms)
    uids = {(row.uid, row.realm): row.event_id for row in names}
    retired = frozenset(row.uid for row in names if row.retired)
    found = {uid for uid, _ in uids}
    twins = _twins(facts, [each for each in arrivals if each.uid not in found], people)
    events = {*uids.values(), *twins.values()}
    if not events:
        return Known(facts, people, {}, uids, twins, {}, {})
    homes = LinkRow.objects.open().filter(entry__event=OuterRef("pk"), organizes=True)
    also = {"has_home": Exists(homes)}
    rows = Event.objects.filter(pk__in=events).annotate(**also)
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    contents = load_contents(rows, beside=facts.pairing_id)
    entries = Entry.objects.filter(event__in=events, calendar=facts.calendar_id)
    mains = LinkRow.objects.open().filter(
        entry__event__in=events, pairing=facts.pairing_id, kind=LinkRow.Kind.MAIN
    )
    return Known(
        facts,
        people,
        contents,
        uids,
        twins,
        {row.event_id: row for row in entries.select_for_update(no_key=True).order_by("pk")},
        {row.entry.event_id: row for row in mains.select_related("entry").order_by("pk")},
        retired,
        shown_by(facts, {row.uid: row.event_id for row in names if row.mirror}),
    )


def _twins(
    facts: PairingFacts, arrivals: Sequence[Arrival], people: Mapping[str, int]
) -> dict[str, int]:
    """Meetings of his at the same time, with the same title and organizer, known to us by no UID
    of this provider and without a copy in this pairing; only where one stands against one.
    """
    wanted: dict[Hashable, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        event = arrival.resource.object.event
        if event.attendees:
            person = person_of(arrival, facts, people)
            series = arrival.resource.object.is_series
            wanted[person, instant(event.start), event.summary.strip(), series].append(arrival)
    if not wanted:
        return {}
    candidates: dict[Hashable, list[Event]] = defaultdict(list)
    for row in _unclaimed(facts, {instant(each.resource.object.event.start) for each in arrivals}):
        organizer = organizer_of(row, facts)
        candidates[organizer, row.starts_at, row.summary.strip(), row.is_series].append(row)
    pairs = [
        (each, candidates[key][0])
        for key, (each, *rivals) in wanted.items()
        if not rivals and len(candidates[key]) == 1
    ]
    return {
        each.resource.href: event.pk
        for each, event in pairs
        if not (each.organizes and event.has_home)  # two copies of an organizer are two meetings
    }


def _unclaimed(facts: PairingFacts, starts: Collection[datetime]) -> Iterable[Event]:
    """His meetings at these moments that no object in this account, or like it, stands for.

    In one statement where there are none, else in four: asked at once, with `NOT EXISTS`, it took
    PostgreSQL minutes for a calendar of 100,000 events that nobody had analyzed yet.
    """
    invited = Attendee.objects.filter(event=OuterRef("pk"), user=facts.owner_id)
    his = Event.objects.alive().filter(Q(organizer_user=facts.owner_id) | Exists(invited))
    found = set(his.filter(starts_at__in=starts).values_list("pk", flat=True))
    if not found:
        return ()
    links = LinkRow.objects.open().filter(pairing=facts.pairing_id, entry__event__in=found)
    links = links.exclude(kind=LinkRow.Kind.RETIRED)
    named = EventUid.objects.filter(event__in=found, provider=facts.provider, retired=False)
    named = named.filter(mirror=False)
    found -= set(links.values_list("entry__event", flat=True))
    found -= set(named.values_list("event", flat=True))
    homes = LinkRow.objects.open().filter(entry__event=OuterRef("pk"), organizes=True)
    also = {"has_home": Exists(homes)}
    return Event.objects.filter(pk__in=found).annotate(**also).order_by("pk")
