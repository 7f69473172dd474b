"""What the product relies on at Google, by sections of the contract."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from support.live import GOOGLE, Account, Json, Reply

ZONE = "Europe/Berlin"
# A name nobody can receive mail at (RFC 2606).
GUEST = "guest@example.com"


def a_body(google: Account, **fields: Any) -> Json:  # noqa: ANN401 -- wire JSON
    return {
        "summary": "Design review",
        "start": {"dateTime": google.day(9), "timeZone": ZONE},
        "end": {"dateTime": google.day(10), "timeZone": ZONE},
        **fields,
    }


def insert(google: Account, **fields: Any) -> Json:  # noqa: ANN401 -- wire JSON
    body = a_body(google, **fields)
    return google.done("POST", f"{google.calendar}/events", body, sendUpdates="none")


def at(google: Account, event: Json) -> str:
    return f"{google.calendar}/events/{event['id']}"


def patch(google: Account, event: Json, body: Json, etag: str | None = None) -> Reply:
    headers = {"If-Match": etag} if etag else {}
    return google.call("PATCH", at(google, event), body, headers, sendUpdates="none")


def refusal(answer: Reply) -> tuple[int, str]:
    return answer.status, answer.body["error"]["errors"][0]["reason"]


def delta(google: Account, token: str) -> tuple[list[Json], str]:
    rows, page = [], ""
    while True:
        more = {"pageToken": page} if page else {}
        found = google.done("GET", f"{google.calendar}/events", syncToken=token, **more)
        rows += found["items"]
        if "nextSyncToken" in found:
            return rows, found["nextSyncToken"]
        page = found["nextPageToken"]


def full_list(google: Account) -> str:
    """Its sync token."""
    page = ""
    while True:
        more = {"pageToken": page} if page else {}
        found = google.done("GET", f"{google.calendar}/events", maxResults="2500", **more)
        if "nextSyncToken" in found:
            return str(found["nextSyncToken"])
        page = found["nextPageToken"]


def test_insert_answers_200_with_an_id_and_without_defaults(google: Account) -> None:
    """1.4, 4.1, 4.2."""
    answer = google.call("POST", f"{google.calendar}/events", a_body(google), sendUpdates="none")

    assert answer.status == 200
    assert re.fullmatch("[a-v0-9]{26}", answer.body["id"])
    assert answer.body["iCalUID"] == f"{answer.body['id']}@google.com"
    assert (answer.body["status"], answer.body["eventType"]) == ("confirmed", "default")
    assert answer.body["sequence"] == 0
    assert not {"transparency", "visibility", "description", "attendees"} & answer.body.keys()


def test_own_ids_are_kept_and_never_free_again(google: Account) -> None:
    """4.2, 5.3."""
    own = secrets.token_hex(16)
    event = insert(google, id=own)
    again = google.call("POST", f"{google.calendar}/events", a_body(google, id=own))
    google.call("DELETE", at(google, event), sendUpdates="none")
    after = google.call("POST", f"{google.calendar}/events", a_body(google, id=own))

    assert event["id"] == own
    assert refusal(again) == refusal(after) == (409, "duplicate")


def test_illegal_ids_are_refused(google: Account) -> None:
    """4.2."""
    answer = google.call("POST", f"{google.calendar}/events", a_body(google, id="not-an-id"))

    assert refusal(answer) == (400, "invalid")


def test_writes_are_conditional(google: Account) -> None:
    """5.7, 1.4."""
    event = insert(google)
    changed = patch(google, event, {"summary": "Renamed"}, event["etag"])

    assert changed.status == 200
    assert changed.body["etag"] != event["etag"]
    stale = patch(google, event, {"summary": "Lost"}, event["etag"])
    assert refusal(stale) == (412, "conditionNotMet")
    known = google.call("GET", at(google, event), None, {"If-None-Match": changed.body["etag"]})
    assert (known.status, known.text) == (304, "")


def test_patch_merges_and_null_removes(google: Account) -> None:
    """5.6, 4.6."""
    event = insert(google, location="Room 4", extendedProperties={"private": {"a": "1", "b": "2"}})
    change = {"location": None, "extendedProperties": {"private": {"a": None, "c": "3"}}}
    changed = patch(google, event, change).body

    assert changed["summary"] == "Design review"
    assert "location" not in changed
    assert changed["extendedProperties"] == {"private": {"b": "2", "c": "3"}}


def test_put_resets_what_it_leaves_out(google: Account) -> None:
    """5.5."""
    event = insert(google, location="Room 4", extendedProperties={"private": {"a": "1"}})
    changed = google.done("PUT", at(google, event), a_body(google), sendUpdates="none")

    assert not {"location", "extendedProperties"} & changed.keys()


def test_delete_leaves_a_tombstone(google: Account) -> None:
    """5.4, 5.8."""
    event = insert(google)

    assert google.call("DELETE", at(google, event), sendUpdates="none").status == 204
    again = google.call("DELETE", at(google, event), sendUpdates="none")
    assert refusal(again) == (410, "deleted")
    assert google.done("GET", at(google, event))["status"] == "cancelled"


def test_a_delta_shows_what_changed_and_tombstones(google: Account) -> None:
    """6.3, 6.4, 4.11."""
    kept, gone = insert(google), insert(google)
    google.settle()
    token = full_list(google)
    patch(google, kept, {"summary": "Renamed"})
    google.call("DELETE", at(google, gone), sendUpdates="none")
    google.settle()
    rows, token = delta(google, token)

    found = {row["id"]: row for row in rows}
    assert found[kept["id"]]["summary"] == "Renamed"
    assert found[gone["id"]]["status"] == "cancelled"
    assert "summary" not in found[gone["id"]]
    assert delta(google, token)[0] == []


def test_sync_tokens_admit_no_restrictions_and_no_rubbish(google: Account) -> None:
    """6.3."""
    token = full_list(google)
    where = f"{google.calendar}/events"

    assert google.call("GET", where, syncToken=token, q="review").status == 400
    assert google.call("GET", where, syncToken="rubbish").status == 400


def test_guests_are_replaced_and_not_mailed(google: Account) -> None:
    """4.4, 5.2."""
    before = google.mailed()
    event = insert(google, attendees=[{"email": GUEST}])

    assert event["attendees"] == [{"email": GUEST, "responseStatus": "needsAction"}]
    assert "attendees" not in patch(google, event, {"attendees": []}).body
    assert google.mailed() == before


def test_timed_becomes_all_day_only_with_the_other_keys_removed(google: Account) -> None:
    """4.3."""
    event = insert(google)
    days = {"start": {"date": google.date(7)}, "end": {"date": google.date(8)}}

    assert patch(google, event, days).status == 400
    removed = {"dateTime": None, "timeZone": None}
    change = {name: {**day, **removed} for name, day in days.items()}
    changed = patch(google, event, change).body
    assert (changed["start"], changed["end"]) == (days["start"], days["end"])


def test_no_reminders_read_back_without_overrides(google: Account) -> None:
    """4.5."""
    event = insert(google, reminders={"useDefault": False, "overrides": []})

    assert event["reminders"] == {"useDefault": False}


def test_recurrence_makes_a_master_and_null_a_single_event(google: Account) -> None:
    """5.6, 7.1."""
    event = insert(google)
    rule = ["RRULE:FREQ=DAILY;COUNT=3"]

    assert patch(google, event, {"recurrence": rule}).body["recurrence"] == rule
    assert "recurrence" not in patch(google, event, {"recurrence": None}).body


def test_batches_answer_in_order_under_the_names_they_were_asked(google: Account) -> None:
    """8."""
    event = insert(google)
    where = f"/calendar/v3/{at(google, event)}"
    calls = (("first", where), ("second", f"{where}0"))
    parts = [
        f"--B\r\nContent-Type: application/http\r\nContent-ID: <{name}>\r\n\r\n"
        f"GET {path} HTTP/1.1\r\n\r\n\r\n"
        for name, path in calls
    ]
    host = google.root.removesuffix("/calendar/v3")
    answer = google.session.post(
        f"{host}/batch/calendar/v3",
        data="".join([*parts, "--B--"]),
        headers={"Content-Type": "multipart/mixed; boundary=B"},
        timeout=60,
    )

    assert host == GOOGLE or "sandbox" in host
    assert answer.status_code == 200
    assert re.findall(r"HTTP/1\.1 (\d+)", answer.text) == ["200", "404"]
    names = re.findall(r"Content-ID: <response-(\w+)>", answer.text, re.IGNORECASE)
    assert names == ["first", "second"]
    assert json.dumps(event["id"]) in answer.text
