"""A meeting is handed over, and the worker dies at any call of making the new one."""

from __future__ import annotations

from functools import partial

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.organizers import hand_over
from calendar_sync.engine.consent import Choice
from support.crashing import Crash, Fuse, through
from support.replay import Moment, Outcome
from support.world import Organization

EVA = "eva@client.example"


@pytest.mark.parametrize(("first", "second"), [("google", "outlook"), ("outlook", "google")])
def test_crash_at_every_call_of_handing_over(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    """Grow before cut: guests may have two meetings for a while, never none; nobody hears twice."""
    organization.connect(organization.anna, first)
    organization.connect(organization.ben, second)
    organization.work()
    ben = str(organization.sandbox.people.get("ben").address(second))
    event = organization.create(organization.anna, "Review", ben, EVA, choice=Choice.SEND)
    rounds(organization)
    organization.sandbox.mail.clear()
    done = hand_over(
        organization.anna, event.pk, organization.ben.pk, Choice.SEND, organization.now
    )
    assert done is None
    moment, fuse = Moment(organization), Fuse()
    expected = to_the_end(organization, fuse)
    assert sorted(kind for kind, _ in expected.mails) == ["cancel", "cancel", "invite", "invite"]
    assert len(set(expected.mails)) == 4
    assert expected.open_ends == 0

    last = len(fuse.names)
    assert last >= 6
    for at in range(1, last + 2):
        moment.again()
        burning = Fuse(min(at, last), after=at > last)
        assert to_the_end(organization, burning) == expected, fuse.names[: at - 1]


def rounds(organization: Organization) -> None:
    for _ in range(3):
        organization.advance(minutes=11)
        organization.sync()


def to_the_end(organization: Organization, fuse: Fuse) -> Outcome:
    """The run that may die, those after it, and Anna's word on cancelling the old one."""
    crashes = fuse.at > 0
    try:
        organization.work(partial(through, fuse))
    except Crash:
        crashes = False
    assert not crashes, "the fuse did not burn"
    assert "Review" in str(Outcome.of(organization).there)
    rounds(organization)
    (item,) = [each for each in attention_items(organization.anna) if each.kind == "held"]
    release(organization.anna, item.link_id, "send", organization.now)
    rounds(organization)
    return Outcome.of(organization)
