"""Which UID means which event. Two events that turn out to be one are joined here.

A meeting gets UIDs over its life, and a private event becomes a meeting: either may reveal that
somebody else's copy was taken for an event of its own. The younger one is absorbed.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet

from ..engine.event import PartStat
from ..engine.properties import ALARMS, ANSWER, ATTENDEE, Json, family
from ..engine.sync import LinkState
from ..models import Change, DirtyMark, Entry, Event, EventUid
from ..models import Link as LinkRow
from ..models.bulk import create_all
from ..models.contents import Contents, load_contents, save_contents
from ..models.event_uid import DATES, USER
from .django_known import alike

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


def namesakes(event: str) -> QuerySet[EventUid, Any]:
    """For a query, in which `event` leads to an event: the others that bear one of its UIDs."""
    own = EventUid.objects.filter(event=OuterRef(OuterRef(event)), retired=False, mirror=False)
    rows = EventUid.objects.filter(uid__in=own.values("uid"), retired=False, mirror=False)
    return rows.exclude(event=OuterRef(event)).exclude(realm__startswith=DATES).values("event")


def join_namesakes(
    others: Mapping[int, Collection[int]],
    changed: Container[int],
    absorbed: Mapping[int, int],
    now: datetime,
) -> dict[int, int]:
    """A copy that does not agree with the meeting of its UID is an event of its own; once both say
    the same, or the meeting lists its owner, they are one. No statement where there are none.

    `others` are the namesakes by event, `absorbed` what `learn` says; returned with these.
    """
    joined = dict(absorbed)
    for event, other in ((each, pk) for each in sorted(others) for pk in sorted(others[each])):
        pair = {joined.get(pk, pk) for pk in (event, other)}
        found = _meeting_and_copy(pair) if event in changed and len(pair) == 2 else None
        if found:
            new = absorb(*found, now)
            joined = {old: new.get(to, to) for old, to in joined.items()} | new
            links = LinkRow.objects.open().filter(entry__event__in=new.values())
            create_all(DirtyMark, [DirtyMark(link=link) for link in links])
    return joined


def _meeting_and_copy(pair: Collection[int]) -> tuple[int, int] | None:
    """Both, locked, if they are one; two copies of an organizer's own are two meetings."""
    events = Event.objects.alive().filter(pk__in=pair).select_for_update(no_key=True)
    contents = load_contents(events.order_by("pk"))
    realms = dict(EventUid.objects.filter(event__in=pair).values_list("realm", "event"))
    meeting = contents.get(realms.pop("", 0))
    copy = next((each for each in contents.values() if each is not meeting), None)
    homes = LinkRow.objects.open().filter(entry__event__in=pair, organizes=True)
    if meeting is None or copy is None or homes.values("entry__event").distinct().count() > 1:
        return None
    owners = {int(realm.removeprefix(USER)) for realm in realms if realm.startswith(USER)}
    listed = any(guest.user_id in owners for guest in meeting.guests.values())
    agrees = listed or alike(meeting.properties(), copy.properties())
    one, other = meeting.event, copy.event
    same = one.organizer_address == other.organizer_address or (
        one.organizer_user_id and one.organizer_user_id == other.organizer_user_id
    )
    return (one.pk, other.pk) if same and agrees else None


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
    others = other.properties()
    values = _told_by_guests(true, other) | true.properties()
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


def _told_by_guests(true: Contents, other: Contents) -> dict[str, Json]:
    """What guests' own copies say of these guests; nothing where the organizer's own is known."""
    links = LinkRow.objects.open().filter(kind=LinkRow.Kind.MAIN).exclude(href="")
    if links.filter(entry__event=true.event.pk, organizes=True).exists():
        return {}
    copies = links.filter(entry__event=other.event.pk)
    owners = set(copies.values_list("entry__calendar__owner", flat=True))
    own = [address for address, guest in other.guests.items() if guest.user_id in owners]
    values = other.properties()
    keys = (name + address for address in own for name in (ATTENDEE, ANSWER))
    return {key: values[key] for key in keys if key in values}


def _is_unanswered(value: Json) -> bool:
    return isinstance(value, list) and value[0] == PartStat.NEEDS_ACTION.value


def _join_entries(older_id: int, younger_id: int) -> None:
    """Every calendar keeps one entry, every entry one main link per pairing.

    An entry made because its owner is listed says nothing of his own: his copy does.
    """
    kept = {entry.calendar_id: entry for entry in Entry.objects.filter(event=older_id)}
    for entry in Entry.objects.filter(event=younger_id).order_by("pk"):
        stays = kept.get(entry.calendar_id)
        if stays and not stays.links.exists():
            stays.delete()
            stays = None
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
    for key in {*link.base, *entry.personal}:
        if family(key) == ALARMS:  # each copy goes on to remind as it does
            link.base[key] = [entry.personal.get(key), link.base.get(key, (None, None))[1]]
    link.entry = entry
    link.save(update_fields=["entry", "kind", "state", "organizes", "base"])
