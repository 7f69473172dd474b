"""What the product relies on at Microsoft Graph, by sections of the contract.

No test has guests: Graph mails them, whatever is asked (3.9).
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

import pytest

from support.live import Account, Json, Reply

MARK = "String {00020329-0000-0000-C000-000000000046} Name syncId"
ZONE = "W. Europe Standard Time"


def a_body(graph: Account, **properties: Any) -> Json:  # noqa: ANN401 -- wire JSON
    return {
        "subject": "Design review",
        "start": {"dateTime": graph.day(9), "timeZone": ZONE},
        "end": {"dateTime": graph.day(10), "timeZone": ZONE},
        **properties,
    }


def a_series(graph: Account) -> Json:
    """Daily for five days."""
    span = {"type": "numbered", "startDate": graph.date(7), "numberOfOccurrences": 5}
    zone = {"recurrenceTimeZone": ZONE}
    pattern = {"type": "daily", "interval": 1}
    return a_body(graph, recurrence={"pattern": pattern, "range": span | zone})


def create(graph: Account, body: Json | None = None) -> Json:
    return graph.done("POST", f"{graph.calendar}/events", body or a_body(graph))


def at(event: Json) -> str:
    return f"me/events/{quote(event['id'], safe='')}"


def window(graph: Account) -> dict[str, str]:
    return {"startDateTime": f"{graph.day(0, 1)}Z", "endDateTime": f"{graph.day(0, 30)}Z"}


def dates_of(graph: Account, master: Json) -> list[Json]:
    rows = graph.done("GET", f"{at(master)}/instances", **window(graph), **{"$top": "100"})["value"]
    return sorted(rows, key=lambda row: str(row["start"]["dateTime"]))


def refusal(answer: Reply) -> tuple[int, str]:
    return answer.status, answer.body["error"]["code"]


def delta(graph: Account, link: str = "") -> tuple[dict[str, Json], str]:
    """Rows by id, the last one of each, and the deltaLink."""
    rows: dict[str, Json] = {}
    query = {} if link else window(graph)
    link = link or f"{graph.calendar}/calendarView/delta"
    while True:
        page = graph.done("GET", link, **query)
        rows |= {row["id"]: row for row in page["value"]}
        if "@odata.deltaLink" in page:
            return rows, page["@odata.deltaLink"]
        link, query = page["@odata.nextLink"], {}


def test_create_answers_201_with_the_whole_event(graph: Account) -> None:
    """3.1, 3.7."""
    answer = graph.call("POST", f"{graph.calendar}/events", a_body(graph))

    assert answer.status == 201
    event = answer.body
    assert event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert (event["type"], event["isOrganizer"]) == ("singleInstance", True)
    assert (event["recurrence"], event["seriesMasterId"]) == (None, None)
    assert event["responseStatus"]["response"] == "organizer"


def test_the_same_transaction_makes_one_event(graph: Account) -> None:
    """3.7."""
    body = a_body(graph, transactionId=secrets.token_hex(16))
    first = create(graph, body)

    assert create(graph, body)["id"] == first["id"]
    changed = graph.call("PATCH", at(first), {"transactionId": "other"})
    assert refusal(changed) == (400, "ErrorInvalidRequest")


def test_writes_are_conditional(graph: Account) -> None:
    """3.8."""
    event = create(graph)
    graph.settle()
    etag = graph.done("GET", at(event))["@odata.etag"]
    changed = graph.call("PATCH", at(event), {"subject": "Renamed"}, {"If-Match": etag})

    assert changed.status == 200
    assert changed.body["@odata.etag"] != etag
    stale = graph.call("PATCH", at(event), {"subject": "Lost"}, {"If-Match": etag})
    assert refusal(stale) == (412, "ErrorIrresolvableConflict")


def test_patch_changes_what_it_names_and_replaces_lists(graph: Account) -> None:
    """3.7."""
    event = create(graph, a_body(graph, categories=["Red", "Blue"], location={"displayName": "4"}))
    change = {"categories": ["Green"], "showAs": "free", "importance": "high"}
    changed = graph.done("PATCH", at(event), change)

    assert changed | change == changed
    assert (changed["subject"], changed["location"]["displayName"]) == ("Design review", "4")


def test_what_was_deleted_is_not_found(graph: Account) -> None:
    """3.7."""
    event = create(graph)

    assert graph.call("DELETE", at(event)).status == 204
    assert refusal(graph.call("DELETE", at(event))) == (404, "ErrorItemNotFound")
    assert refusal(graph.call("GET", at(event))) == (404, "ErrorItemNotFound")


def test_a_delta_shows_what_changed_and_tombstones(graph: Account) -> None:
    """5.2, 5.3."""
    kept, gone = create(graph), create(graph)
    graph.settle()
    first, link = delta(graph)
    graph.done("PATCH", at(kept), {"subject": "Renamed"})
    graph.call("DELETE", at(gone))
    graph.settle()
    rows, link = delta(graph, link)

    assert {kept["id"], gone["id"]} <= first.keys()
    assert rows[kept["id"]]["subject"] == "Renamed"
    assert rows[gone["id"]]["@removed"] == {"reason": "deleted"}
    assert delta(graph, link)[0] == {}


@pytest.mark.parametrize("option", ["$filter", "$orderby", "$top"])
def test_a_delta_admits_no_options(graph: Account, option: str) -> None:
    """5.3, D16."""
    values = {"$filter": "subject eq 'x'", "$orderby": "start/dateTime", "$top": "5"}
    where = f"{graph.calendar}/calendarView/delta"

    query = {**window(graph), option: values[option]}
    answer = graph.call("GET", where, None, None, **query)
    assert answer.status == 400


def test_ids_have_two_forms(graph: Account) -> None:
    """2, Q1, Q2."""
    event = create(graph)
    graph.settle()
    same = f"iCalUId eq '{event['iCalUId']}'"
    (mutable,) = graph.call("GET", "me/events", None, {"Prefer": None}, **{"$filter": same}).body[
        "value"
    ]

    assert mutable["id"] != event["id"]
    assert graph.done("GET", at(event))["id"] == event["id"]


def test_times_are_printed_in_the_zone_that_is_preferred(graph: Account) -> None:
    """2, 3.5."""
    event = create(graph)
    wish = {"Prefer": f'IdType="ImmutableId", outlook.timezone="{ZONE}"'}
    preferred = graph.call("GET", at(event), None, wish).body

    assert event["start"]["timeZone"] == "UTC"
    assert preferred["start"] == {"dateTime": f"{graph.day(9)}.0000000", "timeZone": ZONE}
    wrong = a_body(graph, start={"dateTime": graph.day(9), "timeZone": "Nowhere"})
    answer = graph.call("POST", f"{graph.calendar}/events", wrong)
    assert refusal(answer) == (400, "TimeZoneNotSupportedException")


def test_an_own_property_is_found_again(graph: Account) -> None:
    """3.12."""
    key = secrets.token_hex(8)
    event = create(graph, a_body(graph, singleValueExtendedProperties=[{"id": MARK, "value": key}]))
    graph.settle()
    is_ours = f"ep/id eq '{MARK}' and ep/value eq '{key}'"
    found = graph.done(
        "GET",
        "me/events",
        **{
            "$filter": f"singleValueExtendedProperties/Any(ep: {is_ours})",
            "$expand": f"singleValueExtendedProperties($filter=id eq '{MARK}')",
        },
    )["value"]

    assert [row["id"] for row in found] == [event["id"]]
    assert found[0]["singleValueExtendedProperties"] == [{"id": MARK, "value": key}]
    assert "singleValueExtendedProperties" not in graph.done("GET", at(event))


def test_a_date_of_a_series_is_changed_and_deleted(graph: Account) -> None:
    """6, 4."""
    master = create(graph, a_series(graph))
    dates = dates_of(graph, master)
    changed = graph.done("PATCH", at(dates[1]), {"subject": "Elsewhere"})
    graph.call("DELETE", at(dates[3]))
    selection = "subject,recurrence,cancelledOccurrences,exceptionOccurrences"
    whole = graph.done(
        "GET", at(master), **{"$select": selection, "$expand": "exceptionOccurrences"}
    )

    assert master["type"] == "seriesMaster"
    assert [row["type"] for row in dates] == ["occurrence"] * 5
    assert (changed["type"], changed["id"]) == ("exception", dates[1]["id"])
    assert [row["subject"] for row in whole["exceptionOccurrences"]] == ["Elsewhere"]
    assert [oid[-10:] for oid in whole["cancelledOccurrences"]] == [graph.date(10)]
    assert len(dates_of(graph, master)) == 4


def test_a_single_event_becomes_a_series_and_back(graph: Account) -> None:
    """6."""
    event, series = create(graph), a_series(graph)
    master = graph.done("PATCH", at(event), {"recurrence": series["recurrence"]})
    single = graph.done("PATCH", at(event), {"recurrence": None})

    assert (master["type"], master["id"]) == ("seriesMaster", event["id"])
    assert (single["type"], single["recurrence"]) == ("singleInstance", None)


def test_a_view_shows_dates_and_a_list_shows_masters(graph: Account) -> None:
    """4."""
    master = create(graph, a_series(graph))
    graph.settle()
    viewed, listed = (
        graph.done("GET", f"{graph.calendar}/{name}", **query, **{"$top": "500"})["value"]
        for name, query in (("calendarView", window(graph)), ("events", {}))
    )

    of_series = [row for row in viewed if row["seriesMasterId"] == master["id"]]
    assert len(of_series) == 5
    assert master["id"] not in [row["id"] for row in viewed]
    assert master["id"] in [row["id"] for row in listed]
    without = graph.call("GET", f"{graph.calendar}/calendarView")
    assert refusal(without) == (400, "ErrorInvalidParameter")


def test_days_stand_still_in_every_zone(graph: Account) -> None:
    """3.4."""
    times = {name: {"dateTime": graph.day(0, day), "timeZone": ZONE}
             for name, day in (("start", 7), ("end", 8))}  # fmt: skip
    event = create(graph, a_body(graph, isAllDay=True, **times))
    wish = {"Prefer": 'IdType="ImmutableId", outlook.timezone="Tokyo Standard Time"'}
    shown = graph.call("GET", at(event), None, wish).body

    assert shown["start"]["dateTime"] == f"{graph.day(0, 7)}.0000000"
    assert shown["end"]["dateTime"] == f"{graph.day(0, 8)}.0000000"


def test_batches_answer_each_part(graph: Account) -> None:
    """7."""
    event = create(graph)
    parts = [
        {"id": "1", "method": "GET", "url": f"/{at(event)}?$select=subject",
         "headers": {"Prefer": 'IdType="ImmutableId"'}},
        {"id": "2", "method": "DELETE", "url": f"/{at(event)[:-6]}"},
    ]  # fmt: skip
    answers = graph.done("POST", "$batch", {"requests": parts})["responses"]

    found = {row["id"]: row for row in answers}
    assert (found["1"]["status"], found["1"]["body"]["subject"]) == (200, "Design review")
    assert found["2"]["status"] in {400, 404}
