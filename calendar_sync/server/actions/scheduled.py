"""The actions of the clock that the server itself brings."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from calendar_sync.server.models import LogInTries
from calendar_sync.server.registry import ScheduledFunction

TRIES_KEPT = timedelta(hours=1)


def forget_log_ins(now: datetime) -> str:
    sessions, _ = Session.objects.filter(expire_date__lte=now).delete()
    tries, _ = LogInTries.objects.filter(last_at__lte=now - TRIES_KEPT).delete()
    return f"{sessions} sessions, {tries} log-in tries"


SCHEDULED_ACTIONS: dict[str, ScheduledFunction] = {"res.users.forget_log_ins": forget_log_ins}
