"""The parts that every change of an event is made of: who may, what it comes to, storing it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import people_at
from calendar_sync.actions.errors import EditedMeanwhile, NotVisible
from calendar_sync.actions.invitations import invitations, people_among
from calendar_sync.actions.mail_question import (
    MailQuestion,
    Target,
    ruling,
    said_otherwise,
    target_of,
    target_of_new,
    unless_left_out,
)
from calendar_sync.actions.meeting_links import check_possible, kept, placed
from calendar_sync.actions.permissions import check_may_change, home_links, permission_of
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.event import when_from_text
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import (
    ANSWER,
    ATTENDEE,
    CATEGORY,
    PROPOSAL,
    UNANSWERED,
    Json,
    addresses,
    is_overlay,
)
from calendar_sync.engine.sync import Guests
from calendar_sync.models import Address, Entry, Event
from calendar_sync.models.contents import (
    COLUMNS,
    Contents,
    load_contents,
    put_overlay,
    save_contents,
)
from calendar_sync.models.marks import mark_dirty, mark_entry
from calendar_sync.models.roles import is_organized_by

EVENT = "calendar_sync.event"


def visible(user: User, event_id: int) -> Event:
    event = Event.objects.visible_to(user).alive().filter(pk=event_id).first()
    if event is None:
        raise NotVisible
    return event


def check_revision(event: Event, revision: int | None) -> None:
    """Asked before the mail question, and again under the lock."""
    if revision is not None and revision != event.revision:
        raise EditedMeanwhile


def change(
    user: User,
    event: Event,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    choice: Choice | None,
    now: datetime,
    revision: int | None,
) -> Event | MailQuestion:
    """Store what differs and mark the copies that carry it, or ask about mail first."""
    changed = differences(before, after)
    if not changed:
        return event
    check_may_change(user, event, before, changed)
    own = is_organized_by(event, user.pk)
    target = None if not own and all(map(is_overlay, changed)) else target_of(event)
    target = unless_left_out(target, after, str(event.kind_id or ""))
    check_possible(changed, target)
    shown = said_otherwise(target, before, changed)
    asked = ruling(Action.PATCH, target, shown, choice, now, event.summary, before)
    if asked.question:
        return asked.question
    with transaction.atomic():
        store(user, event.pk, changed, now, revision)
        record(event, asked.consent, now)
        if target is None and any(changed.get(ATTENDEE + each) for each in addresses(changed)):
            keep_back(event)
        mark_dirty(event, changed.keys(), user)
        notify()
    return visible(user, event.pk)


def differences(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, Json]:
    keys = sorted(before.keys() | after.keys())
    return {key: after.get(key) for key in keys if before.get(key) != after.get(key)}


def organizer_address(user: User, target: Target | None) -> str:
    """The address the provider will show as organizer, else the log-in."""
    if target:
        return target.pairing.credential.address
    mailboxes = Address.objects.exclude(source=Address.Source.CALENDAR)
    return min(mailboxes.of(user.pk), default="")


def with_answers(values: Mapping[str, Json]) -> dict[str, Json]:
    """Every guest has an answer, and nobody answers for a guest."""
    unanswered: Json = list(UNANSWERED)
    return {**values, **{ANSWER + address: unanswered for address in addresses(values)}}


def whole_times(changes: Mapping[str, Any], before: Mapping[str, Json]) -> dict[str, Any]:
    """A change of one end of the event needs the other end to be checked with it."""
    times = before["when"]
    if changes.keys().isdisjoint({"start", "end"}) or not isinstance(times, list):
        return dict(changes)
    start, end = (when_from_text(text) for text in times)
    return {"start": start, "end": end, **changes}


def edited(
    user: User,
    event: Event,
    before: Mapping[str, Json],
    typed: Mapping[str, Json],
    *,
    named: Collection[str],
) -> dict[str, Json]:
    """The event's properties after what was typed.

    The fields are `named`: guests and categories name all of them. Somebody who may not change
    the meeting can but add some.
    """
    typed = placed(typed, before)
    after = {**before, **typed}
    if "conference" in typed:
        after["conference"] = kept(before.get("conference"), typed["conference"])
    if "categories" in named:
        left = (key for key in before if key.startswith(CATEGORY) and key not in typed)
        after |= dict.fromkeys(left)
    if "guests" in named:
        host = user.pk if not event.organizer_address else event.organizer_user_id
        guests = invitations(typed, before, people_among(typed), host)
        guests.pop(ATTENDEE + event.organizer_address, None)
        gone = addresses(typed) | (
            addresses(before) if permission_of(user, event).change else set()
        )
        for address in gone:
            if ATTENDEE + address not in guests:
                after.pop(ATTENDEE + address, None)
                after.pop(ANSWER + address, None)
                after.pop(PROPOSAL + address, None)
        answered = {key: value for key, value in after.items() if key.startswith(ANSWER)}
        after = {**with_answers({**after, **guests}), **answered}
    if addresses(after) and not event.organizer_address:
        target = target_of(event) or target_of_new(user.pk)
        after["organizer"] = [organizer_address(user, target), str(getattr(user, "name", ""))]
    return {key: value for key, value in after.items() if value is not None}


def store(
    user: User,
    event_id: int,
    changed: Mapping[str, Json],
    now: datetime,
    revision: int | None,
) -> None:
    """Apply the changed properties onto the rows as they are now."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    check_revision(event, revision)
    entry = (
        Entry.objects.select_for_update(no_key=True)
        .filter(event=event, calendar__owner=user.pk)
        .first()
    )
    if entry and put_overlay(entry, changed):
        entry.updated_at = now
        entry.save(update_fields=[*COLUMNS, "personal", "updated_at"])
    shared = {key: value for key, value in changed.items() if not is_overlay(key)}
    if not shared:
        return
    contents: Contents = load_contents([event])[event.pk]
    contents.put(shared, people_at(addresses(shared)))
    if "organizer" in shared:  # the first guest makes whoever invites the organizer
        contents.event.organizer_user_id = user.pk
    contents.event.updated_at = now
    save_contents([contents], now)


def remove(
    event: Event,
    choice: Choice | None,
    now: datetime,
    revision: int | None,
    *,
    archived: bool,
) -> MailQuestion | None:
    """Into the trash, or the archive, for everybody; the provider's copies are cancelled."""
    asked = ruling(Action.DELETE, target_of(event), {}, choice, now, event.summary)
    if asked.question:
        return asked.question
    with transaction.atomic():
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        check_revision(locked, revision)
        locked.deleted_at, locked.archived = now, archived
        locked.revision += 1
        locked.save(update_fields=["deleted_at", "archived", "revision"])
        record(event, asked.consent, now)
        for entry in Entry.objects.filter(event=event):
            mark_entry(entry)
        notify()
    return None


def keep_back(event: Event) -> None:
    """Nobody was asked about mail: guests of what is not there yet wait for *Invite now*."""
    home_links(event).filter(href="", consent__isnull=True).update(guests=Guests.WITHHELD.value)


def record(
    event: Event, consent: Consent | None, now: datetime, guests: Guests | None = None
) -> None:
    """Put a person's decision on the home link; an unsent one before it still holds."""
    for link in home_links(event).select_for_update(no_key=True, of=("self",)):
        if consent:
            unsent = Consent.from_json(link.consent) if link.consent else None
            link.consent = (unsent.joined(consent, now) if unsent else consent).to_json()
        if guests:
            link.guests = guests.value
        link.save(update_fields=["consent", "guests"])
