"""Ports that break at a chosen call: before it does anything, or after it did everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.pending import Attempt
from calendar_sync.engine.ports import CalendarCollection, Clock, Host
from calendar_sync.engine.relocation import Relocation
from calendar_sync.engine.run import Pairing, synchronize_account
from calendar_sync.engine.sync import (
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

T = TypeVar("T")


class Crash(Exception):
    """The process died here. Not a SyncError: nobody may handle it."""


@dataclass
class Fuse:
    """Counts port calls and burns at number `at` (from 1); 0 never burns."""

    at: int = 0
    after: bool = False
    act: Callable[[], object] | None = None
    names: list[str] = field(default_factory=list)

    def call(self, name: str, port: Callable[[], T]) -> T:
        self.names.append(name)
        burns = len(self.names) == self.at
        if burns and self.act:
            self.act()
        elif burns and not self.after:
            raise Crash(name)
        try:
            return port()
        finally:
            if burns and self.after and not self.act:
                raise Crash(name)


@dataclass
class CrashingHost:
    host: Host
    fuse: Fuse

    def open(self, lease: Lease) -> Work | None:
        return self.fuse.call("open", lambda: self.host.open(lease))

    def views(
        self, lease: Lease, hrefs: Sequence[Href], uids: Sequence[str], listing: int | None = None
    ) -> Sequence[LinkView]:
        return self.fuse.call("views", lambda: self.host.views(lease, hrefs, uids, listing))

    def struck(self, lease: Lease, since: datetime) -> Struck:
        return self.fuse.call("struck", lambda: self.host.struck(lease, since))

    def relocate(self, lease: Lease, moves: Sequence[Relocation]) -> bool:
        return self.fuse.call("relocate", lambda: self.host.relocate(lease, moves))

    def attempt(self, lease: Lease, attempts: Sequence[Attempt]) -> bool:
        return self.fuse.call("attempt", lambda: self.host.attempt(lease, attempts))

    def commit(
        self,
        lease: Lease,
        changes: Sequence[LinkChange],
        token: SyncToken | None = None,
        report: SyncReport | None = None,
        listing: Listing | None = None,
        over: PassedOver | None = None,
    ) -> bool:
        commit = partial(self.host.commit, lease, changes, token, report, listing, over)
        return self.fuse.call("commit", commit)


@dataclass
class CrashingRemote:
    remote: CalendarCollection
    fuse: Fuse

    @property
    def capabilities(self) -> Capabilities:
        return self.remote.capabilities

    def changes(self, since: SyncToken | None) -> ChangeSet:
        return self.fuse.call("changes", lambda: self.remote.changes(since))

    def get(self, hrefs: Sequence[Href]) -> Mapping[Href, Resource | None]:
        return self.fuse.call("get", lambda: self.remote.get(hrefs))

    def find(self, creation_keys: Sequence[str]) -> Mapping[str, Resource]:
        return self.fuse.call("find", lambda: self.remote.find(creation_keys))

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        return self.fuse.call("apply", lambda: self.remote.apply(writes))


def through(
    fuse: Fuse, lease: Lease, pairings: Sequence[Pairing], clock: Clock
) -> Sequence[SyncReport]:
    """A run of an account whose every port call passes the fuse."""
    broken = [(CrashingHost(host, fuse), CrashingRemote(remote, fuse)) for host, remote in pairings]
    return synchronize_account(lease, broken, clock)
