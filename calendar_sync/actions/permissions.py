"""What a person may do with an event here: its organizer all, guests what he lets them.

A guest's change goes where the organizer's own would: to the home, with its mail question. That of
an outside organizer's meeting goes to the guest's own copy, if that is the one which speaks for
him and its provider lets guests write there; never to the copy of another guest
(docs/decisions/guest-rights.md).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Q

from calendar_sync.actions.configuration import capabilities
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.engine.capabilities import EVERYTHING, Capabilities
from calendar_sync.engine.properties import (
    ATTENDEE,
    BY_GUESTS,
    Json,
    Properties,
    family,
    is_overlay,
    on_which,
)
from calendar_sync.engine.rights import INVITE, MODIFY, SEE, USUAL, right, shows_guests
from calendar_sync.engine.special import Special, is_writable
from calendar_sync.models import Attendee, Event, Link, Pairing, ProviderCredential
from calendar_sync.models.link import LinkQuerySet
from calendar_sync.models.roles import is_organized_by

COMES_FROM_ELSEWHERE = {
    Special.BIRTHDAY.value: "Birthdays come from the contacts at the provider: change them there.",
    Special.FROM_MAIL.value: "Found in a mail by the provider, so it is shown as it is.",
    Special.OTHER.value: "The provider has made this of a kind of its own, so it is only shown.",
}
"""Why a special event may not be changed here."""


HERE = frozenset({MODIFY, INVITE, SEE})


@dataclass(frozen=True)
class Permission:
    """`change`: what everybody sees; `invite`: further guests."""

    change: bool
    invite: bool


def permission(user: User, event: Event, *, invited: bool) -> Permission:
    """`invited`: the user is among its guests. One statement for a guest, none for others."""
    values = event.components
    if is_organized_by(event, user.pk):
        return Permission(is_writable(values), "special" not in values)
    modify, invite = right(values, MODIFY), right(values, INVITE) and shows_guests(values)
    side = _carrier(user, event) if invited and (modify or invite) else None
    if side is None:
        return Permission(change=False, invite=False)
    change = modify and side.can_hold(MODIFY)
    return Permission(change, change or (invite and _lets_invite(event, side)))


def permission_of(user: User, event: Event) -> Permission:
    """The same, where nobody has asked for the guests yet."""
    own = is_organized_by(event, user.pk)
    invited = not own and Attendee.objects.filter(event=event, user=user.pk).exists()
    return permission(user, event, invited=invited)


def changeable(user: User, events: Iterable[Event], invited: Collection[int]) -> set[int]:
    """Which of these, by id, the user may change; a statement for each that lets its guests."""
    return {
        event.pk
        for event in events
        if (is_organized_by(event, user.pk) or right(event.components, MODIFY))
        and permission(user, event, invited=event.pk in invited).change
    }


def check_may_change(
    user: User, event: Event, before: Properties, changed: Mapping[str, Json]
) -> None:
    """`before` is what stands here. Raises ActionRefused."""
    if text := COMES_FROM_ELSEWHERE.get(str(event.components.get("special"))):
        raise ActionRefused("shown_only", text)
    shared = {key: value for key, value in changed.items() if not is_overlay(key)}
    if not shared or is_organized_by(event, user.pk):
        return
    may = permission_of(user, event)
    if may.change and all(family(key) in {*BY_GUESTS, "answer"} for key in shared):
        return
    if may.invite and all(_adds_a_guest(key, before, shared) for key in shared):
        return
    check_organizer(user, event)


def check_organizer(user: User, event: Event) -> None:
    """Raises ActionRefused."""
    if not is_organized_by(event, user.pk):
        organizer = event.organizer_name or event.organizer_address
        raise ActionRefused("not_organizer", f"Only {organizer}, the organizer, can change this.")


def rights_held(user: User, event_id: int | None = None) -> tuple[str, ...]:
    """Fields of a draft for the rights that the provider of this event knows, or of a new one.

    Of one that is nowhere else: those that are respected here.
    """
    event = Event.objects.visible_to(user).filter(pk=event_id).first() if event_id else None
    if event is not None:
        copies = [link.pairing for link in home_links(event).select_related("pairing__credential")]
    else:
        targets = Pairing.objects.for_new_events(user.pk).select_related("credential")
        copies = list(targets[:1])
    sides = [capabilities(pairing.credential.provider) for pairing in copies]
    held = {key for key in USUAL if any(side.can_hold(key) for side in sides)}
    return tuple(key.replace("-", "_") for key in USUAL if key in (held if sides else HERE))


def home_links(event: Event) -> LinkQuerySet:
    """The organizer's own copies, or the one that speaks for an outside organizer."""
    homes = Q(pairing__calendar__owner=event.organizer_user_id or 0) | Q(pairing=event.home_id or 0)
    return Link.objects.open().filter(homes, entry__event=event, kind=Link.Kind.MAIN)


def is_running(pairing: Pairing) -> bool:
    active = pairing.credential.state == ProviderCredential.State.ACTIVE
    return active and pairing.state == Pairing.State.ACTIVE


def _carrier(user: User, event: Event) -> Capabilities | None:
    """What the copy that takes a guest's change out can hold; None: none would take it."""
    links = home_links(event).select_related("pairing__credential", "pairing__calendar")
    copies = [link.pairing for link in links]
    if event.organizer_user_id and not copies:
        return EVERYTHING
    for pairing in filter(is_running, copies):
        side = capabilities(pairing.credential.provider)
        own = pairing.calendar.owner_id == user.pk and side.guests_may_modify
        if event.organizer_user_id or (own and right(event.components, SEE)):
            return side
    return None


def _lets_invite(event: Event, side: Capabilities) -> bool:
    """Outside organizers' providers take guests from guests only by hand (Google contract §4.4)."""
    return event.organizer_user_id is not None and side.can_hold(INVITE)


def _adds_a_guest(key: str, before: Properties, changed: Mapping[str, Json]) -> bool:
    address = on_which(key)[1].partition(":")[2]
    date = key.removesuffix(on_which(key)[1])
    invitation = f"{date}{ATTENDEE}{address}"
    is_new = before.get(invitation) is None and bool(changed.get(invitation))
    return family(key) in {"attendee", "answer"} and is_new
