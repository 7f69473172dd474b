"""Calendars of one's own at the simulated Google, the list of them, and moves between them."""

from __future__ import annotations

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, Value, a_body, a_sandbox, guests, mails, parsed, refusal

BEN = "ben@corp.example"
EVA = "eva@client.example"


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


def made(anna: Gcal, **fields: object) -> str:
    return str(parsed(anna.call("POST", "calendars", {"summary": "Team", **fields}))["id"])


def on_the_list(anna: Gcal) -> list[str]:
    items = parsed(anna.call("GET", "users/me/calendarList"))["items"]
    return [str(item["summary"]) for item in items]


def rows(anna: Gcal, calendar: str, **query: Value) -> list[Json]:
    items: list[Json] = parsed(anna.call("GET", f"calendars/{calendar}/events", **query))["items"]
    return items


def test_a_calendar_of_ones_own(anna: Gcal) -> None:
    id_ = made(anna)
    assert id_.endswith("@group.calendar.google.com")
    assert on_the_list(anna) == ["anna@corp.example", "Team"]
    entry = parsed(anna.call("GET", f"users/me/calendarList/{id_}"))
    assert (entry["accessRole"], entry["timeZone"], "primary" in entry) == ("owner", "UTC", False)
    event = parsed(anna.call("POST", f"calendars/{id_}/events", a_body()))
    assert event["organizer"] == {"email": id_, "displayName": "Team", "self": True}
    assert refusal(anna.call("POST", "calendars", {})) == (400, "global", "required")


def test_a_calendar_is_renamed_and_deleted(anna: Gcal, sandbox: Sandbox) -> None:
    id_ = made(anna)
    path = f"calendars/{id_}"
    assert parsed(anna.call("PATCH", path, {"summary": "Crew"}))["summary"] == "Crew"
    zoned = parsed(anna.call("PATCH", path, {"timeZone": "Europe/Madrid", "description": "x"}))
    assert (zoned["timeZone"], zoned["description"]) == ("Europe/Madrid", "x")
    assert refusal(anna.call("PATCH", path, {"timeZone": "Nowhere"})) == (400, "global", "invalid")
    assert anna.call("DELETE", path).status_code == 204
    assert refusal(anna.call("GET", f"{path}/events"))[0] == 404
    assert on_the_list(anna) == ["anna@corp.example"]
    for status in (400, 403):
        sandbox.knobs["google.delete_primary"] = status
        answer = refusal(anna.call("DELETE", "calendars/primary"))
        assert answer == (status, "calendar", "cannotDeletePrimaryCalendar")


def test_only_a_primary_calendar_is_cleared(anna: Gcal) -> None:
    anna.inserted()
    assert refusal(anna.call("POST", f"calendars/{made(anna)}/clear"))[0] == 400
    assert anna.call("POST", "calendars/primary/clear").status_code == 204
    assert rows(anna, "primary") == []


def test_what_a_person_chooses_on_the_list(anna: Gcal) -> None:
    id_ = made(anna)
    path = f"users/me/calendarList/{id_}"
    chosen = {"summaryOverride": "My team", "colorId": "7", "selected": False, "hidden": True}
    entry = parsed(anna.call("PATCH", path, chosen))
    assert (entry["summaryOverride"], entry["colorId"], entry["hidden"]) == ("My team", "7", True)
    assert "selected" not in entry
    assert parsed(anna.call("GET", f"calendars/{id_}"))["summary"] == "Team"
    assert refusal(anna.call("PATCH", path, {"colorId": "99"})) == (400, "global", "invalid")


def test_calendars_of_others_come_and_go_on_the_list(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.google.add_calendar(
        anna.person, "holidays@group.v.calendar.google.com", "Days", "reader"
    )
    path = "users/me/calendarList"
    holidays = {"id": "holidays@group.v.calendar.google.com"}
    assert anna.call("DELETE", f"{path}/{holidays['id']}").status_code == 204
    assert on_the_list(anna) == ["anna@corp.example"]
    assert rows(anna, holidays["id"]) == []  # off the list is not without access
    assert parsed(anna.call("POST", path, holidays))["accessRole"] == "reader"
    assert on_the_list(anna) == ["anna@corp.example", "Days"]
    assert anna.call("POST", path, holidays).status_code == 200
    sandbox.knobs["google.known_entry_insert"] = 409
    assert refusal(anna.call("POST", path, holidays)) == (409, "global", "duplicate")
    assert refusal(anna.call("POST", path, {"id": "unknown@x.example"}))[0] == 404
    assert refusal(anna.call("POST", path, {}))[0] == 400
    assert refusal(anna.call("DELETE", f"{path}/{made(anna)}")) == (403, "global", "forbidden")
    primary = refusal(anna.call("DELETE", f"{path}/primary"))
    assert primary == (400, "calendar", "cannotDeletePrimaryCalendar")


def test_readers_change_nothing_of_a_calendar(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.google.add_calendar(anna.person, "days@x.example", "Days", "writer")
    for verb, path in (
        ("PATCH", "calendars/days@x.example"),
        ("DELETE", "calendars/days@x.example"),
    ):
        answer = refusal(anna.call(verb, path, {"summary": "Mine"}))
        assert answer == (403, "calendar", "requiredAccessLevel")


def test_a_move_keeps_id_and_uid(anna: Gcal, sandbox: Sandbox) -> None:
    team = made(anna)
    event = anna.inserted(a_body(attendees=guests(BEN, EVA)), sendUpdates="none")
    here, there = anna.token(), parsed(anna.call("GET", f"calendars/{team}/events"))
    path = f"calendars/primary/events/{event['id']}/move"

    moved = parsed(anna.call("POST", path, destination=team, sendUpdates="all"))

    assert (moved["id"], moved["iCalUID"]) == (event["id"], event["iCalUID"])
    assert moved["organizer"] == {"email": team, "displayName": "Team", "self": True}
    assert anna.delta(here) == [
        {"kind": "calendar#event", "etag": anna.delta(here)[0]["etag"], "id": event["id"],
         "status": "cancelled"}
    ]  # fmt: skip
    (arrived,) = rows(anna, team, syncToken=there["nextSyncToken"])
    assert arrived["id"] == event["id"]
    assert Gcal(sandbox, "ben").event(event["id"])["organizer"]["email"] == team
    assert mails(sandbox) == [("update", (BEN, EVA))]


def test_a_series_moves_with_its_dates(anna: Gcal) -> None:
    team = made(anna)
    series = anna.inserted(a_body(recurrence=["RRULE:FREQ=DAILY;COUNT=5"]))
    date = f"{series['id']}_20261203T080000Z"
    anna.sandbox.google.load(
        anna.person,
        [
            a_body(
                id=date,
                iCalUID=series["iCalUID"],
                summary="Other",
                recurringEventId=series["id"],
                originalStartTime={"dateTime": "2026-12-03T08:00:00Z"},
            )
        ],
    )
    parsed(anna.call("POST", f"calendars/primary/events/{series['id']}/move", destination=team))
    assert {row["id"] for row in rows(anna, team)} == {series["id"], date}
    assert rows(anna, "primary") == []
    back = anna.call("POST", f"calendars/{team}/events/{date}/move", destination="primary")
    assert refusal(back) == (400, "calendar", "cannotChangeOrganizerOfInstance")
    parsed(anna.call("POST", f"calendars/{team}/events/{series['id']}/move", destination="primary"))
    assert {row["id"] for row in rows(anna, "primary")} == {series["id"], date}


def test_what_cannot_be_moved(anna: Gcal, sandbox: Sandbox) -> None:
    team = made(anna)
    event = anna.inserted(a_body(attendees=guests(BEN)), sendUpdates="none")
    path = f"calendars/primary/events/{event['id']}/move"
    assert refusal(anna.call("POST", path)) == (400, "global", "required")
    assert refusal(anna.call("POST", path, destination="nowhere@x.example"))[0] == 404
    stale = anna.call("POST", path, headers={"If-Match": '"1"'}, destination=team)
    assert stale.status_code == 412
    sandbox.google.add_calendar(anna.person, "days@x.example", "Days", "reader")
    reader = anna.call("POST", path, destination="days@x.example")
    assert refusal(reader) == (403, "calendar", "requiredAccessLevel")
    ben = Gcal(sandbox, "ben")
    guest = ben.call("POST", path, destination=made(ben))
    assert refusal(guest) == (400, "calendar", "cannotChangeOrganizer")
    away = {"eventType": "outOfOffice", "outOfOfficeProperties": {"autoDeclineMode": "declineNone"}}
    out = anna.inserted(a_body(**away))
    other = anna.call("POST", f"calendars/primary/events/{out['id']}/move", destination=team)
    assert refusal(other) == (400, "calendar", "eventTypeRestriction")


def test_a_move_may_answer_with_what_is_left_by_knob(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.move_reply"] = "source"
    team, event = made(anna), anna.inserted()
    path = f"calendars/primary/events/{event['id']}/move"
    assert parsed(anna.call("POST", path, destination=team))["status"] == "cancelled"


def test_settings_and_colours(anna: Gcal, sandbox: Sandbox) -> None:
    items = parsed(anna.call("GET", "users/me/settings"))["items"]
    assert {row["id"]: row["value"] for row in items}["timezone"] == "Europe/Berlin"
    assert parsed(anna.call("GET", "users/me/settings/timezone"))["value"] == "Europe/Berlin"
    assert refusal(anna.call("GET", "users/me/settings/unknown"))[0] == 404
    colours = parsed(anna.call("GET", "colors"))
    assert colours["event"]["11"] == {"background": "#dc2127", "foreground": "#1d1d1d"}
    assert (len(colours["event"]), len(colours["calendar"])) == (11, 24)
    events = Gcal(sandbox, scope="https://www.googleapis.com/auth/calendar.events")
    assert events.call("GET", "colors").status_code == 403
    assert events.call("POST", "calendars", {"summary": "x"}).status_code == 403
