"""Runs scheduled actions when they are due. The worker calls `run_due`; the page, `run_manually`.

Several workers may call at once: each row is claimed in a short transaction and run outside of any.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from calendar_sync.security.access import Actor, check_access
from calendar_sync.server.models import ScheduledAction
from calendar_sync.server.registry import scheduled_actions

# Whoever claimed a row and died gives it up after this; a running action takes seconds.
LEASE = timedelta(minutes=10)
FAILED = "Failed. The server's log says why."


@dataclass(frozen=True)
class Outcome:
    name: str
    result: str


def run_due(now: datetime) -> list[Outcome]:
    """Run what is due, each row once, and tell what came of it.

    An action's own exception goes through to the caller, after the row was given its next call and
    the result `FAILED`; the other rows wait for the next call of this function.
    """
    outcomes = []
    while action := _claim(now):
        outcomes.append(_run(action, now))
    return outcomes


def run_manually(pk: int, user: Actor, now: datetime) -> Outcome | None:
    """Run one action now, also one that is switched off; None while somebody else runs it.

    Raises AccessDenied, ScheduledAction.DoesNotExist, and what the action raises.
    """
    check_access(user, "ir.cron", "write")
    action = _claim(now, pk)
    return _run(action, now) if action else None


def switch(action: ScheduledAction, user: Actor, *, active: bool) -> None:
    """Raises AccessDenied."""
    check_access(user, "ir.cron", "write")
    action.active = active
    action.save(update_fields=["active"])


@transaction.atomic
def _claim(now: datetime, pk: int | None = None) -> ScheduledAction | None:
    rows = ScheduledAction.objects.select_for_update(skip_locked=True)
    if pk is None:
        action = rows.due(now).first()
    else:
        ScheduledAction.objects.only("pk").get(pk=pk)
        action = rows.idle(now).filter(pk=pk).first()
    if action:
        action.leased_until = now + LEASE
        action.save(update_fields=["leased_until"])
    return action


def _run(action: ScheduledAction, now: datetime) -> Outcome:
    result = FAILED
    try:
        result = scheduled_actions()[action.key](now)
    finally:
        action.lastcall, action.nextcall = now, action.after(now)
        action.result, action.leased_until = result, None
        action.save(update_fields=["lastcall", "nextcall", "result", "leased_until"])
    return Outcome(action.name, result)
