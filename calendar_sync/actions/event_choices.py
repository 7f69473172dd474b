"""What only we know of an event: its kind, and whether its owner wants it kept in step at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions import series
from calendar_sync.actions.changing import EVENT, visible
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.event_kinds import kind_column
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.permissions import check_organizer
from calendar_sync.actions.series import Scope
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice
from calendar_sync.models import DirtyMark, Entry, Event
from calendar_sync.models.bulk import create_all
from calendar_sync.models.marks import links_of_events, mark_entry
from calendar_sync.security.access import check_access

CHOICES = frozenset({"kind", "kept_apart"})
"""They hold for all dates of a series, and no provider learns of them."""


def edit_with_choices(
    user: User,
    event_id: int,
    date: str,
    scope: Scope,
    changes: Mapping[str, Any],
    choice: Choice | None,
    now: datetime,
    revision: int | None = None,
) -> Event | MailQuestion:
    """`series.edit_dates`, and the choices among `changes`: all of it or nothing."""
    rest = {name: value for name, value in changes.items() if name not in CHOICES}
    choices = {name: changes[name] for name in changes.keys() & CHOICES}
    with transaction.atomic():
        changed = series.edit_dates(user, event_id, date, scope, rest, choice, now, revision)
        if choices and not isinstance(changed, MailQuestion):
            _put(user, changed, choices)
    return changed


def keep_apart(user: User, event_id: int, *, apart: bool) -> Event:
    """Do not keep this event of one's calendar in step, or do so again. Nothing is deleted."""
    check_access(user, EVENT, "write")
    event = visible(user, event_id)
    with transaction.atomic():
        _put(user, event, {"kept_apart": apart})
    return event


def _put(user: User, event: Event, choices: Mapping[str, Any]) -> None:
    locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if "kind" in choices:
        check_organizer(user, locked)
        locked.kind = kind_column(choices["kind"])
        locked.save(update_fields=["kind"])
        create_all(DirtyMark, [DirtyMark(link=link) for link in links_of_events([event.pk])])
    if "kept_apart" in choices:
        entry = Entry.objects.visible_to(user).filter(event=event, deleted_at=None).first()
        if entry is None:
            raise ActionRefused("not_in_calendar", "It is in no calendar of yours.")
        entry.kept_apart = choices["kept_apart"]
        entry.save(update_fields=["kept_apart"])
        mark_entry(entry)
    notify()
