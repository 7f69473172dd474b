"""The fields of a repetition and the rule they mean, both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.actions.errors import Invalid
from calendar_sync.controllers.repeat_form import (
    CUSTOM,
    KEPT,
    NEVER,
    UNITS,
    RepeatForm,
    choices,
    monthly_choices,
)
from calendar_sync.engine.moves import fitting
from calendar_sync.engine.recurrence import RecurrenceRule
from support.builders import PARIS

DAY = date(2026, 11, 19)
START = datetime(2026, 11, 19, 9, tzinfo=PARIS)
NONE = RepeatForm()


def test_proposals_come_from_the_day() -> None:
    assert [label for _, label in choices(DAY)] == [
        "Does not repeat",
        "Daily",
        "Weekly on Thursday",
        "Every weekday (Monday to Friday)",
        "Monthly on day 19",
        "Monthly on the third Thursday",
        "Yearly on 19 November",
        "Custom…",
    ]


@pytest.mark.parametrize(
    ("day", "labels"),
    [
        (26, ["Monthly on the fourth Thursday", "Monthly on the last Thursday"]),
        (30, ["Monthly on the last Monday"]),
    ],
)
def test_the_last_one_of_a_month_is_proposed_as_such(day: int, labels: list[str]) -> None:
    found = [label for _, label in choices(DAY.replace(day=day)) if label.endswith("day")]
    assert found[-len(labels) :] == labels


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        (RepeatForm("daily"), "FREQ=DAILY"),
        (RepeatForm("weekly"), "FREQ=WEEKLY;BYDAY=TH"),
        (RepeatForm("weekdays"), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (RepeatForm("monthly-day"), "FREQ=MONTHLY;BYMONTHDAY=19"),
        (RepeatForm("monthly-weekday"), "FREQ=MONTHLY;BYDAY=3TH"),
        (RepeatForm("monthly-last"), "FREQ=MONTHLY;BYDAY=3TH"),
        (RepeatForm("yearly"), "FREQ=YEARLY"),
        (RepeatForm(CUSTOM, "2", week_days=("3", "1")), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
        (RepeatForm(CUSTOM, "2"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        (RepeatForm(CUSTOM, "3", "months", monthly="weekday"), "FREQ=MONTHLY;INTERVAL=3;BYDAY=3TH"),
        (RepeatForm("daily", ends="after", count="5"), "FREQ=DAILY;COUNT=5"),
        (RepeatForm("daily", ends="on", until="2027-03-31"), "FREQ=DAILY;UNTIL=20270331"),
    ],
)
def test_what_the_fields_mean(form: RepeatForm, rule: str) -> None:
    assert form.rules(DAY) == (f"RRULE:{rule}",)


@pytest.mark.parametrize(
    ("form", "field", "text"),
    [
        (RepeatForm(CUSTOM, "0"), "every", "Give a number from 1 to 999."),
        (RepeatForm(CUSTOM, "x"), "every", "Give a number from 1 to 999."),
        (RepeatForm("daily", ends="after", count="1000"), "count", "Give a number from 1 to 999."),
        (RepeatForm("daily", ends="on"), "until", "Give the last day."),
        (RepeatForm("daily", ends="on", until="2026-11-18"), "until", "It ends before it begins."),
        (RepeatForm("daily", ends="on", until="9000-01-01"), "until", "Give a year up to 2199."),
        (RepeatForm(KEPT), "repeat", "Choose how it repeats."),
        (RepeatForm("never mind"), "repeat", "Choose how it repeats."),
    ],
)
def test_what_they_cannot_mean(form: RepeatForm, field: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        form.rules(DAY)
    assert refused.value.errors == {field: text}


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "FREQ=DAILY;BYMONTH=7",
        "FREQ=DAILY;BYHOUR=9,15",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TH",
        "FREQ=DAILY;COUNT=5000",
        "FREQ=SOMETIMES",
    ],
)
def test_what_they_cannot_say_is_kept(rule: str) -> None:
    assert NONE.with_rules([f"RRULE:{rule}"], START, DAY).repeat == KEPT


@pytest.mark.parametrize("more", ["RRULE:FREQ=DAILY", "RDATE;VALUE=DATE:20261224"])
def test_more_than_one_rule_is_kept(more: str) -> None:
    assert NONE.with_rules(["RRULE:FREQ=WEEKLY", more], START, DAY).repeat == KEPT


@pytest.mark.parametrize(
    ("rule", "form"),
    [
        ("FREQ=WEEKLY", RepeatForm("weekly")),
        ("FREQ=WEEKLY;WKST=SU", RepeatForm("weekly")),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", RepeatForm("weekdays")),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=19", RepeatForm("yearly")),
        ("FREQ=DAILY;UNTIL=20270331T070000Z", RepeatForm("daily", ends="on", until="2027-03-31")),
        ("FREQ=DAILY;UNTIL=20270331T065959Z", RepeatForm("daily", ends="on", until="2027-03-30")),
    ],
)
def test_spellings_of_others_are_understood(rule: str, form: RepeatForm) -> None:
    assert NONE.with_rules([f"RRULE:{rule}"], START, DAY).repeat_fields == form.repeat_fields


def test_a_date_on_another_day_than_the_first_is_no_weekly_thursday() -> None:
    form = NONE.with_rules(["RRULE:FREQ=WEEKLY;BYDAY=TU,TH"], START, DAY + timedelta(days=5))
    assert (form.repeat, form.week_days) == (CUSTOM, ("1", "3"))


def test_a_single_event_does_not_repeat() -> None:
    assert NONE.with_rules([], START, DAY).rules(DAY) == ()
    assert NONE.repeat == NEVER


@st.composite
def forms(draw: st.DrawFn) -> tuple[date, RepeatForm]:
    day = draw(st.dates(date(2000, 1, 1), date(2150, 1, 1)))
    name = draw(st.sampled_from([name for name, _ in choices(day) if name != NEVER]))
    ends = draw(st.sampled_from(["never", "on", "after"]))
    until = draw(st.dates(day, day + timedelta(days=9000)))
    week_days = draw(st.frozensets(st.sampled_from("0123456"), min_size=1))
    return day, RepeatForm(
        name,
        every=str(draw(st.integers(1, 999))),
        unit=draw(st.sampled_from(sorted(UNITS))),
        week_days=tuple(sorted(week_days)),
        monthly=draw(st.sampled_from([name for name, _ in monthly_choices(day)])),
        ends=ends,
        until=until.isoformat(),
        count=str(draw(st.integers(1, 999))),
    )


@given(drawn=forms(), all_day=st.booleans())
def test_what_was_typed_comes_back(drawn: tuple[date, RepeatForm], *, all_day: bool) -> None:
    """As a proposal where one means the same."""
    day, form = drawn
    start = day if all_day else datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
    (line,) = form.rules(day)
    rule = fitting(RecurrenceRule.parse(line.removeprefix("RRULE:")), start)

    again = NONE.with_rules([f"RRULE:{rule}"], start, day)

    assert again.rules(day) == (line,)
    if form.repeat != CUSTOM:
        assert again.repeat == form.repeat
        assert again.repeat_fields == replace(form, every="1", unit="weeks").repeat_fields
