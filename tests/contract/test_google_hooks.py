"""Push channels of our Google provider at the simulated Google, with requests counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import (
    CollectionUnavailable,
    ConfigurationInvalid,
    Rejected,
    Retryable,
    SyncError,
)
from calendar_sync.providers.google import PROVIDER
from calendar_sync.providers.hooks import Hook, Hooks, Incoming, News, Notice, Opened
from support.google import ENDPOINTS, NOW, GoogleAccount, a_world
from support.listener import Listener

EMAIL = "anna@corp.example"
HOOK = Hook("k" * 32, "https://cal.example/webhooks/google/" + "k" * 32, "s3cret")
WATCH = f"POST /google/calendar/v3/calendars/{EMAIL}/events/watch"
STOP = "POST /google/calendar/v3/channels/stop"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> GoogleAccount:
    return GoogleAccount(world)


@pytest.fixture
def listener(world: Sandbox) -> Listener:
    return Listener(world)


def hooks_of(account: GoogleAccount) -> Hooks:
    return PROVIDER.hooks(account.session, ENDPOINTS)


def requests(account: GoogleAccount) -> list[str]:
    return [f"{entry.method} {entry.path}" for entry in account.world.journal.entries("/google/")]


def heard(listener: Listener) -> list[Notice]:
    return [
        PROVIDER.notice(Incoming(row.headers, {}, row.body)) for row in listener.next() if row.url
    ]


def refused(account: GoogleAccount, calendar: str = EMAIL, hook: Hook = HOOK) -> SyncError:
    with pytest.raises(SyncError) as raised:
        hooks_of(account).open(calendar, hook)
    return raised.value


def test_is_opened_in_one_request_and_told_of_every_change(
    anna: GoogleAccount, listener: Listener
) -> None:
    opened = hooks_of(anna).open(EMAIL, HOOK)

    (channel,) = anna.world.google.channels.opened_by(EMAIL)
    assert opened == Opened(channel.resource_id, NOW + timedelta(days=7))
    assert requests(anna) == [WATCH]
    anna.enter()
    secret, ids = frozenset({"s3cret"}), (frozenset({channel.resource_id}), frozenset({HOOK.key}))
    assert heard(listener) == [
        Notice(frozenset({News.OPENED}), secret, *ids),
        Notice(frozenset({News.CHANGED}), secret, *ids),
    ]
    assert [row.url for row in listener.heard] == []


def test_cannot_be_prolonged(anna: GoogleAccount) -> None:
    assert hooks_of(anna).renew("resource") is None
    assert requests(anna) == []


def test_is_stopped_in_one_request_also_when_it_has_ended(anna: GoogleAccount) -> None:
    hooks = hooks_of(anna)
    opened = hooks.open(EMAIL, HOOK)
    hooks.stop(HOOK.key, opened.remote_id)
    anna.world.clock.advance(timedelta(minutes=5))
    hooks.stop(HOOK.key, opened.remote_id)

    assert anna.world.google.channels.opened_by(EMAIL) == []
    assert requests(anna) == [WATCH, STOP, STOP]


def test_refusals_are_told_from_troubles(anna: GoogleAccount, world: Sandbox) -> None:
    plain = Hook("p", "http://cal.example/p", "s")
    error = refused(anna, hook=plain)
    assert (type(error), error.code) == (Rejected, "push.webhookUrlNotHttps")

    holidays = "en.german#holiday@group.v.calendar.google.com"
    world.google.add_calendar(anna.person, holidays, "Holidays", "reader")
    error = refused(anna, holidays)
    assert (type(error), error.code) == (Rejected, "pushNotSupportedForRequestedResource")

    assert isinstance(refused(anna, "nobody@corp.example"), CollectionUnavailable)

    world.knobs["google.channels_per_resource"] = 1
    hooks_of(anna).open(EMAIL, HOOK)
    error = refused(anna, hook=Hook("other", HOOK.address, "s"))
    assert isinstance(error, Retryable)
    assert error.retry_after == timedelta(hours=1)


def test_unauthorized_address_is_no_reason_for_a_new_token(
    anna: GoogleAccount, world: Sandbox
) -> None:
    world.knobs["google.hook_domains"] = "other.example"

    error = refused(anna)

    assert (type(error), error.code) == (ConfigurationInvalid, "push.webhookUrlUnauthorized")
    assert (anna.tokens, requests(anna)) == (1, [WATCH])


def test_token_that_ran_out_is_replaced(anna: GoogleAccount, world: Sandbox) -> None:
    hooks_of(anna).open(EMAIL, HOOK)
    world.google.expire_access_tokens(anna.person)

    hooks_of(anna).open(EMAIL, Hook("two", HOOK.address, "s"))

    assert (anna.tokens, requests(anna)) == (2, [WATCH] * 3)


@pytest.mark.parametrize("kind", ["503", "429", "reset", "truncated", "html", "slow"])
def test_trouble_is_waited_out_by_others(
    anna: GoogleAccount, world: Sandbox, kind: FaultKind
) -> None:
    """One request, never two: nobody knows whether the first opened it."""
    world.faults.arm("POST */watch", kind, seconds=31)

    assert isinstance(refused(anna), Retryable)
    assert len(requests(anna)) == 1


def test_sync_message_before_the_answer_is_understood(
    anna: GoogleAccount, world: Sandbox, listener: Listener
) -> None:
    world.knobs["google.early_sync"] = True

    opened = hooks_of(anna).open(EMAIL, HOOK)

    (early,) = heard(listener)
    assert early.news == {News.OPENED}
    assert early.remote_ids == {opened.remote_id}


def test_gaps_doubles_and_disorder_make_no_difference(
    anna: GoogleAccount, world: Sandbox, listener: Listener
) -> None:
    hooks_of(anna).open(EMAIL, HOOK)
    listener.next()
    world.deliveries.duplicate("google", 1)
    world.deliveries.reorder("google", 2)
    anna.enter()
    anna.enter()

    assert {notice.news for notice in heard(listener)} == {frozenset({News.CHANGED})}


def test_calendar_that_is_gone_is_a_change(
    anna: GoogleAccount, world: Sandbox, listener: Listener
) -> None:
    made = world.google.add_calendar(anna.person, "team@corp.example", "Team", "reader")
    hooks_of(anna).open(made.id, HOOK)
    listener.next()
    del world.google.account(anna.person).calendars[made.id]

    assert [notice.news for notice in heard(listener)] == [{News.CHANGED}]
