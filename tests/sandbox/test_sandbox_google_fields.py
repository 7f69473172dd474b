"""The fields of an event on the simulated Google Calendar (contract 4.1, 4.5 to 4.8)."""

from datetime import timedelta

import pytest

from support.gcal import Gcal, Json, a_body, a_sandbox, all_day, guests, refusal


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, {"useDefault": True}),
        ({"useDefault": False, "overrides": []}, {"useDefault": False}),
        ({"useDefault": True, "overrides": []}, {"useDefault": True}),
        (
            {"overrides": [{"method": "popup", "minutes": -5}, {"method": "sms", "minutes": 5}]},
            {"useDefault": False, "overrides": [{"method": "popup", "minutes": 0}]},
        ),
        (
            {"overrides": [{"method": "email", "minutes": 99999}] * 2},
            {"useDefault": False, "overrides": [{"method": "email", "minutes": 40320}]},
        ),
    ],
)
@pytest.mark.rubbish
def test_reminders_read_back_with_the_servers_habits(anna: Gcal, sent: Json, read: Json) -> None:
    assert anna.inserted(a_body(reminders=sent))["reminders"] == read


def test_all_day_reminders_are_made_concrete(anna: Gcal) -> None:
    event = anna.inserted(a_body(**all_day("2026-12-01", "2026-12-02")))

    overrides = [{"method": "popup", "minutes": 10}]
    assert event["reminders"] == {"useDefault": False, "overrides": overrides}


@pytest.mark.parametrize(
    ("reminders", "reason"),
    [
        (
            {"overrides": [{"method": "popup", "minutes": n} for n in range(6)]},
            "eventRemindersCountExceedsLimit",
        ),
        (
            {"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]},
            "cannotUseDefaultRemindersAndSpecifyOverride",
        ),
    ],
)
def test_too_many_or_contradicting_reminders_are_refused(
    anna: Gcal, reminders: Json, reason: str
) -> None:
    assert refusal(anna.insert(a_body(reminders=reminders))) == (400, "calendar", reason)


def test_reminders_are_replaced_by_a_patch_or_merged_by_knob(anna: Gcal) -> None:
    event = anna.inserted(a_body(reminders={"overrides": [{"method": "popup", "minutes": 5}]}))
    merged = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}

    anna.sandbox.knobs["google.patch_reminders"] = "merge"
    assert anna.patch(event["id"], {"reminders": {"useDefault": False}}).json()["reminders"] == (
        merged
    )
    anna.sandbox.knobs["google.patch_reminders"] = "replace"
    changed = anna.patch(event["id"], {"reminders": {"useDefault": False}}).json()
    assert changed["reminders"] == {"useDefault": False}


def test_a_reminder_moves_the_etag_but_not_updated(anna: Gcal) -> None:
    event = anna.inserted()
    anna.sandbox.clock.advance(timedelta(minutes=5))
    token = anna.token()
    reminders = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 30}]}

    changed = anna.patch(event["id"], {"reminders": reminders, "colorId": "3"}).json()
    assert changed["updated"] == event["updated"]
    assert changed["etag"] != event["etag"]
    assert [row["id"] for row in anna.delta(token)] == [event["id"]]


def test_extended_properties_merge_by_key_and_are_cut_silently(anna: Gcal) -> None:
    event = anna.inserted(
        a_body(
            extendedProperties={
                "private": {"mark": "1", "k" * 45: "dropped", "long": "v" * 2000},
                "shared": {"team": "red"},
            }
        )
    )
    properties = event["extendedProperties"]
    assert properties["shared"] == {"team": "red"}
    assert properties["private"] == {"mark": "1", "long": "v" * 1024}

    patch = {"extendedProperties": {"private": {"long": None, "more": "2"}}}
    changed = anna.patch(event["id"], patch).json()["extendedProperties"]
    assert changed == {"private": {"mark": "1", "more": "2"}, "shared": {"team": "red"}}
    too_many = {"private": {f"k{n}": "v" for n in range(301)}}
    assert anna.patch(event["id"], {"extendedProperties": too_many}).status_code == 400


def test_descriptions_come_back_rewritten_by_knob(anna: Gcal) -> None:
    anna.sandbox.knobs["google.rewrite_description"] = True
    event = anna.inserted(a_body(description="See https://a.example/x\nToday"))

    rewritten = 'See <a href="https://a.example/x">https://a.example/x</a><br>Today'
    assert event["description"] == rewritten
    assert anna.patch(event["id"], {"summary": "Again"}).json()["description"] == rewritten


def test_long_descriptions_are_refused_or_cut_by_knob(anna: Gcal) -> None:
    assert refusal(anna.insert(a_body(description="x" * 8193))) == (400, "global", "invalid")
    anna.sandbox.knobs["google.description_excess"] = "cut"
    assert len(anna.inserted(a_body(description="x" * 8193))["description"]) == 8192


@pytest.mark.parametrize(
    "lines",
    [
        "RRULE:FREQ=DAILY",
        ["DTSTART:20261201T090000Z"],
        ["RRULE:COUNT=3"],
        ["RRULE:FREQ=HOURLY"],
        ["RRULE:FREQ=DAILY;COUNT=3;UNTIL=20261231T000000Z"],
        [5],
    ],
)
def test_malformed_recurrence_is_refused(anna: Gcal, lines: object) -> None:
    response = anna.insert(a_body(recurrence=lines))

    assert refusal(response) == (400, "global", "invalid")
    assert response.json()["error"]["message"] == "Invalid recurrence rule."


def test_recurrence_makes_a_master_and_null_a_single_event(anna: Gcal) -> None:
    event = anna.inserted()
    lines = ["RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE;TZID=Europe/Berlin:20261208T090000"]

    master = anna.patch(event["id"], {"recurrence": lines}).json()
    assert (master["id"], master["recurrence"]) == (event["id"], lines)
    assert "recurrence" not in anna.patch(event["id"], {"recurrence": None}).json()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"attendees": [{"displayName": "Nobody"}]}, "invalid"),
        ({"attendees": [{"email": "no address"}]}, "invalid"),
        ({"attendees": [{"email": "a@b.example", "responseStatus": "maybe"}]}, "invalid"),
        ({"transparency": "glass"}, "invalid"),
        ({"colorId": "12"}, "invalid"),
        ({"status": "gone"}, "invalid"),
        ({"summary": 5}, "invalid"),
        ({"eventType": "fromGmail"}, "eventTypeRestriction"),
    ],
)
def test_wrong_values_are_refused(anna: Gcal, fields: Json, reason: str) -> None:
    response = anna.insert(a_body(**fields))

    assert response.status_code == 400
    assert response.json()["error"]["errors"][0]["reason"] == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"attendees": {"email": "ben@corp.example"}},
        {"attendees": [5]},
        {"attendees": [{"email": "ben@corp.example", "additionalGuests": "two"}]},
        {"reminders": {"overrides": [{"method": "popup", "minutes": "ten"}]}},
        {"extendedProperties": {"private": ["mark"]}},
        {"extendedProperties": {"private": {"mark": 1}}},
        {"source": "https://app.example"},
        {"sequence": "1"},
        {"id": 5},
        {"start": {"date": "0001-01-01"}, "end": {"date": "0001-01-02"}},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00"}},
    ],
)
def test_values_of_a_wrong_type_are_refused(anna: Gcal, fields: Json) -> None:
    assert refusal(anna.insert(a_body(**fields))) == (400, "global", "invalid")


def test_the_event_type_cannot_be_changed(anna: Gcal) -> None:
    event = anna.inserted()

    assert refusal(anna.patch(event["id"], {"eventType": "focusTime"})) == (
        400, "calendar", "eventTypeRestriction",
    )  # fmt: skip


@pytest.mark.rubbish
def test_unknown_fields_are_ignored_and_conference_needs_its_version(anna: Gcal) -> None:
    request = {"createRequest": {"requestId": "r1"}}

    assert "conferenceData" not in anna.inserted(a_body(conferenceData=request, nonsense=1))
    refused = anna.insert(a_body(conferenceData=request), conferenceDataVersion=1)
    assert refused.json()["error"]["message"] == "Invalid conference type value."


def test_an_organizer_taken_off_the_list_keeps_the_event(anna: Gcal) -> None:
    """Who is not listed organizes all the same (4.4); so does who is listed no more."""
    listed = guests("anna@corp.example", "ben@corp.example")
    event = anna.inserted(a_body(attendees=listed))

    anna.patch(event["id"], {"attendees": []})

    left = anna.event(event["id"])
    assert (left["status"], "attendees" in left) == ("confirmed", False)
