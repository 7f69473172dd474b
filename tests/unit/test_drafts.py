"""What is typed is tidied before it is stored."""

from datetime import date

import pytest

from calendar_sync.actions.drafts import checked
from calendar_sync.actions.errors import Invalid


def test_a_line_is_one_line_that_can_be_stored() -> None:
    found = checked({"summary": " Design\n\treview\0 ", "location": "\0"})

    assert found == {"summary": "Design review", "location": None}


def test_so_is_the_name_of_a_guest() -> None:
    found = checked({"guests": (("Eva\0  Lind", "Eva@Client.example"),)})

    assert found["attendee:eva@client.example"] == ["Eva Lind", "req-participant", "individual"]


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
