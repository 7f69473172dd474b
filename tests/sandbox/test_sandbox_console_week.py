"""The week of the console: where cards stand, what is in a bar, where one can go."""

import re
from datetime import date, datetime

import pytest
from markupsafe import Markup

from calendar_sandbox.console.google_form import lines, repeat_of
from calendar_sandbox.console.repeat import Repeat
from calendar_sandbox.console.week import Card, Week

MONDAY = date(2026, 11, 23)


def card(start: str, end: str, title: str = "x", *, all_day: bool = False) -> Card:
    day = f"{MONDAY:%Y-%m}-"
    begins, ends = (datetime.fromisoformat(day + text) for text in (start, end))
    return Card(begins, ends, all_day, title, "?")


def drawn(*cards: Card, now: str = "2026-11-01T08:00") -> Markup:
    return Week(MONDAY, datetime.fromisoformat(now), "?new=").html(cards)


def places(html: Markup) -> list[tuple[str, str, str]]:
    """Title, column and number of columns."""
    return re.findall(r"--col: (\d); --of: (\d)[^>]*>[^<]*<b>(\w+)", html)


def test_overlapping_events_stand_side_by_side() -> None:
    html = drawn(
        card("24T09:00", "24T11:00", "a"),
        card("24T10:00", "24T12:00", "b"),
        card("24T11:00", "24T11:30", "c"),
        card("24T13:00", "24T14:00", "d"),
    )

    assert places(html) == [("0", "2", "a"), ("1", "2", "b"), ("0", "2", "c"), ("0", "1", "d")]


def test_seven_to_twenty_is_shown_and_more_where_something_is() -> None:
    assert "--hours: 13" in drawn()
    assert "--hours: 15" in drawn(card("24T06:30", "24T07:30"), card("25T20:15", "25T20:45"))


def test_what_crosses_midnight_has_a_part_on_each_day() -> None:
    html = drawn(card("24T22:00", "25T05:30"))

    assert re.findall(r"--at: ([\d.]+); --long: ([\d.]+)", html) == [
        ("22.00", "2.00"), ("0.00", "5.50"),
    ]  # fmt: skip


def test_bars_keep_their_row_over_all_days() -> None:
    html = drawn(
        card("23T00:00", "26T00:00", "long", all_day=True),
        card("24T00:00", "25T00:00", "day", all_day=True),
        card("27T09:00", "29T12:00", "trip"),
    )
    rows = re.findall(r'--lane: (\d)"( data-cut="[^"]*")?[^>]*>[^<]*<b>(\w+)', html)

    assert [(title, lane) for lane, _, title in rows] == [
        ("long", "1"), ("long", "1"), ("day", "2"), ("long", "1"),
        ("trip", "1"), ("trip", "1"), ("trip", "1"),
    ]  # fmt: skip
    assert [cut for _, cut, title in rows if title == "long"] == [
        ' data-cut="after"', ' data-cut="before after"', ' data-cut="before"',
    ]  # fmt: skip


def test_now_is_a_line_in_today() -> None:
    html = drawn(now="2026-11-24T09:30")

    assert html.count('class="now"') == 1
    assert '<section class="day today" aria-label="Tuesday 24 November">' in html
    assert "--at: 2.50" in html
    assert 'class="now"' not in drawn()


def test_a_click_on_an_hour_begins_an_event_there() -> None:
    html = drawn()

    assert 'href="?new=2026-11-29T19:00"' in html
    assert html.count("No events") == 7


@pytest.mark.parametrize(
    "text",
    [
        "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=5",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE",
        "RRULE:FREQ=MONTHLY",
        "RRULE:FREQ=MONTHLY;BYDAY=4TU",
        "RRULE:FREQ=YEARLY;UNTIL=20281231",
    ],
)
def test_simple_rules_are_choices_of_the_form(text: str) -> None:
    start = date(2026, 11, 24)
    repeat = repeat_of([text], start, None)

    assert repeat.kind != "raw"
    assert lines(repeat, start, None) == [text]


@pytest.mark.parametrize("text", ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", "RDATE:20261201", "RRULE:"])
def test_other_rules_stay_as_they_are(text: str) -> None:
    assert repeat_of([text], MONDAY, None) == Repeat("raw", raw=text)
