"""The organizer changes a meeting: what everybody then sees, and whom we mailed.

Each story is told for every organizer: there, in his own mailbox, or here.
"""

from __future__ import annotations

import pytest

from calendar_sync.actions.errors import ActionRefused
from calendar_sync.engine.consent import Choice
from support.story import EVERYBODY, Story, everybody_but

ORGANIZERS = pytest.mark.parametrize("organizer", EVERYBODY)
CONNECTED = pytest.mark.parametrize("organizer", ["anna", "ben"])
GONE = "2 9-10 Canceled: Review"
"""As Outlook leaves it with a guest who is not connected."""
NOWHERE = dict.fromkeys(EVERYBODY, "-")


def guests(organizer: str) -> str:
    return " ".join(key for key in EVERYBODY if key != organizer)


# --- there


@ORGANIZERS
def test_meeting_made_there_is_one_event(story: Story, organizer: str) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.there(organizer).create("Review", *everybody_but(organizer))

    story.ends("2 9-10 Review", requests=6)


@ORGANIZERS
def test_organizer_renames_and_relocates_there(story: Story, organizer: str) -> None:
    story.meet(organizer)

    story.there(organizer).rename("Review", "Kick-off")
    story.there(organizer).relocate("Kick-off", "Room Blue")

    story.ends("2 9-10 Kick-off @ Room Blue", requests=6)


@ORGANIZERS
def test_organizer_moves_there(story: Story, organizer: str) -> None:
    story.meet(organizer)

    story.there(organizer).move("Review", 3, 11)

    story.ends("3 11-12 Review", requests=6)


@pytest.mark.parametrize(
    ("organizer", "requests", "marked"),
    [
        ("anna", 7, ["cleo", "otto"]),
        ("ben", 6, ["anna", "cleo", "otto"]),
        ("cleo", 6, ["anna", "otto"]),
        ("gil", 6, ["anna", "cleo", "otto"]),
        ("otto", 6, ["anna", "cleo"]),
    ],
)
def test_organizer_cancels_there(
    story: Story, organizer: str, requests: int, marked: list[str]
) -> None:
    """Cleo, too, whose word reaches us by the copies of her guests only."""
    story.meet(organizer)

    story.there(organizer).delete("Review")

    story.ends("-", there=dict.fromkeys(marked, GONE), requests=requests, events=0)


@ORGANIZERS
def test_cancelled_and_called_again_there(story: Story, organizer: str) -> None:
    """Another meeting of the same title and time: another event."""
    story.meet(organizer)
    story.there(organizer).delete("Review")
    story.settle()
    marked = [key for key in ("anna", "cleo", "otto") if key != organizer]

    story.there(organizer).create("Review", *everybody_but(organizer))

    both = dict.fromkeys(marked, f"{GONE}; 2 9-10 Review")
    story.ends("2 9-10 Review", there=both, requests=12 + (organizer == "anna"))


# --- here


@pytest.mark.parametrize("organizer", ["anna", "ben"])
def test_organizer_invites_here(story: Story, organizer: str) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.here(organizer).create("Review", *everybody_but(organizer))

    mails = f"invite {guests(organizer)}"
    story.ends("2 9-10 Review", mails=mails, writes=f"{organizer} 1", requests=7)


def test_colleague_who_is_not_connected_invites_here(story: Story) -> None:
    """Colleagues see it here; nobody else is told, and the form says so."""
    story.connect("anna", "ben")
    story.begin()

    story.here("cleo").create("Review", *everybody_but("cleo"))

    story.organizer = "cleo"
    story.ends("2 9-10 Review", there=NOWHERE, requests=6)


@CONNECTED
def test_organizer_changes_content_here(story: Story, organizer: str) -> None:
    """Title, place and time in one sync: each guest is told once."""
    story.meet(organizer, here=True)

    story.here(organizer).rename("Review", "Kick-off")
    story.here(organizer).relocate("Kick-off", "Room Blue")
    story.here(organizer).move("Kick-off", 3, 11)

    mails = f"update {guests(organizer)}"
    line = "3 11-12 Kick-off @ Room Blue"
    story.ends(line, mails=mails, writes=f"{organizer} 1", requests=7)


def test_colleague_who_is_not_connected_changes_content_here(story: Story) -> None:
    story.meet("cleo", here=True)

    story.here("cleo").move("Review", 3, 11)

    story.ends("3 11-12 Review", there=NOWHERE, requests=6)


@pytest.mark.parametrize(
    ("organizer", "marked"), [("anna", ["cleo", "otto"]), ("ben", ["anna", "cleo", "otto"])]
)
def test_organizer_cancels_here(story: Story, organizer: str, marked: list[str]) -> None:
    story.meet(organizer, here=True)

    story.here(organizer).delete("Review")

    mails = f"cancel {guests(organizer)}"
    there = dict.fromkeys(marked, GONE)
    story.ends("-", there=there, mails=mails, writes=f"{organizer} 1", requests=7, events=0)


def test_colleague_who_is_not_connected_cancels_here(story: Story) -> None:
    story.meet("cleo", here=True)

    story.here("cleo").delete("Review")

    story.ends("-", requests=6, events=0)


def test_silent_change_at_google(story: Story) -> None:
    """Other Google calendars show it, and nobody is told: Outlook's guests are not up to date."""
    story.meet("ben", here=True)

    story.here("ben").move("Review", 3, 11, choice=Choice.SILENT)

    old = dict.fromkeys(["anna", "cleo", "otto"], "2 9-10 Review")
    story.ends("3 11-12 Review", there=old, writes="ben 1", requests=7)


def test_change_kept_here_at_outlook(story: Story) -> None:
    """Colleagues see it here; it waits on Needs attention until Anna lets it out."""
    story.meet("anna", here=True)

    story.here("anna").move("Review", 3, 11, choice=Choice.KEEP_HERE)

    there = dict.fromkeys(EVERYBODY, "2 9-10 Review")
    held = "anna: Review held ben cleo gil otto"
    story.ends("3 11-12 Review", there=there, held=held, requests=6)
    story.allow("anna")
    mails = "update ben cleo gil otto"
    story.ends("3 11-12 Review", mails=mails, writes="anna 1", requests=7)


@CONNECTED
def test_nothing_is_changed_before_the_question_is_answered(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True)

    question = story.here(organizer).move("Review", 3, 11, choice=None)

    assert question
    assert question.updates == tuple(sorted(everybody_but(organizer)))
    story.ends("2 9-10 Review", requests=6)


@CONNECTED
def test_own_overlay_is_nobodys_business(story: Story, organizer: str) -> None:
    """Free or busy: the organizer's, and a guest's own."""
    story.meet(organizer)

    story.here("anna").edit("Review", availability="free", choice=None)
    story.here("ben").edit("Review", availability="free", choice=None)

    story.ends("2 9-10 Review", writes="anna 1, ben 1", requests=8)


@CONNECTED
def test_both_sides_change_the_same_meeting(story: Story, organizer: str) -> None:
    """Another property on each side: both stay."""
    story.meet(organizer)

    story.there(organizer).relocate("Review", "Room Blue")
    story.here(organizer).rename("Review", "Kick-off")

    mails = f"update {guests(organizer)}"
    line = "2 9-10 Kick-off @ Room Blue"
    story.ends(line, mails=mails, writes=f"{organizer} 1", requests=7)


@CONNECTED
def test_guests_may_not_change_it_here(story: Story, organizer: str) -> None:
    story.meet(organizer)
    guest = "ben" if organizer == "anna" else "anna"

    with pytest.raises(ActionRefused, match="not_organizer"):
        story.here(guest).rename("Review", "Mine")

    story.ends("2 9-10 Review", requests=6)
