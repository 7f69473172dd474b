"""What is no change of a meeting mails nobody: connecting, stopping, losing tokens, resetting."""

from __future__ import annotations

import pytest

from calendar_sync.actions.accounts import disconnect, restart, stop
from calendar_sync.actions.reset import Existing, Following, reset_account
from calendar_sync.models import Event
from support.story import ANNA, BEN, EVERYBODY, GIL, MAIL, Story

REVIEW = "2 9-10 Review"
GONE = "2 9-10 Canceled: Review"
CONNECTED = pytest.mark.parametrize("organizer", ["anna", "ben"])
MANY = 200


# --- a long past


@pytest.mark.parametrize(("first", "second"), [("anna", "ben"), ("ben", "anna")])
def test_accounts_with_many_meetings_connect(story: Story, first: str, second: str) -> None:
    """Each calls 200 with guests: nobody is mailed, by either account; one request for each."""
    for key, other in (("anna", BEN), ("ben", ANNA)):
        there = story.organization.there(key, MAIL[key])
        there.load([f"{key} {number}" for number in range(MANY)], other, GIL)

    for accounts, key in enumerate((first, second), 1):
        story.connect(key)
        story.organization.sandbox.journal.clear()
        story.sync()
        assert story.organization.mails == []
        assert Event.objects.count() == 2 * MANY
        assert story.requests() == accounts

    story.rest()


# --- at rest


@CONNECTED
def test_ten_idle_rounds_write_nothing(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)

    story.rest(rounds=10)

    assert story.requests() == 20


@CONNECTED
def test_lost_tokens(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True)

    for key in ("anna", "ben"):
        story.there(key).forget_token()

    story.ends(REVIEW, requests=8)


@CONNECTED
def test_lost_tokens_of_a_series(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)

    for key in ("anna", "ben"):
        story.there(key).forget_token()

    story.ends("2-5 9-10 Review", requests=9)


# --- stopped for a while


@CONNECTED
def test_stopped_and_restarted(story: Story, organizer: str) -> None:
    """What the others did meanwhile arrives, what was edited here meanwhile is held or silent."""
    story.meet(organizer, here=True)
    accounts = {key: story.account(key).pk for key in ("anna", "ben")}
    for key, pk in accounts.items():
        stop(story.user(key), pk, story.organization.now)
    story.sync()
    story.there("gil").answer("Review", "yes")

    for key, pk in accounts.items():
        restart(story.user(key), pk, story.organization.now)

    story.ends(REVIEW, answers="gil yes", requests=6)


@CONNECTED
def test_edited_while_it_was_stopped(story: Story, organizer: str) -> None:
    """Nobody was asked, so nobody is mailed: Google is told silently, Outlook's is held."""
    story.meet(organizer, here=True)
    pk = story.account(organizer).pk
    stop(story.user(organizer), pk, story.organization.now)
    story.here(organizer).move("Review", 3, 11, choice=None)

    restart(story.user(organizer), pk, story.organization.now)

    if organizer == "anna":
        there = dict.fromkeys(EVERYBODY, REVIEW)
        held = "anna: Review held ben cleo gil otto"
        story.ends("3 11-12 Review", there=there, held=held, requests=6)
    else:
        there = dict.fromkeys(["anna", "cleo", "otto"], REVIEW)
        story.ends("3 11-12 Review", there=there, writes="ben 1", requests=7)


@CONNECTED
def test_paused_by_the_administrator(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True)
    for paused in (True, False):
        for provider in ("google", "outlook"):
            story.organization.pause(provider, paused=paused)
        story.sync()
        story.there("otto").answer("Review", "maybe")

    story.ends(REVIEW, answers="otto maybe", requests=8)


@pytest.mark.parametrize(("organizer", "requests"), [("anna", 12), ("ben", 10)])
def test_cancelled_while_it_was_disconnected(story: Story, organizer: str, requests: int) -> None:
    """Until its account is back, it is over only for the guest whose copy is gone."""
    story.meet(organizer, here=True)
    disconnect(story.user(organizer), story.account(organizer).pk, story.organization.now)
    story.there(organizer).delete("Review")
    story.settle()
    assert story.here("cleo").card("Review")

    story.connect(organizer)

    told = {key for key in EVERYBODY if MAIL[key] == "outlook"} - {organizer}
    story.ends("-", there=dict.fromkeys(told, GONE), requests=requests, events=0)


# --- reset

RESETS: list[tuple[Existing, Following]] = [
    ("leave", "new"),
    ("leave", "all"),
    ("provider", "new"),
    ("provider", "all"),
    ("here", "new"),
    ("here", "all"),
    ("both", "new"),
    ("both", "all"),
]


@pytest.mark.parametrize(("existing", "following"), RESETS)
@pytest.mark.parametrize(("organizer", "who"), [("anna", "anna"), ("ben", "ben"), ("gil", "ben")])
def test_reset(
    story: Story, organizer: str, who: str, existing: Existing, following: Following
) -> None:
    """A future meeting with guests stays at the provider, and with everybody but who drops it."""
    story.meet(organizer, here=organizer != "gil")
    account = story.account(who)

    now = story.organization.now
    reset_account(story.organization.admin, account.pk, existing, following, now)
    story.organization.work()
    story.connect(who)

    dropped = organizer == who and existing in {"here", "both"} and following == "new"
    here = {who: "-"} if dropped else {}
    story.ends(REVIEW, here=here, requests=8 if who == "anna" else 7)


@pytest.mark.parametrize("existing", ["provider", "both"])
@pytest.mark.parametrize(("organizer", "guest"), [("anna", "ben"), ("ben", "anna")])
def test_reset_that_tells_the_guests(
    story: Story, organizer: str, guest: str, existing: Existing
) -> None:
    """The administrator agreed to the mails. It is kept here, or called off, as he chose."""
    story.meet(organizer, here=True)
    account = story.account(organizer)

    now, admin = story.organization.now, story.organization.admin
    reset_account(admin, account.pk, existing, "new", now, tell_guests=True)
    story.organization.work()

    told = [key for key in EVERYBODY if key != organizer]
    marked = [key for key in told if key in {"anna", "cleo", "otto"}]
    kept = existing == "provider"
    story.ends(
        REVIEW if kept else "-",
        answers=f"{guest} no" if kept else "",
        answers_there="",
        own_answers="",
        there={**dict.fromkeys(EVERYBODY, "-"), **dict.fromkeys(marked, GONE)},
        here={guest: "-"},
        mails=f"cancel {' '.join(told)}",
        writes=f"{organizer} 1",
        requests=4,
        events=1 if kept else 0,
    )
