"""What a preview showed is applied, and the worker dies at any call of carrying it out."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.actions.previews import apply_preview, preview_shown
from calendar_sync.models import Event, Preview, ProviderCredential
from support.deaths import check_every_death
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_crash_at_every_call_of_an_applied_preview(
    organization: Organization, provider: ProviderName
) -> None:
    """It goes on by what was shown, to the end: nothing twice, nothing asked again, no guest."""
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "Ours")
    organization.create(anna, "Workshop", EVA)
    there.load(["Theirs"], EVA)
    there.create_series("Choir")
    account = organization.connect(anna, provider, preview=True)
    while preview_next(organization.sandbox.clock):
        pass
    shown = preview_shown(anna, account.pk)
    assert shown.counts == {("here", "created"): 2, ("there", "created"): 2}
    apply_preview(anna, account.pk, shown.number, organization.now)

    expected = check_every_death(organization, at_least=7)

    assert (expected.mails, expected.open_ends) == ([], 0)
    everything = ["Choir", "Ours", "Theirs", "Workshop"]
    assert there_now(organization, provider) == organization.titles_here(anna) == everything
    assert organization.there("anna", provider).guests_of("Workshop") == []
    assert (Event.objects.count(), Preview.objects.count()) == (4, 0)
    account = ProviderCredential.objects.get(pk=account.pk)
    assert (account.state, account.by_preview) == ("active", False)


def there_now(organization: Organization, provider: ProviderName) -> list[str]:
    return organization.there("anna", provider).titles()
