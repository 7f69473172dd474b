"""Where a person's own copies of an event are, in words."""

from calendar_sync.actions.copy_lines import CopyLine
from calendar_sync.actions.feed import EventDetail
from calendar_sync.controllers.kept_words import REASONS as LEFT_OUT
from calendar_sync.engine.masks import Mirror
from calendar_sync.providers.registry import PROVIDERS

MIRRORED = {Mirror.BUSY: "as Busy", Mirror.FULL: "with details"}
COPY_STATES = {
    "only-here": "not there, it stays here for now",
    "settled": "in step",
    "dirty": "waiting to be sent",
    "in-doubt": "being checked",
    "held": "waiting for you: it would mail guests",
    "asked": "changed on both sides, waiting for you",
    "refused": "not accepted",
    "parked": "set aside",
    "frozen": "frozen",
    "ignored": "not synced",
    "unwanted": "removed there on purpose",
    "extra": "a second copy",
    "left-out": "not kept in step",
}


NOT_MOVED = {
    "cannotChangeOrganizer": "it is somebody else's meeting",
    "cannotChangeOrganizerOfInstance": "one date can't leave its series",
    "destination_gone": "that calendar isn't kept in step any more",
    "eventTypeRestriction": "only meetings and plain events can be moved",
    "requiredAccessLevel": "you may not write there",
}


def lives_in(detail: EventDetail) -> list[dict[str, str]]:
    """Where the viewer's own copies are; nobody else's mailbox is named."""
    if not detail.copies:
        return [{"letter": "", "text": "Only here."}]
    return [
        {
            "letter": PROVIDERS[copy.provider].letter,
            "text": _copy(copy),
        }
        for copy in detail.copies
    ]


def _copy(copy: CopyLine) -> str:
    where, state = f"our {copy.label}, {copy.address}", _copy_state(copy)
    if copy.moving_to:
        state = f"{state}; {_moving(copy)}"
    if copy.mirror is Mirror.OFF:
        return f"Y{where}: {state}"
    if copy.state == "unwanted":
        return f"Not shown in y{where}: {state}"
    return f"Also shown in y{where}, {MIRRORED[copy.mirror]}: {state}"


def _moving(copy: CopyLine) -> str:
    if not copy.not_moved:
        return f"on its way to “{copy.moving_to}”"
    reason = NOT_MOVED.get(copy.not_moved, copy.not_moved)
    return f"it can't go to “{copy.moving_to}”: {reason}"


def _copy_state(copy: CopyLine) -> str:
    words = COPY_STATES.get(copy.state, copy.state)
    if copy.state == "settled" and copy.waiting:
        words = COPY_STATES["dirty"]
    if copy.state == "left-out":
        return f"{words}: {LEFT_OUT.get(copy.reason, copy.reason)}"
    if copy.reason:
        words = f"{words} ({copy.reason})"
    return f"{words}, without its guests" if copy.withheld else words
