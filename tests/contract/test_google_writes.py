"""Writes to the simulated Google: what they change, whom they mail, what their failure means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
)
from calendar_sync.engine.event import Attendee, PartStat
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import ANSWER, ATTENDEE, Json, properties
from calendar_sync.engine.sync import Failed, Href, Outcome, Resource, Stored
from calendar_sync.providers.http import NotSent
from support.builders import an_object
from support.google import (
    GoogleAccount,
    a_creation,
    a_world,
    a_write,
    stale,
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


def stored(outcome: Outcome) -> Resource:
    assert isinstance(outcome, Stored), outcome
    assert outcome.resource is not None
    return outcome.resource


def failed(outcome: Outcome, error: type[SyncError], code: str, *, in_doubt: bool = False) -> None:
    assert isinstance(outcome, Failed), outcome
    assert (type(outcome.error), outcome.error.code) == (error, code)
    assert outcome.in_doubt is in_doubt


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (2, 1), (50, 1)])
def test_pushing_takes_one_request_per_batch(
    world: Sandbox, anna: GoogleAccount, count: int, requests: int
) -> None:
    anna.token()
    writes = [a_creation(an_object(f"e{n}@app.example")) for n in range(count)]
    outcomes = anna.collection.apply(writes)
    assert [outcome.link for outcome in outcomes] == [write.link for write in writes]
    assert [stored(outcome).href for outcome in outcomes] == [write.key for write in writes]
    assert anna.requests() == requests
    assert len(world.google.events(anna.person)) == count


def test_a_hundred_pushed_events_take_two_requests(anna: GoogleAccount) -> None:
    anna.token()
    writes = [a_creation(an_object(f"e{n}@app.example")) for n in range(100)]
    for start in (0, 50):
        anna.collection.apply(writes[start : start + 50])
    assert anna.requests() == 2


def test_what_was_created_reads_as_it_was_sent(anna: GoogleAccount) -> None:
    obj = an_object(guests=(EVA,), description="<p>Über <b>alles</b></p>")
    write = a_creation(obj)
    resource = stored(anna.collection.apply([write])[0])
    assert resource.object.uid == f"{write.key}@google.com"
    assert resource.creation_key == write.key
    assert resource.organized_by_owner
    assert resource.read_only == ""
    shown = properties(resource.object)
    sent = properties(obj)
    del shown["organizer"]
    sent.pop("organizer", None)
    assert shown == sent
    assert [row["email"] for row in anna.row(resource.href)["attendees"]] == [
        "anna@corp.example",
        EVA,
    ]


@pytest.mark.parametrize(("notify", "mails"), [(False, 0), (True, 2)])
def test_guests_are_mailed_only_on_request(
    world: Sandbox, anna: GoogleAccount, *, notify: bool, mails: int
) -> None:
    write = a_creation(an_object(guests=(BEN, EVA)), notify=notify)
    stored(anna.collection.apply([write])[0])
    assert world.mail.count == mails


def test_a_batch_of_patches_keeps_texts_of_all_alphabets(anna: GoogleAccount) -> None:
    hrefs = [anna.enter(summary=f"Event {n}") for n in range(3)]
    titles = ["Привет", "日本語 ☃", 'quoted "x"\r\n--calendar-sync-part']
    writes = [
        a_write(Action.PATCH, {"summary": title}, anna.read(href), uid=str(href))
        for href, title in zip(hrefs, titles, strict=True)
    ]
    outcomes = anna.collection.apply(writes)
    assert [stored(outcome).object.event.summary for outcome in outcomes] == titles
    assert [anna.row(href)["summary"] for href in hrefs] == titles


def test_a_patch_changes_only_what_it_names(anna: GoogleAccount) -> None:
    guests = [{"email": BEN, "responseStatus": "accepted", "comment": "yes", "optional": True}]
    href = anna.enter(description="Bring <b>paper</b>", attendees=guests, colorId="3")
    before = anna.row(href)
    outcome = anna.collection.apply([a_write(Action.PATCH, {"location": "R4"}, anna.read(href))])
    assert stored(outcome[0]).object.event.location == "R4"
    after = anna.row(href)
    assert after.pop("location") == "R4"
    for changing in ("etag", "updated", "sequence"):
        before.pop(changing)
        after.pop(changing)
    assert after == before


def test_a_timed_event_becomes_a_whole_day_and_back(anna: GoogleAccount) -> None:
    href = anna.enter()
    write = a_write(Action.PATCH, {"when": ["2026-12-03", "2026-12-05"]}, anna.read(href))
    event = stored(anna.collection.apply([write])[0]).object.event
    assert (event.start, event.end) == (date(2026, 12, 3), date(2026, 12, 5))
    when = ["2026-12-03T09:00:00 Asia/Tokyo", "2026-12-03T10:00:00 Asia/Tokyo"]
    write = a_write(Action.PATCH, {"when": [*when]}, anna.read(href))
    event = stored(anna.collection.apply([write])[0]).object.event
    assert event.start == datetime(2026, 12, 3, 9, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_adding_a_guest_keeps_the_answers_of_the_others(
    world: Sandbox, anna: GoogleAccount, ben: GoogleAccount
) -> None:
    href = anna.enter(attendees=[{"email": BEN}])
    world.google.answer(ben.person, href, "accepted", "with pleasure")
    change = {ATTENDEE + EVA: ["Eva", "opt-participant", "individual"]}
    event = stored(
        anna.collection.apply([a_write(Action.PATCH, change, anna.read(href))])[0]
    ).object.event
    assert event.attendees == (
        Attendee(BEN, partstat=PartStat.ACCEPTED, comment="with pleasure"),
        replace(Attendee(EVA, "Eva"), role=event.attendees[1].role),
    )
    assert anna.row(href)["attendees"][0]["responseStatus"] == "accepted"


def test_removing_the_last_guest_removes_the_organizers_row_too(anna: GoogleAccount) -> None:
    href = anna.enter(attendees=[{"email": EVA}])
    change = {ATTENDEE + EVA: None, ANSWER + EVA: None}
    stored(anna.collection.apply([a_write(Action.PATCH, change, anna.read(href))])[0])
    assert "attendees" not in anna.row(href)


def test_writing_guests_twice_is_no_difference(anna: GoogleAccount) -> None:
    href = anna.enter()
    change = {ATTENDEE + EVA: ["", "req-participant", "individual"]}
    first = stored(anna.collection.apply([a_write(Action.PATCH, change, anna.read(href))])[0])
    second = stored(anna.collection.apply([a_write(Action.PATCH, change, first)])[0])
    assert second.object == first.object


def test_a_version_that_is_not_the_last_is_a_conflict(anna: GoogleAccount) -> None:
    resource = anna.read(anna.enter())
    for action, changes in ((Action.PATCH, {"summary": "Mine"}), (Action.DELETE, {})):
        write = replace(a_write(action, changes, resource), if_match=stale(resource))
        failed(anna.collection.apply([write])[0], Conflict, "conditionNotMet")
    assert anna.row(resource.href)["summary"] == "Design review"


def test_our_key_used_twice_is_a_conflict_and_can_be_found(anna: GoogleAccount) -> None:
    write = a_creation(an_object())
    anna.collection.apply([write])
    failed(anna.collection.apply([write])[0], Conflict, "duplicate")
    found = anna.collection.find([write.key, "0" * 32])
    assert found.keys() == {write.key}
    assert found[write.key].creation_key == write.key


def test_what_is_deleted_already_counts_as_deleted(anna: GoogleAccount) -> None:
    resource = anna.read(anna.enter())
    write = a_write(Action.DELETE, {}, resource)
    for _ in range(2):
        assert anna.collection.apply([write]) == [Stored(write.link, None)]
    patch = a_write(Action.PATCH, {"summary": "Too late"}, resource)
    assert isinstance(anna.collection.apply([patch])[0], Failed)
    unknown = replace(write, href=Href("neverexisted"))
    assert anna.collection.apply([unknown]) == [Stored(write.link, None)]


def test_a_patch_of_what_never_existed_asks_to_read_again(anna: GoogleAccount) -> None:
    write = a_write(Action.PATCH, {"summary": "x"}, anna.read(anna.enter()))
    failed(anna.collection.apply([replace(write, href=Href("neverexisted"))])[0], Conflict, "gone")


def test_an_answer_reaches_the_organizer_with_one_mail(
    world: Sandbox, anna: GoogleAccount, ben: GoogleAccount
) -> None:
    href = anna.enter(attendees=[{"email": BEN}, {"email": EVA, "comment": "late"}])
    copy = ben.read(href)
    assert not copy.organized_by_owner
    change: dict[str, Json] = {
        ANSWER + BEN: ["declined", "ill", 0],
        "availability": "free",
    }
    world.mail.clear()
    event = stored(
        ben.collection.apply([a_write(Action.ANSWER, change, copy, notify=True)])[0]
    ).object.event
    assert {guest.address: guest.partstat for guest in event.attendees} == {
        BEN: PartStat.DECLINED,
        EVA: PartStat.NEEDS_ACTION,
    }
    assert [(mail.kind, mail.recipients) for mail in world.mail.entries] == [
        ("response", ("anna@corp.example",))
    ]
    rows = {row["email"]: row for row in anna.row(href)["attendees"]}
    assert rows[BEN]["responseStatus"] == "declined"
    assert rows[EVA]["comment"] == "late"


def test_nobody_answers_who_was_not_invited(anna: GoogleAccount, ben: GoogleAccount) -> None:
    copy = ben.read(anna.enter(attendees=[{"email": BEN}]))
    write = a_write(Action.ANSWER, {ANSWER + "eve@corp.example": ["accepted", "", 0]}, copy)
    failed(ben.collection.apply([write])[0], Rejected, "not_invited")


def test_a_guests_write_that_changed_nothing_is_refused(
    anna: GoogleAccount, ben: GoogleAccount
) -> None:
    copy = ben.read(anna.enter(attendees=[{"email": BEN}]))
    write = a_write(Action.PATCH, {"summary": "Mine now"}, copy)
    failed(ben.collection.apply([write])[0], Rejected, "not_applied")


def test_a_refused_write_does_not_hold_up_the_others(anna: GoogleAccount) -> None:
    good, bad = a_creation(an_object("a@x")), a_creation(an_object("b@x"))
    bad = replace(bad, key="not-a-legal-id")
    outcomes = {outcome.link: outcome for outcome in anna.collection.apply([bad, good])}
    failed(outcomes[bad.link], Rejected, "invalid")
    stored(outcomes[good.link])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["500", "503", "504", "reset", "truncated", "html", "slow"])
def test_a_lost_answer_leaves_a_write_in_doubt(
    world: Sandbox, anna: GoogleAccount, kind: FaultKind, when: Literal["before", "after"]
) -> None:
    world.faults.arm("POST /google/*", kind, when=when, seconds=31)
    (outcome,) = anna.collection.apply([a_creation(an_object())])
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Retryable)
    assert outcome.in_doubt
    assert anna.requests() == 1


def test_a_lost_batch_is_in_doubt_as_a_whole(world: Sandbox, anna: GoogleAccount) -> None:
    world.faults.arm("POST /google/batch/*", "504", when="after")
    writes = [a_creation(an_object(uid)) for uid in ("a@x", "b@x")]
    for outcome in anna.collection.apply(writes):
        assert isinstance(outcome, Failed)
        assert outcome.in_doubt
    assert anna.collection.find([write.key for write in writes]).keys() == {
        write.key for write in writes
    }


def test_throttled_parts_did_not_happen(world: Sandbox, anna: GoogleAccount) -> None:
    world.faults.arm("POST /google/calendar/*", "429", retry_after=7)
    world.faults.arm("POST /google/calendar/*", "403-rate")
    writes = [a_creation(an_object(uid)) for uid in ("a@x", "b@x", "c@x")]
    first, second, third = anna.collection.apply(writes)
    failed(first, Retryable, "rateLimitExceeded")
    assert isinstance(first, Failed)
    assert isinstance(first.error, Retryable)
    assert first.error.retry_after == timedelta(seconds=7)
    failed(second, Retryable, "userRateLimitExceeded")
    stored(third)
    assert anna.requests() == 1


def test_an_expired_token_is_renewed_once(world: Sandbox, anna: GoogleAccount) -> None:
    anna.collection.changes(None)
    world.google.expire_access_tokens(anna.person)
    write = a_creation(an_object())
    stored(anna.collection.apply([write])[0])
    assert anna.tokens == 2
    world.faults.arm("* /google/*", "401", count=2)
    with pytest.raises(AuthorizationInvalid):
        anna.collection.changes(None)


def test_a_token_that_dies_inside_a_batch_is_renewed_once(
    world: Sandbox, anna: GoogleAccount
) -> None:
    anna.collection.changes(None)
    world.google.expire_access_tokens(anna.person)
    outcomes = anna.collection.apply([a_creation(an_object(uid)) for uid in ("a@x", "b@x")])
    assert [type(outcome) for outcome in outcomes] == [Stored, Stored]
    assert anna.tokens == 2


def test_nothing_is_sent_when_the_lease_is_about_to_end(
    world: Sandbox, anna: GoogleAccount
) -> None:
    anna.session.until = world.clock.now() + timedelta(seconds=39)
    failed(
        anna.collection.apply([a_creation(an_object())])[0],
        NotSent,
        "deadline",
    )
    assert anna.requests() == 0
