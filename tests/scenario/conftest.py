"""Stories run on the real database, against the simulated providers, without sockets."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from support.doorstep import Doorstep
from support.story import AT_ONCE, ORDERS, Story
from support.world import BASES, Organization


@pytest.fixture
def organization(db: None, settings: Settings) -> Organization:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    return Organization()


@pytest.fixture
def doorstep(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> Doorstep:
    """The pages have no clock but Django's: it is the sandbox's here."""
    monkeypatch.setattr(timezone, "now", lambda: organization.now)
    return Doorstep(organization)


IN_ORDER = [
    pytest.param(
        order,
        marks=pytest.mark.django_db(transaction=order is AT_ONCE),
        id=" ".join(order),
    )
    for order in ORDERS
]


@pytest.fixture(params=IN_ORDER)
def story(request: pytest.FixtureRequest, settings: Settings) -> Story:
    """With Anna first and with Ben first; `make soak`: in every order, and with many workers."""
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    return Story(Organization(), request.param)
