"""Series of the simulated Outlook, whole and for few requests (contract §4, §5.3, §6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.event import CalendarObject, PartStat
from calendar_sync.engine.sync import Href, Resource
from calendar_sync.providers.graph.client import Client
from calendar_sync.providers.graph.collection import GraphCollection
from calendar_sync.providers.graph.convert import Mailbox
from calendar_sync.providers.graph.series import resources
from support.graph import REVIEW
from support.graph_account import WINDOW, OutlookAccount
from support.outlook import a_body, a_series, a_world, guests, moment
from support.wire import Reply, Script, a_session, json_replies

BERLIN = ZoneInfo("Europe/Berlin")
DELTA = "GET /graph/v1.0/me/calendarView/delta"
BATCH = "POST /graph/v1.0/$batch"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=BERLIN)


def occurrence(account: OutlookAccount, day: int, month: int = 12) -> str:
    """The id of the date of a series that takes place on that day."""
    start = datetime(2026, month, day, tzinfo=UTC)
    (row,) = account.world.microsoft.view(account.key, (start, start + timedelta(days=1)))
    return str(row["id"])


def differing(obj: CalendarObject) -> dict[object, str | None]:
    """Title and start of each changed date, None for a deleted one."""
    return {
        each.recurrence_id: f"{each.event.summary} {each.event.start:%d. %H:%M}"
        if each.event
        else None
        for each in obj.overrides
    }


def only(resources: Iterable[Resource]) -> CalendarObject:
    (found,) = resources
    return found.object


def test_series_comes_with_its_changed_and_deleted_dates(anna: OutlookAccount) -> None:
    exception = {"originalDate": "2026-12-03", "subject": "Longer stand-up"}
    row = a_series(
        subject="Stand-up", exceptionOccurrences=[exception], cancelledOccurrences=["2026-12-04"]
    )
    anna.world.microsoft.load(anna.world.people.get("anna"), [row])

    (found,) = anna.collection.changes(None).resources

    assert (found.read_only, found.object.event.summary) == ("", "Stand-up")
    assert found.object.recurrence == ("RRULE:FREQ=DAILY;UNTIL=20261205T080000Z",)
    assert differing(found.object) == {on(3): "Longer stand-up 03. 09:00", on(4): None}
    assert anna.read(found.href).object == found.object


def test_dates_deleted_and_moved_in_outlook_are_told(anna: OutlookAccount) -> None:
    anna.enter(a_series(subject="Stand-up"))
    token = anna.collection.changes(None).token
    zone = "W. Europe Standard Time"
    moved = {
        "start": moment("2026-12-02T15:00:00", zone),
        "end": moment("2026-12-02T16:00:00", zone),
    }
    anna.world.microsoft.edit("anna", occurrence(anna, 2), moved)
    anna.world.microsoft.delete("anna", occurrence(anna, 4))

    first = anna.collection.changes(token)
    anna.world.microsoft.delete("anna", occurrence(anna, 2))
    second = anna.collection.changes(first.token)

    assert differing(only(first.resources)) == {on(2): "Stand-up 02. 15:00", on(4): None}
    assert differing(only(second.resources)) == {on(2): None, on(4): None}
    assert (first.vanished, second.vanished) == ((), ())


def test_deleted_date_may_come_with_a_tombstone_of_its_own(anna: OutlookAccount) -> None:
    anna.world.knobs["graph.date_tombstones"] = True
    anna.enter(a_series())
    token = anna.collection.changes(None).token
    anna.world.microsoft.delete("anna", occurrence(anna, 4))

    assert differing(only(anna.collection.changes(token).resources)) == {on(4): None}


def test_date_that_a_guest_took_out_is_his_no(anna: OutlookAccount) -> None:
    """What its organizer cancels stays with him, and says so."""
    ben = OutlookAccount(anna.world, "ben")
    anna.enter(a_series(attendees=guests(ben.address)))
    anna.world.microsoft.delete("ben", occurrence(ben, 3))
    anna.world.microsoft.delete("anna", occurrence(anna, 4))

    found = only(ben.collection.changes(None).resources)

    cancelled = [each.recurrence_id for each in found.overrides if each.event is None]
    declined = [each for each in found.overrides if each.event]
    assert cancelled == [on(4)]
    (no,) = declined
    assert no.recurrence_id == on(3)
    assert no.event
    assert no.event.start == on(3)
    assert [guest.partstat for guest in no.event.attendees] == [PartStat.DECLINED]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles"])
def test_deleted_date_is_one_of_the_zone_of_the_series(anna: OutlookAccount, zone: str) -> None:
    """Late in the evening, when it is another day in UTC, and over the end of summer time."""
    late = {
        "start": moment("2026-10-30T23:30:00", zone),
        "end": moment("2026-10-30T23:45:00", zone),
    }
    recurrence = a_series()["recurrence"] | {"range": {"type": "noEnd", "startDate": "2026-10-30"}}
    row = a_body(**late, recurrence=recurrence, cancelledOccurrences=["2026-11-02"])
    anna.world.microsoft.load(anna.world.people.get("anna"), [row])

    found = only(anna.collection.changes(None).resources)

    expected = datetime(2026, 11, 2, 23, 30, tzinfo=ZoneInfo(zone))
    assert differing(found) == {expected: None}


def test_dates_of_an_all_day_series(anna: OutlookAccount) -> None:
    row = a_series(
        isAllDay=True,
        cancelledOccurrences=["2026-12-02"],
        exceptionOccurrences=[{"originalDate": "2026-12-04", "subject": "Fair"}],
    )
    row |= {"start": moment("2026-12-01"), "end": moment("2026-12-02")}
    anna.world.microsoft.load(anna.world.people.get("anna"), [row])

    found = only(anna.collection.changes(None).resources)

    assert found.event.start == date(2026, 12, 1)
    assert differing(found) == {date(2026, 12, 2): None, date(2026, 12, 4): "Fair 04. 00:00"}


def load_series(anna: OutlookAccount, count: int) -> None:
    rows = [a_series(subject=f"S{number}") for number in range(count)]
    anna.world.microsoft.load(anna.world.people.get("anna"), rows)


@pytest.mark.parametrize(("series", "batches"), [(2, 1), (20, 1), (21, 2), (41, 3)])
def test_twenty_series_are_read_with_one_request(
    anna: OutlookAccount, series: int, batches: int
) -> None:
    load_series(anna, series)

    found = anna.collection.changes(None)

    assert len(found.resources) == series
    assert anna.requests() == [DELTA, *[BATCH] * batches]


def test_nothing_changed_takes_one_request(anna: OutlookAccount) -> None:
    load_series(anna, 30)
    token = anna.collection.changes(None).token
    anna.world.journal.clear()

    assert anna.collection.changes(token).is_empty
    assert anna.requests() == [DELTA]


def test_renaming_a_daily_series_takes_two_requests(world: Sandbox) -> None:
    """Thirteen months of dates come with it; none of them costs anything."""
    month = timedelta(days=30)
    anna = OutlookAccount(world, window=(WINDOW[0] - month, WINDOW[0] + 12 * month))
    row = a_series()
    row["recurrence"]["range"] = {"type": "noEnd", "startDate": "2026-12-01"}
    series = anna.enter(row)
    token = anna.collection.changes(None).token
    anna.world.microsoft.edit("anna", series, {"subject": "Renamed"})
    anna.world.journal.clear()

    found = anna.collection.changes(token)

    assert only(found.resources).event.summary == "Renamed"
    assert [line.rpartition("/")[0] for line in anna.requests()] == [
        "GET /graph/v1.0/me/calendarView",
        "GET /graph/v1.0/me/events",
    ]


MASTER = REVIEW | {
    "id": "m",
    "type": "seriesMaster",
    "recurrence": {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "noEnd", "startDate": "2026-12-01"},
    },
}
CHANGED = REVIEW | {"type": "exception", "seriesMasterId": "m"}
GONE = Reply(404, b'{"error": {"code": "ErrorItemNotFound", "message": "gone"}}')


def a_round(*rows: object) -> Reply:
    (reply,) = json_replies({"value": rows, "@odata.deltaLink": "https://graph.example/v1.0/delta"})
    return reply


def scripted(*replies: Reply) -> tuple[GraphCollection, Script]:
    script = Script(*replies)
    client = Client(a_session(script), "https://graph.example/v1.0")
    return GraphCollection(client, WINDOW, Mailbox(("paul@contoso.example",))), script


@pytest.mark.parametrize("kind", ["exception", "occurrence"])
def test_a_date_alone_brings_its_series(kind: str) -> None:
    row = {"id": "x", "type": kind, "seriesMasterId": "m"}
    collection, script = scripted(a_round(row), *json_replies(MASTER))

    found = collection.changes(None)

    assert [each.href for each in found.resources] == ["m"]
    assert script.urls()[1].startswith("https://graph.example/v1.0/me/events/m?$select=")


def test_series_that_is_gone_by_now_is_no_deletion() -> None:
    collection, _ = scripted(a_round(MASTER, REVIEW | {"id": "b"}), GONE)

    found = collection.changes(None)

    assert [each.href for each in found.resources] == ["b"]
    assert (found.vanished, found.unreadable) == ((), ())


def test_series_that_is_refused_stops_nothing() -> None:
    refused = Reply(400, b'{"error": {"code": "ErrorInvalidRequest"}}')
    collection, _ = scripted(a_round(MASTER, REVIEW | {"id": "b"}), refused)

    found = collection.changes(None)

    assert [each.href for each in found.resources] == ["b"]
    assert found.unreadable == (("m", "errorinvalidrequest"),)


def test_series_that_cannot_be_read_now_is_read_later() -> None:
    busy = [Reply(503, b"{}") for _ in range(9)]
    collection, _ = scripted(a_round(MASTER), *busy)

    with pytest.raises(Retryable):
        collection.changes(None)


def test_further_exceptions_are_followed() -> None:
    def changed(day: int) -> dict[str, object]:
        return CHANGED | {"id": f"x{day}", "originalStart": f"2026-12-{day:02}T09:00:00Z"}

    link = "https://graph.example/v1.0/me/events/m/exceptionOccurrences?$skip=1"
    first = MASTER | {
        "exceptionOccurrences": [changed(3)],
        "exceptionOccurrences@odata.nextLink": link,
    }
    collection, script = scripted(a_round(MASTER), *json_replies(first, {"value": [changed(2)]}))

    found = only(collection.changes(None).resources)

    assert list(differing(found)) == [on(2, 10), on(3, 10)]
    assert script.urls()[2] == link


def test_exceptions_that_never_end_are_tried_again_later() -> None:
    link = "https://graph.example/v1.0/me/events/m/exceptionOccurrences?$skip=1"
    series = MASTER | {"exceptionOccurrences@odata.nextLink": link}
    again = {"value": [], "@odata.nextLink": link}
    collection, _ = scripted(a_round(MASTER), *json_replies(series, again))

    with pytest.raises(Retryable, match="page_loop"):
        collection.changes(None)


def test_dates_that_cannot_be_told_stop_nothing() -> None:
    odd = CHANGED | {"id": "x", "iCalUId": None}
    series = MASTER | {
        "exceptionOccurrences": [odd],
        "cancelledOccurrences": ["OID.m.never", "OID.A.m=.2026-12-05"],
    }
    collection, _ = scripted(a_round(MASTER), *json_replies(series))

    found = collection.changes(None)

    assert differing(only(found.resources)) == {on(5, 10): None}
    assert found.unreadable == (
        (Href("x"), "exception_without_date"),
        (Href("m"), "cancelled_date"),
    )


def test_a_rule_that_cannot_be_expanded_is_reported_and_its_first_date_shown() -> None:
    pattern = {"type": "absoluteYearly", "interval": 1, "month": 13, "dayOfMonth": 1}
    odd = {"pattern": pattern, "range": {"type": "noEnd"}}
    item: Any = {**REVIEW, "type": "seriesMaster", "recurrence": odd}

    (found,), unread = resources([item], Mailbox())

    assert found.object.event.summary == "Design review"
    assert unread == [(found.href, "rule_bymonth")]


def test_a_date_that_names_no_series_says_nothing() -> None:
    collection, script = scripted(a_round({"id": "x", "type": "occurrence"}))

    found = collection.changes(None)

    assert (found.resources, found.unreadable) == ((), ())
    assert len(script.requests) == 1


def test_a_date_read_by_its_id_is_its_series(anna: OutlookAccount) -> None:
    series = anna.enter(a_series())

    found = anna.collection.get([Href(occurrence(anna, 2))])

    assert [resource and resource.href for resource in found.values()] == [series]


def test_rule_that_cannot_be_told_is_reported() -> None:
    series = MASTER | {"recurrence": {"pattern": {"type": "lunar"}, "range": {"type": "noEnd"}}}
    collection, _ = scripted(a_round(series), *json_replies(series))

    found = collection.changes(None)

    assert (found.resources, found.unreadable) == ((), (("m", "unknown_recurrence"),))
