"""Who works on which account: claims and releases. The lease in the row is the only truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Greatest

from ..engine.resting import WOKEN_BY_EDIT
from ..engine.sync import RESTING, Lease
from ..models import ProjectPace, ProviderCredential
from .django_transactions import repeatable

LEASE = timedelta(minutes=2)
"""How long an account is taken; everything kept, and every batch of writes, renews it."""

CLAIM = """
UPDATE calendar_sync_providercredential SET
    lease_fence = lease_fence + 1,
    lease_since = %(now)s,
    lease_until = %(until)s,
    lease_by = %(worker)s
WHERE id = (
    SELECT id FROM calendar_sync_providercredential
    WHERE (lease_until IS NULL OR lease_until <= %(now)s) AND {wanted}
    ORDER BY due_at, id LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING *, ARRAY(
    SELECT ARRAY[
        pairing.id::text, remote.canonical_id, remote.time_zone, calendar.is_default::text,
        COALESCE(listed.role, 'owner'), COALESCE(listed.owner, '')
    ]
    FROM calendar_sync_pairing pairing
    JOIN calendar_sync_calendar calendar ON calendar.id = pairing.calendar_id
    JOIN calendar_sync_remotecalendar remote ON remote.id = pairing.remote_calendar_id
    LEFT JOIN calendar_sync_listedcalendar listed
        ON listed.credential_id = pairing.credential_id
        AND listed.canonical_id = remote.canonical_id
    WHERE pairing.credential_id = calendar_sync_providercredential.id
        AND pairing.state = 'active'
    ORDER BY pairing.id
) AS paired
"""
# An edit makes its account due, unless the account is backing off. Problems mend without us.
# So does an errand that nobody has tried yet: a run under way when it was left knows nothing of it.
# Who has more to write than it may is due when it may; edits don't wake it before; if the whole
# project has written enough, nobody starts.
DUE = """
(reset IS NOT NULL OR state IN ('active', 'problem')) AND paused_at IS NULL
AND (%(provider)s IS NULL OR provider = %(provider)s)
AND NOT EXISTS (
    SELECT FROM calendar_sync_projectpace pace
    WHERE pace.provider = calendar_sync_providercredential.provider AND pace.open_at > %(now)s
)
AND (due_at <= %(now)s OR (errand IS NOT NULL AND errand_error = '') OR (
    failures = 0 AND (paced_until IS NULL OR due_at > paced_until) AND id IN (
    SELECT pairing.credential_id FROM calendar_sync_dirtymark mark
    JOIN calendar_sync_link link ON link.id = mark.link_id
    JOIN calendar_sync_pairing pairing ON pairing.id = link.pairing_id
    WHERE pairing.state = 'active' AND link.closed_at IS NULL
        AND (NOT link.state = ANY(%(resting)s) OR link.guard = ANY(%(woken)s))
)))
"""
THIS = "id = %(credential)s"


@dataclass(frozen=True, slots=True)
class PairedCalendar:
    """One pairing of a claimed account; `role` and `owner` as in `models.ListedCalendar`."""

    pairing_id: int
    canonical_id: str
    time_zone: str
    is_main: bool
    role: str
    owner: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A taken account: the right to work on it, its row, and its active pairings."""

    lease: Lease
    credential: ProviderCredential
    pairings: tuple[PairedCalendar, ...]


@repeatable
def claim(
    now: datetime,
    provider: str | None = None,
    credential_id: int | None = None,
    worker: str = "",
) -> Claim | None:
    """Take the account that is due longest, or this very one whatever its state; None: no luck.

    One statement. Accounts somebody works on are passed over without waiting.
    """
    statement = CLAIM.format(wanted=DUE if credential_id is None else THIS)
    values = {
        "now": now,
        "until": now + LEASE,
        "worker": worker,
        "provider": provider,
        "credential": credential_id,
        "resting": [state.value for state in RESTING],
        "woken": [guard.value for guard in WOKEN_BY_EDIT],
    }
    for row in ProviderCredential.objects.raw(statement, values):
        lease = Lease(str(row.pk), row.lease_fence, now + LEASE)
        paired = (
            PairedCalendar(int(key), name, zone, main == "true", role, owner)
            for key, name, zone, main, role, owner in row.paired
        )
        return Claim(lease, row, tuple(paired))
    return None


def renew_lease(lease: Lease, now: datetime) -> bool:
    """Lock the account until the transaction ends, and keep it longer; False: the lease is lost."""
    held = ProviderCredential.objects.filter(pk=lease.account, lease_fence=lease.fence)
    return held.update(lease_until=now + LEASE) == 1


def take_away(accounts: QuerySet[ProviderCredential]) -> None:
    """Whoever works on these accounts has lost them, and neither writes nor commits any more.

    Belongs into the transaction of a change that no run may come between.
    """
    accounts.update(lease_fence=F("lease_fence") + 1, lease_until=None)


@repeatable
def spend(provider: str, cost: timedelta, burst: timedelta, now: datetime) -> None:
    """Count what a run wrote against the share of a project; one statement.

    Both are times its bucket takes to fill: by what was written, and from empty to full.
    """
    rows = ProjectPace.objects.filter(provider=provider)
    if not rows.update(open_at=Greatest("open_at", Value(now - burst)) + cost):
        first = ProjectPace(provider=provider, open_at=now - burst + cost)
        ProjectPace.objects.bulk_create([first], ignore_conflicts=True)


@repeatable
def give_back(lease: Lease) -> None:
    """Leave the account as it was before the claim, in one statement."""
    held = ProviderCredential.objects.filter(pk=lease.account, lease_fence=lease.fence)
    held.update(lease_until=None, lease_by="")


@repeatable
def release(
    lease: Lease,
    now: datetime,
    due_at: datetime,
    *,
    failed: bool = False,
    paced_until: datetime | None = None,
    state: ProviderCredential.State | None = None,
    state_code: str = "",
    state_detail: str = "",
) -> bool:
    """Give the account back, due again at `due_at`, in one statement; False: it was lost before.

    A run asked for meanwhile is not forgotten: its earlier `due_at` stays.
    """
    asked = When(due_at__gt=F("lease_since"), due_at__lt=due_at, then=F("due_at"))
    changed: dict[str, Any] = {
        "lease_until": None,
        "lease_by": "",
        "due_at": Case(asked, default=Value(due_at)),
        "failures": F("failures") + 1 if failed else 0,
        "paced_until": paced_until,
    }
    if not failed:
        changed["last_synced_at"] = now
    if state is not None:
        changed |= {"state": state, "state_code": state_code, "state_since": now}
        changed["state_detail"] = state_detail
    held = ProviderCredential.objects.filter(pk=lease.account, lease_fence=lease.fence)
    return held.update(**changed) == 1
