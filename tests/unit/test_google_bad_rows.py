"""Whatever one row of a page says, the others are told (contract §4.2 to §4.8, quirks 1 to 48)."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sync.providers.google.families import Families
from support.google_rows import END, SHELF, START, a_row

NULLS = dict.fromkeys(("summary", "description", "location", "attendees", "reminders"))
RULE = ["RRULE:FREQ=WEEKLY"]


@pytest.mark.parametrize(
    "oddity",
    [
        pytest.param({"attendees": [{}]}, id="a guest without anything"),
        pytest.param({"attendees": [{"email": ""}]}, id="a guest without address"),
        pytest.param({"attendees": [{"id": "1", "displayName": "Eva"}]}, id="a guest with an id"),
        pytest.param({"attendees": [{"email": "not an address"}]}, id="a guest of any text"),
        pytest.param({"attendees": [{"email": "e@x.example", "responseStatus": "?"}]}, id="answer"),
        pytest.param({"organizer": {}, "creator": {}}, id="an organizer without address"),
        pytest.param({"status": "?", "visibility": "?", "transparency": "?"}, id="unknown values"),
        pytest.param({"eventType": "ofTomorrow"}, id="an unknown type"),
        pytest.param({"updated": "soon"}, id="an unreadable moment of change"),
        pytest.param({"conferenceData": {}}, id="a conference of nothing"),
        pytest.param({"conferenceData": {"entryPoints": [{}]}}, id="an entry point of nothing"),
        pytest.param({"reminders": {"overrides": [{}]}}, id="a reminder of nothing"),
        pytest.param({"extendedProperties": {}}, id="no properties"),
        pytest.param({"iCalUID": None}, id="no UID"),
        pytest.param({"end": START}, id="an end at the start"),
        pytest.param({"start": END, "end": START}, id="an end before the start"),
        pytest.param({"recurrence": ["RRULE:FREQ=SOMETIMES"]}, id="a rule of nothing"),
        pytest.param({"recurrence": ["nonsense"]}, id="no rule at all"),
    ],
)
def test_an_oddity_is_read_all_the_same(oddity: dict[str, Any]) -> None:
    resources, _ = Families([a_row(id="odd", **oddity), a_row()]).resources(SHELF)

    assert [found.href for found in resources] == ["odd", "7q2k"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"start": {}}, "time_missing"),
        ({"start": None}, "time_missing"),
        ({"end": {"date": "2026-01-12"}}, "time_of_two_kinds"),
        ({"start": {"dateTime": "soon", "timeZone": "Europe/Madrid"}}, "time_unreadable"),
        ({"start": {"date": "2026-02-30"}}, "time_unreadable"),
    ],
)
def test_what_cannot_be_told_stops_nothing(broken: dict[str, Any], code: str) -> None:
    resources, unreadable = Families([a_row(id="bad", **broken), a_row()]).resources(SHELF)

    assert [found.href for found in resources] == ["7q2k"]
    assert unreadable == [("bad", code)]


@pytest.mark.parametrize("broken", [{"start": {}}, {"originalStartTime": {}}])
def test_a_date_that_cannot_be_told_stops_nothing(broken: dict[str, Any]) -> None:
    date: dict[str, Any] = {"id": "m_20260119T090000Z", "recurringEventId": "m"}
    date |= {"originalStartTime": START} | broken
    rows = [a_row(id="m", recurrence=RULE), a_row(**date), a_row()]
    resources, unreadable = Families(rows).resources(SHELF)

    assert [found.href for found in resources] == ["m", "7q2k"]
    assert [href for href, _ in unreadable] == ["m_20260119T090000Z"]
