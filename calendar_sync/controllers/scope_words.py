"""Which dates of a series each answer to *which dates?* is about, and how many."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from calendar_sync.actions.feed import EventDetail
from calendar_sync.actions.series import Scope
from calendar_sync.controllers import dates
from calendar_sync.engine.event import When, instant, when_from_text
from calendar_sync.engine.occurrences import is_endless, occurrences

SCOPES: Mapping[Scope, str] = {
    Scope.THIS: "This event",
    Scope.FOLLOWING: "This and following events",
    Scope.ALL: "All events",
}
BEGIN, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""No calendar here goes beyond (`engine.icalendar_text`)."""


def reach(detail: EventDetail, zone: ZoneInfo, now: datetime) -> Mapping[Scope, str]:
    """In words, by scope; nothing where the rule of the series cannot be read."""
    if detail.series is None:
        return {}
    named, today = when_from_text(detail.date), timezone.localdate(now, zone)
    this = {Scope.THIS: dates.day(_day(detail.start, zone), today)}
    if is_endless(detail.series):
        first = dates.day(_day(detail.begins, zone), today)
        return this | {
            Scope.FOLLOWING: f"from {dates.day(_day(named, zone), today)}, without end",
            Scope.ALL: f"from {first}, without end",
        }
    found = occurrences(detail.series, BEGIN, END)
    left = [each for each in found if instant(each.recurrence_id or each.start) >= instant(named)]
    past = sum(instant(each.end, zone) <= now for each in found)
    last = dates.day(max((_day(each.start, zone) for each in left), default=today), today)
    counted = f"{_counted(len(found))}, {past:,} of them past" if past else _counted(len(found))
    return this | {
        Scope.FOLLOWING: f"{this[Scope.THIS]} – {last}, {_counted(len(left))}",
        Scope.ALL: counted,
    }


def kept(detail: EventDetail) -> str:
    """What an edit of all dates leaves alone."""
    own = sum(each.event is not None for each in detail.series.overrides) if detail.series else 0
    if own == 1:
        return "1 date was changed on its own and keeps that."
    return f"{own:,} dates were changed on their own and keep that." if own else ""


def _counted(count: int) -> str:
    return "1 date" if count == 1 else f"{count:,} dates"


def _day(when: When, zone: ZoneInfo) -> date:
    return dates.local(when, zone).date() if isinstance(when, datetime) else when
