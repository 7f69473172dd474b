"""An edit of all dates of a series, and of its rule (engine/series.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from calendar_sync.engine.event import Attendee, CalendarObject, Override, PartStat, When
from calendar_sync.engine.series import (
    change_all,
    change_date,
    event_at,
    single,
    split,
    with_rule,
)
from support.builders import BEN, EVA, an_event, an_object
from support.recurring import (
    DAY,
    HOUR,
    NEW_YORK,
    at,
    changed,
    dates,
    floating,
    ids,
    march,
    paris,
    refusal,
    series,
    shifted,
)


def test_no_difference_is_no_edit() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY", overrides=(at(paris(30), paris(30, 15)),))

    assert change_all(obj, paris(30), event_at(obj, paris(30))) is obj


def test_content_reaches_what_has_it_from_the_series() -> None:
    overrides = (
        changed(paris(29), location="Room 1"),
        changed(paris(30), summary="Mine"),
        Override(paris(31), None),
    )
    obj = series(paris(28), "RRULE:FREQ=DAILY", overrides=overrides)

    after = change_all(obj, paris(2, month=4), an_event("Review", paris(2, month=4)))

    assert after == replace(
        obj,
        event=an_event("Review", paris(28)),
        overrides=(
            changed(paris(29), location="Room 1", summary="Review"),
            changed(paris(30), summary="Mine"),
            Override(paris(31), None),
        ),
    )


def test_the_date_that_was_edited_is_as_edited() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY", overrides=(changed(paris(30), summary="Mine"),))

    after = change_all(obj, paris(30), an_event("Ours", paris(30)))

    assert after.event.summary == "Ours"
    assert event_at(after, paris(30)) == an_event("Ours", paris(30))


def test_guests_come_and_go_one_by_one_and_answers_stay() -> None:
    def guests(*answers: tuple[str, PartStat]) -> tuple[Attendee, ...]:
        return tuple(Attendee(address, partstat=answer) for address, answer in answers)

    yes, no, none = PartStat.ACCEPTED, PartStat.DECLINED, PartStat.NEEDS_ACTION
    meeting = replace(an_event(start=paris(28)), attendees=guests((BEN, yes)))
    declined = changed(paris(29), attendees=guests((BEN, no)))
    obj = CalendarObject("u1", meeting, ("RRULE:FREQ=DAILY",), (declined,))
    shown = event_at(obj, paris(30))

    more = change_all(obj, paris(30), replace(shown, attendees=guests((BEN, yes), (EVA, none))))
    fewer = change_all(obj, paris(30), replace(shown, attendees=()))

    assert more.event.attendees == guests((BEN, yes), (EVA, none))
    assert event_at(more, paris(29)).attendees == guests((BEN, no), (EVA, none))
    assert (fewer.event.attendees, event_at(fewer, paris(29)).attendees) == ((), ())


def test_a_later_hour_moves_everything_along() -> None:
    obj = series(
        paris(27),
        "RRULE:FREQ=DAILY;UNTIL=20260402T070000Z",
        "EXDATE:20260328T080000Z,20260401T070000Z",
        "RDATE;TZID=Europe/Paris:20260410T120000",
        overrides=(
            changed(paris(29), summary="Mine"),
            at(datetime(2026, 3, 30, 7, tzinfo=UTC), paris(30, 15)),
            Override(paris(31), None),
        ),
    )

    after = shifted(obj, paris(29), paris(29, 10, 30))

    assert after == series(
        paris(27, 10, 30),
        "RRULE:FREQ=DAILY;UNTIL=20260402T083000Z",
        "EXDATE;TZID=Europe/Paris:20260328T103000,20260401T103000",
        "RDATE;TZID=Europe/Paris:20260410T133000",
        overrides=(
            at(paris(29, 10, 30), paris(29, 10, 30), "Mine"),
            at(paris(30, 10, 30), paris(30, 16, 30)),
            Override(paris(31, 10, 30), None),
        ),
    )
    assert dates(after) == [
        *("03-27 10:30", "03-29 10:30", "03-30 16:30", "04-02 10:30", "04-10 13:30"),
    ]


def test_a_new_zone_takes_the_typed_clock() -> None:
    obj = series(
        paris(27),
        "RRULE:FREQ=DAILY;UNTIL=20260331T070000Z",
        "EXDATE;TZID=Europe/Paris:20260328T090000",
        overrides=(
            at(paris(29), paris(29, 15)),
            at(paris(30), datetime(2026, 3, 30, 12, tzinfo=NEW_YORK)),
        ),
    )

    after = shifted(obj, paris(31), datetime(2026, 3, 31, 9, tzinfo=NEW_YORK))

    assert after.event.start == datetime(2026, 3, 27, 9, tzinfo=NEW_YORK)
    assert after.event.end.tzinfo is NEW_YORK  # type: ignore[union-attr]
    assert after.recurrence == (
        "RRULE:FREQ=DAILY;UNTIL=20260331T130000Z",
        "EXDATE;TZID=America/New_York:20260328T090000",
    )
    assert dates(after) == ["03-27 09:00", "03-29 15:00", "03-30 12:00", "03-31 09:00"]
    assert ids(after) == [
        "2026-03-29T09:00:00 America/New_York",
        "2026-03-30T09:00:00 America/New_York",
    ]


def test_a_date_in_a_zone_of_its_own_keeps_it() -> None:
    abroad = datetime(2026, 3, 30, 12, tzinfo=NEW_YORK)
    obj = series(paris(27), "RRULE:FREQ=DAILY", overrides=(at(paris(30), abroad),))

    assert shifted(obj, paris(28), paris(28, 10)).overrides == (at(paris(30, 10), abroad + HOUR),)
    here = shifted(obj, paris(30), abroad + 2 * HOUR)
    assert here.event.start == paris(27, 11)
    assert here.overrides == (at(paris(30, 11), abroad + 2 * HOUR),)


def test_a_new_length_reaches_dates_of_the_old_one() -> None:
    overrides = (
        at(paris(29), paris(29, 15)),
        changed(paris(30), end=paris(30, 12)),
    )
    obj = series(paris(28), "RRULE:FREQ=DAILY", overrides=overrides)

    after = change_all(obj, paris(31), replace(event_at(obj, paris(31)), end=paris(31, 11)))

    assert after.event.end == paris(28, 11)
    assert after.recurrence == obj.recurrence
    assert after.overrides == (
        Override(paris(29), replace(an_event(start=paris(29, 15)), end=paris(29, 17))),
        changed(paris(30), end=paris(30, 12)),
    )


def test_an_end_in_another_zone_is_a_length() -> None:
    obj = series(paris(28), "RRULE:FREQ=DAILY")
    landing = datetime(2026, 3, 30, 11, tzinfo=NEW_YORK)

    after = change_all(obj, paris(30), replace(event_at(obj, paris(30)), end=landing))

    assert event_at(after, paris(30)).end == landing
    assert event_at(after, paris(31)).end == landing + DAY
    again = shifted(after, paris(31), paris(31, 10))
    assert event_at(again, paris(30, 10)).end == landing + HOUR


def test_a_series_of_hours_in_the_night_that_skips_or_repeats_them() -> None:
    obj = series(
        paris(27, 2, 30),
        "RRULE:FREQ=DAILY;UNTIL=20260330T003000Z",
        overrides=(Override(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None),),
    )

    later = shifted(obj, paris(28, 2, 30), paris(29, 2, 30))

    assert later.overrides == (Override(paris(30, 2, 30), None),)
    assert later.recurrence == ("RRULE:FREQ=DAILY;UNTIL=20260331T003000Z",)
    assert dates(later) == ["03-28 02:30", "03-29 02:30", "03-31 02:30"]
    assert dates(split(obj, paris(28, 2, 30), "u2").after) == ["03-28 02:30", "03-30 02:30"]

    autumn = series(paris(24, 2, 30, month=10), "RRULE:FREQ=DAILY;COUNT=3")
    assert dates(split(autumn, paris(25, 2, 30, month=10), "u2").after) == [
        "10-25 02:30",
        "10-26 02:30",
    ]


@pytest.mark.parametrize("until", ["20260402", "20260402T215959Z", "20260402T073000Z"])
def test_until_goes_with_the_last_date_that_is_possible(until: str) -> None:
    obj = series(paris(27), f"RRULE:FREQ=DAILY;UNTIL={until}")

    assert shifted(obj, paris(27), paris(27, 23)).recurrence == (
        "RRULE:FREQ=DAILY;UNTIL=20260402T210000Z",
    )


def test_until_just_before_a_date_leaves_it_out() -> None:
    obj = series(paris(27), "RRULE:FREQ=DAILY;UNTIL=20260402T065959Z")

    after = shifted(obj, paris(27), march(27))

    assert after.recurrence == ("RRULE:FREQ=DAILY;UNTIL=20260401",)


@pytest.mark.parametrize("until", ["99991231", "99991231T235959Z"])
def test_until_in_the_year_9999_is_none(until: str) -> None:
    obj = series(paris(27), f"RRULE:FREQ=DAILY;UNTIL={until}")

    assert shifted(obj, paris(27), paris(28, 10)).recurrence == ("RRULE:FREQ=DAILY",)
    assert with_rule(obj, obj.recurrence).recurrence == ("RRULE:FREQ=DAILY",)
    assert event_at(obj, paris(30)).start == paris(30)


def test_hours_become_whole_days() -> None:
    obj = series(
        paris(27),
        "RRULE:FREQ=DAILY;BYHOUR=9;UNTIL=20260401T070000Z",
        "EXDATE;TZID=Europe/Paris:20260328T090000",
        "EXDATE;VALUE=DATE:20260331",
        overrides=(
            at(paris(29), paris(30, 1)),
            at(paris(30), march(30), "Mine"),
        ),
    )

    after = change_all(obj, paris(1, month=4), an_event(start=date(2026, 4, 1)))

    assert after == series(
        march(27),
        "RRULE:FREQ=DAILY;UNTIL=20260401",
        "EXDATE;VALUE=DATE:20260328",
        "EXDATE;VALUE=DATE:20260331",
        overrides=(at(march(29), march(30)), at(march(30), march(30), "Mine")),
    )


def test_whole_days_become_hours() -> None:
    obj = series(
        march(27),
        "RRULE:FREQ=DAILY;BYHOUR=9;UNTIL=20260401T215959Z",
        "EXDATE;VALUE=DATE:20260328",
        overrides=(
            at(march(29), march(30)),
            at(march(30), paris(30, 15), "Mine"),
        ),
    )

    after = change_all(obj, march(31), an_event(start=paris(31)))

    assert after == series(
        paris(27),
        "RRULE:FREQ=DAILY;UNTIL=20260401T070000Z",
        "EXDATE;TZID=Europe/Paris:20260328T090000",
        overrides=(at(paris(29), paris(30)), at(paris(30), paris(30, 15), "Mine")),
    )


def test_a_day_further_moves_dates_of_another_kind_a_day() -> None:
    obj = series(paris(27), "RRULE:FREQ=DAILY", overrides=(at(paris(29), march(29)),))

    assert shifted(obj, paris(28), paris(29, 10)).overrides == (at(paris(30, 10), march(30)),)


def test_whole_days_of_one_date_leave_the_hours_of_the_series() -> None:
    obj = series(paris(27), "RRULE:FREQ=DAILY", overrides=(at(paris(29), march(29)),))

    after = change_all(obj, paris(29), replace(an_event(start=march(30)), end=date(2026, 4, 2)))

    assert after.event == an_event(start=paris(28))
    assert event_at(after, paris(30)).end == date(2026, 4, 2)


def test_floating_times_stay_floating() -> None:
    obj = series(floating(27), "RRULE:FREQ=DAILY;UNTIL=20260329T090000", "EXDATE:20260328T090000")

    assert shifted(obj, floating(27), floating(27, 10)) == series(
        floating(27, 10), "RRULE:FREQ=DAILY;UNTIL=20260329T100000", "EXDATE:20260328T100000"
    )


def test_a_new_rule_keeps_what_is_about_its_dates() -> None:
    obj = series(
        paris(2),
        "RRULE:FREQ=DAILY;COUNT=20",
        "EXRULE:FREQ=WEEKLY",
        "EXDATE:20260303T080000Z,20260309T080000Z",
        "EXDATE:20260304T080000Z",
        "RDATE:20260401T070000Z",
        overrides=(at(paris(5), paris(5, 15)), at(paris(16), paris(16, 15))),
    )

    assert with_rule(obj, ["RRULE:FREQ=WEEKLY"]) == series(
        paris(2),
        "RRULE:FREQ=WEEKLY",
        "RDATE:20260401T070000Z",
        "EXDATE:20260309T080000Z",
        overrides=(at(paris(16), paris(16, 15)),),
    )
    assert with_rule(obj, []).recurrence == ("RDATE:20260401T070000Z",)


@pytest.mark.parametrize(
    ("start", "until", "said"),
    [
        (paris(2), "20260330", "20260330T215959Z"),
        (paris(2), "20260330T090000", "20260330T070000Z"),
        (paris(2), "20260330T070000Z", "20260330T070000Z"),
        (floating(2), "20260330", "20260330T235959"),
        (floating(2), "20260330T090000Z", "20260330T090000"),
        (march(2), "20260330T090000Z", "20260330"),
    ],
)
def test_until_is_of_the_kind_that_the_start_demands(start: When, until: str, said: str) -> None:
    found = with_rule(an_object(start=start), [f"RRULE:FREQ=DAILY;UNTIL={until}"])

    assert found.recurrence == (f"RRULE:FREQ=DAILY;UNTIL={said}",)


def test_a_single_event_becomes_a_series_and_one_again() -> None:
    event = an_object(start=paris(2))

    obj = with_rule(event, ["RRULE:FREQ=WEEKLY"])

    assert obj == series(paris(2), "RRULE:FREQ=WEEKLY")
    assert single(obj, paris(2)) == event
    assert single(change_date(obj, paris(9), an_event("X", paris(10))), paris(9)) == (
        an_object("u1", "X", paris(10))
    )
    with refusal("nothing_left"):
        with_rule(event, [])
