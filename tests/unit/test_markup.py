"""Descriptions of strangers."""

from __future__ import annotations

import pytest

from calendar_sync.security.markup import harmless, harmless_properties, harmless_property


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("Plain text, 3 < 4 & so on", "Plain text, 3 &lt; 4 &amp; so on"),
        ("<p>Bring <b>tea</b></p>", "<p>Bring <b>tea</b></p>"),
        ('<p onclick="steal()">Hi</p>', "<p>Hi</p>"),
        ("<script>steal()</script>Hi", "Hi"),
        ("<style>p{}</style>Hi", "Hi"),
        ('<img src="https://spy.example/pixel.png">Hi', "Hi"),
        ('<a href="javascript:steal()">Hi</a>', '<a rel="noopener noreferrer">Hi</a>'),
        ('<iframe src="https://evil.example"></iframe>Hi', "Hi"),
    ],
)
def test_harmless(fragment: str, shown: str) -> None:
    assert harmless(fragment) == shown


def test_harmless_twice_is_harmless_once() -> None:
    once = harmless('<p>1 &lt; 2<br><a href="https://a.example">x</a></p>')

    assert harmless(once) == once


def test_nothing_left_is_no_description() -> None:
    assert harmless_property("description", "<script>x</script>") is None
    assert harmless_properties({"description": "<script>x</script>", "summary": "<b>"}) == {
        "summary": "<b>"
    }


def test_changed_dates_of_a_series_are_cleaned_too() -> None:
    name = "at:20261123:description"

    assert harmless_property(name, "<script>x</script>y") == "y"
    assert harmless_property("at:20261124", "cancelled") == "cancelled"


def test_a_date_without_a_description_stays_without() -> None:
    name = "at:20261123:description"

    assert harmless_properties({name: "<script>x</script>"}) == {name: ""}
