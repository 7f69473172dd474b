"""The guards of what a run writes: endless writes end, and mails have a limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from calendar_sync.engine.consent import Choice
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.policy import SyncPolicy
from calendar_sync.engine.sync import (
    Guard,
    Lease,
    LinkChange,
    LinkState,
    Listing,
    PassedOver,
    SyncReport,
    SyncToken,
)
from calendar_sync.hosts.memory import MemoryHost
from support.builders import ANNA, NOON, an_object
from support.run_world import STYLES, World, a_world


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


# --- the fixed point


class Forgetful(MemoryHost):
    """A host with a bug: whatever a run stores, it spells anew."""

    spells: bool = True

    def commit(
        self,
        lease: Lease,
        changes: Sequence[LinkChange],
        token: SyncToken | None = None,
        report: SyncReport | None = None,
        listing: Listing | None = None,
        over: PassedOver | None = None,
    ) -> bool:
        done = super().commit(lease, changes, token, report, listing, over)
        for row in self.state.rows.values():
            if self.spells and row.values:
                row.values["description"] = f"{row.values.get('description') or ''}!"
        return done


@pytest.fixture
def endless(world: World) -> World:
    world.host = Forgetful(frozenset({ANNA}), world.clock)
    world.host.add(an_object())
    return world


def writes(world: World, runs: int) -> list[int]:
    return [world.run().sent for _ in range(runs)]


def test_endless_writes_end(endless: World) -> None:
    """One that was asked for, three that nobody asked for, then silence."""
    assert writes(endless, 7) == [1, 1, 1, 1, 0, 0, 0]
    (row,) = endless.parked()
    assert row.link.guard is Guard.NOT_SETTLING
    assert [entry.code for entry in endless.host.state.journal if entry.what == "parked"] == [
        "not_settling"
    ]


def test_edit_here_goes_on(endless: World) -> None:
    writes(endless, 5)
    (row,) = endless.parked()

    endless.host.edit(row.link.key, {"summary": "Edited"})

    assert writes(endless, 6) == [1, 1, 1, 1, 0, 0]
    assert endless.there() == ["Edited"]


def test_edit_there_goes_on(endless: World) -> None:
    writes(endless, 5)
    (href,) = endless.remote.live()

    endless.remote.edit(href, {"location": "Room Blue"})
    endless.run()

    (row,) = endless.host.state.rows.values()
    assert row.values
    assert row.values["location"] == "Room Blue"
    assert row.link.state is not LinkState.PARKED


def test_retry_goes_on_and_settles_once_the_cause_is_gone(endless: World) -> None:
    writes(endless, 5)
    assert isinstance(endless.host, Forgetful)
    endless.host.spells = False
    endless.let_through()

    assert writes(endless, 3) == [1, 0, 0]
    (row,) = endless.host.state.rows.values()
    assert (row.link.state, row.link.guard, row.link.repeats) == (LinkState.SETTLED, None, 0)


def test_failed_writes_are_not_counted(world: World) -> None:
    key = world.host.add(an_object())
    world.run()
    world.host.edit(key, {"summary": "Kick-off"})
    world.remote.throttle = 9

    for _ in range(10):
        world.run()

    assert world.there() == ["Kick-off"]
    assert world.parked() == []


# --- mails


def meet(world: World, number: int, guests: int) -> LinkKey:
    people = tuple(f"guest{each}.{number}@client.example" for each in range(guests))
    consent = world.consent(Choice.SEND, *people)
    start = NOON + timedelta(hours=number)
    return world.host.add(an_object(f"u{number}", f"Meeting {number}", start, people), consent)


def test_more_mails_than_a_run_may_send_wait(world: World) -> None:
    keys = [meet(world, number, 10) for number in range(3)]
    world.host.add(an_object("quiet", "Quiet"))
    world.host.policy = SyncPolicy(most_mails=25)

    reports = [world.run(), world.run()]

    assert [(report.sent, report.mailed, report.held) for report in reports] == [
        (3, 20, 1),
        (0, 0, 0),
    ]
    (row,) = world.parked()
    assert (row.link.key, row.link.guard) == (keys[0], Guard.MAIL_LIMIT)
    assert row.link.hold
    assert len(row.link.hold.recipients) == 10


def test_more_mails_than_a_day_may_bring_wait(world: World) -> None:
    """However many runs they are spread over; a day later there is room again."""
    world.host.policy = SyncPolicy(most_mails=25, most_mails_a_day=45)
    reports = []
    for number in range(3):
        meet(world, number, 20)
        reports.append(world.run())
        world.clock.advance(timedelta(minutes=10))
    world.clock.advance(timedelta(hours=24))
    meet(world, 3, 20)
    reports.append(world.run())

    assert [(report.mailed, report.held) for report in reports] == [
        (20, 0),
        (20, 0),
        (0, 1),
        (20, 0),
    ]
    assert [row.link.guard for row in world.parked()] == [Guard.MAIL_LIMIT]


def test_what_still_mails_too_many_is_told_once(world: World) -> None:
    key = meet(world, 0, 30)
    world.host.policy = SyncPolicy(most_mails=25)
    world.run()

    consent = world.host.state.rows[key].consent
    world.host.edit(key, {"location": "Room Blue"}, consent)
    report = world.run()

    assert (report.mailed, report.held) == (0, 0)
    assert [row.link.guard for row in world.parked()] == [Guard.MAIL_LIMIT]


def test_sent_all_the_same(world: World) -> None:
    meet(world, 0, 30)
    world.host.policy = SyncPolicy(most_mails=25)
    world.run()
    world.let_through()

    reports = [world.run(), world.run()]

    assert [report.mailed for report in reports] == [30, 0]
    assert world.parked() == []


def test_release_outlasts_a_failure(world: World) -> None:
    meet(world, 0, 30)
    world.host.policy = SyncPolicy(most_mails=25)
    world.run()
    world.let_through()
    world.remote.throttle = 2

    reports = [world.run() for _ in range(4)]

    assert [report.mailed for report in reports] == [0, 0, 30, 0]


def test_two_hundred_mails_by_default() -> None:
    assert (SyncPolicy().most_mails, SyncPolicy().most_mails_a_day) == (200, 1000)


def test_meeting_that_waits_meets_its_twin(world: World) -> None:
    """Somebody made it there by hand meanwhile."""
    key = meet(world, 0, 30)
    world.host.policy = SyncPolicy(most_mails=25)
    world.run()
    (row,) = world.parked()
    world.remote.add(an_object("u0", "Meeting 0", NOON))

    world.run()

    assert list(world.host.state.rows) == [key] == [row.link.key]
    assert world.remote.mails == []
