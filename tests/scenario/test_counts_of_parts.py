"""An idle turn costs one request and four statements, whatever is switched on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.actions.previews import apply_preview, preview_shown
from calendar_sync.actions.sync import poll, sync_next
from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Link
from support.kept import rule
from support.mirrored import OTHER, connect_both, mirrors, put
from support.statements import Statements
from support.world import PROVIDERS, Organization

API = {"google": "/google/calendar", "outlook": "/graph/v1.0"}
GUESTS = ("ben@corp.example", "eva@client.example", "max@client.example")


def filtered(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    rule(organization, private="skip", skip_free=True, titles=("odd*",))
    organization.there("anna", provider).load([f"Odd {n}" for n in range(30)])
    organization.there("anna", provider).load([f"Event {n}" for n in range(30)])


def mirroring(organization: Organization, provider: ProviderName) -> None:
    connect_both(organization, OTHER[provider])
    organization.there("anna", OTHER[provider]).load([f"Event {n}" for n in range(30)])
    put(organization, provider, Mirror.BUSY)


def mirrored(organization: Organization, provider: ProviderName) -> None:
    mirroring(organization, OTHER[provider])


def previewed(organization: Organization, provider: ProviderName) -> None:
    anna = organization.anna
    organization.there("anna", provider).load([f"Event {n}" for n in range(30)])
    account = organization.connect(anna, provider, preview=True)
    assert preview_next(organization.sandbox.clock)
    apply_preview(anna, account.pk, preview_shown(anna, account.pk).number, organization.now)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("furnish", [filtered, mirroring, mirrored, previewed])
def test_idle(
    organization: Organization,
    provider: ProviderName,
    furnish: Callable[[Organization, ProviderName], None],
) -> None:
    furnish(organization, provider)
    for _ in range(4):
        organization.advance(minutes=11)
        organization.sync()
    assert len(mirrors()) == (30 if furnish in (mirroring, mirrored) else 0)
    poll(provider, organization.now)
    organization.sandbox.journal.clear()

    with Statements() as sent:
        turn = sync_next(organization.sandbox.clock)

    assert turn is not None
    assert turn.reports == (SyncReport(),)
    assert len(organization.requests(API[provider])) == 1
    assert len(sent) == 4, sent


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_hour_later_all_that_is_shown_is_compared(
    organization: Organization, provider: ProviderName
) -> None:
    """Four statements more; what was lost meanwhile is found, here a mirror's link."""
    mirroring(organization, provider)
    for _ in range(4):
        organization.advance(minutes=11)
        organization.sync()
    organization.advance(minutes=61)
    organization.sync()
    Link.objects.filter(pk=mirrors()[0].pk).delete()
    organization.advance(minutes=11)
    organization.sync()
    assert len(mirrors()) == 29

    organization.advance(minutes=61)
    organization.sync()

    assert len(mirrors()) == 30


@pytest.mark.parametrize("provider", PROVIDERS)
def test_first_import_of_a_thousand_beside_mirrors(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, OTHER[provider])
    organization.work()
    put(organization, OTHER[provider], Mirror.FULL)
    organization.work()
    organization.there("anna", provider).load([f"Event {n}" for n in range(1000)], *GUESTS)
    organization.connect(organization.anna, provider)

    with Statements() as sent:
        turn = sync_next(organization.sandbox.clock)

    assert turn is not None
    assert turn.reports[0].received == 1000
    assert len(sent) == 26, sent
    assert len(mirrors()) == 1000


@pytest.mark.parametrize("meetings", [2, 20])
def test_a_colleagues_copies_cost_statements_by_the_batch(
    organization: Organization, meetings: int
) -> None:
    titles = [f"Review {number}" for number in range(meetings)]
    organization.connect(organization.anna, "google")
    organization.there("anna", "google").load(titles, "ben@corp.example")
    organization.sync()
    organization.connect(organization.ben, "outlook")

    with Statements() as sent:
        organization.sync()

    assert len(sent) == 27
