"""The guests of one event, or of one date of a series, as its page lists them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.mail_question import target_of
from calendar_sync.engine.event import Role, UserType, When, when_from_text
from calendar_sync.engine.properties import (
    ANSWER,
    ATTENDEE,
    PROPOSAL,
    UNANSWERED,
    Properties,
    addresses,
)
from calendar_sync.models import Attendee, Contact, Event
from calendar_sync.security.access import may

CONTACT = "calendar_sync.contact"


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


def guests_on(
    user: User, known: Mapping[str, Attendee], shown: Properties
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
        lines.append(line)
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


def uninformed(event: Event, values: Properties) -> int:
    """Guests of an own meeting whom no provider of ours knows."""
    invited = {key for key in values if key.startswith(ATTENDEE)}
    if not invited:
        return 0
    target = target_of(event)
    return len(invited - target.theirs.keys()) if target else len(invited)
