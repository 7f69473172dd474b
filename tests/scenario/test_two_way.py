"""The first story: connect, and both sides stay equal."""

import pytest

from calendar_sandbox.core.people import ProviderName
from support.world import PROVIDERS, Organization


@pytest.mark.parametrize("provider", PROVIDERS)
def test_connecting_brings_events_in_and_sends_ours(
    organization: Organization, provider: ProviderName
) -> None:
    organization.create(organization.anna, "Ours")
    _create_there(organization, provider, "Theirs")

    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sync()

    assert organization.titles_here(organization.anna) == ["Ours", "Theirs"]
    assert organization.titles_there("anna", provider) == ["Ours", "Theirs"]
    assert organization.mails == []


def _create_there(organization: Organization, provider: ProviderName, title: str) -> None:
    times = {
        "start": {"dateTime": "2026-12-02T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-02T10:00:00", "timeZone": "Europe/Berlin"},
    }
    if provider == "google":
        person = organization.sandbox.people.get("anna")
        organization.sandbox.google.create(person, {"summary": title, **times})
    else:
        organization.sandbox.microsoft.create("anna", {"subject": title, **times})
