from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.controllers import dates

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9", (9, 0)),
        ("9:15", (9, 15)),
        ("930", (9, 30)),
        ("0930", (9, 30)),
        ("21.15", (21, 15)),
        ("9pm", (21, 0)),
        ("12am", (0, 0)),
        ("12:30 PM", (12, 30)),
        ("24", None),
        ("13pm", None),
        ("9:60", None),
        ("noon", None),
        ("", None),
    ],
)
def test_typed_times(typed: str, read: tuple[int, int] | None) -> None:
    assert dates.typed_time(typed) == read


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 11, 19), date(2026, 11, 20), "Thu 19 Nov, all day"),
        (date(2026, 11, 20), date(2026, 11, 23), "20–22 Nov (3 days)"),
        (date(2026, 11, 30), date(2026, 12, 2), "Mon 30 Nov – Tue 1 Dec (2 days)"),
        (date(2027, 3, 4), date(2027, 3, 5), "Thu 4 Mar 2027, all day"),
        (
            datetime(2026, 11, 19, 9, tzinfo=PARIS),
            datetime(2026, 11, 19, 12, tzinfo=PARIS),
            "Thu 19 Nov 09:00–12:00",
        ),
        (
            datetime(2026, 11, 19, 21, tzinfo=UTC),
            datetime(2026, 11, 20, 1, tzinfo=UTC),
            "Thu 19 Nov 22:00 – Fri 20 Nov 02:00",
        ),
        # A floating time shows itself, wherever one is.
        (datetime(2026, 11, 19, 9), datetime(2026, 11, 19, 10), "Thu 19 Nov 09:00–10:00"),  # noqa: DTZ001
    ],
)
def test_when(start: date, end: date, words: str) -> None:
    assert dates.when(start, end, PARIS, TODAY) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=2), "08:42"),
        (timedelta(hours=12), "yesterday 22:42"),
        (timedelta(days=3), "Wed 10:42"),
        (timedelta(days=9), "12 Nov"),
        (timedelta(days=374), "12 Nov 2025"),
    ],
)
def test_ago(before: timedelta, words: str) -> None:
    assert dates.ago(NOW - before, NOW, PARIS) == words


def test_length_is_the_true_one() -> None:
    """Through the night in which the clock goes back."""
    start = datetime(2026, 10, 25, 1, tzinfo=PARIS).astimezone(UTC)
    end = datetime(2026, 10, 25, 4, tzinfo=PARIS).astimezone(UTC)
    assert dates.length(end - start) == "4 h"


def test_a_change_names_the_day_once() -> None:
    assert dates.change("Thu 19 Nov 09:00–12:00", "Thu 19 Nov 10:00–13:00") == (
        "Thu 19 Nov 09:00–12:00 → 10:00–13:00"
    )
    assert dates.change("Thu 19 Nov 09:00–12:00", "Fri 20 Nov 09:00–12:00") == (
        "Thu 19 Nov 09:00–12:00 → Fri 20 Nov 09:00–12:00"
    )
