"""Writing events on the simulated Google Calendar (contract 4, 5)."""

import base64
from datetime import timedelta

import pytest

from support.gcal import NOW, Gcal, Json, a_body, a_sandbox, guests, refusal, span


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


def test_insert_answers_200_and_prints_no_default(anna: Gcal) -> None:
    response = anna.insert(
        a_body(
            id="abcde12345",
            description="",
            location="",
            transparency="opaque",
            visibility="default",
            guestsCanModify=False,
            attendees=[],
        )
    )

    assert response.status_code == 200
    assert response.headers["ETag"] == response.json()["etag"]
    body = response.json()
    assert body.pop("htmlLink").endswith(
        base64.b64encode(b"abcde12345 anna@corp.example").decode().rstrip("=")
    )
    assert int(body.pop("etag").strip('"')) % 2 == 0
    assert body == {
        "kind": "calendar#event",
        "id": "abcde12345",
        "status": "confirmed",
        "created": "2026-11-20T08:00:00.000Z",
        "updated": "2026-11-20T08:00:00.000Z",
        "summary": "Design review",
        "creator": {"email": "anna@corp.example", "self": True},
        "organizer": {"email": "anna@corp.example", "self": True},
        "start": {"dateTime": "2026-12-01T09:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "iCalUID": "abcde12345@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
    }


def test_generated_ids_are_base32hex(anna: Gcal) -> None:
    id_ = anna.inserted()["id"]

    assert len(id_) == 26
    assert set(id_) <= set("abcdefghijklmnopqrstuv0123456789")


@pytest.mark.parametrize("id_", ["ABCDE", "abcd", "with-dash", "under_score", "wxyz5", "a" * 1025])
def test_illegal_ids_are_refused(anna: Gcal, id_: str) -> None:
    response = anna.insert(a_body(id=id_))

    assert refusal(response) == (400, "global", "invalid")
    assert response.json()["error"]["message"] == "Invalid resource id value."


def test_an_id_is_never_free_again(anna: Gcal) -> None:
    anna.inserted(a_body(id="abcde12345"))

    assert refusal(anna.insert(a_body(id="abcde12345"))) == (409, "global", "duplicate")
    assert anna.delete("abcde12345").status_code == 204
    assert refusal(anna.insert(a_body(id="abcde12345"))) == (409, "global", "duplicate")


def test_known_uid_is_refused_or_doubled_by_knob(anna: Gcal) -> None:
    body = a_body(iCalUID="meeting@elsewhere.example")
    anna.inserted(body)

    assert refusal(anna.insert(body)) == (409, "global", "duplicate")
    anna.sandbox.knobs["google.known_uid_insert"] = "second"
    assert anna.insert(body).status_code == 200


@pytest.mark.parametrize(
    ("change", "reason", "message"),
    [
        ({"end": None}, "required", "Missing end time."),
        ({"start": None, "end": None}, "required", "Missing end time."),
        ({"start": None}, "required", "Missing start time."),
        ({"start": {"date": "2026-12-01"}}, "invalid", "Invalid end time."),
        (
            {"start": {"date": "2026-12-01", "dateTime": "2026-12-01T09:00:00Z"}},
            "invalid",
            "Invalid start time.",
        ),
        ({"start": {"dateTime": "tomorrow"}}, "invalid", "Invalid start time."),
        ({"start": {"dateTime": "2026-12-01T09:00Z"}}, "invalid", "Invalid start time."),
        (
            {"start": {"dateTime": "2026-12-01T09:00:00"}},
            "required",
            "Missing time zone definition for start time.",
        ),
        (
            {"start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "W. Europe Standard Time"}},
            "invalid",
            "Invalid time zone definition for start time.",
        ),
        (
            {"end": {"dateTime": "2026-12-01T08:00:00", "timeZone": "Europe/Berlin"}},
            "timeRangeEmpty",
            "The specified time range is empty.",
        ),
        (
            {
                "recurrence": ["RRULE:FREQ=DAILY"],
                "start": {"dateTime": "2026-12-01T09:00:00+01:00"},
                "end": {"dateTime": "2026-12-01T10:00:00+01:00"},
            },
            "required",
            "Missing time zone definition for start time.",
        ),
    ],
)
def test_wrong_times_are_refused(anna: Gcal, change: Json, reason: str, message: str) -> None:
    response = anna.insert(a_body(**change))

    assert response.status_code == 400
    assert response.json()["error"]["errors"][0]["reason"] == reason
    assert response.json()["error"]["message"] == message


def test_naive_time_may_take_the_calendars_zone_by_knob(anna: Gcal) -> None:
    anna.sandbox.knobs["google.naive_time"] = "calendar-zone"
    start, end = {"dateTime": "2026-12-01T09:00:00"}, {"dateTime": "2026-12-01T10:00:00"}

    assert (
        anna.inserted(a_body(start=start, end=end))["start"]["dateTime"]
        == "2026-12-01T09:00:00+01:00"
    )


def test_times_are_printed_in_the_zone_of_the_response(anna: Gcal) -> None:
    event = anna.inserted(
        a_body(**span("2026-12-01T18:20:00", "2026-12-01T19:00:00", "Asia/Tokyo"))
    )

    assert event["start"] == {"dateTime": "2026-12-01T10:20:00+01:00", "timeZone": "Asia/Tokyo"}
    shown = anna.get(event["id"], timeZone="UTC").json()["start"]
    assert shown == {"dateTime": "2026-12-01T09:20:00Z", "timeZone": "Asia/Tokyo"}


def test_the_offset_fixes_the_instant_and_the_zone_is_stored(anna: Gcal) -> None:
    moment = {"dateTime": "2026-12-01T09:00:00Z", "timeZone": "America/New_York"}
    event = anna.inserted(a_body(start=moment, end={"dateTime": "2026-12-01T10:00:00Z"}))

    assert event["start"] == {
        "dateTime": "2026-12-01T10:00:00+01:00",
        "timeZone": "America/New_York",
    }


def test_timed_becomes_all_day_only_with_the_other_keys_removed(anna: Gcal) -> None:
    event = anna.inserted()
    halfway = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}

    assert refusal(anna.patch(event["id"], halfway)) == (400, "global", "invalid")
    whole = {which: {**day, "dateTime": None, "timeZone": None} for which, day in halfway.items()}
    changed = anna.patch(event["id"], whole).json()
    assert (changed["start"], changed["end"]) == ({"date": "2026-12-01"}, {"date": "2026-12-02"})
    assert changed["sequence"] == 1


def test_etag_is_twice_the_microseconds_of_the_change(anna: Gcal) -> None:
    anna.sandbox.clock.advance(timedelta(milliseconds=421))
    event = anna.inserted()

    halves = int(event["etag"].strip('"')) // 2
    assert halves // 1000 == int(NOW.timestamp()) * 1000 + 421
    assert event["updated"] == "2026-11-20T08:00:00.421Z"


def test_patch_keeps_what_it_does_not_name_and_null_removes(anna: Gcal) -> None:
    event = anna.inserted(a_body(description="Agenda", location="Room 4", colorId="5"))

    changed = anna.patch(event["id"], {"location": None, "summary": "New"}).json()
    assert (changed["summary"], changed["description"], changed["colorId"]) == (
        "New", "Agenda", "5",
    )  # fmt: skip
    assert "location" not in changed
    assert changed["sequence"] == 0


def test_a_patch_that_changes_nothing_keeps_the_etag_unless_knob(anna: Gcal) -> None:
    event = anna.inserted()

    assert anna.patch(event["id"], {"summary": event["summary"]}).json()["etag"] == event["etag"]
    anna.sandbox.knobs["google.noop_patch_etag"] = "new"
    assert anna.patch(event["id"], {"summary": event["summary"]}).json()["etag"] != event["etag"]


def test_put_resets_what_it_leaves_out(anna: Gcal) -> None:
    event = anna.inserted(a_body(description="Agenda", attendees=guests("ben@corp.example")))

    changed = anna.put(event["id"], a_body(summary="Bare")).json()
    assert "description" not in changed
    assert "attendees" not in changed
    assert refusal(anna.put(event["id"], {"summary": "No time"})) == (400, "global", "required")


def test_writes_are_conditional(anna: Gcal) -> None:
    event = anna.inserted()
    stale, id_ = {"If-Match": event["etag"]}, event["id"]
    fresh = anna.patch(id_, {"summary": "Second"}, stale).json()["etag"]

    assert fresh != event["etag"]
    for response in (
        anna.patch(id_, {"summary": "Third"}, stale),
        anna.put(id_, a_body(), stale),
        anna.delete(id_, stale),
    ):
        assert refusal(response) == (412, "global", "conditionNotMet")
        assert response.json()["error"]["errors"][0]["location"] == "If-Match"
    assert anna.event(id_)["summary"] == "Second"
    assert anna.patch(id_, {"summary": "Third"}, {"If-Match": "*"}).status_code == 200


def test_get_answers_304_to_the_known_etag(anna: Gcal) -> None:
    event = anna.inserted()
    path = f"calendars/primary/events/{event['id']}"

    known = anna.call("GET", path, headers={"If-None-Match": event["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert anna.call("GET", path, headers={"If-None-Match": '"1"'}).status_code == 200


def test_delete_leaves_a_tombstone_with_details_by_get(anna: Gcal) -> None:
    event = anna.inserted()

    response = anna.delete(event["id"])
    assert (response.status_code, response.content) == (204, b"")
    gone = anna.event(event["id"])
    assert (gone["status"], gone["summary"]) == ("cancelled", "Design review")
    assert refusal(anna.delete(event["id"])) == (410, "global", "deleted")
    assert refusal(anna.delete("neverwas")) == (404, "global", "notFound")
    anna.sandbox.knobs["google.tombstones"] = "hidden"
    assert anna.get(event["id"]).status_code == 404
    assert anna.insert(a_body(id=event["id"])).status_code == 409


def test_a_deleted_event_is_restored_by_status_unless_knob(anna: Gcal) -> None:
    event = anna.inserted()
    anna.patch(event["id"], {"status": "cancelled"})

    assert anna.patch(event["id"], {"summary": "Still gone"}).json()["status"] == "cancelled"
    assert anna.patch(event["id"], {"status": "confirmed"}).json()["status"] == "confirmed"
    anna.delete(event["id"])
    anna.sandbox.knobs["google.undelete"] = False
    assert refusal(anna.patch(event["id"], {"status": "confirmed"})) == (
        403, "global", "forbidden",
    )  # fmt: skip


def test_sequence_grows_with_the_time_only_and_never_falls(anna: Gcal) -> None:
    event = anna.inserted()

    assert anna.patch(event["id"], {"location": "Room 5"}).json()["sequence"] == 0
    later = span("2026-12-01T11:00:00", "2026-12-01T12:00:00")
    assert anna.patch(event["id"], later).json()["sequence"] == 1
    assert refusal(anna.patch(event["id"], {"sequence": 0})) == (400, "global", "invalid")


def test_bad_json_and_bad_parameters_are_refused(anna: Gcal) -> None:
    broken = anna.session.post(
        "https://sandbox.example/google/calendar/v3/calendars/primary/events", data=b"{", timeout=5
    )
    assert refusal(broken) == (400, "global", "parseError")
    assert refusal(anna.insert(a_body(), sendUpdates="some")) == (
        400, "global", "invalidParameter",
    )  # fmt: skip


def test_readers_may_not_write(anna: Gcal) -> None:
    anna.sandbox.google.add_calendar(
        anna.person, "de#holiday@group.v.calendar.google.com", "Holidays", "reader"
    )
    path = "calendars/de%23holiday%40group.v.calendar.google.com/events"

    assert anna.call("GET", path).json()["accessRole"] == "reader"
    assert refusal(anna.call("POST", path, a_body())) == (403, "calendar", "requiredAccessLevel")


def test_unknown_calendars_and_routes_answer_as_the_vendor_does(anna: Gcal) -> None:
    assert refusal(anna.call("GET", "calendars/stranger%40corp.example/events")) == (
        404, "global", "notFound",
    )  # fmt: skip
    assert anna.call("GET", "nothing").status_code == 404
    assert anna.call("PUT", "calendars/primary/events", {}).status_code == 405


def test_method_override_acts_as_the_method_named(anna: Gcal) -> None:
    event = anna.inserted()
    override = {"X-HTTP-Method-Override": "PATCH"}

    path = f"calendars/primary/events/{event['id']}"
    assert anna.call("POST", path, {"summary": "New"}, override).json()["summary"] == "New"


def test_the_calendar_list_names_the_primary_by_address(anna: Gcal) -> None:
    (entry,) = anna.call("GET", "users/me/calendarList").json()["items"]

    assert (entry["id"], entry["primary"], entry["accessRole"], entry["timeZone"]) == (
        "anna@corp.example", True, "owner", "Europe/Berlin",
    )  # fmt: skip
    assert entry["defaultReminders"] == [{"method": "popup", "minutes": 10}]
    assert entry["conferenceProperties"] == {"allowedConferenceSolutionTypes": ["hangoutsMeet"]}
    assert anna.call("GET", "users/me/calendarList/primary").json() == entry
    assert anna.call("GET", "calendars/primary").json()["id"] == "anna@corp.example"
