"""Series on the simulated Google Calendar: expansion, windows, single lists (contract 6, 7)."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calendar_sandbox.snapshot import load, save
from support.gcal import (
    Gcal,
    Json,
    Value,
    a_body,
    a_sandbox,
    all_day,
    guests,
    parsed,
    refusal,
    span,
)

ID = "series"
SIX_KEYS = ["etag", "id", "kind", "originalStartTime", "recurringEventId", "status"]


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


def a_series(anna: Gcal, *lines: str, **fields: Value) -> Json:
    """From Tuesday 1 December 2026, 9:00 in Berlin."""
    rules = list(lines) or ["RRULE:FREQ=DAILY;COUNT=5"]
    return anna.inserted(a_body(**{"id": ID, "recurrence": rules, "summary": "Daily", **fields}))


def instances(anna: Gcal, id_: str = ID, **query: Value) -> list[Json]:
    path = f"calendars/primary/events/{id_}/instances"
    items: list[Json] = parsed(anna.call("GET", path, **query))["items"]
    return items


def starts(rows: list[Json]) -> list[str]:
    return [row["start"].get("dateTime") or row["start"]["date"] for row in rows]


def days(rows: list[Json]) -> list[str]:
    return [text[:10] for text in starts(rows)]


def test_an_instance_is_the_master_on_one_date(anna: Gcal) -> None:
    master = a_series(anna, colorId="3")

    second = instances(anna)[1]
    assert second["id"] == "series_20261202T080000Z"
    assert second["recurringEventId"] == ID
    assert second["originalStartTime"] == second["start"]
    assert second["start"] == {"dateTime": "2026-12-02T09:00:00+01:00", "timeZone": "Europe/Berlin"}
    same = ("etag", "iCalUID", "created", "summary", "colorId", "reminders", "sequence")
    assert {name: second[name] for name in same} == {name: master[name] for name in same}
    assert "recurrence" not in second
    assert anna.event(second["id"]) == second


def test_the_wall_clock_stays_over_a_clock_change(anna: Gcal) -> None:
    a_series(anna, "RRULE:FREQ=WEEKLY;COUNT=3", **span("2027-03-23T09:00", "2027-03-23T10:00"))

    rows = instances(anna)
    assert starts(rows) == [
        "2027-03-23T09:00:00+01:00", "2027-03-30T09:00:00+02:00", "2027-04-06T09:00:00+02:00",
    ]  # fmt: skip
    assert [row["id"] for row in rows][:2] == ["series_20270323T080000Z", "series_20270330T070000Z"]


def test_a_time_in_the_gap_is_shifted_forward(anna: Gcal) -> None:
    a_series(anna, "RRULE:FREQ=DAILY;COUNT=3", **span("2027-03-27T02:30", "2027-03-27T02:45"))

    rows = instances(anna)
    assert starts(rows)[1] == "2027-03-28T03:30:00+02:00"
    assert anna.event(rows[1]["id"]) == rows[1]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RRULE:FREQ=DAILY;UNTIL=20261203T080000Z"], ["12-01", "12-02", "12-03"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261203T075959Z"], ["12-01", "12-02"]),
        (["RRULE:FREQ=DAILY;UNTIL=20261202"], ["12-01", "12-02"]),
        (["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU,TH"], ["12-01", "12-03", "12-08"]),
        (["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TH"], ["12-01", "12-03", "12-10"]),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3"], ["12-01", "12-15", "12-29"]),
        (["RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=2"], ["12-01", "01-05"]),
        (["RRULE:FREQ=YEARLY;BYMONTHDAY=1;COUNT=2"], ["12-01", "12-01"]),
        (
            ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20261202T090000"],
            ["12-01", "12-03"],
        ),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261202T080000Z"], ["12-01", "12-03"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261202"], ["12-01", "12-03"]),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261202T090000Z"], ["12-01", "12-02"]),
        (["RDATE:20261205T080000Z,20261209T080000Z"], ["12-01", "12-05", "12-09"]),
        (["RRULE:FREQ=DAILY;COUNT=4", "EXRULE:FREQ=DAILY;INTERVAL=2"], ["12-02", "12-04"]),
    ],
)
def test_rules_and_dates(anna: Gcal, lines: list[str], expected: list[str]) -> None:
    a_series(anna, *lines)

    assert [day[5:] for day in days(instances(anna))] == expected


def test_all_day_series_have_ids_of_dates(anna: Gcal) -> None:
    rule = "RRULE:FREQ=DAILY;UNTIL=20261203T235959Z"
    a_series(anna, rule, **all_day("2026-12-01", "2026-12-03"))

    rows = instances(anna)
    assert [row["id"] for row in rows] == [f"series_2026120{day}" for day in (1, 2, 3)]
    assert (rows[1]["start"], rows[1]["end"]) == ({"date": "2026-12-02"}, {"date": "2026-12-04"})
    assert rows[1]["originalStartTime"] == {"date": "2026-12-02"}


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;COUNT=0",
        "RRULE:FREQ=DAILY;COUNT=x",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RRULE:FREQ=DAILY;UNTIL=tomorrow",
        "RRULE:FREQ=DAILY;NONSENSE=1",
        "EXDATE:soon",
        "RDATE;TZID=Mars/Base:20261202T090000",
    ],
)
def test_rules_without_sense_are_refused(anna: Gcal, rule: str) -> None:
    lines = [rule] if rule.startswith("RRULE") else ["RRULE:FREQ=DAILY", rule]

    assert refusal(anna.insert(a_body(recurrence=lines))) == (400, "global", "invalid")


def test_a_local_until_is_refused_or_misread_by_knob(anna: Gcal) -> None:
    rule = "RRULE:FREQ=DAILY;UNTIL=20261203T083000"
    assert refusal(anna.insert(a_body(recurrence=[rule]))) == (400, "global", "invalid")

    anna.sandbox.knobs["google.local_until"] = "misread"
    a_series(anna, rule)
    assert len(instances(anna)) == 3


def test_instances_take_a_window_an_original_start_and_pages(anna: Gcal) -> None:
    a_series(anna)

    inclusive = instances(anna, timeMin="2026-12-02T09:00:00Z", timeMax="2026-12-04T08:00:00Z")
    assert days(inclusive) == ["2026-12-02", "2026-12-03"]
    assert days(instances(anna, originalStart="2026-12-03T08:00:00Z")) == ["2026-12-03"]
    assert instances(anna, originalStart="2026-12-03T08:00:01Z") == []
    assert instances(anna, originalStart="2026-12-03") == []
    path = f"calendars/primary/events/{ID}/instances"
    first = parsed(anna.call("GET", path, maxResults=3))
    assert "nextSyncToken" not in first
    rest = parsed(anna.call("GET", path, maxResults=3, pageToken=first["nextPageToken"]))
    assert days(first["items"] + rest["items"]) == [f"2026-12-0{day}" for day in range(1, 6)]
    assert "nextPageToken" not in rest
    other = anna.inserted(a_body(recurrence=["RRULE:FREQ=DAILY;COUNT=5"]))["id"]
    wrong = anna.call(
        "GET", path.replace(ID, other), maxResults=3, pageToken=first["nextPageToken"]
    )
    assert refusal(wrong) == (400, "global", "invalid")


def test_instances_of_a_single_event_and_of_one_date(anna: Gcal) -> None:
    single, second = anna.inserted(), "series_20261202T080000Z"
    a_series(anna)

    assert [row["id"] for row in instances(anna, single["id"])] == [single["id"]]
    assert [row["id"] for row in instances(anna, second)] == [second]
    anna.delete(second)
    assert instances(anna, second) == []
    assert len(instances(anna)) == 4
    cancelled = instances(anna, showDeleted="true")[1]
    assert sorted(cancelled) == SIX_KEYS
    assert anna.call("GET", "calendars/primary/events/nothing/instances").status_code == 404


def test_dates_of_an_endless_rule_are_capped_but_found(anna: Gcal) -> None:
    a_series(anna, "RRULE:FREQ=DAILY")

    path = f"calendars/primary/events/{ID}/instances"
    whole = parsed(anna.call("GET", path, maxResults=2500))
    assert len(whole["items"]) == 730
    assert days(instances(anna, timeMin="2040-01-01T00:00:00Z", maxResults=1)) == ["2040-01-01"]
    assert anna.event("series_20400101T080000Z")["start"]["dateTime"].startswith("2040-01-01")
    assert anna.get("series_20400101T090000Z").status_code == 404
    assert anna.get("series_21010101T080000Z").status_code == 404
    anna.sandbox.knobs["google.expansion_cap"] = 10
    assert len(parsed(anna.page(singleEvents="true"))["items"]) == 10


def test_old_endless_rules_are_cheap(anna: Gcal) -> None:
    old = span("1990-01-01T09:00", "1990-01-01T10:00")
    rules = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY"]
    rows = [a_body(recurrence=[f"RRULE:{rule}"], **old) for rule in rules * 50]
    anna.sandbox.google.load(anna.person, rows)
    window = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z"}

    began = time.process_time()
    found = parsed(anna.page(singleEvents="true", **window))["items"]
    assert len(found) == 100
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;WKST=SU",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;INTERVAL=5",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2,7;BYDAY=2WE",
    ],
)
def test_jumping_into_a_rule_gives_the_same_dates(anna: Gcal, rule: str) -> None:
    a_series(anna, f"RRULE:{rule}", **span("2020-01-31T09:00", "2020-01-31T10:00"))

    path = f"calendars/primary/events/{ID}/instances"
    every = parsed(anna.call("GET", path, maxResults=2500))["items"]
    late = parsed(anna.call("GET", path, maxResults=2500, timeMin="2026-06-01T00:00:00Z"))["items"]
    assert late
    assert starts(late) == [text for text in starts(every) if text > "2026-06-01"][: len(late)]


def test_a_list_of_single_events_has_no_masters(anna: Gcal) -> None:
    a_series(anna)
    anna.inserted(a_body(summary="Alone", **span("2026-12-02T11:00", "2026-12-02T12:00")))
    anna.patch("series_20261202T080000Z", span("2026-12-09T09:00", "2026-12-09T10:00"))
    anna.delete("series_20261203T080000Z")

    rows = parsed(anna.page(singleEvents="true"))["items"]
    assert days(rows) == ["2026-12-01", "2026-12-09", "2026-12-04", "2026-12-05", "2026-12-02"]
    assert not [row for row in rows if "recurrence" in row]
    ordered = parsed(anna.page(singleEvents="true", orderBy="startTime"))["items"]
    assert days(ordered) == sorted(days(rows))
    every = parsed(anna.page(singleEvents="true", showDeleted="true"))["items"]
    assert [sorted(row) for row in every if row["status"] == "cancelled"] == [SIX_KEYS]
    window = {"timeMin": "2026-12-08T00:00:00Z", "timeMax": "2026-12-10T00:00:00Z"}
    assert days(parsed(anna.page(singleEvents="true", **window))["items"]) == ["2026-12-09"]
    found = parsed(anna.page(singleEvents="true", q="daily", timeMax="2026-12-02T00:00:00Z"))
    assert days(found["items"]) == ["2026-12-01"]
    assert refusal(anna.page(orderBy="startTime")) == (400, "global", "invalid")


def test_single_events_are_paged_through_while_others_write(anna: Gcal) -> None:
    a_series(anna)
    first = parsed(anna.page(singleEvents="true", maxResults=2))
    anna.patch("series_20261201T080000Z", {"summary": "Changed"})
    anna.inserted()
    second = parsed(anna.page(singleEvents="true", maxResults=2, pageToken=first["nextPageToken"]))

    assert days(first["items"] + second["items"]) == [f"2026-12-0{day}" for day in range(1, 5)]


def test_a_master_is_in_a_window_if_any_date_is(anna: Gcal) -> None:
    a_series(anna)
    anna.patch("series_20261205T080000Z", span("2026-12-20T09:00", "2026-12-20T10:00"))

    def listed(lower: str, upper: str) -> list[str]:
        window = {"timeMin": f"2026-12-{lower}T00:00:00Z", "timeMax": f"2026-12-{upper}T00:00:00Z"}
        return [row["id"] for row in parsed(anna.page(**window))["items"]]

    assert listed("03", "04") == [ID]
    assert listed("05", "06") == []
    assert listed("20", "21") == [ID, "series_20261205T080000Z"]
    assert listed("25", "26") == []
    anna.sandbox.knobs["google.cancelled_masters"] = True
    assert listed("25", "26") == [ID]


def test_a_delta_of_single_events_has_every_date(anna: Gcal) -> None:
    a_series(anna)
    token = parsed(anna.page(singleEvents="true"))["nextSyncToken"]

    def delta(**query: Value) -> list[Json]:
        return anna.delta(token, singleEvents="true", **query)

    assert delta() == []
    anna.patch("series_20261202T080000Z", {"summary": "Moved"})
    assert [row["summary"] for row in delta()] == ["Daily", "Moved", "Daily", "Daily", "Daily"]
    anna.delete("series_20261203T080000Z")
    assert [row["status"] for row in delta()].count("cancelled") == 1
    assert sorted(delta()[2]) == SIX_KEYS


def test_a_delta_of_single_events_tells_of_dates_that_are_no_more(anna: Gcal) -> None:
    a_series(anna)
    token = parsed(anna.page(singleEvents="true"))["nextSyncToken"]
    anna.patch(ID, span("2026-12-01T10:00", "2026-12-01T11:00"))
    rows = anna.delta(token, singleEvents="true")

    old = [row for row in rows if row["status"] == "cancelled"]
    assert [row["id"] for row in old] == [f"series_2026120{day}T080000Z" for day in range(1, 6)]
    assert sorted(old[0]) == SIX_KEYS
    new = [row["id"] for row in rows if row["status"] != "cancelled"]
    assert new == [f"series_2026120{day}T090000Z" for day in range(1, 6)]


def test_a_deleted_endless_series_cancels_six_months_of_single_events(anna: Gcal) -> None:
    a_series(anna, "RRULE:FREQ=WEEKLY")
    token = parsed(anna.page(singleEvents="true", maxResults=2500))["nextSyncToken"]
    anna.delete(ID)

    rows = anna.delta(token, singleEvents="true")
    assert {row["status"] for row in rows} == {"cancelled"}
    assert rows[-1]["id"] == "series_20270518T070000Z"
    assert parsed(anna.page(singleEvents="true", showDeleted="true"))["items"] == []


def test_series_survive_a_snapshot(anna: Gcal, tmp_path: Path) -> None:
    a_series(anna)
    anna.patch(ID, {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
    save(anna.sandbox, tmp_path / "world")

    world = load(tmp_path / "world")
    assert world
    rows = world.google.instances(world.people.get("anna"), ID)
    assert days(rows) == ["2026-12-01", "2026-12-02", "2026-12-03"]
    span_ = (datetime(2026, 12, 2, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC))
    assert days(world.google.occurrences(world.people.get("anna"), *span_)) == ["2026-12-02"]


def test_guests_expand_their_copy_in_the_zone_of_the_series(anna: Gcal) -> None:
    a_series(anna, attendees=guests("carl@corp.example"))
    carl = Gcal(anna.sandbox, "carl")

    rows = instances(carl)
    assert starts(rows)[0] == "2026-12-01T03:00:00-05:00"
    assert rows[0]["start"]["timeZone"] == "Europe/Berlin"


def test_weekly_rules_come_back_with_their_day(anna: Gcal) -> None:
    weekly = a_series(anna, "RRULE:FREQ=WEEKLY;COUNT=2")
    assert weekly["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=TU"]

    anna.patch(ID, span("2026-12-02T09:00", "2026-12-02T10:00"))
    assert days(instances(anna)) == ["2026-12-02", "2026-12-08"]


def test_malformed_lines_of_old_events_are_read_all_the_same(anna: Gcal) -> None:
    lines = [
        "RRULE:FREQ=DAILY;UNTIL=20261203",
        "RRULE:DATE;TZID=Europe/Berlin:20261209T090000",
        "EXDATE;VALUE=DATE:20261202",
        "EXDATE:soon",
        "NONSENSE",
    ]
    row = a_body(id=ID, recurrence=lines)
    anna.sandbox.google.load(anna.person, [row])

    assert anna.event(ID)["recurrence"] == lines
    assert days(instances(anna)) == ["2026-12-01", "2026-12-03", "2026-12-09"]
    assert refusal(anna.insert(a_body(recurrence=lines))) == (400, "global", "invalid")
