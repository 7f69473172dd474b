"""Pages are tested on a whole organization, its providers simulated in process."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from calendar_sync.server.models import User
from support.world import BASES, Organization


@pytest.fixture
def organization(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Organization:
    """Django, too, goes by the organization's clock."""
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    made = Organization()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made


@pytest.fixture
def browser_of() -> Callable[[AbstractBaseUser], Client]:
    """A browser in which this person is logged in."""

    def logged_in(person: AbstractBaseUser) -> Client:
        assert isinstance(person, User)
        client = Client()
        client.force_login(person)
        return client

    return logged_in
