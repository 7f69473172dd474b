"""The product in one transaction, so that a story can go back and be told again."""

import pytest
from pytest_django import Settings

from support.world import BASES, Organization


@pytest.fixture
def organization(db: None, settings: Settings) -> Organization:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    return Organization()
