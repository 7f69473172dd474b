"""The whole product, killed before and after every port call: the end is always the same.

No doubles, no losses, no mail twice, over the real database and both simulated providers. Between
two calls a run only thinks, so after one is before the next: each gap is a crash of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import answer_event, create_event, delete_event, edit_event
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event
from support.crashing import Crash, Fuse, through
from support.replay import Moment, Outcome
from support.world import PROVIDERS, START, Organization

HOUR = timedelta(hours=1)
EVA = "eva@client.example"
MAX = "max@client.example"


def first_sync(organization: Organization, provider: ProviderName) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    for title in ("Ours", "Both"):
        organization.create(anna, title)
    organization.create(anna, "Our meeting", EVA, MAX)
    there.load(["Theirs", "Their meeting"], EVA)
    organization.connect(anna, provider)


def invitation(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    organization.create(organization.anna, "Review", EVA, MAX, choice=Choice.SEND)
    organization.create(organization.anna, "Ours")


def edits_on_both_sides(organization: Organization, provider: ProviderName) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    for title in ("First", "Theirs", "Both"):
        organization.create(anna, title)
    organization.create(anna, "Meeting", EVA, choice=Choice.SEND)
    organization.sync()
    organization.advance(minutes=1)
    there.relocate("Theirs", "Room Green")
    there.rename("Both", "Renamed there")
    there.relocate("Meeting", "Room Red")
    organization.sandbox.mail.clear()
    organization.advance(minutes=1)
    _edit(organization, "First", summary="Ours")
    _edit(organization, "Both", location="Room Blue")
    _edit(organization, "Meeting", summary="Review")


def deletions_on_both_sides(organization: Organization, provider: ProviderName) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    meeting = organization.create(anna, "Meeting", EVA, MAX, choice=Choice.SEND)
    deleted = organization.create(anna, "Deleted here")
    organization.create(anna, "Ours")
    there.create("Theirs")
    organization.sync()
    organization.sandbox.mail.clear()
    delete_event(anna, meeting.pk, Choice.SEND, organization.now)
    delete_event(anna, deleted.pk, None, organization.now)
    there.delete("Theirs")


def lost_token(organization: Organization, provider: ProviderName) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "First")
    deleted = organization.create(anna, "Deleted here")
    there.load(["Theirs", "Deleted there"], EVA)
    organization.connect(anna, provider)
    organization.sync()
    organization.sync()
    _edit(organization, "First", summary="Ours")
    delete_event(anna, deleted.pk, None, organization.now)
    organization.create(anna, "New here")
    there.create("New there")
    there.delete("Deleted there")
    there.forget_token()
    organization.sandbox.mail.clear()


def answer_of_a_colleague(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.connect(organization.ben, provider)
    ben = str(organization.sandbox.people.get("ben").address(provider))
    organization.there("anna", provider).create("Review", ben)
    organization.sync()
    organization.sandbox.mail.clear()
    event = Event.objects.get()
    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now)
    organization.create(organization.anna, "Ours")


def series_moved_and_split(organization: Organization, provider: ProviderName) -> None:
    """A daily series whose second date is its own: moved, and another cut in two."""
    anna, now = organization.anna, organization.now
    organization.connect(anna, provider)
    organization.work()
    for title in ("Daily", "Weekly"):
        draft = EventDraft(START, START + HOUR, title, recurrence=(f"RRULE:FREQ={title};COUNT=4",))
        assert isinstance(create_event(anna, draft, None, now), Event)
    _edit_date(organization, "Daily", 1, Scope.THIS, location="Room Blue")
    organization.create(anna, "Ours")
    organization.sync()
    organization.sync()
    _edit_date(organization, "Daily", 0, Scope.ALL, start=START + HOUR, end=START + 2 * HOUR)
    _edit_date(organization, "Weekly", 2, Scope.FOLLOWING, summary="Later")


def _edit_date(
    organization: Organization, title: str, number: int, scope: Scope, **changes: object
) -> None:
    event = Event.objects.get(components__summary=title)
    dates = event.occurrences.order_by("starts_at").values_list("recurrence_id", flat=True)
    edit_dates(organization.anna, event.pk, dates[number], scope, changes, None, organization.now)


def _edit(organization: Organization, title: str, **changes: str) -> None:
    event = Event.objects.alive().get(components__summary=title)
    edit_event(organization.anna, event.pk, changes, Choice.SEND, organization.now)


def _edit_again(organization: Organization) -> None:
    """What a crashed run was about to write, or had written, is changed once more."""
    _edit(organization, "Ours", summary="Ours, edited again")


SERIES = ["Daily", "Later", "Ours, edited again", "Weekly"]
Story = Callable[[Organization, ProviderName], None]
# Titles at the provider when all is quiet, and how many were mailed of what kind.
STORIES: dict[Story, tuple[list[str], list[str]]] = {
    first_sync: (["Both", "Our meeting", "Ours, edited again", "Their meeting", "Theirs"], []),
    invitation: (["Ours, edited again", "Review"], ["invite", "invite"]),
    edits_on_both_sides: (["Ours, edited again", "Renamed there", "Review", "Theirs"], ["update"]),
    deletions_on_both_sides: (["Ours, edited again"], ["cancel", "cancel"]),
    lost_token: (["New here", "New there", "Ours, edited again", "Theirs"], []),
    answer_of_a_colleague: (["Ours, edited again", "Review"], ["response"]),
    series_moved_and_split: (SERIES, []),
}
SOON, LATE = 3, 11
"""Minutes until the next run: a lost write may be repeated still, or has to be looked for."""


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("tell", STORIES)
def test_crash_at_every_port_call_changes_nothing(
    organization: Organization, tell: Story, provider: ProviderName
) -> None:
    tell(organization, provider)
    moment = Moment(organization)
    fuse = Fuse()
    expected = _told_to_the_end(organization, fuse, LATE)
    _check_told(organization, *STORIES[tell], provider)
    assert len(fuse.names) >= 6

    last = len(fuse.names)
    for at in range(1, last + 2):
        for minutes in (SOON, LATE) if "attempt" in fuse.names[: at - 1] else (LATE,):
            moment.again()
            burning = Fuse(min(at, last), after=at > last)
            outcome = _told_to_the_end(organization, burning, minutes)
            assert outcome == expected, f"crash after {fuse.names[: at - 1]}, {minutes} minutes"


def _check_told(
    organization: Organization, titles: list[str], mails: list[str], provider: ProviderName
) -> None:
    """The story that did not crash is right, so the others are too."""
    # Google lists a changed date beside its series.
    assert sorted(set(organization.there("anna", provider).titles())) == titles
    assert organization.titles_here(organization.anna) == titles
    assert [kind for kind, _ in organization.mails] == mails
    assert len(set(organization.mails)) == len(mails)
    assert Outcome.of(organization).open_ends == 0
    turns = organization.sync()
    assert [report for turn in turns for report in turn.reports if report != SyncReport()] == []


def _told_to_the_end(organization: Organization, fuse: Fuse, minutes: int) -> Outcome:
    """Until everything is quiet; where a worker crashed, the next one waits for its lease."""
    crashes = fuse.at > 0
    try:
        organization.work(partial(through, fuse))
    except Crash:
        crashes = False
    assert not crashes, "the fuse did not burn"
    _edit_again(organization)
    organization.advance(minutes=minutes)
    organization.sync()
    organization.advance(minutes=LATE)  # a 404 just after an own write proves nothing at Graph
    organization.sync()
    return Outcome.of(organization)
