"""Calendars and their groups (contract 10, 3.7, 8.3, Q21)."""

from typing import Any
from urllib.parse import quote

import pytest

from support.outlook import WINDOW, Outlook, a_body, a_world, guests


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def made(anna: Outlook, name: str = "Team", place: str = "/me/calendars") -> dict[str, Any]:
    answer = anna.send("POST", place, {"name": name})
    assert answer.status_code == 201, answer.text
    value: dict[str, Any] = answer.get_json()
    return value


def changed(anna: Outlook, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = anna.send("PATCH", path, body)
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.get_json()
    return value


def names(anna: Outlook, query: str = "") -> list[str]:
    return [row["name"] for row in anna.get(f"/me/calendars{query}")["value"]]


def test_a_calendar_is_made_renamed_and_coloured(anna: Outlook) -> None:
    team = made(anna)
    path = f"/me/calendars/{team['id']}"
    assert (team["color"], team["hexColor"], team["isDefaultCalendar"]) == ("auto", "", False)
    assert [team[name] for name in ("isRemovable", "canEdit", "canShare")] == [True] * 3
    assert not team["isTallyingResponses"]
    assert team["owner"] == {"name": "Anna Berg", "address": "anna@contoso.example"}
    new = changed(anna, path, {"name": "Crew", "color": "LightBlue", "hexColor": "#000000"})

    assert (new["id"], new["name"], new["color"]) == (team["id"], "Crew", "lightBlue")
    assert new["hexColor"] not in {"", "#000000"}
    assert new["changeKey"] != team["changeKey"]
    assert anna.get(path)["name"] == "Crew"
    assert names(anna) == ["Calendar", "Crew"]


def test_the_default_calendar_stays(anna: Outlook) -> None:
    default = anna.get("/me/calendar")

    assert (default["isDefaultCalendar"], default["isRemovable"]) == (True, False)
    for path in ("/me/calendar", f"/me/calendars/{default['id']}"):
        assert anna.refused("DELETE", path) == (400, "ErrorInvalidRequest")
    assert changed(anna, "/me/calendar", {"name": "Mine"})["isDefaultCalendar"]


def test_a_deleted_calendar_takes_its_events_along_and_no_delta_tells(anna: Outlook) -> None:
    path = f"/me/calendars/{made(anna)['id']}"
    event = anna.send("POST", f"{path}/events", a_body(attendees=guests("eva@client.example")))
    _, link = anna.round(f"{path}/calendarView/delta?{WINDOW}")
    _, main = anna.round()
    mails = anna.world.mail.count
    assert anna.send("DELETE", path).status_code == 204

    assert anna.world.mail.count == mails
    assert anna.refused("GET", f"/me/events/{event.get_json()['id']}")[0] == 404
    for gone in (path, f"{path}/events", link):
        assert anna.refused("GET", gone) == (404, "ErrorItemNotFound")
    assert anna.refused("DELETE", path) == (404, "ErrorItemNotFound")
    assert anna.round(main)[0] == []
    assert made(anna)["id"] not in path


def test_a_name_in_use_is_refused(anna: Outlook) -> None:
    team = made(anna)
    assert anna.refused("POST", "/me/calendars", {"name": "TEAM"}) == (409, "ErrorFolderExists")
    path = f"/me/calendars/{team['id']}"
    assert anna.refused("PATCH", path, {"name": "Calendar"}) == (409, "ErrorFolderExists")
    assert changed(anna, path, {"name": "Team"})["name"] == "Team"
    anna.world.knobs["graph.calendar_name_taken"] = 400

    assert anna.refused("POST", "/me/calendars", {"name": "Team"}) == (400, "ErrorFolderExists")


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": 3}, {"name": "X", "color": "pink"}, {"title": "X"}]
)
def test_bad_calendars_are_refused(anna: Outlook, body: dict[str, Any]) -> None:
    assert anna.refused("POST", "/me/calendars", body) == (400, "RequestBodyRead")
    assert names(anna) == ["Calendar"]


def test_holidays_are_only_read(anna: Outlook) -> None:
    microsoft = anna.world.microsoft
    holidays = microsoft.add_calendar("anna", "Holidays", can_edit=False)
    birthdays = microsoft.add_calendar("anna", "Birthdays", can_edit=False, is_removable=False)
    row = anna.get(f"/me/calendars/{birthdays}")
    path = f"/me/calendars/{holidays}"

    assert (row["canEdit"], row["canShare"], row["isRemovable"]) == (False, False, False)
    assert anna.refused("POST", f"{path}/events", a_body()) == (403, "ErrorAccessDenied")
    assert anna.refused("PATCH", path, {"name": "Days off"}) == (403, "ErrorAccessDenied")
    assert changed(anna, path, {"color": "lightRed"})["color"] == "lightRed"
    assert anna.refused("DELETE", f"/me/calendars/{birthdays}") == (403, "ErrorAccessDenied")
    assert anna.send("DELETE", path).status_code == 204


def test_calendars_are_paged_selected_and_found_by_name(anna: Outlook) -> None:
    for number in range(12):
        anna.world.microsoft.add_calendar("anna", f"C{number:02}")
    first = anna.get("/me/calendars?$count=true&$select=name")
    rest = anna.get(first["@odata.nextLink"])

    assert (first["@odata.count"], len(first["value"]), len(rest["value"])) == (13, 10, 3)
    assert first["value"][0].keys() == {"id", "name"}
    one, some = quote("name eq 'C03'"), quote("startswith(name,'c1') or name eq 'C00'")
    assert names(anna, f"?$filter={one}") == ["C03"]
    assert names(anna, f"?$filter={some}&$top=50") == [
        "C00", "C10", "C11",
    ]  # fmt: skip
    for query in ("$filter=color eq 'auto'", "$search=x", "$orderby=name", "$filter=name gt 'a'"):
        assert anna.refused("GET", f"/me/calendars?{query}") == (400, "ErrorInvalidUrlQuery")
    assert anna.refused("GET", "/me/calendars?$select=title") == (400, "BadRequest")
    assert anna.refused("GET", "/me/calendars?$count=1") == (400, "BadRequest")


def test_the_answer_to_a_post_may_have_another_id(anna: Outlook) -> None:
    anna.world.knobs["graph.calendar_ids"] = "other in POST"
    team = made(anna)
    listed = anna.get("/me/calendars")["value"][1]["id"]

    assert team["id"] != listed
    assert anna.get(f"/me/calendars/{team['id']}")["id"] == listed


def test_groups_are_made_renamed_and_removed_when_empty(anna: Outlook) -> None:
    (first,) = anna.get("/me/calendarGroups")["value"]
    work = made(anna, "Work", "/me/calendarGroups")
    path = f"/me/calendarGroups/{work['id']}"
    assert anna.refused("POST", "/me/calendarGroups", {"name": "work"})[0] == 409
    assert changed(anna, path, {"name": "Jobs"})["name"] == anna.get(path)["name"] == "Jobs"
    team = made(anna, "Team", f"{path}/calendars")

    assert [row["name"] for row in anna.get(f"{path}/calendars")["value"]] == ["Team"]
    assert len(anna.get(f"/me/calendarGroups/{first['id']}/calendars")["value"]) == 1
    assert anna.refused("DELETE", path) == (400, "ErrorInvalidRequest")
    assert anna.send("DELETE", f"/me/calendars/{team['id']}").status_code == 204
    assert anna.send("DELETE", path).status_code == 204
    assert anna.refused("GET", path) == (404, "ErrorItemNotFound")
    default = f"/me/calendarGroups/{first['id']}"
    assert anna.refused("DELETE", default) == (400, "ErrorInvalidRequest")


def test_events_are_reached_through_the_group_of_their_calendar(anna: Outlook) -> None:
    work = made(anna, "Work", "/me/calendarGroups")["id"]
    (first,) = anna.get("/me/calendarGroups")["value"][:1]
    team = made(anna, "Team", f"/me/calendarGroups/{work}/calendars")["id"]
    path = f"/me/calendarGroups/{work}/calendars/{team}"
    event = anna.send("POST", f"{path}/events", a_body()).get_json()

    assert anna.get(f"{path}/events/{event['id']}")["subject"] == "Design review"
    assert len(anna.get(f"{path}/calendarView?{WINDOW}")["value"]) == 1
    assert anna.get("/me/calendarView?" + WINDOW)["value"] == []
    wrong = f"/me/calendarGroups/{first['id']}/calendars/{team}/events"
    assert anna.refused("GET", wrong) == (404, "ErrorItemNotFound")


def test_a_move_shows_in_the_deltas_of_both_calendars(anna: Outlook) -> None:
    team = made(anna)["id"]
    event = anna.create(a_body())
    _, here = anna.round()
    _, there = anna.round(f"/me/calendars/{team}/calendarView/delta?{WINDOW}")
    anna.world.microsoft.move("anna", event["id"], team)

    assert "@removed" in anna.round(here)[0][0]
    assert anna.round(there)[0][0]["iCalUId"] == event["iCalUId"]
