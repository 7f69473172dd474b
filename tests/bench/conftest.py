"""The product in one transaction: what is measured here is thrown away."""

import pytest
from pytest_django import Settings

from support.world import BASES, Organization


@pytest.fixture
def organization(db: None, settings: Settings) -> Organization:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    return Organization()
