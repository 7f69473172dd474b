"""What a filter does to links: leaving, resting outside, coming back; no deletion, no mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import CalendarObject, PartStat
from calendar_sync.engine.filters import Reason
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.policy import Direction, Filters, PrivateEvents, SyncPolicy
from calendar_sync.engine.sync import Href, LinkState
from calendar_sync.hosts.memory import Row
from support.builders import ANNA, BEN, EVA, an_object, answered
from support.run_world import STYLES, World, a_world

_SEND = Choice.SEND
NO_PRIVATE = Filters(private=PrivateEvents.SKIP)
NO_LUNCH = Filters(titles=frozenset({"lunch"}))
ONLY_WORK = Filters(only_titles=frozenset({"[work]*"}))
PRIVATE = "private"


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


def linked(world: World, obj: CalendarObject | None = None) -> tuple[LinkKey, Href]:
    href = world.remote.add(obj or an_object())
    world.run()
    (row,) = world.host.state.rows.values()
    return row.link.key, href


def the_row(world: World) -> Row:
    (row,) = world.host.state.rows.values()
    return row


def quiet(world: World) -> None:
    """Two idle runs write nothing on either side, and nobody was mailed."""
    for _ in range(2):
        report = world.run()
        assert (report.sent, report.received, report.error) == (0, 0, None)
    assert world.remote.mails == []


# --- whether a link is made


def test_what_is_left_out_is_not_made_there(world: World) -> None:
    world.host.filter(NO_LUNCH)
    world.host.add(an_object("u1", "Lunch"))
    world.host.add(an_object("u2", "Review"))

    report = world.run()

    assert (report.sent, world.there()) == (1, ["Review"])
    left = [row.link.left_out for row in world.host.state.rows.values()]
    assert left == [Reason.TITLE, None]
    quiet(world)


def test_what_is_left_out_is_not_made_here(world: World) -> None:
    world.host.filter(NO_LUNCH)
    world.remote.add(an_object("u1", "Lunch"))
    world.remote.add(an_object("u2", "Review"))

    report = world.run()

    assert (report.received, world.here()) == (1, ["Review"])
    quiet(world)


def test_let_in_there_by_an_edit_it_comes(world: World) -> None:
    world.host.filter(NO_LUNCH)
    href = world.remote.add(an_object("u1", "Lunch"))
    world.run()

    world.remote.edit(href, {"summary": "Supper"})
    world.run()

    assert world.here() == ["Supper"]


@pytest.mark.parametrize("rule", [NO_LUNCH, ONLY_WORK])
def test_an_edit_on_either_side_lets_it_in(world: World, rule: Filters) -> None:
    """Of what is on both sides: the other side's word is old by then."""
    key, href = linked(world, an_object("u1", "Lunch"))
    world.host.filter(rule)
    world.run()
    assert the_row(world).link.state is LinkState.LEFT_OUT

    world.host.edit(key, {"summary": "[Work] Supper"})
    world.run()
    assert (world.here(), world.there()) == (["[Work] Supper"], ["[Work] Supper"])

    world.remote.edit(href, {"summary": "Lunch", "location": "Canteen"})
    world.run()
    assert (world.here(), world.there()) == (["[Work] Supper"], ["Lunch"])
    world.remote.edit(href, {"summary": "[Work] Dinner"})
    world.run()
    assert (world.here(), world.there()) == (["[Work] Dinner"], ["[Work] Dinner"])
    assert (the_row(world).values or {})["location"] == "Canteen"
    quiet(world)


def test_only_these_come_and_go(world: World) -> None:
    world.host.filter(ONLY_WORK)
    ours = world.host.add(an_object("u1", "Ours"))
    theirs = world.remote.add(an_object("u2", "Theirs"))
    world.remote.add(an_object("u3", "[work] both"))
    world.run()
    assert (world.here(), world.there()) == (["Ours", "[work] both"], ["Theirs", "[work] both"])
    assert world.host.state.passed_over == {theirs: Reason.OTHER_TITLE}

    world.host.edit(ours, {"summary": "[Work] Ours"})
    world.remote.edit(theirs, {"summary": "[Work] Theirs"})
    world.run()

    assert world.here() == world.there() == ["[Work] Ours", "[Work] Theirs", "[work] both"]
    assert world.host.state.passed_over == {}
    quiet(world)


# --- leaving deletes nothing


def test_leaving_here_deletes_nothing_there(world: World) -> None:
    key, _ = linked(world)
    world.host.filter(NO_PRIVATE)

    world.host.edit(key, {"classification": PRIVATE, "summary": "Doctor"})
    report = world.run()

    assert (report.sent, world.there(), world.here()) == (0, ["Design review"], ["Doctor"])
    assert the_row(world).link.left_out is Reason.PRIVATE
    quiet(world)


def test_leaving_there_changes_nothing_here(world: World) -> None:
    _, href = linked(world)
    world.host.filter(NO_PRIVATE)

    world.remote.edit(href, {"classification": PRIVATE, "summary": "Doctor"})
    report = world.run()

    assert (report.received, world.there(), world.here()) == (0, ["Doctor"], ["Design review"])
    quiet(world)


def test_edits_outside_stay_where_they_are(world: World) -> None:
    key, href = linked(world)
    world.host.keep_apart(key, True)
    world.run()

    world.host.edit(key, {"location": "Room 1"})
    world.remote.edit(href, {"summary": "Theirs"})
    world.run()

    assert "location" not in world.remote.live()[href]
    assert world.here() == ["Design review"]
    quiet(world)


def test_deleted_there_while_outside_stays_here_for_good(world: World) -> None:
    key, href = linked(world)
    world.host.keep_apart(key, True)
    world.run()

    world.remote.remove(href)
    world.run()
    world.host.keep_apart(key, False)
    world.run()

    assert (world.here(), world.there()) == (["Design review"], [])
    assert the_row(world).link.state is LinkState.UNWANTED
    quiet(world)


def test_deleted_here_while_outside_stays_there_for_good(world: World) -> None:
    key, _ = linked(world)
    world.host.keep_apart(key, True)
    world.run()

    world.host.remove(key)
    world.run()
    world.host.keep_apart(key, False)
    world.run()

    assert (world.here(), world.there()) == ([], ["Design review"])
    quiet(world)


def test_never_sent_and_deleted_here_is_closed(world: World) -> None:
    world.host.filter(NO_LUNCH)
    key = world.host.add(an_object("u1", "Lunch"))
    world.run()

    world.host.remove(key)
    world.run()

    assert (world.host.state.rows, world.there()) == ({}, [])


def test_whole_calendar_left_out_trips_no_brake(world: World) -> None:
    world.load(20)
    world.host.filter(Filters(titles=frozenset({"event*"})))

    report = world.run()

    assert (report.held, len(world.here()), len(world.there())) == (0, 20, 20)
    quiet(world)


# --- coming back


def test_who_comes_back_brings_what_both_sides_did(world: World) -> None:
    key, href = linked(world)
    world.host.keep_apart(key, True)
    world.run()
    world.host.edit(key, {"location": "Room 1"})
    world.remote.edit(href, {"summary": "Theirs"})
    world.run()

    world.host.keep_apart(key, False)
    world.run()

    assert world.here() == ["Theirs"]
    assert world.remote.live()[href]["location"] == "Room 1"
    assert the_row(world).link.left_out is None
    quiet(world)


def test_who_comes_back_from_there_brings_what_both_sides_did(world: World) -> None:
    key, href = linked(world)
    world.host.filter(NO_PRIVATE)
    world.remote.edit(href, {"classification": PRIVATE})
    world.run()
    world.host.edit(key, {"location": "Room 1"})
    world.run()

    world.remote.edit(href, {"classification": "default", "summary": "Theirs"})
    world.run()

    assert world.here() == ["Theirs"]
    assert world.remote.live()[href]["location"] == "Room 1"
    quiet(world)


def test_wider_filter_brings_in_what_was_passed_over(world: World) -> None:
    """At the price of one complete listing."""
    world.host.filter(NO_LUNCH)
    world.remote.add(an_object("u1", "Lunch"))
    world.host.add(an_object("u2", "Lunch of ours"))
    world.run()

    world.host.filter(Filters())
    world.run()

    assert world.here() == world.there() == ["Lunch", "Lunch of ours"]
    quiet(world)


def test_what_changed_much_outside_trips_no_brake_when_it_comes_back(world: World) -> None:
    hrefs = world.load(20)
    world.host.filter(Filters(titles=frozenset({"event*"})))
    world.run()
    for number, href in enumerate(hrefs):
        world.remote.edit(href, {"summary": f"Event, renamed {number}"})
    world.run()

    world.host.filter(Filters())
    report = world.run()

    assert (report.held, report.received) == (0, 20)
    assert world.here() == world.there()


def test_twin_there_of_what_is_left_out_here_is_not_doubled(world: World) -> None:
    """The same event on both sides, apart by wish: neither side gets a second one, ever."""
    key = world.host.add(an_object("u1"))
    world.host.keep_apart(key, True)
    href = world.remote.add(an_object("u1"))
    world.run()
    assert (world.here(), world.there()) == (["Design review"], ["Design review"])
    world.remote.edit(href, {"location": "Room 1"})
    world.run()

    world.host.keep_apart(key, False)
    world.run()

    assert (world.here(), world.there()) == (["Design review"], ["Design review"])
    assert the_row(world).values["location"] == "Room 1"  # type: ignore[index]
    quiet(world)


# --- mail


def test_meeting_left_out_invites_nobody(world: World) -> None:
    world.host.filter(NO_LUNCH)
    lunch = an_object("u1", "Lunch", guests=(ANNA, EVA))
    world.host.add(lunch, world.consent(_SEND, EVA))
    world.run()

    world.host.filter(Filters())
    world.run()

    assert world.remote.mails == []


def test_refusal_is_told_and_then_the_meeting_rests(world: World) -> None:
    meeting = an_object("u1", guests=(ANNA, BEN), organizer=BEN)
    key, href = linked(world, meeting)
    world.host.filter(Filters(skip_declined=True))

    world.host.edit(key, {f"answer:{ANNA}": list(answered(PartStat.DECLINED))})
    first = world.run()
    world.run()

    assert first.sent == 1
    assert world.remote.live()[href][f"answer:{ANNA}"] == answered(PartStat.DECLINED)
    assert the_row(world).link.left_out is Reason.DECLINED
    assert (world.here(), world.there()) == (["Design review"], ["Design review"])


def test_what_may_have_been_written_is_found_out_first(world: World) -> None:
    key = world.host.add(an_object("u1"))
    world.remote.lose_answers = 1
    world.run()

    world.host.keep_apart(key, True)
    world.run()
    world.run()

    assert world.there() == ["Design review"]
    row = the_row(world)
    assert row.link.href is not None


# --- with a mode


@pytest.mark.parametrize("direction", list(Direction))
def test_mode_and_filter_hold_together(world: World, direction: Direction) -> None:
    world.host.policy = SyncPolicy(direction=direction, filters=NO_LUNCH)
    world.remote.add(an_object("u1", "Lunch"))
    world.remote.add(an_object("u2", "Theirs"))
    world.host.add(an_object("u3", "Lunch of ours"))
    world.host.add(an_object("u4", "Ours"))

    world.run()

    comes, goes = direction is not Direction.TO_PROVIDER, direction is not Direction.FROM_PROVIDER
    assert ("Theirs" in world.here(), "Ours" in world.there()) == (comes, goes)
    assert ("Lunch" in world.here(), "Lunch of ours" in world.there()) == (False, False)


def test_series_leaves_as_a_whole(world: World) -> None:
    series = replace(an_object("u1"), recurrence=("RRULE:FREQ=DAILY;COUNT=5",))
    _, href = linked(world, series)
    world.host.filter(NO_LUNCH)

    world.remote.edit(href, {"at:20261124T110000Z:summary": "Lunch"})
    world.run()
    inside = the_row(world).values or {}
    assert inside["at:20261124T110000Z:summary"] == "Lunch"

    world.remote.edit(href, {"summary": "Lunch", "at:20261124T110000Z:summary": None})
    world.clock.advance(timedelta(minutes=1))
    world.run()
    assert (the_row(world).values or {})["summary"] == "Design review"
    quiet(world)


def test_what_would_not_come_anyhow_is_not_passed_over(world: World) -> None:
    world.host.policy = SyncPolicy(direction=Direction.TO_PROVIDER, filters=NO_LUNCH)
    world.remote.add(an_object("u1", "Lunch"))

    world.run()

    assert world.host.state.passed_over == {}
