"""A worker that dies at any moment of opening or renewing a channel leaves no second one behind."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.tending import mark_due_channels, tend_next
from calendar_sync.engine.ports import Clock
from calendar_sync.models import Channel
from support.crashing import Crash
from support.doorstep import Doorstep
from support.world import BASES, PROVIDERS, Organization


@dataclass
class LastClock:
    """It is looked at between all that is done; at the look number `at` the process dies."""

    inner: Clock
    at: int
    looks: int = 0

    def now(self) -> datetime:
        self.looks += 1
        if self.looks == self.at:
            raise Crash
        return self.inner.now()


def channels_there(doorstep: Doorstep, provider: ProviderName) -> int:
    sandbox = doorstep.organization.sandbox
    if provider == "google":
        return len(sandbox.google.channels.opened_by("anna@gmail.example"))
    return len(sandbox.microsoft.subscriptions.of("anna"))


def story(monkeypatch: pytest.MonkeyPatch, provider: ProviderName, at: int, *, renew: bool) -> bool:
    """Whether the worker died at all."""
    organization = Organization()
    monkeypatch.setattr(timezone, "now", lambda: organization.now)
    doorstep = Doorstep(organization)
    organization.connect(organization.anna, provider)
    if renew:
        doorstep.settle()
        doorstep.pass_time(days=4)
    clock = LastClock(organization.sandbox.clock, at)
    with suppress(Crash):
        tend_next(clock)
    doorstep.deliver()

    for _ in range(2):
        organization.advance(minutes=20)
        mark_due_channels(organization.now)
        doorstep.settle()
        organization.there("anna", provider).create("Theirs")
        doorstep.settle()
        doorstep.tend()

    # Died before the call: a row of what never was, which ends with its time.
    never = Channel.objects.filter(state="stopping", remote_id="")
    assert list(Channel.objects.difference(never).values_list("state", flat=True)) == ["open"], at
    assert channels_there(doorstep, provider) == 1, at
    assert organization.titles_here(organization.anna) == ["Theirs", "Theirs"]
    return clock.looks >= at


@pytest.mark.parametrize("renew", [False, True], ids=["opening", "renewing"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_death_at_any_moment(
    db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    provider: ProviderName,
    *,
    renew: bool,
) -> None:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    for at in count(1):
        before = transaction.savepoint()
        died = story(monkeypatch, provider, at, renew=renew)
        transaction.savepoint_rollback(before)
        if not died:
            break

    assert at > 5
