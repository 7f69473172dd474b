"""One remote object that has no link yet."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.merge import moved_base
from ..engine.properties import Json, Properties, addresses, properties
from ..engine.sync import LinkChange, LinkState, Resource
from ..models import Entry
from ..models import Link as LinkRow
from ..security.markup import harmless_properties
from .django_pairing import PairingFacts
from .django_rows import base_json, put_resource


@dataclass(frozen=True, slots=True)
class Arrival:
    """`theirs` is what the provider says, `values` the same fit to be shown."""

    change: LinkChange
    resource: Resource
    theirs: dict[str, Json]
    values: dict[str, Json]

    @property
    def uid(self) -> str:
        return self.resource.object.uid

    @property
    def organizes(self) -> bool:
        """Whether this account organizes the event; one without organizer is its calendar's."""
        return self.resource.organized_by_owner or "organizer" not in self.theirs


def arrival_of(change: LinkChange, resource: Resource) -> Arrival:
    theirs = properties(resource.object)
    return Arrival(change, resource, theirs, harmless_properties(theirs))


def named_in(values: Properties) -> set[str]:
    """The addresses of organizer and guests."""
    organizer = values.get("organizer")
    named = {str(organizer[0])} if isinstance(organizer, list) else set()
    return named | addresses(values)


def new_link(
    facts: PairingFacts, entry: Entry, arrival: Arrival, kind: LinkRow.Kind = LinkRow.Kind.MAIN
) -> LinkRow:
    """An unsaved link that agrees with what was read; an extra one rests for ever."""
    agreed = {key: (arrival.values.get(key), their) for key, their in arrival.theirs.items()}
    link = LinkRow(
        pairing_id=facts.pairing_id,
        entry=entry,
        kind=kind,
        state=LinkState.EXTRA.value if kind is LinkRow.Kind.EXTRA else LinkState.SETTLED.value,
        uid=arrival.uid,
        href=arrival.resource.href,
        etag=arrival.resource.etag,
        modified=arrival.resource.modified,
        base=base_json(moved_base({}, agreed)),
    )
    put_resource(link, arrival.resource)
    return link
