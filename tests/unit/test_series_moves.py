"""Where rules go when a date of theirs is moved (engine/moves.py), and how they are written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.event import Override, When
from calendar_sync.engine.recurrence import RecurrenceRule
from calendar_sync.engine.series import (
    event_at,
)
from support.builders import an_event
from support.recurring import (
    at,
    dates,
    paris,
    refusal,
    series,
    shifted,
)


@pytest.mark.parametrize(
    ("start", "rule", "when", "to", "after"),
    [
        (paris(3), "FREQ=WEEKLY", paris(10), paris(11), "FREQ=WEEKLY"),
        (paris(3), "FREQ=WEEKLY;BYDAY=TU", paris(10), paris(11), "FREQ=WEEKLY;BYDAY=WE"),
        (paris(3), "FREQ=WEEKLY;BYDAY=TU", paris(10), paris(8), "FREQ=WEEKLY;BYDAY=SU"),
        (paris(3), "FREQ=WEEKLY;BYDAY=TU", paris(10), paris(17), "FREQ=WEEKLY;BYDAY=TU"),
        (paris(3), "FREQ=WEEKLY;BYDAY=TU,SU", paris(10), paris(11), "FREQ=WEEKLY;BYDAY=MO,WE"),
        (paris(3), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", paris(5), paris(6),
         "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR"),
        (paris(3), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", paris(8), paris(9),
         "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=TU"),
        (paris(3), "FREQ=WEEKLY;BYDAY=TU;BYHOUR=9", paris(3), paris(3, 10), "FREQ=WEEKLY;BYDAY=TU"),
        (paris(3), "FREQ=DAILY;BYDAY=TU,WE", paris(4), paris(6), "FREQ=DAILY;BYDAY=TH,FR"),
        (paris(3), "FREQ=DAILY;BYMONTH=3", paris(4), paris(4, 10), "FREQ=DAILY;BYMONTH=3"),
        (paris(3), "FREQ=MONTHLY;BYDAY=TU,WE", paris(4), paris(4, 10), "FREQ=MONTHLY;BYDAY=TU,WE"),
        (paris(10), "FREQ=MONTHLY", paris(10), paris(20), "FREQ=MONTHLY"),
        (paris(10), "FREQ=MONTHLY;BYMONTHDAY=10", paris(10, month=4), paris(2, month=5),
         "FREQ=MONTHLY;BYMONTHDAY=2"),
        (paris(10), "FREQ=MONTHLY;BYMONTH=3,5;BYMONTHDAY=10", paris(10), paris(11),
         "FREQ=MONTHLY;BYMONTH=3,5;BYMONTHDAY=11"),
        (paris(31), "FREQ=MONTHLY;BYMONTHDAY=-1", paris(31), paris(30, month=4),
         "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (paris(10), "FREQ=MONTHLY;BYDAY=2TU", paris(10), paris(11), "FREQ=MONTHLY;BYDAY=2WE"),
        (paris(10), "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", paris(10), paris(16),
         "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=3"),
        (paris(31), "FREQ=MONTHLY;BYDAY=-1TU", paris(31), paris(23), "FREQ=MONTHLY;BYDAY=-2MO"),
        (paris(10), "FREQ=YEARLY", paris(10), paris(11, month=4), "FREQ=YEARLY"),
        (paris(10), "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10", paris(10), paris(11, month=4),
         "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=11"),
        (paris(10), "FREQ=YEARLY;BYMONTH=3;BYDAY=2TU", paris(10), paris(16),
         "FREQ=YEARLY;BYMONTH=3;BYDAY=3MO"),
    ],
)  # fmt: skip
def test_a_rule_follows(start: When, rule: str, when: When, to: When, after: str) -> None:
    found = shifted(series(start, f"RRULE:{rule};COUNT=7"), when, to)

    assert found.recurrence == (f"RRULE:{after};COUNT=7",)
    assert event_at(found, to) == an_event(start=to)
    assert len(dates(found)) == len(dates(series(start, f"RRULE:{rule};COUNT=7")))


@pytest.mark.parametrize(
    ("start", "rule", "when", "to", "code"),
    [
        (paris(3), "FREQ=WEEKLY;BYDAY=TU;BYMONTH=3", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=DAILY;BYMONTHDAY=3", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=DAILY;BYHOUR=9,17", paris(3), paris(3, 10), "times"),
        (paris(3), "FREQ=DAILY;BYHOUR=9;BYSETPOS=1", paris(3), paris(3, 10), "times"),
        (paris(3), "FREQ=MONTHLY;BYDAY=TU", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=1", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,2", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=MONTHLY;BYDAY=1TU;BYSETPOS=1", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=3", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=MONTHLY;BYMONTHDAY=3,4", paris(3), paris(5), "rule"),
        (paris(3), "FREQ=MONTHLY;BYMONTH=3;BYSETPOS=1", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=3", paris(3), paris(3, month=4), "rule"),
        (paris(31), "FREQ=MONTHLY;BYMONTHDAY=-1", paris(31), paris(30), "rule"),
        (paris(3), "FREQ=MONTHLY;BYMONTHDAY=4", paris(3), paris(5), "rule"),
        (paris(26, month=2), "FREQ=MONTHLY;BYMONTH=3", paris(26), paris(29), "rule"),
        (
            paris(28, month=2),
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1",
            paris(1, month=4),
            paris(2, month=4),
            "rule",
        ),
        (paris(3), "FREQ=YEARLY;BYMONTH=3,4", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=YEARLY;BYMONTHDAY=3", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=YEARLY;BYYEARDAY=62", paris(3), paris(4), "rule"),
        (paris(3), "FREQ=YEARLY;BYWEEKNO=10", paris(3), paris(4), "rule"),
        (paris(10, month=4), "FREQ=MONTHLY", paris(10, month=5), paris(31, month=5), "date_lost"),
    ],
)
def test_where_following_would_be_a_guess_it_is_refused(
    start: When, rule: str, when: When, to: When, code: str
) -> None:
    with refusal(code):
        shifted(series(start, f"RRULE:{rule}"), when, to)


def test_rules_that_part_are_refused() -> None:
    two = series(paris(3), "RRULE:FREQ=MONTHLY", "RRULE:FREQ=WEEKLY")
    ended = series(paris(3), "RRULE:FREQ=MONTHLY;UNTIL=20260403", "RDATE:20260503T070000Z")

    with refusal("several_rules"):
        shifted(two, paris(3), paris(4))
    assert dates(shifted(two, paris(3), paris(3, 10)))[0] == "03-03 10:00"
    with refusal("rule"):
        shifted(ended, paris(3, month=5), paris(4, month=5))


def test_dates_of_a_month_go_where_the_rule_goes() -> None:
    """The second Wednesday of April 2026 comes before the second Tuesday."""
    obj = series(
        paris(10),
        "RRULE:FREQ=MONTHLY;BYDAY=2TU;UNTIL=20260714T070000Z",
        "EXDATE:20260414T070000Z",
        "RDATE:20260420T070000Z",
        overrides=(
            at(paris(12, month=5), paris(12, 15, month=5)),
            Override(paris(9, month=6), None),
        ),
    )

    after = shifted(obj, paris(10), paris(11))

    assert after == series(
        paris(11),
        "RRULE:FREQ=MONTHLY;BYDAY=2WE;UNTIL=20260708T070000Z",
        "EXDATE;TZID=Europe/Paris:20260408T090000",
        "RDATE;TZID=Europe/Paris:20260421T090000",
        overrides=(
            at(paris(13, month=5), paris(13, 15, month=5)),
            Override(paris(10, month=6), None),
        ),
    )
    assert shifted(after, paris(11), paris(10)).overrides == obj.overrides


def test_dates_that_have_no_counterpart() -> None:
    """The thirty-first comes in fewer months than the tenth."""
    rule = "RRULE:FREQ=MONTHLY;UNTIL=20260610T070000Z"
    plain = series(paris(10), rule, "EXDATE:20260410T070000Z,20260510T070000Z")
    gone = replace(plain, overrides=(Override(paris(10, month=6), None),))
    lost = replace(plain, overrides=(at(paris(10, month=6), paris(11, month=6)),))

    after = shifted(gone, paris(10), paris(31))

    assert after == series(
        paris(31),
        "RRULE:FREQ=MONTHLY;UNTIL=20260531T070000Z",
        "EXDATE;TZID=Europe/Paris:20260531T090000",
    )
    assert shifted(series(paris(10), "RRULE:FREQ=MONTHLY", "EXDATE:20260410T070000Z"), paris(10),
                   paris(31)).recurrence == ("RRULE:FREQ=MONTHLY",)  # fmt: skip
    with refusal("date_lost"):
        shifted(lost, paris(10), paris(31))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("freq=daily;interval=1", "FREQ=DAILY"),
        ("COUNT=3;WKST=SU;INTERVAL=2;FREQ=WEEKLY;BYDAY=SU,MO",
         "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=3"),
        ("FREQ=MONTHLY;BYDAY=-1FR,2MO,1MO", "FREQ=MONTHLY;BYDAY=1MO,2MO,-1FR"),
        ("FREQ=YEARLY;BYWEEKNO=20,3;BYYEARDAY=-1;BYMONTHDAY=4;BYMONTH=2,1;UNTIL=09990101",
         "FREQ=YEARLY;BYMONTH=1,2;BYWEEKNO=3,20;BYYEARDAY=-1;BYMONTHDAY=4;UNTIL=09990101"),
        ("FREQ=DAILY;BYHOUR=9,1;BYMINUTE=0;BYSECOND=5;BYSETPOS=-1",
         "FREQ=DAILY;BYHOUR=1,9;BYMINUTE=0;BYSECOND=5;BYSETPOS=-1"),
    ],
)  # fmt: skip
def test_a_rule_is_written_in_one_order(given: str, said: str) -> None:
    assert str(RecurrenceRule.parse(given)) == said
