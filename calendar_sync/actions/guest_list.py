"""The guests of one event, or of one date of a series, as its page lists them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.mail_question import target_of
from calendar_sync.engine.event import Role, UserType, When, when_from_text
from calendar_sync.engine.guests import is_mailable
from calendar_sync.engine.properties import (
    ANSWER,
    ATTENDEE,
    PROPOSAL,
    UNANSWERED,
    Properties,
    addresses,
)
from calendar_sync.models import Attendee, Contact, Event
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import may

CONTACT = "calendar_sync.contact"


class Unsent(StrEnum):
    """Why the provider does not know of a guest."""

    UNMAILABLE = "unmailable"
    OUTSIDE = "outside"  # only colleagues are sent
    WITHHELD = "withheld"  # not yet sent, or until *Invite now*
    UNCONNECTED = "unconnected"  # the organizer has no running connection


@dataclass(frozen=True)
class GuestLine:
    """A guest; `name` is what the invitation says, often nothing."""

    address: str
    name: str
    partstat: str
    is_me: bool
    user_id: int | None = None  # a colleague
    role: str = Role.REQUIRED.value
    kind: str = UserType.INDIVIDUAL.value
    comment: str = ""
    additional_guests: int = 0
    proposed: tuple[When, When] | None = None  # the time he would rather have
    contact_id: int | None = None
    contact: str = ""  # the name of a contact or lead
    contact_kind: str = ""
    unsent: Unsent | None = None


def guests_on(
    user: User,
    known: Mapping[str, Attendee],
    shown: Properties,
    missing: Mapping[str, Unsent],
) -> tuple[GuestLine, ...]:
    """Those of one date, with their answers to it."""
    lines = []
    outside = {each for each in addresses(shown) if each not in known or not known[each].user_id}
    contacts = Contact.objects.at(outside) if outside and may(user, CONTACT, "read") else {}
    for address in sorted(addresses(shown)):
        name, role, kind = cast("list[str]", shown[ATTENDEE + address])
        answer, comment, more = cast("list[Any]", shown.get(ANSWER + address) or [*UNANSWERED])
        person = known[address].user_id if address in known else None
        me = person == user.pk
        proposed = _proposed(shown, address)
        line = GuestLine(address, name, answer, me, person, role, kind, comment, more, proposed)
        if met := contacts.get(address):
            line = replace(line, contact_id=met.pk, contact=met.name, contact_kind=met.kind)
        lines.append(replace(line, unsent=missing.get(address)))
    return tuple(lines)


def _proposed(shown: Properties, address: str) -> tuple[When, When] | None:
    """Nothing once it was used."""
    found = _times(shown, PROPOSAL + address)
    return None if found == _times(shown, "when") else found


def _times(shown: Properties, key: str) -> tuple[When, When] | None:
    value = shown.get(key)
    if not isinstance(value, list):
        return None
    start, end = (when_from_text(str(text)) for text in value)
    return start, end


def unsent(
    user: User, event: Event, values: Properties, known: Mapping[str, Attendee]
) -> dict[str, Unsent]:
    """Guests of whom no provider knows, as far as the user sees guests.

    Colleagues see the meeting here in any case. A guest is told only that nobody informs the
    others; what the organizer chose is the organizer's business.
    """
    invited, mine = addresses(values), is_organized_by(event, user.pk)
    if not invited or not (mine or event.organizer_user_id):
        return {}
    target = target_of(event)
    if target is None:
        colleagues = {address for address, guest in known.items() if guest.user_id}
        return dict.fromkeys(sorted(invited - colleagues), Unsent.UNCONNECTED)
    if not mine:
        return {}
    kept = target.movable(values).kept_back
    return {
        address: _why(address, kept)
        for address in sorted(invited)
        if ATTENDEE + address not in target.theirs
    }


def _why(address: str, kept: Collection[str]) -> Unsent:
    if address not in kept:
        return Unsent.WITHHELD
    return Unsent.OUTSIDE if is_mailable(address) else Unsent.UNMAILABLE
