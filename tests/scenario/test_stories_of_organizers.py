"""A meeting goes to another organizer, and comes back: guests at both providers and outside."""

from __future__ import annotations

import pytest

from support.story import EVERYBODY, Story

REVIEW = "2 9-10 Review"
GONE = "2 9-10 Canceled: Review"


@pytest.mark.parametrize(
    ("organizer", "heir", "marked"),
    [("anna", "ben", ["cleo", "otto"]), ("ben", "anna", ["cleo", "otto"])],
)
def test_meeting_is_handed_over(story: Story, organizer: str, heir: str, marked: list[str]) -> None:
    """First the new one is there, then each of the two agrees to what is mailed."""
    story.meet(organizer)

    story.here(organizer).hand_over("Review", story.user(heir))
    story.settle()
    story.allow(organizer)
    story.organizer = heir

    told = " ".join(key for key in EVERYBODY if key not in (organizer, heir))
    cancelled = " ".join(sorted([*told.split(), heir]))
    invited = " ".join(sorted([*told.split(), organizer]))
    if heir == "anna":
        marked = ["anna", *marked]
    story.ends(
        REVIEW,
        there=dict.fromkeys(marked, f"{GONE}; {REVIEW}"),
        mails=f"cancel {cancelled}; invite {invited}",
        writes="anna 1, ben 1",
        requests=14,
    )


@pytest.mark.parametrize("organizer", ["anna", "ben"])
@pytest.mark.parametrize("at_once", [False, True])
def test_handed_over_and_back(story: Story, organizer: str, at_once: bool) -> None:
    """Each of the two asked for one invitation, and one cancellation, of each of the others; also
    where the first one's own was still there when he got the meeting back.
    """
    story.meet(organizer, here=True)
    heir = {"anna": "ben", "ben": "anna"}[organizer]

    story.here(organizer).hand_over("Review", story.user(heir))
    story.settle()
    if not at_once:
        story.allow(organizer)
        story.settle()
    story.here(heir).hand_over("Review", story.user(organizer))
    story.settle()
    for key in ("anna", "ben"):
        story.allow(key)
        story.settle()

    told = "anna ben cleo cleo gil gil otto otto"
    twice = "2,2 9-10 Canceled: Review; 2 9-10 Review"
    story.ends(
        REVIEW,
        there={"anna": f"{GONE}; {REVIEW}", "cleo": twice, "otto": twice},
        mails=f"cancel {told}; invite {told}",
        writes="anna 2, ben 2",
        requests=34 if at_once else 40,
    )
