"""Ends of time, first dates beside the rule, dates without length (engine/occurrences.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import CalendarObject, Event, instant
from calendar_sync.engine.occurrences import RecurrenceSet, occurrences
from calendar_sync.engine.recurrence import UnreadableRecurrence


@pytest.mark.parametrize("until", ["99991231", "99991231T235959", "99991231T235959Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_until_the_year_9999_is_no_end(until: str, zone: str) -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo(zone))
    dates = RecurrenceSet.parse([f"RRULE:FREQ=DAILY;UNTIL={until}"], start)

    assert dates.rules[0].until is None
    assert len(dates.starts(instant(start), instant(start) + timedelta(days=3))) == 3


@pytest.mark.parametrize("line", ["EXDATE:00010101T000000Z", "RDATE:99991231", "EXDATE:00000101"])
def test_dates_that_are_none_in_some_zone_are_refused(line: str) -> None:
    with pytest.raises(UnreadableRecurrence, match=r"^date$"):
        RecurrenceSet.parse([line], datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo")))


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        (["RRULE:FREQ=DAILY"], True),
        (["RRULE:FREQ=WEEKLY;BYDAY=SU", "RRULE:FREQ=WEEKLY;BYDAY=MO"], True),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO"], False),
        (["RRULE:FREQ=DAILY;UNTIL=20260228"], False),
        (["RDATE:20260301T090000"], False),
    ],
)
def test_first_date_may_be_none_of_the_rules(lines: list[str], held: bool) -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Paris"))  # a Sunday

    assert RecurrenceSet.parse(lines, start).holds_start() is held


def test_date_without_length_takes_place() -> None:
    start = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Paris"))
    series = CalendarObject("u", Event(start, start), ("RRULE:FREQ=DAILY;COUNT=2",))

    found = occurrences(series, instant(start), instant(start) + timedelta(days=2))

    assert [each.start for each in found] == [start, start + timedelta(days=1)]
    assert [each.end for each in found] == [each.start for each in found]
