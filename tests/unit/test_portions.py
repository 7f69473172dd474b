"""A complete listing that comes in portions: each is kept, the rest waits for the last."""

from __future__ import annotations

import pytest

from calendar_sync.engine.consent import Choice
from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.policy import SyncPolicy
from calendar_sync.engine.run import preview, synchronize
from calendar_sync.engine.sync import LinkState, SyncReport
from support.builders import ANNA, BEN, an_object
from support.crashing import Crash, CrashingHost, CrashingRemote, Fuse
from support.run_world import STYLES, World, a_world


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    """Five events there; two are told at a time."""
    world = a_world(request.param)
    world.remote.portion = 2
    for number in range(5):
        world.remote.add(an_object(f"r{number}", f"Event {number}"))
    return world


def crash(world: World, at: int) -> None:
    fuse = Fuse(at)
    host, remote = CrashingHost(world.host, fuse), CrashingRemote(world.remote, fuse)
    with pytest.raises(Crash):
        synchronize(world.host.claim(), host, remote, world.clock)


def test_one_run_takes_in_all_of_them(world: World) -> None:
    report = world.run()
    assert report == SyncReport(received=5, complete=True)
    assert world.remote.requests == ["changes"] * 3
    assert world.here() == world.there()
    assert world.run() == SyncReport()


def test_run_that_dies_goes_on_behind_the_last_portion(world: World) -> None:
    """Calls 1 to 4 are the first portion; the sixth asks for the second."""
    crash(world, 6)
    assert len(world.here()) == 2
    assert world.run() == SyncReport(received=3, complete=True)
    assert world.remote.requests == ["changes"] * 2
    assert world.here() == world.there()


def test_writes_wait_for_the_last_portion(world: World) -> None:
    world.host.add(an_object("h1", "Ours"))
    world.host.add(an_object("r4", "Event 4"))  # there already, in the last portion
    report = world.run()
    assert (report.sent, report.received) == (1, 4)
    assert world.remote.requests == ["changes"] * 3 + ["apply"]
    assert world.here() == world.there()


def test_what_no_portion_shows_is_gone(world: World) -> None:
    world.run()
    world.remote.remove(sorted(world.remote.live())[1])
    world.remote.forget_tokens()
    report = world.run()
    assert (report.received, report.complete) == (1, True)
    assert world.here() == ["Event 0", "Event 2", "Event 3", "Event 4"]


def test_what_an_earlier_portion_has_shown_is_not_gone(world: World) -> None:
    """An edit here makes it wait, so the run looks at it again with the last portion."""
    world.run()
    key = next(iter(world.host.state.rows))
    world.host.edit(key, {"location": "Room Blue"})
    world.remote.forget_tokens()
    world.run()
    assert world.here() == world.there()
    assert len(world.here()) == 5


def test_what_vanishes_between_two_portions_is_gone(world: World) -> None:
    crash(world, 6)
    world.remote.remove(min(world.remote.live()))
    world.run()
    world.run()
    assert world.here() == world.there() == ["Event 1", "Event 2", "Event 3", "Event 4"]


def test_what_a_listing_that_was_given_up_has_shown_proves_nothing(world: World) -> None:
    world.run()
    world.remote.forget_tokens()
    crash(world, 6)
    world.remote.remove(min(world.remote.live()))
    world.remote.forget_tokens()
    world.run()
    assert world.here() == world.there()
    assert len(world.here()) == 4


def test_a_listing_lost_in_the_run_that_began_it_is_left_to_the_next(world: World) -> None:
    """It begins once in a run: else a provider that forgets at once would be asked for ever."""
    fuse = Fuse(6, act=world.remote.forget_tokens)
    host, remote = CrashingHost(world.host, fuse), CrashingRemote(world.remote, fuse)
    report = synchronize(world.host.claim(), host, remote, world.clock)
    assert isinstance(report.error, Retryable)
    assert (report.error.code, report.received) == ("listing_lost", 2)
    assert world.run().received == 3
    assert world.here() == world.there()


def test_edits_there_are_taken_in_with_their_portion(world: World) -> None:
    world.run()
    world.remote.edit(min(world.remote.live()), {"summary": "Renamed"})
    world.remote.forget_tokens()
    crash(world, 9)  # two portions of two are kept
    world.run()
    assert world.here() == world.there()


def test_a_preview_looks_at_all_of_them(world: World) -> None:
    world.host.add(an_object("h1", "Ours"))
    lease = world.host.claim()
    shown = preview(lease, world.host, world.remote, world.clock)
    assert shown
    assert len(shown.acts) == 6
    assert world.here() == ["Ours"]
    assert world.host.state.token is None


def test_a_lost_answer_is_found_in_a_portion(world: World) -> None:
    """Its creation is still open when everything is read anew: no second event."""
    world.host.add(an_object("h1", "Ours"))
    world.remote.portion = 0
    world.remote.lose_answers = 1
    world.run()
    world.remote.portion = 2
    world.remote.forget_tokens()
    world.run()
    assert world.here() == world.there()
    assert len(world.here()) == 6


def test_the_quiet_half_of_a_held_write_is_not_forgotten() -> None:
    """Where the limit of writes has no room for it, the next run derives it again."""
    world = a_world("graph")
    meeting = world.host.add(an_object(guests=(ANNA, BEN)), world.consent(Choice.SEND, BEN))
    other = world.host.add(an_object("h2", "Other"))
    world.run()
    world.host.policy = SyncPolicy(most_writes=1)
    world.host.edit(meeting, {"summary": "Loud", "availability": "free"})
    world.host.edit(other, {"summary": "Fresh"})
    assert [world.run().sent for _ in range(3)] == [1, 1, 0]
    assert world.host.state.rows[meeting].link.state is LinkState.HELD
    assert world.there() == ["Design review", "Fresh"]
    assert [line.what for line in world.host.state.journal].count("held") == 1
    free = [values for values in world.remote.live().values() if values["availability"] == "free"]
    assert len(free) == 1


def test_a_preview_of_an_account_somebody_else_works_on(world: World) -> None:
    lost = world.host.claim()
    world.host.claim()
    assert preview(lost, world.host, world.remote, world.clock) is None


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_a_preview_ends_where_its_lease_is_lost(world: World, looks: int) -> None:
    told: list[int] = []

    def progress(read: int) -> bool:
        told.append(read)
        return len(told) < looks

    assert preview(world.host.claim(), world.host, world.remote, world.clock, progress) is None
    assert told == [2, 4, 5][:looks]
