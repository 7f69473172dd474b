"""Series as values, in one line each, and the dates they yield."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import CalendarObject, Override, When, when_to_text
from calendar_sync.engine.moves import SeriesRefused
from calendar_sync.engine.occurrences import end_of, occurrences
from calendar_sync.engine.series import change_all, event_at
from support.builders import PARIS, an_event, an_object

NEW_YORK = ZoneInfo("America/New_York")
EVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def paris(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def floating(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour)  # noqa: DTZ001 - floating


def march(day: int) -> date:
    return date(2026, 3, day)


def series(start: When, *lines: str, overrides: tuple[Override, ...] = ()) -> CalendarObject:
    return replace(an_object(start=start), recurrence=lines, overrides=overrides)


def changed(recurrence_id: When, **fields: Any) -> Override:  # noqa: ANN401 - fields of an event
    return Override(recurrence_id, replace(an_event(start=recurrence_id), **fields))


def at(recurrence_id: When, start: When, summary: str = "Design review") -> Override:
    return Override(recurrence_id, an_event(summary, start))


def dates(obj: CalendarObject | None) -> list[str]:
    """The starts, as `month-day hour:minute` of their own clock."""
    assert obj
    found = [each.start for each in occurrences(obj, *EVER)]
    return [f"{s:%m-%d %H:%M}" if isinstance(s, datetime) else f"{s:%m-%d}" for s in found]


def ids(obj: CalendarObject) -> list[str]:
    return [when_to_text(each.recurrence_id) for each in obj.overrides]


def shifted(obj: CalendarObject, when: When, to: When) -> CalendarObject:
    """The scope “all”, by moving one date with its length."""
    event = event_at(obj, when)
    return change_all(obj, when, replace(event, start=to, end=end_of(event, to)))


def refusal(code: str) -> pytest.RaisesExc[SeriesRefused]:
    return pytest.raises(SeriesRefused, match=f"^{code}$")
