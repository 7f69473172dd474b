"""Dates that were here as meetings of their own, until the series they belong to turned up.

Whoever is invited to one date only has a copy of it that may come first. It is a meeting then, and
once the series is here one of its dates, in the calendars of those who have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..engine.equivalence import equivalent
from ..engine.properties import ANSWER, ATTENDEE, Json, addresses
from ..engine.scope import dates_at, said_of, seen_alone
from ..engine.sync import LinkState
from ..models import Address, Change, Entry, Event, EventUid
from ..models import Link as LinkRow
from ..models.bulk import update_all
from ..models.contents import COLUMNS, Contents, load_contents, own_of, put_overlay, save_contents
from ..models.creation import NewEvent, create_events
from ..models.event_uid import date_realm
from .django_arrival import Arrival
from .django_journal import Placed
from .django_known import Known, organizer_of, person_of

OVERLAY = (*COLUMNS, "personal", "kept_apart", "updated_at")
"""Columns of an entry that are its person's own."""


def set_aside(known: Known, arrivals: Sequence[Arrival]) -> None:
    """Free the UIDs of series that single dates go by, since Outlook does not tell them apart."""
    for arrival in arrivals:
        event_id = known.uids.get((arrival.uid, ""))
        if event_id is None or not arrival.resource.object.is_series:
            continue
        contents = known.contents[event_id]
        date = _date_of(known, contents, arrival)
        if date and (arrival.uid, date_realm(date)) not in known.uids:
            rows = EventUid.objects.filter(uid=arrival.uid, realm="", event=event_id)
            rows.update(realm=date_realm(date))
            known.uids[arrival.uid, date_realm(date)] = known.uids.pop((arrival.uid, ""))


def _date_of(known: Known, contents: Contents, arrival: Arrival) -> str:
    """Which date of the series this meeting is; "" if it is the series itself, as it was before.

    That is it where its organizer has it, or a guest of the series, or this calendar.
    """
    event, values = contents.event, arrival.theirs
    invited = addresses(values)
    if event.is_series or any(event.pk == known_id for known_id, _ in known.mains):
        return ""
    if not contents.outranked or not contents.outranked.isdisjoint(invited):
        return ""
    if person_of(arrival, known.facts, known.people) != organizer_of(event, known.facts):
        return ""
    links = LinkRow.objects.open().filter(entry__event=event.pk, organizes=True)
    if links.exists():
        return ""
    return next(iter(dates_at(values, event.starts_at)), "")


def fold(known: Known, arrivals: Sequence[Arrival], placed: Placed, now: datetime) -> None:
    """Make such meetings dates of the series that have just come; nothing where there are none."""
    found = {arrival.resource.href: known.dates_of(arrival) for arrival in arrivals}
    series = {
        link.entry.event_id: found[change.resource.href]
        for change, link in placed
        if change.resource and found[change.resource.href] and link.kind == LinkRow.Kind.MAIN
    }
    if not series:
        return
    rows = Event.objects.filter(pk__in=series).select_for_update(no_key=True).order_by("pk")
    for event_id, contents in load_contents(rows).items():
        for date, alone in series[event_id].items():
            if alone.event.pk != event_id and _belongs(known, contents, alone, date):
                _fold_one(contents, date, alone, now)


def _belongs(known: Known, series: Contents, alone: Contents, date: str) -> bool:
    shown = seen_alone(series.properties(), date)
    same = organizer_of(series.event, known.facts) == organizer_of(alone.event, known.facts)
    if shown is None or not same:
        return False
    listed = not alone.guests.keys().isdisjoint(addresses(shown))
    return listed or equivalent("when", shown.get("when"), alone.properties().get("when"))


def _fold_one(series: Contents, date: str, alone: Contents, now: datetime) -> None:
    shown = seen_alone(series.properties(), date) or {}
    values = alone.properties()
    known = addresses(shown)
    untold: dict[str, Json] = {}
    said: dict[str, Json] = {}
    for address, guest in alone.guests.items():
        if guest.user_id is None:
            continue
        told = {key: values[key] for key in (ATTENDEE + address, ANSWER + address)}
        if address not in known:
            untold |= told
        elif address in alone.outranked:  # he has a copy, and it knows best
            said[ANSWER + address] = told[ANSWER + address]
    people = {a: guest.user_id for a, guest in alone.guests.items() if guest.user_id}
    series.put(said_of(date, {**said, **untold}, shown), people)
    series.moved = series.regrouped = True
    _move_copies(series.event.pk, date, alone.event.pk)
    EventUid.objects.filter(event=alone.event).update(event=series.event)
    Change.objects.filter(event=alone.event).update(event=series.event)
    alone.event.delete()
    save_contents([series], now)
    agree({series.event.pk: said_of(date, untold, {})})


def _move_copies(series_id: int, date: str, alone_id: int) -> None:
    """Entries with a copy go along; who has none is entered as a guest, if he is one."""
    kept = {entry.calendar_id: entry for entry in Entry.objects.filter(event=series_id)}
    for entry in Entry.objects.filter(event=alone_id).order_by("pk"):
        links = LinkRow.objects.filter(entry=entry)
        stays = kept.get(entry.calendar_id)
        if stays is None and links.exists():
            _lay_on_date(entry, entry, date)
            entry.event_id, entry.scope = series_id, [date]
            entry.save(update_fields=(*OVERLAY, "event", "scope"))
            links.update(date=date)
            continue
        if stays is not None:
            if stays.scope and links.exists():  # he had it before its series came
                _lay_on_date(stays, entry, date)
                stays.save(update_fields=OVERLAY)
            taken = LinkRow.objects.open().filter(entry=stays, date__in=("", date))
            for link in links.order_by("pk"):
                link.entry, link.date = stays, date
                if link.closed_at is None and taken.filter(pairing=link.pairing_id).exists():
                    link.kind, link.state = LinkRow.Kind.EXTRA, LinkState.EXTRA.value
                link.save(update_fields=["entry", "date", "kind", "state"])
        entry.delete()


def _lay_on_date(stays: Entry, alone: Entry, date: str) -> None:
    """What its person had set on a date is his own on that date, and on no other."""
    own = said_of(date, own_of(alone), {})
    if stays is alone:
        put_overlay(stays, dict.fromkeys(own_of(alone)))
    put_overlay(stays, own)
    stays.kept_apart |= alone.kept_apart
    stays.updated_at = max(filter(None, (stays.updated_at, alone.updated_at)), default=None)


def unfold(series: Contents, copies: Sequence[LinkRow], now: datetime) -> None:
    """Let each date that somebody still has a copy of live on, where its series is over."""
    for link in copies:
        shown = seen_alone(series.properties(link.entry), link.date)
        if shown is None:
            continue
        new = NewEvent(
            link.entry.calendar_id,
            link.pairing.calendar.owner_id,
            link.uid,
            shown,
            now,
            own=False,
            apart=True,
            kept_apart=link.entry.kept_apart,
            provider=link.pairing.remote_calendar.provider,
            home_id=link.pairing_id,
        )
        people = Address.objects.people(addresses(shown))
        (entry,) = create_events([new], people, now)
        link.entry, link.date = entry, ""
        link.save(update_fields=["entry", "date"])


def agree(untold: Mapping[int, Mapping[str, Json]]) -> None:
    """The other copies of these events do not know of a guest of one date: that is no change.

    Their organizer's provider will tell them, and nobody is invited twice.
    """
    if not untold:
        return
    links = LinkRow.objects.open().filter(entry__event__in=untold, kind=LinkRow.Kind.MAIN, date="")
    rows = list(links.select_for_update(of=("self",), no_key=True).select_related("entry"))
    for row in rows:
        new = {key: [ours, None] for key, ours in untold[row.entry.event_id].items()}
        row.base = {**new, **row.base}
    update_all(LinkRow, rows, ["base"])
