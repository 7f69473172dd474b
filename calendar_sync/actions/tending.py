"""When channels are looked after: what is marked, by whom, and a worker's turn at it."""

from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q

from calendar_sync.actions.accounts import refreshed_token
from calendar_sync.actions.channels import LeaseLost, Tending, hook_address
from calendar_sync.actions.waking import notify
from calendar_sync.engine.errors import SyncError
from calendar_sync.engine.ports import Clock
from calendar_sync.hosts.django_lease import claim, give_back
from calendar_sync.models import Channel, Pairing, ProviderCredential
from calendar_sync.providers.registry import PROVIDERS

State = Channel.State
TRIED_AGAIN = timedelta(minutes=15)


def tend_next(clock: Clock, worker: str = "") -> bool:
    """See to the channels of the account that waits longest; False: nobody waits."""
    now = clock.now()
    idle = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = ProviderCredential.objects.filter(idle, tend_at__lte=now).order_by("tend_at", "pk")
    key = waiting.values_list("pk", flat=True).first()
    claimed = claim(now, credential_id=key, worker=worker) if key else None
    if claimed is None:
        return False
    row, again = claimed.credential, None
    tending = Tending(row, claimed.lease, refreshed_token(row, clock), clock)
    try:
        tending.tend(claimed.pairings)
    except SyncError:
        again = _next_try(row, clock.now())
    except LeaseLost:
        return True
    # What was asked for meanwhile is not forgotten.
    ProviderCredential.objects.filter(pk=row.pk, tend_at=row.tend_at).update(tend_at=again)
    give_back(claimed.lease)
    return True


def mark_due_channels(now: datetime) -> int:
    """What the clock asks for: renew, open what is missing, stop what is left; how many accounts.

    The workers do it, under the lease of each account.
    """
    own = Channel.objects.filter(pairing__credential=OuterRef("pk"))
    due = own.filter(due_at__lte=now).exclude(state=State.STOPPING, remote_id="")
    running = ProviderCredential.objects.usable().filter(reset__isnull=True)
    count = 0
    for provider in PROVIDERS:
        address = hook_address(provider)
        bare = Pairing.objects.filter(
            ~Exists(Channel.objects.filter(pairing=OuterRef("pk")).exclude(state=State.STOPPING)),
            credential=OuterRef("pk"),
            state=Pairing.State.ACTIVE,
        )
        kept = own.exclude(state=State.STOPPING)
        moved = kept.exclude(address__startswith=address) if address else kept
        left = kept.exclude(pairing__state=Pairing.State.ACTIVE)
        wrong = Exists(due) | Exists(moved) | Exists(left)
        found = running.filter(wrong | Exists(bare) if address else wrong)
        count += found.filter(provider=provider, tend_at=None).update(tend_at=now)
    stopped = ProviderCredential.objects.filter(state=ProviderCredential.State.STOPPED)
    stopped = stopped.filter(Exists(own.exclude(remote_id="")), tend_at=None)
    count += stopped.exclude(encrypted_refresh_token="").update(tend_at=now)
    if count:
        notify()
    return count


def _next_try(row: ProviderCredential, now: datetime) -> datetime:
    failed = Channel.objects.filter(pairing__credential=row, failures__gt=0, due_at__gt=now)
    found: datetime | None = failed.aggregate(at=Min("due_at"))["at"]
    return found or now + TRIED_AGAIN
