"""The providers by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from calendar_sync.providers.registry import PROVIDERS, provider


def test_both_providers_are_shown_with_a_neutral_letter() -> None:
    shown = [(name, listing.label, listing.letter) for name, listing in PROVIDERS.items()]
    assert shown == [("google", "Google", "G"), ("outlook", "Outlook", "O")]


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_knows_its_real_addresses(name: str) -> None:
    found = provider(name)
    assert found.scopes
    assert all(address.startswith("https://") for address in found.endpoints.values())


def test_others_are_unknown() -> None:
    with pytest.raises(KeyError):
        provider("caldav")


def test_a_list_of_providers_imports_none_of_them() -> None:
    program = (
        "import sys, calendar_sync.providers.registry;"
        "print([name for name in sys.modules if name in ('jwt', 'oauthlib', 'msal')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
