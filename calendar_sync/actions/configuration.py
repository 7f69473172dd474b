"""What an administrator set up: which providers are offered, as whom we sign in there, where.

Parameters have Odoo's own keys where Odoo has them. Client secrets are encrypted.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.errors import ConfigurationInvalid
from calendar_sync.engine.ports import Clock
from calendar_sync.providers import registry
from calendar_sync.providers.http import AccessToken, Session
from calendar_sync.providers.oauth import Client
from calendar_sync.providers.pace import Pace
from calendar_sync.security.secrets import SecretUnreadable, key_ring

BASE_URL = "web.base.url"


@dataclass(frozen=True)
class Keys:
    """Parameter keys and the return address of one provider."""

    enabled: str
    client_id: str
    client_secret: str
    secret_saved_at: str
    paused: str
    redirect_path: str


KEYS: Mapping[str, Keys] = MappingProxyType(
    {
        "google": Keys(
            "google_calendar.enabled",
            "google_calendar_client_id",
            "google_calendar_client_secret",
            "google_calendar.client_secret_saved_at",
            "google_calendar_sync_paused",
            "/google_account/authentication",
        ),
        "outlook": Keys(
            "microsoft_calendar.enabled",
            "microsoft_calendar_client_id",
            "microsoft_calendar_client_secret",
            "microsoft_calendar.client_secret_saved_at",
            "microsoft_calendar_sync_paused",
            "/microsoft_account/authentication",
        ),
    }
)


@dataclass(frozen=True)
class Setup:
    """One provider as it is set up here; `missing` names the fields still empty."""

    provider: str
    enabled: bool
    client_id: str
    has_secret: bool
    secret_saved_at: str
    paused: bool
    redirect_uri: str

    @property
    def missing(self) -> tuple[str, ...]:
        fields = (("Client ID", self.client_id), ("Client Secret", self.has_secret))
        return tuple(name for name, value in fields if not value)

    @property
    def ready(self) -> bool:
        return self.enabled and not self.missing


def setups() -> dict[str, Setup]:
    """All providers, in one statement."""
    wanted = {key for keys in KEYS.values() for key in vars(keys).values()}
    rows = parameters().filter(key__in={*wanted, BASE_URL}).values_list("key", "value")
    values = dict(rows)
    return {name: _setup(name, keys, values) for name, keys in KEYS.items()}


def _setup(name: str, keys: Keys, values: Mapping[str, str]) -> Setup:
    return Setup(
        name,
        values.get(keys.enabled) == "True",
        values.get(keys.client_id, ""),
        bool(values.get(keys.client_secret)),
        values.get(keys.secret_saved_at, ""),
        values.get(keys.paused) == "True",
        base_url(values.get(BASE_URL, "")) + keys.redirect_path,
    )


def base_url(stored: str | None = None) -> str:
    """The public address; never taken from a request, which anybody may forge."""
    text = parameters().text(BASE_URL) if stored is None else stored
    return (text or settings.PUBLIC_URL).rstrip("/")


def is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query


def client(provider: str) -> Client:
    """Who we are at the provider. The secret leaves this value only towards the provider.

    Raises ConfigurationInvalid: the secret was encrypted with a key that is gone.
    """
    keys = KEYS[provider]
    kept = parameters().text(keys.client_secret)
    try:
        secret = key_ring().decrypted(kept) if kept else ""
    except SecretUnreadable:
        raise ConfigurationInvalid("secret_unreadable") from None
    return Client(parameters().text(keys.client_id), secret, base_url() + keys.redirect_path)


def parameters() -> Any:  # noqa: ANN401 -- base models stand above; reached by name
    return apps.get_model("base", "ConfigParameter").objects


@cache
def _session_factory(path: str) -> Any:  # noqa: ANN401
    return import_string(path)


def provider_session(
    clock: Clock, until: datetime, token: AccessToken | None = None, pace: Pace | None = None
) -> Session:
    """Requests to the providers until a moment; `settings.PROVIDER_SESSION` makes the pool."""
    pool = _session_factory(settings.PROVIDER_SESSION)(settings.CA_FILE or None)
    return Session(pool, clock, until, pause=time.sleep, token=token, pace=pace)


def endpoints(provider: str) -> registry.Endpoints:
    """A provider's addresses, on the hosts the settings name (national clouds, the sandbox)."""
    bases = settings.PROVIDER_BASES[provider]
    return {
        name: bases[name].rstrip("/") + urlsplit(address).path
        for name, address in registry.provider(provider).endpoints.items()
    }


def capabilities(provider: str) -> Capabilities:
    return registry.provider(provider).capabilities
