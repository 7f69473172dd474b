"""The bucket of writes: never more in any minute than a rate says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.providers.google import ACCOUNT_RATE
from calendar_sync.providers.pace import Pace, Rate

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_full_at_first_then_as_fast_as_it_fills() -> None:
    pace = Pace(Rate(burst=50, a_minute=600))

    assert pace.free(NOON) == 50
    pace.take(50, NOON)
    assert pace.free(NOON) == 0
    assert pace.free(later(0.1)) == 1
    assert pace.free(later(5)) == 50
    assert pace.free(later(500)) == 50
    assert (pace.full_at, pace.taken) == (later(5), 50)


def test_what_was_taken_too_much_is_owed() -> None:
    pace = Pace(Rate(burst=50, a_minute=600))

    pace.take(80, NOON)

    assert pace.free(later(3)) == 0
    assert pace.free(later(4)) == 10


def test_without_a_rate_it_never_empties() -> None:
    pace = Pace()

    pace.take(10_000, NOON)

    assert pace.free(NOON) > 10_000
    assert (pace.full_at, pace.taken) == (None, 10_000)


@given(st.lists(st.floats(0, 20), max_size=60))
def test_never_more_than_500_in_any_minute_at_google(waits: list[float]) -> None:
    pace, now, taken = Pace(ACCOUNT_RATE), NOON, []
    for wait in waits:
        now += timedelta(seconds=wait)
        count = pace.free(now)
        pace.take(count, now)
        taken.append((now, count))

    for end, _ in taken:
        assert sum(count for at, count in taken if end - MINUTE < at <= end) <= 500
