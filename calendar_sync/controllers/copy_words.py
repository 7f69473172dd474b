"""Where the copies of an event are, and how they stand."""

from calendar_sync.actions.copy_lines import CopyLine
from calendar_sync.actions.feed import EventDetail
from calendar_sync.controllers.kept_words import REASONS as LEFT_OUT
from calendar_sync.providers.registry import PROVIDERS

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


def lives_in(detail: EventDetail) -> list[dict[str, str]]:
    """Where the viewer's own copies are; nobody else's mailbox is named."""
    if not detail.copies:
        return [{"letter": "", "text": "Only here."}]
    return [
        {
            "letter": PROVIDERS[copy.provider].letter,
            "text": f"Your {copy.label}, {copy.address}: {_copy_state(copy)}",
        }
        for copy in detail.copies
    ]


def _copy_state(copy: CopyLine) -> str:
    words = COPY_STATES.get(copy.state, copy.state)
    if copy.state == "settled" and copy.waiting:
        words = COPY_STATES["dirty"]
    if copy.state == "left-out":
        return f"{words}: {LEFT_OUT.get(copy.reason, copy.reason)}"
    if copy.reason:
        words = f"{words} ({copy.reason})"
    return f"{words}, without its guests" if copy.withheld else words
