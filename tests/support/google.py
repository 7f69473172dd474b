"""Our Google provider against the simulated Google, in process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from calendar_sandbox.core.people import Person
from calendar_sandbox.google.intake import Body
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.identity import creation_key
from calendar_sync.engine.pending import Action, LinkKey
from calendar_sync.engine.properties import Json, Properties, properties
from calendar_sync.engine.sync import ETag, Href, Resource, Write
from calendar_sync.providers.google import PROVIDER
from calendar_sync.providers.google.collection import GoogleCollection
from calendar_sync.providers.google.oauth import SCOPES
from calendar_sync.providers.http import Session, http_session
from calendar_sync.providers.registry import RemoteCalendar

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ADDRESS = "https://sandbox.example"
ENDPOINTS = {
    "authorize": f"{ADDRESS}/google/o/oauth2/v2/auth",
    "token": f"{ADDRESS}/google/token",
    "revoke": f"{ADDRESS}/google/revoke",
    "keys": f"{ADDRESS}/google/oauth2/v1/certs",
    "api": f"{ADDRESS}/google/calendar/v3",
    "batch": f"{ADDRESS}/google/batch/calendar/v3",
}
REDIRECT = "https://app.example/google_account/authentication"


def seed(world: Sandbox) -> None:
    """Two colleagues at Google and somebody at Microsoft."""
    world.people.add("anna", "Anna Berg", google="anna@corp.example")
    world.people.add("ben", "Ben Cho", google="ben@corp.example")
    world.people.add("pia", "Pia Lund", outlook="pia@client.example")
    world.clients.add("google", "app", "app-secret", [REDIRECT])


def a_world() -> Sandbox:
    return Sandbox(seed, now=NOW)


def a_body(**fields: Any) -> Body:  # noqa: ANN401 -- wire JSON
    """What a person enters for an hour on 1 December 2026."""
    return {
        "summary": "Design review",
        "start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-01T10:00:00", "timeZone": "Europe/Berlin"},
        **fields,
    }


def a_series(**fields: Any) -> Body:  # noqa: ANN401 -- wire JSON
    """Daily at 9:00 in Berlin, 1 to 5 December 2026."""
    return a_body(recurrence=["RRULE:FREQ=DAILY;COUNT=5"], **fields)


def a_write(
    action: Action,
    changes: Properties,
    resource: Resource | None = None,
    *,
    uid: str = "one@app.example",
    notify: bool = False,
) -> Write:
    """As the engine makes it: `target` is what stands there with the changes laid over it."""
    before: Mapping[str, Json] = properties(resource.object) if resource else {}
    laid = {**before, **changes}
    return Write(
        link=LinkKey(uid),
        action=action,
        href=resource.href if resource else None,
        if_match=resource.etag if resource else None,
        key=creation_key("test", uid, 0),
        uid=uid,
        changes=changes,
        target={key: value for key, value in laid.items() if value is not None},
        notify=notify,
    )


def a_creation(obj: CalendarObject, *, notify: bool = False) -> Write:
    return a_write(Action.CREATE, properties(obj), uid=obj.uid, notify=notify)


@dataclass
class GoogleAccount:
    """One person's account: requests under a lease that ends in an hour, tokens on demand."""

    world: Sandbox
    key: str = "anna"
    paused: list[float] = field(default_factory=list)
    tokens: int = 0
    scopes: tuple[str, ...] = SCOPES

    def __post_init__(self) -> None:
        self.person: Person = self.world.people.get(self.key)
        self.session = Session(
            mount(http_session(), self.world, ADDRESS),
            self.world.clock,
            self.world.clock.now() + timedelta(hours=1),
            pause=self.paused.append,
            token=self.token,
        )
        self._token = ""
        calendar = RemoteCalendar(str(self.person.google), "", self.person.time_zone, writable=True)
        collection = PROVIDER.collection(self.session, ENDPOINTS, calendar)
        assert isinstance(collection, GoogleCollection)
        self.collection = collection

    def token(self, *, fresh: bool = False) -> str:
        if fresh or not self._token:
            self.tokens += 1
            self._token = self.world.google.grant(self.person, "app", self.scopes)["access_token"]
        return self._token

    def enter(self, **fields: Any) -> Href:  # noqa: ANN401 -- wire JSON
        """The person makes an event in Google's own pages, silently."""
        return Href(self.world.google.create(self.person, a_body(**fields), "none")["id"])

    def read(self, href: str) -> Resource:
        found = self.collection.get([Href(href)])[Href(href)]
        assert found is not None
        return found

    def row(self, href: str) -> dict[str, Any]:
        return self.world.google.event(self.person, href)

    def requests(self) -> int:
        """How many travelled on the wire since the journal was last cleared."""
        return len(self.world.journal.entries("/google/"))


def stale(resource: Resource) -> ETag:
    return ETag('"1"') if resource.etag != '"1"' else ETag('"2"')
