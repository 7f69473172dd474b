"""Kinds of events, which an administrator names: Meeting, Call. An event has one of them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from calendar_sync.actions.calendars import COLOURS
from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.waking import notify
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import DirtyMark, Event, EventKind, Pairing, ProviderCredential
from calendar_sync.models.bulk import create_all
from calendar_sync.models.marks import links_of_events
from calendar_sync.security.access import check_access

KIND = "calendar_sync.event_kind"
LONGEST = 80
STEP = 10
LONGEST_KEY = 19
ICONS = (
    "people",
    "telephone",
    "camera-video",
    "person",
    "briefcase",
    "geo-alt",
    "globe",
    "calendar-event",
    "clock",
    "stars",
    "heart-pulse",
    "tag",
)
"""Of our own set of symbols."""


@dataclass(frozen=True)
class KindRow:
    """A kind as *Settings* shows it; `events` says how many there are of it."""

    kind: EventKind
    events: int


def offered_kinds(user: User, also: str = "") -> list[EventKind]:
    """What an event may be, in their order, and what this one is (a key); one statement."""
    check_access(user, KIND, "read")
    kinds = EventKind.objects.visible_to(user)
    return [kind for kind in kinds if kind.archived_at is None or kind.key == also]


def kind_rows(user: User) -> list[KindRow]:
    """All of them, the archived last; two statements."""
    check_access(user, KIND, "read")
    counted = Event.objects.order_by().values_list("kind").annotate(count=Count("pk"))
    counts = {str(kind or ""): count for kind, count in counted}
    rows = [KindRow(kind, counts.get(kind.key, 0)) for kind in EventKind.objects.visible_to(user)]
    return sorted(rows, key=lambda row: row.kind.archived_at is not None)


def add_kind(user: User, name: str, colour: int, icon: str) -> EventKind:
    """Raises Invalid."""
    check_access(user, KIND, "create")
    values = _checked(name, colour, icon)
    last = EventKind.objects.aggregate(last=Max("sequence"))["last"] or 0
    return EventKind.objects.create(**values, sequence=last + STEP)


def change_kind(user: User, kind_id: int, name: str, colour: int, icon: str) -> None:
    """Raises Invalid, NotVisible."""
    check_access(user, KIND, "write")
    values = _checked(name, colour, icon, but=kind_id)
    _found(user, kind_id).update(**values)


def move_kind(user: User, kind_id: int, *, up: bool) -> None:
    """One place up or down among those that are offered."""
    check_access(user, KIND, "write")
    with transaction.atomic():
        rows = list(EventKind.objects.offered().select_for_update())
        places = [row.pk for row in rows]
        if kind_id not in places:
            raise NotVisible
        here = places.index(kind_id)
        there = max(0, here - 1) if up else min(len(rows) - 1, here + 1)
        rows[here], rows[there] = rows[there], rows[here]
        for place, row in enumerate(rows, 1):
            row.sequence = place * STEP
            row.save(update_fields=["sequence"])


def archive_kind(user: User, kind_id: int, now: datetime, *, archived: bool) -> None:
    """What is archived is offered no more; events keep it. Raises ActionRefused."""
    check_access(user, KIND, "write")
    kind = _found(user, kind_id).get()
    if archived:
        _check_not_usual(kind)
    EventKind.objects.filter(pk=kind.pk).update(archived_at=now if archived else None)


def remove_kind(user: User, kind_id: int, into: int | None = None) -> None:
    """Delete a kind of which there are no events, or make its events those of another kind.

    What connections say of it goes with it. Raises ActionRefused where events would lose it.
    """
    check_access(user, KIND, "unlink")
    with transaction.atomic():
        kind = _found(user, kind_id).select_for_update().get()
        _check_not_usual(kind)
        events = Event.objects.filter(kind=kind)
        if into is None and events.exists():
            text = f"“{kind.name}” is in use: say which kind its events become."
            raise ActionRefused("kind_in_use", text)
        if into is not None:
            other = _found(user, into).get()
            if other.pk == kind.pk:
                raise ActionRefused("no_such_choice", "Choose another kind.")
            moved = list(events.values_list("pk", flat=True))
            events.update(kind=_column(other))
            create_all(DirtyMark, [DirtyMark(link=link) for link in links_of_events(moved)])
            notify()
        _forget(kind)
        kind.delete()


def kind_column(key: str) -> EventKind | None:
    """What `Event.kind` holds for a kind, by its key; None: the usual one. Raises Invalid."""
    if not key:
        return None
    short = key.isdecimal() and len(key) < LONGEST_KEY
    kind = EventKind.objects.filter(pk=key).first() if short else None
    if kind is None:
        raise Invalid({"kind": "There is no such kind of event."})
    return _column(kind)


def _column(kind: EventKind) -> EventKind | None:
    return None if kind.is_usual else kind


def _forget(kind: EventKind) -> None:
    """Take it out of what connections say; new events become of the usual kind."""
    for pairing in Pairing.objects.exclude(policy={}).order_by("pk"):
        policy = policy_of(pairing.policy)
        if kind.key not in policy.filters.kinds and kind.key != policy.arriving_kind:
            continue
        take_away(ProviderCredential.objects.filter(pk=pairing.credential_id))
        filters = dict(pairing.policy.get("filters", {}))
        filters["kinds"] = sorted(policy.filters.kinds - {kind.key})
        arriving = "" if policy.arriving_kind == kind.key else policy.arriving_kind
        pairing.policy = {**pairing.policy, "filters": filters, "arriving_kind": arriving}
        pairing.save(update_fields=["policy"])


def _found(user: User, kind_id: int) -> QuerySet[EventKind]:
    rows = EventKind.objects.visible_to(user).filter(pk=kind_id)
    if not rows.exists():
        raise NotVisible
    return rows


def _check_not_usual(kind: EventKind) -> None:
    if kind.is_usual:
        text = f"“{kind.name}” is what events are that nobody gave a kind: rename it instead."
        raise ActionRefused("usual_kind", text)


def _checked(name: str, colour: int, icon: str, but: int = 0) -> dict[str, str | int]:
    errors: dict[str, str] = {}
    name = " ".join(name.replace("\0", "").split())
    if not name:
        errors["name"] = "Give it a name."
    elif len(name) > LONGEST:
        errors["name"] = f"Names may have up to {LONGEST} characters; yours has {len(name)}."
    elif EventKind.objects.filter(name__iexact=name).exclude(pk=but).exists():
        errors["name"] = f"There is a kind “{name}” already."
    if colour not in range(COLOURS):
        errors["colour"] = "Choose one of the colours."
    if icon not in ICONS:
        errors["icon"] = "Choose one of the symbols."
    if errors:
        raise Invalid(errors)
    return {"name": name, "colour": colour, "icon": icon}
