"""An event goes to another calendar of its person.

Where the provider can move within the account (Google), it does so, silently, and guests keep their
meeting: the wish stays with the entry until a listing shows the event in its new calendar, which is
how a move made there is followed, too. Elsewhere another object is made first and the old one goes
then, as with a new organizer; that would invite guests anew, so only what has none goes that way.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.configuration import endpoints
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.organizers import check_not_being_written, retire
from calendar_sync.actions.waking import notify, wake
from calendar_sync.engine.errors import CollectionUnavailable, Conflict, Rejected, SyncError
from calendar_sync.engine.policy import Direction
from calendar_sync.engine.sync import ETag, Guests, Href
from calendar_sync.hosts.django_lease import Claim, take_away
from calendar_sync.models import (
    Attendee,
    DirtyMark,
    Entry,
    Event,
    Link,
    ListedCalendar,
    Pairing,
    ProviderCredential,
)
from calendar_sync.models.link import LinkQuerySet
from calendar_sync.models.marks import link_entry
from calendar_sync.models.pairing import PairingQuerySet
from calendar_sync.models.roles import is_organized_by
from calendar_sync.providers import registry
from calendar_sync.providers.http import Session
from calendar_sync.security.access import check_access

EVENT = "calendar_sync.event"
GONE = "destination_gone"


@dataclass(frozen=True)
class Destination:
    calendar_id: int
    name: str


def destinations(user: User, event_id: int) -> list[Destination]:
    """The person's other calendars that take events; three statements. Raises NotVisible."""
    entry = _own_entry(user, event_id)
    rows = _taking(user).exclude(calendar=entry.calendar_id).order_by("calendar__name", "pk")
    return [Destination(row.calendar_id, row.calendar.name) for row in rows]


def calendar_of(user: User, listed_id: int) -> int:
    """The calendar here of one on an account's list; 0: none."""
    listed = ListedCalendar.objects.visible_to(user).filter(pk=listed_id).first()
    if listed is None:
        return 0
    paired = Pairing.objects.filter(
        credential=listed.credential_id, remote_calendar__canonical_id=listed.canonical_id
    )
    return paired.values_list("calendar", flat=True).first() or 0


def move_to_calendar(user: User, event_id: int, calendar_id: int, now: datetime) -> None:
    """Raises ActionRefused: not one's own, no such calendar, guests would be invited anew."""
    check_access(user, EVENT, "write")
    entry = _own_entry(user, event_id)
    to = _taking(user).filter(calendar=calendar_id).exclude(calendar=entry.calendar_id).first()
    if to is None:
        raise ActionRefused("no_such_calendar", "Choose another one of your calendars.")
    link = _links(entry).exclude(href="").first()
    with transaction.atomic():
        if link and _moves(link, to):
            Entry.objects.filter(pk=entry.pk).update(moving_to=calendar_id, not_moved="")
            accounts = ProviderCredential.objects.filter(pk=to.credential_id)
            accounts.update(has_moves=True)
            wake(to.credential_id, now)
        else:
            _make_anew(entry, to, now)
        notify()


def carry_out_moves(claimed: Claim, session: Session) -> None:
    """The worker's part, before it looks for changes: what was moved is then found there."""
    row, move = claimed.credential, registry.provider(claimed.credential.provider).move
    if not row.has_moves or move is None:
        return
    names = {each.pairing_id: each.canonical_id for each in claimed.pairings}
    wanted = Link.objects.open().filter(pairing__in=names, kind=Link.Kind.MAIN)
    wanted = wanted.filter(entry__moving_to__isnull=False, entry__not_moved="").exclude(href="")
    wanted = wanted.filter(attempt__isnull=True)
    pairings = Pairing.objects.filter(pk__in=names).values_list("calendar", "pk")
    there = {calendar: names[pk] for calendar, pk in pairings}
    waits = False
    for link in wanted.select_related("entry").order_by("pk"):
        destination = there.get(link.entry.moving_to_id or 0)
        code = "" if destination else GONE
        try:
            if destination:
                known = Href(link.href), ETag(link.etag)
                asked = registry.Move(*known, names[link.pairing_id], destination)
                move(session, endpoints(row.provider), asked)
        except (Rejected, CollectionUnavailable) as error:
            code = error.code
        except Conflict:
            waits = True  # somebody changed it there: the next run knows that version
        except SyncError:
            return  # what is left is tried again by the next run
        if code:
            Entry.objects.filter(pk=link.entry_id).update(not_moved=code)
    ProviderCredential.objects.filter(pk=row.pk).update(has_moves=waits)


def _own_entry(user: User, event_id: int) -> Entry:
    event = Event.objects.visible_to(user).alive().filter(pk=event_id).first()
    if event is None:
        raise NotVisible
    entries = Entry.objects.alive().filter(event=event, calendar__owner=user.pk)
    entry = entries.select_related("event").order_by("pk").first()
    if entry is None or not is_organized_by(event, user.pk):
        raise ActionRefused("not_organizer", "Only its organizer can move an event.")
    if _links(entry).exclude(read_only="").exists():
        raise ActionRefused("read_only", "This calendar may only be read.")
    return entry


def _taking(user: User) -> PairingQuerySet:
    """Pairings of calendars that take new events."""
    rows = Pairing.objects.filter(calendar__owner=user.pk, default_target=True)
    rows = rows.filter(state=Pairing.State.ACTIVE).select_related("calendar")
    return rows.exclude(policy__contains={"direction": Direction.FROM_PROVIDER.value})


def _links(entry: Entry) -> LinkQuerySet:
    return Link.objects.open().filter(entry=entry, kind=Link.Kind.MAIN)


def _moves(link: Link, to: Pairing) -> bool:
    """Whether the provider does it by itself."""
    account = link.pairing.credential
    can = registry.provider(account.provider).move is not None
    return can and account.pk == to.credential_id


def _make_anew(entry: Entry, to: Pairing, now: datetime) -> None:
    event = entry.event
    take_away(ProviderCredential.objects.filter(pairings__links__entry__event=event))
    check_not_being_written(event)
    former = _links(entry).first()
    if former and former.href and Attendee.objects.filter(event=event).exists():
        words = "Its guests would be cancelled and invited anew. Move it there: that is followed."
        raise ActionRefused("guests_invited_anew", words)
    retire(event)
    own = {
        "availability": entry.availability,
        "classification": entry.classification,
        "personal": entry.personal,
        "kept_apart": entry.kept_apart,
        "updated_at": entry.updated_at,
        "deleted_at": None,
    }
    Entry.objects.filter(pk=entry.pk).update(deleted_at=now)
    Event.objects.filter(pk=event.pk).update(home=None)
    event.home_id = None
    there, _ = Entry.objects.update_or_create(event=event, calendar=to.calendar, defaults=own)
    if link := link_entry(there, Guests(former.guests) if former else Guests.SHARED):
        link.uid = f"{uuid.uuid4()}@calendar-sync"  # another object: another key
        link.consent = former.consent if former else None  # about mail: it has not been used
        link.save(update_fields=["uid", "consent"])
        DirtyMark.objects.create(link=link)
