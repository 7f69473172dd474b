"""Subscriptions of the simulated Graph: validation, rules, renewal (contract 9.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.deliveries import Outgoing, Reply
from calendar_sandbox.sandbox import Sandbox
from support.listener import Listener
from support.outlook import Outlook, a_body, a_world
from support.subscribed import (
    HOOK,
    LIFE,
    Json,
    a_listener,
    echo,
    opened,
    path,
    subscribed,
    wanted,
)


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> Outlook:
    return Outlook(world)


@pytest.fixture
def listener(world: Sandbox) -> Listener:
    return a_listener(world)


def test_both_addresses_are_asked_before_the_reply(anna: Outlook, listener: Listener) -> None:
    row = subscribed(anna, lifecycleNotificationUrl=LIFE, latestSupportedTlsVersion="v1_2")
    assert {name: value for name, value in row.items() if name not in ("id", "@odata.context")} == {
        **wanted(lifecycleNotificationUrl=LIFE, expirationDateTime="2026-11-22T08:00:00Z"),
        "applicationId": "app",
        "creatorId": anna.get("/me")["id"],
        "latestSupportedTlsVersion": "v1_2",
        "includeResourceData": None,
        "notificationQueryOptions": None,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
        "notificationContentType": None,
    }
    first, second = listener.heard
    assert (first.url.partition("&")[0], second.url.partition("?")[0]) == (HOOK, LIFE)
    assert first.headers["Content-Type"].startswith("text/plain")
    assert (first.seconds, first.body) == (10.0, b"")
    assert "%25" in first.url.partition("validationToken=")[2]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Reply(200, "text/plain", b"else"), "Subscription validation request failed"),
        (Reply(202), "Subscription validation request failed"),
        (TimeoutError(), "Subscription validation request timed out"),
        (ConnectionError(), "Subscription validation request failed"),
    ],
)
def test_a_wrong_or_slow_answer_refuses_the_subscription(
    anna: Outlook, listener: Listener, answer: Reply | OSError, message: str
) -> None:
    listener.answers = [answer]
    error = anna.send("POST", "/subscriptions", wanted()).get_json()["error"]
    assert (error["code"], error["message"].startswith(message)) == ("InvalidRequest", True)
    assert anna.get("/subscriptions")["value"] == []
    listener.reply = lambda row: Reply(200, "text/html", echo(row).body)
    assert anna.refused("POST", "/subscriptions", wanted()) == (400, "InvalidRequest")
    listener.reply = lambda row: echo(row) if "hook" in row.url else Reply(404)
    body = wanted(lifecycleNotificationUrl=LIFE)

    assert anna.refused("POST", "/subscriptions", body) == (400, "InvalidRequest")


def test_without_anybody_listening_there_is_no_subscription(anna: Outlook) -> None:
    assert anna.refused("POST", "/subscriptions", wanted()) == (400, "InvalidRequest")


def test_the_world_stays_open_while_an_address_is_asked(anna: Outlook, listener: Listener) -> None:
    seen: list[str] = []

    def reply(outgoing: Outgoing) -> Reply:
        seen.append(anna.get("/me")["displayName"])
        return echo(outgoing)

    listener.reply = reply
    subscribed(anna)

    assert seen == ["Anna Berg"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"resource": ...}, (400, "InvalidRequest")),
        ({"resource": "https://graph.microsoft.com/v1.0/me/events"}, (400, "InvalidRequest")),
        ({"resource": "me/messages"}, (400, "InvalidRequest")),
        ({"resource": "users/o'hara@contoso.example/events"}, (400, "InvalidRequest")),
        ({"resource": "users/ben@contoso.example/events"}, (403, "ExtensionError")),
        ({"resource": "me/calendars/AAMk/events"}, (400, "ErrorInvalidIdMalformed")),
        ({"resource": "me/calendars"}, (400, "InvalidRequest")),
        ({"changeType": ...}, (400, "InvalidRequest")),
        ({"changeType": "created,moved"}, (400, "InvalidRequest")),
        ({"notificationUrl": ...}, (400, "InvalidRequest")),
        ({"notificationUrl": "http://app.example/hook"}, (400, "InvalidRequest")),
        ({"notificationUrl": "https://["}, (400, "InvalidRequest")),
        ({"lifecycleNotificationUrl": "http://app.example/"}, (400, "InvalidRequest")),
        ({"expirationDateTime": ...}, (400, "InvalidRequest")),
        ({"expirationDateTime": "soon"}, (400, "RequestBodyRead")),
        ({"expirationDateTime": "2026-11-22T08:00:00"}, (400, "RequestBodyRead")),
        ({"expirationDateTime": "0001-01-01T00:00:00+14:00"}, (400, "RequestBodyRead")),
        ({"expirationDateTime": "2026-11-27T08:00:01Z"}, (400, "ExtensionError")),
        ({"clientState": "x" * 129}, (400, "InvalidRequest")),
        ({"latestSupportedTlsVersion": "v9"}, (400, "InvalidRequest")),
        ({"colour": "red"}, (400, "RequestBodyRead")),
        ({"includeResourceData": True}, (501, "NotImplemented")),
    ],
)
def test_wrong_subscriptions_are_refused(
    anna: Outlook, listener: Listener, fields: Json, refusal: tuple[int, str]
) -> None:
    assert anna.refused("POST", "/subscriptions", wanted(**fields)) == refusal
    assert listener.heard == []


def test_the_longest_and_the_shortest_life(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    longest = subscribed(anna, expirationDateTime="2026-11-27T08:00:00Z")
    assert longest["expirationDateTime"] == "2026-11-27T08:00:00Z"
    short = subscribed(anna, expirationDateTime="2026-11-20T08:10:00Z")
    assert short["expirationDateTime"] == "2026-11-20T08:45:00Z"
    world.knobs["graph.subscription_minutes"] = 4_230
    world.knobs["graph.subscription_refusal"] = "InvalidRequest"
    late = wanted(expirationDateTime="2026-11-23T06:31:00Z")
    error = anna.send("POST", "/subscriptions", late).get_json()["error"]

    assert error["code"] == "InvalidRequest"
    assert error["message"] == "Subscription expiration can only be 4230 minutes in the future."
    assert len(listener.heard) == 2


def test_subscribing_takes_a_scope_and_a_mailbox(world: Sandbox, listener: Listener) -> None:
    basic = Outlook(world, scopes="Calendars.ReadBasic")
    assert basic.refused("POST", "/subscriptions", wanted()) == (403, "ErrorAccessDenied")
    world.knobs["graph.subscription_denied"] = "ExtensionError"
    assert basic.refused("GET", "/subscriptions") == (403, "ExtensionError")
    writer = Outlook(world, scopes="Calendars.ReadWrite")
    assert opened(writer, listener)
    world.knobs["graph.subscription_needs_read"] = True
    assert writer.refused("POST", "/subscriptions", wanted()) == (403, "ExtensionError")
    assert opened(Outlook(world, scopes="Calendars.Read"), listener)
    world.microsoft.subscriptions.refuse("anna")
    both = Outlook(world, scopes="Calendars.Read Calendars.ReadWrite")

    assert both.refused("POST", "/subscriptions", wanted()) == (403, "ExtensionError")
    assert opened(Outlook(world, "ben", "Calendars.Read"), listener)


def test_plain_http_is_called_for_development_only(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    world.knobs["graph.plain_hooks"] = True

    assert opened(anna, listener, notificationUrl="http://127.0.0.1:8000/hook")


def test_subscriptions_are_read_prolonged_and_deleted(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    id_ = opened(anna, listener)
    assert [row["id"] for row in anna.get("/subscriptions")["value"]] == [id_]
    until = {"expirationDateTime": "2026-11-25T08:00:00Z"}
    assert (
        anna.send("PATCH", path(id_), until).get_json()["expirationDateTime"][:10] == "2026-11-25"
    )
    too_far = {"expirationDateTime": "2026-11-29T08:00:00Z"}
    assert anna.refused("PATCH", path(id_), too_far) == (400, "ExtensionError")
    for body in ({}, {"lifecycleNotificationUrl": LIFE}, {"resource": "me/calendars"}):
        assert anna.refused("PATCH", path(id_), body) == (400, "InvalidRequest")
    assert listener.heard == []
    anna.send("PATCH", path(id_), {"notificationUrl": LIFE})
    assert anna.get(path(id_))["notificationUrl"] == LIFE
    missing = (404, "ResourceNotFound")
    assert Outlook(world, "ben").refused("GET", path(id_)) == missing
    assert anna.send("DELETE", path(id_)).status_code == 204
    assert anna.refused("DELETE", path(id_)) == missing


def test_a_subscription_ends_at_its_time(anna: Outlook, listener: Listener, world: Sandbox) -> None:
    id_ = opened(anna, listener, expirationDateTime="2026-11-20T08:50:00Z")
    world.clock.advance(timedelta(minutes=50))
    world.microsoft.create("anna", a_body())

    assert listener.next() == []
    assert anna.refused("PATCH", path(id_), {}) == (404, "ResourceNotFound")
    assert anna.get("/subscriptions")["value"] == []
