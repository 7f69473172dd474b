"""The Google collection against the simulated Google, with requests and mails counted."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import (
    CollectionUnavailable,
    Retryable,
    SyncStateLost,
)
from calendar_sync.engine.ports import CalendarCollection
from calendar_sync.engine.sync import Href, PartOf, SyncToken
from calendar_sync.providers.google import PROVIDER
from calendar_sync.providers.google.client import Client
from calendar_sync.providers.google.collection import GoogleCollection
from calendar_sync.providers.registry import RemoteCalendar
from support.google import (
    ENDPOINTS,
    NOW,
    GoogleAccount,
    a_body,
    a_series,
    a_world,
)

BERLIN = ZoneInfo("Europe/Berlin")
BEN = "ben@corp.example"
EVA = "eva@client.example"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> GoogleAccount:
    return GoogleAccount(world)


@pytest.fixture
def ben(world: Sandbox) -> GoogleAccount:
    return GoogleAccount(world, "ben")


def test_it_is_a_collection(anna: GoogleAccount) -> None:
    collection: CalendarCollection = anna.collection
    assert collection.capabilities.batch_size == 50


def test_a_thousand_events_come_with_one_request(world: Sandbox, anna: GoogleAccount) -> None:
    world.google.load(anna.person, [a_body(summary=f"Event {n}") for n in range(1000)])
    anna.token()
    world.journal.clear()
    changes = anna.collection.changes(None)
    assert len(changes.resources) == 1000
    assert changes.complete
    assert anna.requests() == 1
    world.journal.clear()
    again = anna.collection.changes(changes.token)
    assert again.is_empty
    assert anna.requests() == 1


def test_changes_tell_what_is_new_changed_and_gone(world: Sandbox, anna: GoogleAccount) -> None:
    first, second, third = (anna.enter(summary=f"Event {n}") for n in range(3))
    token = anna.collection.changes(None).token
    world.google.edit(anna.person, first, {"summary": "Renamed"})
    world.google.delete(anna.person, second)
    fourth = anna.enter()
    changes = anna.collection.changes(token)
    assert {found.href for found in changes.resources} == {first, fourth}
    assert changes.vanished == (second,)
    assert not changes.complete
    assert third not in {found.href for found in changes.resources}
    assert changes.resources[0].modified == NOW


def test_pages_are_followed_even_when_empty(world: Sandbox, anna: GoogleAccount) -> None:
    world.google.load(anna.person, [a_body() for _ in range(25)])
    world.knobs["google.page_cap"] = 10
    world.knobs["google.empty_pages"] = 2
    anna.token()
    assert len(anna.collection.changes(None).resources) == 25
    assert anna.requests() == 5


def test_a_forgotten_token_is_told(world: Sandbox, anna: GoogleAccount) -> None:
    token = anna.collection.changes(None).token
    world.google.expire_sync_tokens(anna.person)
    with pytest.raises(SyncStateLost) as expired:
        anna.collection.changes(token)
    assert expired.value.code == "fullSyncRequired"
    with pytest.raises(SyncStateLost):
        anna.collection.changes(SyncToken("no token at all"))


def test_a_calendar_that_is_gone_is_unavailable(anna: GoogleAccount) -> None:
    client = Client(
        anna.session,
        "https://sandbox.example/google/calendar/v3",
        "https://sandbox.example/google/batch/calendar/v3",
        "lost@group.calendar.google.com",
    )
    calendar = RemoteCalendar("lost@group.calendar.google.com", "", "UTC", writable=True)
    lost = GoogleCollection(client, anna.world.clock, calendar)
    with pytest.raises(CollectionUnavailable):
        lost.changes(None)


def test_a_series_is_one_object_with_its_dates(world: Sandbox, anna: GoogleAccount) -> None:
    href = world.google.create(anna.person, a_series(), "none")["id"]
    world.google.load(
        anna.person,
        [
            a_body(
                id=f"{href}_20261203T080000Z",
                iCalUID=f"{href}@google.com",
                summary="Moved",
                recurringEventId=href,
                originalStartTime={"dateTime": "2026-12-03T08:00:00Z", "timeZone": "UTC"},
            )
        ],
    )
    world.journal.clear()
    changes = anna.collection.changes(None)
    assert anna.requests() == 1
    (series,) = changes.resources
    assert series.href == href
    assert series.read_only == ""
    assert series.object.recurrence == ("RRULE:FREQ=DAILY;COUNT=5",)
    (override,) = series.object.overrides
    assert override.recurrence_id == datetime(2026, 12, 3, 9, tzinfo=BERLIN)
    assert override.event is not None
    assert override.event.summary == "Moved"
    assert anna.read(href) == series


def test_a_date_one_was_invited_to_alone_is_an_object_of_its_own(
    world: Sandbox, anna: GoogleAccount
) -> None:
    alone = a_body(
        id="theirs_20261203T080000Z",
        iCalUID="theirs@google.com",
        recurringEventId="theirs",
        originalStartTime={"dateTime": "2026-12-03T08:00:00Z", "timeZone": "UTC"},
        organizer={"email": EVA},
    )
    world.google.load(anna.person, [alone])
    anna.token()
    (found,) = anna.collection.changes(None).resources
    assert anna.requests() == 2
    assert (found.href, found.object.uid) == (alone["id"], f"{alone['id']}@google.com")
    assert found.part_of == PartOf("theirs@google.com", "20261203T080000Z")
    assert found.read_only == ""
    assert not found.organized_by_owner


def test_get_reads_many_with_one_batch(world: Sandbox, anna: GoogleAccount) -> None:
    hrefs = [anna.enter() for _ in range(3)]
    world.google.delete(anna.person, hrefs[1])
    world.journal.clear()
    asked = [*hrefs, Href("neverexisted")]
    found = anna.collection.get(asked)
    assert anna.requests() == 1
    assert {href: found[href] is None for href in asked} == {
        hrefs[0]: False,
        hrefs[1]: True,
        hrefs[2]: False,
        "neverexisted": True,
    }


def test_a_read_waits_out_a_short_disturbance(world: Sandbox, anna: GoogleAccount) -> None:
    world.faults.arm("GET /google/*", "503", count=2)
    assert anna.collection.changes(None).complete
    assert anna.paused == [0.5, 1.0]
    world.faults.arm("GET /google/*", "503", count=3)
    with pytest.raises(Retryable):
        anna.collection.changes(None)


def test_the_primary_calendar_tells_its_address_and_zone(anna: GoogleAccount) -> None:
    calendar = PROVIDER.primary_calendar(anna.session, ENDPOINTS, "anna@corp.example")
    assert (calendar.id, calendar.time_zone) == ("anna@corp.example", "Europe/Berlin")
    assert calendar.writable
