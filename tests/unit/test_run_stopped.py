"""Runs that something stops: the provider does not answer, or another worker has the account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import Href, SyncReport
from support.builders import an_object
from support.crashing import CrashingHost, CrashingRemote, Fuse
from support.run_world import STYLES, World, a_world


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


@dataclass
class Windowed(CrashingRemote):
    """Lists a window only, as Graph does."""

    since: datetime
    before: datetime

    @property
    def capabilities(self) -> Capabilities:
        return replace(self.remote.capabilities, window=(self.since, self.before))


def unanswered() -> None:
    raise Retryable("timeout")


def test_provider_that_does_not_answer_is_told_and_nothing_is_lost(world: World) -> None:
    world.host.add(an_object())
    remote = CrashingRemote(world.remote, Fuse(at=1, act=unanswered))

    report = synchronize(world.host.claim(), world.host, remote, world.clock)

    assert isinstance(report.error, Retryable)
    assert (report.sent, report.lost_lease) == (0, False)
    assert world.run().sent == 1


def test_neither_provider_nor_lease(world: World) -> None:
    """Nobody is told by a run that may not tell anything any more."""

    def unanswered_and_taken() -> None:
        world.host.claim()
        unanswered()

    remote = CrashingRemote(world.remote, Fuse(at=1, act=unanswered_and_taken))

    report = synchronize(world.host.claim(), world.host, remote, world.clock)

    assert report == SyncReport(lost_lease=True)


@pytest.mark.parametrize("call", range(1, 5))
def test_worker_that_lost_the_account_at_any_call_changes_nothing_more(
    world: World, call: int
) -> None:
    """open, attempt, commit of the batch, commit of the run; then whoever has it goes on."""
    world.run()
    world.host.add(an_object())
    fuse = Fuse(at=call, act=world.host.claim)

    report = synchronize(
        world.host.claim(), CrashingHost(world.host, fuse), world.remote, world.clock
    )

    assert fuse.names == ["open", "attempt", "commit", "commit"][:call]
    assert report == SyncReport(lost_lease=True)
    world.run()
    world.run()
    assert world.there() == ["Design review"]


@pytest.mark.parametrize(
    ("days", "rules", "asked"),
    [
        (0, (), True),
        (400, (), False),  # beyond the window a listing proves nothing
        (0, ("RRULE:FREQ=DAILY",), True),
        (400, ("RRULE:FREQ=DAILY",), False),
        (-400, ("RRULE:FREQ=DAILY",), True),  # its dates go on
    ],
)
def test_only_what_a_listing_had_to_show_is_asked_for(
    days: int, rules: tuple[str, ...], asked: bool
) -> None:
    world = a_world("graph")
    now = world.clock.now()
    far = replace(moved(an_object("far", "Far"), days), recurrence=rules)
    href = world.remote.add(far)
    world.run()
    del world.remote.stones[Href(href)]
    world.remote.epoch += 1
    windowed = Windowed(world.remote, Fuse(), now - timedelta(days=30), now + timedelta(days=365))

    synchronize(world.host.claim(), world.host, windowed, world.clock)

    assert ("get" in windowed.fuse.names) is asked
    assert world.here() == ([] if asked else ["Far"])


def moved(obj: CalendarObject, days: int) -> CalendarObject:
    by = timedelta(days=days)
    event = replace(obj.event, start=obj.event.start + by, end=obj.event.end + by)
    return replace(obj, event=event)
