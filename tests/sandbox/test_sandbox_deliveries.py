"""What becomes of web hooks: log, control paths, snapshots, the way to a port."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from calendar_sandbox.core.deliveries import Reply
from calendar_sandbox.demo_world import DemoWorld
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.snapshot import load, save
from support.gcal import Gcal, a_body, a_sandbox, parsed
from support.listener import Listener
from support.outlook import Outlook

CHANNEL = {"id": "one", "type": "web_hook", "address": "https://app.example/hook"}
SUBSCRIPTION = {
    "changeType": "created",
    "resource": "me/events",
    "notificationUrl": "https://app.example/graph",
    "lifecycleNotificationUrl": "https://app.example/life",
    "expirationDateTime": "2026-11-22T08:00:00Z",
    "clientState": "s3cret",
}


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


@pytest.fixture
def listener(sandbox: Sandbox) -> Listener:
    return Listener(sandbox)


def watched(anna: Gcal) -> str:
    """The key of a new channel."""
    parsed(anna.call("POST", "calendars/primary/events/watch", CHANNEL))
    return anna.sandbox.google.channels.opened_by("anna@corp.example")[0].key


def post(client: Client, path: str, **body: object) -> TestResponse:
    return client.post(f"/_sandbox/{path}", json=body)


def log(client: Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/_sandbox/deliveries").get_json()["log"]
    return rows


def test_deliveries_have_control_paths(anna: Gcal, sandbox: Sandbox, listener: Listener) -> None:
    client = Client(sandbox.wsgi)
    key = watched(anna)
    shown = client.get("/_sandbox/deliveries").get_json()
    assert shown == {
        "log": [],
        "waiting": [
            {"hook": key, "about": "sync", "due": "2026-11-20T08:00:00+00:00", "attempt": 1}
        ],
    }
    assert post(client, "deliveries/deliver").get_json() == {"calls": 1}
    (row,) = log(client)
    assert (row["about"], row["outcome"], row["status"]) == ("sync", "accepted", 200)
    trouble = post(client, "deliveries/trouble", provider="google", delay=60, drop=1)
    assert trouble.get_json() == {"delay": 60.0, "drop": 1, "duplicate": 0, "reorder": 0}
    anna.inserted()
    anna.inserted()
    assert post(client, "deliveries/deliver").get_json() == {"calls": 0}
    assert post(client, "deliveries/heal").get_json() == {}
    sandbox.clock.advance(timedelta(minutes=1))
    assert post(client, "deliveries/deliver").get_json() == {"calls": 1}
    assert [row["outcome"] for row in log(client)] == ["accepted", "dropped", "accepted"]
    assert post(client, f"hooks/google/{key}/forged").status_code == 200
    assert post(client, f"hooks/google/{key}/stop-silently").status_code == 200
    anna.inserted()
    assert [row["outcome"] for row in log(client)][-1] == "silenced"


def test_subscriptions_have_control_paths(sandbox: Sandbox) -> None:
    client = Client(sandbox.wsgi)
    listener = Listener(sandbox)
    listener.reply = lambda row: Reply(200, "text/plain", asked(row.url))
    outlook = Outlook(sandbox, "pia", "Calendars.ReadWrite")
    id_ = outlook.send("POST", "/subscriptions", SUBSCRIPTION).get_json()["id"]
    for verb in ("missed", "reauthorizationRequired", "forged", "subscriptionRemoved"):
        assert post(client, f"hooks/outlook/{id_}/{verb}").status_code == 200
    post(client, "deliveries/deliver")

    assert [row["about"] for row in log(client)] == [
        *("validation", "validation", "missed", "reauthorizationRequired", "subscriptionRemoved"),
    ]


def asked(url: str) -> bytes:
    return parse_qs(urlsplit(url).query).get("validationToken", [""])[0].encode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("deliveries/trouble", {"provider": "yahoo", "drop": 1}),
        ("deliveries/trouble", {"provider": "google", "nonsense": 1}),
        ("deliveries/trouble", {"provider": "google", "drop": "x"}),
        ("hooks/google/nothing/nonsense", {}),
        ("hooks/outlook/nothing/missed", {}),
        ("hooks/google/nothing/forged", {}),
        ("hooks/yahoo/nothing/forged", {}),
    ],
)
def test_wrong_controls_of_deliveries_are_explained(
    sandbox: Sandbox, path: str, body: dict[str, object]
) -> None:
    assert post(Client(sandbox.wsgi), path, **body).status_code == 400


def test_who_is_called_may_write_and_hears_of_it_the_next_time(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    watched(anna)

    def write(_outgoing: object) -> Reply:
        anna.inserted()
        return Reply(200)

    listener.reply = write

    assert [sandbox.deliver() for _ in range(3)] == [1, 1, 1]


def test_without_a_sender_notifications_are_lost_at_delivery(anna: Gcal, sandbox: Sandbox) -> None:
    watched(anna)

    assert sandbox.deliver() == 1
    assert sandbox.deliveries.log[-1].outcome == "given up"


def test_what_is_kept_back_goes_out_when_troubles_end(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    sandbox.deliveries.reorder("google", 9)
    watched(anna)
    assert listener.next() == []
    sandbox.deliveries.heal()

    assert len(listener.next()) == 1


def test_channels_and_what_waits_outlive_a_snapshot(
    anna: Gcal, sandbox: Sandbox, tmp_path: Path
) -> None:
    watched(anna)
    save(sandbox, tmp_path / "world")
    kept = load(tmp_path / "world")
    assert kept
    listener = Listener(kept)
    kept.google.create(kept.people.get("anna"), a_body())

    states = [row.headers["X-Goog-Resource-State"] for row in listener.next()]
    assert states == ["sync", "exists"]


def test_a_reset_forgets_channels_and_keeps_the_sender(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    watched(anna)
    sandbox.reset()
    assert listener.next() == []
    watched(Gcal(sandbox))

    assert len(listener.next()) == 1


def test_demonstrations_may_use_plain_http() -> None:
    names = ("google.plain_hooks", "graph.plain_hooks")
    for address, plain in (("http://127.0.0.1:8069", True), ("https://app.example", False)):
        knobs = Sandbox(DemoWorld(address)).knobs
        assert [knobs[name] for name in names] == [plain, plain]


def test_a_reset_during_a_call_is_no_accident(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    watched(anna)

    def reset(_outgoing: object) -> Reply:
        sandbox.reset()
        return Reply(503)

    listener.reply = reset

    assert sandbox.deliver() == 1
    assert sandbox.deliveries.queue == []
