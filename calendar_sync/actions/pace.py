"""How often an account is asked for changes: rarely where the provider tells us, else by use."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from calendar_sync.actions.waking import notify
from calendar_sync.models import Channel, Pairing, ProviderCredential, Run

State = Channel.State
RARELY = timedelta(minutes=58)
"""An hour, less what a worker may be late for it."""

LATELY = timedelta(hours=24)
FRESH = timedelta(minutes=1)
"""So lately synchronized that opening the calendar is no reason to ask again."""

SILENT = timedelta(minutes=10)
"""A provider calls as soon as a channel is open; what it did not reach by then, it does not."""

REFUSALS: Mapping[str, str] = {
    "insecure": "Our address isn't https, so {label} can't notify us",
    "invalidrequest": "Notifications don't reach us: {label} couldn't call our address",
    "push.group": "Calendars of groups can't notify us",
    "push.webhookUrlNotHttps": "Our address isn't https, so {label} can't notify us",
    "push.webhookUrlUnauthorized": "{label} doesn't accept the address of our web hook",
    "pushNotSupportedForRequestedResource": "This calendar can't notify us",
    "silent": "Notifications from {label} don't reach us",
}
REFUSED = "This mailbox can't notify us"


@dataclass(frozen=True)
class Pace:
    """`reason`: why there is no channel; empty where there is one, or will be in a moment."""

    at_once: bool
    reason: str = ""

    def in_words(self, label: str) -> str:
        if self.at_once:
            return "Changes arrive at once."
        if not self.reason:
            return "Checked every 5 minutes."
        words = REFUSALS.get(self.reason, REFUSED).format(label=label)
        return f"{words}; checked every 5 minutes."


def calendar_opened(user: User, now: datetime) -> None:
    """A person looks: what is not quite fresh is fetched, and often for a day."""
    rows = ProviderCredential.objects.usable().filter(user=user.pk)
    stale = When(failures=0, due_at__gt=now, last_synced_at__lt=now - FRESH, then=Value(now))
    rows = rows.filter(Q(seen_at=None) | Q(seen_at__lt=now - FRESH))
    if rows.update(seen_at=now, due_at=Case(stale, default=F("due_at"))):
        notify()


def to_be_polled(now: datetime) -> Q:
    """Accounts it is time to ask, at an interval of a few minutes."""
    since = now - LATELY
    runs = Run.objects.filter(credential=OuterRef("pk"), started_at__gte=since)
    lively = Q(seen_at__gte=since) | Q(created_at__gte=since) | Exists(runs)
    told = Channel.objects.filter(working(now), pairing=OuterRef("pk"))
    pairings = Pairing.objects.filter(credential=OuterRef("pk"), state=Pairing.State.ACTIVE)
    rarely = Q(last_synced_at=None) | Q(last_synced_at__lte=now - RARELY)
    return rarely | (lively & Exists(pairings.filter(~Exists(told))))


def working(now: datetime) -> Q:
    """Channels that are open and through which the provider has reached us."""
    return Q(state=State.OPEN, heard_at__isnull=False, expires_at__gt=now)


def paces(
    rows: Collection[ProviderCredential], now: datetime, *, can_be_called: bool = True
) -> dict[int, Pace]:
    """By account, in two statements: at once, if that goes for all of its calendars.

    `can_be_called`: whether providers are told an address of ours at all.
    """
    pairings = Pairing.objects.filter(credential__in=rows, state=Pairing.State.ACTIVE)
    found: dict[int, list[Pace]] = {}
    bare = Pace(at_once=False, reason="" if can_be_called else "insecure")
    for pairing in pairings.prefetch_related("channels"):
        own = [bare, *(_pace(channel, now) for channel in pairing.channels.all())]
        found.setdefault(pairing.credential_id, []).append(_best(own))
    return {account: _worst(calendars) for account, calendars in found.items()}


def _pace(channel: Channel, now: datetime) -> Pace:
    """What one channel means for its calendar."""
    if channel.state == State.OPEN and channel.expires_at > now:
        if channel.heard_at:
            return Pace(at_once=True)
        return Pace(at_once=False, reason="silent" if channel.opened_at < now - SILENT else "")
    return Pace(at_once=False, reason=channel.code if channel.state == State.REFUSED else "")


def _best(own: Collection[Pace]) -> Pace:
    return max(own, key=lambda pace: (pace.at_once, bool(pace.reason)))


def _worst(calendars: Collection[Pace]) -> Pace:
    return min(calendars, key=lambda pace: (pace.at_once, not pace.reason))
