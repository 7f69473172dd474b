"""One date of a series, and it with those that follow (engine/series.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.event import CalendarObject, Override, When
from calendar_sync.engine.series import (
    Split,
    cancel_date,
    change_date,
    change_following,
    cut,
    event_at,
    restore_date,
    split,
)
from support.builders import an_event, an_object
from support.recurring import (
    DAY,
    NEW_YORK,
    at,
    dates,
    floating,
    ids,
    march,
    paris,
    refusal,
    series,
)


def test_a_date_shows_what_the_series_says() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY")

    assert event_at(obj, paris(30)) == an_event(start=paris(30))
    assert event_at(obj, march(30)) == an_event(start=paris(30))
    assert event_at(obj, datetime(2026, 3, 30, 7, tzinfo=UTC)) == an_event(start=paris(30))


def test_a_night_shift_ends_on_its_clock() -> None:
    night = an_object(start=paris(27, 22))
    night = replace(night, event=replace(night.event, end=paris(28, 6)))

    obj = replace(night, recurrence=("RRULE:FREQ=DAILY",))

    assert event_at(obj, paris(28, 22)).end == paris(29, 6)


@pytest.mark.parametrize("when", [paris(30, 10), paris(27), paris(31), paris(29)])
def test_what_is_no_date_is_refused(when: When) -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260329T070000Z")

    with refusal("no_date"):
        event_at(obj, when)


def test_a_single_event_has_no_dates() -> None:
    with refusal("single"):
        event_at(an_object(start=paris(28)), paris(28))


def test_changing_a_date_changes_no_other() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3")

    after = change_date(obj, paris(29), an_event("Review", paris(29, 15)))

    assert after.overrides == (at(paris(29), paris(29, 15), "Review"),)
    assert dates(after) == ["03-28 09:00", "03-29 15:00", "03-30 09:00"]


def test_changing_a_date_to_what_it_is_changes_nothing() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3")

    assert change_date(obj, paris(29), event_at(obj, paris(29))) is obj


def test_a_changed_date_keeps_the_recurrence_id_it_had() -> None:
    told = datetime(2026, 3, 30, 3, tzinfo=NEW_YORK)
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3", overrides=(at(told, paris(30, 15)),))

    again = change_date(obj, paris(30), an_event("Again", paris(30, 16)))
    gone = cancel_date(obj, paris(30))

    assert again.overrides == (at(told, paris(30, 16), "Again"),)
    assert gone.overrides == (Override(told, None),)


def test_changed_dates_are_in_order() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3", overrides=(Override(paris(30), None),))

    assert ids(cancel_date(obj, paris(28))) == [
        "2026-03-28T09:00:00 Europe/Paris",
        "2026-03-30T09:00:00 Europe/Paris",
    ]


@pytest.mark.parametrize("again", [cancel_date, event_at])
def test_a_cancelled_date_is_none(again: Callable[[CalendarObject, When], object]) -> None:
    obj = cancel_date(series(paris(28), "RRULE:FREQ=DAILY;COUNT=3"), paris(29))

    assert dates(obj) == ["03-28 09:00", "03-30 09:00"]
    with refusal("no_date"):
        again(obj, paris(29))


def test_a_date_is_given_back() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3")

    assert restore_date(cancel_date(obj, paris(29)), paris(29)) == obj
    assert restore_date(change_date(obj, paris(29), an_event("X", paris(30))), paris(29)) == obj


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("EXDATE:20260329T070000Z", ()),
        ("EXDATE;TZID=Europe/Paris:20260329T090000", ()),
        ("EXDATE;VALUE=DATE:20260329,20260330", ("EXDATE;VALUE=DATE:20260330",)),
    ],
)
def test_an_excluded_date_is_given_back(line: str, left: tuple[str, ...]) -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3", line)

    assert restore_date(obj, paris(29)).recurrence == ("RRULE:FREQ=DAILY;COUNT=3", *left)


def test_only_what_differs_is_given_back() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=3", overrides=(at(paris(20), paris(20)),))

    with refusal("unchanged"):
        restore_date(obj, paris(29))
    with refusal("no_date"):
        restore_date(obj, paris(20))


@pytest.mark.parametrize(
    ("start", "when", "rule", "before", "after"),
    [
        (paris(28), paris(30), "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260329T070000Z", "FREQ=DAILY"),
        (paris(27), paris(29), "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260328T080000Z", "FREQ=DAILY"),
        (floating(28), floating(30), "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260329T090000",
         "FREQ=DAILY"),
        (march(28), march(30), "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260329", "FREQ=DAILY"),
        (paris(28), paris(30), "FREQ=DAILY;COUNT=5", "FREQ=DAILY;COUNT=2", "FREQ=DAILY;COUNT=3"),
        (paris(2), paris(16), "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=9", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4",
         "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=5"),
        (paris(2), paris(16), "INTERVAL=2;FREQ=WEEKLY;UNTIL=20260501",
         "FREQ=WEEKLY;INTERVAL=2;UNTIL=20260302T080000Z",
         "FREQ=WEEKLY;INTERVAL=2;UNTIL=20260501"),
        (paris(10), paris(14, month=4), "FREQ=MONTHLY;BYDAY=2TU",
         "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20260310T080000Z", "FREQ=MONTHLY;BYDAY=2TU"),
        # the first date counts, though the rule does not yield it
        (paris(3), paris(9), "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "FREQ=WEEKLY;BYDAY=MO;COUNT=1",
         "FREQ=WEEKLY;BYDAY=MO;COUNT=2"),
        (paris(3), paris(9), "FREQ=WEEKLY;BYDAY=MO",
         "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260303T080000Z", "FREQ=WEEKLY;BYDAY=MO"),
    ],
)  # fmt: skip
def test_a_rule_is_split(start: When, when: When, rule: str, before: str, after: str) -> None:
    obj = series(start, f"RRULE:{rule}")

    parts = split(obj, when, "u2")

    assert parts.before == replace(obj, recurrence=(f"RRULE:{before}",))
    assert parts.after == replace(series(when, f"RRULE:{after}"), uid="u2")
    assert [*dates(parts.before), *dates(parts.after)] == dates(obj)
    assert cut(obj, when) == parts.before


def test_dates_added_taken_out_and_changed_go_to_their_side() -> None:
    overrides = (
        at(paris(29), paris(29, 15)),
        at(paris(30), paris(8, month=4)),
        Override(paris(1, month=4), None),
        at(datetime(2026, 4, 2, 7, tzinfo=UTC), paris(20)),
    )
    obj = series(
        paris(28),
        "RRULE:FREQ=DAILY;COUNT=7",
        "EXDATE:20260328T080000Z,20260402T070000Z",
        "EXDATE;VALUE=DATE:20260403",
        "RDATE;TZID=Europe/Paris:20260315T120000,20260420T120000",
        overrides=overrides,
    )

    parts = split(obj, paris(31), "u2")

    assert parts.before == series(
        paris(28),
        "RRULE:FREQ=DAILY;COUNT=3",
        "EXDATE:20260328T080000Z",
        "RDATE;TZID=Europe/Paris:20260315T120000",
        overrides=overrides[:2],
    )
    assert parts.after == replace(
        series(
            paris(31),
            "RRULE:FREQ=DAILY;COUNT=4",
            "EXDATE:20260402T070000Z",
            "EXDATE;VALUE=DATE:20260403",
            "RDATE;TZID=Europe/Paris:20260420T120000",
            overrides=overrides[2:],
        ),
        uid="u2",
    )


def test_a_series_of_added_dates_is_split() -> None:
    obj = series(paris(2), "RDATE;TZID=Europe/Paris:20260305T120000,20260309T080000")

    first = split(obj, paris(5, 12), "u2")
    last = split(obj, paris(9, 8), "u2")

    assert first.before == series(paris(2), "RDATE;TZID=Europe/Paris:20260302T090000")
    assert (dates(first.before), dates(first.after)) == (
        ["03-02 09:00"],
        ["03-05 12:00", "03-09 08:00"],
    )
    assert last.after.recurrence == ("RDATE;TZID=Europe/Paris:20260309T080000",)


@pytest.mark.parametrize(
    ("start", "line"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "RDATE:20260302T090000Z"),
        (floating(2), "RDATE:20260302T090000"),
        (march(2), "RDATE;VALUE=DATE:20260302"),
    ],
)
def test_what_is_left_of_added_dates_is_of_the_kind_of_the_start(start: When, line: str) -> None:
    obj = series(start, "RDATE;VALUE=DATE:20260303")

    assert cut(obj, start + DAY).recurrence == (line,)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20260330T070000Z"])
def test_a_rule_that_has_ended_stays_before(rule: str) -> None:
    obj = series(paris(28), f"RRULE:{rule}", "RDATE:20260410T070000Z,20260411T070000Z")

    parts = split(obj, paris(10, month=4), "u2")

    assert parts.before
    assert parts.before.recurrence == (f"RRULE:{rule}",)
    assert parts.after.recurrence == ("RDATE:20260410T070000Z,20260411T070000Z",)


def test_what_a_rule_takes_from_its_first_date_is_written_out() -> None:
    obj = series(paris(2), "RRULE:FREQ=WEEKLY;COUNT=4", "RDATE:20260311T110000Z")

    parts = split(obj, paris(11, 12), "u2")

    assert parts.after.recurrence == (
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=3",
        "RDATE:20260311T110000Z",
    )
    assert dates(parts.after) == ["03-11 12:00", "03-16 09:00", "03-23 09:00"]


def test_a_rule_of_every_other_week_counts_from_its_own_weeks() -> None:
    obj = series(paris(2), "RRULE:FREQ=WEEKLY;INTERVAL=2", "RDATE:20260311T080000Z")

    with refusal("out_of_step"):
        split(obj, paris(11), "u2")
    assert dates(cut(obj, paris(11))) == ["03-02 09:00"]


def test_a_rule_of_exceptions_goes_on() -> None:
    obj = series(paris(8), "RRULE:FREQ=DAILY;COUNT=10", "EXRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3")

    parts = split(obj, paris(11), "u2")

    assert [each[3:5] for each in dates(obj)] == ["08", "10", "11", "12", "13", "14", "15", "17"]
    assert [*dates(parts.before), *dates(parts.after)] == dates(obj)
    assert parts.after.recurrence[1] == "EXRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"


def test_a_split_at_the_first_date_is_none() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY")
    late = cancel_date(obj, paris(28))

    assert split(obj, paris(28), "u2") == Split(None, obj)
    assert split(late, paris(29), "u2") == Split(None, late)
    for each, first in ((obj, paris(28)), (late, paris(29))):
        with refusal("nothing_left"):
            cut(each, first)


def test_a_date_changed_before_all_others_is_one() -> None:
    overrides = (Override(paris(28), None), at(paris(20), paris(20)))
    obj = series(paris(28), "RRULE:FREQ=DAILY", overrides=overrides)

    assert dates(split(obj, paris(29), "u2").before) == ["03-20 09:00"]


def test_only_a_date_splits() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY")

    with refusal("no_date"):
        cut(obj, paris(29, 10))
    with refusal("no_date"):
        split(obj, paris(29, 10), "u2")


def test_this_and_following_are_edited() -> None:
    overrides = (
        at(paris(29), paris(29, 15)),
        at(paris(31), paris(31, 15), "Mine"),
        Override(paris(1, month=4), None),
    )
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=6", overrides=overrides)

    parts = change_following(obj, paris(30), an_event("Review", paris(30, 10)), "u2")

    assert dates(parts.before) == ["03-28 09:00", "03-29 15:00"]
    assert parts.after == CalendarObject(
        "u2",
        an_event("Review", paris(30, 10)),
        ("RRULE:FREQ=DAILY;COUNT=4",),
        (at(paris(31, 10), paris(31, 16), "Mine"), Override(paris(1, 10, month=4), None)),
    )


def test_this_and_following_from_the_first_date_are_all() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY;COUNT=6")

    parts = change_following(obj, paris(28), an_event("Review", paris(28)), "u2")

    assert parts.before is None
    assert parts.after == replace(obj, event=an_event("Review", paris(28)))


def test_this_and_following_of_a_changed_date_keep_its_change() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY", overrides=(at(paris(30), paris(30, 15)),))

    parts = change_following(obj, paris(30), an_event("Review", paris(30, 15)), "u2")

    assert parts.after == CalendarObject(
        "u2",
        an_event("Review", paris(30)),
        ("RRULE:FREQ=DAILY",),
        (at(paris(30), paris(30, 15), "Review"),),
    )
