"""Tell the workers that there is something to do: seconds instead of the next interval."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Greatest

from calendar_sync.models import ProviderCredential

CHANNEL = "calendar_sync_work"
REST = timedelta(seconds=2)
"""Between the end of a run and the next one that a provider asks for: its calls come in bursts."""


def wake(credential_id: int, now: datetime) -> None:
    """Make one account due, whatever it waits for: a person pressed the button."""
    ProviderCredential.objects.filter(pk=credential_id).update(due_at=now, failures=0)
    notify()


def make_due(credential_id: int, now: datetime) -> bool:
    """A provider says that something changed there; False: the account is due already, or rests.

    A run that is under way may have read before the change, so it is followed by another. Whoever
    backs off, is stopped or paused goes on as he did.
    """
    since = Q(lease_until__gt=now, due_at__lte=F("lease_since"))
    rows = ProviderCredential.objects.usable().filter(pk=credential_id, failures=0)
    soon = Greatest(
        Value(now, DateTimeField()), F("last_synced_at") + REST, output_field=DateTimeField()
    )
    return rows.filter(since | Q(due_at__gt=soon)).update(due_at=soon) > 0


def notify() -> None:
    """PostgreSQL delivers it when the transaction commits, and never before.

    After an edit this is all: its mark makes the account due (`hosts.django_lease`), unless the
    account is backing off; an edit is no reason to press on a provider that asked to be left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
