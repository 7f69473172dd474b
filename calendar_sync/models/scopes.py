"""Which dates of a series are in whose calendar, where somebody is not invited to all of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from calendar_sync.engine.scope import guests_of_dates
from calendar_sync.models.address import Address
from calendar_sync.models.bulk import create_all, update_all
from calendar_sync.models.calendar import Calendar
from calendar_sync.models.entry import Entry
from calendar_sync.models.event import Event


@dataclass(frozen=True, slots=True)
class Invited:
    """`whole` are the users who are invited to all of the event, or organize it."""

    event: Event
    whole: frozenset[int | None]


def save_scopes(changed: Sequence[Invited], now: datetime) -> None:
    """Let entries hold what their persons are invited to; at most six statements."""
    if not changed:
        return
    wanted = _wanted(changed)
    whole = {each.event.pk: each.whole for each in changed}
    theirs = Q(calendar__owner__in={user for _, user in wanted}) | ~Q(scope=[])
    rows = Entry.objects.filter(theirs, event__in=whole).select_related("calendar")
    entries = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    before = {entry.pk: (entry.deleted_at, entry.scope) for entry in entries}
    for entry in entries:
        owner = entry.calendar.owner_id
        dates = wanted.pop((entry.event_id, owner), None)
        _keep(entry, dates, now, is_whole=owner in whole[entry.event_id])
    moved = [each for each in entries if before[each.pk] != (each.deleted_at, each.scope)]
    update_all(Entry, moved, ["deleted_at", "scope"])
    _enter(wanted)


def _wanted(changed: Sequence[Invited]) -> dict[tuple[int, int], list[str]]:
    """Dates by event and user."""
    dates = {each.event.pk: guests_of_dates(each.event.components) for each in changed}
    people = Address.objects.people(address for guests in dates.values() for address in guests)
    found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for each in changed:
        for address, names in dates[each.event.pk].items():
            if address in people and people[address] not in each.whole:
                found[each.event.pk, people[address]] |= names
    return {key: sorted(names) for key, names in found.items()}


def _keep(entry: Entry, dates: list[str] | None, now: datetime, *, is_whole: bool) -> None:
    """Dates that are new to him bring back what he had removed."""
    if is_whole:
        entry.scope = []
    elif dates and (entry.scope or entry.deleted_at):
        if not set(dates) <= set(entry.scope):
            entry.deleted_at = None
        entry.scope = dates
    elif not dates and entry.scope:
        entry.deleted_at, entry.scope = entry.deleted_at or now, []


def _enter(wanted: dict[tuple[int, int], list[str]]) -> None:
    """New entries, in the default calendars."""
    if not wanted:
        return
    owners = {user for _, user in wanted}
    calendars = default_calendars(owners)
    rows = [
        Entry(calendar_id=calendars[user], event_id=event, scope=dates)
        for (event, user), dates in sorted(wanted.items())
        if user in calendars
    ]
    create_all(Entry, rows)


def default_calendars(owners: Collection[int]) -> dict[int, int]:
    """By owner."""
    rows = Calendar.objects.filter(owner__in=owners, is_default=True)
    return dict(rows.values_list("owner", "pk"))
