"""Undo a run: what it wrote here goes back at once, what it wrote there with the next run.

Neither travels to the other side. What anybody has edited since stays as it is, and is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import people_at
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.waking import wake
from calendar_sync.engine.bases import moved_base
from calendar_sync.engine.pending import Action, Undo
from calendar_sync.engine.policy import Direction, Side
from calendar_sync.engine.properties import ANSWER, Json, Properties, addresses, is_overlay
from calendar_sync.engine.scope import said_of
from calendar_sync.engine.sync import JournalEntry, LinkState
from calendar_sync.engine.undo import Reversal, remade, reversal
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.hosts.django_rows import base_json, link_of
from calendar_sync.models import Address, Change, DirtyMark, Entry, Event, Link, Run
from calendar_sync.models import ProviderCredential as Credential
from calendar_sync.models.bulk import create_all
from calendar_sync.models.contents import Contents, load_contents, put_overlay, save_contents
from calendar_sync.models.marks import carriers
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
UNDO = "undo"
"""The trigger of the run that tells of an undo."""

SETTLED = LinkState.SETTLED.value


@dataclass(frozen=True)
class UndoLine:
    """One object on one side. `what` is put-back, removed, restored or kept (of `keys`)."""

    event_id: int | None
    title: str
    side: Side
    what: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class UndoPreview:
    run_id: int
    label: str
    lines: tuple[UndoLine, ...]

    def count(self, side: Side | None = None, *what: str) -> int:
        return sum(
            (side is None or line.side is side) and (not what or line.what in what)
            for line in self.lines
        )

    @property
    def is_empty(self) -> bool:
        return all(line.what == "kept" for line in self.lines)


@dataclass
class _Object:
    """A link that the run touched, with its lines and what happened to it since.

    `is_marked`: something was edited here that is not written there yet.
    """

    link: Link
    contents: Contents
    lines: list[JournalEntry] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    whole: bool = False
    is_marked: bool = False

    def reversals(self) -> tuple[Reversal, Reversal]:
        touched = frozenset(self.touched | self._unsent())
        whole = self.whole or self.is_marked or bool(touched)
        here = reversal(Side.HERE, self.lines, touched, whole=whole)
        there = reversal(Side.THERE, self.lines, touched, whole=whole)
        return here, there if self._may_write() else Reversal(Side.THERE)

    def _unsent(self) -> set[str]:
        if not self.is_marked:
            return set()
        base = link_of(self.link).base
        ours = self.contents.seen_by(self.link)
        return {key for key, pair in base.items() if pair[0] != ours.get(key)}

    def _may_write(self) -> bool:
        policy = policy_of(self.link.pairing.policy)
        return policy.direction is not Direction.FROM_PROVIDER


def undo_preview(user: User, run_id: int) -> UndoPreview:
    """What undoing would do; nothing is changed. Raises ActionRefused where it cannot be done."""
    run = _run(user, run_id)
    return _preview(run, _objects(run))


def undo_run(user: User, run_id: int, now: datetime) -> UndoPreview:
    """Undo it, once. Whoever works on the account has lost it, so that nothing comes between."""
    with transaction.atomic():
        run = _run(user, run_id)
        account = Credential.objects.filter(pk=run.credential_id)
        take_away(account)
        if not Run.objects.filter(pk=run.pk, undone_at=None).update(undone_at=now):
            raise ActionRefused("undone", "This run was undone already.")
        objects = _objects(run, lock=True)
        preview = _preview(run, objects)
        if preview.is_empty:
            raise ActionRefused("nothing_to_undo", "Nothing of this run can be undone any more.")
        told = [line for each in objects if (line := _undone_here(user, each, now))]
        for each in objects:
            _wish_there(each)
        _journal(run, account.get().lease_fence, told, now)
        wake(run.credential_id, now)
    return preview


def _run(user: User, run_id: int) -> Run:
    check_access(user, CONNECTION, "write")
    rows = Run.objects.visible_to(user).filter(credential__user=user.pk)
    run = rows.select_related("credential").filter(pk=run_id).first()
    if run is None:
        raise NotVisible
    if run.trigger == UNDO:
        raise ActionRefused("is_an_undo", "This is an undo itself.")
    if run.undone_at:
        raise ActionRefused("undone", "This run was undone already.")
    return run


def _objects(run: Run, *, lock: bool = False) -> list[_Object]:
    """In six statements, seven where they are locked: events, then entries, then links."""
    changes = list(Change.objects.filter(run=run).exclude(link=None).order_by("pk"))
    keys = {change.link_id for change in changes if change.link_id}
    links = Link.objects.filter(pk__in=keys, kind=Link.Kind.MAIN).order_by("pk")
    events = Event.objects.filter(entries__links__in=links.values("pk")).distinct()
    if lock:
        rows = Event.objects.filter(pk__in=events.values("pk")).order_by("pk")
        contents = load_contents(rows.select_for_update(no_key=True))
        list(Entry.objects.filter(links__in=keys).order_by("pk").select_for_update(no_key=True))
        links = links.select_for_update(of=("self",), no_key=True)
    else:
        contents = load_contents(events)
    found = {}
    for link in links.select_related("entry", "pairing"):
        if link.entry.event_id in contents:
            link.entry.event = contents[link.entry.event_id].event
            found[link.pk] = _Object(link, contents[link.entry.event_id])
    marked = set(DirtyMark.objects.filter(link__in=keys).values_list("link", flat=True))
    for change in changes:
        if each := found.get(change.link_id or 0):
            each.lines.append(_entry(change))
            each.is_marked = each.link.pk in marked
    later = Change.objects.filter(link__in=keys).exclude(run=run)
    for change in later.filter(pk__gt=max((c.pk for c in changes), default=0)):
        if each := found.get(change.link_id or 0):
            each.whole |= change.what in {"created", "deleted"}
            each.touched |= set(change.keys) if change.what == "changed" else set()
    return list(found.values())


def _entry(change: Change) -> JournalEntry:
    keys = tuple(change.keys)
    return JournalEntry(Side(change.side), change.what, keys, change.before, code=change.code)


def _preview(run: Run, objects: Sequence[_Object]) -> UndoPreview:
    label = PROVIDERS[run.credential.provider].label
    lines = [line for each in objects for line in _lines(each)]
    return UndoPreview(run.pk, label, tuple(lines))


def _lines(each: _Object) -> Iterable[UndoLine]:
    link = each.link
    for found in each.reversals():
        words = (link.entry.event_id, link.title, found.side)
        if found.kept:
            yield UndoLine(*words, "kept", found.kept)
        if not _is_possible(each, found):
            continue
        if found.made or found.removed:
            yield UndoLine(*words, "removed" if found.made else "restored")
        elif found.before:
            yield UndoLine(*words, "put-back", tuple(sorted(found.before)))


def _is_possible(each: _Object, found: Reversal) -> bool:
    """What is closed can only come back; what waits for something else is left to that."""
    if found.removed:
        return each.link.closed_at is not None
    return each.link.closed_at is None and each.link.state == SETTLED and not found.is_empty


# --- here


def _undone_here(user: User, each: _Object, now: datetime) -> Change | None:
    """Undo it; the line that the journal gets, if there is something to undo."""
    found, _ = each.reversals()
    if not _is_possible(each, found):
        return None
    link, entry, event = each.link, each.link.entry, each.contents.event
    line = Change(link=link, event=event, side=Side.HERE.value, title=link.title)
    if found.made:
        line.what, line.before = "deleted", dict(each.contents.seen_by(link))
        _take_out(entry, link.date, now)
        if not Entry.objects.alive().filter(event=event).exists():
            Event.objects.filter(pk=event.pk).update(deleted_at=now)
        link.state = LinkState.IGNORED.value
        link.save(update_fields=["state"])
    elif found.removed:
        line.what = "created"
        if not link.date:
            Event.objects.filter(pk=event.pk).update(deleted_at=None)
            event.deleted_at = None
        Entry.objects.filter(pk=entry.pk).update(deleted_at=None)
        own = Address.objects.of(user.pk)
        answers = {key: value for key, value in found.before.items() if key.startswith(ANSWER)}
        _put(each, {k: v for k, v in answers.items() if k.removeprefix(ANSWER) in own}, user, now)
    else:
        ours = each.contents.seen_by(link)
        line.what, line.keys = "changed", sorted(found.before)
        line.before = {key: ours.get(key) for key in found.before}
        _put(each, found.before, user, now)
        base = link_of(link).base
        moves = {
            key: (value, base.get(key, (None, None))[1]) for key, value in found.before.items()
        }
        link.base = base_json(moved_base(base, moves))
        link.save(update_fields=["base"])
    return line


def _take_out(entry: Entry, date: str, now: datetime) -> None:
    """Out of its calendar; of single dates this one."""
    left = [each for each in entry.scope if each != date]
    wanted = {"scope": left} if date and left else {"deleted_at": now}
    Entry.objects.filter(pk=entry.pk).update(**wanted)


def _put(each: _Object, values: Mapping[str, Json], user: User, now: datetime) -> None:
    """Write properties here; other copies that may carry them hear of it."""
    entry, event = each.link.entry, each.contents.event
    values = said_of(each.link.date, values, each.contents.properties(entry))
    if put_overlay(entry, values):
        entry.updated_at = now
        entry.save()
    shared = {key: value for key, value in values.items() if not is_overlay(key)}
    if not shared:
        return
    each.contents.put(shared, people_at(addresses(shared)))
    event.updated_at = now
    save_contents([each.contents], now)
    others = [link for link in carriers({event.pk: shared}, user.pk) if link.pk != each.link.pk]
    create_all(DirtyMark, [DirtyMark(link=link) for link in others])


# --- there


def _wish_there(each: _Object) -> None:
    """The next run does it, through the mail rules."""
    _, found = each.reversals()
    if not _is_possible(each, found):
        return
    link = each.link
    if found.removed:
        taken = Link.objects.open().filter(pairing=link.pairing_id, entry=link.entry_id)
        if taken.filter(kind=Link.Kind.MAIN).exists():
            return
        link.closed_at, link.href, link.etag = None, "", ""
        link.state, link.incarnation = LinkState.DIRTY.value, link.incarnation + 1
        wish = Undo(Action.CREATE, remade(found.before))
    elif found.made:
        wish = Undo(Action.DELETE)
    else:
        theirs: Properties = link_of(link).theirs
        stands = {key: theirs.get(key) for key in found.before}
        wish = Undo(Action.PATCH, found.before, stands)
    link.undo = wish.to_json()
    link.save(update_fields=["closed_at", "href", "etag", "state", "incarnation", "undo"])
    DirtyMark.objects.create(link=link)


def _journal(run: Run, fence: int, told: Sequence[Change], now: datetime) -> None:
    """The undo is a run of its own; what it does there is told by the run that does it."""
    made = Run.objects.create(
        credential_id=run.credential_id,
        pairing_id=run.pairing_id,
        fence=fence,
        trigger=UNDO,
        started_at=now,
        ended_at=now,
        received=len(told),
    )
    for change in told:
        change.run = made
    create_all(Change, told)
