"""Applications registered with the simulated providers."""

from dataclasses import dataclass, field
from typing import Any

from .people import ProviderName


@dataclass
class Client:
    provider: ProviderName
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    """What only one provider knows: google `publishing`, `test_users`; each documents its own."""


class Clients:
    def __init__(self) -> None:
        self._clients: dict[tuple[ProviderName, str], Client] = {}

    def add(
        self,
        provider: ProviderName,
        client_id: str,
        client_secret: str,
        redirect_uris: list[str] | tuple[str, ...],
        **options: Any,  # noqa: ANN401 - JSON from the control path
    ) -> Client:
        """Registers an application, or changes the one of that id."""
        client = Client(provider, client_id, client_secret, tuple(redirect_uris), options)
        self._clients[provider, client_id] = client
        return client

    def get(self, provider: ProviderName, client_id: str) -> Client | None:
        return self._clients.get((provider, client_id))

    def of(self, provider: ProviderName) -> list[Client]:
        return [client for (name, _), client in self._clients.items() if name == provider]
