"""What Google means by its lines, and bare tombstones of dates (contract §4.11, §7.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import When
from calendar_sync.engine.occurrences import occurrences
from calendar_sync.engine.sync import ChangeSet, SyncToken
from calendar_sync.providers.google.client import Client
from calendar_sync.providers.google.collection import GoogleCollection
from calendar_sync.providers.google.recurrence import instance_id, instance_of, lines_of
from calendar_sync.providers.registry import RemoteCalendar
from support.google import ENDPOINTS, a_body
from support.wire import Reply, Script, a_session, json_replies

BERLIN = ZoneInfo("Europe/Berlin")
JUNE = date(2026, 6, 30)
GONE = Reply(404, b'{"error": {"code": 404, "errors": [{"reason": "notFound"}]}}')
DATE = "m_20261203T080000Z"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("RRULE:FREQ=YEARLY;BYMONTHDAY=30", "RRULE:FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=6"),
        ("RRULE:FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=7", "RRULE:FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=7"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=30", "RRULE:FREQ=MONTHLY;BYMONTHDAY=30"),
        ("RRULE:DATE;VALUE=DATE:20260701", "RDATE;VALUE=DATE:20260701"),
    ],
)
def test_lines_say_what_google_means(given: str, read: str) -> None:
    assert lines_of([given], JUNE) == (read,)


@pytest.mark.parametrize(
    ("event", "named"),
    [
        (DATE, ("m", datetime(2026, 12, 3, 8, tzinfo=UTC))),
        ("m_20261203", ("m", date(2026, 12, 3))),
        ("m_R20261203T080000_20261210", ("m_R20261203T080000", date(2026, 12, 10))),
        ("m_R20261203T080000", None),
        ("m", None),
        ("m_20261399", None),
        ("m_99991231", None),
        ("m_00010101T000000Z", None),
    ],
)
def test_id_of_a_date_names_series_and_date(event: str, named: tuple[str, When] | None) -> None:
    assert instance_of(event) == named


@pytest.mark.parametrize(
    ("master", "original", "event"),
    [
        ("m", datetime(2026, 12, 3, 9, tzinfo=BERLIN), DATE),
        ("m", date(2026, 12, 3), "m_20261203"),
        ("m_R20261201T080000", datetime(2026, 12, 3, 8, tzinfo=UTC), DATE),
    ],
)
def test_a_date_is_named_by_its_instant(master: str, original: When, event: str) -> None:
    assert instance_id(master, original) == event


def a_master(event: str = "m", rule: str = "FREQ=DAILY;COUNT=5") -> dict[str, Any]:
    """From 1 December 2026, nine o'clock in Berlin."""
    body = a_body(id=event, etag='"1"', iCalUID=f"{event}@google.com", recurrence=[f"RRULE:{rule}"])
    return body | {
        "start": {"dateTime": "2026-12-01T09:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-01T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    }


def a_tombstone(event: str = DATE) -> dict[str, Any]:
    return {"kind": "calendar#event", "etag": '"2"', "id": event, "status": "cancelled"}


def a_page(*rows: object, **more: str) -> dict[str, Any]:
    return {"items": list(rows), "timeZone": "Europe/Berlin", "accessRole": "owner", **more}


def pulled(*answers: Reply | dict[str, Any]) -> tuple[ChangeSet, int]:
    """What a pull makes of the answers, and how many requests it took."""
    script = Script(*(one if isinstance(one, Reply) else json_replies(one)[0] for one in answers))
    session = a_session(script)
    client = Client(session, ENDPOINTS["api"], ENDPOINTS["batch"], "anna@corp.example")
    calendar = RemoteCalendar("anna@corp.example", "", "Europe/Berlin", writable=True)
    collection = GoogleCollection(client, session.clock, calendar)
    return collection.changes(SyncToken("t1")), len(script.requests)


def days_of(changes: ChangeSet) -> list[str]:
    (series,) = changes.resources
    window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)
    return [f"{each.start:%d}" for each in occurrences(series.object, *window)]


@pytest.mark.parametrize("asked", [GONE, a_tombstone()])
def test_bare_tombstone_of_a_living_series_hides_its_date(asked: Reply | dict[str, Any]) -> None:
    delta = a_page(a_master(), a_tombstone(), nextSyncToken="t2")

    changes, requests = pulled(delta, a_page(a_master()), asked)

    assert days_of(changes) == ["01", "02", "04", "05"]
    assert requests == 3


def test_bare_tombstone_of_a_whole_day_hides_it() -> None:
    days = a_master() | {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
    delta = a_page(days, a_tombstone("m_20261203"), nextSyncToken="t2")

    changes, requests = pulled(delta, a_page(days), GONE)

    assert days_of(changes) == ["01", "02", "04", "05"]
    assert requests == 3


def test_bare_tombstone_of_a_rule_that_nobody_reads_is_not_asked_for() -> None:
    unread = a_master(rule="FREQ=HOURLY")
    delta = a_page(unread, a_tombstone(), nextSyncToken="t2")

    changes, requests = pulled(delta, a_page(unread))

    assert [code for _, code in changes.unreadable] == ["rule_too_often"]
    assert requests == 2


def test_bare_tombstone_alone_brings_its_series() -> None:
    delta = a_page(a_tombstone(), nextSyncToken="t2")

    changes, requests = pulled(delta, a_master(), a_page(a_master()), GONE)

    assert days_of(changes) == ["01", "02", "04", "05"]
    assert requests == 4


def test_bare_tombstone_may_be_explained_by_its_family() -> None:
    told = a_tombstone() | {
        "recurringEventId": "m",
        "originalStartTime": {"dateTime": "2026-12-03T08:00:00Z", "timeZone": "UTC"},
    }
    delta = a_page(a_master(), a_tombstone(), nextSyncToken="t2")

    changes, requests = pulled(delta, a_page(a_master(), told))

    assert days_of(changes) == ["01", "02", "04", "05"]
    assert requests == 2


def test_date_that_is_alive_stays() -> None:
    alive = a_body(
        id=DATE,
        recurringEventId="m",
        originalStartTime={"dateTime": "2026-12-03T08:00:00Z", "timeZone": "UTC"},
    ) | {
        "start": {"dateTime": "2026-12-03T15:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-03T16:00:00+01:00", "timeZone": "Europe/Berlin"},
    }
    delta = a_page(a_master(), a_tombstone(), nextSyncToken="t2")

    changes, _ = pulled(delta, a_page(a_master()), alive)

    assert days_of(changes) == ["01", "02", "03", "04", "05"]
    assert changes.vanished == ()


def test_dates_swept_with_the_end_of_a_series_are_not_asked_for() -> None:
    short = a_master(rule="FREQ=DAILY;UNTIL=20261202T225959Z")
    delta = a_page(short, a_tombstone(), nextSyncToken="t2")

    changes, requests = pulled(delta, a_page(short))

    assert days_of(changes) == ["01", "02"]
    assert requests == 2


def test_deleted_series_takes_its_dates_along() -> None:
    delta = a_page(a_tombstone("m"), a_tombstone(), nextSyncToken="t2")

    changes, requests = pulled(delta)

    assert (changes.resources, changes.vanished) == ((), ("m", DATE))
    assert requests == 1


def test_rule_that_nobody_reads_is_shown_and_reported() -> None:
    changes, _ = pulled(a_page(a_master(rule="FREQ=HOURLY"), nextSyncToken="t2"))

    assert [each.href for each in changes.resources] == ["m"]
    assert changes.unreadable == (("m", "rule_too_often"),)


def test_series_that_begins_in_the_repeated_hour_keeps_its_zone() -> None:
    row = a_master(rule="FREQ=DAILY;COUNT=3")
    for side, minute in (("start", 30), ("end", 45)):
        row[side] = {"dateTime": f"2026-10-25T02:{minute}:00+01:00", "timeZone": "Europe/Berlin"}

    changes, _ = pulled(a_page(row, nextSyncToken="t2"))

    (series,) = changes.resources
    assert series.object.event.start == datetime(
        2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")
    )
    assert days_of(changes) == ["25", "26", "27"]
