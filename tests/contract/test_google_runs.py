"""The engine over the Google collection: runs come to rest, double nothing and mail nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.properties import ANSWER, ATTENDEE
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import LinkState, SyncReport
from calendar_sync.hosts.memory import MemoryHost
from support.builders import an_object
from support.google import GoogleAccount, a_series, a_world

BEN = "ben@corp.example"
EVA = "eva@client.example"


class Pair:
    """Anna's calendar here and her calendar at Google."""

    def __init__(self, world: Sandbox) -> None:
        self.world = world
        self.google = GoogleAccount(world)
        self.host = MemoryHost(frozenset({"anna@corp.example"}), world.clock)

    def run(self) -> SyncReport:
        return synchronize(self.host.claim(), self.host, self.google.collection, self.world.clock)

    def quiet(self, within: int = 2) -> None:
        """After some runs the next one reads once, and writes and remembers nothing."""
        for _ in range(within):
            assert self.run().error is None
        self.world.journal.clear()
        before = self.host.state
        report = self.run()
        assert self.google.requests() == 1
        assert (report.sent, report.received) == (0, 0)
        assert before.rows == self.host.state.rows

    def value(self, key: LinkKey, name: str) -> object:
        return (self.host.state.rows[key].values or {}).get(name)


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def pair(world: Sandbox) -> Pair:
    return Pair(world)


def test_sixty_new_events_take_one_listing_and_two_batches(pair: Pair) -> None:
    for number in range(60):
        pair.host.add(an_object(f"e{number}@app.example", summary=f"Event {number}"))
    pair.google.token()
    assert pair.run().sent == 60
    assert pair.google.requests() == 3
    pair.quiet(within=1)
    assert len(pair.world.google.events(pair.google.person)) == 60


def test_a_rewritten_description_is_no_change(pair: Pair) -> None:
    pair.world.knobs["google.rewrite_description"] = True
    ours = "<p>see https://x.example\nsoon</p>"
    key = pair.host.add(an_object(description=ours))
    pair.quiet()
    (row,) = pair.world.google.events(pair.google.person)
    assert row["description"] != ours
    assert pair.value(key, "description") == ours


def test_guests_of_a_new_meeting_are_not_mailed_unasked(pair: Pair) -> None:
    key = pair.host.add(an_object(guests=(BEN, EVA)))
    pair.quiet()
    pair.host.edit(key, {"location": "Room 4"})
    pair.quiet()
    assert pair.world.mail.count == 0
    (row,) = pair.world.google.events(pair.google.person)
    assert row["location"] == "Room 4"
    assert len(row["attendees"]) == 3


def test_an_answer_there_is_learned_here_and_not_lost_by_a_new_guest(pair: Pair) -> None:
    key = pair.host.add(an_object(guests=(BEN,)))
    pair.quiet()
    href = pair.host.state.rows[key].link.href
    ben = GoogleAccount(pair.world, "ben")
    pair.world.google.answer(ben.person, str(href), "accepted")
    pair.host.edit(key, {ATTENDEE + EVA: ["", "req-participant", "individual"]})
    pair.quiet()
    assert pair.value(key, ANSWER + BEN) == ["accepted", "", 0]
    answers = {
        row["email"]: row["responseStatus"] for row in pair.google.row(str(href))["attendees"]
    }
    assert answers == {"anna@corp.example": "accepted", BEN: "accepted", EVA: "needsAction"}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["504", "reset"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_lost_answer_doubles_nothing(
    pair: Pair, kind: FaultKind, when: Literal["before", "after"], count: int
) -> None:
    for number in range(count):
        pair.host.add(an_object(f"e{number}@app.example", summary=f"Event {number}"))
    pair.world.faults.arm("POST /google/*", kind, when=when)
    assert pair.run().error is not None
    pair.world.clock.advance(timedelta(minutes=1))
    pair.google.session.until += timedelta(minutes=1)
    pair.quiet(within=3)
    assert len(pair.world.google.events(pair.google.person)) == count
    states = [row.link.state for row in pair.host.state.rows.values()]
    assert states == [LinkState.SETTLED] * count


def test_a_forgotten_token_changes_and_mails_nothing(pair: Pair) -> None:
    for number in range(5):
        pair.host.add(an_object(f"e{number}@app.example", guests=(EVA,), summary=f"E{number}"))
    pair.google.enter(attendees=[{"email": EVA}])
    pair.world.google.create(pair.google.person, a_series(), "none")
    pair.quiet()
    pair.world.google.expire_sync_tokens(pair.google.person)
    pair.world.journal.clear()
    report = pair.run()
    assert (report.sent, report.received, report.error) == (0, 0, None)
    assert pair.google.requests() == 2
    assert pair.world.mail.count == 0
    pair.quiet(within=0)


def test_both_sides_edit_and_each_property_finds_its_way(pair: Pair) -> None:
    href = pair.google.enter()
    pair.run()
    (key,) = pair.host.state.rows
    pair.host.edit(key, {"location": "Room 4"})
    pair.world.google.edit(pair.google.person, href, {"summary": "Renamed there"}, "none")
    pair.quiet()
    row = pair.google.row(href)
    assert (row["summary"], row["location"]) == ("Renamed there", "Room 4")
    assert pair.value(key, "summary") == "Renamed there"


def test_a_removal_travels_both_ways(pair: Pair) -> None:
    first, second = pair.google.enter(), pair.google.enter(summary="Other")
    pair.run()
    keys = {row.link.href: key for key, row in pair.host.state.rows.items()}
    pair.world.google.delete(pair.google.person, first)
    pair.host.remove(keys[second])
    pair.quiet()
    assert pair.host.state.rows == {}
    assert pair.world.google.events(pair.google.person) == []
