"""Reading the simulated Outlook through the Graph collection, with requests counted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.capabilities import AlarmLimits, Capabilities
from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    Retryable,
    SyncError,
)
from calendar_sync.engine.ports import CalendarCollection
from calendar_sync.engine.sync import Href
from calendar_sync.providers.graph import PROVIDER, wire
from calendar_sync.providers.graph.client import Client
from calendar_sync.providers.graph.collection import HOLDS, GraphCollection
from calendar_sync.providers.registry import RemoteCalendar, provider
from support.graph_account import ENDPOINTS, WINDOW, OutlookAccount, load
from support.outlook import NOW, a_body, a_world, guests, moment

BERLIN = ZoneInfo("Europe/Berlin")
BEN = "ben@contoso.example"
DELTA = "GET /graph/v1.0/me/calendarView/delta"
FAR = {"start": moment("2027-09-01T09:00:00"), "end": moment("2027-09-01T10:00:00")}


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


def test_is_a_calendar_collection(anna: OutlookAccount) -> None:
    collection: CalendarCollection = anna.collection

    assert collection.capabilities == Capabilities(
        batch_size=20,
        silent_writes=False,
        silent=frozenset({"availability", "alarms", "category"}),
        tells_only_changed_guests=True,
        absence_is_proof=False,
        keys_are_hrefs=False,
        window=WINDOW,
        holds=HOLDS,
        alarms=AlarmLimits(1, 2**31 - 1, frozenset({"display"})),
        classifications=frozenset({"default", "private", "confidential"}),
        user_types=frozenset({"individual", "room"}),
    )


def test_preferences_go_with_every_page_and_every_part(anna: OutlookAccount) -> None:
    load(anna, 1001)
    found = anna.collection.changes(None)
    anna.collection.get([resource.href for resource in found.resources[:3]])
    anna.collection.find(["k1", "k2"])

    sent = [entry.headers["prefer"] for entry in anna.world.journal.entries("/graph/", parts=True)]

    assert sent == [wire.PREFER] * (2 + (1 + 3) + (1 + 2))


def test_tombstones_are_told_apart_by_reading(anna: OutlookAccount) -> None:
    moved, gone = anna.enter(a_body()), anna.enter(a_body())
    anna.world.microsoft.edit("anna", moved, FAR)
    anna.world.microsoft.delete("anna", gone)
    anna.world.journal.clear()

    found = anna.collection.get([moved, gone])

    assert found[gone] is None
    assert found[moved] is not None
    assert anna.requests() == ["POST /graph/v1.0/$batch"]


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (20, 1), (21, 2)])
def test_reading_takes_one_request_per_twenty(
    anna: OutlookAccount, count: int, requests: int
) -> None:
    hrefs = [anna.enter(a_body()) for _ in range(count)]

    found = anna.collection.get(hrefs)

    assert list(found) == hrefs
    assert len(anna.requests()) == requests


def test_answers_of_a_batch_come_in_any_order(anna: OutlookAccount) -> None:
    anna.world.knobs["graph.batch_order"] = "reversed"
    hrefs = [anna.enter(a_body(subject=subject)) for subject in "abc"]

    found = anna.collection.get(hrefs)

    assert [found[href].object.event.summary for href in hrefs if found[href]] == ["a", "b", "c"]  # type: ignore[union-attr]


def test_id_of_another_mailbox_proves_nothing(anna: OutlookAccount) -> None:
    ben = OutlookAccount(anna.world, "ben")
    theirs, own = ben.enter(a_body()), anna.enter(a_body())

    assert list(anna.collection.get([theirs, own])) == [own]


@pytest.mark.parametrize("form", ["wrapped", "plain"])
def test_uid_of_a_google_meeting_is_googles(world: Sandbox, form: str) -> None:
    world.knobs["graph.foreign_uids"] = form
    anna, gus = OutlookAccount(world), world.people.get("gus")
    world.google.create(
        gus,
        {
            "summary": "Lunch",
            "start": {"dateTime": "2026-12-01T12:00:00Z"},
            "end": {"dateTime": "2026-12-01T13:00:00Z"},
            "attendees": [{"email": anna.address}],
        },
        "all",
    )

    (found,) = anna.collection.changes(None).resources

    assert found.object.uid.endswith("@google.com")
    assert not found.organized_by_owner
    assert [guest.address for guest in found.object.event.attendees] == [anna.address]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("MailboxNotEnabledForRESTAPI", CollectionUnavailable),
        ("ErrorInvalidUser", CollectionUnavailable),
    ],
)
def test_mailbox_that_is_gone(anna: OutlookAccount, code: str, error: type[SyncError]) -> None:
    href = anna.enter(a_body())
    anna.world.microsoft.set_condition("anna", code)

    with pytest.raises(error):
        anna.collection.changes(None)
    with pytest.raises(error):
        anna.collection.get([href])


def test_refused_token_is_replaced_once(anna: OutlookAccount) -> None:
    anna.collection.changes(None)
    anna.world.microsoft.identity.expire_access_tokens("anna")

    anna.collection.changes(None)

    assert anna.tokens == 2


def test_missing_scope_stops_the_calendar(world: Sandbox) -> None:
    reader = OutlookAccount(world, scopes="User.Read offline_access")

    with pytest.raises(CollectionUnavailable):
        reader.collection.changes(None)


def test_token_that_is_refused_for_good_needs_a_sign_in(anna: OutlookAccount) -> None:
    anna.world.faults.arm("GET /graph/*", "401", count=2)

    with pytest.raises(AuthorizationInvalid):
        anna.collection.changes(None)


@pytest.mark.parametrize("kind", ["500", "503", "504", "reset"])
def test_short_disturbance_is_waited_out(anna: OutlookAccount, kind: FaultKind) -> None:
    load(anna, 3)
    anna.world.faults.arm("GET /graph/*", kind, count=2)

    assert len(anna.collection.changes(None).resources) == 3
    assert anna.paused == [0.5, 1]


def test_throttling_says_how_long(anna: OutlookAccount) -> None:
    anna.world.faults.arm("GET /graph/*", "429", retry_after=17)

    with pytest.raises(Retryable) as caught:
        anna.collection.changes(None)

    assert caught.value.retry_after == timedelta(seconds=17)


EVENT = "GET /graph/v1.0/me/events/*"


def test_throttled_parts_of_a_batch_are_read_after_the_longest_wait(anna: OutlookAccount) -> None:
    """Each part says how long; those that were answered are not asked for again."""
    hrefs = [anna.enter(a_body()) for _ in range(25)]
    anna.world.faults.arm(EVENT, "429", skip=1, retry_after=3)
    anna.world.faults.arm(EVENT, "503", skip=20, retry_after=9)
    anna.world.journal.clear()

    found = anna.collection.get(hrefs)

    assert [found[href] is not None for href in hrefs] == [True] * 25
    assert anna.paused == [9]
    batches = [json.loads(entry.body) for entry in anna.world.journal.entries("/graph/")]
    assert [len(batch["requests"]) for batch in batches] == [20, 5, 2]


def test_throttled_parts_are_read_as_long_as_some_get_through(anna: OutlookAccount) -> None:
    """Somebody else has two of the four places all the time (contract §8.1)."""
    hrefs = [anna.enter(a_body()) for _ in range(60)]
    anna.world.knobs["graph.concurrency"] = 2

    found = anna.collection.get(hrefs)

    assert [found[href] is not None for href in hrefs] == [True] * 60
    assert anna.paused == [10] * 4


def test_throttled_parts_without_a_time_are_asked_for_once_more(anna: OutlookAccount) -> None:
    hrefs = [anna.enter(a_body()) for _ in range(3)]
    anna.world.faults.arm(EVENT, "429", skip=2, count=3, retry_after=None)

    with pytest.raises(Retryable) as caught:
        anna.collection.get(hrefs)

    assert anna.paused == [0.5]
    assert caught.value.retry_after is None


def test_who_signs_in_while_a_run_takes_all_places_is_let_in(anna: OutlookAccount) -> None:
    """Four requests at once fill a mailbox; the fifth is the one of the sign-in (contract §8.1)."""
    anna.world.faults.arm("GET /graph/v1.0/me/calendar", "429", retry_after=10)

    assert PROVIDER.primary_calendar(anna.session, ENDPOINTS, anna.address).is_primary

    assert anna.paused == [10]


def test_long_wait_for_a_part_of_a_batch_is_the_schedulers(anna: OutlookAccount) -> None:
    hrefs = [anna.enter(a_body()) for _ in range(3)]
    anna.world.faults.arm(EVENT, "429", retry_after=5)
    anna.world.faults.arm(EVENT, "429", skip=1, retry_after=17)

    with pytest.raises(Retryable) as caught:
        anna.collection.get(hrefs)

    assert caught.value.retry_after == timedelta(seconds=17)
    assert anna.paused == []


def test_no_wait_goes_beyond_the_lease(anna: OutlookAccount) -> None:
    hrefs = [anna.enter(a_body()) for _ in range(2)]
    anna.world.faults.arm(EVENT, "429", retry_after=5)
    anna.session.until = anna.world.clock.now() + timedelta(seconds=44)

    with pytest.raises(Retryable) as caught:
        anna.collection.get(hrefs)

    assert (caught.value.retry_after, anna.paused) == (timedelta(seconds=5), [])


def test_part_whose_token_is_refused_is_asked_for_with_a_new_one(anna: OutlookAccount) -> None:
    hrefs = [anna.enter(a_body()) for _ in range(3)]
    anna.world.faults.arm(EVENT, "401", skip=1)

    found = anna.collection.get(hrefs)

    assert [found[href] is not None for href in hrefs] == [True] * 3
    assert anna.tokens == 2


def test_provider_is_found_by_name(anna: OutlookAccount) -> None:
    assert provider("outlook") is PROVIDER
    calendar = PROVIDER.primary_calendar(anna.session, ENDPOINTS, anna.address)
    anna.enter(a_body(attendees=guests(anna.address, BEN)))
    anna.world.journal.clear()

    collection = PROVIDER.collection(anna.session, ENDPOINTS, calendar)
    (found,) = collection.changes(None).resources

    assert calendar == RemoteCalendar(
        *(calendar.id, "Calendar", "", True, anna.address),
        is_primary=True,
        owner=anna.address,
        owner_name="Anna Berg",
    )
    assert [guest.address for guest in found.object.event.attendees] == [BEN]
    window = (NOW - timedelta(days=366), NOW + timedelta(days=731))
    assert collection.capabilities == replace(PROVIDER.capabilities, window=window)
    assert anna.requests() == [DELTA]


def test_who_it_is_is_read_once_and_only_if_needed(anna: OutlookAccount) -> None:
    collection = GraphCollection(Client(anna.session, ENDPOINTS["graph"]), WINDOW)
    token = collection.changes(None).token
    href = anna.enter(a_body(attendees=guests(anna.address, BEN)))

    (found,) = collection.changes(token).resources
    collection.get([href])

    assert [guest.address for guest in found.object.event.attendees] == [BEN]
    assert anna.requests() == [
        DELTA,
        DELTA,
        "GET /graph/v1.0/me",
        f"GET /graph/v1.0/me/events/{href}",
    ]


def test_who_it_is_needs_no_mail_address(world: Sandbox) -> None:
    world.knobs["graph.mail_is_null"] = True
    anna = OutlookAccount(world)
    anna.enter(a_body(attendees=guests(anna.address)))

    collection = GraphCollection(Client(anna.session, ENDPOINTS["graph"]), WINDOW)

    assert collection.changes(None).resources[0].object.event.attendees == ()


def test_marks_are_looked_up(anna: OutlookAccount) -> None:
    mark = {"id": wire.MARK, "value": "k1"}
    first = anna.enter(a_body(singleValueExtendedProperties=[mark]))
    anna.world.clock.advance(timedelta(minutes=5))
    anna.enter(a_body(subject="A copy", singleValueExtendedProperties=[mark]))
    anna.enter(a_body())
    anna.world.journal.clear()

    found = anna.collection.find(["k1", "k2"])

    assert {key: resource.href for key, resource in found.items()} == {"k1": first}
    assert found["k1"].creation_key == "k1"
    assert anna.requests() == ["POST /graph/v1.0/$batch"]


def test_look_up_that_fails_is_no_absence(anna: OutlookAccount) -> None:
    anna.world.faults.arm("GET /graph/v1.0/me/events", "429", count=3)

    with pytest.raises(Retryable):
        anna.collection.find(["k1"])


def test_nothing_asked_is_nothing_sent(anna: OutlookAccount) -> None:
    assert anna.collection.get([]) == {}
    assert anna.collection.find([]) == {}
    assert anna.collection.apply([]) == []
    assert anna.requests() == []


def test_href_is_opaque_in_paths(anna: OutlookAccount) -> None:
    assert anna.collection.get([Href("a/b?c=%2F&d #e")]) == {}
    (entry,) = anna.world.journal.entries("/graph/")
    assert entry.query.count("expand") == 1
