"""What Outlook can hold of a series, and what it cannot (providers/graph/patterns.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.errors import Rejected
from calendar_sync.engine.event import When
from calendar_sync.engine.recurrence import RecurrenceRule
from calendar_sync.providers.graph.patterns import pattern_of

PARIS = ZoneInfo("Europe/Paris")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")  # UTC+14
NEW_YORK = ZoneInfo("America/New_York")
ALL_DAYS = "BYDAY=MO,TU,WE,TH,FR,SA,SU"
WORKING = ["monday", "tuesday", "wednesday", "thursday", "friday"]
WEEK = [*WORKING, "saturday", "sunday"]
YEAR = "BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12"


def at(day: str, zone: ZoneInfo = PARIS) -> datetime:
    """Nine o'clock."""
    return datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=zone)


def refused(lines: list[str], start: When) -> str:
    with pytest.raises(Rejected) as error:
        pattern_of(lines, start)
    return error.value.code


def daily(interval: int = 1) -> dict[str, Any]:
    return {"type": "daily", "interval": interval}


def weekly(*days: str, interval: int = 1, first: str = "monday") -> dict[str, Any]:
    return {
        "type": "weekly",
        "interval": interval,
        "daysOfWeek": [*days],
        "firstDayOfWeek": first,
    }


def monthly(day: int, interval: int = 1) -> dict[str, Any]:
    return {"type": "absoluteMonthly", "interval": interval, "dayOfMonth": day}


def yearly(month: int, day: int, interval: int = 1) -> dict[str, Any]:
    return {"type": "absoluteYearly", "interval": interval, "month": month, "dayOfMonth": day}


def relative(index: str, *days: str, interval: int = 1) -> dict[str, Any]:
    return {
        "type": "relativeMonthly",
        "interval": interval,
        "daysOfWeek": [*days],
        "index": index,
    }


def relative_yearly(month: int, index: str, *days: str, interval: int = 1) -> dict[str, Any]:
    return {**relative(index, *days, interval=interval), "type": "relativeYearly", "month": month}


# 1 December 2026 is a Tuesday.
@pytest.mark.parametrize(
    ("rule", "day", "pattern"),
    [
        ("FREQ=DAILY", "2026-12-01", daily()),
        ("FREQ=DAILY;INTERVAL=3", "2026-12-01", daily(3)),
        (f"FREQ=DAILY;INTERVAL=2;{ALL_DAYS}", "2026-12-01", daily(2)),
        (f"FREQ=DAILY;{YEAR}", "2026-12-01", daily()),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-12-01", weekly(*WORKING)),
        ("FREQ=DAILY;INTERVAL=14;BYDAY=TU,WE", "2026-12-01", daily(14)),
        ("FREQ=DAILY;BYDAY=TU;BYSETPOS=-1", "2026-12-01", weekly("tuesday")),
        ("FREQ=DAILY;INTERVAL=3;BYDAY=TU", "2026-12-01", weekly("tuesday", interval=3)),
        ("FREQ=DAILY;BYMONTHDAY=15", "2026-12-15", monthly(15)),
        ("FREQ=DAILY;BYMONTH=3;BYMONTHDAY=15", "2027-03-15", yearly(3, 15)),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "2026-12-01", daily()),
        ("FREQ=WEEKLY", "2026-12-01", weekly("tuesday")),
        (f"FREQ=WEEKLY;{YEAR}", "2026-12-01", weekly("tuesday")),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU",
            "2026-12-01",
            weekly("tuesday", "sunday", interval=2, first="sunday"),
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,SU;BYSETPOS=1;WKST=SU",
            "2026-12-06",
            weekly("sunday", first="sunday"),
        ),
        ("FREQ=WEEKLY;BYDAY=TU,WE,SU;BYSETPOS=1,-1", "2026-12-01", weekly("tuesday", "sunday")),
        (f"FREQ=WEEKLY;{ALL_DAYS}", "2026-12-01", weekly(*WEEK)),
        ("FREQ=MONTHLY", "2026-12-28", monthly(28)),
        ("FREQ=MONTHLY;BYMONTHDAY=15;INTERVAL=2", "2026-12-15", monthly(15, 2)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-12-31", monthly(31)),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2026-12-31", monthly(31)),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2026-12-30", monthly(30)),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1", "2026-12-29", monthly(29)),
        (f"FREQ=MONTHLY;{ALL_DAYS};BYSETPOS=-1", "2026-12-31", monthly(31)),
        (f"FREQ=MONTHLY;{ALL_DAYS};BYSETPOS=5", "2026-12-05", monthly(5)),
        ("FREQ=MONTHLY;BYDAY=TU", "2026-12-01", weekly("tuesday")),
        (f"FREQ=MONTHLY;{YEAR};BYMONTHDAY=1", "2026-12-01", monthly(1)),
        ("FREQ=MONTHLY;BYDAY=1TU", "2026-12-01", relative("first", "tuesday")),
        (
            "FREQ=MONTHLY;BYDAY=-1TU;INTERVAL=2",
            "2026-12-29",
            relative("last", "tuesday", interval=2),
        ),
        ("FREQ=MONTHLY;BYDAY=4TU;BYSETPOS=1", "2026-12-22", relative("fourth", "tuesday")),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "2026-12-08", relative("second", "tuesday")),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-12-31", relative("last", *WORKING)),
        (
            "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=3",
            "2026-12-12",
            relative("third", "saturday", "sunday"),
        ),
        (
            "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3,4,5,6,7",
            "2026-12-01",
            relative("first", "tuesday"),
        ),
        (
            "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=-1,-2,-3,-4,-5,-6,-7",
            "2026-12-29",
            relative("last", "tuesday"),
        ),
        ("FREQ=MONTHLY;INTERVAL=12", "2026-12-01", yearly(12, 1)),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "2026-12-31", yearly(12, 31)),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTH=12", "2026-12-01", yearly(12, 1, 5)),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTH=3,6,9,12", "2026-12-01", monthly(1, 3)),
        ("FREQ=MONTHLY;BYMONTH=6,12", "2026-12-01", monthly(1, 6)),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31;BYMONTH=1,7", "2027-01-31", None),
        ("FREQ=YEARLY", "2026-12-01", yearly(12, 1)),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTHDAY=30;BYMONTH=4", "2027-04-30", yearly(4, 30, 4)),
        ("FREQ=YEARLY;BYMONTHDAY=-2;BYMONTH=4", "2027-04-29", yearly(4, 29)),
        ("FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2", "2027-02-28", yearly(2, 29)),
        ("FREQ=YEARLY;BYMONTHDAY=28,29;BYSETPOS=-1;BYMONTH=2", "2027-02-28", yearly(2, 29)),
        ("FREQ=YEARLY;BYMONTHDAY=28;BYMONTH=2", "2027-02-28", yearly(2, 28)),
        ("FREQ=YEARLY;BYMONTHDAY=15", "2026-12-15", monthly(15)),
        ("FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=1", "2026-12-01", monthly(1, 3)),
        ("FREQ=YEARLY;BYDAY=TU", "2026-12-01", weekly("tuesday")),
        ("FREQ=YEARLY;BYDAY=1MO", "2027-01-04", relative_yearly(1, "first", "monday")),
        (
            "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            "2027-01-01",
            relative_yearly(1, "first", *WORKING),
        ),
        (f"FREQ=YEARLY;{ALL_DAYS};BYSETPOS=-1", "2026-12-31", yearly(12, 31)),
        ("FREQ=YEARLY;BYDAY=-1TU", "2026-12-29", relative_yearly(12, "last", "tuesday")),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "2027-03-14", relative_yearly(3, "second", "sunday")),
        (
            "FREQ=YEARLY;BYMONTH=11;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;INTERVAL=2",
            "2026-11-02",
            relative_yearly(11, "first", *WORKING, interval=2),
        ),
        (
            "FREQ=YEARLY;BYMONTH=1,7;BYDAY=1MO",
            "2027-01-04",
            relative("first", "monday", interval=6),
        ),
    ],
)
def test_rules_are_patterns(rule: str, day: str, pattern: dict[str, Any] | None) -> None:
    pattern = pattern or monthly(31, 6)

    assert pattern_of([f"RRULE:{rule}"], at(day))["pattern"] == pattern
    assert pattern_of([f"RRULE:{rule}"], at(day, KIRITIMATI))["pattern"] == pattern


@pytest.mark.parametrize(
    ("rule", "day", "code"),
    [
        # Outlook would take the last day of a shorter month, where the rule skips it
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-12-31", "short_months"),
        ("FREQ=MONTHLY;BYMONTHDAY=30", "2026-12-30", "short_months"),
        ("FREQ=MONTHLY", "2026-12-29", "short_months"),
        ("FREQ=DAILY;BYMONTHDAY=31", "2026-12-31", "short_months"),
        ("FREQ=YEARLY;BYMONTHDAY=31", "2026-12-31", "short_months"),
        ("FREQ=YEARLY", "2028-02-29", "short_months"),
        ("FREQ=YEARLY;INTERVAL=400", "2000-02-29", "short_months"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "2026-12-30", "bymonthday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-31", "2026-12-01", "bymonthday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01", "bymonthday"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "2027-08-13", "bymonthday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=MO,TU", "2026-12-01", "bymonthday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=1TU", "2026-12-01", "bymonthday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=TU;BYSETPOS=1", "2026-12-01", "bymonthday"),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU", "2026-11-03", "bymonthday"),
        ("FREQ=DAILY;INTERVAL=2;BYMONTHDAY=1", "2026-12-01", "bymonthday"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=TU,WE", "2026-12-01", "byday"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "2026-12-01", "byday"),
        ("FREQ=MONTHLY;BYMONTH=12;BYDAY=TU", "2026-12-01", "byday"),
        ("FREQ=MONTHLY;BYDAY=5TU", "2026-12-29", "byday"),
        ("FREQ=MONTHLY;BYDAY=-2TU", "2026-12-22", "byday"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "2026-12-01", "byday"),
        ("FREQ=YEARLY;BYDAY=20MO", "2027-05-17", "byday"),
        ("FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=4", "2027-01-04", "bymonthday"),
        ("FREQ=YEARLY;BYDAY=MO;BYSETPOS=20", "2027-05-17", "bysetpos"),
        ("FREQ=YEARLY;BYDAY=1MO,1TU", "2027-01-04", "byday"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=TU", "2026-12-01", "byday"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=5", "2026-12-29", "bysetpos"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "2026-12-30", "bysetpos"),
        ("FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=1,-1", "2026-12-01", "bysetpos"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15,30;BYSETPOS=-1", "2026-12-30", "bysetpos"),
        ("FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=-1", "2026-12-01", "bysetpos"),
        ("FREQ=YEARLY;BYMONTH=6,12;BYDAY=TU;BYSETPOS=-1", "2026-12-29", "bysetpos"),
        ("FREQ=WEEKLY;BYMONTH=12", "2026-12-01", "bymonth"),
        ("FREQ=DAILY;BYMONTH=12", "2026-12-01", "bymonth"),
        ("FREQ=YEARLY;BYMONTH=6,7,12", "2026-12-01", "several_months"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=6,12", "2026-12-01", "several_months"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=1", "2026-12-01", "several_months"),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTH=1,12", "2026-12-01", "several_months"),
        ("FREQ=YEARLY;BYWEEKNO=49", "2026-12-01", "byweekno"),
        ("FREQ=YEARLY;BYYEARDAY=335", "2026-12-01", "byyearday"),
        ("FREQ=DAILY;BYHOUR=9,17", "2026-12-01", "byhour"),
        ("FREQ=DAILY;BYMINUTE=0,30", "2026-12-01", "byhour"),
        ("FREQ=DAILY;COUNT=1000", "2026-12-01", "too_many_dates"),
        ("FREQ=DAILY;UNTIL=45000902T090000Z", "2026-12-01", "out_of_range"),
        ("FREQ=DAILY;UNTIL=99981231", "2026-12-01", "out_of_range"),
        ("FREQ=WEEKLY;BYDAY=MO", "2026-12-01", "start_not_on_rule"),
        ("FREQ=DAILY;BYHOUR=10", "2026-12-01", "start_not_on_rule"),
        ("FREQ=DAILY;UNTIL=20261130T230000Z", "2026-12-01", "start_not_on_rule"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-12-01", "start_not_on_rule"),
        ("FREQ=DAILY", "1600-12-01", "out_of_range"),
        ("FREQ=DAILY", "0001-01-01", "out_of_range"),
        ("FREQ=DAILY", "9999-12-31", "out_of_range"),
        ("FREQ=HOURLY", "2026-12-01", "recurrence_unreadable"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "2026-12-01", "recurrence_unreadable"),
    ],
)
def test_what_no_pattern_says_is_refused(rule: str, day: str, code: str) -> None:
    assert refused([f"RRULE:{rule}"], at(day)) == code


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "several_rules"),
        (["EXDATE:20261202T080000Z"], "several_rules"),
        ([], "several_rules"),
        (["RRULE:FREQ=DAILY", "RDATE:20270101T100000Z"], "added_dates"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], "excluded_rule"),
        (["DTSTART:20261201T080000Z"], "recurrence_unreadable"),
        (["EXDATE;TZID=Mars/Olympus:20261202T080000"], "recurrence_unreadable"),
    ],
)
def test_more_than_one_rule_is_refused(lines: list[str], code: str) -> None:
    assert refused(lines, at("2026-12-01")) == code


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 9, tzinfo=timezone.utc)],  # noqa: DTZ001, UP017
)
def test_time_without_a_named_zone_is_refused(start: datetime) -> None:
    assert refused(["RRULE:FREQ=DAILY"], start) == "floating_time"


@pytest.mark.parametrize("part", ["BYHOUR=9", "BYMINUTE=30", "BYSECOND=1", "BYHOUR=0"])
def test_times_of_whole_days_are_refused(part: str) -> None:
    """RFC 5545 §3.3.10 forbids them, and everybody counts such dates in a way of his own."""
    assert refused([f"RRULE:FREQ=DAILY;{part};COUNT=3"], date(2026, 12, 1)) == "byhour"


def test_second_pass_of_the_repeated_hour_is_no_date_of_a_rule() -> None:
    start = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1)

    assert refused(["RRULE:FREQ=DAILY"], start) == "start_not_on_rule"


def test_cancelled_dates_are_no_part_of_a_pattern() -> None:
    lines = ["EXDATE:20261201T080000Z,20261202T080000Z", "RRULE:FREQ=DAILY;COUNT=7"]

    assert pattern_of(lines, at("2026-12-01")) == {
        "pattern": daily(),
        "range": {
            "type": "numbered",
            "numberOfOccurrences": 7,
            "startDate": "2026-12-01",
            "recurrenceTimeZone": "Romance Standard Time",
        },
    }


@pytest.mark.parametrize(
    ("rule", "start", "last"),
    [
        # the last date that there is, not the last that there might be
        ("FREQ=WEEKLY;UNTIL=20261231T000000Z", at("2026-12-01"), "2026-12-29"),
        ("FREQ=YEARLY;INTERVAL=9;UNTIL=20440101T000000Z", at("2026-12-01"), "2035-12-01"),
        ("FREQ=YEARLY;UNTIL=20270101T000000Z", at("2026-12-01"), "2026-12-01"),
        # UNTIL is included, to the second
        ("FREQ=DAILY;UNTIL=20261203T080000Z", at("2026-12-01"), "2026-12-03"),
        ("FREQ=DAILY;UNTIL=20261203T075959Z", at("2026-12-01"), "2026-12-02"),
        ("FREQ=DAILY;UNTIL=20261203T090000", at("2026-12-01"), "2026-12-03"),
        ("FREQ=DAILY;UNTIL=20261203", at("2026-12-01"), "2026-12-03"),
        # nine o'clock on Kiritimati is seven in the evening of the day before in UTC
        ("FREQ=DAILY;UNTIL=20261202T190000Z", at("2026-12-01", KIRITIMATI), "2026-12-03"),
        ("FREQ=DAILY;UNTIL=20261202T185959Z", at("2026-12-01", KIRITIMATI), "2026-12-02"),
        ("FREQ=DAILY;UNTIL=20261203", at("2026-12-01", KIRITIMATI), "2026-12-03"),
        # nine in the evening in New York is two o'clock of the next day in UTC
        (
            "FREQ=DAILY;UNTIL=20261204T020000Z",
            datetime(2026, 12, 1, 21, tzinfo=NEW_YORK),
            "2026-12-03",
        ),
        ("FREQ=DAILY;UNTIL=20261203", date(2026, 12, 1), "2026-12-03"),
        ("FREQ=DAILY;UNTIL=20261203T235959Z", date(2026, 12, 1), "2026-12-03"),
        ("FREQ=YEARLY;UNTIL=45000901", date(2026, 9, 1), "4500-09-01"),
    ],
)
def test_end_is_the_last_date_there_is(rule: str, start: When, last: str) -> None:
    limits = pattern_of([f"RRULE:{rule}"], start)["range"]

    assert (limits["type"], limits["endDate"]) == ("endDate", last)


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=DAILY;UNTIL=99991231T235959Z"])
def test_series_without_end(rule: str) -> None:
    assert pattern_of([f"RRULE:{rule}"], at("2026-12-01"))["range"] == {
        "type": "noEnd",
        "startDate": "2026-12-01",
        "recurrenceTimeZone": "Romance Standard Time",
    }


@pytest.mark.parametrize(
    ("start", "day", "zone"),
    [
        (at("2026-12-01", KIRITIMATI), "2026-12-01", "Line Islands Standard Time"),
        (at("2026-12-01", ZoneInfo("Antarctica/Troll")), "2026-12-01", "Antarctica/Troll"),
        (at("2026-12-01", ZoneInfo("Antarctica/Casey")), "2026-12-01", "Antarctica/Casey"),
        (at("2026-12-01", ZoneInfo("UTC")), "2026-12-01", "UTC"),
        (date(2026, 12, 1), "2026-12-01", "UTC"),
    ],
)
def test_first_date_is_told_in_the_zone_of_the_series(start: When, day: str, zone: str) -> None:
    limits = pattern_of(["RRULE:FREQ=DAILY"], start)["range"]

    assert (limits["startDate"], limits["recurrenceTimeZone"]) == (day, zone)


def test_end_of_a_sparse_rule_is_found_in_a_few_looks() -> None:
    rule = "FREQ=YEARLY;INTERVAL=999;BYMONTH=12;BYMONTHDAY=1;UNTIL=40000101T000000Z"
    parsed = RecurrenceRule.parse(rule).anchored(at("2026-12-01"))
    window = datetime(2026, 12, 1, tzinfo=UTC), datetime(4000, 1, 2, tzinfo=UTC)

    assert pattern_of([f"RRULE:{rule}"], at("2026-12-01"))["range"]["endDate"] == "3025-12-01"
    assert len(parsed.periods(at("2026-12-01"), *window)) == 2
