"""Guests whom nobody knows become contacts, where the owner of a pairing wants it so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..engine.event import Classification, Event, UserType
from ..engine.guests import is_mailable
from ..engine.sync import Fate, LinkChange
from ..models import Address, Attendee, Contact

HIDDEN = (Classification.PRIVATE, Classification.CONFIDENTIAL)


def meet_guests(kind: str, changes: Sequence[LinkChange]) -> None:
    """Contacts of this kind for the persons invited in what came in; six statements at most.

    Never of colleagues under any address, of rooms, of lists, of what no mail reaches, and of
    guests of private events: the address book is everybody's.
    """
    found = {
        guest.address: guest.name
        for event in _events(changes)
        for guest in event.attendees
        if guest.user_type is UserType.INDIVIDUAL and is_mailable(guest.address)
    }
    if not found:
        return
    places = Attendee.objects.filter(address__in=found).exclude(user_type=UserType.INDIVIDUAL.value)
    known = {*Address.objects.people(found), *places.values_list("address", flat=True)}
    Contact.objects.meet(found, kind, known)


def _events(changes: Iterable[LinkChange]) -> Iterable[Event]:
    for change in changes:
        if change.resource and (change.fate is Fate.MATERIALIZE or change.patches):
            whole = change.resource.object
            dates = (override.event for override in whole.overrides)
            for event in (whole.event, *dates):
                if event and event.classification not in HIDDEN:
                    yield event
