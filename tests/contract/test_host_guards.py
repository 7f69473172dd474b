"""What every host tells the guards, and keeps of them (`engine.guards`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.engine.policy import Side
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import (
    Fate,
    Guard,
    JournalEntry,
    LinkChange,
    LinkState,
    LinkView,
    Struck,
    SyncReport,
)
from support.builders import an_object
from support.desk import Desk, a_resource, all_views, bring_in, commit, the_view
from support.remote import RemoteCalendar


def test_guard_and_repeats_read_back(desk: Desk) -> None:
    bring_in(desk, a_resource())
    link = replace(the_view(desk).link, state=LinkState.PARKED, guard=Guard.NOT_SETTLING, repeats=3)

    commit(desk, LinkChange(link))

    assert the_view(desk).link == link
    work = desk.host.open(desk.claim())
    assert work
    assert work.waiting == ()


def three(desk: Desk) -> list[LinkView]:
    bring_in(desk, *(a_resource(f"h{number}", an_object(f"u{number}")) for number in range(3)))
    return sorted(all_views(desk), key=lambda view: str(view.link.href))


def here(what: str, *keys: str, code: str = "", side: Side = Side.HERE) -> JournalEntry:
    return JournalEntry(side, what, keys, code=code)


def struck(desk: Desk, within: timedelta = timedelta(days=1)) -> Struck:
    return desk.host.struck(desk.claim(), desk.clock.now() - within)


def test_what_was_taken_away_or_rewritten_is_struck(desk: Desk) -> None:
    first, second, third = (view.link for view in three(desk))
    commit(desk, LinkChange(first, journal=(here("changed", "summary"), here("changed", "when"))))
    commit(desk, LinkChange(second, journal=(here("parked", code="brake_vanished"),)))
    commit(desk, LinkChange(third, Fate.DROP, journal=(here("deleted"),)))

    assert struck(desk) == Struck(frozenset({first.key, second.key, third.key}), 3)


@pytest.mark.parametrize(
    "entry",
    [
        here("changed", "location"),
        here("changed", "summary", side=Side.THERE),
        here("changed", "summary", code="adopted"),
        here("deleted", code="moved"),
        here("conflict", "summary"),
        here("deleted", side=Side.THERE),
        here("deleted", code="released"),
        here("parked", code="ended_long_ago"),
        here("parked", code="mail_limit"),
    ],
    ids=lambda entry: f"{entry.what} {entry.side.value} {entry.code}",
)
def test_anything_else_is_not_struck(desk: Desk, entry: JournalEntry) -> None:
    view = three(desk)[0]

    commit(desk, LinkChange(view.link, journal=(entry,)))

    assert struck(desk) == Struck(frozenset(), 3)


def test_whom_we_mailed_of_late_is_counted(desk: Desk) -> None:
    first, second, _ = (view.link for view in three(desk))
    told = JournalEntry(Side.THERE, "changed", ("summary",), mailed=("a@x.example", "b@x.example"))
    commit(desk, LinkChange(first, journal=(told,)))
    desk.clock.advance(timedelta(hours=25))
    commit(desk, LinkChange(second, journal=(told, told)))

    assert struck(desk) == Struck(frozenset(), 3, mailed=4)


def test_what_somebody_let_through_is_not_struck(desk: Desk) -> None:
    link = three(desk)[0].link
    commit(desk, LinkChange(link, journal=(here("parked", code="brake_vanished"),)))

    commit(desk, LinkChange(link, Fate.DROP, journal=(here("deleted", code="released"),)))

    assert struck(desk) == Struck(frozenset(), 3)


def test_only_of_late_is_struck(desk: Desk) -> None:
    gone, stays, _ = (view.link for view in three(desk))
    commit(desk, LinkChange(gone, Fate.DROP, journal=(here("deleted"),)))
    desk.clock.advance(timedelta(hours=25))
    commit(desk, LinkChange(stays, journal=(here("changed", "when"),)))

    assert struck(desk) == Struck(frozenset({stays.key}), 2)


def test_linked_is_what_is_kept_in_step(desk: Desk) -> None:
    first, second, _ = (view.link for view in three(desk))
    desk.add(an_object("u9"))
    commit(desk, LinkChange(replace(first, state=LinkState.IGNORED)))
    commit(desk, LinkChange(replace(second, state=LinkState.PARKED, guard=Guard.VANISHED)))

    assert struck(desk).linked == 2


@pytest.mark.parametrize("style", ["google", "graph"])
def test_mass_deletion_waits_and_is_released(desk: Desk, style: str) -> None:
    remote = RemoteCalendar(desk.clock, style)
    hrefs = [remote.add(an_object(f"u{number}", f"Event {number}")) for number in range(12)]
    synchronize(desk.claim(), desk.host, remote, desk.clock)
    for href in hrefs[:11]:
        remote.remove(href)

    stopped = synchronize(desk.claim(), desk.host, remote, desk.clock)
    kept = len(desk.contents())
    for view in all_views(desk):
        if view.link.state is LinkState.PARKED:
            desk.let_through(view.link.key)
    released = synchronize(desk.claim(), desk.host, remote, desk.clock)
    again = synchronize(desk.claim(), desk.host, remote, desk.clock)

    assert (stopped.held, stopped.received, kept) == (11, 0, 12)
    assert (released.held, released.received, len(desk.contents())) == (0, 11, 1)
    assert again == SyncReport()


def test_calendar_made_anew_there_is_the_same_here(desk: Desk) -> None:
    """A mailbox moved: every object has another href, and the UID it had."""
    remote = RemoteCalendar(desk.clock)
    events = [an_object(f"u{number}", f"Event {number}") for number in range(12)]
    hrefs = [remote.add(event) for event in events]
    synchronize(desk.claim(), desk.host, remote, desk.clock)
    before = desk.contents()
    for href, event in zip(hrefs, events, strict=True):
        remote.remove(href)
        remote.add(event)

    report = synchronize(desk.claim(), desk.host, remote, desk.clock)

    assert (report.held, desk.contents()) == (0, before)
    assert synchronize(desk.claim(), desk.host, remote, desk.clock) == SyncReport()
