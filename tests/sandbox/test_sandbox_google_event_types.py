"""Special events, attachments, groups, rooms and large meetings at the simulated Google."""

from __future__ import annotations

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, a_body, a_sandbox, all_day, guests, mails, parsed, refusal

BEN = "ben@corp.example"
ROOM = "c_room4@resource.calendar.google.com"
CREW = "crew@corp.example"
RESTRICTED = (400, "calendar", "eventTypeRestriction")


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


def focus(**fields: object) -> Json:
    properties = {"autoDeclineMode": "declineNone", "chatStatus": "doNotDisturb"}
    return a_body(**{"eventType": "focusTime", "focusTimeProperties": properties, **fields})


def away(**fields: object) -> Json:
    properties = {"autoDeclineMode": "declineAllConflictingInvitations", "declineMessage": "Away"}
    return a_body(**{"eventType": "outOfOffice", "outOfOfficeProperties": properties, **fields})


def place(**fields: object) -> Json:
    return {
        "eventType": "workingLocation",
        "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
        "visibility": "public",
        "transparency": "transparent",
        **all_day("2026-12-01", "2026-12-02"),
        **fields,
    }


def birthday(**fields: object) -> Json:
    return {
        "summary": "Mum",
        "eventType": "birthday",
        "visibility": "private",
        "transparency": "transparent",
        "recurrence": ["RRULE:FREQ=YEARLY"],
        **all_day("2026-12-01", "2026-12-02"),
        **fields,
    }


@pytest.mark.parametrize("body", [focus(), away(), place(), birthday(), place(**a_body())])
def test_special_events_are_made_and_filtered(anna: Gcal, body: Json) -> None:
    event = anna.inserted(body)
    kind = event["eventType"]
    assert kind == body["eventType"]
    assert (f"{kind}Properties" in event) == (kind != "birthday")
    assert [row["id"] for row in parsed(anna.page(eventTypes=kind))["items"]] == [event["id"]]
    assert parsed(anna.page(eventTypes="default"))["items"] == []
    assert refusal(anna.page(eventTypes="holiday")) == (400, "global", "invalidParameter")
    assert refusal(anna.patch(event["id"], {"eventType": "default"})) == RESTRICTED


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (focus(transparency="transparent"), "malformedFocusTimeEvent"),
        (focus(**all_day("2026-12-01", "2026-12-02")), "malformedFocusTimeEvent"),
        (focus(focusTimeProperties={"autoDeclineMode": "always"}), "malformedFocusTimeEvent"),
        (focus(focusTimeProperties={"chatStatus": "away"}), "malformedFocusTimeEvent"),
        (away(outOfOfficeProperties={"declineMessage": 5}), "malformedOutOfOfficeEvent"),
        (away(**all_day("2026-12-01", "2026-12-02")), "malformedOutOfOfficeEvent"),
        (place(visibility="default"), "malformedWorkingLocationEvent"),
        (place(transparency="opaque"), "malformedWorkingLocationEvent"),
        (place(workingLocationProperties={}), "malformedWorkingLocationEvent"),
        (place(**all_day("2026-12-01", "2026-12-03")), "malformedWorkingLocationEvent"),
        (birthday(recurrence=[]), "invalid"),
        (birthday(recurrence=["RRULE:FREQ=DAILY"]), "invalid"),
        (birthday(visibility="public"), "invalid"),
        (birthday(transparency="opaque"), "invalid"),
        (birthday(birthdayProperties={"type": "anniversary"}), "invalid"),
        (birthday(extendedProperties={"private": {"mark": "1"}}), "invalid"),
    ],
)
def test_malformed_special_events_are_refused(anna: Gcal, body: Json, reason: str) -> None:
    assert refusal(anna.insert(body))[::2] == (400, reason)


def test_who_may_have_special_events(anna: Gcal, sandbox: Sandbox) -> None:
    team = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    assert refusal(anna.call("POST", f"calendars/{team}/events", focus())) == RESTRICTED
    sandbox.people.add("dora", "Dora", google="dora@gmail.com")
    dora = Gcal(sandbox, "dora")
    assert refusal(dora.insert(focus())) == (403, "global", "forbidden")
    sandbox.knobs["google.special_types_refused"] = 400
    assert refusal(dora.insert(focus())) == RESTRICTED
    assert dora.inserted(birthday())["eventType"] == "birthday"


def test_what_of_special_events_may_be_changed(anna: Gcal, sandbox: Sandbox) -> None:
    born = anna.inserted(birthday())["id"]
    moved = all_day("2026-12-03", "2026-12-04")
    parsed(anna.patch(born, {"summary": "Mother", "colorId": "3", **moved}))
    for wrong in ({"location": "Here"}, {"visibility": "public"}, {"attendees": guests(BEN)}):
        assert refusal(anna.patch(born, wrong)) == RESTRICTED
    marked = refusal(anna.patch(born, {"extendedProperties": {"private": {"mark": "1"}}}))
    assert marked == (400, "global", "invalid")
    sandbox.google.load(anna.person, [a_body(id="flight00", eventType="fromGmail")])
    mark = {"extendedProperties": {"private": {"mark": "1"}}}
    parsed(anna.patch("flight00", {"colorId": "3", "transparency": "transparent", **mark}))
    assert refusal(anna.patch("flight00", {"summary": "x"})) == RESTRICTED
    away_ = anna.inserted(away())["id"]
    assert parsed(anna.patch(away_, {"summary": "x"}))["summary"] == "x"
    free = refusal(anna.patch(away_, {"transparency": "transparent"}))
    assert free == (400, "calendar", "malformedOutOfOfficeEvent")
    assert anna.delete(away_).status_code == 204
    assert anna.delete(born).status_code == 204


def test_attachments_need_their_parameter(anna: Gcal) -> None:
    files = [{"fileUrl": "https://files.example/1", "title": "Plan"}]
    assert "attachments" not in anna.inserted(a_body(attachments=files))
    event = anna.inserted(a_body(attachments=files), supportsAttachments="true")
    assert event["attachments"] == [{"fileUrl": "https://files.example/1", "title": "Plan"}]
    for answer in (
        anna.patch(event["id"], {"attachments": []}),
        anna.put(event["id"], a_body()),
    ):
        assert parsed(answer)["attachments"] == event["attachments"]
    gone = anna.patch(event["id"], {"attachments": []}, supportsAttachments="true")
    assert "attachments" not in parsed(gone)
    for wrong in ([{"title": "Plan"}], files * 26):
        answer = anna.insert(a_body(attachments=wrong), supportsAttachments="true")
        assert answer.status_code == 400


def test_only_its_creator_sees_and_writes_the_source(anna: Gcal, sandbox: Sandbox) -> None:
    ben = Gcal(sandbox, "ben")
    sandbox.google.share(anna.person, "primary", BEN, "writer")
    source = {"url": "https://crm.example/7", "title": "Deal"}
    event = anna.inserted(a_body(source=source))
    path = f"calendars/anna@corp.example/events/{event['id']}"
    assert "source" not in parsed(ben.call("GET", path))
    other = {"source": {"url": "https://other.example"}, "summary": "x"}
    parsed(ben.call("PATCH", path, other))
    parsed(ben.call("PUT", path, a_body()))
    assert anna.event(event["id"])["source"] == source


def test_a_group_is_expanded_after_the_write(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.google.add_group(CREW, [BEN, "eva@client.example"])
    event = anna.inserted(a_body(attendees=guests(CREW)), sendUpdates="all")
    assert [row["email"] for row in event["attendees"]] == [CREW]
    assert mails(sandbox) == [("invite", (CREW,))]
    rows = anna.event(event["id"])["attendees"]
    assert [row["email"] for row in rows] == [CREW, BEN, "eva@client.example"]
    assert Gcal(sandbox, "ben").event(event["id"])["summary"] == "Design review"
    assert len(mails(sandbox)) == 1


def test_a_room_answers_by_itself(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.google.add_room(ROOM, "Room 4", "Europe/Berlin")
    first = anna.inserted(a_body(attendees=guests(ROOM)), sendUpdates="all")
    (row,) = first["attendees"]
    assert (row["resource"], row["responseStatus"]) == (True, "needsAction")
    assert anna.event(first["id"])["attendees"][0]["responseStatus"] == "accepted"
    second = anna.inserted(a_body(attendees=guests(ROOM)), sendUpdates="none")
    assert anna.event(second["id"])["attendees"][0]["responseStatus"] == "declined"
    later = {"dateTime": "2026-12-01T12:00:00", "timeZone": "Europe/Berlin"}
    end = {"dateTime": "2026-12-01T13:00:00", "timeZone": "Europe/Berlin"}
    anna.patch(second["id"], {"start": later, "end": end}, sendUpdates="none")
    assert anna.event(second["id"])["attendees"][0]["responseStatus"] == "accepted"
    query = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z"}
    items: Json = {"items": [{"id": ROOM}]}
    busy = parsed(anna.call("POST", "freeBusy", query | items))["calendars"][ROOM]["busy"]
    assert len(busy) == 2
