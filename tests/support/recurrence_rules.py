"""Random rules of RFC 5545, and the first date of each that the rule itself yields."""

from __future__ import annotations

from datetime import datetime

from hypothesis import assume
from hypothesis import strategies as st

from calendar_sync.engine.recurrence import RecurrenceRule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = datetime(2021, 1, 1)  # noqa: DTZ001 - floating, as everything here
MOMENTS = st.datetimes(datetime(2014, 1, 1), datetime(2017, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(hour=9, minute=0, second=0, microsecond=0)
)


def some(values: list[int] | list[str], name: str) -> st.SearchStrategy[str]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return st.one_of(st.just(""), chosen.map(lambda found: f";{name}={','.join(map(str, found))}"))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    coarse = frequency in {"MONTHLY", "YEARLY"}
    rule = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 5))}"
    rule += f";WKST={draw(st.sampled_from(DAYS))}"
    rule += draw(some(list(range(1, 13)), "BYMONTH"))
    if coarse:
        rule += draw(some([1, 2, 15, 28, 29, 30, 31, -1, -2, -31], "BYMONTHDAY"))
    if frequency == "YEARLY" and "BYMONTH" not in rule:
        rule += draw(some([1, 60, 100, 365, 366, -1, -366], "BYYEARDAY"))
    if draw(st.booleans()):
        # all with an ordinal, or none: dateutil takes "MO,1MO" for fewer days than "MO"
        ordinal = st.just("")
        if coarse and draw(st.booleans()):
            ordinal = st.sampled_from(["1", "2", "-1", "5", "-2"])
        day = st.tuples(ordinal, st.sampled_from(DAYS)).map("".join)
        rule += ";BYDAY=" + ",".join(draw(st.lists(day, min_size=1, max_size=3, unique=True)))
    rule += draw(st.sampled_from(["", "", ";BYHOUR=9,17"]))
    if coarse and "BYMONTHDAY" in rule:
        rule += draw(st.sampled_from(["", ";BYSETPOS=1", ";BYSETPOS=-1", ";BYSETPOS=2,-1"]))
    if draw(st.booleans()):
        rule += f";COUNT={draw(st.integers(1, 60))}"
    return rule


# What people make, and what Outlook nearly can say.
WORKING = "MO,TU,WE,TH,FR"
_MONTH_DAYS = ["", "1", "15", "28", "29", "30", "31", "-1", "-2", "28,29", "28,29,30", "1,15"]
_WEEKS_OF_MONTH = ["1,2,3,4,5,6,7", "8,9,10,11,12,13,14", "-1,-2,-3,-4,-5,-6,-7"]
_BY_DAY = ["", "MO", "TU,TH", WORKING, "SA,SU", ",".join(DAYS), "1MO", "4FR", "5TU", "-1SU", "-2WE"]
_PLACES = ["", "", "1", "2", "5", "-1", "-2", "1,-1"]
_MONTHS = ["1", "2", "4", "1,7", "2,8", "3,6,9,12", "5,6", ",".join(map(str, range(1, 13)))]
_INTERVALS = [1, 1, 1, 2, 3, 5, 6, 7, 12, 14]


@st.composite
def usual_rules(draw: st.DrawFn) -> str:
    """Few parts each, so that many of them can be said otherwise; valid, without an end."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    coarse = frequency in {"MONTHLY", "YEARLY"}
    week_days = draw(st.sampled_from(_BY_DAY if coarse else _BY_DAY[:6]))
    month_days = ""
    if frequency != "WEEKLY" and draw(st.booleans()):
        month_days = draw(st.sampled_from(_MONTH_DAYS + _WEEKS_OF_MONTH))
    months = draw(st.integers(0, 1 if coarse else 4)) == 1
    parts = {
        "INTERVAL": str(draw(st.sampled_from(_INTERVALS))),
        "WKST": draw(st.sampled_from(["", *DAYS])),
        "BYMONTH": draw(st.sampled_from(_MONTHS)) if months else "",
        "BYMONTHDAY": month_days,
        "BYDAY": week_days,
        "BYSETPOS": draw(st.sampled_from(_PLACES)) if week_days or month_days else "",
    }
    return f"FREQ={frequency}" + "".join(f";{name}={text}" for name, text in parts.items() if text)


def first_date(rule: str, start: datetime, before: datetime = LAST) -> datetime:
    """A first date that the rule itself yields: nobody agrees on the others.

    Found by ourselves: dateutil looks for a date that never comes until the year 9999.
    """
    read = RecurrenceRule.parse(rule.partition(";COUNT")[0]).anchored(start)
    found = next(read.starts(start, start, before), None)
    assume(found is not None)
    assert found is not None
    return found
