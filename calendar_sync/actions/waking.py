"""Tell the workers that there is something to do: seconds instead of the next interval."""

from datetime import datetime

from django.db import connection

from calendar_sync.models import ProviderCredential

CHANNEL = "calendar_sync_work"


def wake(credential_id: int, now: datetime) -> None:
    """Make one account due, whatever it waits for: a person pressed the button."""
    ProviderCredential.objects.filter(pk=credential_id).update(due_at=now, failures=0)
    notify()


def notify() -> None:
    """PostgreSQL delivers it when the transaction commits, and never before.

    After an edit this is all: its mark makes the account due (`hosts.django_lease`), unless the
    account is backing off; an edit is no reason to press on a provider that asked to be left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
