"""What the engine itself costs: a month of an old series, and a series full of exceptions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from calendar_sync.engine.event import CalendarObject, Override
from calendar_sync.engine.merge import Movable, merge
from calendar_sync.engine.occurrences import occurrences
from calendar_sync.engine.properties import Properties, properties
from calendar_sync.engine.sync import CopyRole
from support.builders import ANNA, BEN, EVA, PARIS, an_event
from support.table import show

START = datetime(2016, 11, 1, 9, tzinfo=PARIS)
MONTH = datetime(2026, 11, 1, tzinfo=PARIS), datetime(2026, 12, 1, tzinfo=PARIS)
ROUNDS = 50


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the quickest of some rounds: what the machine does besides is not ours."""

    def took() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(took() for _ in range(ROUNDS)) * 1000


def a_series(overrides: int) -> CalendarObject:
    """Daily for ten years; its first dates are each renamed and an hour late."""
    event = an_event(start=START, guests=(ANNA, BEN, EVA))
    days = [START + timedelta(days=number) for number in range(overrides)]
    late = timedelta(hours=1)
    changed = [
        Override(day, replace(event, start=day + late, end=day + 2 * late, summary=f"{day:%j}"))
        for day in days
    ]
    return CalendarObject("u1", event, ("RRULE:FREQ=DAILY",), tuple(changed))


def renamed(values: Properties) -> Properties:
    return {**values, "summary": "Renamed"}


def test_series() -> None:
    plain, full = a_series(0), a_series(500)
    values = properties(full)
    base = {key: (value, value) for key, value in values.items()}
    home = Movable(CopyRole.HOME, frozenset({ANNA}))

    month = best(lambda: occurrences(plain, *MONTH))
    flat = best(lambda: properties(full))
    merged = best(lambda: merge(base, renamed(values), values, home, theirs_win=True))

    show(
        month_of_an_old_series_ms=f"{month:.2f}",
        five_hundred_exceptions_flat_ms=f"{flat:.1f}",
        and_merged_ms=f"{merged:.1f}",
    )
    assert month < 1
    assert merged < 20
