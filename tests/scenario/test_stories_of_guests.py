"""Who is invited, who is no more, who removes a copy, and who joins us later."""

from __future__ import annotations

import pytest

from support.story import ADDRESSES, ANNA, BEN, EVERYBODY, GIL, OTTO, Story, everybody_but

ORGANIZERS = pytest.mark.parametrize("organizer", EVERYBODY)
REVIEW = "2 9-10 Review"
GONE = "2 9-10 Canceled: Review"


def away(*keys: str) -> dict[str, str]:
    return dict.fromkeys(keys, "-")


# --- invited and not invited any more


@ORGANIZERS
def test_guests_are_added_there(story: Story, organizer: str) -> None:
    later = {"anna": [BEN, GIL], "ben": [ANNA, GIL]}.get(organizer, [ANNA, BEN])
    story.organizer = organizer
    story.connect("anna", "ben")
    guests = [guest for guest in everybody_but(organizer) if guest not in later]
    story.there(organizer).create("Review", *guests)
    story.begin()

    story.there(organizer).invite("Review", *later)

    story.ends(REVIEW, requests=6)


@pytest.mark.parametrize(
    ("organizer", "later", "told"),
    [("anna", [BEN, GIL], "ben gil"), ("ben", [ANNA, OTTO], "anna otto")],
)
def test_guests_are_added_here(story: Story, organizer: str, later: list[str], told: str) -> None:
    """Only those who are new are told."""
    story.organizer = organizer
    story.connect("anna", "ben")
    guests = [guest for guest in everybody_but(organizer) if guest not in later]
    story.here(organizer).create("Review", *guests)
    story.begin()

    story.here(organizer).invite("Review", *later)

    story.ends(REVIEW, mails=f"invite {told}", writes=f"{organizer} 1", requests=7)


@pytest.mark.parametrize(
    ("organizer", "guest"),
    [
        ("anna", "ben"),
        ("anna", "cleo"),
        ("anna", "gil"),
        ("anna", "otto"),
        ("ben", "anna"),
        ("ben", "cleo"),
        ("ben", "gil"),
        ("ben", "otto"),
    ],
)
@pytest.mark.parametrize("where", ["there", "here"])
def test_guest_is_uninvited(story: Story, organizer: str, guest: str, where: str) -> None:
    story.meet(organizer)

    if where == "there":
        story.there(organizer).uninvite("Review", ADDRESSES[guest])
    else:
        story.here(organizer).uninvite("Review", ADDRESSES[guest])

    story.ends(
        REVIEW,
        there={guest: "-" if guest in {"ben", "gil"} else GONE},
        here={} if guest in {"gil", "otto"} else away(guest),
        mails="" if where == "there" else f"cancel {guest}",
        writes="" if where == "there" else f"{organizer} 1",
        requests=6 + (where == "here"),
    )


@pytest.mark.parametrize(
    ("organizer", "answers"), [("cleo", "anna no"), ("gil", ""), ("otto", "anna no")]
)
def test_anna_is_uninvited_from_outside(story: Story, organizer: str, answers: str) -> None:
    """It is over for her alone. Ben's copy still lists her, unless it comes from Google."""
    story.meet(organizer)

    story.there(organizer).uninvite("Review", ANNA)

    story.ends(
        REVIEW,
        there={"anna": GONE},
        here=away("anna"),
        answers=answers,
        answers_there="",
        own_answers="",
        requests=6,
    )


@pytest.mark.parametrize("organizer", ["cleo", "gil", "otto"])
def test_ben_is_uninvited_from_outside(story: Story, organizer: str) -> None:
    """Nobody says why his copy went: to us he has declined."""
    story.meet(organizer)

    story.there(organizer).uninvite("Review", BEN)

    story.ends(
        REVIEW,
        there=away("ben"),
        here=away("ben"),
        answers="ben no",
        answers_there="",
        own_answers="",
        requests=6,
    )


@pytest.mark.parametrize("first", ["cleo", "the others"])
def test_third_copy_tells_that_cleo_is_uninvited(story: Story, first: str) -> None:
    """Gil does so. Of his Google guests' copies hers is gone, and Ben's lists her no more.

    Anna's in Outlook lists her on; it speaks for Gil if it was synchronized before Ben's.
    """
    story.organizer, cleo = "gil", "cleo@gmail.example"
    story.connect("anna", "ben")
    story.connect("cleo", provider="google")
    story.there("gil").create("Review", ANNA, BEN, cleo)
    story.begin()
    assert story.here("cleo").guests("Review") == [ANNA, BEN, cleo]

    story.there("gil").uninvite("Review", cleo)
    story.sync(*(["cleo"] if first == "cleo" else ["anna", "ben"]))
    story.settle()

    assert story.here("cleo").seen() == []
    assert story.here("anna").guests("Review") == story.here("ben").guests("Review") == [ANNA, BEN]
    story.rest()


def test_forwarded_invitation_shows_the_same_meeting(story: Story) -> None:
    """Otto forwards Anna's invitation to Ben, whom she has not invited."""
    story.connect("anna", "ben")
    story.there("anna").create("Review", OTTO)
    story.begin()

    story.there("otto").forward("Review", BEN)

    story.ends(REVIEW, there=away("cleo", "gil"), here=away("cleo"), requests=6)


@pytest.mark.parametrize("organizer", ["anna", "ben"])
def test_organizer_among_the_guests_is_not_doubled(story: Story, organizer: str) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.here(organizer).create("Review", ADDRESSES[organizer], GIL)

    others = [key for key in EVERYBODY if key not in (organizer, "gil")]
    story.ends(
        REVIEW,
        there=away(*others),
        here=away(*[key for key in others if key != "otto"]),
        mails="invite gil",
        writes=f"{organizer} 1",
        requests=7,
    )
    assert story.here(organizer).guests("Review") == [GIL]


@pytest.mark.parametrize("organizer", ["anna", "ben"])
def test_guest_in_three_spellings_is_one(story: Story, organizer: str) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.here(organizer).create("Review", GIL, "GIL@client.example", " Gil@Client.Example ")

    others = [key for key in EVERYBODY if key not in (organizer, "gil")]
    story.ends(
        REVIEW,
        there=away(*others),
        here=away(*[key for key in others if key != "otto"]),
        mails="invite gil",
        writes=f"{organizer} 1",
        requests=7,
    )
    assert story.here(organizer).guests("Review") == [GIL]


# --- a guest and his own copy


@pytest.mark.parametrize(
    ("organizer", "guest", "answers_there"),
    [
        ("anna", "ben", "ben no"),
        ("ben", "anna", ""),
        ("cleo", "ben", "ben no"),
        ("cleo", "anna", ""),
        ("gil", "ben", "ben no"),
        ("gil", "anna", ""),
        ("otto", "ben", "ben no"),
        ("otto", "anna", ""),
    ],
)
def test_guest_deletes_his_copy_there(
    story: Story, organizer: str, guest: str, answers_there: str
) -> None:
    """Google tells the organizer, Outlook does not, and we keep out of it."""
    story.meet(organizer)

    story.there(guest).delete("Review")

    story.ends(
        REVIEW,
        there=away(guest),
        here=away(guest),
        answers=f"{guest} no",
        answers_there=answers_there,
        own_answers="",
        requests=6 + (guest == "anna"),
    )


@pytest.mark.parametrize("organizer", ["cleo", "gil", "otto"])
def test_both_delete_their_copies_at_once(story: Story, organizer: str) -> None:
    """A colleague's meeting goes on for her; of one from outside nothing is known any more."""
    story.meet(organizer)

    story.there("anna").delete("Review")
    story.there("ben").delete("Review")

    hers = organizer == "cleo"
    story.ends(
        REVIEW,
        there=away("anna", "ben"),
        here=away("anna", "ben") if hers else away("anna", "ben", "cleo"),
        answers="anna no, ben no" if hers else "",
        answers_there="ben no",
        own_answers="",
        requests=7,
        events=1 if hers else 0,
    )


@pytest.mark.parametrize(
    ("organizer", "guest"),
    [("anna", "ben"), ("ben", "anna"), ("gil", "anna"), ("otto", "ben")],
)
def test_guest_deletes_it_here(story: Story, organizer: str, guest: str) -> None:
    """That is a no, and the organizer is told once."""
    story.meet(organizer)

    story.here(guest).delete("Review")

    outlook = guest == "anna"
    story.ends(
        REVIEW,
        there=away(guest) if outlook else {},
        here=away(guest),
        answers=f"{guest} no",
        own_answers="" if outlook else None,
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=7 + outlook,
    )


# --- who joins us later


def test_organizer_connects_later(story: Story) -> None:
    """Her own copy becomes the home of what her guests' copies have told us."""
    story.meet("cleo")

    story.connect("cleo")
    story.ends(REVIEW, requests=11)

    story.there("cleo").rename("Review", "Kick-off")
    story.ends("2 9-10 Kick-off", requests=9)


def test_organizer_of_a_meeting_made_here_connects_later(story: Story) -> None:
    """It is made there without its guests, until she says *Invite now*."""
    story.meet("cleo", here=True)

    story.connect("cleo")

    there = away("anna", "ben", "gil", "otto")
    story.ends(REVIEW, there=there, writes="cleo 1", requests=12)


@pytest.mark.parametrize("second", ["anna", "ben"])
@ORGANIZERS
def test_second_colleague_connects(story: Story, organizer: str, second: str) -> None:
    """He finds the meeting that is here already."""
    first = "ben" if second == "anna" else "anna"
    story.organizer = organizer
    story.connect(first)
    story.there(organizer).create("Review", *everybody_but(organizer))
    story.begin()

    story.connect(second)

    story.ends(REVIEW, requests=8 if second == "anna" else 7)
