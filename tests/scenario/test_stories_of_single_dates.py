"""A colleague is invited to one date of a series: it is his, and the others see it once."""

from __future__ import annotations

import pytest

from calendar_sync.actions.calendar_files import export_calendar
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.engine.masks import Mirror
from calendar_sync.models import ListedCalendar, ProviderCredential
from support.seen import line
from support.single_dates import DATE, OUTLOOK, SERIES, invite, marked
from support.story import ADDRESSES, EVERYBODY, Story, everybody_but

ROUTES = [
    ("anna", "ben"),
    ("ben", "anna"),
    ("anna", "cleo"),
    ("otto", "anna"),
    ("otto", "ben"),
    ("gil", "ben"),
]
BY_COLLEAGUES = ROUTES[:3]


def routes(*requests: int, of: list[tuple[str, str]] = ROUTES) -> pytest.MarkDecorator:
    """Who invites whom, and how many requests that takes."""
    rows = [(*route, number) for route, number in zip(of, requests, strict=True)]
    return pytest.mark.parametrize(("organizer", "guest", "requests"), rows)


def told(*but: str) -> str:
    return " ".join(key for key in EVERYBODY if key not in but)


@routes(8, 6, 7, 6, 7, 7)
def test_colleague_is_invited_to_one_date_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    others = everybody_but(organizer, guest)
    story.there(organizer).create("Review", *others, daily=True)
    story.begin()

    story.there(organizer).invite("Review", ADDRESSES[guest], on=4)

    story.ends(SERIES, there={guest: DATE}, here={guest: DATE}, requests=requests)


@routes(11, 7, 10, of=BY_COLLEAGUES)
def test_colleague_is_invited_to_one_date_here(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    story.organizer = organizer
    story.connect("anna", "ben")
    story.here(organizer).create("Review", *everybody_but(organizer, guest), daily=True)
    story.begin()

    story.here(organizer).invite("Review", ADDRESSES[guest], on=4)

    only = {guest: DATE}
    mails, writes = f"invite {guest}", f"{organizer} 1"
    story.ends(SERIES, there=only, here=only, mails=mails, writes=writes, requests=requests)


@pytest.mark.parametrize("first", ["organizer", "guest"])
@routes(8, 6, 6, 7, of=[("anna", "ben"), ("ben", "anna"), ("otto", "anna"), ("gil", "ben")])
def test_colleague_of_one_date_and_one_of_all_connect(
    story: Story, organizer: str, guest: str, requests: int, first: str
) -> None:
    """Whoever comes first: a date that is here before its series becomes one of its dates."""
    story.organizer = organizer
    others = everybody_but(organizer, guest)
    story.there(organizer).create("Review", *others, daily=True)
    story.there(organizer).invite("Review", ADDRESSES[guest], on=4)
    other = {"anna": "ben", "ben": "anna"}[guest]
    for key in (other, guest) if first == "organizer" else (guest, other):
        story.connect(key)
        story.settle()
    story.begin()

    story.there(guest).answer("Review", "maybe", on=4)

    only, answers = {guest: DATE}, f"{guest} maybe 4"
    heard = "" if (organizer, guest) == ("otto", "anna") else answers
    story.ends(
        SERIES,
        there=only,
        here=only,
        answers=answers,
        answers_there=heard,
        own_answers=f"{guest} maybe",
        requests=requests,
    )


@routes(8, 6, 6, 7, 7, of=[route for route in ROUTES if route[1] != "cleo"])
def test_guest_of_one_date_answers_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there(guest).answer("Review", "yes", on=4)

    only, answers = {guest: DATE}, f"{guest} yes 4"
    heard = "" if (organizer, guest) == ("otto", "anna") else answers
    story.ends(
        SERIES,
        there=only,
        here=only,
        answers=answers,
        answers_there=heard,
        own_answers=f"{guest} yes",
        requests=requests,
    )


@routes(9, 8, 8, 8, 8, of=[route for route in ROUTES if route[1] != "cleo"])
def test_guest_of_one_date_answers_here(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.here(guest).answer("Review", "yes")

    only, answers = {guest: DATE}, f"{guest} yes 4"
    heard = "" if (organizer, guest) == ("otto", "anna") else answers
    story.ends(
        SERIES,
        there=only,
        here=only,
        answers=answers,
        answers_there=heard,
        own_answers=f"{guest} yes",
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=requests,
    )


def test_guest_of_one_date_who_is_not_connected_answers_here(story: Story) -> None:
    invite(story, "anna", "cleo")

    story.here("cleo").answer("Review", "no", on=4)

    story.ends(
        SERIES,
        there={"cleo": DATE},
        here={"cleo": "-"},
        answers="cleo no 4",
        answers_there="",
        own_answers="",
        requests=6,
    )


@routes(8, 7, 7, 7, 7, of=[route for route in ROUTES if route[1] != "cleo"])
def test_guest_of_one_date_deletes_it_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there(guest).delete("Review", on=4)

    gone, answers = {guest: "-"}, f"{guest} no 4"
    story.ends(
        SERIES,
        there=gone,
        here=gone,
        answers=answers,
        answers_there="" if guest == "anna" else answers,
        own_answers="",
        requests=requests,
    )


@routes(9, 8, 8, 8, 8, of=[route for route in ROUTES if route[1] != "cleo"])
def test_guest_of_one_date_deletes_it_here(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.here(guest).delete("Review")

    answers = f"{guest} no 4"
    story.ends(
        SERIES,
        there={guest: "-" if guest == "anna" else DATE},
        here={guest: "-"},
        answers=answers,
        answers_there="" if (organizer, guest) == ("otto", "anna") else answers,
        own_answers="" if guest == "anna" else f"{guest} no",
        mails=f"response {organizer}",
        writes=f"{guest} 1",
        requests=requests,
    )


@routes(8, 6, 7, 6, 8, 8)
def test_date_of_a_single_guest_is_moved_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there(organizer).move("Review", 4, 15, on=4)

    only = {guest: "4 15-16 Review"}
    moved = "2-3,5 9-10 Review; 4 15-16 Review"
    story.ends(moved, there=only, here=only, requests=requests)


@routes(10, 7, 9, of=BY_COLLEAGUES)
def test_date_of_a_single_guest_is_moved_here(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.here(organizer).move("Review", 4, 15, on=4)

    only = {guest: "4 15-16 Review"}
    line, mails = "2-3,5 9-10 Review; 4 15-16 Review", f"update {told(organizer)}"
    story.ends(line, there=only, here=only, mails=mails, writes=f"{organizer} 1", requests=requests)


@routes(8, 6, 7, 6, 8, 8)
def test_date_of_a_single_guest_is_cancelled_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there(organizer).delete("Review", on=4)

    kept = marked("2-3,5 9-10 Review; 4 9-10 Canceled: Review", organizer)
    kept[guest] = "4 9-10 Canceled: Review" if guest in OUTLOOK else "-"
    story.ends("2-3,5 9-10 Review", there=kept, here={guest: "-"}, requests=requests)


@routes(8, 6, 7, of=BY_COLLEAGUES)
def test_single_guest_is_uninvited_there(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there(organizer).uninvite("Review", ADDRESSES[guest], on=4)

    kept = {guest: "4 9-10 Canceled: Review" if guest in OUTLOOK else "-"}
    story.ends(SERIES, there=kept, here={guest: "-"}, requests=requests)


@routes(10, 7, 9, of=BY_COLLEAGUES)
def test_single_guest_is_uninvited_here(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.here(organizer).uninvite("Review", ADDRESSES[guest], on=4)

    kept = {guest: "4 9-10 Canceled: Review" if guest in OUTLOOK else "-"}
    story.ends(
        SERIES,
        there=kept,
        here={guest: "-"},
        mails=f"cancel {guest}",
        writes=f"{organizer} 1",
        requests=requests,
    )


@routes(8, 7, of=[("anna", "ben"), ("gil", "ben")])
def test_single_guest_is_invited_to_a_second_date(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there(organizer).invite("Review", ADDRESSES[guest], on=5)

    only = {guest: "4-5 9-10 Review"}
    story.ends(SERIES, there=only, here=only, requests=requests)


@pytest.mark.parametrize(
    ("organizer", "guest", "by_anna", "by_ben"),
    [
        ("anna", "ben", 7, 7),
        ("ben", "anna", 7, 8),
        ("anna", "cleo", 7, 7),
        ("otto", "anna", 7, 7),
        ("gil", "ben", 6, 6),
    ],
)
def test_single_guest_is_invited_to_all_of_it(
    story: Story, organizer: str, guest: str, by_anna: int, by_ben: int
) -> None:
    invite(story, organizer, guest)

    story.there(organizer).invite("Review", ADDRESSES[guest])

    story.ends(SERIES, requests={"anna": by_anna, "ben": by_ben})


@routes(6, 7, of=[("otto", "anna"), ("gil", "ben")])
def test_series_ends_and_a_single_guest_keeps_his_copy(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    """The sandbox's providers tell him nothing: his copy is all that is left of the meeting."""
    invite(story, organizer, guest)

    story.there(organizer).delete("Review")

    there = marked("2-5 9-10 Canceled: Review", organizer) | {guest: DATE}
    here = dict.fromkeys(("anna", "ben", "cleo"), DATE)
    story.ends("-", there=there, here=here, requests=requests)


@routes(10, 8, 9, 8, 10, of=[*BY_COLLEAGUES, ("otto", "anna"), ("gil", "ben")])
def test_lost_tokens_with_a_single_guest(
    story: Story, organizer: str, guest: str, requests: int
) -> None:
    invite(story, organizer, guest)

    story.there("anna").forget_token()
    story.there("ben").forget_token()

    story.ends(SERIES, there={guest: DATE}, here={guest: DATE}, requests=requests)


def test_mirror_shows_single_dates_alone(story: Story) -> None:
    story.organizer = "gil"
    story.connect("anna", "ben")
    story.connect("ben", provider="outlook")
    account = ProviderCredential.objects.get(user=story.user("ben").pk, provider="outlook")
    listed = ListedCalendar.objects.get(credential=account, is_primary=True)
    now = story.organization.now
    change_calendar(story.user("ben"), listed.pk, now, mirror=Mirror.FULL.value)
    story.there("gil").create("Review", *everybody_but("gil", "ben"), daily=True)
    story.begin()

    story.there("gil").invite("Review", ADDRESSES["ben"], on=4)
    story.there("gil").invite("Review", ADDRESSES["ben"], on=5)
    story.settle()
    both = line(story.there("ben", "outlook").seen())
    story.here("ben").answer("Review", "no", on=5)
    story.settle()

    assert both == "4-5 9-10 Review"
    assert line(story.there("ben", "outlook").seen()) == DATE
    assert [mail.kind for mail in story.organization.sandbox.mail.entries if mail.caused_by] == [
        "invite",
        "invite",
        "response",
    ]
    story.rest()


def test_file_of_a_guest_of_one_date_holds_that_date_alone(story: Story) -> None:
    story.connect("anna")
    story.there("anna").create("Review", *everybody_but("anna", "cleo"), daily=True)
    story.begin()
    story.here("anna").invite("Review", ADDRESSES["cleo"], on=4)

    text = export_calendar(story.user("cleo"), story.organization.now)

    assert text.count("BEGIN:VEVENT") == 1
    assert "20261204T090000" in text
    assert "RRULE" not in text
