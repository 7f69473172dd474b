"""Guests who are not sent to the provider, and never read back as removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.capabilities import EVERYTHING
from calendar_sync.engine.guests import guest_of, is_mailable, kept_back, rooms
from calendar_sync.engine.matching import Observation
from calendar_sync.engine.plan import Frame
from calendar_sync.engine.properties import properties
from calendar_sync.engine.reconcile import reconcile
from calendar_sync.engine.sync import ChangeSet, SyncToken
from support.builders import BEN, EVA, an_object
from support.pairs import NOW, WORK, here
from support.run_world import STYLES, World, a_world

BROKEN = "eva at client"
INVITED = ["", "req-participant", "individual"]


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


@pytest.mark.parametrize(
    "address",
    ["eva@client.example", "o'hara+x@a-b.example", "jörg@müller.example", "a.b@x.y.z.example"],
)
def test_addresses_that_mail_reaches(address: str) -> None:
    assert is_mailable(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "eva",
        BROKEN,
        "eva@",
        "@client.example",
        "eva@client",
        "eva@client..example",
        ".eva@client.example",
        "eva@-client.example",
        "eva@client.example, ben@corp.example",
        "eva@@client.example",
        "/o=exchangelabs/ou=x/cn=recipients/cn=eva",
        f"{'e' * 243}@client.example",
        "eva@client.example\n",
    ],
)
def test_addresses_that_it_does_not(address: str) -> None:
    assert not is_mailable(address)


@pytest.mark.parametrize(
    ("key", "guest"),
    [
        ("attendee:a@x.example", "a@x.example"),
        ("answer:a@x.example", "a@x.example"),
        ("at:20261123T110000Z:attendee:a@x.example", "a@x.example"),
        ("at:20261123T110000Z", ""),
        ("category:attendee:a", ""),
        ("summary", ""),
    ],
)
def test_whose_key_it_is(key: str, guest: str) -> None:
    assert guest_of(key) == guest


def test_who_is_kept_back() -> None:
    ours = {f"attendee:{each}": INVITED for each in (BEN, EVA, BROKEN)}
    day = {"at:20261123T110000Z:attendee:max@client.example": INVITED}

    assert kept_back(ours, {}, None) == {BROKEN}
    assert kept_back({**ours, **day}, {}, {BEN}) == {EVA, BROKEN, "max@client.example"}
    assert kept_back(ours, {f"attendee:{EVA}": INVITED}, {BEN}) == {BROKEN}


def test_rooms_are_told_by_their_kind() -> None:
    found = rooms({"attendee:r@x.example": ["", "req-participant", "room"], "summary": "R"})
    assert found == {"r@x.example"}


def test_one_unusable_address_stops_nobody_else(world: World) -> None:
    """It is not sent, stays here, and the others come and go as ever."""
    key = world.host.add(an_object(guests=(BEN,)))
    world.host.edit(key, {f"attendee:{BROKEN}": INVITED})
    held = world.remote.style == "graph"

    for _ in range(2 if not held else 0):
        world.run()
    if held:
        return
    (values,) = world.remote.live().values()
    assert [name for name in values if name.startswith("attendee:")] == [f"attendee:{BEN}"]
    (row,) = world.host.state.rows.values()
    assert row.values is not None
    assert f"attendee:{BROKEN}" in row.values
    assert world.run().sent == 0


def test_guest_kept_back_is_not_read_as_removed(world: World) -> None:
    """They answer, rename and invite there; the guest whom they never knew stays."""
    href = world.remote.add(an_object("u1", "Review"))
    world.run()
    (key,) = world.host.state.rows
    world.host.edit(key, {f"attendee:{BROKEN}": INVITED})
    world.run()

    world.remote.edit(href, {"summary": "Renamed"})
    reports = [world.run() for _ in range(2)]

    (row,) = world.host.state.rows.values()
    assert row.values is not None
    assert (row.values["summary"], row.values[f"attendee:{BROKEN}"]) == ("Renamed", INVITED)
    assert [report.sent for report in reports] == [0, 0]
    assert world.remote.mails == []


def test_only_colleagues_are_sent_where_the_owner_wants_it_so() -> None:
    frame = Frame(WORK, EVERYTHING, NOW)
    view = replace(here(an_object(guests=(BEN, EVA))), sendable=frozenset({BEN}))
    nothing = Observation(ChangeSet((), (), SyncToken("1")))

    (step,) = reconcile(frame, [view], nothing).steps

    assert step.write is not None
    assert set(step.write.target) == set(properties(an_object(guests=(BEN,))))
    assert f"attendee:{EVA}" not in step.write.changes


def test_guest_who_stands_there_can_be_removed(world: World) -> None:
    """What was sent before the choice, or came from there, is no longer kept back."""
    frame = Frame(WORK, EVERYTHING, NOW)
    sent = properties(an_object(guests=(BEN, EVA)))
    view = here(an_object(guests=(BEN,)), "h1")
    link = replace(view.link, base={key: (value, value) for key, value in sent.items()})
    view = replace(view, link=link, sendable=frozenset({BEN}))

    (step,) = reconcile(frame, [view], Observation(ChangeSet((), (), SyncToken("1")))).steps

    assert step.write is not None
    assert step.write.changes == {f"attendee:{EVA}": None, f"answer:{EVA}": None}


def test_list_of_people_stays_one_where_a_side_has_no_word_for_it() -> None:
    """Theirs becoming optional changes the role alone."""
    key, ours = "attendee:all@x.example", ["All", "req-participant", "group"]
    side = replace(EVERYTHING, user_types=frozenset({"individual", "room"}))

    assert side.projected(key, ours) == ["All", "req-participant", "individual"]
    theirs = ["All", "opt-participant", "individual"]
    assert side.lifted(key, ours, theirs) == ["All", "opt-participant", "group"]
    room = ["All", "req-participant", "room"]
    assert side.lifted(key, ours, room) == room
    assert EVERYTHING.lifted(key, ours, theirs) == theirs
