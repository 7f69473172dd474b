"""What a run has decided about known links, laid onto the rows as they are now, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef

from ..engine.bases import moved_base, patched_base, still_applicable
from ..engine.event import Status
from ..engine.masks import compared
from ..engine.merge import Movable
from ..engine.policy import PrivateEvents
from ..engine.properties import (
    AT,
    ATTENDEE,
    Json,
    Properties,
    is_overlay,
    properties,
)
from ..engine.scope import guests_of_dates, said_of, seen_alone
from ..engine.sync import CopyRole, Fate, Guests, Link, LinkChange, LinkState, Resource
from ..models import Address, Attendee, DirtyMark, Entry, Event, EventUid
from ..models import Link as LinkRow
from ..models.bulk import create_all, update_all
from ..models.contents import Contents, load_contents, put_overlay, save_contents
from ..models.creation import realm_of
from ..models.event_uid import user_realm
from ..models.marks import carriers
from ..models.roles import role_of, standing_of
from ..security.markup import harmless_properties, harmless_property
from .django_arrival import named_in
from .django_folding import unfold
from .django_guest_copies import (
    declined,
    look_again,
    runs,
    says_of_date,
    uninvited,
    without_date,
)
from .django_identity import Identity, join_namesakes, learn, namesakes
from .django_journal import Placed
from .django_pairing import PairingFacts
from .django_rows import ENTRY_FIELDS, LINK_FIELDS, base_json, put_link, put_resource
from .django_transactions import Contended

DEEP = (Fate.DROP, Fate.REVIVE)
ENDING = (Fate.DROP, Fate.CLOSE)
DONE = (LinkState.SETTLED.value, LinkState.IGNORED.value, LinkState.LEFT_OUT.value)
"""States in which what a person had said about a link is spent."""


def apply_changes(facts: PairingFacts, changes: Sequence[LinkChange], now: datetime) -> Placed:
    """Apply the changes of known links; about ten statements however many they are."""
    pairs = [(change, change.link) for change in changes if change.link]
    if not pairs:
        return []
    series = {
        each.resource.object.uid
        for each in changes
        if each.resource and each.fate is Fate.MATERIALIZE and each.resource.object.is_series
    }
    batch = Batch(facts, now, series)
    batch.lock(pairs)
    placed = [
        (change, batch.apply(change, link)) for change, link in pairs if link.key in batch.links
    ]
    batch.save([int(mark) for change, _ in pairs for mark in change.marks])
    return placed


@dataclass(slots=True)
class Batch:
    """The rows of one commit: locked, changed in memory, written together.

    `contents` and `entries` hold only what a patch or a fate may touch.
    """

    facts: PairingFacts
    now: datetime
    series: set[str]  # UIDs of those that appeared there in this run
    links: dict[str, LinkRow] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    contents: dict[int, Contents] = field(default_factory=dict)
    beside: dict[int, list[LinkRow]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, int] = field(default_factory=dict)
    saved: set[int] = field(default_factory=set)
    changed: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    entered: dict[int, Entry] = field(default_factory=dict)
    settled_there: set[int] = field(default_factory=set)
    said_anew: set[int] = field(default_factory=set)
    replaced: list[int] = field(default_factory=list)
    widened: set[int] = field(default_factory=set)
    alone: dict[int, list[LinkRow]] = field(default_factory=lambda: defaultdict(list))
    identities: list[Identity] = field(default_factory=list)

    def lock(self, pairs: Sequence[tuple[LinkChange, Link]]) -> None:
        """Events, then entries, then links. Raises Contended if one of them moved meanwhile."""
        deep = [int(link.key) for change, link in pairs if change.patches or change.fate in DEEP]
        if deep:
            self._lock_deep(deep)
        uids = EventUid.objects.filter(event=OuterRef("entry__event")).values("uid")
        guests = Attendee.objects.filter(event=OuterRef("entry__event"))
        former = LinkRow.objects.open().filter(
            entry__event=OuterRef("entry__event"), kind=LinkRow.Kind.RETIRED, organizes=True
        )
        also = {
            "uids": ArraySubquery(uids),
            "has_guests": Exists(guests),
            "former_ids": ArraySubquery(former.values("pk")),
            "namesakes": ArraySubquery(namesakes("entry__event")),
        }
        rows = LinkRow.objects.filter(pk__in=[int(link.key) for _, link in pairs])
        rows = rows.annotate(**also).select_related("entry__event")
        rows = rows.select_for_update(of=("self",), no_key=True)
        self.links = {str(row.pk): row for row in rows.order_by("pk")}
        for row in (self.links[str(key)] for key in deep if str(key) in self.links):
            entry = self.entries.get(row.entry_id)
            if entry is None or entry.event_id not in self.contents:
                raise Contended
            row.entry = entry
            entry.event = self.contents[entry.event_id].event
        self.people = Address.objects.people(_addresses(change for change, _ in pairs))
        dropped = {link.key for change, link in pairs if change.fate is Fate.DROP}
        if dropped:
            rows_dropped = (self.links[key] for key in dropped & self.links.keys())
            self._find_beside([row.entry.event_id for row in rows_dropped])

    def _lock_deep(self, keys: list[int]) -> None:
        entries = Entry.objects.filter(links__in=keys)
        events = Event.objects.filter(pk__in=entries.values("event"))
        self.contents = load_contents(events.select_for_update(no_key=True).order_by("pk"))
        rows = Entry.objects.filter(pk__in=entries.values("pk"))
        rows = rows.select_for_update(no_key=True).order_by("pk")
        self.entries = {entry.pk: entry for entry in rows}

    def _find_beside(self, events: list[int]) -> None:
        """The copies of these events in other accounts."""
        rows = LinkRow.objects.open().filter(entry__event__in=events, kind=LinkRow.Kind.MAIN)
        rows = rows.exclude(pairing=self.facts.pairing_id).exclude(href="")
        for row in rows.select_related("entry", "pairing__credential").order_by("pk"):
            self.beside[row.entry.event_id].append(row)

    def apply(self, change: LinkChange, link: Link) -> LinkRow:
        row = self.links[link.key]
        is_new = not row.href
        put_link(row, link)
        if change.resource:
            put_resource(row, change.resource)
        if change.fate in ENDING:
            row.closed_at = self.now
        if row.kind == LinkRow.Kind.MIRROR:
            return self._apply_to_mirror(row, link, change)
        if row.kind != LinkRow.Kind.MAIN:
            return row
        if row.date and change.resource and change.resource.object.is_series:
            return self._widen(row, change.resource)
        if change.patches:
            self._patch(row, link, change)
        if change.fate is Fate.DROP and row.date:
            self._drop_date(row, change.resource)
        elif change.fate is Fate.DROP:
            self._drop(row, change.resource)
        if change.fate is Fate.REVIVE and change.resource:
            self._revive(row, change.resource)
        if is_new and row.href and self._standing(row) is CopyRole.HOME:
            self.settled_there.add(row.entry.event_id)
            self.replaced += row.former_ids  # the former organizers' own may go now
        if change.resource:
            self._identify(row, change.resource.object.uid)
        return row

    def _apply_to_mirror(self, row: LinkRow, link: Link, change: LinkChange) -> LinkRow:
        """What is taken from a mirror is an edit; whether it is there or not concerns nobody."""
        if change.patches:
            self._patch(row, link, change)
        if change.resource and change.resource.object.uid not in row.uids:
            uid, event_id = change.resource.object.uid, row.entry.event_id
            realm = user_realm(self.facts.owner_id)
            self.identities.append(
                Identity(uid, realm, event_id, self.facts.provider, is_home=False, mirror=True)
            )
        return row

    def _widen(self, row: LinkRow, resource: Resource) -> LinkRow:
        """Its guest had one date and got all of them: both sides meet anew, in the next run."""
        row.date, row.base, row.observed = "", {}, properties(resource.object)
        row.state = LinkState.DIRTY.value
        self.widened.add(row.entry_id)
        return row

    def _standing(self, row: LinkRow) -> CopyRole:
        return standing_of(row.entry.event, row, self.facts.owner_id)

    def _patch(self, row: LinkRow, link: Link, change: LinkChange) -> None:
        """Only what still has the value the patch was planned on; the rest waits for a merge."""
        entry, contents = row.entry, self.contents[row.entry.event_id]
        if entry.deleted_at or contents.event.deleted_at:
            return
        values = contents.properties(entry)
        ours = seen_alone(values, row.date) or {}
        applied = [
            replace(patch, new=harmless_property(patch.key, patch.new))
            for patch in still_applicable(ours, change.patches)
        ]
        row.base = base_json(patched_base(link.base, applied))
        said = {patch.key: patch.new for patch in applied}
        self._put(row, said_of(row.date, said, values), change.resource)
        if self._standing(row) is not CopyRole.HOME and any(map(says_of_date, applied)):
            self.said_anew.add(contents.event.pk)

    def _put(self, row: LinkRow, values: dict[str, Json], resource: Resource | None) -> None:
        entry, contents = row.entry, self.contents[row.entry.event_id]
        modified = (resource and resource.modified) or self.now
        if put_overlay(entry, values):
            entry.updated_at = modified
            self.entered[entry.pk] = entry
        shared = {key for key in values if not is_overlay(key)}
        if shared:
            contents.put(values, self.people)
            if resource and resource.organized_by_owner:
                contents.event.organizer_user_id = self.facts.owner_id
            contents.event.updated_at = modified
            self.saved.add(contents.event.pk)
            self.changed[contents.event.pk] |= shared

    def _drop(self, row: LinkRow, resource: Resource | None) -> None:
        """Gone there: for everybody if the home is gone or no copy is left, else for one person.

        Outlook marks a copy as cancelled for a guest who is no longer invited, too: what it means
        for the others their own copies say.
        """
        entry, contents = row.entry, self.contents[row.entry.event_id]
        event, beside = contents.event, self.beside[row.entry.event_id]
        if self._moved(row, beside):
            return
        cancelled = _is_cancelled(resource)
        left = [each for each in beside if not cancelled or runs(each)]
        whole = [each for each in left if not each.date]
        if self._standing(row) is CopyRole.HOME or (not whole and self._ends(event, resource)):
            event.deleted_at = self.now
            if event.organizer_user_id is None:
                self.alone[event.pk] += left
        else:
            entry.deleted_at = self.now
            self.entered[entry.pk] = entry
            own = self.facts.owner & contents.guests.keys()
            gone = uninvited(own, beside)
            said: dict[str, Json] = dict.fromkeys(ATTENDEE + address for address in gone)
            contents.put(said | declined(own.difference(gone)), self.people)
            if event.home_id == self.facts.pairing_id:
                event.home_id = whole[0].pairing_id if whole else None
        self.saved.add(event.pk)

    def _drop_date(self, row: LinkRow, resource: Resource | None) -> None:
        """His copy of one date is gone: it is over, or for him, unless he has got the series."""
        entry, contents = row.entry, self.contents[row.entry.event_id]
        event, scope = contents.event, set(entry.scope)
        if not scope or not self.series.isdisjoint(row.uids):
            return
        own = self.facts.owner & guests_of_dates(event.components).keys()
        said = without_date(self.facts, event, row.date, own, marked=_is_cancelled(resource))
        contents.regrouped |= AT + row.date in said
        contents.put(said, self.people)
        if scope == {row.date}:
            entry.deleted_at = self.now
            self.entered[entry.pk] = entry
        if event.home_id == self.facts.pairing_id:
            event.home_id = None
        self.saved.add(event.pk)

    @staticmethod
    def _ends(event: Event, resource: Resource | None) -> bool:
        """Whether a meeting is over with its last copy.

        That of a colleague who never had a copy with us only if its organizer cancelled it, as this
        copy says or another one said before.
        """
        if event.organizer_user_id is None:
            return True
        copies = LinkRow.objects.filter(entry__event=event)
        if copies.filter(organizes=True).exists():
            return False
        said = copies.filter(observed__status=Status.CANCELLED.value)
        return _is_cancelled(resource) or said.exists()

    def _moved(self, row: LinkRow, beside: Sequence[LinkRow]) -> bool:
        """Gone from this calendar because it is in another one of the same account by now."""
        account = self.facts.credential_id
        there = next((each for each in beside if each.pairing.credential_id == account), None)
        if there is None:
            return False
        event, entry = self.contents[row.entry.event_id].event, row.entry
        if there.entry_id != entry.pk:
            entry.deleted_at = self.now
            self.entered[entry.pk] = entry
        if event.home_id == self.facts.pairing_id:
            event.home_id = there.pairing_id
            self.saved.add(event.pk)
        return True

    def _revive(self, row: LinkRow, resource: Resource) -> None:
        """Back from the trash, as it is there now."""
        entry, contents = row.entry, self.contents[row.entry.event_id]
        contents.event.deleted_at = entry.deleted_at = None
        contents.event.archived = False
        self.entered[entry.pk] = entry
        theirs = properties(resource.object)
        role = role_of(contents.event, row, self.facts.owner_id)
        movable = Movable(role, self.facts.answers(contents.guests), Guests.SHARED)
        private = self.facts.policy.filters.private
        _, ours, seen = compared(private, {}, contents.properties(entry), theirs)
        values = harmless_properties(dict(seen))
        row.observed = dict(theirs) if private is PrivateEvents.BUSY else None
        keys = ours.keys() | values.keys()
        self._put(row, {key: values.get(key) for key in keys if movable.inward(key)}, resource)
        ours = contents.properties(entry)
        row.base = base_json(
            moved_base({}, {key: (ours.get(key), theirs.get(key)) for key in keys})
        )
        self.saved.add(contents.event.pk)

    def _identify(self, row: LinkRow, uid: str) -> None:
        """A UID read there may be new; guests make a private event a meeting."""
        if row.date:
            return
        event, contents = row.entry.event, self.contents.get(row.entry.event_id)
        uids = set(row.uids)
        names = {uid} - uids
        if contents and (contents.touched or contents.removed):
            names |= uids
        has_guests = bool(contents.guests) if contents else row.has_guests
        realm = realm_of(event, self.facts.owner_id, has_guests=has_guests)
        is_home = self._standing(row) is CopyRole.HOME
        provider = self.facts.provider
        self.identities += [Identity(name, realm, event.pk, provider, is_home) for name in names]

    def save(self, marks: list[int]) -> None:
        """Write what changed, remove the marks that were read, mark other copies concerned."""
        for event_id in self.settled_there & self.contents.keys():
            self.contents[event_id].event.home_id = self.facts.pairing_id
            self.saved.add(event_id)
        save_contents([self.contents[event_id] for event_id in sorted(self.saved)], self.now)
        for event_id, copies in self.alone.items():
            unfold(self.contents[event_id], copies, self.now)
        elsewhere = self.settled_there - self.contents.keys()
        if elsewhere:
            Event.objects.filter(pk__in=elsewhere).update(home=self.facts.pairing_id)
        update_all(Entry, sorted(self.entered.values(), key=_by_key), ENTRY_FIELDS)
        if self.widened:
            Entry.objects.filter(pk__in=self.widened).update(scope=[])
        rows = sorted(self.links.values(), key=_by_key)
        update_all(LinkRow, rows, LINK_FIELDS)
        if marks:
            DirtyMark.objects.filter(pk__in=marks).delete()
        said = [row for row in rows if row.consent or row.decided or row.undo]
        spent = [row.pk for row in said if row.state in DONE]
        if spent:
            nothing = {"consent": None, "decided": None, "undo": None}
            LinkRow.objects.filter(pk__in=spent, marks=None).update(**nothing)
        create_all(DirtyMark, [DirtyMark(link_id=former) for former in self.replaced])
        if self.changed:
            others = carriers(self.changed, self.facts.owner_id)
            others = [link for link in others if link.pairing_id != self.facts.pairing_id]
            create_all(DirtyMark, [DirtyMark(link=link) for link in others])
        look_again(self.facts, self.said_anew)
        named = {row.entry.event_id: row.namesakes for row in rows}
        absorbed = learn(self.identities, self.now)
        absorbed = join_namesakes(named, self.saved, absorbed, self.now)
        for row in rows:
            row.entry.event_id = absorbed.get(row.entry.event_id, row.entry.event_id)


def _by_key(row: Entry | LinkRow) -> int:
    return row.pk


def _addresses(changes: Iterable[LinkChange]) -> set[str]:
    """Everybody named in what these changes bring in."""
    brought: list[Properties] = []
    for change in changes:
        brought.append({patch.key: patch.new for patch in change.patches})
        if change.fate is Fate.REVIVE and change.resource:
            brought.append(properties(change.resource.object))
    return {address for values in brought for address in named_in(values)}


def _is_cancelled(resource: Resource | None) -> bool:
    return resource is not None and resource.object.event.status is Status.CANCELLED
