"""Series with guests: one date, this and following, the rule; and meetings of whole days."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sync.actions.series import Scope
from support.story import ADDRESSES, EVERYBODY, Story, everybody_but

ORGANIZERS = pytest.mark.parametrize("organizer", EVERYBODY)
CONNECTED = pytest.mark.parametrize("organizer", ["anna", "ben"])
PUT_AWAY = "4 9-10 Canceled: Review"
OUTLOOK = ("anna", "cleo", "otto")
EVERY_OTHER_DAY: dict[str, dict[str, Any]] = {
    "google": {"recurrence": ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"]},
    "outlook": {
        "recurrence": {
            "pattern": {"type": "daily", "interval": 2},
            "range": {"type": "numbered", "startDate": "2026-12-02", "numberOfOccurrences": 3},
        }
    },
}


def told(organizer: str) -> str:
    return " ".join(key for key in EVERYBODY if key != organizer)


def marked(organizer: str, line: str) -> dict[str, str]:
    """The guests whose Outlook keeps what was cancelled, and says so."""
    return {key: line for key in OUTLOOK if key != organizer}


# --- one date


@ORGANIZERS
def test_one_date_is_moved_there(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)

    story.there(organizer).move("Review", 4, 15, on=4)

    story.ends("2-3,5 9-10 Review; 4 15-16 Review", requests=7)


@ORGANIZERS
def test_one_date_is_cancelled_there(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)

    story.there(organizer).delete("Review", on=4)

    there = marked(organizer, "2-3,5 9-10 Review; 4 9-10 Canceled: Review")
    story.ends("2-3,5 9-10 Review", there=there, requests=7)


@CONNECTED
def test_one_date_is_moved_here(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True, daily=True)

    story.here(organizer).move("Review", 4, 15, on=4)

    line = "2-3,5 9-10 Review; 4 15-16 Review"
    requests = 10 if organizer == "anna" else 8
    mails = f"update {told(organizer)}"
    story.ends(line, mails=mails, writes=f"{organizer} 1", requests=requests)


@CONNECTED
def test_one_date_is_cancelled_here(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True, daily=True)

    story.here(organizer).delete("Review", on=4)

    there = marked(organizer, "2-3,5 9-10 Review; 4 9-10 Canceled: Review")
    requests = 10 if organizer == "anna" else 8
    mails = f"cancel {told(organizer)}"
    line = "2-3,5 9-10 Review"
    story.ends(line, there=there, mails=mails, writes=f"{organizer} 1", requests=requests)


@pytest.mark.parametrize(
    ("organizer", "guest", "requests"),
    [
        ("anna", "gil", 7),
        ("anna", "otto", 7),
        ("ben", "gil", 6),
        ("ben", "otto", 6),
        ("gil", "otto", 6),
        ("otto", "gil", 6),
    ],
)
def test_outside_guest_is_invited_to_one_date_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    others = everybody_but(organizer, guest)
    story.there(organizer).create("Review", *others, daily=True)
    story.begin()

    story.there(organizer).invite("Review", ADDRESSES[guest], on=4)

    story.ends("2-5 9-10 Review", there={guest: "4 9-10 Review"}, requests=requests)


@pytest.mark.parametrize("guest", ["gil", "otto"])
@CONNECTED
def test_outside_guest_is_invited_to_one_date_here(
    story: Story, organizer: str, guest: str
) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.here(organizer).create("Review", *everybody_but(organizer, guest), daily=True)
    story.begin()

    story.here(organizer).invite("Review", ADDRESSES[guest], on=4)

    story.ends(
        "2-5 9-10 Review",
        there={guest: "4 9-10 Review"},
        mails=f"invite {guest}",
        writes=f"{organizer} 1",
        requests=10 if organizer == "anna" else 7,
    )


@pytest.mark.parametrize(
    ("organizer", "guest", "answers_there"),
    [
        ("anna", "ben", "ben no 4"),
        ("ben", "anna", ""),
        ("cleo", "anna", ""),
        ("cleo", "ben", "ben no 4"),
        ("gil", "anna", ""),
        ("gil", "ben", "ben no 4"),
        ("otto", "anna", ""),
        ("otto", "ben", "ben no 4"),
    ],
)
def test_guest_deletes_one_date_of_his_copy(
    story: Story, organizer: str, guest: str, answers_there: str
) -> None:
    story.meet(organizer, daily=True)

    story.there(guest).delete("Review", on=4)

    without = {guest: "2-3,5 9-10 Review"}
    story.ends(
        "2-5 9-10 Review",
        answers=f"{guest} no 4",
        answers_there=answers_there,
        own_answers="",
        there=without,
        here=without,
        requests=6 + (guest == "anna" or organizer == "anna"),
    )


@pytest.mark.parametrize("organizer", ["gil", "otto"])
@pytest.mark.parametrize("by", ["ben", "its organizer"])
def test_only_copy_at_google_lacks_one_date(story: Story, organizer: str, by: str) -> None:
    """Google does not say who took it out: it is gone for Ben, and kept for his colleagues."""
    story.organizer = organizer
    story.connect("ben")
    story.there(organizer).create("Review", *everybody_but(organizer), daily=True)
    story.begin()

    story.there("ben" if by == "ben" else organizer).delete("Review", on=4)

    without, called_off = "2-3,5 9-10 Review", by != "ben"
    there = {"ben": without}
    if called_off:
        there = {**dict.fromkeys(EVERYBODY, without), **marked(organizer, f"{without}; {PUT_AWAY}")}
    story.ends(
        "2-5 9-10 Review",
        answers="ben no 4",
        answers_there="" if called_off else None,
        own_answers="",
        there=there,
        here={"ben": without},
        requests=3,
    )


def test_date_that_one_guest_took_out_is_there_for_who_connects_later(story: Story) -> None:
    """Ben's copy came without it; Anna's has it."""
    story.organizer = "otto"
    story.there("otto").create("Review", *everybody_but("otto"), daily=True)
    story.there("ben").delete("Review", on=4)
    story.connect("ben")
    story.begin()

    story.connect("anna")

    without = {"ben": "2-3,5 9-10 Review"}
    story.ends(
        "2-5 9-10 Review",
        answers="ben no 4",
        own_answers="",
        there=without,
        here=without,
        requests=9,
    )


@pytest.mark.parametrize("organizer", ["ben", "gil", "otto"])
def test_cancelled_date_stays_cancelled_when_its_guest_puts_it_away(
    story: Story, organizer: str
) -> None:
    """Then Anna's copy shows it as one that she declined."""
    story.meet(organizer, daily=True)
    story.there(organizer).delete("Review", on=4)
    story.settle()

    story.there("anna").delete("Canceled: Review", on=4)

    there = marked(organizer, "2-3,5 9-10 Review; 4 9-10 Canceled: Review")
    there["anna"] = "2-3,5 9-10 Review"
    story.ends("2-3,5 9-10 Review", there=there, requests=14)


# --- all of them


@ORGANIZERS
def test_series_is_renamed_there(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)

    story.there(organizer).rename("Review", "Daily")

    story.ends("2-5 9-10 Daily", requests=7)


@ORGANIZERS
def test_series_is_cancelled_there(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)

    story.there(organizer).delete("Review")

    there = {**marked(organizer, "2-5 9-10 Canceled: Review")}
    story.ends("-", there=there, requests=7, events=0)


@CONNECTED
def test_series_is_renamed_here_and_a_changed_date_keeps_its_title(
    story: Story, organizer: str
) -> None:
    story.meet(organizer, here=True, daily=True)
    story.here(organizer).rename("Review", "Retrospective", on=4)
    story.settle()
    story.organization.sandbox.mail.clear()

    story.here(organizer).rename("Review", "Daily")

    twice = "ben ben cleo cleo gil gil otto otto"  # of the series, and of its changed date again
    guests, requests = (twice, 19) if organizer == "anna" else (told(organizer), 17)
    line = "2-3,5 9-10 Daily; 4 9-10 Retrospective"
    mails = f"update {guests}"
    story.ends(line, mails=mails, writes=f"{organizer} 2", requests=requests)


@pytest.mark.parametrize("organizer", ["anna", "ben", "gil", "otto"])
def test_rule_is_changed_there(story: Story, organizer: str) -> None:
    story.meet(organizer, daily=True)
    there = story.there(organizer)

    there.edit("Review", **EVERY_OTHER_DAY[there.provider])

    story.ends("2,4,6 9-10 Review", requests=7)


@CONNECTED
def test_rule_is_changed_here(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True, daily=True)

    story.here(organizer).edit("Review", **EVERY_OTHER_DAY["google"])

    mails = f"update {told(organizer)}"
    story.ends("2,4,6 9-10 Review", mails=mails, writes=f"{organizer} 1", requests=8)


# --- this and following


@pytest.mark.parametrize("organizer", ["ben", "gil"])
def test_series_is_cut_there(story: Story, organizer: str) -> None:
    """Two series, for us two events, of which one follows the other."""
    story.meet(organizer, daily=True)

    story.there(organizer).split("Review", 4, "Daily")

    story.ends("2-3 9-10 Review; 4-5 9-10 Daily", requests=7, events=2)


@CONNECTED
def test_series_is_cut_here(story: Story, organizer: str) -> None:
    """Two mails per guest, which the question said before."""
    story.meet(organizer, here=True, daily=True)

    story.here(organizer).rename("Review", "Daily", on=4, scope=Scope.FOLLOWING)

    guests = told(organizer)
    story.ends(
        "2-3 9-10 Review; 4-5 9-10 Daily",
        mails=f"invite {guests}; update {guests}",
        writes=f"{organizer} 2",
        requests=8,
        events=2,
    )


@CONNECTED
def test_series_is_ended_here(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True, daily=True)

    story.here(organizer).delete("Review", on=4, scope=Scope.FOLLOWING)

    mails = f"update {told(organizer)}"
    story.ends("2-3 9-10 Review", mails=mails, writes=f"{organizer} 1", requests=8)


# --- whole days, and more than one


@pytest.mark.parametrize(
    ("days", "hour", "line"),
    [(1, None, "2 all day Fair"), (3, None, "2..4 all day Fair"), (2, 22, "2..3 22-23 Fair")],
)
@pytest.mark.parametrize("organizer", ["anna", "ben", "gil"])
def test_days_of_a_meeting_made_there(
    story: Story, organizer: str, days: int, hour: int | None, line: str
) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.there(organizer).create("Fair", *everybody_but(organizer), days=days, hour=hour)

    story.ends(line, requests=6)


@pytest.mark.parametrize(
    ("days", "hour", "line"),
    [(1, None, "2 all day Fair"), (3, None, "2..4 all day Fair"), (2, 22, "2..3 22-23 Fair")],
)
@CONNECTED
def test_days_of_a_meeting_made_here(
    story: Story, organizer: str, days: int, hour: int | None, line: str
) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.here(organizer).create("Fair", *everybody_but(organizer), days=days, hour=hour)

    mails = f"invite {told(organizer)}"
    story.ends(line, mails=mails, writes=f"{organizer} 1", requests=7)


@CONNECTED
def test_meeting_becomes_one_of_whole_days(story: Story, organizer: str) -> None:
    story.meet(organizer, here=True)

    story.here(organizer).move("Review", 3, None, days=2)

    mails = f"update {told(organizer)}"
    story.ends("3..4 all day Review", mails=mails, writes=f"{organizer} 1", requests=7)


@CONNECTED
def test_series_of_whole_days(story: Story, organizer: str) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.begin()

    story.here(organizer).create("Fair", *everybody_but(organizer), hour=None, daily=True)

    mails = f"invite {told(organizer)}"
    story.ends("2-5 all day Fair", mails=mails, writes=f"{organizer} 1", requests=8)
