"""Series of Microsoft Graph: patterns, exceptions (providers/graph/recurrence.py, convert.py)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.engine.event import Event
from calendar_sync.providers.graph import convert
from calendar_sync.providers.graph.recurrence import Unreadable, cancelled_date, moment_of
from support.graph import BERLIN, PAUL, an_event, an_item, moment

UTC_ZONE = ZoneInfo("UTC")
NO_END = {"type": "noEnd", "startDate": "2026-12-01", "endDate": "0001-01-01"}
UNTIL = {"type": "endDate", "startDate": "2026-12-01", "endDate": "2027-03-01"}
COUNTED = {"type": "numbered", "startDate": "2026-12-01", "numberOfOccurrences": 7}


def a_series(pattern: dict[str, object], limits: dict[str, object]) -> tuple[str, ...]:
    recurrence = {"pattern": pattern, "range": limits}
    item = an_item(type="seriesMaster", recurrence=recurrence)
    return convert.resource(item, PAUL).object.recurrence


@pytest.mark.parametrize(
    ("pattern", "limits", "rule"),
    [
        ({"type": "daily", "interval": 1}, NO_END, "FREQ=DAILY"),
        ({"type": "daily", "interval": 3}, COUNTED, "FREQ=DAILY;INTERVAL=3;COUNT=7"),
        (
            {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": ["monday", "thursday"],
                "firstDayOfWeek": "monday",
            },
            UNTIL,
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=MO;UNTIL=20270301T090000Z",
        ),
        (
            {"type": "weekly", "interval": 1, "daysOfWeek": ["Friday"]},
            NO_END,
            "FREQ=WEEKLY;BYDAY=FR;WKST=SU",
        ),
        (
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 15},
            NO_END,
            "FREQ=MONTHLY;BYMONTHDAY=15",
        ),
        (
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 30},
            NO_END,
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        ),
        (
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
            NO_END,
            "FREQ=MONTHLY;BYMONTHDAY=-1",
        ),
        (
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "last"},
            NO_END,
            "FREQ=MONTHLY;BYDAY=-1TU",
        ),
        (
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday", "friday"]},
            NO_END,
            "FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=1",
        ),
        (
            {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 29, "month": 2},
            NO_END,
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
        (
            {
                "type": "relativeYearly",
                "interval": 1,
                "daysOfWeek": ["sunday"],
                "month": 3,
                "index": "second",
            },
            NO_END,
            "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        ),
    ],
)
def test_patterns_are_rules(
    pattern: dict[str, object], limits: dict[str, object], rule: str
) -> None:
    assert a_series(pattern, limits) == (f"RRULE:{rule}",)


@pytest.mark.parametrize(
    ("pattern", "limits"),
    [
        ({"type": "weekly", "interval": 1, "daysOfWeek": []}, NO_END),
        ({"type": "weekly", "interval": 1, "daysOfWeek": ["someday"]}, NO_END),
        ({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 0}, NO_END),
        ({"type": "absoluteYearly", "interval": 1, "dayOfMonth": 1}, NO_END),
        ({"type": "daily"}, {"type": "endDate", "endDate": None}),
        ({"type": "daily"}, {"type": "numbered", "numberOfOccurrences": 0}),
        ({"type": "daily"}, {"type": "endDate", "endDate": "0001-01-01"}),
    ],
)
def test_broken_patterns_are_reported(
    pattern: dict[str, object], limits: dict[str, object]
) -> None:
    with pytest.raises(Unreadable, match=r"^unknown_recurrence$"):
        a_series(pattern, limits)


def test_the_zone_of_a_series_is_its_rules() -> None:
    limits = {**UNTIL, "recurrenceTimeZone": "Tokyo Standard Time"}
    recurrence = {"pattern": {"type": "daily", "interval": 1}, "range": limits}

    found = convert.resource(an_item(type="seriesMaster", recurrence=recurrence), PAUL)

    assert found.object.event.start == datetime(2026, 12, 1, 18, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert found.object.recurrence == ("RRULE:FREQ=DAILY;UNTIL=20270301T090000Z",)


def test_all_day_series_ends_on_a_date() -> None:
    recurrence = {"pattern": {"type": "daily", "interval": 1}, "range": UNTIL}
    item = an_item(
        type="seriesMaster",
        isAllDay=True,
        start=moment("2026-12-01T00:00:00"),
        end=moment("2026-12-02T00:00:00"),
        recurrence=recurrence,
    )

    assert convert.resource(item, PAUL).object.recurrence == ("RRULE:FREQ=DAILY;UNTIL=20270301",)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "UTC"])
def test_an_end_that_means_never_is_none(zone: str) -> None:
    limits: dict[str, object] = {"type": "endDate", "endDate": "9999-12-31"}
    limits["recurrenceTimeZone"] = zone

    assert a_series({"type": "daily"}, limits) == ("RRULE:FREQ=DAILY",)


@pytest.mark.parametrize(
    "text", [None, "", "soon", "2026-13-45T99:99:99Z", "2026-12-01T09:00:00+99:99"]
)
def test_what_is_no_moment_is_none(text: str | None) -> None:
    assert moment_of(text) is None


@pytest.mark.parametrize("year", ["0001", "1600", "4501", "9999"])
@pytest.mark.parametrize("offset", ["Z", "-08:00", "+14:00"])
def test_years_that_mean_never_are_no_moment(year: str, offset: str) -> None:
    assert moment_of(f"{year}-01-01T00:00:00.0000000{offset}") is None
    assert moment_of(f"{year}-12-31T23:59:59.9999999{offset}") is None


def test_moment_has_seven_digits_of_a_second() -> None:
    assert moment_of("2026-12-01T09:00:00.1234567Z") == datetime(
        2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC_ZONE
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "4501-01-01"])
def test_date_that_exchange_does_not_keep_is_reported(day: str) -> None:
    with pytest.raises(Unreadable, match=r"^exception_without_date$"):
        convert.override(an_item(occurrenceId=f"OID.x.{day}"), PAUL, an_event())
    with pytest.raises(Unreadable, match=r"^cancelled_date$"):
        cancelled_date(f"OID.x.{day}", an_event().start)


@pytest.mark.parametrize(
    "told",
    [
        {"originalStart": "2026-12-03T09:00:00Z"},
        {"originalStart": "2026-12-03T10:00:00.5+01:00"},
        {"originalStart": None, "occurrenceId": "OID.AAMk.AGUx=.2026-12-03"},
        {"originalStart": "0001-01-01T00:00:00Z", "occurrenceId": "OID.x.2026-12-03"},
        {"originalStart": "9999-12-31T23:59:59-08:00", "occurrenceId": "OID.x.2026-12-03"},
        {"iCalUId": "040000008200E00074C5B7101A82E00807EA0C03" + "0" * 72},
    ],
)
def test_exception_is_known_by_the_date_it_had(told: dict[str, object]) -> None:
    master = an_event()

    override = convert.override(an_item(type="exception", subject="Moved", **told), PAUL, master)

    assert isinstance(override.recurrence_id, datetime)
    assert override.recurrence_id.replace(microsecond=0) == datetime(2026, 12, 3, 10, tzinfo=BERLIN)
    assert override.event is not None
    assert override.event.summary == "Moved"


def test_exception_of_an_all_day_series_is_known_by_a_date() -> None:
    master = Event(date(2026, 12, 1), date(2026, 12, 2))

    told = convert.override(an_item(originalStart="2026-12-03T00:00:00Z"), PAUL, master)
    derived = convert.override(an_item(occurrenceId="OID.x.2026-12-03"), PAUL, master)

    assert told.recurrence_id == derived.recurrence_id == date(2026, 12, 3)


def test_cancelled_date_has_no_event() -> None:
    item = an_item(isCancelled=True, originalStart="2026-12-03T09:00:00Z")

    assert convert.override(item, PAUL, an_event()).event is None


def test_exception_without_a_date_is_reported() -> None:
    with pytest.raises(Unreadable, match=r"^exception_without_date$"):
        convert.override(an_item(iCalUId="abc@google.com"), PAUL, an_event())


def test_seconds_of_a_series_are_those_of_its_start() -> None:
    """`originalStart` comes in whole minutes, whatever the series was made with (Q36)."""
    master = Event(
        datetime(2026, 12, 1, 10, 0, 30, tzinfo=BERLIN), datetime(2026, 12, 1, 11, tzinfo=BERLIN)
    )

    override = convert.override(an_item(originalStart="2026-12-03T09:00:00Z"), PAUL, master)

    assert override.recurrence_id == datetime(2026, 12, 3, 10, 0, 30, tzinfo=BERLIN)


@pytest.mark.parametrize("told", ["2026-12-02T23:00:00Z", "2026-12-03T08:00:00Z"])
def test_midnight_of_an_all_day_date_may_be_that_of_some_zone(told: str) -> None:
    master = Event(date(2026, 12, 1), date(2026, 12, 2))

    override = convert.override(an_item(originalStart=told), PAUL, master)

    assert override.recurrence_id == date(2026, 12, 3)


def test_series_that_begins_in_the_repeated_hour_keeps_its_zone() -> None:
    recurrence = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}
    item = an_item(
        type="seriesMaster",
        start=moment("2026-10-25T01:30:00"),
        end=moment("2026-10-25T02:30:00"),
        originalStartTimeZone="Europe/Berlin",
        recurrence=recurrence,
    )

    event = convert.resource(item, PAUL).object.event

    assert event.start == datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
