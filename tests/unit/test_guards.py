"""The brake between plan and push: what it lets through, what it parks, what goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.guards import trips
from calendar_sync.engine.policy import RemovedThere
from calendar_sync.engine.properties import properties
from calendar_sync.engine.sync import Guard, LinkState, SyncReport
from support.builders import NOON, an_object
from support.run_world import STYLES, World, a_world

LONG_AGO = NOON - timedelta(days=40)
DAILY = ("RRULE:FREQ=DAILY",)


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


# --- the brake: how much is too much


@pytest.mark.parametrize(
    ("struck", "linked", "expected"),
    [
        (4, 4, False),
        (5, 6, True),
        (4, 5, False),
        (5, 7, False),
        (10, 12, True),
        (10, 13, False),
        (10, 400, False),
        (11, 40, True),
        (11, 55, False),
        (80, 400, False),
        (81, 400, True),
        (312, 400, True),
        (5, 0, True),
    ],
)
def test_threshold(struck: int, linked: int, expected: bool) -> None:
    """More than 10 and more than 20 %, or at least 5 and more than 80 %."""
    assert trips(struck, linked) is expected


@pytest.mark.parametrize(
    ("vanish", "of", "left_here"), [(10, 400, 390), (11, 40, 40), (4, 4, 0), (5, 6, 6)]
)
def test_mass_deletion_there(world: World, vanish: int, of: int, left_here: int) -> None:
    for href in world.load(of)[:vanish]:
        world.remote.remove(href)

    report = world.run()
    idle = world.run()

    assert len(world.here()) == left_here
    assert report.held == len(world.parked()) == (0 if left_here < of else vanish)
    assert {row.link.guard for row in world.parked()} <= {Guard.VANISHED}
    assert idle == SyncReport()


@pytest.mark.parametrize(("key", "held"), [("summary", 11), ("when", 11), ("location", 0)])
def test_mass_rewriting_there(world: World, key: str, held: int) -> None:
    other = properties(an_object(start=NOON + timedelta(days=1)))
    values = {"summary": "Win a prize", "when": other["when"], "location": "Hall"}
    for href in world.load(40)[:11]:
        world.remote.edit(href, {key: values[key]})

    world.run()

    assert len(world.parked()) == held
    ours = [(row.values or {}).get(key) for row in world.host.state.rows.values()]
    assert ours.count(values[key]) == 11 - held
    assert all(row.link.theirs[key] == values[key] for row in world.parked()), "nothing is lost"
    assert {row.link.guard for row in world.parked()} <= {Guard.REWRITTEN}


def test_vanished_and_rewritten_count_together(world: World) -> None:
    hrefs = world.load(40)
    for href in hrefs[:6]:
        world.remote.remove(href)
    for href in hrefs[6:11]:
        world.remote.edit(href, {"summary": "Win a prize"})

    world.run()

    guards = sorted(str(row.link.guard and row.link.guard.value) for row in world.parked())
    assert guards == ["brake_rewritten"] * 5 + ["brake_vanished"] * 6


def test_rest_of_the_run_goes_on(world: World) -> None:
    hrefs = world.load(40)
    for href in hrefs[:11]:
        world.remote.remove(href)
    world.remote.edit(hrefs[20], {"location": "Room Blue"})
    world.remote.add(an_object("new", "New there"))
    world.host.add(an_object("ours", "New here", NOON + timedelta(days=3)))

    report = world.run()

    assert (report.received, report.sent, report.held) == (2, 1, 11)
    assert "New there" in world.here()
    assert "New here" in world.there()


def test_window_slides(world: World) -> None:
    """10 and 10 more a day later pass; the 11th of one day does not."""
    hrefs = world.load(40)
    for day in range(2):
        for href in hrefs[10 * day : 10 * day + 10]:
            world.remote.remove(href)
        world.run()
        world.clock.advance(timedelta(hours=25))
    passed = len(world.here())
    for href in hrefs[20:30]:
        world.remote.remove(href)
    world.run()
    world.clock.advance(timedelta(hours=20))
    world.remote.remove(hrefs[30])

    world.run()

    assert passed == 20
    assert (len(world.here()), len(world.parked())) == (10, 1)


def test_shrinking_calendar_is_measured_as_it_was(world: World) -> None:
    """Five of six are too many, also one after the other."""
    hrefs = world.load(6)
    for href in hrefs[:4]:
        world.remote.remove(href)
        world.run()
    world.remote.remove(hrefs[4])

    world.run()

    assert (len(world.here()), len(world.parked())) == (2, 1)


def test_one_object_struck_twice_counts_once(world: World) -> None:
    hrefs = world.load(40)
    for title in ("Once", "Twice"):
        for href in hrefs[:10]:
            world.remote.edit(href, {"summary": title})
        world.run()

    assert world.parked() == []


def test_what_is_gone_at_the_first_sync_counts_nothing(world: World) -> None:
    """Twins that differ are joined, forty at once."""
    for number in range(40):
        obj = an_object(f"u{number}", f"Event {number}", NOON + timedelta(hours=number))
        world.host.add(obj)
        world.remote.add(replace(obj, event=replace(obj.event, summary="Theirs")))

    world.run()
    world.remote.remove(next(iter(world.remote.live())))
    world.run()

    assert world.parked() == []
    assert world.here() == ["Theirs"] * 39


def test_deletions_by_a_person_here_are_no_mass_change(world: World) -> None:
    world.load(40)
    for key in list(world.host.state.rows)[:30]:
        world.host.remove(key)

    report = world.run()

    assert (report.sent, report.held) == (30, 0)
    assert len(world.there()) == 10


# --- after the brake


def test_released_deletions_are_carried_out(world: World) -> None:
    hrefs = world.load(40)
    for href in hrefs[:30]:
        world.remote.remove(href)
    world.run()
    world.let_through()

    world.run()
    world.remote.remove(hrefs[30])
    world.run()

    assert len(world.here()) == 9
    assert world.parked() == [], "what was let through counts no more"


def test_released_rewriting_is_applied(world: World) -> None:
    hrefs = world.load(40)
    for href in hrefs[:30]:
        world.remote.edit(href, {"summary": "Moved"})
    world.run()
    world.host.let_through(world.parked()[0].link.key)

    world.run()

    assert world.here().count("Moved") == 1
    assert len(world.parked()) == 29


def test_what_has_come_back_is_not_deleted_after_all(world: World) -> None:
    hrefs = world.load(6)
    contents = {href: world.remote.live()[href] for href in hrefs}
    for href in hrefs[:5]:
        world.remote.remove(href)
    world.run()
    for href in hrefs[:5]:
        world.remote.edit(href, {**contents[href], "location": "Restored"})
    world.run()
    world.let_through()

    world.run()

    assert len(world.here()) == 6
    assert world.parked() == []
    assert {row.link.guard for row in world.host.state.rows.values()} == {None}


def test_what_was_brought_back_there_goes_on(world: World) -> None:
    """Nobody has to answer a question that has answered itself."""
    hrefs = world.load(6)
    contents = {href: world.remote.live()[href] for href in hrefs}
    for href in hrefs[:5]:
        world.remote.remove(href)
    world.run()
    for href in hrefs[:4]:
        world.remote.edit(href, contents[href])

    reports = [world.run(), world.run()]

    assert (len(world.here()), len(world.parked())) == (6, 1)
    assert [(report.received, report.sent) for report in reports] == [(0, 0), (0, 0)]


def test_calendar_that_was_made_anew_counts_nothing(world: World) -> None:
    """A mailbox moved to another server: everything has another href, and the UID it had."""
    for href in world.load(40):
        world.remote.remove(href)
    for number in range(40):
        world.remote.add(an_object(f"u{number}", f"Event {number}"))

    report = world.run()

    assert (len(world.here()), report.held) == (40, 0)
    assert len(world.there()) == 40


def test_who_deletes_a_stopped_event_has_decided(world: World) -> None:
    for href in world.load(6)[:5]:
        world.remote.remove(href)
    world.run()
    key = world.parked()[0].link.key

    world.host.remove(key)
    world.run()

    assert key not in world.host.state.rows
    assert len(world.parked()) == 4


def test_stopped_event_stays_stopped_when_it_is_edited_here(world: World) -> None:
    for href in world.load(6)[:5]:
        world.remote.remove(href)
    world.run()

    world.host.edit(world.parked()[0].link.key, {"summary": "Still on"})
    world.run()

    assert len(world.parked()) == 5
    assert "Still on" in world.here()


# --- what ended long ago


def test_what_ended_long_ago_is_kept_and_counts_nothing(world: World) -> None:
    old = world.load(30, LONG_AGO)
    world.remote.add(an_object("new", "New"))
    world.run()
    for href in old:
        world.remote.remove(href)

    report = world.run()
    idle = world.run()

    rows = world.host.state.rows.values()
    assert len(world.here()) == 31
    assert [row.link.state for row in rows].count(LinkState.FROZEN) == report.held == 30
    assert idle == SyncReport()


@pytest.mark.parametrize(
    ("start", "rules", "frozen"),
    [
        (NOON - timedelta(days=20), (), False),
        (LONG_AGO, DAILY, False),
        (LONG_AGO, ("RRULE:FREQ=DAILY;COUNT=3",), True),
        (LONG_AGO, ("RRULE:FREQ=DAILY;COUNT=30",), False),
        (NOON + timedelta(days=2000), DAILY, False),
        (LONG_AGO, ("RRULE:FREQ=SOMETIMES",), False),
    ],
)
def test_ended_long_ago(
    world: World, start: datetime, rules: tuple[str, ...], frozen: bool
) -> None:
    """More than 30 days before now; a series has ended with its last date."""
    event = an_object(start=start).event
    href = world.remote.add(CalendarObject("u1", event, rules))
    world.run()
    world.remote.remove(href)

    world.run()

    assert bool(world.here()) is frozen


# --- made here, removed there


@pytest.mark.parametrize(
    ("rule", "left", "state", "counts"),
    [
        (RemovedThere.FOLLOW, [], None, SyncReport(received=1)),
        (RemovedThere.KEEP, ["Ours"], LinkState.IGNORED, SyncReport()),
        (RemovedThere.ASK, ["Ours"], LinkState.PARKED, SyncReport(held=1)),
    ],
)
def test_what_was_made_here_and_is_removed_there(
    world: World, rule: RemovedThere, left: list[str], state: LinkState | None, counts: SyncReport
) -> None:
    """What came from there follows in any case."""
    key = world.host.add(an_object("ours", "Ours"))
    world.run()
    world.host.policy = replace(world.host.policy, removed=rule)
    theirs = world.remote.add(an_object("theirs", "Theirs", NOON + timedelta(days=1)))
    world.run()
    href = world.host.state.rows[key].link.href
    assert href
    world.remote.remove(theirs)
    world.run()
    world.remote.remove(href)

    report = world.run()

    assert sorted(world.here()) == left
    row = world.host.state.rows.get(key)
    assert (row and row.link.state) == state
    assert (report.received, report.held, report.sent) == (counts.received, counts.held, 0)
    assert world.run() == SyncReport()
