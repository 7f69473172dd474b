"""Google's rows and our values (contract §4). Samples are the contract's where it has one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import (
    Attendee,
    Availability,
    Classification,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    UserType,
    When,
)
from calendar_sync.engine.pending import Action
from calendar_sync.providers.google.bodies import guest_rows
from calendar_sync.providers.google.convert import (
    MARK,
    Shelf,
    Unreadable,
    event_of,
    fragment,
    override_of,
    resource_of,
    when_of,
)
from calendar_sync.providers.google.families import Families
from calendar_sync.providers.google.wire import EventRow, Time
from support.google import a_write
from support.google_rows import ANA, END, MADRID, SHELF, START, a_row

BO = {
    "email": "Bo@Corp.example",
    "displayName": "Bo",
    "optional": True,
    "responseStatus": "tentative",
    "comment": "late",
    "additionalGuests": 2,
}
ROOM = {"email": "r4@corp.example", "resource": True, "responseStatus": "accepted"}
SAMPLE = a_row(
    summary="Design review",
    description="Agenda:<br><ul><li>API</li></ul>",
    location="Room 4",
    transparency="transparent",
    visibility="private",
    attendees=[{**ANA, "organizer": True, "responseStatus": "accepted"}, BO, ROOM],
    extendedProperties={"private": {MARK: "abc", "other": "1"}},
)


def test_the_contracts_sample_says_where_and_which_it_is() -> None:
    resource = resource_of(SAMPLE, (), SHELF)
    assert (resource.href, resource.etag) == ("7q2k", '"3531398400842000"')
    assert resource.modified == datetime(2025, 12, 14, 8, 0, 0, 421_000, tzinfo=UTC)
    assert (resource.creation_key, resource.read_only) == ("abc", "")
    assert resource.organized_by_owner
    assert resource.object.uid == "7q2k@google.com"


def test_the_contracts_sample_is_read_whole() -> None:
    event = event_of(SAMPLE, MADRID)
    assert event.start == datetime(2026, 1, 12, 10, tzinfo=MADRID)
    assert (event.summary, event.location) == ("Design review", "Room 4")
    assert event.description == "Agenda:<br><ul><li>API</li></ul>"
    assert event.availability is Availability.FREE
    assert event.classification is Classification.PRIVATE
    assert event.organizer == Organizer("ana@corp.example")
    assert event.attendees == (
        Attendee(
            "bo@corp.example",
            "Bo",
            Role.OPTIONAL,
            partstat=PartStat.TENTATIVE,
            comment="late",
            additional_guests=2,
        ),
        Attendee("r4@corp.example", user_type=UserType.ROOM, partstat=PartStat.ACCEPTED),
    )


@pytest.mark.parametrize("status", Status)
def test_a_status_is_told_by_its_own_word(status: Status) -> None:
    assert event_of(a_row(status=status.value), MADRID).status is status


def test_what_google_leaves_out_has_its_default() -> None:
    event = event_of(a_row(), MADRID)
    assert (event.summary, event.description, event.location) == ("", "", "")
    assert event.status is Status.CONFIRMED
    assert event.availability is Availability.BUSY
    assert event.classification is Classification.DEFAULT
    assert event.attendees == ()


@pytest.mark.parametrize(
    ("time", "moment"),
    [
        ({"date": "2026-01-12"}, date(2026, 1, 12)),
        (START, datetime(2026, 1, 12, 10, tzinfo=MADRID)),
        # The offset fixes the instant, the name the zone (contract 4.3).
        (
            {"dateTime": "2026-03-01T18:20:00+05:00", "timeZone": "Europe/Moscow"},
            datetime(2026, 3, 1, 16, 20, tzinfo=ZoneInfo("Europe/Moscow")),
        ),
        # Published samples of 2017 and 2020 name no zone.
        ({"dateTime": "2026-01-12T10:00:00Z"}, datetime(2026, 1, 12, 11, tzinfo=MADRID)),
        ({"dateTime": "2026-01-12T10:00:00"}, datetime(2026, 1, 12, 10, tzinfo=MADRID)),
        (
            {"dateTime": "2026-01-12T10:00:00Z", "timeZone": "Mars/Olympus"},
            datetime(2026, 1, 12, 11, tzinfo=MADRID),
        ),
        (
            {"dateTime": "2026-01-12T10:00:00Z", "timeZone": "UTC"},
            datetime(2026, 1, 12, 10, tzinfo=ZoneInfo("UTC")),
        ),
        # The hour that comes twice: the first one keeps its zone, the second one its instant.
        (
            {"dateTime": "2026-10-25T02:30:00+02:00", "timeZone": "Europe/Madrid"},
            datetime(2026, 10, 25, 2, 30, tzinfo=MADRID),
        ),
        (
            {"dateTime": "2026-10-25T02:30:00+01:00", "timeZone": "Europe/Madrid"},
            datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("UTC")),
        ),
    ],
)
def test_times_keep_instant_and_zone(time: Time, moment: When) -> None:
    read = when_of(time, MADRID)
    assert read == moment
    if isinstance(moment, datetime) and isinstance(read, datetime):
        assert read.tzinfo == moment.tzinfo
        assert read.replace(tzinfo=None) == moment.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ({}, "time_missing"),
        ({"date": "soon"}, "time_unreadable"),
        ({"dateTime": "2026-13-01T00:00:00Z"}, "time_unreadable"),
        ({"date": "0001-01-01"}, "time_out_of_range"),
        ({"date": "9999-12-31"}, "time_out_of_range"),
        ({"dateTime": "0001-01-01T00:00:00Z"}, "time_out_of_range"),
        ({"dateTime": "0001-01-01T00:00:00+14:00"}, "time_out_of_range"),
        ({"dateTime": "9999-12-31T23:59:59-12:00"}, "time_out_of_range"),
        # without an offset the zone decides which moment it is
        (
            {"dateTime": "2026-01-12T10:00:00", "timeZone": "Mars/Olympus"},
            "unknown_time_zone",
        ),
    ],
)
def test_a_time_that_is_none_cannot_be_read(time: Time, code: str) -> None:
    with pytest.raises(Unreadable, match=f"^{code}$"):
        when_of(time, MADRID)


def test_seven_digits_of_a_second_and_old_names_are_read() -> None:
    time: Time = {"dateTime": "2026-01-12T10:00:00.1234567+05:30", "timeZone": "Asia/Calcutta"}

    read = when_of(time, MADRID)

    assert read == datetime(2026, 1, 12, 10, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert getattr(read, "tzinfo", None) == ZoneInfo("Asia/Kolkata")


def test_series_in_a_zone_nobody_knows_is_reported() -> None:
    """Of a single date the offset fixes the moment; a series would move with the clocks."""
    mars = {"dateTime": "2026-01-12T10:00:00Z", "timeZone": "Mars/Olympus"}
    rule = ["RRULE:FREQ=DAILY"]
    series = a_row(id="series", recurrence=rule, start=mars, end=mars)
    whole: Time = {"date": "2026-01-12", "timeZone": "Mars/Olympus"}

    resources, unreadable = Families(
        [series, a_row(id="day", recurrence=rule, start=whole, end=whole), a_row()]
    ).resources(SHELF)

    assert [found.href for found in resources] == ["day", "7q2k"]
    assert unreadable == [("series", "unknown_time_zone")]


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ({"date": "2026-01-12"}, {"date": "2026-01-12"}, date(2026, 1, 13)),
        ({"date": "2026-01-12"}, {"date": "2026-01-11"}, date(2026, 1, 13)),
        (START, START, datetime(2026, 1, 12, 10, tzinfo=MADRID)),
        (END, START, datetime(2026, 1, 12, 11, tzinfo=MADRID)),
    ],
)
def test_old_events_may_end_where_they_start(start: Time, end: Time, last: When) -> None:
    assert event_of(a_row(start=start, end=end), MADRID).end == last


def test_an_end_without_zone_has_that_of_the_start() -> None:
    start = {"dateTime": "2026-01-12T18:00:00+09:00", "timeZone": "Asia/Tokyo"}
    event = event_of(a_row(start=start, end={"dateTime": "2026-01-12T11:00:00Z"}), MADRID)
    assert event.end == datetime(2026, 1, 12, 20, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert getattr(event.end, "tzinfo", None) == ZoneInfo("Asia/Tokyo")


def test_a_start_and_an_end_of_two_kinds_cannot_be_read() -> None:
    with pytest.raises(Unreadable, match="two_kinds"):
        event_of(a_row(end={"date": "2026-01-13"}), MADRID)


@pytest.mark.parametrize(
    ("description", "html"),
    [
        ("", ""),
        ("one\ntwo", "one<br>two"),
        ("one\r\ntwo", "one<br>two"),
        ("AT&T < 5", "AT&amp;T &lt; 5"),
        ("AT&amp;T", "AT&amp;T"),
        ("<p>one</p>\n<p>two</p>", "<p>one</p>\n<p>two</p>"),
        ("one<br>\ntwo", "one<br>\ntwo"),
        ('see <a href="x">it</a>\nsoon', 'see <a href="x">it</a><br>soon'),
    ],
)
def test_text_becomes_html_and_html_stays(description: str, html: str) -> None:
    assert fragment(description) == html
    assert fragment(html) == html


def test_guests_without_address_shift_nobodys_answer() -> None:
    rows = [
        {"id": "117", "displayName": "Hidden", "responseStatus": "declined"},
        {"email": "not an address", "responseStatus": "tentative"},
        {"responseStatus": "accepted"},
        {"email": "bo@corp.example", "responseStatus": "accepted"},
    ]
    event = event_of(a_row(attendees=rows), MADRID)
    answers = {guest.address: guest.partstat for guest in event.attendees}
    assert answers == {
        "117@unaddressed.invalid": PartStat.DECLINED,
        "not an address": PartStat.TENTATIVE,
        "bo@corp.example": PartStat.ACCEPTED,
    }
    resource = resource_of(a_row(attendees=rows), (), SHELF)
    target = a_write(Action.PATCH, {}, resource).target
    assert guest_rows(target, SHELF) == [
        {"email": "ana@corp.example", "responseStatus": "accepted"},
        {"id": "117", "displayName": "Hidden", "responseStatus": "declined"},
        {"email": "bo@corp.example", "responseStatus": "accepted"},
        {"email": "not an address", "responseStatus": "tentative"},
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"recurrence": ["RRULE:FREQ=DAILY"]}, ""),
        ({"recurringEventId": "m"}, "series"),
        ({"eventType": "birthday"}, "birthday"),
        ({"eventType": "fromGmail"}, "from-mail"),
        ({"eventType": "tomorrow"}, "other"),
        ({"eventType": "focusTime"}, ""),
        ({"eventType": "outOfOffice"}, ""),
        ({"eventType": "workingLocation"}, ""),
        ({"eventType": None}, ""),
        ({"creator": None, "organizer": None, "visibility": "private"}, "details_hidden"),
        ({"locked": True}, "locked"),
        ({"attendeesOmitted": True}, "guests_omitted"),
    ],
)
def test_what_we_never_write_says_why(fields: dict[str, Any], reason: str) -> None:
    assert resource_of(a_row(**fields), (), SHELF).read_only == reason


@pytest.mark.parametrize("role", ["reader", "freeBusyReader", "none"])
def test_nothing_is_written_where_we_may_only_read(role: str) -> None:
    shelf = Shelf("ana@corp.example", MADRID, role)
    assert resource_of(a_row(), (), shelf).read_only == "no_write_access"


def test_only_the_organizers_own_flag_makes_it_ours() -> None:
    # A copy of an outside meeting says creator.self (contract 4.12).
    row = a_row(organizer={"email": "out@side.example"}, privateCopy=True)
    resource = resource_of(row, (), SHELF)
    assert not resource.organized_by_owner
    assert resource.object.event.organizer == Organizer("out@side.example")


def an_exception(number: int, **fields: Any) -> EventRow:  # noqa: ANN401 -- wire JSON
    """A date of the series `m`, 9:00 in Madrid."""
    return a_row(
        id=f"m_202601{number}T080000Z",
        recurringEventId="m",
        iCalUID="m@google.com",
        originalStartTime={"dateTime": f"2026-01-{number}T08:00:00Z", "timeZone": "UTC"},
        **fields,
    )


def a_cancelled(number: int) -> EventRow:
    whole = an_exception(number, status="cancelled")
    kept = ("id", "etag", "status", "recurringEventId", "originalStartTime")
    row: Any = {key: whole[key] for key in kept}  # type: ignore[literal-required]
    found: EventRow = row
    return found


A_MASTER = a_row(
    id="m", iCalUID="m@google.com", recurrence=["EXDATE:20260115T080000Z", "RRULE:FREQ=DAILY"]
)


def test_exceptions_join_their_master_in_any_order() -> None:
    families = Families([a_cancelled(14), an_exception(13, summary="Moved"), A_MASTER])
    assert families.headless() == set()
    (series,), unreadable = families.resources(SHELF)
    assert unreadable == []
    assert series.object.recurrence == ("RRULE:FREQ=DAILY", "EXDATE:20260115T080000Z")
    moved, cancelled = series.object.overrides
    assert moved.event is not None
    assert moved.event.summary == "Moved"
    assert cancelled.event is None
    # Told in the zone of the series, however it was printed.
    assert moved.recurrence_id == datetime(2026, 1, 13, 9, tzinfo=MADRID)
    assert getattr(moved.recurrence_id, "tzinfo", None) == MADRID


def test_the_answer_to_a_write_of_a_date_tells_that_date() -> None:
    when = datetime(2026, 1, 13, 9, tzinfo=MADRID)

    moved = override_of(an_exception(13, summary="Moved"), when, SHELF)

    assert moved.event is not None
    assert (moved.recurrence_id, moved.event.summary) == (when, "Moved")
    assert override_of(a_cancelled(13), when, SHELF) == Override(when, None)


def test_an_exception_without_its_master_names_the_series_to_fetch() -> None:
    families = Families([an_exception(13), a_cancelled(14)])
    assert families.headless() == {"m"}
    assert families.uid("m") == "m@google.com"
    assert Families([a_cancelled(14)]).uid("m") == ""


def test_a_date_whose_series_cannot_be_read_stands_alone() -> None:
    families = Families([an_exception(13), an_exception(15), a_cancelled(14)])
    resources, _ = families.resources(SHELF)
    assert [found.object.uid for found in resources] == [
        "m_20260113T080000Z@google.com",
        "m_20260115T080000Z@google.com",
    ]
    assert {found.read_only for found in resources} == {"series"}
    assert families.vanished() == {"m_20260114T080000Z"}


def test_of_a_tombstone_only_the_id_is_read() -> None:
    rows: list[EventRow] = [
        {"id": "gone", "etag": '"1"', "status": "cancelled"},
        a_row(id="gone2", status="cancelled", start={"date": "wrong"}),
        {"id": "m", "etag": '"1"', "status": "cancelled"},
        an_exception(13),
    ]
    families = Families(rows)
    assert families.vanished() == {"gone", "gone2", "m"}
    assert families.headless() == set()
    assert families.resources(SHELF) == ([], [])


def test_one_unreadable_row_does_not_hide_the_others() -> None:
    resources, unreadable = Families([a_row(id="bad", start={}), a_row()]).resources(SHELF)
    assert [found.href for found in resources] == ["7q2k"]
    assert unreadable == [("bad", "time_missing")]
