"""Guests answer, there and here: a meeting, a series, one date; and whom that tells.

Answers given there are told by the provider itself; those given here are told once, by us.
"""

from __future__ import annotations

import pytest

from calendar_sync.models import Attendee
from support.mailbox import Word
from support.story import ADDRESSES, BEN, Story

WORDS = pytest.mark.parametrize("word", ["yes", "no", "maybe"])
OUTSIDE = pytest.mark.parametrize("organizer", ["cleo", "gil", "otto"])
PAIRS = pytest.mark.parametrize(("organizer", "guest"), [("anna", "ben"), ("ben", "anna")])


def leaves(guest: str, word: Word) -> dict[str, str]:
    """Outlook takes a declined meeting out of its guest's calendar; Google shows it crossed out."""
    return {guest: "-"} if word == "no" and guest in {"anna", "cleo", "otto"} else {}


# --- a meeting


@WORDS
@pytest.mark.parametrize(
    ("organizer", "guest"),
    [
        ("anna", "ben"),
        ("anna", "cleo"),
        ("anna", "gil"),
        ("anna", "otto"),
        ("ben", "anna"),
    ],
)
def test_guest_answers_there(story: Story, organizer: str, guest: str, word: Word) -> None:
    story.meet(organizer)

    story.there(guest).answer("Review", word)

    there = leaves(guest, word)
    story.ends(
        "2 9-10 Review",
        answers=f"{guest} {word}",
        own_answers="" if there else None,
        there=there,
        here={guest: "-"} if word == "no" and guest in {"anna", "ben", "cleo"} else {},
        requests=6 + (word == "no" and guest == "anna"),
    )


@WORDS
@PAIRS
def test_colleague_answers_here(story: Story, organizer: str, guest: str, word: Word) -> None:
    story.meet(organizer)

    story.here(guest).answer("Review", word)

    there = leaves(guest, word)
    story.ends(
        "2 9-10 Review",
        answers=f"{guest} {word}",
        own_answers="" if there else None,
        there=there,
        here={guest: "-"} if word == "no" else {},
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=7 + (guest == "anna"),
    )


@pytest.mark.parametrize("organizer", ["anna", "ben"])
def test_colleague_who_is_not_connected_answers_here(story: Story, organizer: str) -> None:
    """Everybody here sees it. His provider is not ours to use, so the organizer's is not told."""
    story.meet(organizer)

    story.here("cleo").answer("Review", "yes")

    story.ends("2 9-10 Review", answers="cleo yes", answers_there="", own_answers="", requests=6)


@OUTSIDE
@pytest.mark.parametrize("guest", ["anna", "ben"])
def test_guest_of_an_outside_meeting_answers_here(story: Story, organizer: str, guest: str) -> None:
    story.meet(organizer)

    story.here(guest).answer("Review", "yes")

    story.ends(
        "2 9-10 Review",
        answers=f"{guest} yes",
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=7 + (guest == "anna"),
    )


@OUTSIDE
@pytest.mark.parametrize("guest", ["anna", "ben"])
def test_guest_of_an_outside_meeting_answers_there(
    story: Story, organizer: str, guest: str
) -> None:
    story.meet(organizer)

    story.there(guest).answer("Review", "maybe")

    story.ends("2 9-10 Review", answers=f"{guest} maybe", requests=6)


@OUTSIDE
def test_two_colleagues_see_each_others_answers(story: Story, organizer: str) -> None:
    """Through Google and through Outlook: one event, both answers."""
    story.meet(organizer)

    story.there("anna").answer("Review", "yes")
    story.here("ben").answer("Review", "maybe")

    story.ends(
        "2 9-10 Review",
        answers="anna yes, ben maybe",
        mails=f"response {organizer}",
        writes="ben 1",
        requests=7,
    )


def test_comment_given_at_google_arrives_here(story: Story) -> None:
    story.meet("anna")

    story.there("ben").answer("Review", "maybe", comment="Ten minutes late")

    story.ends("2 9-10 Review", answers="ben maybe", requests=6)
    assert Attendee.objects.get(address=BEN).comment == "Ten minutes late"


@PAIRS
def test_last_word_counts(story: Story, organizer: str, guest: str) -> None:
    """Yes there, maybe here, yes there."""
    story.meet(organizer)
    story.there(guest).answer("Review", "yes")
    story.settle()
    story.here(guest).answer("Review", "maybe")
    story.settle()

    story.there(guest).answer("Review", "yes")

    story.ends(
        "2 9-10 Review",
        answers=f"{guest} yes",
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=19 + (guest == "anna"),
    )


@PAIRS
def test_answers_on_both_sides_before_a_sync(story: Story, organizer: str, guest: str) -> None:
    """What he said last, at his provider, stands; nobody is told twice."""
    story.meet(organizer)

    story.here(guest).answer("Review", "yes")
    story.there(guest).answer("Review", "maybe")

    story.ends("2 9-10 Review", answers=f"{guest} maybe", requests=6)


@PAIRS
def test_answers_outlive_a_move(story: Story, organizer: str, guest: str) -> None:
    story.meet(organizer)
    story.there(guest).answer("Review", "yes")
    story.there("gil").answer("Review", "maybe")
    story.settle()

    story.here(organizer).move("Review", 3, 11)

    told = " ".join(key for key in ADDRESSES if key != organizer)
    story.ends(
        "3 11-12 Review",
        answers=", ".join(sorted([f"{guest} yes", "gil maybe"])),
        mails=f"update {told}",
        writes=f"{organizer} 1",
        requests=13,
    )


# --- a series


@pytest.mark.parametrize(
    ("organizer", "guest", "requests"),
    [("anna", "ben", 7), ("ben", "anna", 7), ("anna", "gil", 7), ("ben", "otto", 6)],
)
def test_guest_answers_a_series_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    story.meet(organizer, daily=True)

    story.there(guest).answer("Review", "yes")

    story.ends("2-5 9-10 Review", answers=f"{guest} yes", requests=requests)


@PAIRS
def test_colleague_answers_a_series_here(story: Story, organizer: str, guest: str) -> None:
    story.meet(organizer, daily=True)

    story.here(guest).answer("Review", "yes")

    story.ends(
        "2-5 9-10 Review",
        answers=f"{guest} yes",
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=8 + (guest == "anna"),
    )


@pytest.mark.parametrize(
    ("organizer", "guest", "requests"),
    [
        ("anna", "ben", 7),
        ("anna", "gil", 7),
        ("ben", "anna", 7),
        ("ben", "otto", 6),
        ("gil", "anna", 7),
        ("gil", "ben", 6),
        ("otto", "anna", 7),
        ("otto", "ben", 6),
    ],
)
def test_guest_declines_one_date_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    """It takes place for everybody else, whoever's copy speaks for the meeting."""
    story.meet(organizer, daily=True)

    story.there(guest).answer("Review", "no", on=4)

    without = "2-3,5 9-10 Review"
    there = {guest: without} if guest in {"anna", "otto"} else {}
    story.ends(
        "2-5 9-10 Review",
        answers=f"{guest} no 4",
        own_answers="" if there else None,
        there=there,
        here={guest: without} if guest in {"anna", "ben"} else {},
        requests=requests,
    )


@pytest.mark.parametrize("word", ["no", "maybe"])
@pytest.mark.parametrize(
    ("organizer", "guest", "requests"),
    [
        ("anna", "ben", 8),
        ("ben", "anna", 10),
        ("gil", "anna", 10),
        ("gil", "ben", 7),
        ("otto", "anna", 10),
        ("otto", "ben", 7),
    ],
)
def test_colleague_answers_one_date_here(
    story: Story, organizer: str, guest: str, requests: int, word: Word
) -> None:
    story.meet(organizer, daily=True)

    story.here(guest).answer("Review", word, on=4)

    without = "2-3,5 9-10 Review"
    there = {guest: without} if guest == "anna" and word == "no" else {}
    story.ends(
        "2-5 9-10 Review",
        answers=f"{guest} {word} 4",
        own_answers="" if there else None,
        there=there,
        here={guest: without} if word == "no" else {},
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=requests,
    )
