"""New events, many at once: event, identity, guests, entries and occurrences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_sync.engine.properties import Json
from calendar_sync.engine.sync import PartOf
from calendar_sync.models.attendee import Attendee
from calendar_sync.models.bulk import create_all
from calendar_sync.models.contents import (
    Contents,
    enter_guests,
    put_overlay,
)
from calendar_sync.models.entry import Entry
from calendar_sync.models.event import Event
from calendar_sync.models.event_uid import LOOK, EventUid, date_realm, user_realm
from calendar_sync.models.occurrences import create_occurrences
from calendar_sync.models.scopes import save_scopes


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be made in one person's calendar.

    `values` are the engine's properties, their descriptions harmless. `provider` names who gave
    the UID and `home_id` the pairing the event lives in; both are empty for an event of ours.
    `own`: the calendar's owner organizes it, whatever address its organizer has. `apart`: its UID
    is somebody else's event's, with which it does not agree. `part_of`: a date of a series that is
    not here, and is known as such. `look`: what names it where its UID is hidden.
    """

    calendar_id: int
    owner_id: int
    uid: str
    values: Mapping[str, Json]
    modified: datetime
    own: bool = True
    apart: bool = False
    provider: str = ""
    home_id: int | None = None
    kind_id: int | None = None
    kept_apart: bool = False
    part_of: PartOf | None = None
    look: str = ""


def create_events(
    events: Sequence[NewEvent], people: Mapping[str, int], now: datetime
) -> list[Entry]:
    """The entries of these new events, in their order; eight statements however many.

    `people` says whose the addresses in it are (`Address.objects.people`). A UID that exists in
    its realm raises IntegrityError.
    """
    contents = [_contents(new, people) for new in events]
    create_all(Event, [each.event for each in contents])
    entries = [_entry(new, each.event) for new, each in zip(events, contents, strict=True)]
    uids = [_uid(new, each) for new, each in zip(events, contents, strict=True)]
    uids += [_look(new, each) for new, each in zip(events, contents, strict=True) if new.look]
    # sorted: two imports of the same meetings wait for each other instead of deadlocking
    create_all(EventUid, sorted(uids, key=lambda row: (row.uid, row.realm)))
    guests = [guest for each in contents for guest in each.guests.values()]
    create_all(Attendee, guests)
    create_all(Entry, entries)
    enter_guests(guests)
    save_scopes([each.invited() for each in contents if each.regrouped], now)
    create_occurrences([each.event for each in contents], now)
    return entries


def realm_of(event: Event, owner_id: int, *, has_guests: bool) -> str:
    """Meetings are known by their UID to everybody, private events only to their owner."""
    private = event.organizer_user_id == owner_id or not event.organizer_address
    return user_realm(owner_id) if private and not has_guests else ""


def _contents(new: NewEvent, people: Mapping[str, int]) -> Contents:
    event = Event(updated_at=new.modified, home_id=new.home_id, kind_id=new.kind_id)
    contents = Contents(event)
    contents.put(new.values, people)
    if new.own:
        event.organizer_user_id = new.owner_id
    return contents


def _entry(new: NewEvent, event: Event) -> Entry:
    entry = Entry(calendar_id=new.calendar_id, event=event, kept_apart=new.kept_apart)
    put_overlay(entry, new.values)
    return entry


def _look(new: NewEvent, contents: Contents) -> EventUid:
    return EventUid(uid=new.look, realm=LOOK, event=contents.event, provider=new.provider)


def _uid(new: NewEvent, contents: Contents) -> EventUid:
    realm = realm_of(contents.event, new.owner_id, has_guests=bool(contents.guests))
    if new.apart:
        realm = user_realm(new.owner_id)
    elif part := new.part_of:
        realm = date_realm(part.date)
        return EventUid(uid=part.uid, realm=realm, event=contents.event, provider=new.provider)
    return EventUid(uid=new.uid, realm=realm, event=contents.event, provider=new.provider)
