"""Spellings of a rule that say the same, as they are compared after a lost answer."""

import pytest

from calendar_sync.engine.equivalence import equivalent


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("FREQ=WEEKLY;COUNT=2", "FREQ=WEEKLY;COUNT=2;BYDAY=TU", True),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;WKST=SU;INTERVAL=1", True),
        ("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=1", True),
        ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1", True),
        ("FREQ=DAILY;UNTIL=20261205T080000Z", "FREQ=DAILY;UNTIL=20261205T080000Z", True),
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU,TH", False),
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=WE", False),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TU,TH", False),
        ("FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", False),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=4", False),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY", False),
        ("FREQ=DAILY;UNTIL=20261205T080000Z", "FREQ=DAILY;UNTIL=20261206T080000Z", False),
        ("FREQ=DAILY", "FREQ=SOMETIMES", False),
    ],
)
def test_rules(ours: str, theirs: str, same: bool) -> None:
    assert equivalent("recurrence", [f"RRULE:{ours}"], [f"RRULE:{theirs}"]) is same


def test_added_dates_count() -> None:
    rule, added = "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20261224T090000Z"

    assert equivalent("recurrence", [added, rule], [rule, added])
    assert not equivalent("recurrence", [rule], [rule, added])
    assert not equivalent("recurrence", [rule], [rule, rule])
