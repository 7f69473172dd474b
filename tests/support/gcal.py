"""One person's raw client of the simulated Google Calendar, without the product's code."""

from datetime import UTC, datetime
from typing import Any

import requests

from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOST = "https://sandbox.example"
ROOT = f"{HOST}/google/calendar/v3"
SCOPE = "https://www.googleapis.com/auth/calendar"
REDIRECT = "https://app.example/callback"
Json = dict[str, Any]
Value = Any
"""Of a field or a parameter; a test may send what is wrong."""


def seed(sandbox: Sandbox) -> None:
    """Three colleagues at Google and somebody at Microsoft; eva@client.example is nobody here."""
    sandbox.people.add("anna", "Anna Berg", google="anna@corp.example")
    sandbox.people.add("ben", "Ben Cho", google="ben@corp.example")
    sandbox.people.add("carl", "Carl Day", google="carl@corp.example", time_zone="America/New_York")
    sandbox.people.add("pia", "Pia Lund", outlook="pia@contoso.example")
    sandbox.clients.add("google", "app", "app-secret", [REDIRECT])


def a_sandbox() -> Sandbox:
    return Sandbox(seed, now=NOW)


def span(start: str, end: str, zone: str = "Europe/Berlin") -> Json:
    """Seconds may be left out here, although not on the wire."""
    whole = {name: time if len(time) != len("2026-12-01T09:00") else f"{time}:00"
             for name, time in (("start", start), ("end", end))}  # fmt: skip
    return {name: {"dateTime": time, "timeZone": zone} for name, time in whole.items()}


def a_body(**fields: Value) -> Json:
    """What POST takes for an hour on 1 December 2026."""
    times = span("2026-12-01T09:00:00", "2026-12-01T10:00:00")
    return {"summary": "Design review", **times, **fields}


def all_day(start: str, end: str) -> Json:
    return {"start": {"date": start}, "end": {"date": end}}


def guests(*addresses: str) -> list[Json]:
    return [{"email": address} for address in addresses]


class Gcal:
    """Calls with a person's token; answers are requests' own."""

    def __init__(self, sandbox: Sandbox, person: str = "anna", scope: str = SCOPE) -> None:
        self.sandbox = sandbox
        self.person = sandbox.people.get(person)
        self.session = mount(requests.Session(), sandbox, HOST)
        token = sandbox.google.grant(self.person, "app", [scope])
        self.session.headers["Authorization"] = f"Bearer {token['access_token']}"

    def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        headers: dict[str, str] | None = None,
        **query: Value,
    ) -> requests.Response:
        params = {name: str(value) for name, value in query.items()}
        return self.session.request(
            method, f"{ROOT}/{path}", json=body, params=params, headers=headers, timeout=5
        )

    def insert(self, body: Json, **query: Value) -> requests.Response:
        return self.call("POST", "calendars/primary/events", body, **query)

    def inserted(self, body: Json | None = None, **query: Value) -> Json:
        return parsed(self.insert(body or a_body(), **query))

    def get(self, id_: str, **query: Value) -> requests.Response:
        return self.call("GET", f"calendars/primary/events/{id_}", **query)

    def patch(
        self, id_: str, body: Json, headers: dict[str, str] | None = None, **query: Value
    ) -> requests.Response:
        return self.call("PATCH", f"calendars/primary/events/{id_}", body, headers, **query)

    def put(
        self, id_: str, body: Json, headers: dict[str, str] | None = None, **query: Value
    ) -> requests.Response:
        return self.call("PUT", f"calendars/primary/events/{id_}", body, headers, **query)

    def delete(
        self, id_: str, headers: dict[str, str] | None = None, **query: Value
    ) -> requests.Response:
        return self.call("DELETE", f"calendars/primary/events/{id_}", None, headers, **query)

    def page(self, **query: Value) -> requests.Response:
        return self.call("GET", "calendars/primary/events", **query)

    def event(self, id_: str) -> Json:
        return parsed(self.get(id_))

    def token(self) -> str:
        """The sync token of a full list as it stands now."""
        return str(parsed(self.page(maxResults=2500))["nextSyncToken"])

    def delta(self, token: str, **query: Value) -> list[Json]:
        items: list[Json] = parsed(self.page(syncToken=token, maxResults=2500, **query))["items"]
        return items


def parsed(response: requests.Response) -> Json:
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def refusal(response: requests.Response) -> tuple[int, str, str]:
    """Status, domain and reason of an error reply."""
    error = response.json()["error"]
    assert error["code"] == response.status_code
    return response.status_code, error["errors"][0]["domain"], error["errors"][0]["reason"]


def mails(sandbox: Sandbox) -> list[tuple[str, tuple[str, ...]]]:
    return [(mail.kind, mail.recipients) for mail in sandbox.mail.entries]
