"""Times survive being written down: dates, floating and zoned ones, an hour that comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.engine.event import instant, when_from_text, when_to_text

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds


@given(moments, st.sampled_from(ZONES))
def test_a_zoned_time_stays_the_same_moment(moment: datetime, zone: str) -> None:
    local = moment.replace(microsecond=0).astimezone(ZoneInfo(zone))

    assert instant(when_from_text(when_to_text(local))) == instant(local)


@given(st.dates(date(1, 1, 1)))
def test_a_date_stays_a_date(day: date) -> None:
    assert when_from_text(when_to_text(day)) == day


@given(st.datetimes())
def test_a_floating_time_stays_floating(wall: datetime) -> None:
    assert when_from_text(when_to_text(wall)) == wall.replace(fold=0)


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), "2026-10-25T02:30:00 Europe/Berlin"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), "2026-10-25T01:30:00 UTC"),
        (datetime(2026, 10, 25, 4, 30, tzinfo=BERLIN, fold=1), "2026-10-25T04:30:00 Europe/Berlin"),
    ],
)
def test_the_second_pass_of_an_hour_is_said_in_utc(when: datetime, text: str) -> None:
    assert when_to_text(when) == text


def test_an_offset_is_no_zone() -> None:
    with pytest.raises(ValueError, match="named zone"):
        when_to_text(datetime.fromisoformat("2026-10-25T02:30:00+02:00"))
