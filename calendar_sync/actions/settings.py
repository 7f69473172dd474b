"""What administrators set up on *Settings › Calendar*."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.configuration import (
    BASE_URL,
    KEYS,
    Setup,
    is_web_address,
    parameters,
    setups,
)
from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.waking import notify
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.models import ProviderCredential
from calendar_sync.models.roles import hand_over_witnesses_at
from calendar_sync.security.access import check_access
from calendar_sync.security.secrets import key_ring

PARAMETER = "ir.config_parameter"
State = ProviderCredential.State
QUOTES = "\"'`“”‘’"


def provider_settings(user: User) -> dict[str, Setup]:
    """All providers as they are set up; never a secret."""
    check_access(user, PARAMETER, "read")
    return setups()


def save_provider_settings(
    user: User,
    provider: str,
    *,
    enabled: bool,
    client_id: str,
    client_secret: str | None,
    paused: bool,
    now: datetime,
) -> list[str]:
    """Store what was typed; None keeps the secret. Returns notes on what was tidied up."""
    check_access(user, PARAMETER, "write")
    keys = KEYS[provider]
    notes: list[str] = []
    values: dict[str, str | bool] = {
        keys.enabled: enabled,
        keys.client_id: _tidy(client_id, "Client ID", notes),
        keys.paused: paused,
    }
    if client_secret is not None:
        secret = _tidy(client_secret, "Client Secret", notes)
        values[keys.client_secret] = key_ring().encrypted(secret) if secret else ""
        values[keys.secret_saved_at] = now.isoformat() if secret else ""
    with transaction.atomic():
        for key, value in values.items():
            parameters().put(key, value)
        _apply_pause(provider, user, now, paused=paused or not enabled)
        troubled = ProviderCredential.objects.filter(provider=provider, state=State.PROBLEM)
        troubled.update(due_at=now)  # this may have mended it
        notify()
    return notes


def save_base_url(user: User, url: str) -> None:
    """The public address, of which the providers' return addresses are made."""
    check_access(user, PARAMETER, "write")
    text = url.strip().rstrip("/")
    if not is_web_address(text):
        raise Invalid(
            {"base_url": f"Give a whole address, such as https://{text or 'cal.example'}"}
        )
    parameters().put(BASE_URL, text)


def _tidy(text: str, field: str, notes: list[str]) -> str:
    """People paste blanks and quotes along; providers answer that with riddles."""
    tidy = text.strip().strip(QUOTES).strip()
    if tidy != text:
        notes.append(f"We removed blanks or quotes around the {field}.")
    return tidy


def _apply_pause(provider: str, user: User, now: datetime, *, paused: bool) -> None:
    """Pausing holds every account of the provider back; its changes are kept and sent later.

    It holds at once: who is at work has lost his account. Other providers' copies speak meanwhile
    for the outside meetings that these spoke for.
    """
    accounts = ProviderCredential.objects.filter(provider=provider)
    if paused:
        running = accounts.filter(paused_at=None)
        if running.exists():
            take_away(running)
            running.update(paused_at=now, paused_by=user.pk)
            hand_over_witnesses_at(provider)
    else:
        accounts.exclude(paused_at=None).update(paused_at=None, paused_by=None, due_at=now)
