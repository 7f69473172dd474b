"""The product's side of web hooks in stories: what the providers send goes to the real pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.test import Client

from calendar_sandbox.core.deliveries import Outgoing, Reply
from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.tending import mark_due_channels, tend_next
from calendar_sync.models import Channel, ProviderCredential
from support.listener import Listener
from support.world import Organization

API = ("/google/calendar", "/graph/v1.0")


def ring(outgoing: Outgoing) -> Reply:
    """One request to us, by somebody without a session."""
    url = urlsplit(outgoing.url)
    headers = dict(outgoing.headers)
    kind = headers.pop("Content-Type", "text/plain")
    headers.pop("Content-Length", None)
    answer = Client(enforce_csrf_checks=True).generic(
        "POST", f"{url.path}?{url.query}", outgoing.body, kind, headers=headers
    )
    return Reply(answer.status_code, answer["Content-Type"], answer.content)


@dataclass
class Doorstep:
    """An organization that the providers can reach."""

    organization: Organization
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(self.organization.sandbox)
        self.listener.reply = ring

    def connect(self, provider: ProviderName) -> ProviderCredential:
        """Anna's account, with an open channel and nothing left to do."""
        row = self.organization.connect(self.organization.anna, provider)
        self.settle()
        self.requests()
        return row

    def deliver(self) -> list[Outgoing]:
        """What is due arrives; returns it."""
        return self.listener.next()

    def tend(self) -> int:
        """The worker's turns at channels; how many."""
        turns = 0
        while tend_next(self.organization.sandbox.clock):
            turns += 1
            assert turns < 10, "the worker never rests"
        return turns

    def settle(self) -> None:
        """Worker and deliveries, until nothing is left to do; then a moment passes."""
        self.organization.work()
        self.tend()
        self.deliver()
        self.organization.advance(seconds=2)
        self.organization.work()
        self.organization.advance(seconds=2)

    def pass_time(self, **by: float) -> None:
        """The clock's actions for channels run at the end of it."""
        self.organization.advance(**by)
        mark_due_channels(self.organization.now)

    def requests(self) -> list[str]:
        """Methods and last words of the paths, of calendars' interfaces, since the last time."""
        found = [
            f"{entry.method} {entry.path}"
            for entry in self.organization.sandbox.journal.entries()
            if entry.path.startswith(API)
        ]
        self.organization.sandbox.journal.clear()
        return [_short(line) for line in found]

    def states(self) -> list[str]:
        return [row.state for row in Channel.objects.order_by("pk")]


def _short(line: str) -> str:
    """Without what differs from test to test."""
    method, path = line.split()
    words = path.strip("/").split("/")
    if "subscriptions" in words:
        return f"{method} subscriptions" + ("/id" if words[-1] != "subscriptions" else "")
    return f"{method} {'/'.join(words[-2:]) if words[-1] in ('watch', 'stop') else words[-1]}"
