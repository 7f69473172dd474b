"""Edit, cancel and answer a series: one date, it and those that follow, or all of them.

What an edit means is `engine.series`; here it is asked, stored and marked as any other change.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import own_calendar, people_at
from calendar_sync.actions.changing import (
    EVENT,
    change,
    check_revision,
    differences,
    edited,
    record,
    store,
    visible,
    whole_times,
)
from calendar_sync.actions.date_guests import within
from calendar_sync.actions.drafts import checked
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.actions.events import answer_event, delete_event, edit_event
from calendar_sync.actions.mail_question import (
    MailQuestion,
    Ruling,
    guests_going,
    ruling,
    target_of,
    target_of_new,
)
from calendar_sync.actions.meeting_links import check_possible
from calendar_sync.actions.permissions import check_organizer
from calendar_sync.actions.repeating import RULE_OF_ONE_DATE, named_date, refusal, refusing, ruled
from calendar_sync.actions.replying import reply, say_quietly
from calendar_sync.actions.special_drafts import fitted
from calendar_sync.actions.waking import notify
from calendar_sync.engine import event as content
from calendar_sync.engine import series
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.dates import of_series
from calendar_sync.engine.event import CalendarObject, PartStat, When, when_from_text
from calendar_sync.engine.moves import SeriesRefused
from calendar_sync.engine.occurrences import date_name
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import (
    ANSWER,
    AT,
    ATTENDEE,
    Json,
    Properties,
    addresses,
    everybody,
    is_overlay,
    object_of,
    properties,
)
from calendar_sync.engine.scope import seen_alone
from calendar_sync.models import Address, Attendee, Calendar, Entry, Event
from calendar_sync.models.contents import COLUMNS, load_contents, put_overlay
from calendar_sync.models.creation import NewEvent, create_events
from calendar_sync.models.marks import link_entry, mark_dirty, mark_entry
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import check_access


class Scope(StrEnum):
    """Which dates of a series a change means."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


def edit_dates(
    user: User,
    event_id: int,
    date: str,
    scope: Scope,
    changes: Mapping[str, Any],
    choice: Choice | None,
    now: datetime,
    revision: int | None = None,
) -> Event | MailQuestion:
    """Change what is shown on one date, for the dates that `scope` says.

    `date`: as `EventCard.date` names it; all dates need none, and a single event has none.
    `changes` as `edit_event` takes them, and `recurrence`: the RRULE lines from then on, none for
    an event that repeats no more. Raises ActionRefused.
    """
    check_access(user, EVENT, "write")
    event = visible(user, event_id)
    if not event.is_series:
        return edit_event(user, event_id, changes, choice, now, revision)
    check_revision(event, revision)
    date, scope = _as_invited(user, event, date, scope)
    _check_named(date, scope)
    before = _properties(user, event)
    obj = object_of("", before)
    typed = dict(changes)
    lines = typed.pop("recurrence", None)
    if lines is not None and scope is Scope.THIS:
        raise Invalid({"recurrence": RULE_OF_ONE_DATE})
    with refusing():
        when = named_date(obj, date)
        shown = properties(CalendarObject("", series.event_at(obj, when)))
        values = checked(whole_times(typed, shown), shown)
        after = fitted(edited(user, event, shown, values, named=typed), shown)
        parts = _parts(obj, when, object_of("", after).event, scope)
    if lines is not None:
        parts = replace(parts, after=ruled(parts.after, lines))
    if parts.before is None:
        return change(user, event, before, properties(parts.after), choice, now, revision)
    return _divide(user, event, before, parts, choice, now, revision)


def delete_dates(
    user: User,
    event_id: int,
    date: str,
    scope: Scope,
    choice: Choice | None,
    now: datetime,
    revision: int | None = None,
) -> MailQuestion | None:
    """Take one date, it and those that follow, or the whole series out of the calendar.

    A guest declines them instead.
    """
    check_access(user, EVENT, "unlink")
    event = visible(user, event_id)
    if not event.is_series:
        return delete_event(user, event_id, choice, now, revision)
    check_revision(event, revision)
    _check_named(date, scope)
    if not is_organized_by(event, user.pk):
        answer_dates(user, event_id, date, scope, PartStat.DECLINED, now)
        return None
    before = _properties(user, event)
    obj = object_of("", before)
    if scope is Scope.ALL:
        return delete_event(user, event_id, choice, now, revision)
    take = series.cancel_date if scope is Scope.THIS else series.cut
    try:
        with refusing():
            left = take(obj, named_date(obj, date))
    except ActionRefused as refused:
        if refused.code != "series_nothing_left":
            raise
        return delete_event(user, event_id, choice, now, revision)
    result = change(user, event, before, properties(left), choice, now, revision)
    if not isinstance(result, MailQuestion):
        return None
    told = tuple(sorted({*result.updates, *result.cancellations}))
    return replace(result, kind="cancel", updates=(), cancellations=told)


def answer_dates(
    user: User,
    event_id: int,
    date: str,
    scope: Scope,
    partstat: PartStat,
    now: datetime,
    *,
    comment: str | None = None,
    tell: bool = True,
) -> Event:
    """Yes, maybe or no of a guest, for one date or for all; guests of some dates answer those."""
    check_access(user, EVENT, "write")
    event = visible(user, event_id)
    entry = Entry.objects.visible_to(user).filter(event=event).first()
    dates = entry.scope if entry else []
    if not event.is_series or (scope is not Scope.THIS and not dates):
        return answer_event(user, event_id, partstat, now, comment=comment, tell=tell)
    before = load_contents([event])[event.pk].properties(entry)
    obj = object_of("", before)
    if scope is Scope.THIS and (date or not dates):
        _check_named(date, scope)
        dates = [_named(obj, date)]
    invited = Attendee.objects.filter(event=event, user=user.pk).values_list("address", flat=True)
    own = set(invited) or Address.objects.of(user.pk)
    given = _replies(before, dates, own, partstat, comment)
    if not given:
        raise ActionRefused("not_invited", "You are not invited to this event.")
    changed = {key: value for key, value in given.items() if before.get(key) != value}
    if not changed:
        return event
    with transaction.atomic():
        store(user, event_id, changed, now, None)
        Entry.objects.filter(event=event, calendar__owner=user.pk).update(updated_at=now)
        mark_dirty(event, changed.keys(), user)
        say_quietly(user, event, now, quiet=not tell)
        notify()
    return visible(user, event_id)


def _named(obj: CalendarObject, date: str) -> str:
    """How keys name that date."""
    with refusing():
        return date_name(named_date(obj, date), obj.event.start)


def _replies(
    before: Properties,
    dates: Collection[str],
    own: Collection[str],
    partstat: PartStat,
    comment: str | None,
) -> dict[str, Json]:
    """The answers to these dates, from each address that is invited to them."""
    shown = {date: seen_alone(before, date) or {} for date in dates}
    return {
        f"{AT}{date}:{ANSWER}{address}": _replied(
            shown[date].get(ANSWER + address), partstat, comment
        )
        for date in dates
        for address in own
        if ATTENDEE + address in shown[date]
    }


def _replied(before: Json, partstat: PartStat, comment: str | None) -> Json:
    return [*reply(partstat, comment, before if isinstance(before, list) else []), 0]


# --- what an edit comes to


def _properties(user: User, event: Event) -> dict[str, Json]:
    """As this person sees it; a series, or what becomes one."""
    entry = Entry.objects.visible_to(user).filter(event=event).first()
    return load_contents([event])[event.pk].properties(entry)


def _as_invited(user: User, event: Event, date: str, scope: Scope) -> tuple[str, Scope]:
    """Who is invited to single dates changes what he has of one of these. Raises ActionRefused."""
    entry = Entry.objects.visible_to(user).filter(event=event).first()
    if entry is None or not entry.scope:
        return date, scope
    named = within(entry.scope, date, when_from_text(event.components["when"][0]))
    if date not in {"", named}:
        raise refusal(SeriesRefused("no_date"))
    return named, Scope.THIS


def _check_named(date: str, scope: Scope) -> None:
    if not date and scope is not Scope.ALL:
        raise ActionRefused("date_missing", "Say which date of the series you mean.")


def _parts(obj: CalendarObject, when: When, after: content.Event, scope: Scope) -> series.Split:
    if scope is Scope.THIS:
        return series.Split(None, series.change_date(obj, when, after))
    if scope is Scope.ALL:
        return series.Split(None, series.change_all(obj, when, after))
    return series.change_following(obj, when, after, f"{uuid.uuid4()}@calendar-sync")


# --- storing it


def _divide(
    user: User,
    event: Event,
    before: Properties,
    parts: series.Split,
    choice: Choice | None,
    now: datetime,
    revision: int | None,
) -> Event | MailQuestion:
    """The event ends before the date, and a new one goes on from there; both or none.

    The new one is made first at the provider: it has no href yet, and such writes go first.
    """
    first = properties(parts.before) if parts.before else {}
    trimmed, later = differences(before, first), properties(parts.after)
    if any(not is_overlay(key) for key in trimmed):
        check_organizer(user, event)
    home = target_of(event)
    check_possible(differences(before, later), home)
    old = ruling(Action.PATCH, home, trimmed, choice, now, event.summary, before)
    calendar = _calendar_of(user, event)
    target = target_of_new(user.pk, calendar.pk) if addresses(later) else None
    new = ruling(Action.CREATE, target, later, choice, now, event.summary)
    if question := _one_question(old, new):
        return question
    with transaction.atomic():
        store(user, event.pk, trimmed, now, revision)
        record(event, old.consent, now)
        mark_dirty(event, trimmed.keys(), user)
        made = _like(event, NewEvent(calendar.pk, user.pk, parts.after.uid, later, now))
        (entry,) = create_events([made], people_at(everybody(later)), now)
        Event.objects.filter(pk=entry.event_id).update(predecessor=event)
        _carry_overlays(event, entry.event)
        link = link_entry(entry, guests_going(later, target))
        if link and new.consent:
            link.consent = new.consent.to_json()
            link.save(update_fields=["consent"])
        mark_entry(entry)
        notify()
    return visible(user, entry.event_id)


def _like(event: Event, new: NewEvent) -> NewEvent:
    """Of the same kind, and kept apart if this one is."""
    entries = Entry.objects.filter(event=event, calendar=new.calendar_id)
    apart = entries.filter(kept_apart=True).exists()
    return replace(new, kind_id=event.kind_id, kept_apart=apart)


def _calendar_of(user: User, event: Event) -> Calendar:
    """The calendar that this person has the event in: where it lives, if it is his own."""
    homes = Calendar.objects.visible_to(user).filter(entries__event=event, pairings=event.home_id)
    return homes.first() or own_calendar(user)


def _one_question(old: Ruling, new: Ruling) -> MailQuestion | None:
    """Whom both halves would mail, asked once."""
    asked = [each.question for each in (old, new) if each.question]
    if not asked:
        return None
    told = {address for each in asked for address in (*each.updates, *each.invitations)}
    gone = {address for each in asked for address in each.cancellations} - told
    return replace(
        asked[0],
        kind="update",
        updates=tuple(sorted(told)),
        invitations=(),
        cancellations=tuple(sorted(gone)),
        dates=sum(each.dates for each in asked),
    )


def _carry_overlays(event: Event, successor: Event) -> None:
    """What everybody has set on the series for himself holds for its second half too."""
    kept = {entry.calendar_id: entry for entry in Entry.objects.filter(event=event)}
    made = Entry.objects.filter(event=successor)
    for entry in made.exclude(calendar__owner=successor.organizer_user_id or 0):
        if old := kept.get(entry.calendar_id):
            put_overlay(entry, of_series(old.personal | {k: getattr(old, k) for k in COLUMNS}))
            entry.save(update_fields=[*COLUMNS, "personal"])
