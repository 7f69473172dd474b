"""The list of runs: what brought each about, and how long it took."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.runs import visible_runs
from support.world import PROVIDERS, Organization


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_run_says_what_brought_it_about(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    there.create("Theirs")
    organization.connect(organization.anna, provider)
    organization.work()
    organization.create(organization.anna, "Ours")
    organization.work()
    there.rename("Theirs", "Renamed")
    organization.sync()

    runs = visible_runs(organization.anna)

    assert [run.trigger for run in runs] == ["schedule", "change", "first"]
    assert [(run.received, run.sent) for run in runs] == [(1, 0), (0, 1), (1, 0)]
