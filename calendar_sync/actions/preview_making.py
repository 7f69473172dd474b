"""A worker's turn at a preview: read everything there, write nothing on either side."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from calendar_sync.actions.accounts import refreshed_token
from calendar_sync.actions.configuration import provider_session
from calendar_sync.actions.sync import collection_of
from calendar_sync.engine.errors import Retryable, SyncError
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.run import preview
from calendar_sync.engine.showing import Preview as Shown
from calendar_sync.hosts.django_lease import LEASE, Claim, claim, give_back, renew_lease
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.hosts.django_preview import keep_shown, left_out_json
from calendar_sync.models import Preview
from calendar_sync.providers.http import Session

TRIED_AGAIN = timedelta(seconds=15)
Made = list[tuple[int, Shown]]
"""What would happen, by pairing."""


def preview_next(clock: Clock, worker: str = "") -> bool:
    """Make the preview that waits longest; False: none waits."""
    now = clock.now()
    idle = Q(credential__lease_until=None) | Q(credential__lease_until__lte=now)
    waiting = Preview.objects.filter(idle, due_at__lte=now, credential__reset__isnull=True)
    waiting = waiting.filter(credential__paused_at=None).order_by("due_at", "pk")
    key = waiting.values_list("credential", flat=True).first()
    claimed = claim(now, credential_id=key, worker=worker) if key else None
    if claimed is None:
        return False
    asked = Preview.objects.filter(credential=claimed.credential).first()
    if asked:
        _make(claimed, asked, clock)
    give_back(claimed.lease)
    return True


def previews_of(
    claimed: Claim, session: Session, progress: Callable[[int], bool] = lambda _read: True
) -> Made | None:
    """Of all calendars of a claimed account. None: the lease is lost. Raises SyncError."""
    made: Made = []
    before = 0
    for paired in claimed.pairings:
        read = 0

        def told(count: int, before: int = before) -> bool:
            nonlocal read
            read = count
            return progress(before + count)

        host = DjangoHost(paired.pairing_id, session.clock)
        remote = collection_of(claimed, paired, session)
        shown = preview(claimed.lease, host, remote, session.clock, told)
        if shown is None:
            return None
        made.append((paired.pairing_id, shown))
        before += read
    return made


def _make(claimed: Claim, asked: Preview, clock: Clock) -> None:
    """Keep it, unless it was asked for once more meanwhile."""
    session = provider_session(
        clock, claimed.lease.until, refreshed_token(claimed.credential, clock)
    )
    rows = Preview.objects.filter(pk=asked.pk, number=asked.number)

    def progress(read: int) -> bool:
        """A long reading keeps its lease, and so the time in which requests may start."""
        held = renew_lease(claimed.lease, clock.now())
        if held:
            session.until = clock.now() + LEASE
            rows.update(read=read)
        return held

    try:
        made = previews_of(claimed, session, progress)
    except SyncError as error:
        again = max(TRIED_AGAIN, getattr(error, "retry_after", None) or TRIED_AGAIN)
        due = clock.now() + again if isinstance(error, Retryable) else None
        rows.update(error_code=error.code, due_at=due)
        return
    with transaction.atomic():
        if made is None or not renew_lease(claimed.lease, clock.now()):
            return
        found = {"made_at": clock.now(), "due_at": None, "error_code": ""}
        if rows.update(**found, left_out=left_out_json(shown for _, shown in made)):
            for pairing_id, shown in made:
                keep_shown(asked, pairing_id, shown)
