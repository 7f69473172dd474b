"""Requests and SQL statements as literal numbers: what a synchronization costs."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.sync import sync_next
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event, ProviderCredential
from support.statements import Statements
from support.world import PROVIDERS, Organization

API = {"google": ("/google/calendar", "/google/batch"), "outlook": ("/graph/v1.0",)}


def requests_of(organization: Organization, provider: ProviderName) -> int:
    return sum(len(organization.requests(prefix)) for prefix in API[provider])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_idle_costs_one_request_and_five_statements(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.there("anna", provider).create("Theirs")
    organization.sync()
    organization.sync()
    organization.sandbox.journal.clear()
    ProviderCredential.objects.update(due_at=organization.now)

    with Statements() as statements:
        turn = sync_next(organization.sandbox.clock)

    assert turn is not None
    assert turn.reports == (SyncReport(),)
    assert requests_of(organization, provider) == 1
    assert len(statements.sql) <= 5, statements.sql


@pytest.mark.parametrize("provider", PROVIDERS)
def test_first_import_of_a_thousand(organization: Organization, provider: ProviderName) -> None:
    titles = [f"Event {number}" for number in range(1000)]
    organization.there("anna", provider).load(
        titles, "ben@corp.example", "eva@client.example", "max@client.example"
    )
    organization.connect(organization.anna, provider)
    organization.sandbox.journal.clear()

    with Statements() as statements:
        turn = sync_next(organization.sandbox.clock)

    assert turn is not None
    assert [report.received for report in turn.reports] == [1000]
    assert Event.objects.count() == 1000
    assert requests_of(organization, provider) == 1
    assert len(statements.sql) <= 40, statements.sql
    assert organization.mails == []


def test_push_of_a_thousand_to_outlook(organization: Organization) -> None:
    """To Google, which counts per minute: `test_write_pace.py`."""
    for number in range(1000):
        organization.create(organization.anna, f"Event {number}")
    organization.connect(organization.anna, "outlook")
    organization.sandbox.journal.clear()

    turns = organization.work()

    assert sum(report.sent for turn in turns for report in turn.reports) == 1000
    assert requests_of(organization, "outlook") == 50 + len(turns)
    assert len(organization.there("anna", "outlook").titles()) == 1000


@pytest.mark.parametrize("provider", PROVIDERS)
def test_own_writes_coming_back_cost_nothing(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.sync()
    for number in range(20):
        organization.create(organization.anna, f"Event {number}")
    organization.work()
    organization.sandbox.journal.clear()
    ProviderCredential.objects.update(due_at=organization.now)

    with Statements() as statements:
        turn = sync_next(organization.sandbox.clock)

    assert turn is not None
    assert turn.reports == (SyncReport(),)
    assert requests_of(organization, provider) == 1
    assert len(statements.sql) <= 6, statements.sql
