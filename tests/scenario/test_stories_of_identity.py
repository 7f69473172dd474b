"""Which copies are one meeting: two accounts of one person, look-alikes, and who comes back."""

from __future__ import annotations

import pytest

from support.story import ADDRESSES, ANNA, BEN, EVERYBODY, Story, everybody_but

REVIEW = "2 9-10 Review"
GONE = "2 9-10 Canceled: Review"
ANNA_AT_GOOGLE = "anna@gmail.example"


def nobody_but(*keys: str) -> dict[str, str]:
    return {key: "-" for key in EVERYBODY if key not in keys}


def here_nobody_but(*keys: str) -> dict[str, str]:
    return {key: "-" for key in ("anna", "ben", "cleo") if key not in keys}


# --- two accounts of one person


@pytest.mark.parametrize("organizer", ["ben", "cleo", "gil", "otto"])
def test_invited_at_both_addresses(story: Story, organizer: str) -> None:
    """One meeting in her calendar here, one copy in each account; her answer goes out of both."""
    story.organizer = organizer
    story.connect("anna", "ben")
    story.connect("anna", provider="google")
    story.there(organizer).create("Review", *everybody_but(organizer), ANNA_AT_GOOGLE)
    story.begin()

    story.here("anna").answer("Review", "yes")

    story.ends(
        REVIEW,
        answers="anna yes",
        mails=f"response {organizer} {organizer}",
        writes="anna 2",
        requests=12,
    )


def test_organizers_second_account_stays_out_of_it(story: Story) -> None:
    """Nothing is mirrored unless she asks for it."""
    story.connect("anna", "ben")
    story.connect("anna", provider="google")
    story.begin()

    story.here("anna").create("Review", *everybody_but("anna"))

    mails = "invite ben cleo gil otto"
    story.ends(REVIEW, mails=mails, writes="anna 1", requests=10)
    assert story.there("anna", "google").count() == 0


# --- alike, and not the same


def test_private_look_alikes_stay_apart(story: Story) -> None:
    story.connect("anna", "ben")
    story.begin()

    story.there("anna").create("Review")
    story.there("ben").create("Review")
    story.here("cleo").create("Review")

    there = nobody_but("anna", "ben")
    story.ends(REVIEW, there=there, requests=6, events=3)


def test_meetings_alike_of_two_organizers_stay_apart(story: Story) -> None:
    """Same title, same time, same guests."""
    story.connect("anna", "ben")
    story.begin()

    story.there("gil").create("Review", ANNA, BEN)
    story.there("otto").create("Review", ANNA, BEN)

    both = dict.fromkeys(["anna", "ben"], "2,2 9-10 Review")
    story.organizer = "gil"
    here = {"cleo": "-", **both}
    story.ends(REVIEW, there=here, here=here, requests=6, events=2)


def test_known_uid_under_another_organizer_is_another_meeting(story: Story) -> None:
    """Ben has imported a file with the UID of Anna's meeting, and Otto as its organizer."""
    story.connect("anna", "ben")
    story.there("anna").create("Review", ADDRESSES["gil"])
    story.begin()
    uid = story.there("anna").rows()[0]["iCalUId"]

    story.there("ben").load(
        iCalUID=uid,
        summary="Pizza",
        organizer={"email": ADDRESSES["otto"]},
        attendees=[{"email": BEN, "responseStatus": "needsAction"}],
    )

    pizza = {"ben": "2 9-10 Pizza"}
    there = {**nobody_but("anna", "ben", "gil"), **pizza}
    here = {**here_nobody_but("anna", "ben"), **pizza}
    story.ends(REVIEW, there=there, here=here, requests=6, events=2)


@pytest.mark.parametrize(
    ("organizer", "before", "after", "requests"),
    [("gil", "ben", "anna", 6), ("otto", "anna", "ben", 6), ("cleo", "ben", "anna", 6)],
)
def test_invited_to_a_meeting_that_was_moved(
    story: Story, organizer: str, before: str, after: str, requests: int
) -> None:
    """His copy may be read while what is known here is older, and he is not on that list."""
    story.organizer = organizer
    story.connect("anna", "ben")
    story.there(organizer).create("Review", ADDRESSES[before])
    story.begin()

    story.there(organizer).move("Review", 4, 11)
    story.there(organizer).invite("Review", ADDRESSES[after])

    people = {organizer, before, after}
    there, here = nobody_but(*people), here_nobody_but(*people)
    story.ends("4 11-12 Review", there=there, here=here, requests=requests)


# --- those who come back


@pytest.mark.parametrize(
    ("organizer", "guest"),
    [("anna", "ben"), ("ben", "anna"), ("otto", "ben"), ("gil", "anna")],
)
def test_uninvited_and_invited_again(story: Story, organizer: str, guest: str) -> None:
    story.meet(organizer)
    story.there(organizer).uninvite("Review", ADDRESSES[guest])
    story.settle()

    story.there(organizer).invite("Review", ADDRESSES[guest])

    story.ends(REVIEW, requests=12)


@pytest.mark.parametrize("organizer", ["ben", "gil", "otto"])
def test_deleted_copy_comes_back_with_the_organizers_next_word(
    story: Story, organizer: str
) -> None:
    """Outlook enters an update even of a meeting that Anna had thrown away."""
    story.meet(organizer)
    story.there("anna").delete("Review")
    story.settle()

    story.there(organizer).move("Review", 3, 11)

    story.ends("3 11-12 Review", requests=13)


@pytest.mark.parametrize("organizer", ["anna", "gil", "otto"])
def test_declined_and_accepted_after_all(story: Story, organizer: str) -> None:
    """Ben's Google keeps what he declined, crossed out; here it is back in his calendar."""
    story.meet(organizer)
    story.here("ben").delete("Review")
    story.settle()

    story.there("ben").answer("Review", "yes")

    mails = f"response {organizer}"
    story.ends(REVIEW, answers="ben yes", mails=mails, writes="ben 1", requests=13)
