"""A date of a series stays between its neighbours (contract 6)."""

from datetime import date, datetime

from . import recurrence, zones
from .errors import GraphError
from .mailbox import Item


def check(master: Item, on: date, start: datetime) -> None:
    """Whether the date of the pattern may begin at `start`. Raises GraphError 400."""
    day = _day(master, start)
    before, after = _neighbours(master, on)
    if (before is not None and day <= before) or (after is not None and day >= after):
        raise GraphError(
            400,
            "ErrorOccurrenceCrossingBoundary",
            "Modified occurrence is crossing or overlapping adjacent occurrence.",
        )


def _neighbours(master: Item, on: date) -> tuple[date | None, date | None]:
    """Where the dates before and after now are; deleted ones do not count."""
    before = None
    for other in recurrence.dates(master.recurrence or {}):
        if other == on or other in master.cancelled:
            continue
        edited = master.overrides.get(other)
        where = other if edited is None else _day(master, edited.start)
        if other > on:
            return before, where
        before = where
    return before, None


def _day(master: Item, at: datetime) -> date:
    rule = master.recurrence or {}
    name = "UTC" if master.all_day else rule["range"]["recurrenceTimeZone"]
    return zones.local(at, name).date()
