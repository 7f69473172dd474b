"""Stories run on the real database, against the simulated providers, without sockets."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from support.doorstep import Doorstep
from support.story import AT_ONCE, ORDERS, TWO_ORDERS, Story
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


MOST_ROLES = 6


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each story in both orders; of those told for several roles up to six, each in one order.

    `make soak` tells all of them in every order.
    """
    stories: dict[str, dict[str, list[pytest.Function]]] = {}
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        if isinstance(item, pytest.Function) and params.get("story") in ORDERS:
            roles = str({k: v for k, v in params.items() if k != "story"})
            told = stories.setdefault(f"{item.path}::{item.originalname}", {})
            told.setdefault(roles, []).append(item)
    if ORDERS is not TWO_ORDERS:
        return
    left = {
        item
        for told in stories.values()
        for number, roles in enumerate(sorted(told))
        for item in told[roles]
        if len(told) > 1
        and (number >= MOST_ROLES or item.callspec.params["story"] != ORDERS[number % len(ORDERS)])
    }
    config.hook.pytest_deselected(items=sorted(left, key=lambda item: item.nodeid))
    items[:] = [item for item in items if item not in left]


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
