"""Subscriptions of our Graph provider at the simulated Graph, with requests counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from calendar_sandbox.core.deliveries import Reply
from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import CollectionUnavailable, Rejected, Retryable, SyncError
from calendar_sync.providers.graph import PROVIDER
from calendar_sync.providers.hooks import Hook, Hooks, Incoming, News, Notice, Opened
from support.graph_account import ENDPOINTS, OutlookAccount
from support.listener import Listener
from support.outlook import NOW, a_body, a_world
from support.subscribed import a_listener

HOOK = Hook("k" * 32, "https://cal.example/webhooks/outlook/" + "k" * 32, "s3cret")
SUBSCRIBE = "POST /graph/v1.0/subscriptions"
MINUTES = (10_075, 4_225)


@dataclass
class Desk:
    """Anna's account, and who hears what it subscribed to."""

    world: Sandbox
    account: OutlookAccount
    listener: Listener

    @property
    def hooks(self) -> Hooks:
        return PROVIDER.hooks(self.account.session, ENDPOINTS)

    @property
    def calendar(self) -> str:
        return PROVIDER.primary_calendar(self.account.session, ENDPOINTS, "").id

    def open(self) -> Opened:
        """With a journal that begins afterwards, and a listener who has heard nothing."""
        opened = self.hooks.open(self.calendar, HOOK)
        self.world.journal.clear()
        self.listener.heard.clear()
        return opened

    def heard(self) -> list[Notice]:
        return [
            PROVIDER.notice(
                Incoming(row.headers, dict(parse_qsl(urlsplit(row.url).query)), row.body)
            )
            for row in self.listener.next()
        ]

    def refused(self) -> SyncError:
        calendar = self.calendar
        self.world.journal.clear()
        with pytest.raises(SyncError) as raised:
            self.hooks.open(calendar, HOOK)
        return raised.value

    def requests(self) -> list[str]:
        return self.account.requests()


@pytest.fixture
def desk() -> Desk:
    world = a_world()
    return Desk(world, OutlookAccount(world), a_listener(world))


def test_is_opened_in_one_request_during_which_both_addresses_are_asked(desk: Desk) -> None:
    calendar = desk.calendar
    desk.world.journal.clear()

    opened = desk.hooks.open(calendar, HOOK)

    (row,) = desk.world.microsoft.subscriptions.of("anna")
    assert opened == Opened(row.id, NOW + timedelta(minutes=MINUTES[0]), answered=True)
    assert (row.url, row.lifecycle_url, row.tls) == (HOOK.address, HOOK.address, "v1_2")
    assert row.folder is not None
    assert desk.requests() == [SUBSCRIBE]
    assert len(desk.listener.heard) == 2
    desk.world.microsoft.create("anna", a_body())
    notices = desk.heard()[-1:]
    assert notices == [
        Notice(frozenset({News.CHANGED}), frozenset({"s3cret"}), frozenset({row.id}))
    ]


@pytest.mark.parametrize("code", ["ExtensionError", "InvalidRequest"])
def test_shorter_life_is_asked_for_where_the_longer_is_refused(desk: Desk, code: str) -> None:
    desk.world.knobs["graph.subscription_minutes"] = 4_230
    desk.world.knobs["graph.subscription_refusal"] = code
    calendar = desk.calendar
    desk.world.journal.clear()

    opened = desk.hooks.open(calendar, HOOK)
    renewed = desk.hooks.renew(opened.remote_id)

    assert opened.expires_at == NOW + timedelta(minutes=MINUTES[1])
    assert renewed == opened
    one = f"PATCH /graph/v1.0/subscriptions/{opened.remote_id}"
    assert desk.requests() == [SUBSCRIBE] * 2 + [one] * 2


def test_is_renewed_in_one_request_which_also_authorizes_again(desk: Desk) -> None:
    opened = desk.open()
    desk.world.microsoft.subscriptions.require_reauthorization(opened.remote_id)
    desk.world.clock.advance(timedelta(minutes=5))
    (asked,) = desk.heard()
    assert asked.news == {News.EXPIRING}

    renewed = desk.hooks.renew(opened.remote_id)

    assert renewed == Opened(opened.remote_id, opened.expires_at + timedelta(minutes=5), True)
    assert desk.requests() == [f"PATCH /graph/v1.0/subscriptions/{opened.remote_id}"]
    desk.world.microsoft.create("anna", a_body())
    assert [notice.news for notice in desk.heard()] == [{News.CHANGED}]


def test_what_is_gone_has_to_be_replaced(desk: Desk) -> None:
    opened = desk.open()
    desk.world.microsoft.subscriptions.remove(opened.remote_id)
    (told,) = desk.heard()

    assert told.news == {News.ENDED}
    assert desk.hooks.renew(opened.remote_id) is None
    desk.hooks.stop(HOOK.key, opened.remote_id)
    assert len(desk.requests()) == 2


def test_is_stopped_in_one_request(desk: Desk) -> None:
    opened = desk.open()
    desk.hooks.stop(HOOK.key, opened.remote_id)

    assert desk.world.microsoft.subscriptions.of("anna") == []
    assert desk.requests() == [f"DELETE /graph/v1.0/subscriptions/{opened.remote_id}"]


def test_mailbox_that_takes_none_is_refused_at_once(desk: Desk) -> None:
    desk.world.microsoft.subscriptions.refuse("anna")

    error = desk.refused()

    assert (type(error), error.code) == (CollectionUnavailable, "extensionerror")
    assert desk.requests() == [SUBSCRIBE]


@pytest.mark.parametrize(
    "answer", [Reply(404), Reply(202), Reply(200, "text/html", b"x"), TimeoutError()]
)
def test_address_that_does_not_answer_is_refused(desk: Desk, answer: Reply | OSError) -> None:
    desk.listener.answers = [answer, answer]

    error = desk.refused()

    assert (type(error), error.code) == (Rejected, "invalidrequest")
    assert desk.requests() == [SUBSCRIBE] * 2


@pytest.mark.parametrize("kind", ["503", "429", "reset", "truncated", "html", "slow"])
def test_trouble_is_waited_out_by_others(desk: Desk, kind: FaultKind) -> None:
    desk.world.faults.arm("POST */subscriptions", kind, seconds=31)

    assert isinstance(desk.refused(), Retryable)
    assert len(desk.requests()) == 1


def test_what_was_missed_is_a_change(desk: Desk) -> None:
    opened = desk.open()
    desk.world.microsoft.create("anna", a_body())
    desk.world.microsoft.subscriptions.miss(opened.remote_id)

    assert [notice.news for notice in desk.heard()] == [{News.CHANGED}]


def test_several_items_in_one_request_are_one_notice(desk: Desk) -> None:
    desk.open()
    desk.world.microsoft.create("anna", a_body())
    desk.world.microsoft.create("anna", a_body())

    (notice,) = desk.heard()

    assert notice.news == {News.CHANGED}
    assert notice.secrets == {"s3cret"}


def test_one_forged_item_among_true_ones_is_seen(desk: Desk) -> None:
    opened = desk.open()
    desk.world.microsoft.create("anna", a_body())
    desk.world.microsoft.subscriptions.forge(opened.remote_id)

    (notice,) = desk.heard()

    assert notice.secrets == {"s3cret", "forged"}
