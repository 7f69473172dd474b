"""Accounts whose provider misbehaves: something to do, a fault for Anna, and what must hold."""

from __future__ import annotations

from typing import Literal

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.sync import Ended
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Link, ProviderCredential
from support.world import Organization

EVA = "eva@client.example"
READ = {"google": "GET /google/calendar/*", "outlook": "GET /graph/v1.0/*"}
BATCH = {"google": "POST /google/batch/*", "outlook": "POST /graph/v1.0/$batch"}
Moment = Literal["before", "after"]
"""Whether the request takes effect before its answer is lost."""
TOO_SLOW = 31.0  # seconds; an answer is waited for 30
FOREVER = -1
FIRST_BACK_OFF = 15  # seconds
SPREAD = 1.25
"""A wait may be longer by a quarter, so that accounts come back one by one."""


def work_to_do(organization: Organization, provider: ProviderName) -> None:
    """Something new on each side, an edit, and an invitation that Anna agreed to send."""
    anna, ben = organization.anna, organization.ben
    organization.connect(anna, provider)
    organization.connect(ben, provider)
    moved = organization.create(anna, "Moved")
    organization.sync()
    organization.there("anna", provider).create("Theirs")
    organization.create(anna, "Ours")
    organization.create(anna, "Review", EVA, choice=Choice.SEND)
    edit_event(anna, moved.pk, {"location": "Room Blue"}, None, organization.now)
    organization.create(ben, "Ben's")


def arm(
    organization: Organization,
    route: str,
    kind: FaultKind,
    count: int = 1,
    when: Moment = "before",
    skip: int = 0,
    retry_after: int | None = None,
) -> None:
    """Let Anna's requests fail."""
    organization.sandbox.faults.arm(
        route,
        kind,
        when=when,
        count=count,
        person="anna",
        skip=skip,
        retry_after=retry_after,
        seconds=TOO_SLOW if kind == "slow" else 0.0,
    )


def account(organization: Organization, key: str = "anna") -> ProviderCredential:
    return ProviderCredential.objects.get(user__login=f"{key}@corp.example")


def check_backing_off(organization: Organization, provider: ProviderName, seconds: int) -> None:
    """Anna's account waits so long, and nobody presses on; Ben's has been served."""
    row = account(organization)
    assert (row.state, row.failures) == ("active", 1)
    wait = (row.due_at - organization.now).total_seconds()
    assert seconds <= wait <= seconds * SPREAD
    assert account(organization, "ben").failures == 0
    assert organization.there("ben", provider).titles() == ["Ben's"]
    organization.advance(seconds=wait - 1)
    assert organization.work() == []
    organization.advance(seconds=1)


def check_in_step(organization: Organization, provider: ProviderName) -> None:
    """Both sides hold the same, and the guest was mailed once."""
    organization.sandbox.faults.clear()
    organization.advance(minutes=11)  # a 404 just after an own write proves nothing at Graph
    organization.sync()
    there = organization.there("anna", provider)
    assert there.titles() == ["Moved", "Ours", "Review", "Theirs"]
    assert there.place_of("Moved") == "Room Blue"
    assert organization.titles_here(organization.anna) == ["Moved", "Ours", "Review", "Theirs"]
    assert organization.there("ben", provider).titles() == ["Ben's"]
    assert organization.mails == [("invite", EVA)]
    assert {link.state for link in Link.objects.open()} == {LinkState.SETTLED.value}
    assert not Link.objects.exclude(attempt=None).exists()
    assert [(row.state, row.failures) for row in ProviderCredential.objects.all()] == [
        ("active", 0),
        ("active", 0),
    ]
    assert sent_and_received(organization.sync()) == [(0, 0), (0, 0)]


def sent_and_received(turns: list[Ended]) -> list[tuple[int, int]]:
    return [(report.sent, report.received) for turn in turns for report in turn.reports]
