"""Moments in words: what was, and what is to come."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.actions.moments import coming, moment

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)  # 23:30 in Paris


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 11, 28, 22, 45, tzinfo=UTC), "at 23:45"),
        (datetime(2026, 11, 28, 23, 15, tzinfo=UTC), "tomorrow at 00:15"),
        (datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "on Tue at 09:00"),
        (datetime(2026, 12, 5, 8, 0, tzinfo=UTC), "on 5 Dec"),
        (datetime(2027, 1, 2, 8, 0, tzinfo=UTC), "on 2 Jan 2027"),
    ],
)
def test_what_is_to_come(then: datetime, words: str) -> None:
    assert coming(then, NOW, PARIS) == words


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 11, 28, 8, 0, tzinfo=UTC), "09:00"),
        (datetime(2026, 11, 27, 22, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "Tue 09:00"),
        (datetime(2026, 11, 21, 8, 0, tzinfo=UTC), "21 Nov"),
        (datetime(2025, 11, 21, 8, 0, tzinfo=UTC), "21 Nov 2025"),
    ],
)
def test_what_was(then: datetime, words: str) -> None:
    assert moment(then, NOW, PARIS) == words
