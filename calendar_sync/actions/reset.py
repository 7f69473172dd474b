"""*Reset Account*: what becomes of existing events, and what the next synchronization does.

Four verbs on the events the person organizes: *ignore* keeps the link and never moves it again,
*release* closes it, *delete there*, *drop here*. Meetings of others are only unlinked; mirrors go
with what is deleted there.
Confirming stores a request; the worker carries it out under the account's lease, deletions first,
and erases the grant at the end. Every part may be repeated, so a crash only means going on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.preview_rows import forget_preview
from calendar_sync.actions.waking import wake
from calendar_sync.engine.errors import Conflict, Rejected
from calendar_sync.engine.guards import has_ended
from calendar_sync.engine.pending import Action, LinkKey
from calendar_sync.engine.ports import CalendarCollection
from calendar_sync.engine.properties import everybody, object_of
from calendar_sync.engine.sync import Failed, LinkState, Write
from calendar_sync.hosts.django_rows import link_of
from calendar_sync.models import DirtyMark, Entry, Event, Link, Pairing, ProviderCredential
from calendar_sync.models.link import NOTHING_OPEN
from calendar_sync.models.mirrors import showing
from calendar_sync.models.roles import hand_over_witnesses, is_organized_by
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

Existing = Literal["leave", "provider", "here", "both"]
Following = Literal["new", "all"]
State = ProviderCredential.State
MIRROR = Link.Kind.MIRROR
DELETES_THERE = ("provider", "both")
DELETES_HERE = ("here", "both")

SENTENCES: Mapping[tuple[Existing, Following], str] = {
    ("leave", "new"): (
        "Both sides keep theirs, not doubled. Only what is made after now is synced."
    ),
    ("leave", "all"): "Twins are recognized, the rest goes both ways. 0 duplicates.",
    ("provider", "new"): "{there} deleted at {label}, kept here and not sent again.",
    ("provider", "all"): (
        "{there} deleted at {label}, then everything made here is written there again, "
        "silently and without guests."
    ),
    ("here", "new"): "{here} deleted here, kept at {label} and not fetched again.",
    ("here", "all"): "{here} deleted here, then everything at {label} is fetched again.",
    ("both", "new"): (
        "{there} deleted at {label}, {here} here. Only what is made after now is synced."
    ),
    ("both", "all"): (
        "{there} deleted at {label}, {here} here. Meetings of others come back with the next sync."
    ),
}


@dataclass(frozen=True)
class Request:
    """A confirmed reset and how far it has come; `kept` are links that could not be deleted."""

    existing: Existing
    following: Following
    tell_guests: bool
    by: int
    at: str
    done: int = 0
    total: int = 0
    kept: Sequence[int] = ()


@dataclass(frozen=True)
class ResetPreview:
    """What a choice would do, counted. `kept`: future meetings with guests; `mirrors`: what is
    there only as a copy of another calendar's, and goes with what is deleted there.
    """

    label: str
    address: str
    own: int
    others: int
    mirrors: int
    deleted_there: int
    deleted_here: int
    kept: int
    guests: int
    mailed: int
    dead_grant: bool
    sentence: str

    @property
    def deletions(self) -> int:
        return self.deleted_there + self.deleted_here


def reset_preview(
    user: User,
    credential_id: int,
    existing: Existing,
    following: Following,
    now: datetime,
    *,
    tell_guests: bool = False,
) -> ResetPreview:
    """The numbers of one choice; nothing is changed."""
    row = _account(user, credential_id)
    label = PROVIDERS[row.provider].label
    linked, others = _links(row)
    own = [link for link in linked if not _is_there_alone(link)]
    mirrors = _mirrors(others)
    candidates = [link for link in (*own, *mirrors) if _may_go_there(link)]
    deletable, kept, guests, mailed = _deletable(candidates, now, tell_guests=tell_guests)
    there = len(deletable) if existing in DELETES_THERE else 0
    here = len(own) if existing in DELETES_HERE else 0
    words = SENTENCES[existing, following].format(there=there, here=here, label=label)
    return ResetPreview(
        label,
        row.address,
        len(own),
        len(others) - len(mirrors),
        len(mirrors),
        there,
        here,
        len(kept) if existing in DELETES_THERE else 0,
        guests if existing in DELETES_THERE else 0,
        mailed if existing in DELETES_THERE else 0,
        _is_dead(row),
        words,
    )


def reset_account(
    user: User,
    credential_id: int,
    existing: Existing,
    following: Following,
    now: datetime,
    *,
    tell_guests: bool = False,
) -> None:
    """Confirm a reset; the worker carries it out."""
    row = _account(user, credential_id)
    if (existing, following) not in SENTENCES:
        raise ActionRefused("no_such_choice", "Choose one of each group.")
    if row.reset:
        raise ActionRefused("running", "A reset of this account is under way already.")
    if existing in DELETES_THERE and _is_dead(row):
        raise ActionRefused(
            "dead_grant",
            f"{row.address} has to reconnect first: its sign-in is no longer accepted, "
            "so nothing can be deleted there.",
        )
    request = Request(existing, following, tell_guests, user.pk, now.isoformat())
    with transaction.atomic():
        changed = ProviderCredential.objects.filter(pk=row.pk, reset__isnull=True)
        if not changed.update(reset=asdict(request)):
            raise ActionRefused("running", "A reset of this account is under way already.")
        wake(row.pk, now)


def carry_out(
    row: ProviderCredential, pairing_id: int, remote: CalendarCollection | None, now: datetime
) -> bool:
    """The worker's part for one calendar of the account, under its lease. `remote` None: the
    calendar is gone there, so nothing can be deleted in it.

    False: it has written enough for now, or the lease is lost. Raises SyncError: to be repeated
    later.
    """
    request = Request(**(row.reset or {}))
    own, others = _links(row, pairing_id)
    links = [*own, *others]
    if remote and request.existing in DELETES_THERE:
        candidates = [link for link in (*own, *_mirrors(others)) if _may_go_there(link)]
        deletable, _, _, _ = _deletable(candidates, now, tell_guests=request.tell_guests)
        if not _delete_there(row, remote, request, deletable):
            return False
    with transaction.atomic():
        if not _is_held(row):
            return False
        if request.existing in DELETES_HERE:
            _delete_here(own, _called_off(request, own), now)
        if request.following == "new":
            _settle(links, state=LinkState.IGNORED.value)
        else:
            _settle(links, closed_at=now)
            events = Event.objects.filter(pk__in=[link.entry.event_id for link in links])
            events.filter(home=pairing_id).update(home=None)
            anew = {"token": "", "token_saved_at": None, "mirrors_compared_at": None}
            Pairing.objects.filter(pk=pairing_id).update(**anew)
    return True


def in_reset(row: ProviderCredential) -> list[int]:
    """The pairings that a reset of this account is about: also those whose calendars are gone."""
    pairings = Pairing.objects.filter(credential=row).exclude(state=Pairing.State.STOPPED)
    return list(pairings.order_by("pk").values_list("pk", flat=True))


def _account(user: User, credential_id: int) -> ProviderCredential:
    check_access(user, "calendar_sync.provider_credential", "unlink")
    row = ProviderCredential.objects.visible_to(user).filter(pk=credential_id).first()
    if row is None:
        raise NotVisible
    return row


def _is_dead(row: ProviderCredential) -> bool:
    return row.state == State.RECONNECT or not row.encrypted_refresh_token


def _links(row: ProviderCredential, pairing_id: int | None = None) -> tuple[list[Link], list[Link]]:
    """Open links of the account, or of one calendar: events the person organizes, and others."""
    links = Link.objects.open().filter(pairing__credential=row).order_by("pk")
    if pairing_id is not None:
        links = links.filter(pairing=pairing_id)
    own: list[Link] = []
    others: list[Link] = []
    for link in links.select_related("entry__event", "entry__calendar", "pairing"):
        is_own = is_organized_by(link.entry.event, row.user_id) and link.kind != MIRROR
        (own if is_own else others).append(link)
    return own, others


def _is_there_alone(link: Link) -> bool:
    """Deleted here since an earlier reset: what stands there has no other copy."""
    return link.state == LinkState.IGNORED.value and link.entry.deleted_at is not None


def _may_go_there(link: Link) -> bool:
    """A calendar that is gone has nothing that could be deleted in it."""
    return link.pairing.state == Pairing.State.ACTIVE and not _is_there_alone(link)


def _mirrors(links: Sequence[Link]) -> list[Link]:
    """What is there only because we put it there, and stands for events that live elsewhere."""
    return [link for link in links if link.kind == MIRROR]


def _deletable(
    own: Sequence[Link], now: datetime, *, tell_guests: bool
) -> tuple[list[Link], list[Link], int, int]:
    """(to delete, kept, their guests, mails): nobody is left waiting for a meeting that is gone."""
    delete, kept, guests, mailed = [], [], 0, 0
    for link in own:
        if not link.href:
            continue
        theirs = link_of(link).theirs
        obj = object_of(link.uid, theirs) if "when" in theirs else None
        invited = len(everybody(theirs))
        meeting = bool(invited) and (obj is None or not has_ended(obj, now))
        if meeting and not tell_guests:
            kept.append(link)
            guests += invited
        else:
            delete.append(link)
            mailed += invited if meeting else 0
    return delete, kept, guests, mailed


def _delete_there(
    row: ProviderCredential,
    remote: CalendarCollection,
    request: Request,
    links: Sequence[Link],
) -> bool:
    """Conditional, in batches; what was changed there meanwhile stays.

    False: it has written enough for now, and goes on with what is left.
    """
    waiting = [link for link in links if link.pk not in request.kept]
    while waiting:
        size = min(remote.capabilities.batch_size, remote.capabilities.most_writes)
        if not size:
            return False
        batch, waiting = waiting[:size], waiting[size:]
        kept = _delete_batch(remote, batch, notify=request.tell_guests)
        request = replace(
            request,
            done=request.done + len(batch),
            total=request.done + len(batch) + len(waiting),
            kept=(*request.kept, *kept),
        )
        row.reset = asdict(request)
        if not _leased(row).update(reset=row.reset):
            return False
    return True


def _leased(row: ProviderCredential) -> QuerySet[ProviderCredential]:
    """The account, as long as nobody has taken it away: paused, stopped or disconnected it."""
    return ProviderCredential.objects.filter(pk=row.pk, lease_fence=row.lease_fence)


def _is_held(row: ProviderCredential) -> bool:
    """Locks it until the transaction ends."""
    return _leased(row).select_for_update(no_key=True).exists()


def _delete_batch(remote: CalendarCollection, batch: Sequence[Link], *, notify: bool) -> list[int]:
    """The links whose objects stay there. Raises SyncError."""
    outcomes = remote.apply([_deletion(link, notify=notify) for link in batch])
    by_key = {outcome.link: outcome for outcome in outcomes}
    kept, broken = [], None
    for link in batch:
        outcome = by_key[LinkKey(str(link.pk))]
        if not isinstance(outcome, Failed):
            link.href = ""
        elif isinstance(outcome.error, (Conflict, Rejected)):
            kept.append(link.pk)
        else:
            broken = broken or outcome.error
    gone = [link.pk for link in batch if not link.href]
    Link.objects.filter(pk__in=gone).update(href="", etag="")
    if broken:
        raise broken
    return kept


def _deletion(row: Link, *, notify: bool) -> Write:
    link = link_of(row)
    people = tuple(sorted(everybody(link.theirs)))
    return Write(
        link.key,
        Action.DELETE,
        link.href,
        link.etag,
        "",
        link.uid,
        {},
        {},
        notify=notify and bool(people),
        recipients=people if notify else (),
    )


def _called_off(request: Request, own: Sequence[Link]) -> set[int]:
    """Events whose guests have been told that they don't take place."""
    told = request.tell_guests and request.existing in DELETES_THERE
    gone = [link for link in own if told and not link.href]
    return {link.entry.event_id for link in gone if everybody(link_of(link).theirs)}


def _delete_here(own: Sequence[Link], called_off: Collection[int], now: datetime) -> None:
    """Drop the entries, and each event that is called off, or that no other calendar shows."""
    Entry.objects.filter(pk__in=[link.entry_id for link in own]).update(deleted_at=now)
    events = Event.objects.filter(pk__in=[link.entry.event_id for link in own])
    shown = Entry.objects.alive().filter(event=OuterRef("pk"))
    events.filter(Q(pk__in=called_off) | ~Exists(shown)).update(deleted_at=now)


def _settle(links: Sequence[Link], **values: str | datetime) -> None:
    """Nothing waits on these links any more: neither a write nor a question."""
    keys = [link.pk for link in links]
    DirtyMark.objects.filter(link__in=keys).delete()
    Link.objects.filter(pk__in=keys).update(**NOTHING_OPEN, **values)


def finish(row: ProviderCredential, now: datetime) -> None:
    """The grant was withdrawn: forget it. The person has to sign in again."""
    ProviderCredential.objects.filter(pk=row.pk).update(
        reset=None,
        encrypted_access_token="",
        encrypted_refresh_token="",
        access_expires_at=None,
        state=State.STOPPED,
        state_code="reset",
        state_since=now,
    )
    forget_preview(row.pk)
    hand_over_witnesses(row)
    for mirroring in showing(row.user_id):  # what was deleted here is shown no more
        mirroring.announce(now)


def give_up(row: ProviderCredential) -> None:
    """The grant died on the way: what was deleted stays deleted, the rest needs a new decision."""
    ProviderCredential.objects.filter(pk=row.pk).update(reset=None)
