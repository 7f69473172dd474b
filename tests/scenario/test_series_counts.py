"""What series cost, in requests as literal numbers."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.sync import sync_next
from calendar_sync.models import ProviderCredential
from support.series import SeriesThere
from support.world import PROVIDERS, Organization

API = {"google": ("/google/calendar", "/google/batch"), "outlook": ("/graph/v1.0",)}


def cost_of_a_turn(organization: Organization, provider: ProviderName) -> tuple[int, int]:
    """Requests, and events received."""
    ProviderCredential.objects.update(due_at=organization.now)
    organization.sandbox.journal.clear()
    turn = sync_next(organization.sandbox.clock)
    assert turn is not None
    (report,) = turn.reports
    requests = sum(len(organization.requests(prefix)) for prefix in API[provider])
    return requests, report.received


@pytest.mark.parametrize(("provider", "requests"), [("google", 1), ("outlook", 2)])
def test_rename_of_an_endless_daily_series(
    organization: Organization, provider: ProviderName, requests: int
) -> None:
    there = SeriesThere(organization.sandbox, "anna", provider)
    there.create("Stand-up")
    there.move_date(2, 2, 15)
    organization.connect(organization.anna, provider)
    organization.sync()

    there.rename("Daily")

    assert cost_of_a_turn(organization, provider) == (requests, 1)


@pytest.mark.parametrize(("provider", "requests"), [("google", 1), ("outlook", 5)])
def test_first_import_of_thirty_series(
    organization: Organization, provider: ProviderName, requests: int
) -> None:
    """With Outlook three pages with all their dates, and two batches for the series."""
    for number in range(30):
        there = SeriesThere(organization.sandbox, "anna", provider)
        there.create(f"Series {number}", weekly=True)
    organization.connect(organization.anna, provider)

    assert cost_of_a_turn(organization, provider) == (requests, 30)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_series_at_rest_cost_one_request(
    organization: Organization, provider: ProviderName
) -> None:
    there = SeriesThere(organization.sandbox, "anna", provider)
    there.create("Stand-up")
    there.delete_date(4)
    organization.connect(organization.anna, provider)
    organization.sync()

    assert cost_of_a_turn(organization, provider) == (1, 0)
