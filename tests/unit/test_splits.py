"""A series cut in two at the provider: the second half knows the first. No write, no mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calendar_sync.engine.capabilities import EVERYTHING, Capabilities
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.properties import properties
from calendar_sync.engine.splits import predecessors
from calendar_sync.engine.sync import Href, LinkView, Predecessor, Resource, SyncReport
from support.builders import BEN, EVA, NOON, an_object
from support.pairs import here, there
from support.run_world import STYLES, World, a_world

WEEKLY = "RRULE:FREQ=WEEKLY"
BEFORE_CHRISTMAS = f"{WEEKLY};UNTIL=20261220T110000Z"
CUT = NOON + timedelta(weeks=4)
NO_CATEGORIES = Capabilities(50, silent_writes=True, holds=frozenset({"when", "summary"}))


def a_series(
    uid: str = "first", rule: str = WEEKLY, start: datetime = NOON, guests: tuple[str, ...] = (BEN,)
) -> CalendarObject:
    return replace(an_object(uid, "Standup", start, guests), recurrence=(rule,))


def trimmed(rule: str = BEFORE_CHRISTMAS, uid: str = "first") -> tuple[LinkView, Resource]:
    """A link of a series that ends now where it did not."""
    before = a_series(uid)
    view = here(before, uid)
    agreed = {key: (value, value) for key, value in properties(before).items()}
    view = replace(view, link=replace(view.link, base=agreed))
    return view, there(uid, a_series(uid, rule))


def half(uid: str = "second", guests: tuple[str, ...] = (BEN,)) -> Resource:
    return there(uid, a_series(uid, start=CUT, guests=guests))


def found(*pairs: tuple[LinkView, Resource | None], new: tuple[Resource, ...]) -> dict[str, str]:
    return {
        str(href): str(each.link) for href, each in predecessors(pairs, new, EVERYTHING).items()
    }


def test_what_ends_now_where_another_begins() -> None:
    assert found(trimmed(), new=(half(),)) == {"second": "link-first"}


def test_another_hour_of_the_first_day() -> None:
    moved = there("second", a_series("second", start=CUT + timedelta(hours=3)))
    assert found(trimmed(), new=(moved,)) == {"second": "link-first"}


def test_the_provider_may_say_so_itself() -> None:
    told = replace(half(guests=(EVA,)), split_from=Href("first"))
    view, _ = trimmed()
    assert found((view, None), new=(told,)) == {"second": "link-first"}


@pytest.mark.parametrize(
    "new",
    [
        half(guests=(BEN, EVA)),
        there("second", an_object("second", "Standup", CUT, (BEN,))),
        there("second", a_series("second", start=NOON + timedelta(weeks=1))),
    ],
    ids=["other guests", "no series", "while the first still goes on"],
)
def test_what_is_no_second_half(new: Resource) -> None:
    assert found(trimmed(), new=(new,)) == {}


@pytest.mark.parametrize("rule", [WEEKLY, f"{WEEKLY};BYDAY=MO", "RRULE:FREQ=NEVER"])
def test_what_is_not_trimmed(rule: str) -> None:
    assert found(trimmed(rule), new=(half(),)) == {}


def test_two_on_either_side_are_not_clear() -> None:
    assert found(trimmed(), new=(half("second"), half("third"))) == {}
    assert found(trimmed(), trimmed(uid="other"), new=(half(),)) == {}


def test_what_the_provider_does_not_carry_goes_along() -> None:
    view, resource = trimmed()
    assert view.local
    event = replace(view.local.event, categories=("Work",))
    view = replace(view, local=replace(view.local, event=event))
    (before,) = predecessors([(view, resource)], [half()], NO_CATEGORIES).values()
    assert before == Predecessor(
        view.link.key,
        {"category:Work": True, "availability": "busy", "classification": "default"},
    )
    (before,) = predecessors([(view, resource)], [half()], EVERYTHING).values()
    assert before.overlay == {}


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


def test_a_run_that_meets_both_halves(world: World) -> None:
    href = world.remote.add(a_series())
    world.run()
    world.remote.edit(href, {"recurrence": [BEFORE_CHRISTMAS]})
    world.remote.add(a_series("second", start=CUT))
    report = world.run()
    assert (report.received, report.sent, report.mailed) == (2, 0, 0)
    first, second = world.host.state.rows.values()
    assert (first.predecessor, second.predecessor) == (None, first.link.key)
    assert world.run() == SyncReport()


def test_halves_that_come_in_two_rounds_are_two_series(world: World) -> None:
    """Nothing else is lost than that they were one."""
    href = world.remote.add(a_series())
    world.run()
    world.remote.edit(href, {"recurrence": [BEFORE_CHRISTMAS]})
    world.run()
    world.remote.add(a_series("second", start=CUT))
    world.run()
    assert [row.predecessor for row in world.host.state.rows.values()] == [None, None]
    assert len(world.here()) == 2
