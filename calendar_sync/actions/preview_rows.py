"""A preview is asked for, and forgotten; whoever holds the account's lease makes it."""

from datetime import datetime

from django.db.models import F

from calendar_sync.actions.waking import notify
from calendar_sync.models import Preview, PreviewedAct, ProviderCredential

State = ProviderCredential.State
WAITS = (State.CONNECTING, State.STOPPED)
"""States in which nothing happens until its person has looked at the preview."""


def ask_for_preview(credential_id: int, now: datetime, unshown: int = 0) -> None:
    """Have it made anew; what was shown before is no longer agreed to."""
    Preview.objects.get_or_create(credential_id=credential_id, defaults={"number": 0})
    PreviewedAct.objects.filter(preview__credential=credential_id).delete()
    Preview.objects.filter(credential=credential_id).update(
        number=F("number") + 1,
        due_at=now,
        read=0,
        made_at=None,
        error_code="",
        unshown=unshown,
        left_out=[],
        applied_at=None,
    )
    notify()


def forget_preview(credential_id: int) -> None:
    Preview.objects.filter(credential=credential_id).delete()
