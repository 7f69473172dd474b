"""What anybody may send to the address of a web hook, and what comes of it: next to nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.test import Client

from calendar_sync.models import Channel, ProviderCredential
from calendar_sync.security.secrets import token_digest
from support.doorstep import Doorstep
from support.statements import Statements
from support.world import PROVIDERS, Organization

SECRET = "s3cret"


@pytest.fixture
def channels(organization: Organization) -> dict[str, Channel]:
    """Anna's open channels, one at each provider, with a secret the tests know."""
    doorstep = Doorstep(organization)
    for provider in PROVIDERS:
        organization.connect(organization.anna, provider)
    doorstep.settle()
    Channel.objects.update(secret_digest=token_digest(SECRET))
    rows = Channel.objects.select_related("pairing__remote_calendar")
    return {row.pairing.remote_calendar.provider: row for row in rows}


def to_google(channel: Channel, *, key: str = "", **headers: str) -> int:
    sent = {
        "X-Goog-Channel-ID": channel.key,
        "X-Goog-Resource-State": "exists",
        "X-Goog-Resource-ID": channel.remote_id,
        "X-Goog-Channel-Token": SECRET,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    url = f"/webhooks/google/{key or channel.key}"
    return Client(enforce_csrf_checks=True).post(url, headers=sent).status_code


def to_graph(channel: Channel, body: object, *, provider: str = "outlook") -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"/webhooks/{provider}/{channel.key}"
    client = Client(enforce_csrf_checks=True)
    return client.post(url, content, content_type="application/json").status_code


def an_item(channel: Channel, **fields: object) -> dict[str, object]:
    item = {"subscriptionId": channel.remote_id, "clientState": SECRET, "changeType": "updated"}
    return item | fields


def due(organization: Organization) -> list[str]:
    soon = organization.now + timedelta(minutes=1)
    rows = ProviderCredential.objects.filter(due_at__lte=soon)
    return sorted(rows.values_list("provider", flat=True))


def test_true_notifications_make_their_account_due(
    organization: Organization, channels: dict[str, Channel]
) -> None:
    assert due(organization) == []

    assert to_google(channels["google"]) == 202
    assert due(organization) == ["google"]
    assert to_graph(channels["outlook"], {"value": [an_item(channels["outlook"])]}) == 202
    assert due(organization) == ["google", "outlook"]


def test_a_burst_costs_two_statements_each(channels: dict[str, Channel]) -> None:
    """The channel, and an update that finds nothing to do."""
    to_google(channels["google"])

    with Statements() as statements:
        for _ in range(50):
            to_google(channels["google"])

    assert len(statements.sql) == 100
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Goog_Channel_Token": "forged"},
        {"X_Goog_Channel_Token": ""},
        {"X_Goog_Channel_Token": "é" * 300},
        {"X_Goog_Resource_ID": "other"},
        {"X_Goog_Channel_ID": "other"},
    ],
    ids=["forged", "empty", "odd", "other-resource", "other-channel"],
)
def test_forged_messages_of_google_are_refused(
    organization: Organization, channels: dict[str, Channel], headers: dict[str, str]
) -> None:
    assert to_google(channels["google"], **headers) == 403
    assert due(organization) == []


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ([{"clientState": "forged"}], 403),
        ([{"clientState": ""}], 403),
        ([{"clientState": None}], 403),
        ([{"clientState": "\ud800"}], 403),
        ([{"clientState": ["s3cret"]}], 403),
        ([{}, {"clientState": "forged"}], 403),
        ([{"subscriptionId": "other"}], 403),
        ([{}, {"subscriptionId": "other"}], 403),
        ([{"subscriptionId": None}], 403),
        ([{"lifecycleEvent": "else"}], 400),
        ([], 400),
    ],
)
def test_forged_notifications_of_graph_are_refused(
    organization: Organization,
    channels: dict[str, Channel],
    items: list[dict[str, object]],
    status: int,
) -> None:
    outlook = channels["outlook"]

    assert to_graph(outlook, {"value": [an_item(outlook, **item) for item in items]}) == status
    assert due(organization) == []


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_notification_is_refused(
    organization: Organization, channels: dict[str, Channel], body: bytes
) -> None:
    assert to_graph(channels["outlook"], body) == 400
    assert to_google(channels["google"], X_Goog_Resource_State="") == 400
    assert due(organization) == []


def test_large_bodies_are_not_read(channels: dict[str, Channel]) -> None:
    assert to_graph(channels["outlook"], b" " * (256 * 1024 + 1)) == 413
    assert to_graph(channels["outlook"], b" " * (256 * 1024)) == 400
    url = f"/webhooks/outlook/{channels['outlook'].key}"
    odd = Client().post(url, b"", content_type="application/json", CONTENT_LENGTH="many")
    assert odd.status_code == 413


def test_unknown_addresses_are_not_found(channels: dict[str, Channel]) -> None:
    google = channels["google"]

    assert to_google(google, key="unknown") == 404
    assert to_graph(google, {"value": [an_item(google)]}) == 404
    assert to_graph(google, b"", provider="else") == 404
    url = "/webhooks/outlook/unknown?validationToken=hello"
    assert Client().post(url).content == b""


@pytest.mark.parametrize("method", ["get", "put", "delete", "options", "head"])
def test_only_posts_are_taken(channels: dict[str, Channel], method: str) -> None:
    url = f"/webhooks/google/{channels['google'].key}"

    assert getattr(Client(), method)(url).status_code == 405


def test_question_is_answered_with_its_text_and_never_as_a_page(
    organization: Organization, channels: dict[str, Channel]
) -> None:
    url = f"/webhooks/outlook/{channels['outlook'].key}?validationToken="

    answer = Client().post(url + quote("Validation: 100%+ <script>alert(1)</script>"))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == b"Validation: 100%+ &lt;script&gt;alert(1)&lt;/script&gt;"
    assert Client().post(url + "x" * 1_025).status_code == 400
    assert due(organization) == []


def test_channel_on_its_way_out_answers_no_question(channels: dict[str, Channel]) -> None:
    Channel.objects.update(state=Channel.State.STOPPING)
    url = f"/webhooks/outlook/{channels['outlook'].key}?validationToken=hello"

    assert Client().post(url).status_code == 404


def test_nothing_of_it_is_logged(
    channels: dict[str, Channel], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outlook = channels["outlook"]
    hidden = an_item(outlook, clientState="forged-state", resource="Users/secret-mailbox")
    to_graph(outlook, {"value": [hidden]})
    to_google(channels["google"], X_Goog_Channel_Token="forged-token")

    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "forged-" not in logged
    assert "secret-mailbox" not in logged


def test_accounts_that_wait_are_not_hurried(
    organization: Organization, channels: dict[str, Channel]
) -> None:
    """Backing off, paused, stopped: a notification changes nothing of it."""
    rows = ProviderCredential.objects.filter(provider="google")
    for change in ({"failures": 1}, {"paused_at": organization.now}, {"state": "stopped"}):
        rows.update(failures=0, paused_at=None, state="active")
        rows.update(**change)
        assert to_google(channels["google"]) == 202
        assert due(organization) == []


@pytest.mark.parametrize(
    ("event", "marked"),
    [("missed", False), ("reauthorizationRequired", True), ("subscriptionRemoved", True)],
)
def test_life_of_a_subscription_is_looked_after(
    organization: Organization, channels: dict[str, Channel], event: str, *, marked: bool
) -> None:
    outlook = channels["outlook"]

    assert to_graph(outlook, {"value": [an_item(outlook, lifecycleEvent=event)]}) == 202

    row = ProviderCredential.objects.get(provider="outlook")
    assert (row.tend_at is not None) == marked
    assert due(organization) == ["outlook"]


def test_page_says_that_changes_arrive_at_once(
    organization: Organization,
    channels: dict[str, Channel],
    browser_of: Callable[[AbstractBaseUser], Client],
) -> None:
    page = browser_of(organization.anna).get("/connections").content.decode()
    assert page.count("in step. Changes arrive at once.</p>") == 2

    Channel.objects.update(state=Channel.State.REFUSED, code="extensionerror")
    page = browser_of(organization.anna).get("/connections").content.decode()
    assert (
        page.count("in step. This mailbox can&#x27;t notify us; checked every 5 minutes.</p>") == 2
    )
