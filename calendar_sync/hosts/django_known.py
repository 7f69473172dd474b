"""Which events of ours may be meant by objects that appeared there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q

from ..engine.equivalence import equivalent
from ..engine.event import instant
from ..engine.properties import CONTENT, Properties, addresses
from ..engine.scope import dates_at, guests_of_dates, seen_alone
from ..models import Attendee, Entry, Event, EventUid
from ..models import Link as LinkRow
from ..models.contents import Contents, load_contents
from ..models.event_uid import DATES, LOOK, date_realm, user_realm
from .django_arrival import Arrival
from .django_mirrors import shown_by
from .django_pairing import PairingFacts


@dataclass(frozen=True, slots=True)
class Place:
    """Which event a copy is of; `date`: the only one of its dates that it holds."""

    contents: Contents
    date: str = ""


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
    mains: dict[tuple[int, str], LinkRow]  # of this pairing, by event and date
    retired: frozenset[str] = frozenset()  # UIDs of former organizers' objects
    mirrors: Mapping[str, Entry | None] = field(default_factory=dict)  # what they show, by UID
    looks: frozenset[str] = frozenset()  # those that are taken

    def place_of(self, arrival: Arrival) -> Place | None:
        own = self.uids.get((arrival.uid, user_realm(self.facts.owner_id)))
        if own is not None:
            return Place(self.contents[own])
        if place := self._place_of_date(arrival):
            return place
        shared = self.uids.get((arrival.uid, ""), self.twins.get(arrival.resource.href))
        if shared is not None and self._is_meant(arrival, self.contents[shared]):
            return Place(self.contents[shared])
        return None

    def is_taken(self, arrival: Arrival) -> bool:
        """Whether the UID is that of somebody else's event."""
        part = arrival.resource.part_of
        dated = part is not None and (part.uid, date_realm(part.date)) in self.uids
        return dated or (arrival.uid, "") in self.uids

    def dates_of(self, arrival: Arrival) -> dict[str, Contents]:
        """Dates of this series that stand here as events of their own."""
        if not arrival.resource.object.is_series:
            return {}
        return {
            realm.removeprefix(DATES): self.contents[event]
            for (uid, realm), event in self.uids.items()
            if uid == arrival.uid and realm.startswith(DATES)
        }

    def _place_of_date(self, arrival: Arrival) -> Place | None:
        """Where a date belongs whose guest is invited to it alone.

        Google says which one it is. Outlook shows it as any meeting, under the UID of the series.
        """
        if arrival.organizes or arrival.resource.object.is_series:
            return None
        part = arrival.resource.part_of
        uid = part.uid if part else arrival.uid
        whole = self.uids.get((uid, ""))
        if whole is not None and self.contents[whole].event.is_series:
            contents = self.contents[whole]
            return next(
                (
                    Place(contents, date)
                    for date in ((part.date,) if part else self._dates(arrival, contents))
                    if self._is_meant_on(arrival, contents, date)
                ),
                None,
            )
        alone = {realm: event for (name, realm), event in self.uids.items() if name == uid}
        if part is None:  # another guest's date at the same time
            events = [event for realm, event in alone.items() if realm.startswith(DATES)]
        else:
            realms = (date_realm(part.date), "")
            events = [alone[realm] for realm in realms if realm in alone]
        start = instant(arrival.resource.object.event.start)
        found = (self.contents[event] for event in events)
        same = (each for each in found if each.event.starts_at == start)
        return next((Place(each) for each in same if self._is_meant(arrival, each)), None)

    def _dates(self, arrival: Arrival, contents: Contents) -> Iterable[str]:
        """Where the provider does not say it: those that begin when it does, then his own."""
        if not self.facts.owner.isdisjoint(contents.guests):
            return ()  # he is invited to all of it: his copy is behind
        values = contents.event.components
        invited = guests_of_dates(values)
        his = {date for address in self.facts.owner for date in invited.get(address, ())}
        starting = dates_at(values, arrival.resource.object.event.start)
        free = [date for date in sorted(his) if (contents.event.pk, date) not in self.mains]
        return (*starting, *(free if len(free) == 1 else ()))

    def _is_meant_on(self, arrival: Arrival, contents: Contents, date: str) -> bool:
        event, values = contents.event, contents.properties()
        shown = seen_alone(values, date)
        if shown is None or event.deleted_at:
            return False
        listed = not self.facts.owner.isdisjoint(addresses(shown)) or event.pk in self.entries
        same = person_of(arrival, self.facts, self.people) == organizer_of(event, self.facts)
        return same and (listed or alike(shown, arrival.theirs))

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
        return alike(contents.properties(), arrival.theirs)


def alike(ours: Properties, theirs: Properties) -> bool:
    """Whether both say the same of what everybody sees."""
    return all(equivalent(key, ours.get(key), theirs.get(key)) for key in CONTENT)


def person_of(arrival: Arrival, facts: PairingFacts, people: Mapping[str, int]) -> int | str:
    """The organizer: a user of ours by id, anybody else by address."""
    if arrival.organizes:
        return facts.owner_id
    organizer = arrival.theirs["organizer"]
    address = str(organizer[0]) if isinstance(organizer, list) else ""
    return people.get(address, address)


def look_of(arrival: Arrival, facts: PairingFacts, people: Mapping[str, int]) -> str:
    """What tells a guest's copy from others, but for its UID; empty for any other event."""
    event = arrival.resource.object.event
    if arrival.organizes or not event.attendees:
        return ""
    person, series = person_of(arrival, facts, people), arrival.resource.object.is_series
    said = (person, instant(event.start).isoformat(), event.summary.strip(), series)
    return sha256(repr(said).encode()).hexdigest()


def organizer_of(event: Event, facts: PairingFacts) -> int | str:
    """Likewise, of an event here; it may be older than our knowledge of the owner's addresses."""
    if event.organizer_address in facts.owner:
        return facts.owner_id
    return event.organizer_user_id or event.organizer_address


def find_known(
    facts: PairingFacts, arrivals: Sequence[Arrival], people: Mapping[str, int]
) -> Known:
    """At most nine statements, one where everything is new and nobody is invited."""
    named = _named(facts, arrivals, people)
    names = [row for row in named if row.realm != LOOK]
    looks = frozenset(row.uid for row in named if row.realm == LOOK)
    uids = {(row.uid, row.realm): row.event_id for row in names}
    retired = frozenset(row.uid for row in names if row.retired)
    found = {uid for uid, _ in uids}
    twins = _twins(facts, [each for each in arrivals if found.isdisjoint(each.uids)], people)
    events = {*uids.values(), *twins.values()}
    if not events:
        return Known(facts, people, {}, uids, twins, {}, {}, looks=looks)
    homes = LinkRow.objects.open().filter(entry__event=OuterRef("pk"), organizes=True)
    also = {"has_home": Exists(homes)}
    rows = Event.objects.filter(pk__in=events).annotate(**also)
    rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    contents = load_contents(rows, beside=facts.pairing_id)
    entries = Entry.objects.filter(event__in=events, calendar=facts.calendar_id)
    entries = entries.select_for_update(no_key=True)
    mains = LinkRow.objects.open().filter(
        entry__event__in=events, pairing=facts.pairing_id, kind=LinkRow.Kind.MAIN
    )
    return Known(
        facts,
        people,
        contents,
        uids,
        twins,
        {row.event_id: row for row in entries.order_by("pk")},
        {
            (row.entry.event_id, row.date): row
            for row in mains.select_related("entry__event").order_by("pk")
        },
        retired,
        shown_by(facts, {row.uid: row.event_id for row in names if row.mirror}),
        looks,
    )


def _named(
    facts: PairingFacts, arrivals: Sequence[Arrival], people: Mapping[str, int]
) -> list[EventUid]:
    """Whatever bears one of their UIDs, or looks like one of them."""
    asked = {uid for each in arrivals for uid in (*each.uids, look_of(each, facts, people))}
    realms = ("", user_realm(facts.owner_id), LOOK)
    rows = EventUid.with_looks.filter(uid__in=asked)
    return list(rows.filter(Q(realm__in=realms) | Q(realm__startswith=DATES)))


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
