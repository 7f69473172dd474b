"""The rule *ask*: each side keeps its own until a person decides; everything else goes on."""

from __future__ import annotations

import pytest

from calendar_sync.engine.asking import Answer
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.policy import ConflictRule, Side, SyncPolicy
from calendar_sync.engine.sync import Href, LinkState, SyncReport
from calendar_sync.hosts.memory import Row
from support.builders import ANNA, BEN, an_object
from support.run_world import STYLES, World, a_world

ASK = SyncPolicy(ConflictRule.ASK)


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    """Renamed on both sides; a place was entered here, a description there."""
    world = a_world(request.param)
    world.host.policy = ASK
    key = world.host.add(an_object(summary="Review"))
    world.run()
    world.host.edit(key, {"summary": "Ours", "location": "Room Blue"})
    href = min(world.remote.live())
    world.remote.edit(href, {"summary": "Theirs", "description": "<p>Agenda</p>"})
    return world


def row(world: World) -> Row:
    (found,) = world.host.state.rows.values()
    return found


def key(world: World) -> LinkKey:
    return row(world).link.key


def there(world: World) -> dict[str, object]:
    (values,) = world.remote.live().values()
    return dict(values)


def here(world: World) -> dict[str, object]:
    return dict(row(world).values or {})


def test_each_side_keeps_its_own_and_the_rest_goes_on(world: World) -> None:
    report = world.run()

    assert (report.sent, report.received, report.held, report.conflicts) == (1, 1, 1, 0)
    assert (here(world)["summary"], there(world)["summary"]) == ("Ours", "Theirs")
    assert there(world)["location"] == "Room Blue"
    assert "Agenda" in str(here(world)["description"])
    assert (row(world).link.state, row(world).link.asked) == (LinkState.ASKED, ("summary",))
    assert [entry.keys for entry in world.host.state.journal if entry.what == "asked"] == [
        ("summary",)
    ]


def test_a_question_costs_nothing_while_it_waits(world: World) -> None:
    world.run()
    world.run()  # Graph spells our write anew
    assert world.run() == SyncReport()
    assert world.remote.requests == ["changes"]


def test_other_edits_go_on_while_it_waits(world: World) -> None:
    world.run()
    world.host.edit(key(world), {"location": "Hall"})
    world.remote.edit(min(world.remote.live()), {"description": "<p>Longer</p>"})
    world.run()
    assert there(world)["location"] == "Hall"
    assert "Longer" in str(here(world)["description"])
    assert row(world).link.asked == ("summary",)
    assert [entry.what for entry in world.host.state.journal].count("asked") == 1


@pytest.mark.parametrize(("winner", "title"), [(Side.HERE, "Ours"), (Side.THERE, "Theirs")])
def test_an_answer_settles_it(world: World, winner: Side, title: str) -> None:
    world.run()
    world.host.decide(key(world), "summary", winner)
    report = world.run()
    assert (here(world)["summary"], there(world)["summary"]) == (title, title)
    assert (row(world).link.state, row(world).link.asked) == (LinkState.SETTLED, ())
    assert row(world).decided == {}
    assert report.conflicts == 1  # what lost is in the journal
    world.run()
    assert world.run() == SyncReport()


def test_an_answer_to_what_has_changed_since_is_asked_anew(world: World) -> None:
    world.run()
    world.host.decide(key(world), "summary", Side.HERE)
    world.remote.edit(min(world.remote.live()), {"summary": "Theirs, once more"})
    world.run()
    assert (here(world)["summary"], there(world)["summary"]) == ("Ours", "Theirs, once more")
    assert row(world).link.state is LinkState.ASKED


def test_a_question_ends_when_both_say_the_same(world: World) -> None:
    world.run()
    world.host.edit(key(world), {"summary": "Theirs"})
    world.run()
    assert (row(world).link.state, row(world).link.asked) == (LinkState.SETTLED, ())


def test_a_question_ends_when_one_side_takes_its_edit_back(world: World) -> None:
    world.run()
    world.host.edit(key(world), {"summary": "Review"})
    world.run()
    assert here(world)["summary"] == there(world)["summary"] == "Theirs"
    assert row(world).link.asked == ()


def test_another_rule_decides_what_was_asked(world: World) -> None:
    world.run()
    world.host.policy = SyncPolicy(ConflictRule.THEIRS)
    world.host.edit(key(world), {"location": "Hall"})
    world.run()
    assert here(world)["summary"] == "Theirs"
    assert row(world).link.asked == ()


def test_what_guests_would_be_mailed_is_asked_after_that() -> None:
    """The answer is no consent: what it writes is held like any other edit."""
    world = a_world("graph")
    world.host.policy = ASK
    link = world.host.add(an_object(guests=(ANNA, BEN)), world.consent(Choice.SEND, BEN))
    world.run()
    world.remote.mails.clear()
    world.host.edit(link, {"summary": "Ours"})
    world.remote.edit(min(world.remote.live()), {"summary": "Theirs"})
    world.run()
    assert row(world).link.state is LinkState.ASKED
    world.host.decide(link, "summary", Side.HERE)
    world.run()
    assert (row(world).link.state, row(world).link.asked) == (LinkState.HELD, ())
    assert there(world)["summary"] == "Theirs"
    world.host.allow(link, Choice.SEND)
    world.run()
    assert there(world)["summary"] == "Ours"
    assert world.remote.mails == [("update", BEN)]


def test_held_and_asked_at_once() -> None:
    """Two doors, each for its own."""
    world = a_world("graph")
    world.host.policy = ASK
    link = world.host.add(an_object(guests=(ANNA, BEN)), world.consent(Choice.SEND, BEN))
    world.run()
    world.host.edit(link, {"summary": "Ours", "location": "Hall"})
    world.remote.edit(min(world.remote.live()), {"summary": "Theirs"})
    world.run()
    assert (row(world).link.state, row(world).link.asked) == (LinkState.HELD, ("summary",))
    world.host.allow(link, Choice.SEND)
    world.run()
    assert (there(world)["location"], there(world)["summary"]) == ("Hall", "Theirs")
    assert (row(world).link.state, row(world).link.asked) == (LinkState.ASKED, ("summary",))


def test_a_meeting_gone_there_is_not_asked_about(world: World) -> None:
    """Deletions have rules of their own, whatever is asked."""
    world.run()
    world.remote.remove(Href(min(world.remote.live())))
    world.run()
    world.clock.advance(world.clock.step * 700)
    world.run()
    assert world.here() == []


def test_an_answer_is_kept_as_json() -> None:
    said = Answer(Side.THERE, "0123")
    assert Answer.from_json(said.to_json()) == said
