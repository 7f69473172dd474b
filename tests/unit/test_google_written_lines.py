"""Recurrence lines in the form Google requires (contract §7.1)."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.errors import Rejected
from calendar_sync.engine.event import When
from calendar_sync.providers.google.recurrence import written_lines

MADRID = ZoneInfo("Europe/Madrid")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
TIMED = datetime(2026, 1, 12, 10, tzinfo=MADRID)
FAR = datetime(2026, 1, 12, 10, tzinfo=KIRITIMATI)
WHOLE = date(2026, 1, 12)
MONTHS = "BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12"


@pytest.mark.parametrize(
    ("rule", "start", "written"),
    [
        ("FREQ=DAILY", TIMED, "FREQ=DAILY"),
        ("freq=daily;count=3;", TIMED, "FREQ=DAILY;COUNT=3"),
        ("FREQ=DAILY;BYHOUR=10,17", TIMED, "FREQ=DAILY;BYHOUR=10,17"),
        ("FREQ=DAILY;UNTIL=20260119T090000Z", TIMED, "FREQ=DAILY;UNTIL=20260119T090000Z"),
        ("UNTIL=20260119T100000;FREQ=DAILY", TIMED, "FREQ=DAILY;UNTIL=20260119T090000Z"),
        ("FREQ=DAILY;UNTIL=20260119", TIMED, "FREQ=DAILY;UNTIL=20260119T225959Z"),
        ("FREQ=DAILY;UNTIL=20260119", FAR, "FREQ=DAILY;UNTIL=20260119T095959Z"),
        ("FREQ=DAILY;UNTIL=20260119", WHOLE, "FREQ=DAILY;UNTIL=20260119"),
        ("FREQ=DAILY;UNTIL=20260119T235959Z", WHOLE, "FREQ=DAILY;UNTIL=20260119"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", TIMED, "FREQ=DAILY"),
        # Google means the first date's month, we mean all of them
        ("FREQ=YEARLY;BYMONTHDAY=12", WHOLE, f"FREQ=YEARLY;BYMONTHDAY=12;{MONTHS}"),
        ("FREQ=YEARLY;BYMONTHDAY=12;BYMONTH=1", WHOLE, "FREQ=YEARLY;BYMONTHDAY=12;BYMONTH=1"),
        ("FREQ=YEARLY;BYMONTHDAY=12;BYDAY=MO", WHOLE, "FREQ=YEARLY;BYMONTHDAY=12;BYDAY=MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=12", WHOLE, "FREQ=MONTHLY;BYMONTHDAY=12"),
        ("FREQ=YEARLY", WHOLE, "FREQ=YEARLY"),
    ],
)
def test_rule_is_of_the_kind_of_its_start(rule: str, start: When, written: str) -> None:
    assert written_lines([f" RRULE:{rule} "], start) == [f"RRULE:{written}"]


@pytest.mark.parametrize(
    ("lines", "start", "written"),
    [
        (["EXDATE;TZID=Europe/Madrid:20260114T100000"], TIMED, ["EXDATE:20260114T090000Z"]),
        (["EXDATE;TZID=Asia/Tokyo:20260114T180000"], TIMED, ["EXDATE:20260114T090000Z"]),
        (["EXDATE:20260114T100000"], TIMED, ["EXDATE:20260114T090000Z"]),
        (["EXDATE;VALUE=DATE:20260114"], TIMED, ["EXDATE:20260114T090000Z"]),
        (["EXDATE;VALUE=DATE:20260114"], FAR, ["EXDATE:20260113T200000Z"]),
        (["EXDATE:20260114T090000Z"], WHOLE, ["EXDATE;VALUE=DATE:20260114"]),
        (
            ["EXDATE:20260115T090000Z,20260114T090000Z", "exdate:20260114T090000Z"],
            TIMED,
            ["EXDATE:20260114T090000Z", "EXDATE:20260115T090000Z"],
        ),
        # one that hits no date takes nothing away
        (["EXDATE:20260114T100000Z"], TIMED, []),
        (["RDATE;TZID=Europe/Madrid:20260114T180000"], TIMED, ["RDATE:20260114T170000Z"]),
        (
            ["RDATE:20260203,20260201,20260203"],
            WHOLE,
            ["RDATE;VALUE=DATE:20260201", "RDATE;VALUE=DATE:20260203"],
        ),
        (
            ["RDATE:20260114T170000Z", "EXDATE:20260114T170000Z"],
            TIMED,
            ["RDATE:20260114T170000Z", "EXDATE:20260114T170000Z"],
        ),
    ],
)
def test_dates_are_of_the_kind_of_the_start(
    lines: list[str], start: When, written: list[str]
) -> None:
    assert written_lines([*lines, "RRULE:FREQ=DAILY"], start) == ["RRULE:FREQ=DAILY", *written]


def test_a_day_left_out_means_all_of_its_times() -> None:
    lines = ["RRULE:FREQ=DAILY;BYHOUR=10,17", "EXDATE;VALUE=DATE:20260114"]

    assert written_lines(lines, TIMED)[1:] == ["EXDATE:20260114T090000Z", "EXDATE:20260114T160000Z"]


def test_series_may_be_made_of_dates_alone() -> None:
    assert written_lines(["RDATE;VALUE=DATE:20260120"], WHOLE) == ["RDATE;VALUE=DATE:20260120"]


@pytest.mark.parametrize(
    ("lines", "start", "code"),
    [
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], TIMED, "several_rules"),
        (["EXDATE:20260114T090000Z"], TIMED, "several_rules"),
        ([], TIMED, "several_rules"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], TIMED, "excluded_rule"),
        (["RRULE:FREQ=DAILY;BYHOUR=9;COUNT=3"], WHOLE, "byhour"),
        (["RRULE:FREQ=WEEKLY;BYDAY=TU"], TIMED, "start_not_on_rule"),
        (["RRULE:FREQ=DAILY;UNTIL=20260111"], WHOLE, "start_not_on_rule"),
        (["RRULE:FREQ=DAILY"], TIMED.replace(tzinfo=None), "floating_time"),
        (["RRULE:FREQ=DAILY"], TIMED.replace(tzinfo=timezone.utc), "floating_time"),  # noqa: UP017
        (["RRULE:FREQ=DAILY"], date(9999, 12, 31), "out_of_range"),
        (["RRULE:FREQ=DAILY"], datetime(1, 1, 1, tzinfo=KIRITIMATI), "out_of_range"),
        (["RRULE:FREQ=HOURLY"], TIMED, "recurrence_unreadable"),
        (["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101"], TIMED, "recurrence_unreadable"),
        (["DTSTART:20260112T090000Z", "RRULE:FREQ=DAILY"], TIMED, "recurrence_unreadable"),
        (["RRULE:FREQ=DAILY", "EXDATE:99991231T235959Z"], TIMED, "recurrence_unreadable"),
        (["RRULE:FREQ=DAILY", "RDATE:00010101"], WHOLE, "recurrence_unreadable"),
    ],
)
def test_what_google_refuses_or_changes_is_refused(
    lines: list[str], start: When, code: str
) -> None:
    with pytest.raises(Rejected) as error:
        written_lines(lines, start)

    assert error.value.code == code
