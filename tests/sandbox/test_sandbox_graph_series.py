"""Dates of a series between their neighbours, rules from outside, extremes of time."""

from datetime import datetime
from typing import Any

import pytest

from calendar_sandbox.core.post import Guest, Invitation
from support.outlook import WINDOW, Outlook, a_body, a_series, a_world, moment

ALL = "$select=exceptionOccurrences,subject&$expand=exceptionOccurrences($select=id,subject)"


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def instances(anna: Outlook, master: str) -> list[Any]:
    rows: list[Any] = anna.get(f"/me/events/{master}/instances?{WINDOW}")["value"]
    return rows


def moved(day: str, hour: int = 9) -> dict[str, Any]:
    zone = "W. Europe Standard Time"
    return {
        "start": moment(f"{day}T{hour:02}:00:00", zone),
        "end": moment(f"{day}T{hour:02}:30:00", zone),
    }


def every_second_day(anna: Outlook) -> list[Any]:
    """1, 3, 5 and 7 December."""
    body = a_series()
    body["recurrence"]["pattern"]["interval"] = 2
    body["recurrence"]["range"]["endDate"] = "2026-12-07"
    return instances(anna, anna.create(body)["id"])


@pytest.mark.parametrize(
    ("index", "day", "allowed"),
    [
        (1, "2026-12-02", True),
        (1, "2026-12-04", True),
        (1, "2026-12-01", False),
        (1, "2026-12-05", False),
        (1, "2026-12-20", False),
        (0, "2026-11-02", True),
        (3, "2027-01-20", True),
        (3, "2026-12-05", False),
    ],
)
def test_a_date_stays_between_its_neighbours(
    anna: Outlook, index: int, day: str, allowed: bool
) -> None:
    date = every_second_day(anna)[index]
    answer = anna.send("PATCH", f"/me/events/{date['id']}", moved(day, 23))

    assert answer.status_code == (200 if allowed else 400)
    if not allowed:
        assert answer.get_json()["error"]["code"] == "ErrorOccurrenceCrossingBoundary"


def test_moved_and_deleted_neighbours_count_as_they_are(anna: Outlook) -> None:
    dates = every_second_day(anna)
    anna.patch(dates[1]["id"], moved("2026-12-04"))
    anna.delete(dates[3]["id"])

    path = f"/me/events/{dates[2]['id']}"
    assert anna.refused("PATCH", path, moved("2026-12-04", 23))[0] == 400
    assert anna.patch(dates[2]["id"], moved("2026-12-30"))["type"] == "exception"
    # Nothing is moved: the neighbours do not matter.
    assert anna.patch(dates[1]["id"], {"subject": "Same time"})["subject"] == "Same time"


def test_exceptions_come_in_pages_by_knob(anna: Outlook) -> None:
    anna.world.knobs["graph.exception_page"] = 2
    master = anna.create(a_series())["id"]
    for number, date in enumerate(instances(anna, master)):
        anna.patch(date["id"], {"subject": f"E{number}"})
    page = anna.get(f"/me/events/{master}?{ALL}")
    found = page["exceptionOccurrences"]
    link = page.get("exceptionOccurrences@odata.nextLink")
    while link:
        page = anna.get(link)
        found += page["value"]
        link = page.get("@odata.nextLink")

    assert [row["subject"] for row in found] == ["E0", "E1", "E2", "E3", "E4"]
    assert set(found[0]) == set(found[4]) == {"@odata.etag", "id", "subject"}
    anna.world.knobs["graph.exception_page"] = 0
    whole = anna.get(f"/me/events/{master}?{ALL}")
    assert len(whole["exceptionOccurrences"]) == 5
    assert "exceptionOccurrences@odata.nextLink" not in whole


@pytest.mark.parametrize(("end", "kept"), [("2026-12-08", 2), ("2026-12-02", 1)])
def test_edits_may_survive_a_new_end(anna: Outlook, end: str, kept: int) -> None:
    anna.world.knobs["graph.edited_dates"] = "kept on range end"
    series = anna.create(a_series())
    dates = instances(anna, series["id"])
    anna.patch(dates[1]["id"], {"subject": "Edited"})
    anna.patch(dates[3]["id"], {"subject": "Edited"})
    series["recurrence"]["range"]["endDate"] = end
    anna.patch(series["id"], {"recurrence": series["recurrence"]})
    subjects = [row["subject"] for row in instances(anna, series["id"])]
    assert (subjects.count("Edited"), len(subjects)) == (kept, int(end[-2:]))

    series["recurrence"]["pattern"]["interval"] = 2
    anna.patch(series["id"], {"recurrence": series["recurrence"]})
    assert "Edited" not in [row["subject"] for row in instances(anna, series["id"])]


def from_outside(*lines: str) -> Invitation:
    return Invitation(
        method="REQUEST",
        uid="abc123@google.com",
        organizer=("gus@gmail.example", "Gus Dahl"),
        attendees=(Guest("anna@contoso.example"),),
        start=datetime.fromisoformat("2026-12-01T09:00:00+01:00"),
        end=datetime.fromisoformat("2026-12-01T10:00:00+01:00"),
        all_day=False,
        time_zone="Europe/Berlin",
        summary="Lunch",
        description="",
        location="",
        sequence=0,
        recipients=("anna@contoso.example",),
        recurrence=lines,
    )


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("FREQ=DAILY", "daily"),
        ("FREQ=DAILY;BYDAY=MO,TU", "weekly"),
        ("FREQ=WEEKLY;BYDAY=TU;INTERVAL=2;WKST=SU", "weekly"),
        ("FREQ=MONTHLY", "absoluteMonthly"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "absoluteMonthly"),
        ("FREQ=MONTHLY;BYDAY=1TU", "relativeMonthly"),
        ("FREQ=MONTHLY;BYDAY=-1TU", "relativeMonthly"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "relativeMonthly"),
        ("FREQ=YEARLY", "absoluteYearly"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=1TU", "relativeYearly"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", None),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", None),
        ("FREQ=MONTHLY;BYDAY=5TU", None),
        ("FREQ=MONTHLY;BYDAY=-2TU", None),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", None),
        ("FREQ=MONTHLY;BYDAY=TU", None),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=5", None),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-2", None),
        ("FREQ=YEARLY;BYDAY=1TU", None),
        ("FREQ=YEARLY;BYWEEKNO=20", None),
        ("FREQ=YEARLY;BYYEARDAY=100", None),
        ("FREQ=DAILY;BYHOUR=9,12", None),
        ("FREQ=DAILY;BYDAY=TU;INTERVAL=2", None),
        ("FREQ=DAILY;BYMONTH=12", None),
        ("FREQ=HOURLY", None),
        ("nonsense", None),
    ],
)
def test_rules_without_a_form_arrive_as_single_events(
    anna: Outlook, rule: str, pattern: str | None
) -> None:
    anna.world.post.deliver(from_outside(f"RRULE:{rule}"), sender="google")
    (event,) = anna.world.microsoft.events("anna")

    assert (event["recurrence"] or {"pattern": {"type": None}})["pattern"]["type"] == pattern


def test_lines_beside_the_rule(anna: Outlook) -> None:
    rule = "RRULE:FREQ=DAILY;COUNT=4"
    lines = [rule, "EXDATE:20261202T080000Z", "EXDATE;TZID=Europe/Berlin:20261203T090000,x"]
    anna.world.post.deliver(from_outside(*lines), sender="google")
    dates = anna.get(f"/me/calendarView?{WINDOW}")["value"]

    assert [row["start"]["dateTime"][:10] for row in dates] == ["2026-12-01", "2026-12-04"]
    more = from_outside(rule, "RDATE:20261220T080000Z")
    anna.world.post.deliver(more, sender="google")
    assert anna.world.microsoft.events("anna")[0]["type"] == "singleInstance"


def test_the_first_and_the_last_year(anna: Outlook) -> None:
    first = anna.create(
        a_body(start=moment("0001-01-01T00:00:00.0000000Z", "tzone://Microsoft/Utc"),
               end=moment("0001-01-01T01:00:00"))
    )  # fmt: skip
    last = anna.create(
        a_body(start=moment("9999-12-31T23:00:00"), end=moment("9999-12-31T23:59:59.9999999"))
    )

    assert first["start"]["dateTime"] == "0001-01-01T00:00:00.0000000"
    assert first["originalStartTimeZone"] == "tzone://Microsoft/Utc"
    assert last["end"]["dateTime"][:26] == "9999-12-31T23:59:59.999999"
    for zone in ("Pacific Standard Time", "Tokyo Standard Time"):
        prefer = f'IdType="ImmutableId", outlook.timezone="{zone}"'
        assert len(anna.get("/me/events", Prefer=prefer)["value"]) == 2
    for window in (
        "startDateTime=0001-01-01&endDateTime=0002-01-01",
        "startDateTime=9999-01-01&endDateTime=9999-12-31T23:59:59Z",
    ):
        anna.create(a_series())
        assert len(anna.get(f"/me/calendarView?{window}")["value"]) == 1
    body = a_body(start=moment("0001-01-01T00:00:00", "Tokyo Standard Time"))
    assert anna.refused("POST", "/me/events", body) == (400, "RequestBodyRead")
    body = a_body(start=moment("2026-12-01T00:00:00+99:00"))
    assert anna.refused("POST", "/me/events", body) == (400, "RequestBodyRead")


def test_seven_digits_of_a_second(anna: Outlook) -> None:
    event = anna.create(a_body(start=moment("2026-12-01T09:00:00.1234567")))

    assert event["start"]["dateTime"] == "2026-12-01T09:00:00.1234560"
    assert len(event["end"]["dateTime"]) == 27


def test_a_zone_of_somebodys_own(anna: Outlook) -> None:
    custom = "tzone://Microsoft/Custom"
    row = a_series(originalStartTimeZone=custom)
    (loaded,) = anna.world.microsoft.load("anna", [row])
    event = anna.get(f"/me/events/{loaded}")

    assert event["originalStartTimeZone"] == event["originalEndTimeZone"] == custom
    assert event["recurrence"]["range"]["recurrenceTimeZone"] == custom
    assert instances(anna, loaded)[0]["start"]["dateTime"] == "2026-12-01T08:00:00.0000000"
    body = a_body(start=moment("2026-12-01T09:00:00", custom))
    assert anna.refused("POST", "/me/events", body) == (400, "TimeZoneNotSupportedException")
    single = a_body(originalStartTimeZone=custom)
    (loaded,) = anna.world.microsoft.load("anna", [single])
    changed = anna.patch(loaded, moved("2026-12-02"))
    assert changed["originalStartTimeZone"] == "W. Europe Standard Time"


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"reminderMinutesBeforeStart": 2_000_000}, False),
        ({"reminderMinutesBeforeStart": 2**31}, True),
        ({"reminderMinutesBeforeStart": 15.5}, True),
        ({"importance": "HIGH"}, False),
        ({"hideAttendees": "yes"}, True),
        ({"location": {"displayName": "A", "locationType": "castle"}}, True),
        ({"location": {"displayName": "A", "locationType": "Hotel"}}, False),
        ({"attendees": [{"type": "boss", "emailAddress": {"address": "a@b.example"}}]}, True),
    ],
)
def test_values_within_their_lists_and_bounds(anna: Outlook, body: Any, refused: bool) -> None:  # noqa: ANN401
    answer = anna.send("POST", "/me/events", a_body(**body))

    assert answer.status_code == (400 if refused else 201)
    if refused:
        assert answer.get_json()["error"]["code"] == "RequestBodyRead"
