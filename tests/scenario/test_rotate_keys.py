"""A new encryption key, put in front and used for everything, before the old one goes."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from calendar_sync.actions.configuration import client
from calendar_sync.models import ProviderCredential
from support.world import Organization


def test_after_rotation_the_old_key_may_go(
    organization: Organization, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    organization.connect(organization.anna, "google")
    new = Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, *settings.TOKEN_KEYS]

    call_command("rotate_keys")
    settings.TOKEN_KEYS = [new]

    assert capsys.readouterr().out.startswith("4 secrets ")
    assert client("google").secret == client("outlook").secret == "app-secret"
    organization.advance(hours=2)
    (turn,) = organization.sync()
    assert turn.error is None


def test_a_key_taken_away_too_early_changes_nothing(
    organization: Organization, settings: Settings
) -> None:
    account = organization.connect(organization.anna, "google")
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="CALENDAR_SYNC_TOKEN_KEYS"):
        call_command("rotate_keys")

    kept = ProviderCredential.objects.get(pk=account.pk)
    assert kept.encrypted_refresh_token == account.encrypted_refresh_token
