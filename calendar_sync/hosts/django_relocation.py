"""Links that follow their object from one calendar of an account to another."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from ..engine.relocation import Relocation
from ..models import Entry, Event
from ..models import Link as LinkRow
from .django_pairing import PairingFacts


def relocate(facts: PairingFacts, moves: Sequence[Relocation]) -> None:
    """In seven statements, and one or two for each link that moves."""
    hrefs = {int(move.link): move.href for move in moves}
    siblings = LinkRow.objects.open().filter(pk__in=hrefs)
    siblings = siblings.filter(pairing__credential=facts.credential_id)
    siblings = siblings.exclude(pairing=facts.pairing_id)
    events = Event.objects.filter(entries__links__in=siblings.values("pk")).order_by("pk")
    locked = [event.pk for event in events.select_for_update(of=("self",), no_key=True)]
    entries = Entry.objects.filter(event__in=locked).order_by("pk")
    here = {
        entry.event_id: entry
        for entry in entries.select_for_update(no_key=True)
        if entry.calendar_id == facts.calendar_id
    }
    rows = list(
        siblings.select_related("entry").select_for_update(of=("self",), no_key=True).order_by("pk")
    )
    linked = LinkRow.objects.open().filter(pairing=facts.pairing_id)
    taken = set(linked.filter(href__in=hrefs.values()).values_list("href", flat=True))
    mains = linked.filter(entry__event__in=locked, kind=LinkRow.Kind.MAIN)
    settled = set(mains.values_list("entry__event", flat=True))
    for row in rows:
        event = row.entry.event_id
        if hrefs[row.pk] in taken or event in settled:
            continue
        Event.objects.filter(pk=event, home=row.pairing_id).update(home=facts.pairing_id)
        row.entry = here.get(event) or _moved(row.entry, row.pk, facts.calendar_id)
        row.pairing_id, row.href = facts.pairing_id, hrefs[row.pk]
        row.save(update_fields=["pairing", "href", "entry"])
    wanted = Entry.objects.filter(event__in=locked, calendar=F("moving_to"))
    wanted.update(moving_to=None, not_moved="")


def _moved(entry: Entry, link: int, calendar: int) -> Entry:
    """The entry in its new calendar; where another account's copy hangs on it, one of its own."""
    if LinkRow.objects.open().filter(entry=entry.pk).exclude(pk=link).exists():
        entry = Entry(
            event_id=entry.event_id,
            availability=entry.availability,
            classification=entry.classification,
            personal=entry.personal,
            updated_at=entry.updated_at,
        )
    entry.calendar_id = calendar
    entry.save()
    return entry
