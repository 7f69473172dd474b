"""What Graph says of guests' rights, and of the times guests propose. Pure; §3.1, §3.3."""

from __future__ import annotations

from datetime import datetime

from ...engine.event import When
from ...engine.properties import Json
from ...engine.rights import PROPOSE, RSVP, SEE, GuestRights, right
from . import wire
from .recurrence import Unreadable
from .zones import delivered_zone

HOLDS = frozenset({SEE, PROPOSE, RSVP})


def rights_of(item: wire.Event) -> GuestRights:
    """Each is missing or null where nobody said anything."""
    return GuestRights(
        see=not item.get("hideAttendees"),
        propose=item.get("allowNewTimeProposals") is not False,
        answer=item.get("responseRequested") is not False,
    )


def written(key: str, value: Json) -> dict[str, bool]:
    """The field for one of HOLDS."""
    allowed = right({key: value}, key)
    if key == SEE:
        return {"hideAttendees": not allowed}
    return {"allowNewTimeProposals" if key == PROPOSE else "responseRequested": allowed}


def proposal_of(row: wire.Attendee) -> tuple[When, When] | None:
    """Another time this guest would rather have, as moments; None too for one that is odd."""
    proposed = row.get("proposedNewTime") or {}
    start, end = (_moment(given) for given in (proposed.get("start"), proposed.get("end")))
    return (start, end) if start and end and start <= end else None


def _moment(given: wire.DateTimeTimeZone | None) -> datetime | None:
    value = given or {}
    try:
        wall = datetime.fromisoformat((value.get("dateTime") or "")[:19])
        zone = delivered_zone(value)
    except (ValueError, Unreadable):
        return None
    return wall.replace(tzinfo=zone) if wall.year in wire.YEARS else None
