"""What we write at Google reads back as what we meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.engine.drafting import present_values
from calendar_sync.engine.event import (
    Alarm,
    AlarmAction,
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Event,
    Organizer,
    PartStat,
    Role,
    Status,
    UserType,
    sorted_attendees,
)
from calendar_sync.engine.properties import object_of, properties
from calendar_sync.engine.rights import GuestRights
from calendar_sync.engine.special import (
    DeclineMode,
    Declining,
    Nature,
    Special,
    Workplace,
    WorkplaceKind,
)
from calendar_sync.providers.google.bodies import insert_body
from calendar_sync.providers.google.collection import CAPABILITIES
from calendar_sync.providers.google.convert import Shelf, fragment, resource_of
from calendar_sync.providers.google.personal import COLOURS
from calendar_sync.providers.google.wire import EventBody, EventRow, Time
from support.google import a_creation

OWNER = "anna@corp.example"
SHELF = Shelf(OWNER, ZoneInfo("Europe/Berlin"))
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]

line = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
walls = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 -- walls
    lambda wall: wall.replace(microsecond=0, fold=0)
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Any, Any]:
    """A start and an end of one kind; times that exist, and once only if they come twice."""
    length = draw(st.integers(1, 100))
    if draw(st.booleans()):
        day = draw(days)
        return day, day + timedelta(days=length)
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    start = draw(walls).replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    end = (start.astimezone(ZoneInfo("UTC")) + timedelta(minutes=length)).astimezone(zone)
    if start.fold or end.fold:
        utc = ZoneInfo("UTC")
        return start.astimezone(utc), end.astimezone(utc)
    return start, end


attendees = st.builds(
    Attendee,
    address=st.sampled_from(["ben@corp.example", "eva@client.example", "r4@corp.example"]),
    name=line,
    role=st.sampled_from(Role),
    user_type=st.sampled_from([UserType.INDIVIDUAL, UserType.ROOM]),
    partstat=st.sampled_from(PartStat),
    comment=line,
    additional_guests=st.integers(0, 3),
)


rights = st.builds(GuestRights, modify=st.booleans(), invite=st.booleans(), see=st.booleans())
declining = st.none() | st.builds(
    Declining, mode=st.sampled_from([DeclineMode.ALL, DeclineMode.NEW]), message=line
)
offices = st.builds(
    Workplace, st.just(WorkplaceKind.OFFICE), line, building=line, floor=line, section=line
)
workplaces = offices | st.builds(
    Workplace, st.sampled_from([WorkplaceKind.HOME, WorkplaceKind.CUSTOM]), line
)
natures = st.none() | st.one_of(
    st.builds(Nature, st.just(Special.OUT_OF_OFFICE), declining),
    st.builds(
        Nature,
        st.just(Special.FOCUS_TIME),
        declining,
        st.sampled_from(["", "available", "do-not-disturb"]),
    ),
    st.builds(Nature, st.just(Special.WORKING_LOCATION), workplace=workplaces),
)
alarms = st.lists(
    st.builds(Alarm, st.integers(-10, 50_000), st.sampled_from(AlarmAction)),
    max_size=8,
    unique=True,
).map(lambda found: tuple(sorted(found)))
palette = st.sampled_from(["", "teal", *COLOURS.values()])


@st.composite
def objects(draw: st.DrawFn) -> CalendarObject:
    start, end = draw(spans())
    guests = sorted_attendees(draw(st.lists(attendees, max_size=3)))
    event = Event(
        start,
        end,
        summary=draw(line),
        description=fragment(draw(line)),
        location=draw(line),
        status=draw(st.sampled_from([Status.CONFIRMED, Status.TENTATIVE])),
        availability=draw(st.sampled_from(Availability)),
        classification=draw(st.sampled_from(Classification)),
        organizer=Organizer(OWNER) if guests else None,  # a private event has none
        attendees=guests,
        rights=draw(rights),
        nature=None if guests else draw(natures),
        alarms=draw(st.none() | alarms),
        colour=draw(palette),
    )
    return CalendarObject("u1", as_its_kind_must_be(event))


def as_its_kind_must_be(event: Event) -> Event:
    """Google fixes how a special event shows (contract 4.8)."""
    if event.nature is None:
        return event
    if event.nature.special is not Special.WORKING_LOCATION:
        return replace(event, availability=Availability.BUSY)
    public = Classification.PUBLIC
    return replace(event, availability=Availability.FREE, classification=public)


def shown(body: EventBody) -> EventRow:
    """As Google prints it: in the calendar's zone, without defaults and without nulls."""
    row: Any = {
        "etag": '"1"',
        "updated": "2026-11-20T08:00:00.000Z",
        "creator": {"email": OWNER, "self": True},
        "organizer": {"email": OWNER, "self": True},
        **body,
        "start": printed(body["start"]),
        "end": printed(body["end"]),
    }
    if not row.get("reminders", {}).get("overrides", True):
        del row["reminders"]["overrides"]  # printed without (contract §4.5)
    defaults = {"transparency": "opaque", "visibility": "default"}
    shown_false = {"guestsCanInviteOthers", "guestsCanSeeOtherGuests"}
    found: EventRow = {  # type: ignore[assignment]
        key: value
        for key, value in row.items()
        if (value or key in shown_false) and defaults.get(key) != value
    }
    return found


def printed(time: Time) -> Time:
    if time.get("date"):
        return {"date": time["date"]}
    zone = ZoneInfo(str(time["timeZone"]))
    moment = datetime.fromisoformat(str(time["dateTime"])).replace(tzinfo=zone)
    return {"dateTime": moment.astimezone(SHELF.zone).isoformat(), "timeZone": zone.key}


@given(objects())
def test_an_object_survives_the_wire(obj: CalendarObject) -> None:
    expected = present_values(CAPABILITIES.projection(properties(obj)))
    write = replace(a_creation(obj), target=expected)  # as a run makes it
    resource = resource_of(shown(insert_body(write, SHELF)), (), SHELF)
    assert properties(resource.object) == expected
    assert resource.creation_key == ("" if obj.event.nature else write.key)


@given(objects())
def test_an_object_survives_its_properties(obj: CalendarObject) -> None:
    assert object_of("u1", properties(obj)) == obj


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_a_description_changes_once_at_most(text: str) -> None:
    assert fragment(fragment(text)) == fragment(text)
