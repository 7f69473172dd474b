"""How a series repeats, in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from calendar_sync.controllers.repeat_words import repeat_words
from calendar_sync.engine.event import When
from support.builders import PARIS

THURSDAY = datetime(2026, 11, 19, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "Daily"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
        ("FREQ=WEEKLY", "Weekly on Thursday"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "Weekly on Tue and Thu"),
        ("FREQ=WEEKLY;BYDAY=FR,MO,WE;INTERVAL=2", "Every 2 weeks on Mon, Wed and Fri"),
        ("FREQ=MONTHLY", "Monthly on day 19"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "Monthly on days 1 and 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Monthly on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-2", "Monthly on day 1 and the second to last day"),
        ("FREQ=MONTHLY;BYDAY=3TH", "Monthly on the third Thursday"),
        ("FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2", "Every 2 months on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Monthly on the last weekday"),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1", "Monthly on the first of Sat and Sun"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "Monthly on Friday on day 13"),
        ("FREQ=YEARLY", "Yearly on 19 November"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "Yearly on the fourth Thursday of November"),
        ("FREQ=YEARLY;BYWEEKNO=20", "Yearly on Thursday in week 20"),
        ("FREQ=YEARLY;BYYEARDAY=100", "Yearly on day 100 of the year"),
        ("FREQ=DAILY;BYMONTH=7,8", "Daily in July and August"),
        ("FREQ=DAILY;BYHOUR=9,15", "Daily at times of its own"),
        ("FREQ=DAILY;COUNT=10", "Daily, 10 times"),
        ("FREQ=DAILY;COUNT=1", "Daily, once"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270331", "Weekly on Tue and Thu, until 31 March 2027"),
        ("FREQ=DAILY;UNTIL=20270331T070000Z", "Daily, until 31 March 2027"),
        ("FREQ=DAILY;UNTIL=20270331T065959Z", "Daily, until 30 March 2027"),
        ("FREQ=SOMETIMES", "By a rule that can't be read here"),
    ],
)
def test_a_rule(rule: str, words: str) -> None:
    assert repeat_words([f"RRULE:{rule}"], THURSDAY) == words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ""),
        (["RDATE;VALUE=DATE:20261224,20261231"], "On dates of its own"),
        (["RRULE:FREQ=DAILY", "RDATE;VALUE=DATE:20261224"], "Daily; and on 1 more date"),
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE:FREQ=MONTHLY"],
            "Weekly on Monday; and monthly on day 19",
        ),
        (["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261224"], "Daily"),
    ],
)
@pytest.mark.parametrize("start", [THURSDAY, date(2026, 11, 19)])
def test_several_lines(lines: list[str], words: str, start: When) -> None:
    assert repeat_words(lines, start) == words
