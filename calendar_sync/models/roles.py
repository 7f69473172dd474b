"""Which copy of a meeting a pairing holds (DESIGN §4, *Home and roles*)."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, Subquery

from calendar_sync.engine.properties import BY_GUESTS, family
from calendar_sync.engine.rights import MODIFY
from calendar_sync.engine.sync import CopyRole
from calendar_sync.models.credential import ProviderCredential
from calendar_sync.models.dirty_mark import DirtyMark
from calendar_sync.models.event import Event
from calendar_sync.models.link import Link, LinkQuerySet
from calendar_sync.models.pairing import Pairing


def role_of(event: Event, link: Link, owner_id: int) -> CopyRole:
    """What this link of the event, in a calendar of this owner, may move."""
    if link.kind == Link.Kind.RETIRED:
        replaced = link.organizes and event.home_id is not None
        return CopyRole.REPLACED if replaced else CopyRole.RETIRED
    if link.kind == Link.Kind.MIRROR:
        return CopyRole.MIRROR
    if link.read_only:
        return CopyRole.READ_ONLY
    return standing_of(event, link, owner_id)


def standing_of(event: Event, link: Link, owner_id: int) -> CopyRole:
    """The same whether or not the copy can be written: whose word it is."""
    is_own = link.organizes and is_organized_by(event, owner_id)
    if is_own and event.home_id in {None, link.pairing_id}:
        return CopyRole.HOME
    if event.home_id == link.pairing_id:
        return CopyRole.WITNESS
    return CopyRole.PERSONAL if event.organizer_user_id is None else CopyRole.ATTENDEE


def is_organized_by(event: Event, user_id: int) -> bool:
    """Whether the event is this person's own; an event without organizer is its calendar's."""
    return event.organizer_user_id == user_id or not event.organizer_address


def hand_over_witnesses(account: ProviderCredential) -> int:
    """Let other running copies speak for the outside meetings this account spoke for.

    To be called when it stops or cannot go on. A meeting without another running copy keeps its
    witness. How many got another one; two statements, and four and two per meeting where guests
    may change it.
    """
    return _hand_over(Q(home__credential=account), Q(pairing__credential=account))


def hand_over_witnesses_at(provider: str) -> int:
    """The same for all accounts of a provider."""
    return _hand_over(
        Q(home__credential__provider=provider), Q(pairing__credential__provider=provider)
    )


def hand_over_witnesses_in(pairing: Pairing) -> int:
    """The same for one calendar of an account."""
    return _hand_over(Q(home=pairing), Q(pairing=pairing))


def running_copies() -> LinkQuerySet:
    """Copies whose accounts read them: what is said of a meeting reaches them."""
    copies = Link.objects.open().filter(
        kind=Link.Kind.MAIN,
        pairing__state=Pairing.State.ACTIVE,
        pairing__credential__state=ProviderCredential.State.ACTIVE,
        pairing__credential__paused_at=None,
    )
    return copies.exclude(href="")


def _hand_over(spoken_for: Q, own: Q) -> int:
    copies = running_copies().filter(entry__event=OuterRef("pk")).exclude(own)
    copies = copies.order_by("date", "pk")  # the whole first
    events = Event.objects.filter(spoken_for, organizer_user=None)
    events = events.exclude(organizer_address="").filter(Exists(copies))
    changeable = list(
        events.filter(components__contains={MODIFY: True}).values_list("pk", flat=True)
    )
    count = events.update(home=Subquery(copies.values("pairing")[:1]))
    if changeable:
        _begin_anew(changeable)
    return count


def _begin_anew(events: Collection[int]) -> None:
    """What the former witness did not send is its owner's, and no other guest's copy carries it.

    The new one has no base for what guests may change: what the organizer has holds, and what
    stood here instead is a conflict that was lost.
    """
    links = Link.objects.open().filter(entry__event__in=events, kind=Link.Kind.MAIN)
    links.update(changed_by_guest=False)
    for link in links.filter(pairing=F("entry__event__home")).order_by("pk"):
        if link.observed is None:
            link.observed = {key: pair[1] for key, pair in link.base.items() if pair[1] is not None}
        link.base = {key: pair for key, pair in link.base.items() if family(key) not in BY_GUESTS}
        link.save(update_fields=["base", "observed"])
        DirtyMark.objects.create(link=link)
