"""A person's calendar from and to iCalendar text (RFC 5545), which other programs give and take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import own_calendar, people_at
from calendar_sync.actions.date_guests import seen_by
from calendar_sync.actions.waking import notify
from calendar_sync.engine.equivalence import equivalent
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.icalendar import Unread, objects_of
from calendar_sync.engine.icalendar_text import text_of
from calendar_sync.engine.identity import canonical_uid
from calendar_sync.engine.properties import CONTENT, addresses, object_of, properties
from calendar_sync.engine.scope import seen_alone
from calendar_sync.engine.sync import Guests
from calendar_sync.models import Address, Entry, EventUid
from calendar_sync.models.bulk import create_all
from calendar_sync.models.contents import Contents, load_contents
from calendar_sync.models.creation import NewEvent, create_events
from calendar_sync.models.event_uid import user_realm
from calendar_sync.models.marks import link_entry, mark_entry
from calendar_sync.security.access import check_access
from calendar_sync.security.markup import harmless_properties

EVENT = "calendar_sync.event"


@dataclass(frozen=True)
class Imported:
    """How many events are new, how many were here before, and what could not be read."""

    new: int
    known: int
    unread: tuple[Unread, ...]


def import_calendar(user: User, text: str, now: datetime) -> Imported:
    """Enter what the text holds into the person's own calendar; nobody is mailed.

    What is here already, by its UID, stays as it is: a second import changes nothing. Guests are
    withheld from the provider until somebody invites them.
    """
    check_access(user, EVENT, "create")
    parsed = objects_of(text)
    found = {canonical_uid(obj.uid): obj for obj in parsed.objects}
    with transaction.atomic():
        calendar = own_calendar(user)
        mine = _known_to(user, found)
        new = {uid: obj for uid, obj in found.items() if uid not in mine}
        others = _of_others(new)
        shared = {uid for uid in others if _agrees(others[uid], new[uid])}
        create_all(
            Entry, [Entry(calendar=calendar, event=others[uid].event) for uid in sorted(shared)]
        )
        own = Address.objects.of(user.pk)
        events = [
            _new_event(calendar.pk, user.pk, uid, obj, now, own, apart=uid in others)
            for uid, obj in new.items()
            if uid not in shared
        ]
        people = people_at(address for event in events for address in addresses(event.values))
        for entry in create_events(events, people, now):
            if link_entry(entry, Guests.WITHHELD):
                mark_entry(entry)
        notify()
    return Imported(len(new), len(found) - len(new), parsed.unread)


def export_calendar(user: User, now: datetime) -> str:
    """Everything in the person's own calendar, with what is the person's own about it."""
    check_access(user, EVENT, "read")
    return text_of(_objects(user), now)


def _known_to(user: User, uids: Mapping[str, CalendarObject]) -> set[str]:
    """UIDs of events the person has, or knows as a private one."""
    visible = EventUid.objects.visible_to(user).filter(uid__in=uids)
    private = EventUid.objects.filter(uid__in=uids, realm=user_realm(user.pk))
    return {*visible.values_list("uid", flat=True), *private.values_list("uid", flat=True)}


def _of_others(new: Mapping[str, CalendarObject]) -> dict[str, Contents]:
    """Meetings here that bear one of these UIDs."""
    rows = EventUid.objects.filter(uid__in=new, realm="").select_related("event")
    events = {row.uid: row.event for row in rows}
    contents = load_contents(events.values())
    return {uid: contents[event.pk] for uid, event in events.items()}


def _agrees(contents: Contents, obj: CalendarObject) -> bool:
    """Whether it is this very meeting: a UID alone must not show one to a person."""
    here, read = contents.properties(), properties(obj)
    return all(equivalent(key, here.get(key), read.get(key)) for key in CONTENT)


def _new_event(
    calendar_id: int,
    owner_id: int,
    uid: str,
    obj: CalendarObject,
    now: datetime,
    own: frozenset[str],
    *,
    apart: bool,
) -> NewEvent:
    """`apart`: somebody else here has another meeting of that UID."""
    values = harmless_properties(properties(obj))
    organizer = obj.event.organizer
    return NewEvent(
        calendar_id,
        owner_id,
        uid,
        values,
        obj.event.updated or now,
        own=organizer is None or organizer.address in own,
        apart=apart,
    )


def _objects(user: User) -> Iterator[CalendarObject]:
    entries = Entry.objects.alive().filter(calendar=own_calendar(user)).order_by("pk")
    rows = list(entries.select_related("event"))
    contents = load_contents([row.event for row in rows])
    uids = dict(
        EventUid.objects.filter(event__in=[row.event_id for row in rows])
        .order_by("-pk")
        .values_list("event", "uid")
    )
    for row in rows:
        found = contents[row.event_id]
        values, uid = found.properties(row), uids[row.event_id]
        if not row.scope:
            yield seen_by(user, row.event, object_of(uid, values))
        for date in row.scope:  # he is invited to these alone, and knows of no other
            alone = seen_alone(values, date)
            if alone:
                yield seen_by(user, row.event, object_of(f"{uid}-{date}", alone))
