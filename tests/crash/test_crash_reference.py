"""Six stories, each crashed before and after every port call: the end is always the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from calendar_sync.engine.consent import CREATED, DELETED, Choice, Consent
from calendar_sync.engine.run import synchronize
from calendar_sync.hosts.memory import MemoryHost
from support.builders import ANNA, BEN, EVA, an_object
from support.crashing import Crash, CrashingHost, CrashingRemote, Fuse
from support.remote import RemoteCalendar, TickingClock

STYLES = ("google", "graph")
Outcome = tuple[list[str], list[str], list[tuple[str, str]], int]
"""Values here, values there, mails, links."""


class Story:
    """A host and a remote with something to do; `run` is the synchronization under test."""

    def __init__(self, style: str) -> None:
        self.clock = TickingClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
        self.host = MemoryHost(frozenset({ANNA}), self.clock)
        self.remote = RemoteCalendar(self.clock, style)

    def run(self, fuse: Fuse | None = None) -> Fuse:
        fuse = fuse or Fuse()
        host, remote = CrashingHost(self.host, fuse), CrashingRemote(self.remote, fuse)
        synchronize(self.host.claim(), host, remote, self.clock)
        return fuse

    def consent(self, key: str, *people: str) -> Consent:
        until = self.clock.now() + timedelta(days=7)
        return Consent(Choice.SEND, frozenset(people), frozenset({key}), until)

    def outcome(self) -> Outcome:
        rows = self.host.state.rows.values()
        here = sorted(str(row.values) for row in rows if row.values is not None)
        there = sorted(str(values) for values in self.remote.live().values())
        return here, there, sorted(self.remote.mails), len(self.host.state.rows)


def first_sync(story: Story) -> None:
    story.remote.add(an_object("r1", "Theirs", guests=(BEN,)))
    story.remote.add(an_object("r2", "Both"))
    story.host.add(an_object("h1", "Both"))
    story.host.add(an_object("h2", "Ours"))


def invitation(story: Story) -> None:
    story.host.add(an_object("h1", guests=(BEN, EVA)), story.consent(CREATED, BEN, EVA))


def edits_on_both_sides(story: Story) -> None:
    keys = [story.host.add(an_object(f"h{number}", f"Event {number}")) for number in range(3)]
    story.run()
    hrefs = sorted(story.remote.live())
    story.host.edit(keys[0], {"summary": "Renamed here"})
    story.host.edit(keys[1], {"location": "Room Blue"})
    story.remote.edit(hrefs[1], {"description": "<p>Agenda</p>"})
    story.remote.edit(hrefs[2], {"summary": "Renamed there"})


def deletions_on_both_sides(story: Story) -> None:
    meeting = story.host.add(an_object("h1", guests=(BEN,)), story.consent(CREATED, BEN))
    story.host.add(an_object("h2", "Stays"))
    story.run()
    href = story.remote.add(an_object("r1", "Theirs"))
    story.run()
    story.host.remove(meeting, story.consent(DELETED, BEN))
    story.remote.remove(href)


def lost_token(story: Story) -> None:
    key = story.host.add(an_object("h1", "Ours"))
    story.remote.add(an_object("r1", "Theirs", guests=(BEN, EVA)))
    story.run()
    story.remote.forget_tokens()
    story.host.edit(key, {"summary": "Renamed"})


def lost_token_of_a_large_calendar(story: Story) -> None:
    """Everything is told anew, an object at a time."""
    lost_token(story)
    story.remote.add(an_object("r2", "Theirs too"))
    story.remote.remove(min(story.remote.live()))
    story.remote.portion = 1


STORIES = (
    first_sync,
    invitation,
    edits_on_both_sides,
    deletions_on_both_sides,
    lost_token,
    lost_token_of_a_large_calendar,
)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("tell", STORIES)
def test_crash_at_every_port_call_changes_nothing(
    tell: Callable[[Story], None], style: str
) -> None:
    expected, calls = _told_to_the_end(tell, style, Fuse())
    assert calls >= 4

    for at in range(1, calls + 1):
        for after in (False, True):
            outcome, _ = _told_to_the_end(tell, style, Fuse(at, after=after))
            assert outcome == expected, f"crash {'after' if after else 'before'} call {at}"


def _told_to_the_end(tell: Callable[[Story], None], style: str, fuse: Fuse) -> tuple[Outcome, int]:
    story = Story(style)
    tell(story)
    crashes = fuse.at > 0
    try:
        story.run(fuse)
    except Crash:
        crashes = False
    assert not crashes, "the fuse did not burn"
    calls = len(fuse.names)
    story.clock.advance(timedelta(minutes=11))
    for _ in range(3):
        story.run()
    return story.outcome(), calls
