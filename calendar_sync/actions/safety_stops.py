"""What the brake has stopped: one question for all the events that it is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.db.models import Count

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.waking import wake
from calendar_sync.engine.resting import NOT_IN_STEP
from calendar_sync.engine.sync import Guard, LinkState
from calendar_sync.models import DirtyMark, Link
from calendar_sync.models.link import NOTHING_OPEN, LinkQuerySet
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
GROUPED = (Guard.VANISHED.value, Guard.REWRITTEN.value, Guard.ENDED.value)
"""Guards that stop many events for one reason."""

DOORS = ("apply", "keep")


@dataclass(frozen=True)
class StoppedEvent:
    link_id: int
    event_id: int
    title: str


@dataclass(frozen=True)
class SafetyStop:
    """`guard` is one of GROUPED; `linked` counts all of the pairing that are in step: mirrors, if
    it is about mirrors, which are measured by themselves.
    """

    pairing_id: int
    guard: str
    label: str
    address: str
    linked: int
    events: tuple[StoppedEvent, ...]


def safety_stops(user: User) -> list[SafetyStop]:
    """By pairing and reason; one statement, a second where something was stopped."""
    check_access(user, CONNECTION, "read")
    rows = _stopped(user).select_related("entry__event", "pairing__credential")
    groups: dict[tuple[int, str], list[Link]] = {}
    for link in rows.order_by("pairing", "guard", "entry__event__starts_at", "pk"):
        groups.setdefault((link.pairing_id, link.guard), []).append(link)
    linked = _linked({pairing for pairing, _ in groups}) if groups else {}
    return [_stop(links, linked) for links in groups.values()]


def release_all(user: User, pairing_id: int, guard: str, choice: str, now: datetime) -> int:
    """Apply there what happened, or keep what is here, for a whole safety stop; how many."""
    check_access(user, CONNECTION, "write")
    if choice not in DOORS:
        raise ActionRefused("no_such_choice", "That is not possible for these events.")
    with transaction.atomic():
        rows = _stopped(user).filter(pairing=pairing_id, guard=guard).select_related("pairing")
        links = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        if not links:
            raise NotVisible
        decide(links, choice, now)
    return len(links)


def decide(links: Collection[Link], choice: str, now: datetime) -> None:
    """Apply: it is read again, and if it is still so, done. Keep: ours stays, no longer synced.

    Belongs into the transaction that has locked the links.
    """
    rows = Link.objects.filter(pk__in=[link.pk for link in links])
    if choice == "apply":
        rows.update(state=LinkState.IN_DOUBT.value)
        for credential in {link.pairing.credential_id for link in links}:
            wake(credential, now)
        return
    DirtyMark.objects.filter(link__in=rows).delete()
    rows.update(state=LinkState.IGNORED.value, **NOTHING_OPEN)


def _stopped(user: User) -> LinkQuerySet:
    return Link.objects.visible_to(user).open().needing_attention().filter(guard__in=GROUPED)


def _linked(pairings: Collection[int]) -> dict[tuple[int, str], int]:
    """By pairing and kind of link."""
    rows = Link.objects.open().filter(pairing__in=pairings).exclude(href="")
    kept = rows.exclude(state__in=NOT_IN_STEP).order_by().values("pairing", "kind")
    found = kept.annotate(count=Count("pk"))
    return {(row["pairing"], row["kind"]): row["count"] for row in found}


def _stop(links: list[Link], linked: dict[tuple[int, str], int]) -> SafetyStop:
    first = links[0]
    kinds = {link.kind for link in links}
    credential = first.pairing.credential
    events = (StoppedEvent(row.pk, row.entry.event_id, row.title) for row in links)
    return SafetyStop(
        first.pairing_id,
        first.guard,
        PROVIDERS[credential.provider].label,
        credential.address,
        sum(linked.get((first.pairing_id, kind), 0) for kind in kinds),
        tuple(events),
    )
