"""Series changed by hand: splits, all dates, one date, dragging (contract 7.3)."""

import re
from datetime import date, datetime

import pytest

from calendar_sandbox.google import ApiError
from support.gcal import Gcal, Json, Value, a_sandbox, guests, parsed, span
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


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


@pytest.fixture
def ben(anna: Gcal) -> Gcal:
    return Gcal(anna.sandbox, "ben")


def split(anna: Gcal, id_: str, **changes: Value) -> Json:
    return anna.sandbox.google.split(anna.person, id_, changes, "none")


def test_a_split_of_the_text_names_the_new_half_after_the_old(anna: Gcal) -> None:
    old = a_series(anna, extendedProperties={"private": {"ours": "1"}})
    anna.patch(SECOND, {"summary": "Early"})
    anna.patch(FOURTH, {"summary": "Late"})
    token = anna.token()
    new = split(anna, THIRD, summary="New")

    assert new["id"] == "series_R20261203T080000"
    assert new["iCalUID"] == "series_R20261203T080000@google.com"
    assert (new["created"], new["sequence"]) == (old["created"], 0)
    assert new["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=3"]
    assert new["extendedProperties"] == {"private": {"ours": "1"}}
    trimmed = anna.event(ID)
    assert trimmed["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20261202T225959Z"]
    assert (trimmed["sequence"], trimmed["etag"]) == (0, anna.event(new["id"])["etag"])
    rows = {row["id"]: row for row in anna.delta(token)}
    assert rows.keys() == {ID, SECOND, FOURTH, new["id"]}
    assert sorted(rows[FOURTH]) == FOUR_KEYS
    later = instances(anna, new["id"])
    assert [row["id"] for row in later][:2] == [THIRD, FOURTH]
    assert {row["recurringEventId"] for row in later} == {new["id"]}
    assert [row["summary"] for row in later] == ["New"] * 3
    assert anna.event(FOURTH) == later[1]


def test_a_split_of_the_time_makes_a_series_of_its_own(anna: Gcal) -> None:
    old = a_series(anna)
    new = split(anna, THIRD, **span("2026-12-03T15:00:00", "2026-12-03T16:00:00"))

    assert re.fullmatch(r"[a-v0-9]{26}", new["id"])
    assert new["iCalUID"] == f"{new['id']}@google.com"
    assert (new["created"], new["sequence"]) == (old["created"], 1)
    assert new["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=3"]
    assert days(anna) == ["01", "02"]
    assert days(anna, new["id"]) == ["03", "04", "05"]


def test_a_split_carries_dates_and_an_end_to_their_half(anna: Gcal) -> None:
    rule = "RRULE:FREQ=DAILY;UNTIL=20261205T225959Z"
    a_series(anna, recurrence=[rule, "EXDATE:20261202T080000Z,20261204T080000Z"])
    new = split(anna, THIRD, summary="New")

    assert new["recurrence"] == [rule, "EXDATE:20261204T080000Z"]
    assert anna.event(ID)["recurrence"][1] == "EXDATE:20261202T080000Z"
    assert (days(anna), days(anna, new["id"])) == (["01"], ["03", "05"])
    again = split(anna, "series_20261205T080000Z", summary="Newer")
    assert again["id"] == "series_R20261205T080000"


def test_later_exceptions_survive_a_split_of_the_text_by_knob(anna: Gcal) -> None:
    anna.sandbox.knobs["google.split_exceptions"] = "kept"
    a_series(anna)
    anna.patch(FOURTH, {"summary": "Late"})
    new = split(anna, THIRD, summary="New")

    late = anna.event(FOURTH)
    assert (late["summary"], late["recurringEventId"]) == ("Late", new["id"])
    assert [row["summary"] for row in instances(anna, new["id"])] == ["New", "Late", "New"]


def test_a_split_from_the_first_date_is_a_change_of_all(anna: Gcal) -> None:
    a_series(anna)

    assert split(anna, "series_20261201T080000Z", summary="New")["id"] == ID
    assert [row["id"] for row in parsed(anna.page())["items"]] == [ID]


def test_guests_see_both_halves_and_may_not_split(anna: Gcal, ben: Gcal) -> None:
    a_series(anna, attendees=guests("ben@corp.example"))
    ben.patch(FOURTH, {"colorId": "5"})
    new = split(anna, THIRD, summary="New")

    assert (days(ben), days(ben, new["id"])) == (["01", "02"], ["03", "04", "05"])
    with pytest.raises(ApiError) as caught:
        split(ben, SECOND, summary="Mine")
    assert caught.value.status == 403


def test_all_dates_of_a_split_series_are_edited(anna: Gcal) -> None:
    a_series(anna)
    new = split(anna, THIRD, summary="New")
    token = anna.token()
    anna.sandbox.google.edit_all(anna.person, SECOND, {"location": "Room"}, "none")

    rows = anna.delta(token)
    assert {row["id"]: row["location"] for row in rows} == {ID: "Room", new["id"]: "Room"}
    assert len({row["etag"] for row in rows}) == 1


def test_this_and_following_deleted_by_hand(anna: Gcal) -> None:
    a_series(anna)
    anna.patch(SECOND, {"summary": "Early"})
    anna.patch(FOURTH, {"summary": "Late"})
    token = anna.token()
    anna.sandbox.google.delete_following(anna.person, THIRD, "none")

    rows = {row["id"]: row for row in anna.delta(token)}
    assert rows[ID]["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20261202T225959Z"]
    assert (rows[SECOND]["summary"], sorted(rows[FOURTH])) == ("Early", FOUR_KEYS)
    anna.sandbox.google.delete_following(anna.person, "series_20261201T080000Z", "none")
    assert anna.event(ID)["status"] == "cancelled"


def test_one_date_by_hand(anna: Gcal) -> None:
    single = anna.inserted()["id"]
    a_series(anna)
    google = anna.sandbox.google
    google.edit_instance(anna.person, SECOND, {"summary": "Own"}, "none")
    google.delete_instance(anna.person, THIRD, "none")

    shown = google.instances(anna.person, ID)
    assert [row["summary"] for row in shown] == ["Daily", "Own", "Daily", "Daily"]
    assert len(google.instances(anna.person, ID, deleted=True)) == 5
    with pytest.raises(ApiError):
        google.edit_instance(anna.person, single, {"summary": "Own"})


def test_dragging_between_all_day_and_timed(anna: Gcal) -> None:
    a_series(anna)
    google, person = anna.sandbox.google, anna.person
    day = google.drag(person, SECOND, date(2026, 12, 2), date(2026, 12, 3), "none")
    hour = datetime(2026, 12, 2, 10), datetime(2026, 12, 2, 11)  # noqa: DTZ001 - a wall clock

    assert day["start"] == {"date": "2026-12-02"}
    timed = google.drag(person, SECOND, *hour, "none")
    assert timed["start"]["dateTime"] == "2026-12-02T10:00:00+01:00"
    whole = google.drag(person, ID, date(2026, 12, 1), date(2026, 12, 2), "none")
    assert whole["recurrence"] == [FIVE]
    assert [row["id"] for row in instances(anna)] == [f"series_2026120{n}" for n in range(1, 6)]
