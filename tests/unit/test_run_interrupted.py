"""A push that stops half way loses nothing of what came in; an answer travels alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.properties import Json
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import LinkState, Resource, SyncReport
from calendar_sync.hosts.memory import MemoryHost
from support.builders import ANNA, BEN, an_object, answered
from support.remote import RemoteCalendar, TickingClock


class World:
    def __init__(self, style: str) -> None:
        self.clock = TickingClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
        self.host = MemoryHost(frozenset({ANNA}), self.clock)
        self.remote = RemoteCalendar(self.clock, style, batch_size=1)

    def run(self) -> SyncReport:
        return synchronize(self.host.claim(), self.host, self.remote, self.clock)


@pytest.fixture(params=["google", "graph"])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def test_what_came_in_stays_though_its_write_was_not_tried(world: World) -> None:
    keys = [world.host.add(an_object(f"u{number}", f"Event {number}")) for number in range(2)]
    world.run()
    hrefs = [world.host.state.rows[key].link.href for key in keys]
    for key, href in zip(keys, hrefs, strict=True):
        assert href is not None
        world.host.edit(key, {"summary": f"Renamed {key}"})
        world.remote.edit(href, {"location": "Room Blue"})

    world.remote.throttle = 1
    report = world.run()

    assert report.error is not None
    assert world.remote.requests.count("apply") == 3
    for key in keys:
        row = world.host.state.rows[key]
        assert row.values is not None
        assert (row.values["location"], row.link.state) == ("Room Blue", LinkState.DIRTY)
    world.run()
    there = sorted(str(values["summary"]) for values in world.remote.live().values())
    assert there == [f"Renamed {key}" for key in keys]
    assert world.run() == SyncReport()


def test_an_answer_and_an_overlay_both_arrive(world: World) -> None:
    href = world.remote.add(an_object(guests=(ANNA,), organizer=BEN), organized=False)
    world.run()
    (key,) = world.host.state.rows

    changes: dict[str, Json] = {
        f"answer:{ANNA}": answered(PartStat.ACCEPTED),
        "availability": "free",
    }
    world.host.edit(key, changes)
    reports = [world.run() for _ in range(3)]

    there = world.remote.live()[href]
    assert (there[f"answer:{ANNA}"], there["availability"]) == tuple(changes.values())
    assert [report.sent for report in reports] == [1, 1, 0]
    assert world.remote.mails == [("update", BEN)]


def test_an_ignored_link_takes_no_newcomer_for_its_own(world: World) -> None:
    """After a reset an event kept here only must not swallow one that looks alike."""
    key = world.host.add(an_object("kept"))
    row = world.host.state.rows[key]
    row.link, row.marks = type(row.link)(key, "kept", state=LinkState.IGNORED), ()
    world.remote.add(an_object("new"))

    report = world.run()

    assert report.received == 1
    assert len(world.host.state.rows) == 2


@pytest.mark.parametrize("portion", [0, 1])
def test_an_edit_after_a_lost_creation_is_sent_too(world: World, portion: int) -> None:
    """The creation is repeated with what was recorded; the edit waits for the run after it."""
    key = world.host.add(an_object())
    world.host.add(an_object("u2", "Other"))
    world.remote.batch_size, world.remote.portion = 20, portion
    world.remote.lose_answers = 1
    world.run()
    for href in sorted(world.remote.live()):
        world.remote.remove(href)
    world.host.edit(key, {"location": "Room Blue"})
    world.host.state.token = None

    for _ in range(3):
        world.run()
        world.host.state.token = None

    assert [values.get("location") for values in world.remote.live().values()].count(
        "Room Blue"
    ) == 1


def test_a_lost_creation_that_was_edited_there_since(world: World) -> None:
    """Its answer was lost, and somebody has renamed it: theirs is the news."""
    world.host.add(an_object())
    world.remote.lose_answers = 1
    world.run()
    world.remote.edit(min(world.remote.live()), {"summary": "Renamed there"})
    world.run()
    (row,) = world.host.state.rows.values()
    assert row.values
    assert row.values["summary"] == "Renamed there"
    assert len(world.remote.live()) == 1


def test_what_is_in_doubt_cannot_be_read(world: World) -> None:
    """Nothing is decided about it, and the run says why."""
    world.host.add(an_object())
    world.remote.lose_answers = 1
    world.run()

    class Broken(RemoteCalendar):
        def find(self, creation_keys: Sequence[str]) -> Mapping[str, Resource]:
            raise Retryable("http_503", str(len(creation_keys)))

    remote = Broken(world.clock, world.remote.style, stones=world.remote.stones)
    report = synchronize(world.host.claim(), world.host, remote, world.clock)

    assert isinstance(report.error, Retryable)
    assert (report.error.code, report.sent) == ("http_503", 0)
