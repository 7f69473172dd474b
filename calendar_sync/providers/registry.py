"""The providers by name. A provider's package is imported when it is first used, not before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType

from ..engine.capabilities import Capabilities
from ..engine.ports import CalendarCollection
from ..engine.sync import ETag, Href
from .hooks import Hooks, Incoming, Notice
from .http import Session
from .oauth import Client, SignIn
from .pace import Rate

Endpoints = Mapping[str, str]
"""Addresses of a provider by short name; settings may replace each of them."""

OWNER, WRITER, READER = "owner", "writer", "reader"

LIST_CALENDARS, CREATE_CALENDAR = "list_calendars", "create_calendar"
LIST_GROUPS, OPEN_SHARED = "list_groups", "open_shared"
"""What an account may be used for beyond its main calendar."""


@dataclass(frozen=True, slots=True)
class RemoteCalendar:
    """A calendar of an account, as its list of calendars names it.

    `persons` are the addresses of calendars known to the account, and whose calendars they are:
    a provider may name a calendar where others name a person.
    """

    id: str
    name: str
    time_zone: str  # IANA name, empty where it is not known
    writable: bool
    address: str = ""  # of the account it belongs to, where that is known beforehand
    is_primary: bool = False
    is_own: bool = True  # False: somebody else's, shared
    owner: str = ""  # address of the person it belongs to, where that is told
    owner_name: str = ""
    colour: str = ""  # #rrggbb, empty: none chosen
    is_group: bool = False  # of all members of a group, for as long as they are
    persons: Mapping[str, str] = field(default_factory=dict)

    @property
    def role(self) -> str:
        """What the account may do there: owner, writer, or reader."""
        if not self.writable:
            return READER
        return OWNER if self.is_own else WRITER


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """A calendar to be made for the account with this address."""

    name: str
    time_zone: str  # IANA name
    address: str


def _no_groups(_session: Session, _endpoints: Endpoints) -> Sequence[RemoteCalendar]:
    return ()


@dataclass(frozen=True, slots=True)
class Move:
    """An event, as we know it, goes from one calendar of the account to another, by their ids."""

    href: Href
    etag: ETag
    source: str
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Everything the rest of the product needs to know of one provider."""

    endpoints: Endpoints
    scopes: tuple[str, ...]
    capabilities: Capabilities  # of its collections, but for their window
    sign_in: Callable[[Session, Endpoints, Client], SignIn]
    primary_calendar: Callable[[Session, Endpoints, str], RemoteCalendar]
    """The main calendar of the account with this address. Raises SyncError."""
    collection: Callable[[Session, Endpoints, RemoteCalendar], CalendarCollection]
    hooks: Callable[[Session, Endpoints], Hooks]
    notice: Callable[[Incoming], Notice]  # raises NotUnderstood
    list_calendars: Callable[[Session, Endpoints, str], Sequence[RemoteCalendar]]
    """Those that the account with this address may read. Raises SyncError."""
    create_calendar: Callable[[Session, Endpoints, NewCalendar], RemoteCalendar]
    """Raises SyncError; done twice it makes two."""
    list_groups: Callable[[Session, Endpoints], Sequence[RemoteCalendar]] = _no_groups
    """Calendars of the account's groups, for a provider that keeps them apart. Raises SyncError."""
    move: Callable[[Session, Endpoints, Move], None] | None = None
    """Silent; done twice it moves once. Raises SyncError. None: it cannot."""
    account_rate: Rate | None = None  # of writes
    project_rate: Rate | None = None  # of writes, of all accounts together
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Scopes by what they are for, where those of the sign-in are not enough: any one will do, the
    first is the one to ask for."""

    def lacks(self, function: str, granted: Collection[str]) -> str:
        """The scope to ask for before this can be done; empty if it can."""
        wanted = self.needs.get(function, ())
        return wanted[0] if wanted and not set(wanted) & set(granted) else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a provider is shown: a name and a neutral letter in place of somebody's logo.

    `conference` is the kind of rooms it makes on request (`engine.event.ConferenceKind`).
    """

    label: str
    letter: str
    package: str
    conference: str


PROVIDERS: Mapping[str, Listing] = MappingProxyType(
    {
        "google": Listing("Google", "G", ".google", "meet"),
        "outlook": Listing("Outlook", "O", ".graph", "teams"),
    }
)


def provider(name: str) -> Provider:
    """The provider of that name; its package holds it as `PROVIDER`. KeyError for others."""
    package = import_module(PROVIDERS[name].package, __package__)
    found: Provider = package.PROVIDER
    return found
