"""Create, edit, move, answer and delete events: what a person does in the calendar.

A save that would mail somebody and about which nobody has decided returns a MailQuestion and saves
nothing. Nothing here waits for a provider: links are marked, and the worker does the rest.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import calendar_for_new
from calendar_sync.actions.changing import (
    EVENT,
    change,
    check_revision,
    edited,
    organizer_address,
    record,
    remove,
    visible,
    whole_times,
    with_answers,
)
from calendar_sync.actions.drafts import EventDraft, checked
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.event_kinds import kind_column
from calendar_sync.actions.invitations import invitations, people_among
from calendar_sync.actions.mail_question import (
    MailQuestion,
    guests_going,
    ruling,
    target_of,
    target_of_new,
    unless_left_out,
)
from calendar_sync.actions.meeting_links import check_possible, placed
from calendar_sync.actions.permissions import check_organizer
from calendar_sync.actions.repeating import repeated
from calendar_sync.actions.replying import reply, say_quietly
from calendar_sync.actions.special_drafts import fitted, place_of_special
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat, When
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import (
    ANSWER,
    ATTENDEE,
    PROPOSAL,
    Json,
)
from calendar_sync.engine.sync import Guests
from calendar_sync.models import Attendee, Entry, Event
from calendar_sync.models.contents import (
    load_contents,
)
from calendar_sync.models.creation import NewEvent, create_events
from calendar_sync.models.marks import link_entry, mark_dirty, mark_entry
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import check_access


def create_event(
    user: User, draft: EventDraft, choice: Choice | None, now: datetime
) -> Event | MailQuestion:
    """A new event in the user's calendar, on its way to where the calendar's events go."""
    check_access(user, EVENT, "create")
    typed = placed(checked(vars(draft)), {})
    values: dict[str, Json] = {key: value for key, value in typed.items() if value is not None}
    calendar, target = (
        place_of_special(user)
        if values.get("special")
        else (calendar_for_new(user), target_of_new(user.pk))
    )
    values = fitted(values, {})
    people = people_among(values)
    guests = invitations(values, {}, people, user.pk)
    values = {key: each for key, each in values.items() if not key.startswith(ATTENDEE)}
    values = with_answers({**values, **guests})
    if guests:
        values["organizer"] = [organizer_address(user, target), str(getattr(user, "name", ""))]
    if draft.recurrence:
        values = repeated(values, draft.recurrence)
    check_possible(values, target)
    kind = kind_column(draft.kind)
    asking = unless_left_out(target, values, draft.kind, apart=draft.kept_apart)
    asked = ruling(Action.CREATE, asking, values, choice, now, str(values.get("summary") or ""))
    if asked.question:
        return asked.question
    with transaction.atomic():
        uid, kind_id = f"{uuid.uuid4()}@calendar-sync", kind.pk if kind else None
        new = NewEvent(calendar.pk, user.pk, uid, values, now, kind_id=kind_id)
        new = replace(new, kept_apart=draft.kept_apart)
        (entry,) = create_events([new], people, now)
        link = link_entry(entry, guests_going(values, asking))
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
    """Change fields of an event: all of them for its organizer, the own ones for a guest.

    One that repeats is changed by `series.edit_dates`; `recurrence` makes it one.
    """
    check_access(user, EVENT, "write")
    event = visible(user, event_id)
    check_revision(event, revision)
    if event.is_series:
        raise ActionRefused("scope_missing", "This event repeats: say which dates you mean.")
    contents = load_contents([event])[event.pk]
    entry = Entry.objects.visible_to(user).filter(event=event).first()
    before = contents.properties(entry)
    typed = checked(whole_times(changes, before), before)
    after = fitted(edited(user, event, before, typed, named=changes), before)
    if changes.get("recurrence"):
        after = repeated(after, changes["recurrence"])
    return change(user, event, before, after, choice, now, revision)


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
    event = visible(user, event_id)
    check_revision(event, revision)
    if not is_organized_by(event, user.pk):
        answer_event(user, event_id, PartStat.DECLINED, now)
        return None
    return remove(event, choice, now, revision, archived=False)


def answer_event(
    user: User,
    event_id: int,
    partstat: PartStat,
    now: datetime,
    *,
    comment: str | None = None,
    tell: bool = True,
) -> Event:
    """Yes, maybe or no of a guest; the organizer's provider tells the organizer once.

    `comment` None: the one given with this answer before stays. With `tell` off the organizer's
    calendar shows the answer, and no mail is sent; a comment is then lost at Outlook.
    """
    check_access(user, EVENT, "write")
    event = visible(user, event_id)
    mine = Attendee.objects.filter(event=event, user=user.pk).order_by("pk")
    with transaction.atomic():
        locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        own = list(mine)
        if not own:
            raise ActionRefused("not_invited", "You are not invited to this event.")
        given = {row.pk: reply(partstat, comment, [row.partstat, row.comment]) for row in own}
        rows = [row for row in own if given[row.pk] != (row.partstat, row.comment)]
        for row in rows:
            row.partstat, row.comment = given[row.pk]
            row.save(update_fields=["partstat", "comment"])
            if locked.components.pop(PROPOSAL + row.address, None):
                locked.save(update_fields=["components"])
        if rows:
            mine_here = Entry.objects.filter(event=event, calendar__owner=user.pk)
            mine_here.update(updated_at=now)
            mark_dirty(event, [ANSWER + row.address for row in rows], user)
            say_quietly(user, event, now, quiet=not tell)
            notify()
    return event


def invite_now(
    user: User, event_id: int, choice: Choice | None, now: datetime
) -> Event | MailQuestion:
    """Give the provider the guests that were kept back, and let it mail them."""
    check_access(user, EVENT, "write")
    event = visible(user, event_id)
    check_organizer(user, event)
    target = target_of(event)
    if target is None:
        raise ActionRefused("not_connected", "Connect or restart your calendar first.")
    values = load_contents([event])[event.pk].properties()
    guests = {k: v for k, v in values.items() if k.startswith((ATTENDEE, ANSWER))}
    shared = replace(target, guests=Guests.SHARED)
    asked = ruling(Action.PATCH, shared, guests, choice, now, event.summary, values)
    if asked.question:
        return asked.question
    with transaction.atomic():
        record(event, asked.consent, now, guests=Guests.SHARED)
        mark_dirty(event, guests.keys(), user)
        notify()
    return event
