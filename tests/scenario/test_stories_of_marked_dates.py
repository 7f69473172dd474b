"""A date that one copy lacks and another one has marked: called off, or gone for two guests."""

from __future__ import annotations

from functools import partial

import pytest

from calendar_sync.engine.consent import Choice
from support.single_dates import DATE, SERIES, invite, marked
from support.story import ADDRESSES, EVERYBODY, GIL, Story

WITHOUT = "2-3,5 9-10 Review"
KEPT = {"anna": "4 9-10 Canceled: Review"}


@pytest.mark.parametrize("first", ["anna", "ben"])
def test_mark_on_a_date_confirms_what_the_only_copy_lacks(story: Story, first: str) -> None:
    """Otto's series is in Ben's Google alone; Anna has one date, and Outlook marks it."""
    invite(story, "otto", "anna")

    story.there("otto").delete("Review", on=4)
    story.sync(first)

    kept = marked(f"{WITHOUT}; 4 9-10 Canceled: Review", "otto") | KEPT
    story.ends(WITHOUT, there=kept, here={"anna": "-"}, requests=7)


@pytest.mark.parametrize("first", ["anna", "ben"])
def test_uninvited_from_a_date_that_another_one_took_out(story: Story, first: str) -> None:
    """Neither says why, so both copies lack it: but not together, so for everybody it stays."""
    invite(story, "otto", "anna")

    acts = {
        "anna": lambda: story.there("otto").uninvite("Review", ADDRESSES["anna"], on=4),
        "ben": lambda: story.there("ben").delete("Review", on=4),
    }
    acts[first]()
    story.settle()
    acts["anna" if first == "ben" else "ben"]()

    there, here = {"ben": WITHOUT, **KEPT}, {"anna": "-", "ben": WITHOUT}
    story.ends(
        SERIES,
        there=there,
        here=here,
        answers="anna no 4, ben no 4",
        answers_there="ben no 4",
        own_answers="",
        requests=12,
    )


def test_mark_on_the_only_copy_of_a_series_against_a_guest_of_that_date(story: Story) -> None:
    """Gil uninvites Anna from the date that Ben has: it takes place."""
    invite(story, "gil", "ben")

    story.there("gil").uninvite("Review", ADDRESSES["anna"], on=4)

    there = {"anna": f"{WITHOUT}; 4 9-10 Canceled: Review", "ben": DATE}
    story.settle()
    found = story.end()
    assert found.there == dict.fromkeys(EVERYBODY, SERIES) | there
    assert found.here == {"anna": WITHOUT, "ben": DATE, "cleo": SERIES}
    assert (found.mails, found.writes, found.requests) == ("", "", 8)
    story.rest(2)


@pytest.mark.parametrize(
    ("place", "mails", "writes", "requests"),
    [("there", "", "", 7), ("here", "cancel ben", "anna 1", 10)],
)
def test_guest_of_all_is_uninvited_from_one_date(
    story: Story, place: str, mails: str, writes: str, requests: int
) -> None:
    story.meet("anna", daily=True)

    getattr(story, place)("anna").uninvite("Review", ADDRESSES["ben"], on=4)

    less = {"ben": WITHOUT}
    story.ends(SERIES, there=less, here=less, mails=mails, writes=writes, requests=requests)


@pytest.mark.parametrize("place", ["there", "here"])
def test_uninviting_from_one_date_is_asked_first(story: Story, place: str) -> None:
    """Outlook cannot do it silently: what is kept here waits, and is not sent by any run."""
    story.connect("anna", "ben")
    getattr(story, place)("anna").create("Review", GIL, ADDRESSES["ben"], daily=True)
    story.begin()

    uninvite = partial(story.here("anna").uninvite, "Review", ADDRESSES["ben"], on=4)
    asked = uninvite(choice=None)
    uninvite(choice=Choice.KEEP_HERE)
    story.settle()

    assert asked is not None
    assert {*asked.updates, *asked.cancellations} == {ADDRESSES["ben"]}
    found = story.end()
    assert (found.mails, found.writes) == ("", "")
    assert found.held == "anna: Review held ben"
    assert (found.there["ben"], found.here["ben"]) == (SERIES, WITHOUT)
