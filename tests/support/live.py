"""An account at a vendor, simulated or real, and a calendar of its own for the tests to write in.

Real ones come from the environment and are named in docs/testing.md. What travels to and from
them is held to the vendor's description as the sandbox's traffic is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from calendar_sandbox.transport import mount
from support import gcal, google_traffic, graph_traffic, outlook
from support.exchange import Exchange

Json = Any
NAME = "Contract tests of Calendar Sync (may be deleted)"
GOOGLE = "https://www.googleapis.com"
GRAPH = "https://graph.microsoft.com"
LOGIN = "https://login.microsoftonline.com"
LAG = 5.0
"""Seconds in which a real service shows in lists what was written; the contracts promise none."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: Json
    """None: it is no JSON."""
    text: str


@dataclass
class Account:
    """Requests are made below `root`, with the account's token."""

    session: requests.Session
    root: str
    now: datetime
    settle: Callable[[], object]
    """Until written things show in lists."""
    mailed: Callable[[], int]
    """How many mails the vendor sent, as far as can be known."""
    calendar: str = ""
    """The calendar of the tests, ready for a path."""
    faults: list[str] = field(default_factory=list)

    def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        headers: Mapping[str, str | None] | None = None,
        **query: str,
    ) -> Reply:
        """`path`: below the root, or a whole link. A header that is None is not sent."""
        url = path if path.startswith("https://") else f"{self.root}/{path}"
        response = self.session.request(
            method, url, json=body, params=query or None, headers=dict(headers or {}), timeout=60
        )
        return reply(response)

    def done(self, method: str, path: str, body: Json = None, **query: str) -> Json:
        """The body of an answer that must be success."""
        answer = self.call(method, path, body, None, **query)
        assert answer.status < 300, answer.text
        return answer.body

    def day(self, hour: int, days: int = 7) -> str:
        """Wall clock, so many days from now."""
        return f"{self.now + timedelta(days=days):%Y-%m-%d}T{hour:02}:00:00"

    def date(self, days: int = 7) -> str:
        return f"{self.now + timedelta(days=days):%Y-%m-%d}"


def reply(response: requests.Response) -> Reply:
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    body = response.json() if kind == "application/json" and response.content else None
    return Reply(response.status_code, response.headers, body, response.text)


def credentials(*names: str) -> list[str]:
    """Skips the test where one is missing."""
    absent = [name for name in names if not os.environ.get(name)]
    if absent:
        pytest.skip(f"no real account: {', '.join(absent)} not set, see docs/testing.md")
    return [os.environ[name] for name in names]


def token_of(url: str, **fields: str) -> str:
    response = requests.post(url, data={"grant_type": "refresh_token", **fields}, timeout=60)
    assert response.ok, f"no token for the real account: {response.text}"
    return str(response.json()["access_token"])


@contextmanager
def sandbox_google() -> Iterator[Account]:
    world = gcal.a_sandbox()
    session = mount(requests.Session(), world, gcal.HOST)
    token = world.google.grant(world.people.get("anna"), "app", [gcal.SCOPE])["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    account = Account(session, gcal.ROOT, gcal.NOW, lambda: None, lambda: len(world.mail.entries))
    made = account.done("POST", "calendars", {"summary": NAME})
    account.calendar = f"calendars/{quote(made['id'], safe='')}"
    yield account


@contextmanager
def live_google() -> Iterator[Account]:
    names = ("LIVE_GOOGLE_CLIENT_ID", "LIVE_GOOGLE_CLIENT_SECRET", "LIVE_GOOGLE_REFRESH_TOKEN")
    client, secret, refresh = credentials(*names)
    token = token_of(
        "https://oauth2.googleapis.com/token",
        client_id=client, client_secret=secret, refresh_token=refresh,
    )  # fmt: skip
    account = real(token, f"{GOOGLE}/calendar/v3", google_traffic.faults)
    made = account.done("POST", "calendars", {"summary": NAME})
    account.calendar = f"calendars/{quote(made['id'], safe='')}"
    try:
        yield account
    finally:
        account.done("DELETE", account.calendar)
    assert account.faults == []


@contextmanager
def sandbox_graph() -> Iterator[Account]:
    world = outlook.a_world()
    session = mount(requests.Session(), world, outlook.HOST)
    token = world.microsoft.identity.issue("anna", "app", outlook.SCOPES)["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    account = Account(
        session, outlook.ROOT, outlook.NOW, lambda: None, lambda: len(world.mail.entries)
    )
    world.microsoft.add_calendar("anna", NAME)
    account.calendar = own_calendar(account)
    yield account


@contextmanager
def live_graph() -> Iterator[Account]:
    client, refresh = credentials("LIVE_GRAPH_CLIENT_ID", "LIVE_GRAPH_REFRESH_TOKEN")
    tenant = os.environ.get("LIVE_GRAPH_TENANT", "common")
    secret = os.environ.get("LIVE_GRAPH_CLIENT_SECRET")
    token = token_of(
        f"{LOGIN}/{tenant}/oauth2/v2.0/token",
        client_id=client,
        refresh_token=refresh,
        **({"client_secret": secret} if secret else {}),
    )
    account = real(token, f"{GRAPH}/v1.0", graph_traffic.faults)
    account.done("POST", "me/calendars", {"name": NAME})
    account.settle()
    account.calendar = own_calendar(account)
    try:
        yield account
    finally:
        account.done("DELETE", account.calendar)
    assert account.faults == []


def own_calendar(account: Account) -> str:
    """By the id the list gives, which is the one to keep (10)."""
    account.session.headers["Prefer"] = 'IdType="ImmutableId"'
    rows = account.done("GET", "me/calendars", **{"$top": "100"})["value"]
    (found,) = [row["id"] for row in rows if row["name"] == NAME]
    return f"me/calendars/{quote(found, safe='')}"


def real(token: str, root: str, check: Callable[[Exchange], Iterator[str]]) -> Account:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    account = Account(session, root, datetime.now(UTC), lambda: time.sleep(LAG), lambda: 0)

    def judge(response: requests.Response, **_options: object) -> None:
        account.faults += check(exchange(response))

    session.hooks["response"].append(judge)
    return account


def exchange(response: requests.Response) -> Exchange:
    request = response.request
    url = urlsplit(str(request.url))
    body = request.body or b""
    names = {name.lower(): str(value) for name, value in request.headers.items()}
    return Exchange(
        str(request.method),
        url.path.removeprefix("/"),
        url.query,
        {**names, "answer-content-type": response.headers.get("Content-Type", "")},
        body.encode() if isinstance(body, str) else body,
        response.status_code,
        response.content,
        ours=False,
    )
