"""What a guest's copy tells of a meeting that somebody else organizes. Pure.

It leaves a date out because its guest has taken it out, or because the organizer has called it off;
Google shows both alike (Google contract §4.11), Outlook marks what was called off, also for a guest
who alone is no longer invited (Graph contract §3.11). So it counts for everybody only if no other
guest's copy still has the date (docs/decisions/one-event-per-meeting.md). Who is invited to that
date alone has a voice, too: as long as he has it, it takes place; a mark on it confirms that the
only copy of the series lacks it for its organizer's sake, if both came to be seen together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .dates import cut_off
from .event import PartStat
from .properties import ANSWER, AT, ATTENDEE, CANCELLED, Json, Properties, is_whole_date, on_which
from .recurrence import UnreadableRecurrence
from .rights import shows_guests
from .sync import Base, CopyRole, LinkView

GUESTS = (CopyRole.ATTENDEE, CopyRole.PERSONAL, CopyRole.WITNESS)
"""Roles of a guest's copy."""
_DECLINED = PartStat.DECLINED.value


def left_out(values: Properties) -> frozenset[str]:
    """The dates of a series, by their names in keys, that do not take place."""
    return frozenset(
        on_which(key)[0]
        for key, value in values.items()
        if is_whole_date(key) and value == CANCELLED
    )


def marked_with(view: LinkView) -> Mapping[str, bool]:
    """`view.alone`, with marks of those dates only that this copy had before.

    A date that its guest had taken out before says nothing of what somebody else's mark means.
    """
    before = left_out(view.link.theirs) if view.alone else frozenset()
    return {date: held for date, held in view.alone.items() if held or date not in before}


def as_declined(
    theirs: Properties, dates: Collection[str], owner: Collection[str]
) -> dict[str, Json]:
    """What a guest's copy says, with the dates that it leaves out as declined by its owner."""
    told = {key: value for key, value in theirs.items() if on_which(key)[0] not in dates}
    own = [address for address in owner if ATTENDEE + address in theirs]
    no: Json = [_DECLINED, "", 0]
    return told | {f"{AT}{date}:{ANSWER}{address}": no for date in dates for address in own}


def takes_place(ours: Properties, theirs: Properties) -> frozenset[str]:
    """Dates that are left out here, and that a guest's copy has."""
    missing = left_out(ours) - left_out(theirs)
    try:
        return missing - cut_off(theirs, missing) if missing else missing
    except UnreadableRecurrence:
        return frozenset()


def is_declined(values: Properties, address: str) -> bool:
    answer = values.get(ANSWER + address)
    return isinstance(answer, list) and answer[:1] == [_DECLINED]


def has_lost(base: Base, theirs: Properties, address: str) -> bool:
    """Whether a guest was listed in this copy, and is not any more.

    A list that is hidden by now says nothing of anybody.
    """
    listed = base.get(ATTENDEE + address, (None, None))[0] is not None
    return listed and ATTENDEE + address not in theirs and shows_guests(theirs)
