"""The run over the reference host and a badly behaved remote calendar: counts are literal."""

from __future__ import annotations

import pytest

from calendar_sync.engine.conferences import REFUSED
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.policy import SyncPolicy
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import Guests, LinkState, SyncReport
from support.builders import BEN, EVA, an_object
from support.run_world import STYLES, World, a_world


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


def test_first_run_brings_everything_in(world: World) -> None:
    for number in range(3):
        world.remote.add(an_object(f"u{number}", f"Event {number}"))

    report = world.run()

    assert world.here() == ["Event 0", "Event 1", "Event 2"]
    assert (report.received, report.sent, report.mailed) == (3, 0, 0)
    assert world.remote.requests == ["changes"]


def test_idle_run_asks_once_and_writes_nothing(world: World) -> None:
    world.remote.add(an_object())
    world.run()

    report = world.run()

    assert report == SyncReport()
    assert world.remote.requests == ["changes"]


def test_new_event_goes_there_once(world: World) -> None:
    world.host.add(an_object())

    first, second = world.run(), world.run()

    assert world.there() == ["Design review"]
    assert (first.sent, second.sent, second.received) == (1, 0, 0)


def test_edits_of_two_properties_on_two_sides_are_both_kept(world: World) -> None:
    key = world.host.add(an_object())
    world.run()
    (href,) = world.remote.live()

    world.host.edit(key, {"summary": "Kick-off"})
    world.remote.edit(href, {"location": "Room Blue"})
    world.run()
    world.run()

    values = world.host.state.rows[key].values
    assert values is not None
    assert (values["summary"], values["location"]) == ("Kick-off", "Room Blue")
    there = world.remote.live()[href]
    assert (there["summary"], there["location"]) == ("Kick-off", "Room Blue")


def test_room_that_nobody_makes_is_told_at_once() -> None:
    """A wish comes back without its room: refused, says the journal, and it is not asked again."""
    world = a_world("google")
    world.remote.makes_rooms = False
    key = world.host.add(an_object())
    world.host.edit(key, {"conference": ["meet", "", ""]})

    first, second = world.run(), world.run()

    values = world.host.state.rows[key].values
    assert values is not None
    assert values["conference"] == REFUSED
    assert [entry.keys for entry in world.host.state.journal][-1] == ("conference",)
    assert (first.sent, second) == (1, SyncReport())


def test_newest_edit_of_one_property_wins_and_the_other_is_kept_in_the_journal() -> None:
    world = a_world("google")
    key = world.host.add(an_object())
    world.run()
    (href,) = world.remote.live()

    world.host.edit(key, {"summary": "Older"})
    world.remote.edit(href, {"summary": "Newer"})
    report = world.run()

    assert world.here() == world.there() == ["Newer"]
    assert report.conflicts == 1
    (lost,) = [entry for entry in world.host.state.journal if entry.what == "conflict"]
    assert lost.before == {"summary": "Older"}


def test_rewritten_text_is_no_change(world: World) -> None:
    world.host.add(an_object(description="<p>Agenda</p>"))
    world.run()

    reports = [world.run() for _ in range(5)]

    assert [report.sent + report.received for report in reports] == [0, 0, 0, 0, 0]


def test_deletion_there_removes_here(world: World) -> None:
    href = world.remote.add(an_object())
    world.run()

    world.remote.remove(href)
    world.run()

    assert world.here() == []


def test_deletion_here_removes_there(world: World) -> None:
    key = world.host.add(an_object())
    world.run()

    world.host.remove(key)
    world.run()

    assert world.there() == []
    assert world.host.state.rows == {}


def test_edit_there_beats_an_unsent_deletion_here(world: World) -> None:
    key = world.host.add(an_object())
    world.run()
    (href,) = world.remote.live()

    world.host.remove(key)
    world.remote.edit(href, {"summary": "Still needed"})
    world.run()
    world.run()

    assert world.here() == world.there() == ["Still needed"]


def test_deletion_at_home_beats_an_edit_here_and_keeps_the_text(world: World) -> None:
    key = world.host.add(an_object())
    world.run()
    (href,) = world.remote.live()

    world.host.edit(key, {"summary": "My words"})
    world.remote.remove(href)
    world.run()
    world.run()

    assert world.here() == world.there() == []
    (entry,) = [entry for entry in world.host.state.journal if entry.what == "conflict"]
    assert entry.before["summary"] == "My words"


def test_lost_token_reads_all_and_changes_nothing(world: World) -> None:
    for number in range(3):
        world.remote.add(an_object(f"u{number}", f"Event {number}", guests=(BEN, EVA)))
    world.host.add(an_object("u9", "Mine"))
    world.run()

    world.remote.forget_tokens()
    report = world.run()

    assert (report.received, report.sent, report.mailed) == (0, 0, 0)
    assert world.remote.mails == []
    assert world.here() == world.there()


def test_deletion_here_outlives_a_lost_token(world: World) -> None:
    """The complete listing shows the object once more; it is not news."""
    key = world.host.add(an_object())
    world.run()
    world.host.remove(key)
    world.remote.epoch += 1

    reports = [world.run(), world.run()]

    assert (world.here(), world.there()) == ([], [])
    assert [report.received for report in reports] == [0, 0]


def test_twins_on_first_sync_become_one(world: World) -> None:
    world.host.add(an_object("ours", guests=(BEN,)), guests=Guests.WITHHELD)
    world.remote.add(an_object("theirs", guests=(BEN,)))

    world.run()
    world.run()

    assert len(world.here()) == len(world.there()) == 1
    assert world.remote.mails == []


def test_lost_answer_of_a_creation_makes_no_double(world: World) -> None:
    world.host.add(an_object(guests=(BEN,)), world.consent(Choice.SEND, BEN))
    world.remote.lose_answers = 1

    reports = [world.run() for _ in range(3)]

    assert world.there() == ["Design review"]
    assert world.remote.mails == [("invite", BEN)]
    assert reports[0].error is not None
    assert reports[2] == SyncReport()


def test_lost_answer_of_an_update_is_no_conflict(world: World) -> None:
    key = world.host.add(an_object())
    world.run()
    world.host.edit(key, {"summary": "First"})
    world.remote.lose_answers = 1
    world.run()

    world.host.edit(key, {"summary": "Second"})
    report = world.run()

    assert report.conflicts == 0
    assert world.there() == ["Second"]


def test_refused_object_waits_until_its_content_changes(world: World) -> None:
    world.remote.refuse = frozenset({"Payroll"})
    key = world.host.add(an_object(summary="Payroll"))

    first, second = world.run(), world.run()
    world.host.edit(key, {"summary": "Salaries"})
    third = world.run()

    assert (first.refused, second.refused, third.sent) == (1, 0, 1)
    assert world.there() == ["Salaries"]


def test_what_was_refused_is_not_tried_again_when_it_is_typed_again(world: World) -> None:
    world.remote.refuse = frozenset({"Payroll"})
    key = world.host.add(an_object(summary="Review"))
    world.run()
    world.host.edit(key, {"summary": "Payroll"})
    refused = world.run()

    world.host.edit(key, {"summary": "Payroll"})
    again = world.run()

    assert (refused.refused, again.refused) == (1, 0)
    assert world.remote.requests == ["changes"]
    assert world.host.state.rows[key].link.state is LinkState.REFUSED


def test_lost_lease_writes_nothing(world: World) -> None:
    world.host.add(an_object())
    lease = world.host.claim()
    world.host.claim()

    report = synchronize(lease, world.host, world.remote, world.clock)

    assert report.lost_lease
    assert world.there() == []


def test_two_hundred_writes_a_run_fresh_edit_first() -> None:
    world = a_world("google")
    for number in range(250):
        world.host.add(an_object(f"u{number}", f"Event {number:03}"))
    world.host.add(an_object("fresh", "Fresh"))

    first = world.run()

    assert (first.sent, first.remaining) == (200, 51)
    assert "Fresh" in world.there()
    assert world.remote.requests == ["changes", "apply", "apply", "apply", "apply"]
    assert [world.run().sent, world.run().sent] == [51, 0]


def test_policy_limits_nothing_but_writes() -> None:
    world = a_world("google")
    world.host.policy = SyncPolicy(most_writes=1)
    world.host.add(an_object("a", "A"))
    world.host.add(an_object("b", "B"))
    world.remote.add(an_object("c", "C", start=an_object().event.end))

    report = world.run()

    assert (report.sent, report.remaining, report.received) == (1, 1, 1)
