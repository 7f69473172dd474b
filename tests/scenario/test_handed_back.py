"""A meeting goes to another organizer and comes back, with guests at both providers and outside."""

from __future__ import annotations

import pytest

from support.story import Story


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
    gone = "2 9-10 Canceled: Review; 2 9-10 Review"
    twice = "2,2 9-10 Canceled: Review; 2 9-10 Review"
    story.ends(
        "2 9-10 Review",
        there={"anna": gone, "cleo": twice, "otto": twice},
        mails=f"cancel {told}; invite {told}",
        writes="anna 2, ben 2",
        requests=34 if at_once else 40,
    )
