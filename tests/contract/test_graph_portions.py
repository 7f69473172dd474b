"""A complete round of Outlook's that is too large to be told at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import SyncStateLost
from calendar_sync.engine.sync import ChangeSet, Href
from support.graph_account import WINDOW, OutlookAccount, load
from support.outlook import a_body, a_series, a_world

DELTA = "GET /graph/v1.0/me/calendarView/delta"
SERIES = "GET /graph/v1.0/me/events/"


@pytest.fixture
def world() -> Sandbox:
    """3,500 events in pages of 1,000, and a series of five dates among the first."""
    world = a_world()
    anna = OutlookAccount(world)
    anna.enter(a_series())
    load(anna, 3500)
    world.journal.clear()
    return world


def hrefs(changes: ChangeSet) -> set[Href]:
    return {found.href for found in changes.resources}


def test_a_large_calendar_comes_in_portions(world: Sandbox) -> None:
    """However many of its dates are told, a series counts once and is read once."""
    anna = OutlookAccount(world)
    first = anna.collection.changes(None)
    last = anna.collection.changes(first.token)
    assert [(len(part.resources), part.more) for part in (first, last)] == [
        (2995, True),
        (506, False),
    ]
    assert (first.complete, last.complete) == (False, True)
    assert len(hrefs(first) | hrefs(last)) == 3501
    reads = [request for request in anna.requests() if request.startswith(SERIES)]
    assert len(reads) == 1
    assert anna.requests().count(DELTA) == 4
    assert anna.collection.changes(last.token).is_empty


def test_another_process_goes_on(world: Sandbox) -> None:
    first = OutlookAccount(world).collection.changes(None)
    last = OutlookAccount(world).collection.changes(first.token)
    assert last.complete
    assert len(hrefs(first) | hrefs(last)) == 3501


def test_what_is_removed_meanwhile_is_said_at_the_end(world: Sandbox) -> None:
    """It may be told again on a later page, so it is no portion's word."""
    anna = OutlookAccount(world)
    first = anna.collection.changes(None)
    gone = next(found.href for found in first.resources if not found.object.is_series)
    world.microsoft.delete("anna", gone)
    last = OutlookAccount(world).collection.changes(first.token)
    after = anna.collection.changes(last.token)
    assert gone in {*last.vanished, *after.vanished}


def test_a_round_left_for_too_long_begins_anew(world: Sandbox) -> None:
    token = OutlookAccount(world).collection.changes(None).token
    later = (WINDOW[0] + timedelta(days=31), WINDOW[1] + timedelta(days=31))
    with pytest.raises(SyncStateLost, match="window_moved"):
        OutlookAccount(world, window=later).collection.changes(token)


def test_one_that_breaks_off_is_taken_over(world: Sandbox) -> None:
    anna = OutlookAccount(world)
    token = anna.collection.changes(None).token
    whole = hrefs(anna.collection.changes(token))
    assert hrefs(anna.collection.changes(token)) == whole


def test_pages_without_anything_make_no_portion() -> None:
    world = a_world()
    world.knobs["graph.delta_empty_pages"] = 3
    anna = OutlookAccount(world)
    anna.enter(a_body())
    assert [len(anna.collection.changes(None).resources), len(anna.requests())] == [1, 4]
