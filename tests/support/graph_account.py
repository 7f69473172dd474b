"""Our Graph provider against the simulated Outlook, in process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from calendar_sync.engine.errors import SyncError
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.identity import creation_key
from calendar_sync.engine.pending import Action, LinkKey
from calendar_sync.engine.properties import Properties, properties
from calendar_sync.engine.sync import Failed, Href, Outcome, Resource, Stored, Write
from calendar_sync.providers.graph.client import Client
from calendar_sync.providers.graph.collection import GraphCollection
from calendar_sync.providers.graph.convert import Mailbox
from calendar_sync.providers.http import Session, http_session
from support.outlook import HOST, NOW, ROOT, SCOPES, a_body, guests

ENDPOINTS = {"authority": f"{HOST}/microsoft/common", "graph": ROOT}
WINDOW = (NOW - timedelta(days=30), NOW + timedelta(days=90))


def a_write(
    action: Action,
    changes: Properties,
    resource: Resource | None = None,
    *,
    uid: str = "one@app.example",
    notify: bool = False,
) -> Write:
    """As the engine makes it: `target` is what stands there with the changes laid over it."""
    before = properties(resource.object) if resource else {}
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


def a_creation(obj: CalendarObject) -> Write:
    return a_write(Action.CREATE, properties(obj), uid=obj.uid)


@dataclass
class OutlookAccount:
    """One person's account: requests under a lease that ends in an hour."""

    world: Sandbox
    key: str = "anna"
    scopes: str = SCOPES
    window: tuple[datetime, datetime] = WINDOW
    paused: list[float] = field(default_factory=list)
    tokens: int = 0

    def __post_init__(self) -> None:
        self.address = str(self.world.people.get(self.key).outlook)
        self._token = ""
        self.session = self.a_session()
        self.collection = self.a_collection(self.window)

    def a_session(self) -> Session:
        return Session(
            mount(http_session(), self.world, HOST),
            self.world.clock,
            self.world.clock.now() + timedelta(hours=1),
            pause=self.paused.append,
            token=self.token,
        )

    def a_collection(self, window: tuple[datetime, datetime]) -> GraphCollection:
        return GraphCollection(Client(self.session, ROOT), window, Mailbox((self.address,)))

    def token(self, *, fresh: bool = False) -> str:
        if fresh or not self._token:
            self.tokens += 1
            answer = self.world.microsoft.identity.issue(self.key, "app", self.scopes)
            self._token = str(answer["access_token"])
        return self._token

    def enter(self, body: dict[str, Any]) -> Href:
        """The person makes an event in Outlook."""
        return Href(self.world.microsoft.create(self.key, body)["id"])

    def read(self, href: str) -> Resource:
        found = self.collection.get([Href(href)])[Href(href)]
        assert found is not None
        return found

    def row(self, href: str) -> dict[str, Any]:
        return self.world.microsoft.get(self.key, href)

    def requests(self) -> list[str]:
        """What travelled on the wire since the journal was last cleared."""
        return [f"{entry.method} {entry.path}" for entry in self.world.journal.entries("/graph/")]

    def mails(self) -> int:
        """Mails since the last time this was asked."""
        count = self.world.mail.count
        self.world.mail.clear()
        return count


def came_back_with(address: str) -> dict[str, str]:
    """The query a browser brings to the redirect address."""
    return dict(parse_qsl(urlsplit(address).query))


def apply(account: OutlookAccount, *writes: Write) -> list[Outcome]:
    account.world.journal.clear()
    return list(account.collection.apply(writes))


def stored(account: OutlookAccount, write: Write) -> Resource:
    (outcome,) = apply(account, write)
    assert isinstance(outcome, Stored), outcome
    assert outcome.resource
    return outcome.resource


def failed(account: OutlookAccount, write: Write) -> tuple[type[SyncError], str, bool]:
    (outcome,) = apply(account, write)
    assert isinstance(outcome, Failed)
    return type(outcome.error), outcome.error.code, outcome.in_doubt


def sent(account: OutlookAccount) -> dict[str, Any]:
    """The body of the last request."""
    body: dict[str, Any] = json.loads(account.world.journal.entries("/graph/", parts=True)[-1].body)
    return body


def load(account: OutlookAccount, count: int) -> None:
    """So many meetings with three guests each, as if they had always been there."""
    rows = [
        a_body(
            subject=f"E{number}",
            attendees=guests("ben@contoso.example", "c@x.example", "d@x.example"),
        )
        for number in range(count)
    ]
    account.world.microsoft.load(account.world.people.get(account.key), rows)
