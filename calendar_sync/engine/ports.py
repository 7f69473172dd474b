"""What the engine needs from the world: a remote collection, a host, a clock.

Rules for hosts (and the reason a second host stays thin):
* every call is one whole transaction; it takes and returns values and may be repeated;
* a call that needs the lease and finds it lost changes nothing and says so by its result;
* nothing a host does here may mail or notify anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from .capabilities import Capabilities
from .pending import Attempt
from .relocation import Relocation
from .sync import (
    ChangeSet,
    Href,
    Lease,
    LinkChange,
    LinkView,
    Listing,
    Outcome,
    PassedOver,
    Resource,
    Struck,
    SyncReport,
    SyncToken,
    Work,
    Write,
)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware, in UTC."""


class CalendarCollection(Protocol):
    """One remote calendar of one account (RFC 4791 §4.2). Raises `SyncError` only."""

    @property
    def capabilities(self) -> Capabilities: ...

    def changes(self, since: SyncToken | None) -> ChangeSet:
        """All pages since the token; without one, everything or its first portion.

        A complete listing may come in portions, each behind the token of the one before, so that
        it is never in memory whole. Raises SyncStateLost.
        """

    def get(self, hrefs: Sequence[Href]) -> Mapping[Href, Resource | None]:
        """These objects as they are now; None where one is proven gone."""

    def find(self, creation_keys: Sequence[str]) -> Mapping[str, Resource]:
        """Live objects that carry one of our creation keys."""

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        """One batch, at most `capabilities.batch_size`; an outcome per write, in any order.

        A SyncError raised here means that nobody knows what happened to the whole batch.
        """


class Host(Protocol):
    """Our side of one pairing: the calendar, its links, the journal."""

    def open(self, lease: Lease) -> Work | None:
        """Where the pairing stands, and the links that are dirty or in doubt. None: lease lost."""

    def views(
        self, lease: Lease, hrefs: Sequence[Href], uids: Sequence[str], listing: int | None = None
    ) -> Sequence[LinkView]:
        """Links with one of `hrefs`, links without href whose event carries one of `uids`.

        With the number of a complete `listing` also all that no portion before has shown.
        """

    def struck(self, lease: Lease, since: datetime) -> Struck:
        """What the provider did to our objects in runs since; asked only when it does so again.

        Counts journal lines `engine.guards.counts`, per object. Empty if the lease is lost.
        """

    def relocate(self, lease: Lease, moves: Sequence[Relocation]) -> bool:
        """Take over links of the account's other pairings; each then leads to the href given.

        Left out is what this calendar has a link for already. False: the lease is lost.
        """

    def attempt(self, lease: Lease, attempts: Sequence[Attempt]) -> bool:
        """Store the evidence and renew the lease; False: the lease is lost, write nothing."""

    def commit(
        self,
        lease: Lease,
        changes: Sequence[LinkChange],
        token: SyncToken | None = None,
        report: SyncReport | None = None,
        listing: Listing | None = None,
        over: PassedOver | None = None,
    ) -> bool:
        """All of it in one transaction; False: the lease is lost and nothing was changed.

        Patches are applied onto the row as it is now (`bases.still_applicable`); marks named in
        a change are removed, later ones stay. `report` ends the run and is given once.
        `listing`: a portion; its number is kept with the token and on the links of its hrefs, made
        in this commit or before, and the lease is renewed. A token without one ends the listing.
        `over`: kept as no more than a count by reason that can be counted down again.
        """
