"""What is sent to a web hook, read; and what is no notification."""

from __future__ import annotations

import json

import pytest

from calendar_sync.providers.google import PROVIDER as GOOGLE
from calendar_sync.providers.google.channels import GoogleChannels
from calendar_sync.providers.graph import PROVIDER as GRAPH
from calendar_sync.providers.hooks import Hook, Incoming, News, Notice, NotUnderstood
from calendar_sync.providers.http import Headers
from support.wire import NOON, Reply, Script, a_session

ITEM = {"subscriptionId": "id", "clientState": "s", "changeType": "updated"}


def posted(*items: object, **query: str) -> Incoming:
    return Incoming({}, query, json.dumps({"value": items}).encode())


def test_google_says_everything_in_headers() -> None:
    headers = Headers(
        {
            "x-goog-resource-state": "exists",
            "x-goog-resource-id": "r",
            "x-goog-channel-token": "s",
            "x-goog-channel-id": "k",
            "x-goog-message-number": "17",
        }
    )

    assert GOOGLE.notice(Incoming(headers, {})) == Notice(
        frozenset({News.CHANGED}), frozenset({"s"}), frozenset({"r"}), frozenset({"k"})
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Goog-Resource-State": "exists"},
        {"X-Goog-Resource-State": "exists", "X-Goog-Resource-ID": "r"},
        {"X-Goog-Resource-State": "else", "X-Goog-Resource-ID": "r", "X-Goog-Channel-ID": "k"},
    ],
)
def test_google_says_nothing_else(headers: dict[str, str]) -> None:
    with pytest.raises(NotUnderstood):
        GOOGLE.notice(Incoming(headers, {}))


def test_google_without_a_token_has_an_empty_secret() -> None:
    headers = {
        "X-Goog-Resource-State": "sync",
        "X-Goog-Resource-ID": "r",
        "X-Goog-Channel-ID": "k",
    }

    assert GOOGLE.notice(Incoming(headers, {})).secrets == {""}


@pytest.mark.parametrize(
    ("event", "news"),
    [
        (None, News.CHANGED),
        ("missed", News.CHANGED),
        ("reauthorizationRequired", News.EXPIRING),
        ("subscriptionRemoved", News.ENDED),
    ],
)
def test_graph_tells_of_changes_and_of_its_own_life(event: str | None, news: News) -> None:
    notice = GRAPH.notice(posted({**ITEM, "lifecycleEvent": event}))

    assert notice == Notice(frozenset({news}), frozenset({"s"}), frozenset({"id"}))


def test_graph_without_a_client_state_has_an_empty_secret() -> None:
    assert GRAPH.notice(posted(ITEM, {"subscriptionId": "id"})).secrets == {"s", ""}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"value":[]}', b'{"value":7}', b'{"value":[7]}',
        b'{"value":[null]}', b'{"value":[{}]}', b'{"value":[{"lifecycleEvent":"x"}]}', b"\xff",
        b'{"value":[{"lifecycleEvent":[],"subscriptionId":"id"}]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_graph_sends_nothing_else(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        GRAPH.notice(Incoming({}, {}, body))


def test_graph_asks_a_short_question() -> None:
    assert GRAPH.notice(posted(validationToken="Validation: 100%+")).echo == "Validation: 100%+"
    with pytest.raises(NotUnderstood):
        GRAPH.notice(posted(validationToken="x" * 1_025))


@pytest.mark.parametrize(
    ("expiration", "days"),
    [("1795262400000", 1), (1795348800000, 2), ("1795866000000", 7), ("x", 7), (None, 7)],
)
def test_end_of_a_google_channel(expiration: object, days: float) -> None:
    """Milliseconds as text or number; never later than asked for, and as asked for without."""
    body = json.dumps({"resourceId": "r", "expiration": expiration}).encode()
    script = Script(Reply(200, body))
    channels = GoogleChannels(a_session(script), "https://www.example/calendar/v3")

    opened = channels.open("a#b@corp.example", Hook("k", "https://cal.example/h", "s"))

    assert (opened.expires_at - NOON).total_seconds() / 86_400 == pytest.approx(days, abs=0.001)
    (request,) = script.requests
    assert str(request.url).endswith("/calendars/a%23b%40corp.example/events/watch")
    assert json.loads(request.body or b"") == {
        "id": "k",
        "type": "web_hook",
        "address": "https://cal.example/h",
        "token": "s",
        "params": {"ttl": "604800"},
    }


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Hook("k", "https://cal.example/h", "s3cret"))
    assert "s3cret" not in repr(GRAPH.notice(posted({**ITEM, "clientState": "s3cret"})))
