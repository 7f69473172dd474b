"""Where web hooks don't work, or stop working: polled instead, with the reason, and asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.configuration import parameters
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.pace import calendar_opened
from calendar_sync.actions.reset import reset_account
from calendar_sync.actions.scheduled import keep_house, renew_push_channels
from calendar_sync.actions.sync import poll
from calendar_sync.models import Channel, Pairing, ProviderCredential
from support.doorstep import Doorstep
from support.world import PROVIDERS

both = pytest.mark.parametrize("provider", PROVIDERS)
OPEN = {"google": ["POST events/watch"], "outlook": ["POST subscriptions"]}
STOP = {"google": ["POST channels/stop"], "outlook": ["DELETE subscriptions/id"]}
AT_ONCE = "Changes arrive at once."


def said(doorstep: Doorstep) -> str:
    """What stands under Anna's connection, without the count of events."""
    organization = doorstep.organization
    state = next(
        row for row in connection_states(organization.anna, organization.now) if row.credential_id
    )
    return state.detail.partition("in step. ")[2]


def refuse(doorstep: Doorstep, provider: ProviderName) -> str:
    """From now on nobody gets a channel; what people read about it."""
    sandbox = doorstep.organization.sandbox
    if provider == "outlook":
        sandbox.microsoft.subscriptions.refuse("anna")
        return "This mailbox can't notify us; checked every 5 minutes."
    sandbox.knobs["google.hook_domains"] = "other.example"
    return "Google doesn't accept the address of our web hook; checked every 5 minutes."


@both
def test_refusal_is_remembered_and_asked_again_each_day(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    words = refuse(doorstep, provider)
    doorstep.organization.connect(doorstep.organization.anna, provider)
    doorstep.organization.work()
    doorstep.requests()
    doorstep.tend()

    assert doorstep.requests() == OPEN[provider]
    assert doorstep.states() == ["refused"]
    assert said(doorstep) == words
    doorstep.pass_time(hours=23)
    assert doorstep.tend() == 0
    doorstep.pass_time(hours=2)
    doorstep.tend()

    assert doorstep.requests() == OPEN[provider]
    assert doorstep.states() == ["refused"]
    assert poll(provider, doorstep.organization.now) == 1


@both
def test_refused_renewal_leaves_no_channel(doorstep: Doorstep, provider: ProviderName) -> None:
    doorstep.connect(provider)
    assert said(doorstep) == AT_ONCE
    words = refuse(doorstep, provider)
    Channel.objects.update(expires_at=doorstep.organization.now)

    doorstep.pass_time(days=4)
    doorstep.tend()

    assert doorstep.states() == ["refused"]
    assert said(doorstep) == words


@both
def test_trouble_is_tried_again_after_a_minute_then_two(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    organization = doorstep.organization
    route = "POST *" + OPEN[provider][0].split("/")[-1].removeprefix("POST ")
    organization.sandbox.faults.arm(route, "503", count=2)
    organization.connect(organization.anna, provider)
    organization.work()
    doorstep.requests()

    tries = []
    for _ in range(5):
        doorstep.tend()
        tries.append(len(doorstep.requests()))
        organization.advance(minutes=1)

    assert tries == [1, 1, 0, 1, 0]
    assert doorstep.states() == ["stopping", "stopping", "open"]
    organization.advance(days=31)
    keep_house(organization.now)
    assert doorstep.states() == ["open"]


def test_address_without_https_is_told_to_nobody(doorstep: Doorstep, settings: Settings) -> None:
    settings.PLAIN_WEB_HOOKS = False
    doorstep.organization.connect(doorstep.organization.anna, "google")
    parameters().put("web.base.url", "http://cal.example")
    doorstep.settle()

    assert renew_push_channels(doorstep.organization.now) == "0 accounts"
    assert doorstep.states() == []
    words = "Our address isn't https, so Google can't notify us; checked every 5 minutes."
    assert said(doorstep) == words

    settings.PLAIN_WEB_HOOKS = True
    doorstep.organization.sandbox.knobs["google.plain_hooks"] = True
    assert renew_push_channels(doorstep.organization.now) == "1 account"
    doorstep.settle()
    assert (doorstep.states(), said(doorstep)) == (["open"], AT_ONCE)


@both
def test_new_public_address_moves_the_channel(doorstep: Doorstep, provider: ProviderName) -> None:
    doorstep.connect(provider)
    parameters().put("web.base.url", "https://new.example")

    doorstep.pass_time(minutes=15)
    doorstep.settle()

    assert doorstep.requests()[:2] == OPEN[provider] + STOP[provider]
    channel = Channel.objects.get()
    assert channel.address == f"https://new.example/webhooks/{provider}/{channel.key}"


def test_channel_through_which_nothing_comes_counts_for_nothing(doorstep: Doorstep) -> None:
    """Google opens it, whoever answers at our address."""
    organization = doorstep.organization
    doorstep.listener.reply = lambda _: (_ for _ in ()).throw(ConnectionError())
    row = organization.connect(organization.anna, "google")
    doorstep.settle()

    assert said(doorstep) == "Checked every 5 minutes."
    organization.advance(minutes=11)

    assert doorstep.states() == ["open"]
    assert said(doorstep) == ("Notifications from Google don't reach us; checked every 5 minutes.")
    assert poll(row.provider, organization.now) == 1


@both
def test_lost_notifications_are_made_up_for_within_the_hour(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    doorstep.connect(provider)
    organization = doorstep.organization
    organization.sandbox.deliveries.drop(provider, 9)
    organization.there("anna", provider).create("Theirs")
    doorstep.deliver()
    organization.advance(minutes=59)
    poll(provider, organization.now)
    organization.work()

    assert organization.titles_here(organization.anna) == ["Theirs"]


def test_sync_message_before_the_answer_is_known(doorstep: Doorstep) -> None:
    organization = doorstep.organization
    organization.sandbox.knobs["google.early_sync"] = True
    organization.connect(organization.anna, "google")
    organization.work()

    doorstep.tend()

    assert [Channel.objects.get().heard_at] == [organization.now]
    (delivery,) = organization.sandbox.deliveries.log
    assert delivery.status == 202


def test_subscription_that_needs_it_is_authorized_again(doorstep: Doorstep) -> None:
    doorstep.connect("outlook")
    organization = doorstep.organization
    subscriptions = organization.sandbox.microsoft.subscriptions
    subscriptions.require_reauthorization(Channel.objects.get().remote_id)
    organization.there("anna", "outlook").create("Unheard")
    doorstep.deliver()
    doorstep.settle()

    assert doorstep.requests()[:3] == ["GET delta", "PATCH subscriptions/id", "GET delta"]
    assert organization.titles_here(organization.anna) == ["Unheard"]
    organization.there("anna", "outlook").create("Heard")
    assert len(doorstep.deliver()) == 1


def test_removed_subscription_is_replaced(doorstep: Doorstep) -> None:
    doorstep.connect("outlook")
    organization = doorstep.organization
    before = Channel.objects.get()
    organization.sandbox.microsoft.subscriptions.remove(before.remote_id)
    doorstep.deliver()
    doorstep.settle()

    assert doorstep.requests() == ["GET delta", "POST subscriptions", "GET delta"]
    after = Channel.objects.get()
    assert (after.state, after.remote_id == before.remote_id) == ("open", False)


@both
def test_paused_account_keeps_its_channel_and_is_not_asked(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    row = doorstep.connect(provider)
    organization = doorstep.organization
    ProviderCredential.objects.update(paused_at=organization.now)
    organization.there("anna", provider).create("Theirs")
    doorstep.deliver()
    doorstep.pass_time(days=4)

    assert (organization.work(), doorstep.tend(), doorstep.requests()) == ([], 0, [])
    ProviderCredential.objects.filter(pk=row.pk).update(paused_at=None)
    doorstep.pass_time(minutes=15)
    doorstep.settle()
    assert doorstep.states() == ["open"]
    assert organization.titles_here(organization.anna) == ["Theirs"]


@both
def test_calendar_that_is_gone_is_not_watched(doorstep: Doorstep, provider: ProviderName) -> None:
    doorstep.connect(provider)
    Pairing.objects.update(state=Pairing.State.UNAVAILABLE)
    doorstep.pass_time(minutes=15)
    doorstep.tend()

    assert (doorstep.requests(), doorstep.states()) == (STOP[provider], [])


@both
def test_reset_stops_before_it_gives_the_grant_back(
    doorstep: Doorstep, provider: ProviderName
) -> None:
    row = doorstep.connect(provider)
    organization = doorstep.organization
    reset_account(organization.admin, row.pk, "leave", "new", organization.now)
    organization.work()

    assert doorstep.requests() == STOP[provider]
    assert doorstep.states() == []


def test_opening_the_calendar_fetches_what_is_not_fresh(doorstep: Doorstep) -> None:
    row = doorstep.connect("google")
    organization = doorstep.organization
    organization.advance(minutes=3)

    calendar_opened(organization.anna, organization.now)
    assert len(organization.work()) == 1
    organization.advance(seconds=50)
    calendar_opened(organization.anna, organization.now)
    assert organization.work() == []
    row.refresh_from_db()
    assert row.seen_at == organization.now - timedelta(seconds=50)
