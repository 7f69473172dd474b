"""Which copy of a meeting a pairing holds (DESIGN §4, *Home and roles*)."""

from calendar_sync.engine.sync import CopyRole
from calendar_sync.models.event import Event
from calendar_sync.models.link import Link


def role_of(event: Event, link: Link, owner_id: int) -> CopyRole:
    """What this link of the event, in a calendar of this owner, may move."""
    if event.is_series or link.read_only:
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
