"""One remote object that has no link yet."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.bases import moved_base
from ..engine.masks import seen_first
from ..engine.policy import PrivateEvents
from ..engine.properties import Json, Properties, addresses, properties
from ..engine.sync import LinkChange, LinkState, Resource
from ..models import Entry
from ..models import Link as LinkRow
from ..security.markup import harmless_properties
from .django_pairing import PairingFacts
from .django_rows import base_json, put_resource


@dataclass(frozen=True, slots=True)
class Arrival:
    """`theirs` is what the provider says, `values` the same fit to be shown, `base` both."""

    change: LinkChange
    resource: Resource
    theirs: dict[str, Json]
    values: dict[str, Json]
    base: dict[str, tuple[Json, Json]]

    @property
    def uid(self) -> str:
        return self.resource.object.uid

    @property
    def uids(self) -> frozenset[str]:
        """With that of the series of a single date."""
        part = self.resource.part_of
        return frozenset({self.uid, part.uid} if part else {self.uid})

    @property
    def organizes(self) -> bool:
        """Whether this account organizes the event; one without organizer is its calendar's."""
        return self.resource.organized_by_owner or "organizer" not in self.theirs


def arrival_of(facts: PairingFacts, change: LinkChange, resource: Resource) -> Arrival:
    theirs = properties(resource.object)
    values, base = seen_first(facts.policy.filters.private, theirs)
    shown = harmless_properties(values)
    agreed = {key: (shown.get(key, ours), their) for key, (ours, their) in base.items()}
    return Arrival(change, resource, theirs, shown, agreed)


def named_in(values: Properties) -> set[str]:
    """The addresses of organizer and guests."""
    organizer = values.get("organizer")
    named = {str(organizer[0])} if isinstance(organizer, list) else set()
    return named | addresses(values)


def new_link(
    facts: PairingFacts, entry: Entry, arrival: Arrival, kind: LinkRow.Kind = LinkRow.Kind.MAIN
) -> LinkRow:
    """An unsaved link that agrees with what was read; an extra one rests for ever."""
    link = LinkRow(
        pairing_id=facts.pairing_id,
        entry=entry,
        kind=kind,
        state=LinkState.EXTRA.value if kind is LinkRow.Kind.EXTRA else LinkState.SETTLED.value,
        uid=arrival.uid,
        href=arrival.resource.href,
        etag=arrival.resource.etag,
        modified=arrival.resource.modified,
        base=base_json(moved_base({}, arrival.base)),
        observed=arrival.theirs if facts.policy.filters.private is PrivateEvents.BUSY else None,
    )
    put_resource(link, arrival.resource)
    return link
