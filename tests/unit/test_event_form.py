"""The times that a new event is proposed with."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.controllers.event_form import EventForm

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("now", "day", "start", "end"),
    [
        ("2026-11-27T10:20", "", "2026-11-27 11:00", "2026-11-27 12:00"),
        ("2026-11-27T10:20", "2026-12-24", "2026-12-24 11:00", "2026-12-24 12:00"),
        ("2026-11-27T22:04", "2026-11-27", "2026-11-27 23:00", "2026-11-28 00:00"),
        ("2026-12-31T22:59", "", "2026-12-31 23:00", "2027-01-01 00:00"),
        ("2026-11-27T23:30", "2026-11-27", "2026-11-27 00:00", "2026-11-27 01:00"),
        ("2026-11-27T10:20", "no day", "2026-11-27 11:00", "2026-11-27 12:00"),
    ],
)
def test_the_next_full_hour_of_the_day_asked_for(now: str, day: str, start: str, end: str) -> None:
    """An hour before midnight it ends on the next day."""
    form = EventForm.proposed(datetime.fromisoformat(now).replace(tzinfo=PARIS), day, PARIS)
    assert (f"{form.start_date} {form.start_time}", f"{form.end_date} {form.end_time}") == (
        start,
        end,
    )
    first, last = form.times(PARIS)
    assert first < last
