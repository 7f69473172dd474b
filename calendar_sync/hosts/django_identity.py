"""Which UID means which event. Two events that turn out to be one are joined here.

A meeting gets UIDs over its life, and a private event becomes a meeting: either may reveal that
somebody else's copy was taken for an event of its own. The younger one is absorbed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..engine.event import PartStat
from ..engine.properties import ANSWER, Json
from ..engine.sync import LinkState
from ..models import Change, DirtyMark, Entry, Event, EventUid
from ..models import Link as LinkRow
from ..models.bulk import create_all
from ..models.contents import Contents, load_contents, save_contents

COLUMNS = ("organizer_user_id", "home_id", "deleted_at", "updated_at", "sequence")
"""Of an event, besides its properties."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An event is known by this UID. `is_home`: its copy is the organizer's own; `mirror`: ours."""

    uid: str
    realm: str
    event_id: int
    provider: str
    is_home: bool
    mirror: bool = False


def learn(identities: Sequence[Identity], now: datetime) -> dict[int, int]:
    """Record UIDs, in two statements where none collides; absorbed events and what they became.

    A race for the same new UID ends in IntegrityError: the call that repeats finds the winner.
    """
    if not identities:
        return {}
    uids = {identity.uid for identity in identities}
    realms = {identity.realm for identity in identities}
    rows = EventUid.objects.filter(uid__in=uids, realm__in=realms)
    taken = {(row.uid, row.realm): row.event_id for row in rows}
    new: list[EventUid] = []
    absorbed: dict[int, int] = {}
    for identity in sorted(identities, key=lambda each: (each.uid, each.realm)):
        name = (identity.uid, identity.realm)
        ours = absorbed.get(identity.event_id, identity.event_id)
        if name not in taken:
            taken[name] = ours
            new.append(
                EventUid(
                    uid=identity.uid,
                    realm=identity.realm,
                    event_id=ours,
                    provider=identity.provider,
                    mirror=identity.mirror,
                )
            )
        other = absorbed.get(taken[name], taken[name])
        if other != ours:
            create_all(EventUid, new)
            new = []
            absorbed |= absorb(*((ours, other) if identity.is_home else (other, ours)), now)
    create_all(EventUid, new)
    return absorbed


def absorb(true_id: int, other_id: int, now: datetime) -> dict[int, int]:
    """Make one event of two: the older row stays, with the contents of the true one.

    Answers survive on either side: a guest's own copy knows his before the organizer's does.
    """
    older_id, younger_id = sorted((true_id, other_id))
    events = Event.objects.select_for_update(no_key=True).filter(pk__in=(true_id, other_id))
    contents = load_contents(events.order_by("pk"))
    older, younger = contents[older_id], contents[younger_id]
    _join_contents(older, younger, true=contents[true_id])
    _join_entries(older_id, younger_id)
    EventUid.objects.filter(event=younger_id).update(event=older_id)
    Change.objects.filter(event=younger_id).update(event=older_id)
    save_contents([older], now)
    younger.event.delete()
    return {younger_id: older_id}


def _join_contents(older: Contents, younger: Contents, true: Contents) -> None:
    other = younger if true is older else older
    columns = {name: getattr(true.event, name) for name in COLUMNS}
    values, others = true.properties(), other.properties()
    for key in values.keys() & others.keys():
        if key.startswith(ANSWER) and _is_unanswered(values[key]):
            values[key] = others[key]
    people = {
        address: guest.user_id
        for each in (older, younger)
        for address, guest in each.guests.items()
        if guest.user_id
    }
    older.put({key: values.get(key) for key in values.keys() | others.keys()}, people)
    for name, column in columns.items():
        setattr(older.event, name, column)


def _is_unanswered(value: Json) -> bool:
    return isinstance(value, list) and value[0] == PartStat.NEEDS_ACTION.value


def _join_entries(older_id: int, younger_id: int) -> None:
    """Every calendar keeps one entry, every entry one main link per pairing."""
    kept = {entry.calendar_id: entry for entry in Entry.objects.filter(event=older_id)}
    for entry in Entry.objects.filter(event=younger_id).order_by("pk"):
        stays = kept.get(entry.calendar_id)
        if stays is None:
            Entry.objects.filter(pk=entry.pk).update(event=older_id)
            continue
        for link in LinkRow.objects.filter(entry=entry).order_by("pk"):
            _move_link(link, stays)
        if stays.deleted_at and not entry.deleted_at:
            Entry.objects.filter(pk=stays.pk).update(deleted_at=None)
        entry.delete()


def _move_link(link: LinkRow, entry: Entry) -> None:
    """A link that is there already stays the main one, unless it leads nowhere yet."""
    of_pairing = LinkRow.objects.open().filter(pairing=link.pairing_id, entry=entry)
    main = of_pairing.filter(kind=LinkRow.Kind.MAIN)
    is_mirror = link.closed_at is None and link.kind == LinkRow.Kind.MIRROR
    if is_mirror and of_pairing.filter(kind=LinkRow.Kind.MIRROR).exists():
        link.kind, link.organizes = LinkRow.Kind.RETIRED, True  # one too many: it is taken away
        create_all(DirtyMark, [DirtyMark(link=link)])
    if link.closed_at is None and link.kind == LinkRow.Kind.MAIN:
        main.filter(href="").delete()
        if main.exists():
            link.kind, link.state = LinkRow.Kind.EXTRA, LinkState.EXTRA.value
    link.entry = entry
    link.save(update_fields=["entry", "kind", "state", "organizes"])
