"""A worker that dies at every port call of a run in turn, and those that go on after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from support.crashing import Crash, Fuse, through
from support.replay import Moment, Outcome
from support.world import Organization

Rest = Callable[[Organization], None]


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def check_every_death(organization: Organization, rest: Rest = rounds, *, at_least: int) -> Outcome:
    """How it ends when nobody dies; the same for a death before each call, and after the last.

    `rest`: what happens after the run that may die. `at_least`: so many calls it has.
    """
    moment, fuse = Moment(organization), Fuse()
    expected = _told(organization, fuse, rest)
    last = len(fuse.names)
    assert last >= at_least, fuse.names
    for at in range(1, last + 2):
        moment.again()
        burning = Fuse(min(at, last), after=at > last)
        outcome = _told(organization, burning, rest)
        assert outcome == expected, fuse.names[: at - 1]
    moment.again()
    _told(organization, Fuse(), rest)
    return expected


def _told(organization: Organization, fuse: Fuse, rest: Rest) -> Outcome:
    crashes = fuse.at > 0
    try:
        organization.work(partial(through, fuse))
    except Crash:
        crashes = False
    assert not crashes, "the fuse did not burn"
    rest(organization)
    return Outcome.of(organization)
