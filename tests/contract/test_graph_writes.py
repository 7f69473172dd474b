"""Writing to the simulated Outlook through the Graph collection: requests and mails counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import (
    CollectionUnavailable,
    Conflict,
    Rejected,
    Retryable,
)
from calendar_sync.engine.pending import Action, LinkKey
from calendar_sync.engine.properties import ANSWER, ATTENDEE, Json, properties
from calendar_sync.engine.sync import ETag, Failed, Href, Outcome, Resource, Stored
from calendar_sync.providers.graph.client import Client
from calendar_sync.providers.graph.collection import GraphCollection
from calendar_sync.providers.http import NotSent
from support.builders import NOON, an_object
from support.graph_account import (
    ENDPOINTS,
    WINDOW,
    OutlookAccount,
    a_creation,
    a_write,
    apply,
    failed,
    sent,
    stored,
)
from support.outlook import a_body, a_world, guests

BEN = "ben@contoso.example"
EVA = "eva@client.example"
CREATE = "POST /graph/v1.0/me/events"
BATCH = "POST /graph/v1.0/$batch"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


def entered(account: OutlookAccount, **changes: object) -> Resource:
    return account.read(account.enter(a_body(**changes)))


def test_creation_is_silent_without_guests_and_carries_our_key(anna: OutlookAccount) -> None:
    write = a_creation(an_object("u1", description="<p>Agenda</p>"))

    resource = stored(anna, write)

    assert anna.requests() == [CREATE]
    assert anna.mails() == 0
    assert resource.organized_by_owner
    assert resource.creation_key == write.key
    usual: dict[str, Json] = {"alarms": [[15, "display"]]}  # nobody said it: Outlook adds it
    expected = properties(an_object(description="<p>Agenda</p>"))
    assert properties(resource.object) == expected | usual
    assert anna.row(resource.href)["transactionId"] == write.key
    assert anna.collection.find([write.key])[write.key].href == resource.href


def test_all_day_creation(anna: OutlookAccount) -> None:
    resource = stored(anna, a_creation(an_object(start=date(2026, 12, 24))))

    assert resource.object.event.start == date(2026, 12, 24)
    assert anna.row(resource.href)["isAllDay"] is True


def test_guests_are_invited_once(anna: OutlookAccount) -> None:
    resource = stored(anna, a_creation(an_object(guests=(BEN, EVA), organizer=anna.address)))

    assert anna.mails() == 2
    assert [guest.address for guest in resource.object.event.attendees] == [BEN, EVA]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"summary": "Renamed"}, {"subject"}),
        ({"location": "Room 5", "description": None}, {"location", "body"}),
        ({"availability": "free"}, {"showAs"}),
        (
            {"when": ["2026-12-02", "2026-12-03"], "classification": "private"},
            {"start", "end", "isAllDay", "sensitivity"},
        ),
    ],
)
def test_change_writes_exactly_what_changed(
    anna: OutlookAccount, changes: dict[str, Json], names: set[str]
) -> None:
    before = entered(anna, body={"contentType": "html", "content": "<p>Hi</p>"})

    resource = stored(anna, a_write(Action.PATCH, changes, before))

    assert set(sent(anna)) == names
    after = properties(resource.object)
    assert {key: after.get(key) for key in changes} == changes
    assert anna.requests() == [f"PATCH /graph/v1.0/me/events/{before.href}"]
    assert anna.mails() == 0


@pytest.mark.parametrize(
    ("changes", "mails"),
    [
        ({"availability": "free"}, 0),
        ({"summary": "Renamed"}, 2),
        ({ATTENDEE + "new@x.example": ["", "req-participant", "individual"]}, 1),
        ({ATTENDEE + EVA: None, ANSWER + EVA: None}, 1),
    ],
)
def test_mails_of_a_change(anna: OutlookAccount, changes: dict[str, Json], mails: int) -> None:
    before = entered(anna, attendees=guests(BEN, EVA))
    anna.mails()

    stored(anna, a_write(Action.PATCH, changes, before))

    assert anna.mails() == mails


def test_guests_alone_are_written_alone_and_whole(anna: OutlookAccount) -> None:
    before = entered(anna, attendees=guests(BEN))

    changes: dict[str, Json] = {ATTENDEE + EVA: ["Eva", "opt-participant", "individual"]}
    resource = stored(anna, a_write(Action.PATCH, changes, before))

    assert list(sent(anna)) == ["attendees"]
    assert [guest.address for guest in resource.object.event.attendees] == [BEN, EVA]


def test_change_of_an_older_version_is_a_conflict(anna: OutlookAccount) -> None:
    before = entered(anna)
    anna.world.microsoft.edit("anna", before.href, {"subject": "Theirs"})

    outcome = failed(anna, a_write(Action.PATCH, {"summary": "Ours"}, before))

    assert outcome == (Conflict, "errorirresolvableconflict", False)
    assert anna.row(before.href)["subject"] == "Theirs"


def test_change_and_deletion_of_what_is_gone(anna: OutlookAccount) -> None:
    before = entered(anna)
    anna.world.microsoft.delete("anna", before.href)

    assert failed(anna, a_write(Action.PATCH, {"summary": "x"}, before))[0] is Conflict
    assert apply(anna, a_write(Action.DELETE, {}, before)) == [
        Stored(a_write(Action.DELETE, {}).link, None)
    ]


def test_deletion_is_conditional_and_tells_the_guests(anna: OutlookAccount) -> None:
    before = entered(anna, attendees=guests(BEN, EVA))
    anna.mails()
    stale = replace(before, etag=ETag('W/"stale"'))

    assert failed(anna, a_write(Action.DELETE, {}, stale))[0] is Conflict
    (outcome,) = apply(anna, a_write(Action.DELETE, {}, before))

    assert isinstance(outcome, Stored)
    assert outcome.resource is None
    assert anna.requests() == [f"DELETE /graph/v1.0/me/events/{before.href}"]
    assert anna.mails() == 2


def test_what_graph_has_no_word_for_is_settled_by_reading(anna: OutlookAccount) -> None:
    before = entered(anna)

    resource = stored(anna, a_write(Action.PATCH, {"status": "tentative"}, before))

    assert resource == before
    assert anna.requests() == [f"GET /graph/v1.0/me/events/{before.href}"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"when": ["2026-12-02T09:00:00", "2026-12-02T10:00:00"]}, "floating_time"),
        ({"status": "cancelled"}, "cancelled_by_deletion"),
    ],
)
def test_what_cannot_be_said_is_refused_without_a_request(
    anna: OutlookAccount, changes: dict[str, Json], code: str
) -> None:
    before = entered(anna)

    assert failed(anna, a_write(Action.PATCH, changes, before)) == (Rejected, code, False)
    assert anna.requests() == []


def test_refused_creation_is_of_that_event_alone(anna: OutlookAccount) -> None:
    broken = a_creation(an_object("u1", guests=("nobody",), organizer=anna.address))
    floating = a_creation(an_object("u2", start=NOON.replace(tzinfo=None)))

    outcomes = apply(anna, broken, floating, a_creation(an_object("u3")))

    codes = {out.link: out.error.code for out in outcomes if isinstance(out, Failed)}
    assert codes == {"u1": "errorinvalidrecipients", "u2": "floating_time"}
    assert len(outcomes) == 3
    assert anna.requests() == [BATCH]


@pytest.mark.parametrize(("count", "requests"), [(1, [CREATE]), (2, [BATCH]), (20, [BATCH])])
def test_push_takes_one_request_per_twenty(
    anna: OutlookAccount, count: int, requests: list[str]
) -> None:
    writes = [a_creation(an_object(f"u{number}")) for number in range(count)]

    outcomes = apply(anna, *writes)

    assert [type(outcome) for outcome in outcomes] == [Stored] * count
    assert anna.requests() == requests
    assert len(anna.world.microsoft.events("anna")) == count


def test_parts_fail_each_for_itself(anna: OutlookAccount) -> None:
    anna.world.faults.arm(CREATE, "429", skip=1, retry_after=17)
    anna.world.faults.arm(CREATE, "503", skip=2, when="after")
    anna.world.knobs["graph.batch_order"] = "reversed"

    outcomes = apply(anna, *(a_creation(an_object(f"u{number}")) for number in range(4)))

    lost = {out.link: out for out in outcomes if isinstance(out, Failed)}
    assert {link: out.in_doubt for link, out in lost.items()} == {"u1": False, "u3": True}
    assert [type(outcome) for outcome in outcomes].count(Stored) == 2
    error = lost[LinkKey("u1")].error
    assert isinstance(error, Retryable)
    assert error.retry_after == timedelta(seconds=17)


def test_writes_are_put_off_as_long_as_the_slowest_part_asks(anna: OutlookAccount) -> None:
    """None is sent again within the run; whoever sees one outcome knows the wait of all."""
    anna.world.faults.arm(CREATE, "429", retry_after=4)
    anna.world.faults.arm(CREATE, "429", skip=1, retry_after=9)

    outcomes = apply(anna, *(a_creation(an_object(f"u{number}")) for number in range(3)))

    errors = [out.error for out in outcomes if isinstance(out, Failed)]
    waits = [error.retry_after for error in errors if isinstance(error, Retryable)]
    assert waits == [timedelta(seconds=9)] * 2
    assert (anna.paused, anna.requests().count("POST /graph/v1.0/$batch")) == ([], 1)


def test_write_whose_token_is_refused_is_made_once(anna: OutlookAccount) -> None:
    anna.world.faults.arm(CREATE, "401", skip=1)

    outcomes = apply(anna, *(a_creation(an_object(f"u{number}")) for number in range(3)))

    assert [type(outcome) for outcome in outcomes] == [Stored] * 3
    assert (anna.tokens, len(anna.world.microsoft.events("anna"))) == (2, 3)


@pytest.mark.parametrize(
    ("kind", "when", "in_doubt"),
    [
        ("429", "before", False),
        ("500", "before", True),
        ("503", "after", True),
        ("504", "after", True),
        ("html", "before", True),
        ("reset", "before", True),
        ("reset", "after", True),
        ("truncated", "after", True),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_lost_answer_leaves_in_doubt_and_never_a_double(
    anna: OutlookAccount,
    kind: FaultKind,
    when: Literal["before", "after"],
    in_doubt: bool,
    count: int,
) -> None:
    writes = [a_creation(an_object(f"u{number}")) for number in range(count)]
    anna.world.faults.arm("POST /graph/*", kind, when=when)

    first = apply(anna, *writes)
    second = apply(anna, *writes)

    assert [isinstance(out, Failed) and out.in_doubt for out in first] == [in_doubt] * count
    assert [type(outcome) for outcome in second] == [Stored] * count
    assert len(anna.world.microsoft.events("anna")) == count


def test_nothing_is_in_doubt_if_nothing_was_sent(anna: OutlookAccount) -> None:
    anna.session.until = anna.world.clock.now()

    assert failed(anna, a_creation(an_object())) == (NotSent, "deadline", False)


@pytest.mark.parametrize("manner", ["400", "409", "400-bare"])
@pytest.mark.parametrize(
    ("summary", "outcome"), [("Design review", Stored), ("Edited since", Failed)]
)
def test_key_that_was_used_is_adopted_if_it_says_the_same(
    anna: OutlookAccount, manner: str, summary: str, outcome: type[Outcome]
) -> None:
    anna.world.knobs["graph.duplicate_transaction"] = manner
    first = stored(anna, a_creation(an_object("u1", summary=summary)))
    again = a_creation(an_object("u1", description=" "))

    (found,) = apply(anna, again)

    assert type(found) is outcome
    assert len(anna.requests()) == 2
    if isinstance(found, Stored):
        assert found.resource
        assert (found.resource.href, found.resource.creation_key) == (first.href, again.key)
    elif isinstance(found, Failed):
        assert (type(found.error), found.error.code) == (Conflict, "duplicate")


def test_look_up_of_a_used_key_that_fails_leaves_in_doubt(anna: OutlookAccount) -> None:
    stored(anna, a_creation(an_object("u1")))
    anna.world.faults.arm("GET /graph/*", "429", count=3)

    again = a_creation(an_object("u1", summary="Edited since"))

    assert failed(anna, again) == (Retryable, "applicationthrottled", True)


def test_key_of_somebody_elses_event_is_not_adopted(anna: OutlookAccount) -> None:
    write = a_creation(an_object("u1"))
    anna.enter(a_body(transactionId=write.key))

    assert failed(anna, write) == (Conflict, "duplicate", False)


def test_calendar_that_may_not_be_written(anna: OutlookAccount) -> None:
    anna.world.microsoft.set_condition("anna", "MailboxNotEnabledForRESTAPI")

    assert failed(anna, a_creation(an_object()))[0] is CollectionUnavailable


def test_owner_does_not_invite_himself(anna: OutlookAccount) -> None:
    meeting = an_object(guests=(anna.address, BEN), organizer=anna.address)
    collection = GraphCollection(Client(anna.session, ENDPOINTS["graph"]), WINDOW)

    (outcome,) = collection.apply([a_creation(meeting)])

    assert isinstance(outcome, Stored)
    assert outcome.resource
    row = anna.row(Href(outcome.resource.href))
    assert [guest["emailAddress"]["address"] for guest in row["attendees"]] == [BEN]
    assert anna.mails() == 1
