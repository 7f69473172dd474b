"""Create, edit, move, answer and delete events: what a person does in the calendar.

A save that would mail somebody and about which nobody has decided returns a MailQuestion and saves
nothing. Nothing here waits for a provider: links are marked, and the worker does the rest.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import own_calendar, people_at
from calendar_sync.actions.drafts import EventDraft, checked
from calendar_sync.actions.errors import ActionRefused, EditedMeanwhile, NotVisible
from calendar_sync.actions.mail_question import (
    MailQuestion,
    Target,
    ruling,
    target_of,
    target_of_new,
)
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.event import PartStat, When, when_from_text
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import (
    ANSWER,
    ATTENDEE,
    UNANSWERED,
    Json,
    addresses,
    is_overlay,
)
from calendar_sync.engine.sync import Guests
from calendar_sync.models import Address, Attendee, Entry, Event, Link
from calendar_sync.models.contents import (
    COLUMNS,
    Contents,
    load_contents,
    put_overlay,
    save_contents,
)
from calendar_sync.models.creation import NewEvent, create_events
from calendar_sync.models.marks import link_entry, mark_dirty, mark_entry
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import check_access

EVENT = "calendar_sync.event"
SERIES = "This is a series. Series are read-only for now: change it at the provider."


def create_event(
    user: User, draft: EventDraft, choice: Choice | None, now: datetime
) -> Event | MailQuestion:
    """A new event in the user's calendar, on its way to where the calendar's events go."""
    check_access(user, EVENT, "create")
    typed = checked(asdict(draft))
    values: dict[str, Json] = {key: value for key, value in typed.items() if value is not None}
    target = target_of_new(user.pk)
    organizer = _organizer(user, target)
    values.pop(ATTENDEE + organizer, None)  # nobody invites himself
    values = _with_answers(values)
    if addresses(values):
        values["organizer"] = [organizer, str(getattr(user, "name", ""))]
    asked = ruling(Action.CREATE, target, values, choice, now, str(values.get("summary") or ""))
    if asked.question:
        return asked.question
    with transaction.atomic():
        calendar = own_calendar(user)
        new = NewEvent(calendar.pk, user.pk, f"{uuid.uuid4()}@calendar-sync", values, now)
        (entry,) = create_events([new], people_at(addresses(values)), now)
        link = link_entry(entry)
        if link and asked.consent:
            link.consent = asked.consent.to_json()
            link.save(update_fields=["consent"])
        mark_entry(entry)
        notify()
    return entry.event


def edit_event(
    user: User,
    event_id: int,
    changes: Mapping[str, Any],
    choice: Choice | None,
    now: datetime,
    revision: int | None = None,
) -> Event | MailQuestion:
    """Change fields of an event: all of them for its organizer, the own ones for a guest."""
    check_access(user, EVENT, "write")
    event = _visible(user, event_id)
    _check_revision(event, revision)
    contents = load_contents([event])[event.pk]
    entry = Entry.objects.visible_to(user).filter(event=event).first()
    before = contents.properties(entry)
    typed = checked(_whole_times(changes, before))
    after = _edited(user, event, before, typed, new_guests="guests" in changes)
    changed = {
        key: after.get(key)
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }
    if not changed:
        return event
    _check_may_change(user, event, changed)
    target = target_of(event) if is_organized_by(event, user.pk) else None
    asked = ruling(Action.PATCH, target, changed, choice, now, event.summary)
    if asked.question:
        return asked.question
    with transaction.atomic():
        _store(user, event_id, changed, now, revision)
        _record(event, asked.consent)
        mark_dirty(event, changed.keys(), user)
        notify()
    return _visible(user, event_id)


def move_event(
    user: User, event_id: int, start: When, end: When, choice: Choice | None, now: datetime
) -> Event | MailQuestion:
    """Another time, nothing else; what dragging a card does."""
    return edit_event(user, event_id, {"start": start, "end": end}, choice, now)


def delete_event(
    user: User,
    event_id: int,
    choice: Choice | None,
    now: datetime,
    revision: int | None = None,
) -> MailQuestion | None:
    """Remove for everybody what the user organizes; a guest declines instead."""
    check_access(user, EVENT, "unlink")
    event = _visible(user, event_id)
    _check_revision(event, revision)
    _check_single(event)
    if not is_organized_by(event, user.pk):
        answer_event(user, event_id, PartStat.DECLINED, now)
        return None
    asked = ruling(Action.DELETE, target_of(event), {}, choice, now, event.summary)
    if asked.question:
        return asked.question
    with transaction.atomic():
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        _check_revision(locked, revision)
        locked.deleted_at = now
        locked.revision += 1
        locked.save(update_fields=["deleted_at", "revision"])
        _record(event, asked.consent)
        for entry in Entry.objects.filter(event=event):
            mark_entry(entry)
        notify()
    return None


def answer_event(user: User, event_id: int, partstat: PartStat, now: datetime) -> Event:
    """Yes, maybe or no of a guest; the organizer's provider tells the organizer once."""
    check_access(user, EVENT, "write")
    event = _visible(user, event_id)
    _check_single(event)
    mine = Attendee.objects.filter(event=event, user=user.pk).order_by("pk")
    with transaction.atomic():
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        rows = list(mine.exclude(partstat=partstat.value))
        if not rows and not mine.exists():
            raise ActionRefused("not_invited", "You are not invited to this event.")
        for row in rows:
            row.partstat = partstat.value
            row.save(update_fields=["partstat"])
        if rows:
            mine_here = Entry.objects.filter(event=event, calendar__owner=user.pk)
            mine_here.update(updated_at=now)
            mark_dirty(event, [ANSWER + row.address for row in rows], user)
            notify()
    return event


def invite_now(
    user: User, event_id: int, choice: Choice | None, now: datetime
) -> Event | MailQuestion:
    """Give the provider the guests that were kept back, and let it mail them."""
    check_access(user, EVENT, "write")
    event = _visible(user, event_id)
    _check_may_change(user, event, {"summary": None})
    target = target_of(event)
    if target is None:
        raise ActionRefused("not_connected", "Connect or restart your calendar first.")
    contents = load_contents([event])[event.pk]
    guests = {k: v for k, v in contents.properties().items() if k.startswith((ATTENDEE, ANSWER))}
    shared = replace(target, guests=Guests.SHARED)
    asked = ruling(Action.PATCH, shared, guests, choice, now, event.summary)
    if asked.question:
        return asked.question
    with transaction.atomic():
        _record(event, asked.consent, guests=Guests.SHARED)
        mark_dirty(event, guests.keys(), user)
        notify()
    return event


# --- the parts of a change


def _visible(user: User, event_id: int) -> Event:
    event = Event.objects.visible_to(user).alive().filter(pk=event_id).first()
    if event is None:
        raise NotVisible
    return event


def _check_revision(event: Event, revision: int | None) -> None:
    """Asked before the mail question, and again under the lock."""
    if revision is not None and revision != event.revision:
        raise EditedMeanwhile


def _check_single(event: Event) -> None:
    if event.is_series:
        raise ActionRefused("series", SERIES)


def _check_may_change(user: User, event: Event, changed: Mapping[str, Json]) -> None:
    _check_single(event)
    if all(map(is_overlay, changed)) or is_organized_by(event, user.pk):
        return
    organizer = event.organizer_name or event.organizer_address
    raise ActionRefused("not_organizer", f"Only {organizer}, the organizer, can change this.")


def _organizer(user: User, target: Target | None) -> str:
    """The address the provider will show as organizer, else the log-in."""
    if target:
        return target.pairing.credential.address
    return min(Address.objects.of(user.pk), default="")


def _with_answers(values: Mapping[str, Json]) -> dict[str, Json]:
    """Every guest has an answer, and nobody answers for a guest."""
    unanswered: Json = list(UNANSWERED)
    return {**values, **{ANSWER + address: unanswered for address in addresses(values)}}


def _whole_times(changes: Mapping[str, Any], before: Mapping[str, Json]) -> dict[str, Any]:
    """A change of one end of the event needs the other end to be checked with it."""
    times = before["when"]
    if changes.keys().isdisjoint({"start", "end"}) or not isinstance(times, list):
        return dict(changes)
    start, end = (when_from_text(text) for text in times)
    return {"start": start, "end": end, **changes}


def _edited(
    user: User,
    event: Event,
    before: Mapping[str, Json],
    typed: Mapping[str, Json],
    *,
    new_guests: bool,
) -> dict[str, Json]:
    """The event's properties after what was typed; with `new_guests` it names all guests."""
    after = {**before, **typed}
    if new_guests:
        own = Address.objects.of(user.pk) | {event.organizer_address}
        invited = addresses(typed) - own
        gone = addresses(before) - invited
        for address in gone | own:
            after.pop(ATTENDEE + address, None)
            after.pop(ANSWER + address, None)
        for address in invited & addresses(before):
            after[ATTENDEE + address] = before[ATTENDEE + address]  # the name it has stays
        after = {**_with_answers(after), **{k: v for k, v in after.items() if k in before}}
    if addresses(after) and not event.organizer_address:
        target = target_of(event) or target_of_new(user.pk)
        after["organizer"] = [_organizer(user, target), str(getattr(user, "name", ""))]
    return {key: value for key, value in after.items() if value is not None}


def _store(
    user: User,
    event_id: int,
    changed: Mapping[str, Json],
    now: datetime,
    revision: int | None,
) -> None:
    """Apply the changed properties onto the rows as they are now."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    _check_revision(event, revision)
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


def _record(event: Event, consent: Consent | None, guests: Guests | None = None) -> None:
    """Put a person's decision on the home link; an unsent one before it still holds."""
    links = Link.objects.open().filter(entry__event=event, kind=Link.Kind.MAIN)
    for link in links.select_for_update(no_key=True).filter(
        pairing__calendar__owner=event.organizer_user_id or 0
    ):
        if consent:
            unsent = Consent.from_json(link.consent) if link.consent else None
            link.consent = (unsent.joined(consent) if unsent else consent).to_json()
        if guests:
            link.guests = guests.value
        link.save(update_fields=["consent", "guests"])
