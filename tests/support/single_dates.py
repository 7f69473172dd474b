"""One of us is invited to a single date of a series, all others to all of it."""

from __future__ import annotations

from typing import Any

from support.story import ADDRESSES, Story, everybody_but

SERIES = "2-5 9-10 Review"
DATE = "4 9-10 Review"
OUTLOOK = ("anna", "cleo", "otto")


def marked(kept: str, *but: str) -> dict[str, str]:
    """Whose Outlook keeps what was cancelled, and says so."""
    return {key: kept for key in OUTLOOK if key not in but}


def invite(story: Story, organizer: str, guest: str, *days: int, **words: Any) -> None:  # noqa: ANN401 -- the provider's
    """He is invited there to these days of December, the fourth if none; all is in step."""
    story.organizer = organizer
    story.connect("anna", "ben")
    others = everybody_but(organizer, guest)
    story.there(organizer).create("Review", *others, daily=True, **words)
    story.begin()
    for day in days or (4,):
        story.there(organizer).invite("Review", ADDRESSES[guest], on=day)
    story.begin()
