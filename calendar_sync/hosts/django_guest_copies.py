"""Several guests' copies of an outside meeting: what one says is held against the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from ..engine.event import PartStat, Status
from ..engine.guest_copies import has_lost, left_out
from ..engine.policy import Side
from ..engine.properties import ANSWER, AT, CANCELLED, Json, on_which
from ..engine.scope import said_of
from ..engine.sync import RESTING, CopyRole, LinkState, LinkView, LocalPatch
from ..models import Change, DirtyMark, Event, Pairing, ProviderCredential
from ..models import Link as LinkRow
from ..models.bulk import create_all
from ..models.link import LinkQuerySet
from ..models.roles import running_copies
from .django_pairing import PairingFacts
from .django_rows import link_of

OF_GUESTS = (CopyRole.WITNESS, CopyRole.PERSONAL)
"""Roles of a copy of a meeting whose organizer has none here."""
HOME: Mapping[str, Any] = {"kind": LinkRow.Kind.MAIN, "organizes": True}
"""Whose link is the organizer's own."""
LAG = timedelta(minutes=5)
"""How much later one provider may tell what another one has told."""
_NOT_READ = [state.value for state in (*RESTING, LinkState.LEFT_OUT)]


def as_from_outside(role: CopyRole, *, has_home: bool) -> CopyRole:
    """An organizer who is a colleague, and not connected, is as far away as one from outside."""
    return CopyRole.PERSONAL if role is CopyRole.ATTENDEE and not has_home else role


def beside_others(
    facts: PairingFacts, rows: Sequence[LinkRow], views: Sequence[LinkView]
) -> tuple[LinkView, ...]:
    """The views, with the dates that no other guest's copy has; one statement for such series."""
    series = {
        row.entry.event_id
        for row, view in zip(rows, views, strict=True)
        if view.role in OF_GUESTS and row.entry.event.is_series and not row.date
    }
    if not series:
        return tuple(views)
    absent: dict[int, frozenset[str]] = {}
    alone: defaultdict[int, dict[str, bool]] = defaultdict(dict)
    for copy in (_others(facts, series) | _marked(facts, series)).select_related("entry"):
        event = copy.entry.event_id
        if copy.date:
            alone[event][copy.date] = copy.closed_at is None or alone[event].get(copy.date, False)
            continue
        dates = left_out(link_of(copy).theirs)
        absent[event] = absent[event] & dates if event in absent else dates
    return tuple(
        replace(view, absent=absent.get(row.entry.event_id), alone=alone[row.entry.event_id])
        if row.entry.event_id in series and view.role in OF_GUESTS
        else view
        for row, view in zip(rows, views, strict=True)
    )


def without_date(
    facts: PairingFacts, event: Event, date: str, owner: Collection[str], *, marked: bool
) -> dict[str, Json]:
    """What it means that a copy of this date alone is gone, or was marked as cancelled."""
    if marked and _is_called_off(facts, event.pk, date):
        return {AT + date: CANCELLED}
    return said_of(date, declined(owner), event.components)


def _is_called_off(facts: PairingFacts, event_id: int, date: str) -> bool:
    """Whether a mark on a copy of this date alone, just seen, is the second word.

    The first is that every copy of the series lacks it, since this account was last read: a guest
    who had taken it out before did so for himself. Two statements, three where all lack it.
    """
    organized = LinkRow.objects.open().filter(entry__event=event_id, **HOME)
    others = list(_others(facts, [event_id]))
    whole = [copy for copy in others if not copy.date]
    lacking = [copy for copy in whole if date in left_out(link_of(copy).theirs)]
    if organized.exists() or not whole or lacking != whole:
        return False
    if facts.read_at is None or any(copy.date == date for copy in others):
        return False
    said = Change.objects.filter(
        link__in=whole, side=Side.HERE.value, run__started_at__gte=facts.read_at - LAG
    )
    told = f"{AT}{date}:{ANSWER}"
    fresh = {line.link_id for line in said if any(key.startswith(told) for key in line.keys)}
    return fresh == {copy.pk for copy in whole}


def look_again(facts: PairingFacts, events: Collection[int]) -> None:
    """One copy says something new of a date: what the others have said may count now."""
    if events:
        organized = LinkRow.objects.open().filter(entry__event=OuterRef("entry__event"), **HOME)
        others = _others(facts, events).filter(date="").exclude(Exists(organized))
        create_all(DirtyMark, [DirtyMark(link=link) for link in others])


def uninvited(owner: Collection[str], beside: Iterable[LinkRow]) -> list[str]:
    """Addresses of a person whose copy is gone, and whom another one does not list any more."""
    links = [link_of(row) for row in beside if not row.date]
    return sorted(
        address
        for address in owner
        if any(has_lost(link.base, link.theirs, address) for link in links)
    )


def says_of_date(patch: LocalPatch) -> bool:
    """Whether it says if a date takes place, for everybody or for one guest."""
    date, name = on_which(patch.key)
    return bool(date) and (not name or name.startswith(ANSWER))


def runs(row: LinkRow) -> bool:
    """Whether it will be told when its meeting is cancelled."""
    pairing, account = row.pairing, row.pairing.credential
    active = account.state == ProviderCredential.State.ACTIVE and account.paused_at is None
    return active and pairing.state == Pairing.State.ACTIVE


def declined(guests: Iterable[str]) -> dict[str, Json]:
    """The answers a person gives by removing a meeting from the calendar."""
    return {ANSWER + address: [PartStat.DECLINED.value, "", 0] for address in sorted(guests)}


def _others(facts: PairingFacts, events: Collection[int]) -> LinkQuerySet:
    copies = running_copies().filter(entry__event__in=events, entry__deleted_at=None)
    copies = copies.exclude(pairing=facts.pairing_id).exclude(state__in=_NOT_READ)
    return copies.order_by("pk")


def _marked(facts: PairingFacts, events: Collection[int]) -> LinkQuerySet:
    """Copies of one date that were marked as cancelled since this account was last read."""
    if facts.read_at is None:
        return LinkRow.objects.none()
    marked = LinkRow.objects.filter(
        kind=LinkRow.Kind.MAIN,
        observed__status=Status.CANCELLED.value,
        closed_at__gte=facts.read_at - LAG,
        entry__event__in=events,
    )
    return marked.exclude(date="").exclude(pairing=facts.pairing_id)
