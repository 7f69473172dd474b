"""An undo reverses what a run wrote, where it wrote it, and travels nowhere."""

from __future__ import annotations

import pytest

from calendar_sync.engine.consent import Choice
from calendar_sync.engine.pending import Action, LinkKey, Undo
from calendar_sync.engine.policy import Side
from calendar_sync.engine.properties import Json
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import JournalEntry, LinkState, SyncReport
from calendar_sync.engine.undo import Reversal, remade, reversal
from support.builders import ANNA, BEN, an_object
from support.crashing import Crash, CrashingHost, CrashingRemote, Fuse
from support.run_world import STYLES, World, a_world


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


def only(world: World) -> LinkKey:
    (key,) = world.host.state.rows
    return key


def there(world: World) -> dict[str, Json]:
    (values,) = world.remote.live().values()
    return values


def quiet(world: World) -> None:
    """Nothing travels any more, also after everything was read anew."""
    for _ in range(2):
        world.run()
    world.remote.forget_tokens()
    for _ in range(3):
        report = world.run()
        assert (report.sent, report.received) == (0, 0), report


def renamed(world: World) -> LinkKey:
    """Renamed here, and sent."""
    key = world.host.add(an_object(summary="Before"))
    world.run()
    world.host.edit(key, {"summary": "After"})
    world.run()
    assert there(world)["summary"] == "After"
    return key


def test_what_was_changed_there_is_put_back(world: World) -> None:
    key = renamed(world)
    world.host.undo(key, Undo(Action.PATCH, {"summary": "Before"}, {"summary": "After"}))
    assert world.run().sent == 1
    assert there(world)["summary"] == "Before"
    assert world.here() == ["After"]
    quiet(world)
    assert world.host.state.rows[key].link.state is LinkState.SETTLED
    assert world.host.state.rows[key].undo is None


def test_a_later_edit_travels_as_ever(world: World) -> None:
    key = renamed(world)
    world.host.undo(key, Undo(Action.PATCH, {"summary": "Before"}, {"summary": "After"}))
    world.run()
    world.host.edit(key, {"location": "Room Blue"})
    world.run()
    assert (there(world)["summary"], there(world)["location"]) == ("Before", "Room Blue")
    world.host.edit(key, {"summary": "Later"})
    world.run()
    assert there(world)["summary"] == "Later"


def test_what_was_edited_there_since_is_left(world: World) -> None:
    key = renamed(world)
    world.host.undo(key, Undo(Action.PATCH, {"summary": "Before"}, {"summary": "After"}))
    world.remote.edit(min(world.remote.live()), {"summary": "Somebody's"})
    for _ in range(2):
        world.run()
    assert there(world)["summary"] == "Somebody's"
    assert world.here() == ["Somebody's"]
    quiet(world)


def test_what_was_made_there_goes_and_stays_here(world: World) -> None:
    key = world.host.add(an_object(summary="Made"))
    world.run()
    world.host.undo(key, Undo(Action.DELETE))
    assert world.run().sent == 1
    assert (world.here(), world.there()) == (["Made"], [])
    world.host.edit(key, {"summary": "Made, later"})
    quiet(world)
    assert (world.here(), world.there()) == (["Made, later"], [])
    assert world.host.state.rows[key].link.state is LinkState.IGNORED


def test_what_was_deleted_there_is_made_again_and_not_brought_in(world: World) -> None:
    key = world.host.add(an_object(summary="Deleted"))
    world.host.edit(key, {"location": "Room Blue"})
    world.run()
    before = dict(there(world))
    world.host.remove(key)
    world.run()
    world.host.undo(key, Undo(Action.CREATE, remade(before)))
    assert world.run().sent == 1
    assert (there(world)["summary"], there(world)["location"]) == ("Deleted", "Room Blue")
    quiet(world)
    assert world.here() == []


def test_guests_are_neither_mailed_nor_invited_twice(world: World) -> None:
    consent = world.consent(Choice.SEND, BEN)
    key = world.host.add(an_object(guests=(ANNA, BEN)), consent)
    world.run()
    before = dict(there(world))
    world.remote.mails.clear()
    world.host.undo(key, Undo(Action.DELETE))
    world.run()
    assert world.remote.mails == []
    assert world.host.state.rows[key].link.state is LinkState.HELD  # cancelling is never silent
    world.host.allow(key, Choice.SEND)
    world.run()
    assert world.remote.mails == [("cancel", BEN)]
    assert (world.here(), world.there()) == (["Design review"], [])
    assert remade(before).keys() & {f"attendee:{BEN}", f"answer:{BEN}"} == set()


@pytest.mark.parametrize("action", [Action.PATCH, Action.DELETE, Action.CREATE])
def test_a_crash_at_any_call_comes_to_the_same(world: World, action: Action) -> None:
    calls = len(_crashed(world.remote.style, action, Fuse()))
    assert calls >= 4
    for at in range(1, calls + 1):
        for after in (False, True):
            _crashed(world.remote.style, action, Fuse(at, after=after))


@pytest.mark.parametrize("action", [Action.PATCH, Action.DELETE, Action.CREATE])
def test_a_lost_answer_comes_to_the_same(world: World, action: Action) -> None:
    world.remote.lose_answers = 1
    _undone(world, action, Fuse())


def _crashed(style: str, action: Action, fuse: Fuse) -> list[str]:
    _undone(a_world(style), action, fuse)
    return fuse.names


def _undone(world: World, action: Action, fuse: Fuse) -> None:
    lost, world.remote.lose_answers = world.remote.lose_answers, 0
    key = renamed(world)
    undo = Undo(action)
    if action is Action.PATCH:
        undo = Undo(action, {"summary": "Before"}, {"summary": "After"})
    if action is Action.CREATE:
        undo = Undo(action, remade(there(world)))
        world.host.remove(key)
        world.run()
    world.host.undo(key, undo)
    world.remote.lose_answers = lost
    host, remote = CrashingHost(world.host, fuse), CrashingRemote(world.remote, fuse)
    try:
        synchronize(world.host.claim(), host, remote, world.clock)
    except Crash:
        world.run()
    world.clock.advance(world.clock.step * 700)
    world.run()
    quiet(world)
    ends = {
        Action.PATCH: (["After"], ["Before"]),
        Action.DELETE: (["After"], []),
        Action.CREATE: ([], ["After"]),
    }
    assert (world.here(), world.there()) == ends[action]
    assert world.remote.mails == []


# --- pure

HERE, THERE = Side.HERE, Side.THERE
NOBODY = frozenset[str]()


def test_the_oldest_value_is_the_one_to_go_back_to() -> None:
    lines = [
        JournalEntry(HERE, "changed", ("summary",), {"summary": "First"}),
        JournalEntry(HERE, "changed", ("summary",), {"summary": "Second"}),
        JournalEntry(HERE, "changed", ("location",), {"location": None}),
        JournalEntry(THERE, "changed", ("url",), {"url": "x"}),
        JournalEntry(HERE, "conflict", ("summary",), {"summary": "Lost"}),
    ]
    assert reversal(HERE, lines, NOBODY) == Reversal(
        HERE, before={"summary": "First", "location": None}
    )
    assert reversal(THERE, lines, NOBODY).before == {"url": "x"}


def test_what_was_edited_since_is_kept() -> None:
    lines = [JournalEntry(HERE, "changed", ("summary", "location"), {"summary": "First"})]
    found = reversal(HERE, lines, frozenset({"summary", "url"}))
    assert (found.before, found.kept) == ({"location": None}, ("summary",))


@pytest.mark.parametrize("what", ["created", "deleted"])
def test_objects_touched_since_stay(what: str) -> None:
    lines = [JournalEntry(HERE, what, ("summary",), {"summary": "Gone"})]
    assert not reversal(HERE, lines, NOBODY).is_empty
    assert reversal(HERE, lines, frozenset({"summary"}), whole=True).is_empty


def test_made_and_removed_in_one_run_is_nothing() -> None:
    lines = [JournalEntry(HERE, "created"), JournalEntry(HERE, "deleted")]
    assert reversal(HERE, lines, NOBODY).is_empty


def test_idle_runs_know_nothing_of_it(world: World) -> None:
    world.host.add(an_object())
    world.run()
    world.run()
    assert only(world)
    assert world.run() == SyncReport()


def test_a_wish_is_kept_as_json() -> None:
    wish = Undo(Action.PATCH, {"summary": "Before"}, {"summary": "After"})
    assert Undo.from_json(wish.to_json()) == wish


def test_what_is_gone_there_by_now_goes_here_as_ever(world: World) -> None:
    """The wish was to put a title back; its object was deleted since."""
    key = renamed(world)
    world.host.undo(key, Undo(Action.PATCH, {"summary": "Before"}, {"summary": "After"}))
    world.clock.advance(world.clock.step * 700)
    world.remote.remove(min(world.remote.live()))
    world.run()
    assert (world.here(), world.there()) == ([], [])
