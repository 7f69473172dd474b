"""The providers by name. A provider's package is imported when it is first used, not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from ..engine.capabilities import Capabilities
from ..engine.ports import CalendarCollection
from .hooks import Hooks, Incoming, Notice
from .http import Session
from .oauth import Client, SignIn

Endpoints = Mapping[str, str]
"""Addresses of a provider by short name; settings may replace each of them."""


@dataclass(frozen=True, slots=True)
class RemoteCalendar:
    """A calendar of an account, as its list of calendars names it."""

    id: str
    name: str
    time_zone: str  # IANA name, empty where it is not known
    writable: bool
    address: str = ""  # of the account it belongs to, where that is known beforehand


@dataclass(frozen=True, slots=True)
class Provider:
    """Everything the rest of the product needs to know of one provider."""

    endpoints: Endpoints
    scopes: tuple[str, ...]
    capabilities: Capabilities  # of its collections, but for their window
    sign_in: Callable[[Session, Endpoints, Client], SignIn]
    primary_calendar: Callable[[Session, Endpoints], RemoteCalendar]
    collection: Callable[[Session, Endpoints, RemoteCalendar], CalendarCollection]
    hooks: Callable[[Session, Endpoints], Hooks]
    notice: Callable[[Incoming], Notice]  # raises NotUnderstood


@dataclass(frozen=True, slots=True)
class Listing:
    """How a provider is shown: a name and a neutral letter in place of somebody's logo."""

    label: str
    letter: str
    package: str


PROVIDERS: Mapping[str, Listing] = MappingProxyType(
    {
        "google": Listing("Google", "G", ".google"),
        "outlook": Listing("Outlook", "O", ".graph"),
    }
)


def provider(name: str) -> Provider:
    """The provider of that name; its package holds it as `PROVIDER`. KeyError for others."""
    package = import_module(PROVIDERS[name].package, __package__)
    found: Provider = package.PROVIDER
    return found
