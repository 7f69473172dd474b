"""Web hooks as values: how a provider is asked to call us, and what its calls say.

A hook concerns one calendar of one account and has an address of its own. A call carries no
content: it only says that there is something to fetch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hook:
    """What we ask for. `key` names it in its address; `secret` comes back with every call."""

    key: str
    address: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """`remote_id` is the provider's own. `answered`: it has called the address already."""

    remote_id: str
    expires_at: datetime
    answered: bool = False


class Hooks(Protocol):
    """The hooks of one account. Raises SyncError.

    Rejected, CollectionUnavailable and ConfigurationInvalid say that there will be none, for this
    calendar, this mailbox or this address.
    """

    def open(self, calendar: str, hook: Hook) -> Opened:
        """Calls may come before this returns. Retryable: it may be open all the same."""

    def renew(self, remote_id: str) -> Opened | None:
        """Longer, with a fresh authorization; None: a new one has to take its place."""

    def stop(self, key: str, remote_id: str) -> None:
        """Also one that has ended by itself."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request to the address of a hook; names of headers are compared without case."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = b""


class News(Enum):
    """What a call says."""

    OPENED = "opened"
    CHANGED = "changed"
    EXPIRING = "expiring"  # renewed or silent from now on
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Notice:
    """A call as it was understood; true only if every secret is the hook's, and every name.

    `keys` are the names we gave, as far as the provider repeats them.
    `echo`: a question whether anybody is here, to be answered with this text and nothing else.
    """

    news: frozenset[News] = frozenset()
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    remote_ids: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    echo: str = ""


class NotUnderstood(Exception):
    """The request is none that this provider makes."""
