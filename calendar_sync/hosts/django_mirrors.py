"""Mirrors as the engine sees them, and those that are found again."""

from __future__ import annotations

from collections.abc import Mapping

from ..engine.event import PartStat
from ..engine.filters import left_out
from ..engine.masks import Edits, Mirror, Mirrored, is_masked, mirrored
from ..engine.properties import ANSWER, Properties, object_of
from ..engine.scope import seen_alone
from ..engine.sync import CopyRole, LinkState, LinkView, Mark
from ..models import Entry
from ..models import Link as LinkRow
from ..models.contents import Contents
from ..models.roles import is_organized_by
from .django_arrival import Arrival, new_link
from .django_pairing import PairingFacts
from .django_rows import base_json, decided_of, link_of


def mirror_view(facts: PairingFacts, row: LinkRow) -> LinkView:
    """`local` is what the mirror is to show; None: it is to go."""
    entry, event, link = row.entry, row.entry.event, link_of(row)
    contents = Contents.of_rows(event, row.guest_rows)
    is_own = is_organized_by(event, facts.owner_id)
    shown, names = None, {link.uid}
    if facts.mirror is not Mirror.OFF and row.is_shown:
        values = seen_alone(contents.properties(entry), row.date) or {}
        filters, kind = facts.policy.filters, str(event.kind_id or "")
        declined = row.date and any(_is_no(values, address) for address in facts.owner)
        if values and not declined and not left_out(filters, [values], facts.owner, kind):
            masked = is_masked(filters.private, {}, {}, values)
            mode = Mirror.BUSY if masked else facts.mirror
            shown = mirrored(values, mode, facts.owner, is_own=is_own)
        names |= set(row.mirror_uids)
    return LinkView(
        link,
        CopyRole.MIRROR,
        None if shown is None else object_of(link.uid, shown),
        max(event.updated_at, entry.updated_at or event.updated_at),
        tuple(Mark(str(mark)) for mark in row.mark_ids),
        uids=frozenset(names),
        answers=frozenset(),
        decided=decided_of(row),
        mirror=Mirrored(facts.mirror, _edits(facts, contents, is_own=is_own)),
    )


def _is_no(values: Properties, address: str) -> bool:
    answer = values.get(ANSWER + address)
    return isinstance(answer, list) and answer[0] == PartStat.DECLINED.value


def _edits(facts: PairingFacts, contents: Contents, *, is_own: bool) -> Edits:
    """A mirror that hides what the event is about is no place to change it unasked."""
    if not is_own:
        return Edits.PUT_BACK
    return Edits.ASKED if contents.guests or facts.mirror is Mirror.BUSY else Edits.TAKEN


def shown_by(facts: PairingFacts, names: Mapping[str, int]) -> dict[str, Entry | None]:
    """By the UIDs of mirrors, given with their events: the entry each of them shows.

    One statement, none where there are no mirrors.
    """
    if not names:
        return {}
    rows = Entry.objects.filter(event__in=names.values(), calendar__owner=facts.owner_id)
    rows = rows.select_related("event")
    entries = {row.event_id: row for row in rows.order_by("-pk")}
    return {uid: entries.get(event) for uid, event in names.items()}


def mirror_found(facts: PairingFacts, entry: Entry, arrival: Arrival) -> LinkRow:
    """An unsaved link of a mirror from earlier; where there is one already it rests."""
    mirrors = LinkRow.objects.open().filter(entry__event=entry.event_id, kind=LinkRow.Kind.MIRROR)
    known = mirrors.filter(pairing__credential=facts.credential_id).exists()
    if known or facts.mirror is Mirror.OFF:
        return new_link(facts, entry, arrival, LinkRow.Kind.EXTRA)
    link = new_link(facts, entry, arrival, LinkRow.Kind.MIRROR)
    link.state = LinkState.DIRTY.value
    link.base = base_json({key: (None, their) for key, their in arrival.theirs.items()})
    return link
