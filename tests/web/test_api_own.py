"""What is the caller's own on an event, over the API: Anna organizes, Ben is invited."""

from typing import Any

import pytest

from support.api import Program
from support.world import Organization

BEN = "ben@corp.example"
DECEMBER = {"start": "2026-12-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}


def review(**more: object) -> dict[str, Any]:
    def paris(clock: str) -> dict[str, str]:
        return {"dateTime": f"2026-12-01T{clock}", "timeZone": "Europe/Paris"}

    times = {"start": paris("09:00:00"), "end": paris("10:00:00")}
    return {"summary": "Design review", **times, **more}


@pytest.fixture
def anna(organization: Organization) -> Program:
    return Program.of(organization.anna)


@pytest.fixture
def ben(organization: Organization) -> Program:
    return Program.of(organization.ben)


def test_what_is_the_callers_own(anna: Program, ben: Program) -> None:
    own = {
        "alarms": [{"minutes": 10, "action": "display"}, {"minutes": 1440, "action": "email"}],
        "colour": "crimson",
        "categories": ["Customer", "Travel"],
    }
    made = anna.post("/events", review(guests=[{"address": BEN}], mail="keep_here", **own)).body
    path = f"/events/{made['id']}"

    assert {name: made[name] for name in own} == own
    assert anna.get("/events", **DECEMBER).body["items"][0]["colour"] == "crimson"
    theirs = ben.get(path).body
    assert (theirs["alarms"], theirs["colour"], theirs["categories"]) == (None, None, [])

    changed = ben.ask("PATCH", path, {"alarms": [], "categories": ["Later", "later"]}).body
    assert (changed["alarms"], changed["categories"]) == ([], ["Later"])
    less = anna.ask("PATCH", path, {"alarms": None, "colour": None, "categories": ["Travel"]}).body
    assert (less["alarms"], less["colour"], less["categories"]) == (None, None, ["Travel"])


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"colour": "pink"}, ["/colour"]),
        ({"alarms": [{"minutes": 40_321}]}, ["/alarms/0/minutes"]),
        ({"alarms": [{"minutes": number} for number in range(6)]}, ["/alarms"]),
        ({"alarms": [{"action": "sms", "minutes": 1}]}, ["/alarms/0/action"]),
        ({"categories": ["x" * 256]}, ["/categories/0"]),
        ({"categories": [str(number) for number in range(26)]}, ["/categories"]),
    ],
)
def test_what_is_no_value_of_ones_own(
    anna: Program, fields: dict[str, Any], errors: list[str]
) -> None:
    refused = anna.post("/events", review(**fields))

    assert refused.status == 422
    assert [error["pointer"] for error in refused.body["errors"]] == [f"#{at}" for at in errors]
