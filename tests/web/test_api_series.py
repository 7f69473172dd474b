"""Series over the API: Anna organizes, Ben is invited."""

from typing import Any

import pytest

from calendar_sync.models import Event
from support.api import Answer, Program
from support.world import Organization

BEN, EVA = "ben@corp.example", "eva@outside.example"
DECEMBER = {"start": "2026-12-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
DAILY = "RRULE:FREQ=DAILY;COUNT=5"
THURSDAY = "2026-12-03T09:00:00 Europe/Paris"


def paris(hour: int, day: int = 1) -> dict[str, str]:
    return {"dateTime": f"2026-12-{day:02}T{hour:02}:00:00", "timeZone": "Europe/Paris"}


def stand_up(**more: object) -> dict[str, Any]:
    times = {"start": paris(9), "end": paris(10)}
    return {"summary": "Stand-up", "recurrence": [DAILY], **times, **more}


@pytest.fixture
def anna(organization: Organization) -> Program:
    return Program.of(organization.anna)


@pytest.fixture
def ben(organization: Organization) -> Program:
    return Program.of(organization.ben)


def shown(program: Program) -> list[str]:
    cards = program.get("/events", **DECEMBER).body["items"]
    return [f"{card['start']['dateTime'][8:13]} {card['summary']}" for card in cards]


def days(*titles: str, hour: int = 9) -> list[str]:
    return [f"{day:02}T{hour:02} {title}" for day, title in enumerate(titles, 1) if title]


def path_of(made: Answer) -> str:
    return f"/events/{made.body['id']}"


def test_a_series_has_its_rules_and_a_card_per_date(anna: Program) -> None:
    made = anna.post("/events", stand_up())

    assert made.status == 201
    assert (made.body["isSeries"], made.body["recurrence"]) == (True, [DAILY])
    assert (made.body["mayEdit"], made.body["date"]) == (True, "2026-12-01T09:00:00 Europe/Paris")
    cards = anna.get("/events", **DECEMBER).body["items"]
    assert {card["id"] for card in cards} == {made.body["id"]}
    assert [card["date"] for card in cards][2] == THURSDAY
    assert len(cards) == 5
    one = anna.get(path_of(made), date=THURSDAY).body
    assert (one["date"], one["start"]) == (THURSDAY, paris(9, 3))


@pytest.mark.parametrize(
    ("scope", "titles"),
    [
        ({"date": THURSDAY, "scope": "this"}, ["Stand-up", "Stand-up", "Daily", "Stand-up"]),
        ({"date": THURSDAY, "scope": "following"}, ["Stand-up", "Stand-up", "Daily", "Daily"]),
        ({"date": THURSDAY, "scope": "all"}, ["Daily"] * 4),
        ({}, ["Daily"] * 4),
    ],
)
def test_a_change_is_of_the_dates_that_are_said(
    anna: Program, scope: dict[str, str], titles: list[str]
) -> None:
    made = anna.post("/events", stand_up())

    changed = anna.ask("PATCH", path_of(made), {"summary": "Daily", **scope})

    assert (changed.status, changed.body["summary"]) == (200, "Daily")
    assert shown(anna) == days(*titles, titles[-1])
    divided = scope.get("scope") == "following"
    assert (changed.body["id"] != made.body["id"]) is divided


def test_times_are_those_of_the_date(anna: Program) -> None:
    made = anna.post("/events", stand_up())
    times = {"start": paris(14, 3), "end": paris(15, 3)}

    anna.ask("PATCH", path_of(made), {**times, "date": THURSDAY})

    assert shown(anna) == days(*["Stand-up"] * 5, hour=14)


def test_another_rule_none_and_one_again(anna: Program) -> None:
    path = path_of(anna.post("/events", stand_up()))
    other = "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"

    assert anna.ask("PATCH", path, {"recurrence": [other]}).body["recurrence"] == [other]
    assert shown(anna) == days("Stand-up", "", "Stand-up", "", "Stand-up")
    single = anna.ask("PATCH", path, {"recurrence": []}).body
    assert (single["isSeries"], single["date"]) == (False, None)
    assert anna.ask("PATCH", path, {"recurrence": [DAILY]}).body["isSeries"]
    assert shown(anna) == days(*["Stand-up"] * 5)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"date": THURSDAY, "scope": "this"}, ["01", "02", "04", "05"]),
        ({"date": THURSDAY, "scope": "following"}, ["01", "02"]),
        ({"date": THURSDAY}, []),
        ({}, []),
    ],
)
def test_a_deletion_is_of_the_dates_that_are_said(
    anna: Program, query: dict[str, str], left: list[str]
) -> None:
    made = anna.post("/events", stand_up())

    assert anna.ask("DELETE", path_of(made), query=query).status == 204

    assert [line[:2] for line in shown(anna)] == left


def test_an_answer_is_to_one_date_or_all(anna: Program, ben: Program) -> None:
    path = path_of(anna.post("/events", stand_up(guests=[{"address": BEN}])))

    one = ben.post(f"{path}/answer", {"answer": "tentative", "date": THURSDAY, "scope": "this"})
    assert (one.body["date"], one.body["answer"]) == (THURSDAY, "tentative")
    assert ben.get(path).body["answer"] == "needs-action"
    ben.post(f"{path}/answer", {"answer": "accepted"})
    assert ben.get(path).body["answer"] == "accepted"
    assert ben.ask("DELETE", path, query={"date": THURSDAY, "scope": "this"}).status == 204
    assert len(shown(ben)) == 4
    assert len(shown(anna)) == 5


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"date": "2026-12-24T09:00:00 Europe/Paris", "scope": "this"}, 409, "series_no_date"),
        ({"date": "2026-12-03T09:00:00 Europe/Nowhere", "scope": "this"}, 409, "series_no_date"),
        ({"date": "soon"}, 409, "series_no_date"),
        ({"scope": "this"}, 409, "date_missing"),
        ({"scope": "some"}, 422, "invalid"),
        ({"recurrence": ["RRULE:FREQ=SOMETIMES"]}, 422, "invalid"),
        ({"recurrence": [], "date": THURSDAY, "scope": "this"}, 422, "invalid"),
    ],
)
def test_what_is_refused(anna: Program, change: dict[str, Any], status: int, code: str) -> None:
    path = path_of(anna.post("/events", stand_up()))

    refused = anna.ask("PATCH", path, {"summary": "Daily", **change})

    assert (refused.status, refused.body["code"]) == (status, code)
    assert shown(anna) == days(*["Stand-up"] * 5)


def test_whom_it_would_mail_is_asked(organization: Organization, anna: Program) -> None:
    organization.connect(organization.anna, "google")
    made = anna.post("/events", stand_up(guests=[{"address": EVA}], mail="silent"))
    organization.sync()
    one = {"date": THURSDAY, "scope": "this"}

    update = anna.ask("PATCH", path_of(made), {"location": "Room Blue", **one})
    cancel = anna.ask("DELETE", path_of(made), query=one)

    assert (update.status, update.body["question"]["updates"]) == (409, [EVA])
    assert (cancel.status, cancel.body["question"]["cancellations"]) == (409, [EVA])
    assert anna.ask("DELETE", path_of(made), query={**one, "mail": "silent"}).status == 204
    assert Event.objects.get().is_series
    assert len(shown(anna)) == 4
