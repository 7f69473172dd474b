"""freeBusy at the simulated Google."""

from __future__ import annotations

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, a_body, a_sandbox, all_day, guests, parsed, refusal, span

ANNA = "anna@corp.example"
BEN = "ben@corp.example"
WEEK = {"timeMin": "2026-11-30T00:00:00Z", "timeMax": "2026-12-07T00:00:00Z"}


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


def asked(anna: Gcal, *ids: str, **more: object) -> Json:
    return parsed(anna.call("POST", "freeBusy", WEEK | {"items": [{"id": i} for i in ids]} | more))


def busy(anna: Gcal, id_: str = "primary", **more: object) -> list[tuple[str, str]]:
    rows = asked(anna, id_, **more)["calendars"][id_]["busy"]
    return [(row["start"], row["end"]) for row in rows]


def test_busy_times_of_ones_own(anna: Gcal, sandbox: Sandbox) -> None:
    anna.inserted()
    anna.inserted(a_body(**span("2026-12-01T09:30:00", "2026-12-01T11:00:00"), status="tentative"))
    anna.inserted(a_body(**span("2026-12-08T09:30:00", "2026-12-08T11:00:00")))
    reply = asked(anna, "primary", timeZone="Europe/Madrid")
    assert reply == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-11-30T00:00:00.000Z",
        "timeMax": "2026-12-07T00:00:00.000Z",
        "calendars": {
            "primary": {
                "busy": [{"start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T11:00:00+01:00"}]
            }
        },
    }
    assert busy(anna) == [("2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z")]
    sandbox.knobs["google.freebusy_merge"] = False
    assert len(busy(anna)) == 2


def test_what_does_not_count_as_busy(anna: Gcal, sandbox: Sandbox) -> None:
    anna.inserted(a_body(transparency="transparent"))
    anna.delete(anna.inserted()["id"])
    ben = Gcal(sandbox, "ben")
    meeting = ben.inserted(a_body(attendees=guests(ANNA)), sendUpdates="none")
    assert len(busy(anna)) == 1
    own = {"email": ANNA, "responseStatus": "declined"}
    anna.patch(meeting["id"], {"attendeesOmitted": True, "attendees": [own]}, sendUpdates="none")
    assert busy(anna) == []


def test_days_are_busy_from_midnight_to_midnight(anna: Gcal) -> None:
    anna.inserted(all_day("2026-12-02", "2026-12-03"))
    anna.inserted(all_day("2026-12-04", "2026-12-05") | {"recurrence": ["RRULE:FREQ=YEARLY"]})
    assert busy(anna) == [
        ("2026-12-01T23:00:00Z", "2026-12-02T23:00:00Z"),
        ("2026-12-03T23:00:00Z", "2026-12-04T23:00:00Z"),
    ]


def test_series_are_busy_on_their_dates(anna: Gcal) -> None:
    """Over a change of the clocks; without deleted, moved and excluded dates."""
    series = a_body(
        **span("2026-10-01T09:00:00", "2026-10-01T10:00:00"),
        recurrence=[
            "RRULE:FREQ=DAILY;UNTIL=20261204T080000Z",
            "EXDATE;TZID=Europe/Berlin:20261202T090000",
            "RDATE:20261206T120000Z",
        ],
    )
    id_ = anna.inserted(series)["id"]
    date = f"{id_}_20261203T080000Z"
    moved = a_body(**span("2026-12-03T15:00:00", "2026-12-03T16:00:00"))
    original = {"dateTime": "2026-12-03T08:00:00Z"}
    moved |= {"id": date, "recurringEventId": id_, "originalStartTime": original}
    anna.sandbox.google.load(anna.person, [moved])
    starts = [start for start, _ in busy(anna)]
    assert starts == [
        "2026-11-30T08:00:00Z",
        "2026-12-01T08:00:00Z",
        "2026-12-03T14:00:00Z",
        "2026-12-04T08:00:00Z",
        "2026-12-06T12:00:00Z",
    ]


def test_unknown_and_unreadable_calendars_are_entry_errors(anna: Gcal, sandbox: Sandbox) -> None:
    ben = Gcal(sandbox, "ben")
    ben.inserted(a_body(visibility="private"))
    unknown = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    reply = asked(anna, BEN, "nobody@x.example")["calendars"]
    assert reply == {BEN: unknown, "nobody@x.example": unknown}
    sandbox.google.share(ben.person, BEN, ANNA, "freeBusyReader")
    assert len(busy(anna, BEN)) == 1
    ids = [f"p{number}@x.example" for number in range(50)]
    last = asked(anna, *ids, "primary")["calendars"]["primary"]
    assert last["errors"][0]["reason"] == "tooManyCalendarsRequested"
    capped = asked(anna, "primary", BEN, calendarExpansionMax=1)["calendars"]
    assert ("errors" in capped["primary"], "errors" in capped[BEN]) == (False, True)


def test_groups_expand_and_may_be_too_big(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.google.add_group("crew@corp.example", [ANNA, BEN])
    anna.inserted()
    reply = asked(anna, "crew@corp.example")
    assert reply["groups"] == {"crew@corp.example": {"calendars": [ANNA, BEN]}}
    assert len(reply["calendars"][ANNA]["busy"]) == 1
    assert "errors" in reply["calendars"][BEN]
    big = asked(anna, "crew@corp.example", groupExpansionMax=1)
    assert big["groups"]["crew@corp.example"]["errors"][0]["reason"] == "groupTooBig"
    assert big["calendars"] == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"timeMin": None}, "required"),
        ({"timeMax": None}, "required"),
        ({"timeMin": "2026-12-01T00:00:00"}, "badRequest"),
        ({"timeMax": "2026-11-30T00:00:00Z"}, "timeRangeEmpty"),
        ({"timeMax": "2027-12-01T00:00:00Z"}, "timeRangeTooLong"),
        ({"timeZone": "Nowhere"}, "invalid"),
        ({"items": {}}, "invalid"),
        ({"items": [{}]}, "required"),
        ({"items": ["x"]}, "required"),
        ({"groupExpansionMax": "x"}, "invalid"),
    ],
)
def test_wrong_free_busy_queries_are_refused(anna: Gcal, body: Json, reason: str) -> None:
    query = {"items": [{"id": "primary"}], **WEEK, **body}
    assert refusal(anna.call("POST", "freeBusy", query))[::2] == (400, reason)


def test_free_busy_needs_its_scope(sandbox: Sandbox) -> None:
    events = Gcal(sandbox, scope="https://www.googleapis.com/auth/calendar.events")
    assert events.call("POST", "freeBusy", WEEK).status_code == 403
    narrow = Gcal(sandbox, scope="https://www.googleapis.com/auth/calendar.freebusy")
    assert narrow.call("POST", "freeBusy", WEEK).status_code == 200
