"""A mirror is made, withdrawn or replaced, and the worker dies at any call of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from calendar_sync.actions.sync import poll
from calendar_sync.engine.masks import Mirror
from support.crashing import Crash, Fuse, through
from support.mirrored import ANNA, connect_both, invite, mirrors, put, show, sync
from support.replay import Moment, Outcome
from support.world import PROVIDERS, Organization

Story = Callable[[Organization], None]


def made(organization: Organization) -> None:
    organization.there("ben", "outlook").create("Review", ANNA["google"])
    sync(organization, "google")
    put(organization, "outlook", Mirror.FULL)


def withdrawn(organization: Organization) -> None:
    made(organization)
    organization.work()
    assert len(mirrors()) == 1
    put(organization, "outlook", Mirror.OFF)


def replaced(organization: Organization) -> None:
    made(organization)
    show(organization, "outlook", Mirror.FULL)
    assert len(mirrors()) == 1
    invite(organization, "Review", ANNA["google"], ANNA["outlook"])


@pytest.mark.parametrize("story", [made, withdrawn, replaced])
def test_crash_at_every_call(organization: Organization, story: Story) -> None:
    """Never two, never none for good, and nobody hears of it."""
    connect_both(organization, "google")
    story(organization)
    organization.sandbox.mail.clear()
    moment, fuse = Moment(organization), Fuse()
    expected = to_the_end(organization, fuse)
    assert (expected.mails, expected.open_ends) == ([], 0)
    assert len(expected.there["anna, outlook"]) == (0 if story is withdrawn else 1)
    assert len(mirrors()) == (1 if story is made else 0)

    last = len(fuse.names)
    assert last >= 4
    for at in range(1, last + 2):
        moment.again()
        burning = Fuse(min(at, last), after=at > last)
        assert to_the_end(organization, burning) == expected, fuse.names[: at - 1]


def to_the_end(organization: Organization, fuse: Fuse) -> Outcome:
    """The run that may die, and those after it."""
    crashes = fuse.at > 0
    for provider in PROVIDERS:
        poll(provider, organization.now)
    try:
        organization.work(partial(through, fuse))
    except Crash:
        crashes = False
    assert not crashes, "the fuse did not burn"
    for _ in range(3):
        organization.advance(minutes=11)
        organization.sync()
    return Outcome.of(organization)
