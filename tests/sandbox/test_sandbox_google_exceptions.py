"""Changed and cancelled dates of series, on all copies (contract 7.2)."""

from datetime import UTC, datetime

import pytest

from support.gcal import Gcal, Json, a_sandbox, guests, mails, parsed, refusal, span
from support.google_series import (
    FIVE,
    FOUR_KEYS,
    FOURTH,
    ID,
    SECOND,
    THIRD,
    a_series,
    days,
    instances,
)
from support.outlook import a_series as an_outlook_series
from support.outlook import guests as outlook_guests


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


@pytest.fixture
def ben(anna: Gcal) -> Gcal:
    return Gcal(anna.sandbox, "ben")


def answers(event: Json) -> dict[str, str]:
    return {row["email"]: row["responseStatus"] for row in event["attendees"]}


def test_a_changed_date_becomes_an_exception(anna: Gcal) -> None:
    master = a_series(anna)
    token = anna.token()
    changed = parsed(anna.patch(SECOND, span("2026-12-02T15:00", "2026-12-02T16:00")))

    assert changed["id"] == SECOND
    assert changed["originalStartTime"]["dateTime"] == "2026-12-02T09:00:00+01:00"
    assert (changed["sequence"], changed["created"]) == (1, master["created"])
    assert changed["etag"] != master["etag"]
    rows = anna.delta(token)
    assert [row["id"] for row in rows] == [SECOND, ID]
    assert len({row["etag"] for row in rows}) == 1
    assert rows[1]["recurrence"] == [FIVE]
    assert instances(anna)[1] == changed


def test_putting_a_date_and_turning_it_all_day(anna: Gcal) -> None:
    a_series(anna, location="Here")
    body = {"summary": "Day", "start": {"date": "2026-12-02"}, "end": {"date": "2026-12-03"}}
    put = parsed(anna.put(SECOND, body))

    assert (put["start"], "dateTime" in put["originalStartTime"]) == (body["start"], True)
    assert "location" not in put
    assert anna.patch(SECOND, {"recurrence": None}).status_code == 400
    assert anna.patch(THIRD, {"recurrence": [FIVE]}).status_code == 400


def test_a_patch_that_changes_nothing_makes_no_exception(anna: Gcal) -> None:
    a_series(anna)
    token = anna.token()

    assert anna.patch(SECOND, {"summary": "Daily"}).status_code == 200
    assert anna.delta(token) == []


def test_a_deleted_date_is_a_cancelled_exception_without_exdate(anna: Gcal) -> None:
    a_series(anna)
    token = anna.token()

    assert anna.delete(SECOND).status_code == 204
    assert refusal(anna.delete(SECOND)) == (410, "global", "deleted")
    cancelled, master = anna.delta(token)
    assert cancelled["recurringEventId"] == ID
    assert cancelled["originalStartTime"]["dateTime"] == "2026-12-02T09:00:00+01:00"
    assert master["recurrence"] == [FIVE]
    assert days(anna) == ["01", "03", "04", "05"]
    assert anna.event(SECOND)["status"] == "cancelled"
    assert parsed(anna.patch(THIRD, {"status": "cancelled"}))["status"] == "cancelled"
    assert days(anna) == ["01", "04", "05"]


def test_a_cancelled_date_is_restored(anna: Gcal) -> None:
    a_series(anna)
    anna.delete(SECOND)
    restored = parsed(anna.patch(SECOND, {"status": "confirmed"}))

    assert restored["status"] == "confirmed"
    assert days(anna) == ["01", "02", "03", "04", "05"]
    anna.delete(SECOND)
    anna.delete(ID)
    assert refusal(anna.patch(SECOND, {"status": "confirmed"})) == (400, "global", "invalid")


def test_etags_of_a_family_make_queued_writes_stale_unless_knob(anna: Gcal) -> None:
    a_series(anna)
    third = parsed(anna.patch(THIRD, {"summary": "Third"}))["etag"]
    plain = anna.event(FOURTH)["etag"]
    anna.patch(SECOND, {"summary": "Second"})

    for id_, etag in ((THIRD, third), (FOURTH, plain)):
        assert anna.patch(id_, {"location": "x"}, {"If-Match": etag}).status_code == 412
    anna.sandbox.knobs["google.family_etag"] = False
    third, token = anna.event(THIRD)["etag"], anna.token()
    anna.patch(SECOND, {"summary": "Second again"})
    assert [row["id"] for row in anna.delta(token)] == [SECOND]
    assert anna.patch(THIRD, {"location": "x"}, {"If-Match": third}).status_code == 200


def test_an_exception_follows_its_master_in_what_it_has_not_changed(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Own"})
    anna.patch(ID, {"summary": "All", "location": "Room", "attendees": guests("ben@corp.example")})

    second = anna.event(SECOND)
    assert (second["summary"], second["location"]) == ("Own", "Room")
    assert answers(second) == {"ben@corp.example": "needsAction"}


def test_another_start_or_pattern_drops_exceptions_unless_knob(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Own"})
    token = anna.token()
    anna.patch(ID, span("2026-12-01T10:00", "2026-12-01T11:00"))

    tombstone = next(row for row in anna.delta(token) if row["id"] == SECOND)
    assert sorted(tombstone) == FOUR_KEYS
    assert [row["summary"] for row in instances(anna)] == ["Daily"] * 5
    assert refusal(anna.patch(SECOND, {"status": "confirmed"})) == (400, "global", "invalid")
    anna.sandbox.knobs["google.moved_series"] = "kept"
    anna.patch("series_20261202T090000Z", {"summary": "Own"})
    anna.patch(ID, {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    kept = instances(anna)[1]
    assert (kept["summary"], kept["id"]) == ("Own", "series_20261202T090000Z")
    assert kept["originalStartTime"]["dateTime"] == "2026-12-02T10:00:00+01:00"


def test_a_date_comes_back_plain_where_its_exception_was_dropped(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Own"})
    anna.patch(ID, span("2026-12-01T10:00", "2026-12-01T11:00"))
    anna.patch(ID, span("2026-12-01T09:00", "2026-12-01T10:00"))

    assert anna.event(SECOND)["summary"] == "Daily"
    assert parsed(anna.patch(SECOND, {"summary": "Anew"}))["summary"] == "Anew"
    assert [row["summary"] for row in instances(anna)][:2] == ["Daily", "Anew"]
    listed = parsed(anna.page())["items"]
    assert [row["id"] for row in listed] == [ID, SECOND]


def test_exceptions_behind_an_end_by_api_live_on_unless_knob(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(FOURTH, {"summary": "Late"})
    anna.delete("series_20261205T080000Z")
    short = {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20261202T225959Z"]}
    anna.patch(ID, short)

    assert days(anna) == ["01", "02", "04"]
    assert anna.event(FOURTH)["summary"] == "Late"
    dead = anna.patch("series_20261205T080000Z", {"status": "confirmed"})
    assert refusal(dead) == (400, "global", "invalid")
    anna.patch(ID, {"recurrence": [FIVE]})
    anna.sandbox.knobs["google.api_truncation"] = "swept"
    token = anna.token()
    anna.patch(ID, short)
    assert days(anna) == ["01", "02"]
    late = next(row for row in anna.delta(token) if row["id"] == FOURTH)
    assert sorted(late) == FOUR_KEYS


def test_an_exdate_removes_the_exception_of_its_date(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Own"})
    anna.patch(ID, {"recurrence": [FIVE, "EXDATE:20261202T080000Z"]})

    assert days(anna) == ["01", "03", "04", "05"]
    assert anna.delete(SECOND).status_code == 410


def test_a_series_made_single_has_no_dates(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Own"})
    single = parsed(anna.patch(ID, {"recurrence": None}))

    assert "recurrence" not in single
    assert [row["id"] for row in instances(anna)] == [ID]
    assert [row["id"] for row in parsed(anna.page())["items"]] == [ID]


def test_one_date_is_answered_on_all_copies(anna: Gcal, ben: Gcal) -> None:
    a_series(anna, attendees=guests("ben@corp.example", "carl@corp.example"))
    carl = Gcal(anna.sandbox, "carl")
    own = {"attendeesOmitted": True, "attendees": [{"email": "ben@corp.example"}]}
    own["attendees"][0]["responseStatus"] = "declined"  # type: ignore[index] # Json
    ben.patch(SECOND, own, sendUpdates="all")

    for who in (anna, ben, carl):
        assert answers(who.event(SECOND))["ben@corp.example"] == "declined"
        assert answers(who.event(ID))["ben@corp.example"] == "needsAction"
        assert answers(who.event(THIRD))["ben@corp.example"] == "needsAction"


def test_changed_dates_reach_the_guests_with_their_own_overlay(anna: Gcal, ben: Gcal) -> None:
    a_series(anna, attendees=guests("ben@corp.example", "eva@client.example"))
    ben.patch(ID, {"colorId": "5", "extendedProperties": {"private": {"mine": "1"}}})
    anna.patch(SECOND, {"location": "There"}, sendUpdates="all")
    anna.delete(THIRD, sendUpdates="all")

    changed = ben.event(SECOND)
    assert (changed["location"], changed["colorId"]) == ("There", "5")
    assert changed["extendedProperties"] == {"private": {"mine": "1"}}
    assert days(ben) == ["01", "02", "04", "05"]
    assert mails(anna.sandbox) == [
        ("update", ("ben@corp.example", "eva@client.example")),
        ("cancel", ("ben@corp.example", "eva@client.example")),
    ]


def test_a_guest_deletes_one_date(anna: Gcal, ben: Gcal) -> None:
    a_series(anna, attendees=guests("ben@corp.example"))

    assert ben.delete(SECOND).status_code == 204
    assert days(ben) == ["01", "03", "04", "05"]
    assert answers(anna.event(SECOND)) == {"ben@corp.example": "declined"}
    assert answers(anna.event(ID)) == {"ben@corp.example": "needsAction"}


def test_a_guest_of_one_date_has_no_master(anna: Gcal, ben: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"attendees": guests("ben@corp.example")})

    (row,) = parsed(ben.page())["items"]
    assert (row["id"], row["recurringEventId"]) == (SECOND, ID)
    assert ben.get(ID).status_code == 404
    assert [each["id"] for each in parsed(ben.page(singleEvents="true"))["items"]] == [SECOND]


def test_late_guests_of_a_series_learn_of_its_exceptions(anna: Gcal, ben: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Own"})
    anna.delete(THIRD)
    anna.patch(ID, {"attendees": guests("ben@corp.example")})

    assert days(ben) == ["01", "02", "04", "05"]
    assert ben.event(SECOND)["summary"] == "Own"
    anna.patch(ID, {"attendees": []})
    assert parsed(ben.page(singleEvents="true"))["items"] == []


def test_a_date_does_not_move_alone_and_a_series_takes_its_dates_along(anna: Gcal) -> None:
    a_series(anna, attendees=guests("ben@corp.example"))
    anna.delete(SECOND)
    anna.patch(FOURTH, {"summary": "Own"})
    anna.call("POST", "calendars", {"summary": "Team"})
    team = parsed(anna.call("GET", "users/me/calendarList"))["items"][1]["id"]
    alone = anna.call("POST", f"calendars/primary/events/{THIRD}/move", destination=team)

    assert refusal(alone) == (400, "calendar", "cannotChangeOrganizerOfInstance")
    parsed(anna.call("POST", f"calendars/primary/events/{ID}/move", destination=team))
    rows = parsed(anna.call("GET", f"calendars/{team}/events/{ID}/instances"))["items"]
    assert len(rows) == 4
    assert Gcal(anna.sandbox, "ben").event(FOURTH)["organizer"]["email"] == team


def test_single_dates_cross_over_to_outlook_and_back(anna: Gcal) -> None:
    microsoft = anna.sandbox.microsoft
    microsoft.create("pia", an_outlook_series(attendees=outlook_guests("anna@corp.example")))
    (master,) = parsed(anna.page())["items"]
    december = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
    dates = microsoft.view("pia", december)
    microsoft.edit("pia", dates[1]["id"], {"subject": "Own"})
    microsoft.delete("pia", dates[2]["id"])

    second = f"{master['id']}_20261202T080000Z"
    assert anna.event(second)["summary"] == "Own"
    assert days(anna, master["id"]) == ["01", "02", "04", "05"]
    row = {"email": "anna@corp.example", "responseStatus": "declined"}
    anna.patch(second, {"attendeesOmitted": True, "attendees": [row]}, sendUpdates="all")
    answered = [date["attendees"][0]["status"] for date in microsoft.view("pia", december)]
    assert [status["response"] for status in answered] == ["none", "declined", "none", "none"]


def test_an_outlook_guest_answers_one_date(anna: Gcal) -> None:
    microsoft = anna.sandbox.microsoft
    a_series(anna, attendees=guests("pia@contoso.example"))
    anna.patch(ID, {"location": "There"}, sendUpdates="all")
    december = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
    microsoft.answer("pia", microsoft.view("pia", december)[1]["id"], "accept")

    assert answers(anna.event(SECOND)) == {"pia@contoso.example": "accepted"}
    assert answers(anna.event(ID)) == {"pia@contoso.example": "needsAction"}
