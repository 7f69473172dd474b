"""Archive an event, and bring it back.

To archive is to cancel at the provider and to keep here, out of sight. What comes back is another
object there, under another UID: a guest's calendar takes no news of one that was cancelled.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.utils import timezone

from calendar_sync.actions.calendars import people_at
from calendar_sync.actions.changing import (
    EVENT,
    check_revision,
    remove,
    visible,
)
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.mail_question import MailQuestion, Ruling, ruling, target_of_new
from calendar_sync.actions.meeting_links import anew
from calendar_sync.actions.organizers import check_not_being_written, main_links
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import When, when_from_text
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import addresses
from calendar_sync.engine.resting import LEFT_ALONE
from calendar_sync.engine.sync import Guests, LinkState
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.models import DirtyMark, Entry, Event, EventUid, ProviderCredential
from calendar_sync.models.contents import load_contents, save_contents
from calendar_sync.models.link import NOTHING_OPEN
from calendar_sync.models.marks import link_entry, mark_entry
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import check_access

MOST = 200


@dataclass(frozen=True)
class Archived:
    """One archived event."""

    id: int
    summary: str
    start: When
    end: When
    is_series: bool
    guests: int
    since: datetime


def archive_event(
    user: User, event_id: int, choice: Choice | None, now: datetime, revision: int | None = None
) -> MailQuestion | None:
    """Put one's own event out of sight, a series with all its dates."""
    check_access(user, EVENT, "unlink")
    event = visible(user, event_id)
    check_revision(event, revision)
    if not is_organized_by(event, user.pk):
        organizer = event.organizer_name or event.organizer_address
        words = f"Only {organizer}, the organizer, can archive this. You can remove it."
        raise ActionRefused("not_organizer", words)
    return remove(event, choice, now, revision, archived=True)


def unarchive_event(
    user: User, event_id: int, choice: Choice | None, now: datetime
) -> MailQuestion | None:
    """Bring it back as it was; at the provider it is made again, or was not cancelled yet."""
    check_access(user, EVENT, "write")
    event = _archived(user, event_id)
    asked = Ruling() if _stands_there(event, user) else _asked(event, user, choice, now)
    if asked.question:
        return asked.question
    with transaction.atomic():
        take_away(ProviderCredential.objects.filter(pairings__links__entry__event=event))
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if not (locked.archived and locked.deleted_at):
            raise NotVisible
        check_not_being_written(event)
        stands = _stands_there(event, user)
        locked.deleted_at, locked.archived, locked.updated_at = None, False, now
        contents = load_contents([locked])[locked.pk]
        if not stands:
            contents.put(anew(locked.components, target_of_new(user.pk)), people_at(()))
        save_contents([contents], now)
        if stands:
            _take_up(event)
        else:
            make_anew(event, user, asked, now)
        notify()
    return None


def delete_archived(user: User, event_id: int) -> None:
    """Into the trash, which is emptied one day."""
    check_access(user, EVENT, "unlink")
    event = _archived(user, event_id)
    Event.objects.filter(pk=event.pk).update(archived=False)


def archived_events(user: User) -> list[Archived]:
    """One's own archived events, the newest first."""
    check_access(user, EVENT, "read")
    rows = Event.objects.visible_to(user).in_archive().order_by("-deleted_at", "-pk")
    events = [event for event in rows[:MOST] if is_organized_by(event, user.pk)]
    found = load_contents(events)
    lines = []
    for event in events:
        start, end = (when_from_text(text) for text in event.components["when"])
        guests, since = len(found[event.pk].guests), event.deleted_at or timezone.now()
        line = Archived(event.pk, event.summary, start, end, event.is_series, guests, since)
        lines.append(line)
    return lines


def _archived(user: User, event_id: int) -> Event:
    """Raises NotVisible."""
    event = Event.objects.visible_to(user).in_archive().filter(pk=event_id).first()
    if event is None or not is_organized_by(event, user.pk):
        raise NotVisible
    return event


def _stands_there(event: Event, user: User) -> bool:
    """The cancellation waits, for its run or for a decision about mail."""
    own = main_links(event).filter(entry__calendar__owner=user.pk)
    return own.exclude(href="").exclude(state__in=LEFT_ALONE).exists()


def _asked(event: Event, user: User, choice: Choice | None, now: datetime) -> Ruling:
    target = target_of_new(user.pk)
    values = load_contents([event])[event.pk].properties()
    values |= anew(event.components, target)
    return ruling(Action.CREATE, target, values, choice, now, event.summary)


def _take_up(event: Event) -> None:
    """Nothing was cancelled: all copies go on as they were."""
    links = main_links(event)
    links.filter(state=LinkState.UNWANTED.value).update(state=LinkState.DIRTY.value)
    links.update(consent=None)
    for entry in Entry.objects.filter(event=event):
        mark_entry(entry)


def make_anew(event: Event, user: User, asked: Ruling, now: datetime) -> None:
    """Another object, and other copies of colleagues: what is left of the old ones is let go.

    Nobody is invited by accident: without an answer about mail, guests are kept back. Belongs
    into a transaction.
    """
    links = main_links(event)
    DirtyMark.objects.filter(link__in=links.values("pk")).delete()
    links.update(**NOTHING_OPEN, closed_at=now)
    Event.objects.filter(pk=event.pk).update(home=None)
    uids = EventUid.objects.filter(event=event)
    realm = uids.earliest("retired", "pk").realm
    uids.update(retired=True)
    uid = f"{uuid.uuid4()}@calendar-sync"
    EventUid.objects.create(uid=uid, realm=realm, event=event)
    entry = Entry.objects.filter(event=event, calendar__owner=user.pk, deleted_at=None).first()
    if entry is None:
        return
    contents = load_contents([event])[event.pk]
    held_back = bool(addresses(contents.properties())) and asked.consent is None
    entry.event = Event.objects.get(pk=event.pk)
    link = link_entry(entry, Guests.WITHHELD if held_back else Guests.SHARED)
    if link:
        link.consent = asked.consent.to_json() if asked.consent else None
        link.save(update_fields=["consent"])
        mark_entry(entry)
