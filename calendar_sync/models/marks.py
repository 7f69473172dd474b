"""What a change here means for the links: which of them the next run has to look at.

Everything here belongs into the transaction of the change itself. An edit never waits for a run:
marks are rows of their own.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import OuterRef, Subquery

from calendar_sync.engine.merge import Movable
from calendar_sync.engine.properties import ANSWER, BY_GUESTS, family, is_overlay, on_which
from calendar_sync.engine.resting import LEFT_ALONE
from calendar_sync.engine.rights import lets_modify
from calendar_sync.engine.sync import Guests, LinkState
from calendar_sync.models.address import Address
from calendar_sync.models.attendee import Attendee
from calendar_sync.models.bulk import create_all
from calendar_sync.models.calendar import Calendar
from calendar_sync.models.credential import ProviderCredential
from calendar_sync.models.dirty_mark import DirtyMark
from calendar_sync.models.entry import Entry
from calendar_sync.models.event import Event
from calendar_sync.models.event_uid import EventUid
from calendar_sync.models.link import Link
from calendar_sync.models.pairing import Pairing
from calendar_sync.models.remote_calendar import RemoteCalendar
from calendar_sync.models.roles import is_organized_by, role_of
from calendar_sync.security.rules import Person

KEPT_IN_STEP = (Link.Kind.MAIN, Link.Kind.MIRROR)
KEEP_CALENDAR = "SELECT id FROM calendar_sync_calendar WHERE id = %s FOR KEY SHARE"


def mark_dirty(event: Event, keys: Collection[str], acting_user: Person) -> None:
    """Mark every link that may carry one of these changed properties; three statements.

    Content goes to the home; a guest's, where the organizer is nobody here, to his own copy and to
    no other. Overlay and answers are a person's own: they go to the copies of
    `acting_user` alone. To remove the event for everybody, change `status`.
    """
    found = carriers({event.pk: keys}, acting_user.pk)
    _mark(found)
    if not is_organized_by(event, acting_user.pk) and any(family(key) in BY_GUESTS for key in keys):
        own = [link.pk for link in found if link.pairing.calendar.owner_id == acting_user.pk]
        Link.objects.filter(pk__in=own).update(changed_by_guest=True)


def carriers(changed: Mapping[int, Collection[str]], acting_user_id: int) -> list[Link]:
    """The links that may take a changed property out; `changed` has the keys by event id."""
    named = {on_which(key)[1] for keys in changed.values() for key in keys}
    told = {key for key in named if key.startswith(ANSWER)}
    people = Address.objects.people(key.removeprefix(ANSWER) for key in told)
    links = Link.objects.open().filter(entry__event__in=changed, kind__in=KEPT_IN_STEP)
    rows = links.heedful().select_related("entry__event", "pairing__calendar")
    found = []
    for link in rows.order_by("pk"):
        event, owner_id = link.entry.event, link.pairing.calendar.owner_id
        own = frozenset(address for address, user_id in people.items() if user_id == owner_id)
        mine = owner_id == acting_user_id
        modifies = mine and lets_modify(event.components)
        role = role_of(event, link, owner_id)
        movable = Movable(role, own, Guests(link.guests), modifies=modifies)
        keys = changed[event.pk]
        if any(movable.outward(key) and (mine or not is_overlay(key)) for key in keys):
            found.append(link)
    return found


def mark_entry(entry: Entry) -> None:
    """Mark the copies of one person's entry: it was removed, restored, or a hold released.

    Removing is an act that wakes whatever a guard has parked.
    """
    links = Link.objects.open().filter(entry=entry, kind__in=KEPT_IN_STEP)
    _mark(links.exclude(state__in=LEFT_ALONE).order_by("pk"))


def links_of_events(events: Collection[int]) -> list[Link]:
    """The copies whose filters may judge these events otherwise now."""
    links = Link.objects.open().filter(entry__event__in=events, kind=Link.Kind.MAIN)
    return list(links.exclude(state__in=LEFT_ALONE).order_by("pk"))


def link_entry(entry: Entry, guests: Guests = Guests.SHARED) -> Link | None:
    """The link of a new entry to where its calendar's own events go; None: nowhere.

    Only the organizer's events go out; guests receive theirs from the organizer's provider.
    The calendar is locked against `pair`, not against other entries: whichever comes second sees
    the other. (Django's foreign keys are checked at the end, so inserting the entry locks nothing.)
    """
    list(Calendar.objects.raw(KEEP_CALENDAR, [entry.calendar_id]))
    pairings = Pairing.objects.filter(calendar=entry.calendar_id, default_target=True)
    pairing = pairings.select_related("calendar").first()
    if pairing is None or not _is_ours(entry.event, pairing.calendar.owner_id):
        return None
    uid = EventUid.objects.filter(event=entry.event_id).earliest("retired", "pk").uid
    link = _new_link(pairing, entry, guests, uid)
    link.save()
    return link


def pair(
    calendar: Calendar,
    remote_calendar: RemoteCalendar,
    credential: ProviderCredential,
    *,
    default_target: bool = True,
) -> Pairing:
    """Pair two calendars; what the owner organizes here gets links, and is sent by the next run.

    Guests of these events are withheld: nobody is mailed about a meeting he knows already.
    The calendar is locked, as by `link_entry`: no entry slips through (at READ COMMITTED).
    """
    locked = Calendar.objects.select_for_update().get(pk=calendar.pk)
    pairing, _ = Pairing.objects.update_or_create(
        calendar=locked,
        remote_calendar=remote_calendar,
        defaults={
            "credential": credential,
            "default_target": default_target,
            "state": Pairing.State.ACTIVE,
            "state_code": "",
        },
    )
    if default_target:
        unlinked = Entry.objects.alive().filter(calendar=locked, event__home=None)
        linked = (
            Link.objects.open().filter(entry__calendar=locked, kind=Link.Kind.MAIN).values("entry")
        )
        rows = unlinked.exclude(pk__in=linked).select_related("event").order_by("pk")
        before = {"deleted_there": _deleted_there(pairing)}
        rows = rows.annotate(**before)
        own = [entry for entry in rows if _is_ours(entry.event, locked.owner_id)]
        _create_links(pairing, own)
    return pairing


def _deleted_there(pairing: Pairing) -> Subquery:
    """The incarnation of what stood there and was deleted: its key is used up."""
    links = Link.objects.filter(pairing=pairing, entry=OuterRef("pk"), href="")
    closed = links.exclude(closed_at=None).order_by("-incarnation")
    return Subquery(closed.values("incarnation")[:1])


def _is_ours(event: Event, owner_id: int) -> bool:
    return event.home_id is None and is_organized_by(event, owner_id)


def _create_links(pairing: Pairing, entries: list[Entry]) -> None:
    """Links for events that existed before the pairing."""
    events = [entry.event_id for entry in entries]
    uids = dict(
        EventUid.objects.filter(event__in=events)
        .order_by("-retired", "-pk")
        .values_list("event", "uid")
    )
    meetings = set(Attendee.objects.filter(event__in=events).values_list("event", flat=True))
    links = []
    for entry in entries:
        guests = Guests.WITHHELD if entry.event_id in meetings else Guests.SHARED
        link = _new_link(pairing, entry, guests, uids[entry.event_id])
        if entry.deleted_there is not None:
            link.incarnation = entry.deleted_there + 1
        links.append(link)
    create_all(Link, links)


def _new_link(pairing: Pairing, entry: Entry, guests: Guests, uid: str) -> Link:
    return Link(
        pairing=pairing,
        entry=entry,
        uid=uid,
        guests=guests.value,
        state=LinkState.DIRTY.value,
    )


def _mark(links: Iterable[Link]) -> None:
    create_all(DirtyMark, [DirtyMark(link=link) for link in links])
