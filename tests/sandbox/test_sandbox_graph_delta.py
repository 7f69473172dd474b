"""Change tracking over a fixed window (contract 5)."""

from datetime import timedelta
from typing import Any

import pytest

from support.outlook import WINDOW, Outlook, a_body, a_series, a_world, moment

START = f"/me/calendarView/delta?{WINDOW}"


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def subjects(rows: list[Any]) -> list[str]:
    return [row["subject"] for row in rows]


def many(anna: Outlook, count: int) -> None:
    anna.world.microsoft.load(
        anna.world.people.get("anna"), [a_body(subject=f"E{number}") for number in range(count)]
    )


def test_first_round_brings_full_rows_of_the_window(anna: Outlook) -> None:
    anna.create(a_body(subject="inside"))
    anna.create(
        a_body(
            subject="outside",
            start=moment("2027-06-01T09:00:00"),
            end=moment("2027-06-01T10:00:00"),
        )
    )
    rows, _ = anna.round()

    assert subjects(rows) == ["inside"]
    assert rows[0]["@odata.type"] == "#microsoft.graph.event"
    assert rows[0]["recurrence"] is None


def test_next_round_brings_only_changes_and_own_writes(anna: Outlook) -> None:
    event = anna.create(a_body())
    anna.create(a_body(subject="untouched"))
    _, link = anna.round()

    assert anna.round(link)[0] == []
    anna.patch(event["id"], {"subject": "Renamed"})
    rows, link = anna.round(link)
    assert subjects(rows) == ["Renamed"]
    anna.delete(event["id"])
    rows, _ = anna.round(link)
    assert rows == [
        {
            "@odata.type": "#microsoft.graph.event",
            "id": event["id"],
            "@removed": {"reason": "deleted"},
        }
    ]


def test_what_happens_outside_the_window_is_a_tombstone(anna: Outlook) -> None:
    event = anna.create(a_body())
    _, link = anna.round()
    far = {"start": moment("2027-06-01T09:00:00"), "end": moment("2027-06-01T10:00:00")}
    anna.patch(event["id"], far)
    stranger = anna.create(a_body(subject="far away", **far))
    rows, _ = anna.round(link)

    assert [(row["id"], row["@removed"]["reason"]) for row in rows] == [
        (event["id"], "deleted"),
        (stranger["id"], "deleted"),
    ]
    assert anna.get(f"/me/events/{event['id']}")["subject"] == "Design review"


def test_move_to_another_calendar_looks_like_a_deletion(anna: Outlook) -> None:
    second = anna.world.microsoft.add_calendar("anna", "Second")
    event = anna.create(a_body())
    _, first_link = anna.round()
    _, second_link = anna.round(f"/me/calendars/{second}/calendarView/delta?{WINDOW}")
    anna.world.microsoft.move("anna", event["id"], second)

    assert "@removed" in anna.round(first_link)[0][0]
    assert subjects(anna.round(second_link)[0]) == ["Design review"]


def test_pages_by_preference_and_by_default(anna: Outlook) -> None:
    many(anna, 25)
    page = anna.get(START)
    anna.prefer += ", odata.maxpagesize=20"
    answer = anna.send("GET", START)

    assert len(page["value"]) == 10
    assert len(answer.get_json()["value"]) == 20
    assert "odata.track-changes" in answer.headers["Preference-Applied"]
    assert len(anna.round()[0]) == 25


def test_preferences_do_not_travel_in_links(anna: Outlook) -> None:
    many(anna, 12)
    first = anna.get(START)
    second = anna.get(first["@odata.nextLink"], Prefer="")

    assert first["value"][0]["id"].startswith("AAkA")
    assert second["value"][0]["id"].startswith("AAMk")
    assert first["@odata.nextLink"].startswith("https://sandbox.example/graph/v1.0/me/calendarV")


def test_series_comes_as_master_and_stubs(anna: Outlook) -> None:
    series = anna.create(a_series())
    rows, link = anna.round()

    assert [row["type"] for row in rows] == ["seriesMaster", *["occurrence"] * 5]
    assert rows[1].keys() == {
        "@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end",
    }  # fmt: skip
    assert len(rows[1]["id"]) == 168
    anna.delete(rows[2]["id"])
    anna.patch(rows[3]["id"], {"subject": "Moved"})
    rows, link = anna.round(link)
    assert [row["type"] for row in rows] == [
        "seriesMaster",
        "occurrence",
        "exception",
        "occurrence",
        "occurrence",
    ]
    assert rows[2]["subject"] == "Moved"
    anna.delete(series["id"])
    assert [row["id"] for row in anna.round(link)[0]] == [series["id"]]


def test_tombstones_of_dates_where_the_knob_says_so(anna: Outlook) -> None:
    anna.world.knobs["graph.date_tombstones"] = True
    anna.world.knobs["graph.series_tombstones"] = True
    series = anna.create(a_series())
    rows, link = anna.round()
    anna.delete(rows[1]["id"])
    changed, link = anna.round(link)
    anna.delete(series["id"])
    gone, _ = anna.round(link)

    assert [row["id"] for row in changed if "@removed" in row] == [rows[1]["id"]]
    assert len(gone) == 5


def test_series_is_not_split_over_pages(anna: Outlook) -> None:
    anna.create(a_series())
    many(anna, 1)
    anna.prefer += ", odata.maxpagesize=2"

    assert len(anna.get(START)["value"]) == 6


def test_lag_empty_pages_and_duplicates(anna: Outlook) -> None:
    many(anna, 2)
    anna.world.clock.advance(timedelta(seconds=60))
    anna.world.knobs["graph.delta_lag"] = 30
    late = anna.create(a_body(subject="late"))
    rows, link = anna.round()
    again, link = anna.round(link)
    anna.world.clock.advance(timedelta(seconds=31))
    caught_up, _ = anna.round(link)

    assert subjects(rows) == ["E0", "E1"]
    assert again == []
    assert [row["id"] for row in caught_up] == [late["id"]]
    anna.world.knobs["graph.delta_empty_pages"] = 2
    anna.world.knobs["graph.delta_duplicates"] = True
    assert anna.get(START)["value"] == []
    assert subjects(anna.round()[0]) == ["E0", "E1", "late", "E0"]


def test_pages_may_never_end(anna: Outlook) -> None:
    many(anna, 12)
    anna.world.knobs["graph.delta_loop"] = True

    first = anna.get(START)
    last = anna.get(first["@odata.nextLink"])
    again = anna.get(last["@odata.nextLink"])

    assert again == last
    assert len(last["value"]) == 2
    anna.world.knobs["graph.delta_loop"] = False
    assert "@odata.deltaLink" in anna.get(last["@odata.nextLink"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$top=5", "ErrorInvalidUrlQuery"),
        ("$filter=isAllDay eq true", "ErrorInvalidUrlQuery"),
        ("$select=id", "ErrorInvalidUrlQuery"),
        ("$expand=extensions", "ErrorInvalidUrlQuery"),
        ("$orderby=subject", "ErrorInvalidUrlQuery"),
    ],
)
def test_query_options_are_refused(anna: Outlook, query: str, code: str) -> None:
    assert anna.refused("GET", f"{START}&{query}") == (400, code)


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ("", "ErrorInvalidParameter"),
        ("startDateTime=2026-01-01T00:00:00Z", "ErrorInvalidParameter"),
        ("startDateTime=x&endDateTime=y", "ErrorInvalidParameter"),
        ("startDateTime=2020-01-01&endDateTime=2026-01-01", "ErrorInvalidRequest"),
    ],
)
def test_window_must_be_given(anna: Outlook, window: str, code: str) -> None:
    assert anna.refused("GET", f"/me/calendarView/delta?{window}") == (400, code)


def test_forgotten_and_foreign_tokens(anna: Outlook) -> None:
    _, link = anna.round()
    ben = Outlook(anna.world, "ben")

    assert ben.refused("GET", link) == (400, "BadRequest")
    assert anna.refused("GET", link[:-9]) == (400, "BadRequest")
    assert anna.refused("GET", link.replace("deltatoken", "skiptoken")) == (400, "BadRequest")
    anna.world.microsoft.forget_delta("anna")
    assert anna.refused("GET", link) == (410, "SyncStateNotFound")


def test_gone_by_knob_at_either_token(anna: Outlook) -> None:
    many(anna, 11)
    first = anna.get(START)
    _, link = anna.round()
    anna.world.knobs["graph.delta_gone"] = "resyncRequired"
    anna.world.knobs["graph.delta_gone_location"] = True
    answer = anna.send("GET", link)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (410, "resyncRequired")
    assert answer.headers["Location"].endswith("/me/calendarView/delta?$deltatoken=")
    assert len(anna.get(first["@odata.nextLink"])["value"]) == 1
    anna.world.knobs["graph.delta_gone_at"] = "skiptoken"
    assert anna.refused("GET", first["@odata.nextLink"]) == (410, "resyncRequired")


def test_change_tracking_of_events_is_refused(anna: Outlook) -> None:
    assert anna.refused("GET", "/me/events/delta") == (400, "BadRequest")
    assert anna.get(f"/me/calendarView/delta()?{WINDOW}")["value"] == []


def test_an_answer_touches_the_organizers_row(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=[{"emailAddress": {"address": "ben@contoso.example"}}]))
    _, link = anna.round()
    copy = anna.world.microsoft.events("ben")[0]
    anna.world.microsoft.answer("ben", copy["id"], "accept")
    rows, _ = anna.round(link)

    assert [row["id"] for row in rows] == [event["id"]]
    assert rows[0]["attendees"][0]["status"]["response"] == "accepted"
