"""What is typed is tidied before it is stored."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.actions.drafts import checked
from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.invitations import Invited

PARIS = ZoneInfo("Europe/Paris")
NINE = datetime(2026, 12, 1, 9, 0, tzinfo=PARIS)
DAY = date(2026, 12, 1)
HOUR = timedelta(hours=1)

AVAILABILITIES = "Choose one of busy, free, out-of-office, tentative, working-elsewhere."


def test_a_line_is_one_line_that_can_be_stored() -> None:
    found = checked({"summary": " Design\n\treview\0 ", "location": "\0"})

    assert found == {"summary": "Design review", "location": None}


def test_so_is_the_name_of_a_guest() -> None:
    found = checked({"guests": [Invited("Eva@Client.example", "Eva\0  Lind")]})

    assert found["attendee:eva@client.example"] == ["Eva Lind", None, None]


def test_a_description_can_be_stored() -> None:
    assert "\0" not in str(checked({"description": "a\0b"})["description"])


def test_every_wrong_field_is_named() -> None:
    values = {
        "summary": "x" * 1001,
        "start": date(2026, 12, 1),
        "end": date(2026, 12, 1),
        "guests": ("eva",),
    }

    with pytest.raises(Invalid) as refused:
        checked(values)

    assert refused.value.errors == {
        "summary": "Titles may have up to 1,000 characters; yours has 1,001. "
        "The text is still here.",
        "end": "End is before start.",
        "guests": "‘eva’ isn't a complete address.",
    }


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        (NINE, NINE, ["2026-12-01T09:00:00 Europe/Paris"] * 2),
        (DAY, DAY + timedelta(days=1), ["2026-12-01", "2026-12-02"]),
        (
            NINE,
            datetime(2026, 12, 1, 8, 30, tzinfo=ZoneInfo("UTC")),
            ["2026-12-01T09:00:00 Europe/Paris", "2026-12-01T08:30:00 UTC"],
        ),
    ],
)
def test_times_are_kept_as_typed(start: date, end: date, when: list[str]) -> None:
    assert checked({"start": start, "end": end}) == {"when": when}


@pytest.mark.parametrize(
    ("start", "end", "errors"),
    [
        (NINE, NINE - HOUR, {"end": "End is before start."}),
        (DAY, DAY, {"end": "End is before start."}),
        (DAY, NINE, {"end": "Start and end must both have a time, or neither."}),
        (None, DAY, {"start": "Give a date."}),
        (DAY, None, {"end": "Give a date."}),
        ("2026-12-01", DAY, {"start": "Give a date."}),
        (NINE.replace(tzinfo=None), NINE, {"start": "Give the time in a named time zone."}),
        (NINE.replace(tzinfo=UTC), NINE, {"start": "Give the time in a named time zone."}),
        (date(1899, 12, 31), DAY, {"start": "Give a year from 1900 to 2199."}),
        (DAY, date(2200, 1, 1), {"start": "Give a year from 1900 to 2199."}),
    ],
)
def test_times_that_make_no_sense(start: object, end: object, errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        checked({"start": start, "end": end})

    assert refused.value.errors == errors


def test_a_guest_is_invited_once_however_often_typed() -> None:
    typed = ("Eva@Client.example", " eva@client.example", "mailto:eva@client.example")

    found = checked({"guests": typed})

    assert found == {"attendee:eva@client.example": ["", None, None]}


def test_a_meeting_is_no_mailing_list() -> None:
    with pytest.raises(Invalid) as refused:
        checked({"guests": [f"guest{number}@client.example" for number in range(501)]})

    assert refused.value.errors == {"guests": "A meeting may have up to 500 guests; yours has 501."}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (
            {"availability": "maybe"},
            {"availability": AVAILABILITIES},
        ),
        (
            {"classification": "secret"},
            {"classification": "Choose one of confidential, default, private, public."},
        ),
        ({"shade": "red"}, {"shade": "There is no such field."}),
        (
            {"description": "x" * 100_001},
            {
                "description": "Descriptions may have up to 100,000 characters; "
                "yours has 100,001. The text is still here."
            },
        ),
    ],
)
def test_fields_that_take_no_such_value(values: dict[str, str], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        checked(values)

    assert refused.value.errors == errors


def test_a_description_of_a_stranger_does_nothing() -> None:
    found = checked({"description": "<b>Hi</b><script>alert(1)</script><img src=x onerror=a>"})

    assert "script" not in str(found["description"])
    assert "onerror" not in str(found["description"])
    assert str(found["description"]).startswith("<b>Hi</b>")


def test_an_empty_field_is_removed() -> None:
    assert checked({"summary": "  ", "location": ""}) == {"summary": None, "location": None}
