"""A complete listing of Google's that is too large to be told at once."""

from __future__ import annotations

import json

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import SyncStateLost
from calendar_sync.engine.sync import ChangeSet, Href, SyncToken
from support.google import GoogleAccount, a_body, a_series, a_world


@pytest.fixture
def world() -> Sandbox:
    """5,000 events in pages of 1,000; a series and its moved date stand on the first and last."""
    world = a_world()
    world.knobs["google.page_cap"] = 1000
    anna = world.people.get("anna")
    series = world.google.create(anna, a_series(), "none")["id"]
    world.google.load(anna, [a_body() for _ in range(4998)])
    moved = {
        "id": f"{series}_20261203T080000Z",
        "iCalUID": f"{series}@google.com",
        "summary": "Moved",
        "recurringEventId": series,
        "originalStartTime": {"dateTime": "2026-12-03T08:00:00Z", "timeZone": "UTC"},
    }
    world.google.load(anna, [a_body(**moved)])
    world.journal.clear()
    return world


def hrefs(changes: ChangeSet) -> set[Href]:
    return {found.href for found in changes.resources}


def test_a_large_calendar_comes_in_portions(world: Sandbox) -> None:
    """Two pages each; what belongs together is told together, with the last of them."""
    anna = GoogleAccount(world)
    first = anna.collection.changes(None)
    second = anna.collection.changes(first.token)
    last = anna.collection.changes(second.token)
    assert [(len(part.resources), part.more) for part in (first, second, last)] == [
        (1999, True),
        (2000, True),
        (1000, False),
    ]
    assert [part.complete for part in (first, second, last)] == [False, False, True]
    assert len(hrefs(first) | hrefs(second) | hrefs(last)) == 4999
    (series,) = [found for found in last.resources if found.object.is_series]
    assert [part.event.summary for part in series.object.overrides if part.event] == ["Moved"]
    assert anna.requests() == 5
    assert anna.collection.changes(last.token).is_empty


def test_another_process_goes_on(world: Sandbox) -> None:
    """It has not seen the first page, so the series is read whole."""
    token = GoogleAccount(world).collection.changes(None).token
    anna = GoogleAccount(world)
    anna.token()
    world.journal.clear()
    second = anna.collection.changes(token)
    last = anna.collection.changes(second.token)
    assert (len(second.resources), len(last.resources)) == (2000, 1000)
    (series,) = [found for found in last.resources if found.object.is_series]
    assert [part.event.summary for part in series.object.overrides if part.event] == ["Moved"]
    assert anna.requests() == 3 + 1


def test_one_that_breaks_off_is_taken_over(world: Sandbox) -> None:
    """A page that fails leaves nothing behind: the same token gives the same portion."""
    anna = GoogleAccount(world)
    token = anna.collection.changes(None).token
    whole = hrefs(anna.collection.changes(token))
    assert hrefs(anna.collection.changes(token)) == whole


@pytest.mark.parametrize("page", ["unknown", ""])
def test_a_page_that_google_does_not_know_any_more(world: Sandbox, page: str) -> None:
    anna = GoogleAccount(world)
    token = SyncToken(json.dumps({"page": page, "series": 3 if not page else []}))
    with pytest.raises(SyncStateLost):
        anna.collection.changes(token)
