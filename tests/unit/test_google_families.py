"""A date that comes without its series: the whole family is fetched, in few requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.sync import SyncToken
from calendar_sync.providers.google.client import Client
from calendar_sync.providers.google.collection import GoogleCollection
from calendar_sync.providers.registry import RemoteCalendar
from support.google import ENDPOINTS, a_body
from support.wire import Reply, Script, a_session, json_replies

TOKEN = SyncToken("t1")


def a_collection(*answers: Reply | Exception) -> tuple[GoogleCollection, Script]:
    script = Script(*answers)
    session = a_session(script)
    client = Client(session, ENDPOINTS["api"], ENDPOINTS["batch"], "anna@corp.example")
    calendar = RemoteCalendar("anna@corp.example", "", "Europe/Berlin", writable=True)
    return GoogleCollection(client, session.clock, calendar), script


def a_master(event: str) -> dict[str, Any]:
    uid = f"{event}@google.com"
    return a_body(id=event, etag='"1"', iCalUID=uid, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])


def a_date(event: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 -- wire JSON
    return a_body(
        id=f"{event}_20261203T080000Z",
        etag='"1"',
        recurringEventId=event,
        originalStartTime={"dateTime": "2026-12-03T08:00:00Z", "timeZone": "UTC"},
        **fields,
    )


def a_page(*rows: object, **more: str) -> dict[str, Any]:
    return {"items": list(rows), "timeZone": "Europe/Berlin", "accessRole": "owner", **more}


def a_batch(*bodies: object) -> Reply:
    parts = [
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <response-{number}>\r\n\r\n"
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{json.dumps(body)}\r\n"
        for number, body in enumerate(bodies)
    ]
    content = "".join(parts) + "--b--\r\n"
    return Reply(200, content.encode(), {"Content-Type": "multipart/mixed; boundary=b"})


def test_three_series_are_fetched_with_one_batch() -> None:
    names = ["m0", "m1", "m2"]
    dates = [a_date(name, iCalUID=f"{name}@google.com", summary="Moved") for name in names]
    (delta,) = json_replies(a_page(*dates, nextSyncToken="t2"))
    families = [
        a_page(date, a_master(name), nextSyncToken="another")
        for name, date in zip(names, dates, strict=True)
    ]
    collection, script = a_collection(delta, a_batch(*families))
    changes = collection.changes(TOKEN)
    assert len(script.requests) == 2
    assert changes.token == "t2"
    assert [found.href for found in changes.resources] == names
    for series in changes.resources:
        (override,) = series.object.overrides
        assert override.event is not None
        assert override.event.summary == "Moved"
    sent = script.requests[1].body
    assert isinstance(sent, bytes)
    assert "iCalUID=m2@google.com" in unquote(sent.decode())
    assert b"syncToken" not in sent


def test_a_cancelled_date_alone_names_its_series_only_by_id() -> None:
    cancelled = a_date("m0", status="cancelled")
    for detail in ("start", "end", "summary"):
        del cancelled[detail]
    answers = json_replies(
        a_page(cancelled, nextSyncToken="t2"),
        a_master("m0"),
        a_page(a_master("m0"), nextPageToken="p2"),
        a_page(cancelled),
    )
    collection, script = a_collection(*answers)
    (series,) = collection.changes(TOKEN).resources
    assert [override.event for override in series.object.overrides] == [None]
    asked = [urlsplit(url) for url in script.urls()]
    assert [url.path.rpartition("/")[2] for url in asked] == ["events", "m0", "events", "events"]
    assert parse_qs(asked[3].query)["pageToken"] == ["p2"]


def test_the_same_page_twice_ends_the_pull() -> None:
    (page,) = json_replies(a_page(nextPageToken="p1"))
    collection, script = a_collection(page, page)
    with pytest.raises(Retryable, match="page_loop"):
        collection.changes(None)
    assert len(script.requests) == 2


def test_a_listing_without_token_is_none() -> None:
    (page,) = json_replies(a_page())
    collection, _ = a_collection(page)
    with pytest.raises(Retryable, match="sync_token_missing"):
        collection.changes(None)


def test_the_first_listing_and_the_later_ones_ask_for_the_same() -> None:
    first, later = json_replies(a_page(nextSyncToken="t1"), a_page(nextSyncToken="t2"))
    collection, script = a_collection(first, later)
    collection.changes(None)
    collection.changes(TOKEN)
    queries = [parse_qs(urlsplit(url).query) for url in script.urls()]
    same = {"maxResults": ["2500"], "singleEvents": ["false"]}
    assert queries == [same, {**same, "syncToken": ["t1"]}]
