"""Lists, filters, extended properties, series in one request (contract 3.12, 4, 6)."""

from typing import Any
from urllib.parse import quote

import pytest

from support.outlook import MARK, WINDOW, Outlook, a_body, a_series, a_world, moment


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def marked(value: str) -> list[dict[str, str]]:
    return [{"id": MARK, "value": value}]


def by_mark(value: str, name: str = MARK) -> str:
    text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{value}')"
    return f"$filter={quote(text)}"


def test_lists_page_by_ten_and_by_top(anna: Outlook) -> None:
    rows = [a_body(subject=f"E{number:02}") for number in range(25)]
    anna.world.microsoft.load(anna.world.people.get("anna"), rows)
    first = anna.get("/me/events?$orderby=subject desc&$count=true")
    second = anna.get(first["@odata.nextLink"])
    third = anna.get(second["@odata.nextLink"])

    assert first["@odata.count"] == 25
    assert [first["value"][0]["subject"], third["value"][-1]["subject"]] == ["E24", "E00"]
    assert [len(page["value"]) for page in (first, second, third)] == [10, 10, 5]
    assert "@odata.nextLink" not in third
    assert len(anna.get("/me/events?top=500")["value"]) == 25


def test_event_is_found_by_its_mark(anna: Outlook) -> None:
    mine = anna.create(a_body(singleValueExtendedProperties=marked("Key-1")))
    anna.create(a_body(singleValueExtendedProperties=marked("key-2")))
    wanted = f"$expand=singleValueExtendedProperties($filter=id eq '{MARK}')"

    found = anna.get(f"/me/events?{by_mark('KEY-1')}&{wanted}")["value"]
    assert [row["id"] for row in found] == [mine["id"]]
    assert found[0]["singleValueExtendedProperties"] == marked("Key-1")
    assert anna.get(f"/me/events?{by_mark('Key-1', MARK.replace('sync', 'SYNC'))}")["value"] == []
    assert "singleValueExtendedProperties" not in anna.get(f"/me/events/{mine['id']}")
    expanded = anna.get(f"/me/events/{mine['id']}?$select=subject&{wanted}")
    assert expanded["singleValueExtendedProperties"] == marked("Key-1")
    anna.patch(mine["id"], {"singleValueExtendedProperties": marked("key-3")})
    assert anna.get(f"/me/events?{by_mark('Key-1')}")["value"] == []


def test_filters_joined_by_and(anna: Outlook) -> None:
    early = anna.create(a_body(subject="O'Hara"))
    late = anna.create(
        a_body(start=moment("2026-12-05T09:00:00"), end=moment("2026-12-05T10:00:00"))
    )

    def found(text: str) -> list[str]:
        return [row["id"] for row in anna.get(f"/me/events?$filter={quote(text)}")["value"]]

    assert found("start/dateTime ge '2026-12-02T00:00:00Z'") == [late["id"]]
    assert found("subject eq 'O''Hara' and isAllDay eq false") == [early["id"]]
    assert found(f"iCalUId eq '{late['iCalUId']}'") == [late["id"]]
    assert found("lastModifiedDateTime lt 2026-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        "$filter=transactionId eq 'x'",
        "$filter=endswith(subject,'x')",
        "$filter=nonsense",
        "$orderby=body",
        "$select=colour",
        "$expand=attachments",
        "$top=1001",
        "$skip=-1",
    ],
)
def test_what_is_not_understood_is_refused(anna: Outlook, query: str) -> None:
    status, code = anna.refused("GET", f"/me/events?{query}")

    assert (status, code in {"BadRequest", "ErrorInvalidUrlQuery"}) == (400, True)


def test_select_narrows(anna: Outlook) -> None:
    event = anna.create(a_body())

    assert anna.get(f"/me/events/{event['id']}?$select=subject,originalStart").keys() == {
        "@odata.context", "@odata.etag", "id", "subject", "originalStart",
    }  # fmt: skip


def test_view_shows_dates_and_list_shows_masters(anna: Outlook) -> None:
    anna.create(a_series(subject="Stand-up"))
    dates = anna.get(f"/me/calendarView?{WINDOW}")["value"]

    assert [row["type"] for row in anna.get("/me/events")["value"]] == ["seriesMaster"]
    assert [row["type"] for row in dates] == ["occurrence"] * 5
    assert len({row["iCalUId"] for row in dates}) == 5
    assert dates[0]["iCalUId"][32:40] == "07EA0C01"
    assert dates[0]["start"]["dateTime"] == "2026-12-01T08:00:00.0000000"


def test_series_and_its_edited_and_deleted_dates_in_one_request(anna: Outlook) -> None:
    master = anna.create(a_series())["id"]
    dates = anna.get(f"/me/events/{master}/instances?{WINDOW}")["value"]
    anna.delete(dates[1]["id"])
    moved = {"start": moment("2026-12-03T12:00:00"), "end": moment("2026-12-03T13:00:00")}
    anna.patch(dates[2]["id"], {"subject": "Moved", **moved})
    answer = anna.get(
        f"/me/events/{master}?$select=subject,cancelledOccurrences,exceptionOccurrences,"
        "originalStart&$expand=exceptionOccurrences"
    )

    assert answer["cancelledOccurrences"] == [f"OID.{master}.2026-12-02"]
    exception = answer["exceptionOccurrences"][0]
    assert (exception["id"], exception["subject"]) == (dates[2]["id"], "Moved")
    assert exception["originalStart"] == "2026-12-03T08:00:00Z"
    assert anna.refused("GET", f"/me/events/{dates[1]['id']}") == (404, "ErrorItemNotFound")
    assert len(anna.get(f"/me/events/{master}/instances?{WINDOW}")["value"]) == 4


def test_rewriting_a_series_brings_deleted_dates_back(anna: Outlook) -> None:
    series = anna.create(a_series())
    dates = anna.get(f"/me/events/{series['id']}/instances?{WINDOW}")["value"]
    anna.delete(dates[0]["id"])
    longer = {**series["recurrence"], "range": {**series["recurrence"]["range"]}}
    anna.patch(series["id"], {"recurrence": longer, "subject": "same rule"})
    assert len(anna.get(f"/me/events/{series['id']}/instances?{WINDOW}")["value"]) == 4
    longer["range"]["endDate"] = "2026-12-06"
    anna.patch(series["id"], {"recurrence": longer})

    assert len(anna.get(f"/me/events/{series['id']}/instances?{WINDOW}")["value"]) == 6


def test_series_keeps_its_wall_clock_over_dst(anna: Outlook) -> None:
    series = a_series()
    series["recurrence"] = {
        "pattern": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
        "range": {"type": "numbered", "startDate": "2026-12-31", "numberOfOccurrences": 5},
    }
    master = anna.create(series)
    window = "startDateTime=2026-12-01&endDateTime=2027-12-01"
    dates = anna.get(f"/me/events/{master['id']}/instances?{window}")["value"]

    assert [row["start"]["dateTime"][:13] for row in dates] == [
        "2026-12-31T08", "2027-01-31T08", "2027-02-28T08", "2027-03-31T07", "2027-04-30T07",
    ]  # fmt: skip
    assert master["recurrence"]["pattern"]["firstDayOfWeek"] == "sunday"
    assert master["recurrence"]["range"]["endDate"] == "0001-01-01"


@pytest.mark.parametrize(
    ("pattern", "span", "code"),
    [
        ({"type": "daily", "interval": 0}, {}, "ErrorPropertyValidationFailure"),
        ({"type": "weekly", "interval": 1}, {}, "ErrorPropertyValidationFailure"),
        ({"type": "daily", "interval": 1, "index": "fifth"}, {}, "RequestBodyRead"),
        (
            {"type": "daily", "interval": 1},
            {"endDate": "2026-11-01"},
            "ErrorRecurrenceHasNoOccurrence",
        ),
        (
            {"type": "daily", "interval": 1},
            {"recurrenceTimeZone": "Tokyo Standard Time"},
            "ErrorPropertyValidationFailure",
        ),
    ],
)
def test_bad_rules_are_refused(anna: Outlook, pattern: Any, span: Any, code: str) -> None:  # noqa: ANN401
    body = a_series()
    body["recurrence"]["pattern"] = pattern
    body["recurrence"]["range"].update(span)

    assert anna.refused("POST", "/me/events", body) == (400, code)


def test_series_loaded_with_its_dates(anna: Outlook) -> None:
    row = a_series(
        cancelledOccurrences=["2026-12-02"],
        exceptionOccurrences=[{"originalDate": "2026-12-03", "subject": "Special"}],
        organizer={"emailAddress": {"address": "gus@gmail.example", "name": "Gus"}},
        uid="abc@google.com",
    )
    (master,) = anna.world.microsoft.load(anna.world.people.get("anna"), [row])
    dates = anna.get(f"/me/events/{master}/instances?{WINDOW}")["value"]

    assert [row["subject"] for row in dates] == ["Design review", "Special"] + ["Design review"] * 2
    assert {row["isOrganizer"] for row in dates} == {False}
