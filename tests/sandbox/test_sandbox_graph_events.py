"""Create, read, change and delete single events (contract 3)."""

from datetime import timedelta
from typing import Any

import pytest

from support.outlook import Outlook, a_body, a_world, guests, moment


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def test_created_event_reads_back_whole(anna: Outlook) -> None:
    event = anna.create(a_body())

    assert event["type"] == "singleInstance"
    assert event["start"] == {"dateTime": "2026-12-01T09:00:00.0000000", "timeZone": "UTC"}
    assert event["responseStatus"] == {"response": "organizer", "time": "0001-01-01T00:00:00Z"}
    assert event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert [event["seriesMasterId"], event["recurrence"], event["originalStart"]] == [None] * 3
    read = anna.get(f"/me/events/{event['id']}")
    assert {name: read[name] for name in event if name != "@odata.context"} == {
        name: value for name, value in event.items() if name != "@odata.context"
    }


def test_ids_differ_by_form_and_by_mailbox(anna: Outlook) -> None:
    immutable = anna.create(a_body())["id"]
    mutable = anna.get("/me/events", Prefer="")["value"][0]["id"]

    assert len(immutable) == len(mutable) == 152
    assert immutable.startswith("AAkA")
    assert mutable.startswith("AAMk")
    assert anna.refused("GET", f"/me/events/{mutable}") == (400, "ErrorInvalidIdMalformed")
    assert anna.refused("GET", f"/me/events/{immutable.swapcase()}")[0] == 400
    ben = Outlook(anna.world, "ben")
    assert ben.refused("GET", f"/me/events/{immutable}") == (400, "ErrorInvalidIdMalformed")


def test_personal_account_has_ids_of_its_own_look() -> None:
    pia = Outlook(a_world(), "pia")
    pia.prefer = ""
    event = pia.create(a_body())

    assert event["id"].startswith("AQMk")
    assert "." in event["id"]
    assert pia.get(f"/me/events/{event['id']}")["subject"] == "Design review"
    assert len(pia.get("/me")["id"]) == 16


def test_patch_changes_only_what_it_lists(anna: Outlook) -> None:
    event = anna.create(a_body(categories=["Blue", "Red"], importance="High"))
    changed = anna.patch(event["id"], {"subject": "Review", "categories": ["Green"]})

    assert (changed["subject"], changed["categories"], changed["importance"]) == (
        "Review",
        ["Green"],
        "high",
    )
    assert changed["changeKey"] != event["changeKey"]
    assert changed["start"] == event["start"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"colour": "red"}, 400, "RequestBodyRead"),
        ({"importance": "huge"}, 400, "RequestBodyRead"),
        ({"isAllDay": "yes"}, 400, "RequestBodyRead"),
        ({"transactionId": "t"}, 400, "ErrorInvalidRequest"),
        ({"start": {"dateTime": "2026-12-01T09:00:00"}}, 400, "TimeZoneNotSupportedException"),
        ({"start": moment("2026-12-01T09:00:00", "EST")}, 400, "TimeZoneNotSupportedException"),
        ({"start": moment("tomorrow")}, 400, "RequestBodyRead"),
        ({"start": moment("2026-12-01T11:00:00")}, 400, "ErrorPropertyValidationFailure"),
        ({"isAllDay": True}, 400, "ErrorInvalidRequest"),
        ({"attendees": guests("nobody")}, 400, "ErrorInvalidRecipients"),
        ({"attachments": []}, 501, "NotImplemented"),
    ],
)
def test_refused_patch_changes_nothing(
    anna: Outlook, body: dict[str, Any], status: int, code: str
) -> None:
    event = anna.create(a_body())

    assert anna.refused("PATCH", f"/me/events/{event['id']}", body) == (status, code)
    assert anna.get(f"/me/events/{event['id']}")["changeKey"] == event["changeKey"]


def test_read_only_properties_are_ignored(anna: Outlook) -> None:
    event = anna.create(a_body())
    changed = anna.patch(event["id"], {"iCalUId": "mine", "organizer": {}, "isOrganizer": False})

    assert changed["iCalUId"] == event["iCalUId"]
    assert changed["isOrganizer"] is True


def test_deleted_event_is_gone(anna: Outlook) -> None:
    event_id = anna.create(a_body())["id"]
    anna.delete(event_id)

    assert anna.refused("DELETE", f"/me/events/{event_id}") == (404, "ErrorItemNotFound")
    assert anna.refused("GET", f"/me/events/{event_id}") == (404, "ErrorItemNotFound")


def test_equal_transaction_returns_the_same_event(anna: Outlook) -> None:
    first = anna.create(a_body(transactionId="t1"))
    again = anna.create(a_body(transactionId="t1"))

    assert again["id"] == first["id"]
    assert len(anna.world.microsoft.events("anna")) == 1


def test_deleted_event_frees_its_transaction(anna: Outlook) -> None:
    first = anna.create(a_body(transactionId="t1"))
    anna.delete(first["id"])

    assert anna.create(a_body(transactionId="t1"))["id"] != first["id"]


@pytest.mark.parametrize(("manner", "status"), [("400", 400), ("409", 409), ("400-bare", 400)])
def test_used_transaction_with_other_content(anna: Outlook, manner: str, status: int) -> None:
    anna.world.knobs["graph.duplicate_transaction"] = manner
    first = anna.create(a_body(transactionId="t1"))
    answer = anna.send("POST", "/me/events", a_body(transactionId="t1", subject="Other"))

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (status, "ErrorDuplicateTransactionId")
    existing = None if manner == "400-bare" else first["id"]
    assert error.get("@event.existingEventId") == existing


def test_stale_etag_is_refused(anna: Outlook) -> None:
    event = anna.create(a_body())
    path = f"/me/events/{event['id']}"
    anna.patch(event["id"], {"subject": "Newer"})

    assert anna.refused("PATCH", path, {}, If_Match=event["@odata.etag"]) == (
        412,
        "ErrorIrresolvableConflict",
    )
    assert anna.refused("DELETE", path, If_Match=event["@odata.etag"])[0] == 412
    current = anna.get(path)["@odata.etag"]
    assert anna.send("DELETE", path, If_Match=current).status_code == 204


def test_etag_moves_by_itself_after_create(anna: Outlook) -> None:
    anna.world.knobs["graph.etag_bump"] = 3
    event = anna.create(a_body())
    path = f"/me/events/{event['id']}"

    assert anna.get(path)["changeKey"] == event["changeKey"]
    anna.world.clock.advance(timedelta(seconds=3))
    assert anna.get(path)["changeKey"] != event["changeKey"]


def test_all_day_dates_never_shift(anna: Outlook) -> None:
    zone = "Pacific Standard Time"
    event = anna.create(
        a_body(isAllDay=True, start=moment("2026-12-24", zone), end=moment("2026-12-26", zone))
    )
    read = anna.get(
        f"/me/events/{event['id']}",
        Prefer='IdType="ImmutableId", outlook.timezone="Tokyo Standard Time"',
    )

    assert read["start"] == moment("2026-12-24T00:00:00.0000000", "Tokyo Standard Time")
    assert read["end"]["dateTime"] == "2026-12-26T00:00:00.0000000"
    assert read["originalStartTimeZone"] == "UTC"


@pytest.mark.parametrize(
    "times",
    [
        {"start": moment("2026-12-24T08:00:00"), "end": moment("2026-12-25")},
        {"start": moment("2026-12-24"), "end": moment("2026-12-25", "Europe/Paris")},
        {"start": moment("2026-12-24"), "end": moment("2026-12-24")},
    ],
)
def test_all_day_needs_midnights_of_one_zone(anna: Outlook, times: dict[str, Any]) -> None:
    body = a_body(isAllDay=True, **times)

    assert anna.refused("POST", "/me/events", body) == (400, "ErrorInvalidRequest")


def test_zones_by_both_kinds_of_names(anna: Outlook) -> None:
    event = anna.create(
        a_body(
            start=moment("2026-12-01T09:00:00", "W. Europe Standard Time"),
            end=moment("2026-12-01T10:00:00.0000000", "Europe/Vienna"),
        )
    )
    answer = anna.send(
        "GET",
        f"/me/events/{event['id']}",
        Prefer='outlook.timezone="America/New_York", IdType="ImmutableId"',
    )

    assert event["start"]["dateTime"] == "2026-12-01T08:00:00.0000000"
    assert answer.get_json()["end"] == moment("2026-12-01T04:00:00.0000000", "America/New_York")
    assert answer.headers["Preference-Applied"] == (
        'outlook.timezone="America/New_York", IdType="ImmutableId"'
    )
    assert (event["originalStartTimeZone"], event["originalEndTimeZone"]) == (
        "W. Europe Standard Time",
        "Europe/Vienna",
    )
    assert anna.refused("GET", "/me/events", Prefer='outlook.timezone="Mars"') == (
        400,
        "TimeZoneNotSupportedException",
    )


def test_offset_in_a_time_fixes_the_instant(anna: Outlook) -> None:
    event = anna.create(a_body(start=moment("2026-12-01T09:00:00+02:00", "Tokyo Standard Time")))

    assert event["start"]["dateTime"] == "2026-12-01T07:00:00.0000000"


def test_text_body_becomes_html_and_reads_back_as_text(anna: Outlook) -> None:
    event = anna.create(a_body(body={"contentType": "text", "content": "a < b\n\nlast"}))
    text = anna.get(
        f"/me/events/{event['id']}?$select=body",
        Prefer='IdType="ImmutableId", outlook.body-content-type="text"',
    )

    assert event["body"]["contentType"] == "html"
    assert "<!-- converted from text -->" in event["body"]["content"]
    assert text["body"] == {"contentType": "text", "content": "a < b\r\n\r\nlast\r\n"}
    assert event["bodyPreview"] == "a < b\r\n\r\nlast"


def test_html_body_is_wrapped_cleaned_and_then_stable(anna: Outlook) -> None:
    content = '<p onclick="steal()">Hi</p><script>steal()</script>'
    event = anna.create(a_body(body={"contentType": "HTML", "content": content}))
    again = anna.patch(event["id"], {"body": event["body"]})

    assert "<p>Hi</p>" in event["body"]["content"]
    assert "steal" not in event["body"]["content"]
    assert event["body"]["content"].startswith("<html>\r\n<head>")
    assert again["body"] == event["body"]
    assert anna.patch(event["id"], {"body": None})["body"]["content"] == ""


def test_names_come_from_the_directory_and_locations_gain_fields(anna: Outlook) -> None:
    rows = [{"emailAddress": {"address": "BEN@contoso.example", "name": "Benny"}}]
    event = anna.create(
        a_body(
            attendees=[*rows, *guests("eva@client.example")],
            locations=[{"displayName": "Room 4"}, {"displayName": "Room 5"}],
        )
    )

    assert [row["emailAddress"] for row in event["attendees"]] == [
        {"name": "Ben Cho", "address": "ben@contoso.example"},
        {"name": "eva@client.example", "address": "eva@client.example"},
    ]
    assert event["location"]["displayName"] == "Room 4; Room 5"
    assert event["locations"][0]["uniqueIdType"] == "private"
    cleared = anna.patch(event["id"], {"location": {"displayName": ""}})
    assert cleared["locations"] == []
    assert cleared["location"]["uniqueIdType"] == "unknown"


def test_online_meeting_is_ignored_in_silence(anna: Outlook) -> None:
    event = anna.create(a_body(isOnlineMeeting=True))

    assert (event["isOnlineMeeting"], event["onlineMeeting"]) == (False, None)


def test_body_needs_a_content_type_and_json(anna: Outlook) -> None:
    bare = anna._client.post(
        "https://sandbox.example/graph/v1.0/me/events",
        headers={"Authorization": f"Bearer {anna.token}"},
        data=b"{}",
    )
    broken = anna._client.post(
        "https://sandbox.example/graph/v1.0/me/events",
        headers={"Authorization": f"Bearer {anna.token}", "Content-Type": "application/json"},
        data=b"{",
    )

    assert bare.get_json()["error"]["code"] == "RequestBodyRead"
    assert broken.get_json()["error"]["code"] == "UnableToDeserializePostBody"


def test_read_only_calendar_refuses_writes(anna: Outlook) -> None:
    holidays = anna.world.microsoft.add_calendar("anna", "Holidays", can_edit=False)

    assert anna.refused("POST", f"/me/calendars/{holidays}/events", a_body()) == (
        403,
        "ErrorAccessDenied",
    )
    names = [row["name"] for row in anna.get("/me/calendars")["value"]]
    assert names == ["Calendar", "Holidays"]
    assert anna.get("/me/calendar")["isDefaultCalendar"] is True
    assert anna.get(f"/me/calendars/{holidays}")["canEdit"] is False
