"""How long the first import of 1,000 meetings takes, and the month of a person with 10,000 events.

`make bench` prints the tables. The stand-ins for the providers run in this process, so their time
is measured and taken off: what is left is ours.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.actions.calendars import own_calendar
from calendar_sync.actions.feed import events_between
from calendar_sync.engine.properties import properties
from calendar_sync.models import Event, Occurrence
from calendar_sync.models.creation import NewEvent, create_events
from support.builders import an_object
from support.series import SeriesThere
from support.statements import Statements
from support.table import show
from support.world import NOW, PROVIDERS, START, Organization

MEETINGS = 1_000
GUESTS = ("ben@corp.example", "eva@client.example", "max@client.example")
EVENTS = 10_000
LARGE = 100_000
SERIES = 300
LOOKS = 20


@dataclass
class ProviderTime:
    """Seconds spent in the stand-ins."""

    sandbox: Sandbox
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._answer: Callable[[Request], Response] = self.sandbox.answer
        setattr(self.sandbox, "answer", self)  # noqa: B010 -- a method, to the type checker

    def __call__(self, request: Request) -> Response:
        start = time.perf_counter()
        try:
            return self._answer(request)
        finally:
            self.seconds += time.perf_counter() - start


@pytest.mark.parametrize("provider", PROVIDERS)
def test_first_import(organization: Organization, provider: ProviderName) -> None:
    titles = [f"Meeting {number}" for number in range(MEETINGS)]
    for key in ("anna", "cleo"):
        organization.there(key, provider).load(titles, *GUESTS)
    organization.connect(organization.anna, provider)
    organization.sandbox.journal.clear()
    theirs = ProviderTime(organization.sandbox)

    start = time.perf_counter()
    (turn,) = organization.work()
    took = time.perf_counter() - start

    (report,) = turn.reports
    assert (report.received, report.error) == (MEETINGS, None)
    statements, peak = _effort(organization, provider)
    show(
        provider=provider,
        in_all=f"{took:.2f} s",
        of_the_provider=f"{theirs.seconds:.2f} s",
        ours=f"{took - theirs.seconds:.2f} s",
        statements=str(statements),
        peak=f"{peak / 1e6:.0f} MB",
    )
    assert statements <= 40
    assert peak < 150e6


def _effort(organization: Organization, provider: ProviderName) -> tuple[int, int]:
    """Statements and most bytes of the same import for somebody else; watching makes it slow."""
    organization.connect(organization.cleo, provider)
    tracemalloc.start()
    try:
        with Statements() as sent:
            (turn,) = organization.work()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert turn.error is None
    return len(sent), peak


def test_month_of_a_full_calendar(organization: Organization) -> None:
    """Two years of fourteen events a day, half of them with a guest."""
    calendar = own_calendar(organization.anna)
    first = START - timedelta(days=365)
    guests: tuple[tuple[str, ...], ...] = ((), ("eva@client.example",))
    new = [
        NewEvent(
            calendar.pk,
            calendar.owner_id,
            f"event-{number}",
            properties(an_object(f"event-{number}", f"Event {number}", at, guests[number % 2])),
            NOW,
        )
        for number, at in enumerate(_moments(first, EVENTS))
    ]
    create_events(new, {"anna@corp.example": calendar.owner_id}, NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert Event.objects.count() == EVENTS

    cards = events_between(organization.anna, START, START + timedelta(days=31))
    with Statements() as sent:
        _look(organization)
    seconds = [_look(organization) for _ in range(LOOKS)]

    assert 400 < len(cards) < 450
    show(
        events=f"{EVENTS:,}",
        in_view=str(len(cards)),
        statements=str(len(sent)),
        median=f"{statistics.median(seconds) * 1e3:.0f} ms",
        worst=f"{max(seconds) * 1e3:.0f} ms",
    )
    assert len(sent) == 5


def _moments(first: datetime, count: int) -> list[datetime]:
    return [
        first + timedelta(days=number // 14, minutes=30 * (number % 14)) for number in range(count)
    ]


def _look(organization: Organization) -> float:
    start = time.perf_counter()
    events_between(organization.anna, START, START + timedelta(days=31))
    return time.perf_counter() - start


@pytest.mark.parametrize("provider", PROVIDERS)
def test_first_import_of_a_large_calendar(
    organization: Organization, provider: ProviderName
) -> None:
    """Taken in by portions: what the worker needs does not grow with the calendar."""
    titles = [f"Meeting {number}" for number in range(LARGE)]
    organization.there("anna", provider).load(titles, *GUESTS)
    organization.connect(organization.anna, provider)
    theirs = ProviderTime(organization.sandbox)
    gc.collect()
    before = _peak_memory(anew=True)

    start = time.perf_counter()
    (turn,) = organization.work()
    took = time.perf_counter() - start
    grown = _peak_memory() - before

    (report,) = turn.reports
    assert (report.received, report.error) == (LARGE, None)
    show(
        provider=provider,
        events=f"{LARGE:,}",
        ours=f"{took - theirs.seconds:.0f} s",
        of_the_provider=f"{theirs.seconds:.0f} s",
        grown=f"{grown / 1e6:.0f} MB",
    )
    assert grown < 150e6


def test_first_import_of_long_series(organization: Organization) -> None:
    """What Outlook tells of series are their dates, 720 of each in the window; none is kept."""
    for number in range(SERIES):
        series = SeriesThere(organization.sandbox, "anna", "outlook")
        series.create(f"Series {number}")
    organization.connect(organization.anna, "outlook")
    organization.sandbox.journal.clear()
    theirs = ProviderTime(organization.sandbox)
    gc.collect()
    before = _peak_memory(anew=True)

    start = time.perf_counter()
    with Statements() as sent:
        (turn,) = organization.work()
    took = time.perf_counter() - start
    grown = _peak_memory() - before

    (report,) = turn.reports
    assert (report.received, report.error) == (SERIES, None)
    show(
        series=str(SERIES),
        dates=f"{Occurrence.objects.count():,}",
        requests=str(len(organization.requests("/graph"))),
        statements=str(len(sent)),
        ours=f"{took - theirs.seconds:.0f} s",
        of_the_provider=f"{theirs.seconds:.0f} s",
        grown=f"{grown / 1e6:.0f} MB",
    )
    assert len(sent) <= 40
    assert grown < 150e6


def _peak_memory(*, anew: bool = False) -> int:
    """Most bytes this process has had in memory, as the kernel counts them (proc(5))."""
    process = Path("/proc/self")
    if anew:
        (process / "clear_refs").write_text("5")
    (line,) = (
        line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM:")
    )
    return int(line.split()[1]) * 1024
