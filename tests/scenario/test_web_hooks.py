"""An edit there is here as soon as the provider says so; polling remains as a net."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import disconnect, restart, stop
from calendar_sync.actions.pace import paces
from calendar_sync.actions.sync import poll
from calendar_sync.models import Channel
from support.doorstep import Doorstep
from support.world import PROVIDERS

both = pytest.mark.parametrize("provider", PROVIDERS)
OPEN = {"google": ["POST events/watch"], "outlook": ["POST subscriptions"]}
RENEW = {
    "google": ["POST events/watch", "POST channels/stop"],
    "outlook": ["PATCH subscriptions/id"],
}
STOP = {"google": ["POST channels/stop"], "outlook": ["DELETE subscriptions/id"]}
POLL = {"google": ["GET events"], "outlook": ["GET delta"]}
RUNS_OUT = {"google": timedelta(days=7), "outlook": timedelta(minutes=10_075)}


@both
def test_edit_there_is_here_after_one_delivery_and_one_turn(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    doorstep.connect(provider)
    organization = doorstep.organization
    assert doorstep.states() == ["open"]

    organization.there("anna", provider).create("Theirs")
    assert organization.work() == []
    doorstep.deliver()
    (turn,) = organization.work()

    assert [report.received for report in turn.reports] == [1]
    assert organization.titles_here(organization.anna) == ["Theirs"]
    assert doorstep.requests() == POLL[provider]


@both
def test_channel_is_opened_once_after_connecting(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    organization = doorstep.organization
    organization.connect(organization.anna, provider)
    organization.work()
    doorstep.requests()

    assert doorstep.tend() == 1

    assert doorstep.requests() == OPEN[provider]
    channel = Channel.objects.get()
    assert (channel.state, channel.due_at < channel.expires_at) == ("open", True)
    assert channel.expires_at - organization.now == RUNS_OUT[provider]
    # What changed before the channel was there is fetched.
    organization.advance(seconds=2)
    assert len(organization.work()) == 1
    assert doorstep.tend() == 0


@both
def test_burst_of_fifty_is_one_poll(doorstep: Doorstep, provider: ProviderName) -> None:
    doorstep.connect(provider)
    organization = doorstep.organization
    there = organization.there("anna", provider)

    for number in range(50):
        there.create(f"Theirs {number}")
        doorstep.deliver()
    assert len(organization.work()) == 1

    assert len(organization.titles_here(organization.anna)) == 50
    assert doorstep.requests() == POLL[provider]


@both
def test_what_comes_during_a_run_is_followed_by_another(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    """And not at once: the provider has a moment to say all it has to say."""
    row = doorstep.connect(provider)
    organization = doorstep.organization
    there = organization.there("anna", provider)
    there.create("First")
    doorstep.deliver()
    organization.work()
    there.create("Second")
    doorstep.deliver()
    assert organization.work() == []

    organization.advance(seconds=2)

    assert len(organization.work()) == 1
    assert organization.titles_here(organization.anna) == ["First", "Second"]
    row.refresh_from_db()
    assert row.due_at > organization.now + timedelta(days=365)


@both
def test_channel_is_renewed_at_half_of_its_time(doorstep: Doorstep, provider: ProviderName) -> None:
    doorstep.connect(provider)
    organization = doorstep.organization
    before = Channel.objects.get()

    doorstep.pass_time(days=3)
    assert doorstep.tend() == 0
    doorstep.pass_time(hours=13)
    assert doorstep.tend() == 1

    assert doorstep.requests() == RENEW[provider]
    after = Channel.objects.get()
    assert (after.pk == before.pk) == (provider == "outlook")
    assert after.expires_at > before.expires_at
    doorstep.settle()
    organization.there("anna", provider).create("Theirs")
    assert len(doorstep.deliver()) == 1


def test_new_channel_is_open_before_the_old_one_is_stopped(doorstep: Doorstep) -> None:
    """Where the stop fails, both are there, and the old one is stopped later."""
    doorstep.connect("google")
    organization = doorstep.organization
    doorstep.pass_time(days=4)
    organization.sandbox.faults.arm("* /google/calendar/v3/channels/*", "503")
    doorstep.tend()

    assert sorted(doorstep.states()) == ["open", "stopping"]
    organization.there("anna", "google").create("Theirs")
    doorstep.deliver()
    organization.work()
    assert organization.titles_here(organization.anna) == ["Theirs"]

    organization.sandbox.faults.clear()
    doorstep.requests()
    doorstep.pass_time(minutes=16)
    doorstep.tend()

    assert doorstep.requests() == STOP["google"]
    assert doorstep.states() == ["open"]


@both
def test_disconnecting_stops_before_it_revokes(doorstep: Doorstep, provider: ProviderName) -> None:
    row = doorstep.connect(provider)
    organization = doorstep.organization

    assert disconnect(organization.anna, row.pk, organization.now)

    paths = [entry.path for entry in organization.sandbox.journal.entries()]
    assert doorstep.requests() == STOP[provider]
    assert provider == "outlook" or paths[-1].endswith("/revoke")
    assert doorstep.states() == []
    organization.there("anna", provider).create("Theirs")
    assert doorstep.deliver() == []


@both
def test_stopping_stops_the_channel_and_restarting_opens_one(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    row = doorstep.connect(provider)
    organization = doorstep.organization

    stop(organization.anna, row.pk, organization.now)
    assert doorstep.tend() == 1
    assert doorstep.requests() == STOP[provider]
    assert doorstep.states() == []

    restart(organization.anna, row.pk, organization.now)
    doorstep.tend()
    assert doorstep.requests() == OPEN[provider]
    assert doorstep.states() == ["open"]


@both
def test_told_account_is_polled_each_hour_and_another_each_five_minutes(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    row = doorstep.connect(provider)
    organization = doorstep.organization

    organization.advance(minutes=5)
    told = poll(provider, organization.now)
    organization.advance(minutes=55)
    hourly = poll(provider, organization.now)
    organization.work()
    Channel.objects.all().delete()
    organization.advance(minutes=5)
    untold = poll(provider, organization.now)
    organization.work()
    organization.advance(hours=25)
    organization.work()
    poll(provider, organization.now)
    organization.work()
    organization.advance(minutes=5)
    asleep = poll(provider, organization.now)

    assert (told, hourly, untold, asleep) == (0, 1, 1, 0)
    assert not paces([row], organization.now)[row.pk].at_once
