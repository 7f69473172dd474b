"""A guest gives his own copy another title: that is his, and nobody else's."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from support.seen import line
from support.story import Story, everybody_but

REVIEW = "2 9-10 Review"


@pytest.mark.parametrize(("organizer", "guest"), [("anna", "ben"), ("ben", "anna")])
def test_guest_retitles_his_copy_there(story: Story, organizer: str, guest: str) -> None:
    """It is his; what the organizer changes next is everybody's."""
    story.organization.sandbox.knobs["google.guest_patch"] = "local"
    story.meet(organizer)

    story.there(guest).rename("Review", "My own")

    story.ends(REVIEW, there={guest: "2 9-10 My own"}, requests=6)
    story.there(organizer).relocate("Review", "Room Blue")
    story.ends("2 9-10 Review @ Room Blue", requests=6)


@pytest.mark.parametrize("organizer", ["gil", "otto"])
def test_organizers_next_word_mends_a_retitled_copy(story: Story, organizer: str) -> None:
    """Of an outside meeting one copy speaks: until the organizer says more, it is believed."""
    story.organization.sandbox.knobs["google.guest_patch"] = "local"
    story.meet(organizer)
    story.there("anna").rename("Review", "Anna's own")
    story.there("ben").rename("Review", "Ben's own")
    story.settle()

    story.there(organizer).relocate("Review", "Room Blue")

    story.ends("2 9-10 Review @ Room Blue", requests=12)


@pytest.mark.parametrize(("organizer", "who"), [("gil", "anna"), ("otto", "ben")])
def test_only_copy_is_retitled(story: Story, organizer: str, who: str) -> None:
    """No provider says whose title it is, so his colleagues see it; nobody's mailbox does."""
    story.organization.sandbox.knobs["google.guest_patch"] = "local"
    story.organizer = organizer
    story.connect(who)
    story.there(organizer).create("Review", *everybody_but(organizer))
    story.begin()

    story.there(who).rename("Review", "My own")

    own = "2 9-10 My own"
    unknown = {} if who == "ben" else {"ben": "-"}
    here = {**dict.fromkeys(["anna", "ben", "cleo"], own), **unknown}
    story.ends(REVIEW, there={who: own}, here=here, requests=3)
    story.there(organizer).relocate("Review", "Room Blue")
    story.ends("2 9-10 Review @ Room Blue", here=unknown, requests=3)


BOTH: list[tuple[str, ProviderName, str, ProviderName]] = [
    ("anna", "outlook", "ben", "google"),
    ("ben", "google", "cleo", "google"),
    ("anna", "outlook", "cleo", "outlook"),
]


@pytest.mark.parametrize(("one", "at", "other", "there"), BOTH)
def test_two_guests_retitle_their_copies(
    story: Story, one: str, at: ProviderName, other: str, there: ProviderName
) -> None:
    """Of Gil's meeting. The copy that speaks is believed, and goes on to be: the other one changes
    nothing, whoever is synchronized when and how often, and nothing is written.
    """
    story.organization.sandbox.knobs["google.guest_patch"] = "local"
    story.organizer = "gil"
    story.connect(one, provider=at)
    story.connect(other, provider=there)
    his, hers = story.there(one, at), story.there(other, there)
    domain = {"google": "gmail", "outlook": "corp"}
    guests = [f"{one}@{domain[at]}.example", f"{other}@{domain[there]}.example"]
    story.there("gil").create("Review", *guests)
    story.begin()

    his.rename("Review", "His")
    hers.rename("Review", "Hers")
    story.settle()
    told = line(story.here(one).seen())
    for key in (one, other, other, one):
        story.sync(key)
        assert line(story.here(one).seen()) == line(story.here(other).seen()) == told
    story.rest(2)

    assert told in {"2 9-10 Hers", "2 9-10 His"}
    assert (line(his.seen()), line(hers.seen())) == ("2 9-10 His", "2 9-10 Hers")
    assert story.end().mails == story.end().held == ""
    story.there("gil").relocate("Review", "Room Blue")
    story.settle()
    assert line(story.here(one).seen()) == "2 9-10 Review @ Room Blue"
