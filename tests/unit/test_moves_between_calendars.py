"""Two calendars of one account: what goes from one to the other is moved, not deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.errors import CollectionUnavailable, Retryable, SyncError
from calendar_sync.engine.ports import CalendarCollection
from calendar_sync.engine.properties import object_of
from calendar_sync.engine.relocation import Relocation, relocations
from calendar_sync.engine.run import synchronize_account
from calendar_sync.engine.sync import ChangeSet, CopyRole, Href, LinkState, SyncReport, SyncToken
from calendar_sync.hosts.memory import MemoryHost
from support.builders import ANNA, BEN, an_object
from support.crashing import Crash, Fuse, through
from support.pairs import here, there
from support.remote import RemoteCalendar, TickingClock
from support.run_world import STYLES


@dataclass
class Account:
    """`work` and `home`, each a calendar here and there."""

    style: str
    clock: TickingClock = field(
        default_factory=lambda: TickingClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    )

    def __post_init__(self) -> None:
        self.hosts = [
            MemoryHost(frozenset({ANNA}), self.clock, namespace=name) for name in ("work", "home")
        ]
        self.remotes = [RemoteCalendar(self.clock, self.style) for _ in self.hosts]
        self.hosts[0].siblings, self.hosts[1].siblings = [self.hosts[1]], [self.hosts[0]]

    def run(self, fuse: Fuse | None = None, first: int = 0) -> list[SyncReport]:
        """Pulled in either order; a fuse breaks one of the port calls."""
        lease = self.hosts[0].claim()
        self.hosts[1].state.fence = lease.fence
        pairs = list(zip(self.hosts, self.remotes, strict=True))
        order = pairs if first == 0 else pairs[::-1]
        return list(through(fuse or Fuse(), lease, order, self.clock))

    def move(self, href: Href, source: int = 0) -> Href:
        """The person moves it in the provider's pages; the object there is a new one."""
        stone = self.remotes[source].stones[href]
        assert stone.values is not None
        moved = object_of(stone.uid, stone.values)
        self.remotes[source].remove(href)
        return self.remotes[1 - source].add(moved)

    def titles(self) -> list[list[str]]:
        return [
            sorted(str(row.values["summary"]) for row in host.state.rows.values() if row.values)
            for host in self.hosts
        ]

    def titles_there(self) -> list[list[str]]:
        return [
            sorted(str(values["summary"]) for values in remote.live().values())
            for remote in self.remotes
        ]


@pytest.fixture(params=STYLES)
def account(request: pytest.FixtureRequest) -> Account:
    return Account(request.param)


@pytest.mark.parametrize("first", [0, 1])
def test_a_move_keeps_the_link(account: Account, first: int) -> None:
    """Edited here, moved there, and its guest removed there: all three are in the end."""
    href = account.remotes[0].add(an_object("u1", "Review", guests=(BEN,)))
    account.run()
    (key,) = account.hosts[0].state.rows
    account.hosts[0].edit(key, {"location": "Room Blue"})
    moved = account.move(href)
    account.remotes[1].edit(moved, {f"attendee:{BEN}": None, f"answer:{BEN}": None})

    account.run(first=first)
    account.run(first=first)

    assert account.titles() == account.titles_there() == [[], ["Review"]]
    (row,) = account.hosts[1].state.rows.values()
    assert (row.link.key, row.link.href, row.link.state) == (key, moved, LinkState.SETTLED)
    assert row.values
    assert (row.values["location"], f"attendee:{BEN}" in row.values) == ("Room Blue", False)
    assert account.remotes[1].live()[moved]["location"] == "Room Blue"
    what = [entry.what for host in account.hosts for entry in host.state.journal]
    assert "deleted" not in what
    assert account.run() == [SyncReport(), SyncReport()]


def test_a_move_back_and_forth_between_two_runs_is_none(account: Account) -> None:
    href = account.remotes[0].add(an_object("u1", "Review"))
    account.run()
    account.move(account.move(href), source=1)
    account.run()
    account.run()
    assert account.titles() == account.titles_there() == [["Review"], []]


def test_deleted_here_and_moved_there(account: Account) -> None:
    """The deletion follows the object."""
    href = account.remotes[0].add(an_object("u1", "Review"))
    account.run()
    (key,) = account.hosts[0].state.rows
    account.hosts[0].remove(key)
    account.move(href)
    account.run()
    account.run()
    assert account.titles() == account.titles_there() == [[], []]


def test_a_move_to_a_calendar_that_is_listed_anew(account: Account) -> None:
    href = account.remotes[0].add(an_object("u1", "Review"))
    account.run()
    account.remotes[1].forget_tokens()
    account.remotes[0].forget_tokens()
    account.move(href)
    account.run()
    assert account.titles() == account.titles_there() == [[], ["Review"]]
    assert len(account.hosts[1].state.rows) == 1


def test_crash_at_every_call_of_a_move(account: Account) -> None:
    names = _story(account.style, Fuse())
    assert names.count("relocate") == 1
    for at in range(1, len(names) + 1):
        for after in (False, True):
            _story(account.style, Fuse(at, after=after))


def _story(style: str, fuse: Fuse) -> list[str]:
    account = Account(style)
    href = account.remotes[0].add(an_object("u1", "Review"))
    account.run()
    (key,) = account.hosts[0].state.rows
    account.hosts[0].edit(key, {"location": "Room Blue"})
    account.move(href)
    try:
        account.run(fuse)
    except Crash:
        account.run()
    account.run()
    account.run()
    assert account.titles() == account.titles_there() == [[], ["Review"]]
    (values,) = account.remotes[1].live().values()
    assert values["location"] == "Room Blue"
    return fuse.names


@dataclass
class Unreachable:
    """A collection that cannot be asked."""

    remote: CalendarCollection
    error: SyncError

    def __getattr__(self, name: str) -> object:
        return getattr(self.remote, name)

    def changes(self, since: SyncToken | None) -> ChangeSet:  # noqa: ARG002 -- the port's
        raise self.error


@pytest.mark.parametrize(
    ("error", "kept"), [(Retryable("http_503"), ["Review"]), (CollectionUnavailable("gone"), [])]
)
def test_nothing_counts_as_gone_while_a_sibling_cannot_be_asked(
    account: Account, error: SyncError, kept: list[str]
) -> None:
    """It may have gone there; a calendar that is no more is not waited for."""
    href = account.remotes[0].add(an_object("u1", "Review"))
    account.remotes[0].add(an_object("u2", "Lunch"))
    account.run()
    account.move(href)
    account.remotes[0].add(an_object("u3", "New"))
    lease = account.hosts[0].claim()
    account.hosts[1].state.fence = lease.fence
    broken = Unreachable(account.remotes[1], error)
    pairs = [(account.hosts[0], account.remotes[0]), (account.hosts[1], broken)]

    first, second = synchronize_account(lease, pairs, account.clock)  # type: ignore[arg-type]

    assert (first.error, second.error) == (None, error)
    assert account.titles()[0] == sorted(["Lunch", "New", *kept])
    account.run()
    account.run()
    assert account.titles() == account.titles_there() == [["Lunch", "New"], ["Review"]]


# --- pure


def test_only_what_is_clear_is_a_move() -> None:
    lost, other = here(an_object("u1"), "h1"), here(an_object("u2"), "h2")
    found = there("h9", an_object("u1"))
    assert relocations([[lost, other], []], [[], [found]]) == {
        1: [Relocation(lost.link.key, Href("h9"))]
    }
    assert relocations([[lost], []], [[found], []]) == {}  # the same calendar
    assert relocations([[lost], []], [[found], [found]]) == {}  # two of them
    assert relocations([[lost], [lost]], [[], [found]]) == {}
    assert relocations([[other], []], [[], [found]]) == {}


def test_a_mirror_that_is_put_elsewhere_moves_nothing() -> None:
    lost = here(an_object("u1"), "h1", CopyRole.MIRROR)
    assert relocations([[lost], []], [[], [there("h9", an_object("u1"))]]) == {}
