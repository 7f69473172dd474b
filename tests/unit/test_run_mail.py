"""Whom a run mails, and what each role may move."""

from __future__ import annotations

import pytest

from calendar_sync.engine.consent import DELETED, Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.sync import Guests, LinkState
from support.builders import ANNA, BEN, EVA, an_object, answered
from support.run_world import STYLES, World, a_world


@pytest.fixture(params=STYLES)
def world(request: pytest.FixtureRequest) -> World:
    return a_world(request.param)


# --- mail


def test_invitation_goes_out_with_consent_only(world: World) -> None:
    world.host.add(an_object(guests=(BEN, EVA)), world.consent(Choice.SEND, BEN, EVA))

    report = world.run()
    world.run()

    assert world.remote.mails == [("invite", BEN), ("invite", EVA)]
    assert report.mailed == 2


def test_no_consent_is_silent_at_google_and_held_at_outlook(world: World) -> None:
    key = world.host.add(an_object(guests=(BEN,)))

    reports = [world.run() for _ in range(2)]

    assert world.remote.mails == []
    silent = world.remote.style == "google"
    assert (reports[0].sent, reports[0].held) == ((1, 0) if silent else (0, 1))
    assert (reports[1].sent, reports[1].held) == (0, 0)
    held = world.host.state.rows[key].link.state is LinkState.HELD
    assert held is not silent


def test_hold_is_released_by_its_person() -> None:
    world = a_world("graph")
    key = world.host.add(an_object(guests=(BEN,)))
    world.run()

    world.host.allow(key, Choice.SEND)
    world.run()

    assert world.remote.mails == [("invite", BEN)]
    assert world.host.state.rows[key].link.state is LinkState.SETTLED


def test_withheld_guests_never_leave(world: World) -> None:
    key = world.host.add(an_object(guests=(BEN,)), guests=Guests.WITHHELD)

    world.run()
    world.host.edit(key, {"summary": "Renamed"})
    world.run()

    assert world.there() == ["Renamed"]
    assert world.remote.mails == []
    (values,) = world.remote.live().values()
    assert not [name for name in values if name.startswith("attendee:")]


def test_quiet_part_of_a_held_change_goes_out() -> None:
    world = a_world("graph")
    key = world.host.add(an_object(guests=(BEN,)), world.consent(Choice.SEND, BEN))
    world.run()
    world.remote.mails.clear()

    world.host.edit(key, {"summary": "New title", "availability": "free"})
    report = world.run()

    (values,) = world.remote.live().values()
    assert (values["summary"], values["availability"]) == ("Design review", "free")
    assert (report.sent, report.held, world.remote.mails) == (1, 1, [])


def test_consent_does_not_cover_one_guest_more() -> None:
    world = a_world("graph")
    key = world.host.add(an_object(guests=(BEN,)), world.consent(Choice.SEND, BEN))
    world.host.edit(key, {f"attendee:{EVA}": ["", "req-participant", "individual"]})

    report = world.run()

    assert (report.held, world.remote.mails) == (1, [])


def test_what_is_held_already_is_told_once() -> None:
    world = a_world("graph")
    key = world.host.add(an_object(guests=(BEN,)))
    first = world.run()

    world.host.edit(key, {"summary": "Another title"})
    second = world.run()

    assert (first.held, second.held, world.remote.mails) == (1, 0, [])
    assert world.host.state.rows[key].link.state is LinkState.HELD


def test_cancelling_a_meeting_is_held_until_allowed(world: World) -> None:
    key = world.host.add(an_object(guests=(BEN,)), world.consent(Choice.SEND, BEN))
    world.run()
    world.remote.mails.clear()

    world.host.remove(key)
    held = world.run()
    there = world.there()
    world.host.state.rows[key].consent = world.consent(Choice.SEND, BEN, keys=(DELETED,))
    world.host._mark(world.host.state.rows[key])
    world.run()

    assert (held.held, there) == (1, ["Design review"])
    assert world.there() == []
    assert world.remote.mails == [("cancel", BEN)]


# --- roles


def test_guest_answers_and_the_organizer_is_told_once(world: World) -> None:
    href = world.remote.add(an_object(guests=(ANNA, EVA), organizer=BEN), organized=False)
    world.run()
    (key,) = world.host.state.rows

    world.host.edit(key, {f"answer:{ANNA}": answered(PartStat.ACCEPTED)})
    world.run()
    world.run()

    assert world.remote.live()[href][f"answer:{ANNA}"] == answered(PartStat.ACCEPTED)
    assert world.remote.mails == [("update", BEN)]


def test_guests_edit_of_content_stays_here(world: World) -> None:
    href = world.remote.add(an_object(guests=(ANNA,), organizer=BEN), organized=False)
    world.run()
    (key,) = world.host.state.rows

    world.host.edit(key, {"summary": "My own title"})
    reports = [world.run(), world.run()]

    assert world.remote.live()[href]["summary"] == "Design review"
    assert [report.sent for report in reports] == [0, 0]


def test_answers_of_others_come_in_and_never_go_out(world: World) -> None:
    key = world.host.add(an_object(guests=(BEN,)), world.consent(Choice.SEND, BEN))
    world.run()
    (href,) = world.remote.live()
    world.remote.mails.clear()

    world.remote.edit(href, {f"answer:{BEN}": answered(PartStat.ACCEPTED)})
    world.run()
    values = world.host.state.rows[key].values
    assert values is not None
    assert values[f"answer:{BEN}"] == answered(PartStat.ACCEPTED)
    world.host.edit(key, {f"answer:{BEN}": answered(PartStat.DECLINED)})
    world.run()

    assert world.remote.live()[href][f"answer:{BEN}"] == answered(PartStat.ACCEPTED)
    assert world.remote.mails == []


def test_series_is_written_as_any_other(world: World) -> None:
    series = an_object()
    series = type(series)(series.uid, series.event, ("RRULE:FREQ=WEEKLY",))
    href = world.remote.add(series)
    world.run()
    (key,) = world.host.state.rows

    world.host.edit(key, {"summary": "Renamed here"})
    report = world.run()

    assert report.sent == 1
    assert world.remote.live()[href]["summary"] == "Renamed here"
