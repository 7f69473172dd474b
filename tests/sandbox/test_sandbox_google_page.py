"""Series on the console's Google page: expanded, and changed as Google's own page does."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from calendar_sandbox.console.google_form import filled
from calendar_sandbox.core.people import Person
from calendar_sandbox.sandbox import Sandbox
from support.gcal import a_body, a_sandbox, guests, mails

ANNA = "/console/anna/google"
DAILY = ["RRULE:FREQ=DAILY;COUNT=5"]
FIELDS = {
    "summary": "Lunch",
    "start": "2026-12-01T12:00",
    "end": "2026-12-01T13:00",
    "visibility": "default",
}


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def console(sandbox: Sandbox) -> Client:
    return Client(sandbox.wsgi)


def person(sandbox: Sandbox, key: str = "anna") -> Person:
    return sandbox.people.get(key)


def a_series(sandbox: Sandbox, **fields: object) -> list[dict[str, Any]]:
    """Its dates: 1 to 5 December 2026 at nine."""
    body = a_body(recurrence=DAILY, **fields)
    id_ = sandbox.google.create(person(sandbox), body, "none")["id"]
    return sandbox.google.instances(person(sandbox), id_)


def press(console: Client, verb: str, owner: str = "anna", **fields: str) -> TestResponse:
    answer = console.post(f"/console/{owner}/google", data={"do": verb, **fields})
    assert answer.status_code == 303, answer.text
    return answer


def form_of(sandbox: Sandbox, row: dict[str, Any], **fields: str) -> dict[str, str]:
    return filled(row, person(sandbox)) | {"event": row["id"], "send": "all", **fields}


def starts(sandbox: Sandbox) -> list[str]:
    """Of all that is in December."""
    now = sandbox.clock.now()
    rows = sandbox.google.occurrences(person(sandbox), now, now.replace(year=2027))
    return [f"{row['start']['dateTime'][8:16]} {row['summary']}" for row in rows]


def test_the_week_shows_every_date_and_the_list_the_series_once(
    console: Client, sandbox: Sandbox
) -> None:
    second = a_series(sandbox)[1]
    sandbox.google.edit_instance(person(sandbox), second["id"], {"summary": "Other"}, "none")

    html = console.get(f"{ANNA}?day=2026-12-01").text
    assert (html.count("<b>Design review</b>"), html.count("<b>Other</b>")) == (4, 1)
    html = console.get(f"{ANNA}?view=list").text
    assert (html.count(">Design review</a>"), html.count(">Other</a>")) == (1, 0)
    assert "Date of a series" in console.get(f"{ANNA}?event={second['id']}").text


def test_a_series_is_created_by_choices_or_by_rule(console: Client, sandbox: Sandbox) -> None:
    weekly = {"repeat": "weekly", "every": "2", "weekday": "TU", "ends": "count", "count": "3"}
    press(console, "create", **FIELDS, **weekly)
    press(console, "create", **FIELDS, repeat="raw", rrule="RRULE:FREQ=DAILY;COUNT=2")
    rules = [row["recurrence"] for row in sandbox.google.events(person(sandbox))]

    assert rules == [
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=3"], ["RRULE:FREQ=DAILY;COUNT=2"],
    ]  # fmt: skip
    assert len(starts(sandbox)) == 5


def test_this_following_or_all_is_changed(console: Client, sandbox: Sandbox) -> None:
    dates = a_series(sandbox)
    press(console, "edit", **form_of(sandbox, dates[1], scope="this", summary="One"))
    assert [text[9:] for text in starts(sandbox)].count("One") == 1

    late = {"start": "2026-12-04T10:00", "end": "2026-12-04T11:00", "summary": "Later"}
    press(console, "edit", **form_of(sandbox, dates[3], scope="following", **late))
    assert starts(sandbox) == [
        "01T09:00 Design review",
        "02T09:00 One",
        "03T09:00 Design review",
        "04T10:00 Later",
        "05T10:00 Later",
    ]


def test_all_dates_move_with_one(console: Client, sandbox: Sandbox) -> None:
    third = a_series(sandbox)[2]
    times = {"start": "2026-12-03T11:30", "end": "2026-12-03T12:00"}
    press(console, "edit", **form_of(sandbox, third, scope="all", **times))
    assert [text[:8] for text in starts(sandbox)] == [f"0{day}T11:30" for day in range(1, 6)]

    dates = sandbox.google.instances(person(sandbox), third["recurringEventId"])
    press(console, "move:60", event=dates[4]["id"], scope="all", send="none")
    assert [text[:8] for text in starts(sandbox)] == [f"0{day}T12:30" for day in range(1, 6)]


@pytest.mark.parametrize(("scope", "left"), [("this", 4), ("following", 2), ("all", 0)])
def test_this_following_or_all_is_deleted(
    console: Client, sandbox: Sandbox, scope: str, left: int
) -> None:
    event = a_series(sandbox)[2]["id"]
    press(console, "delete", event=event, scope=scope, send="none")

    assert len(starts(sandbox)) == left


def test_a_rule_is_changed_for_all(console: Client, sandbox: Sandbox) -> None:
    first = a_series(sandbox)[0]
    rule = {"repeat": "daily", "every": "2", "ends": "count", "count": "2"}
    press(console, "edit", **form_of(sandbox, first, scope="all", **rule))

    assert [text[:2] for text in starts(sandbox)] == ["01", "03"]


@pytest.mark.parametrize(("scope", "answered"), [("this", 1), ("all", 5)])
def test_a_guest_answers_a_date_or_all(
    console: Client, sandbox: Sandbox, scope: str, answered: int
) -> None:
    second = a_series(sandbox, attendees=guests("ben@corp.example"))[1]
    form = {"event": second["id"], "scope": scope, "comment": "Late", "send": "all"}
    press(console, "accepted", "ben", **form)
    rows = sandbox.google.instances(person(sandbox, "ben"), second["recurringEventId"])
    own = [next(each for each in row["attendees"] if each.get("self")) for row in rows]

    assert [each["responseStatus"] for each in own].count("accepted") == answered
    assert [kind for kind, _ in mails(sandbox)] == ["response"]
