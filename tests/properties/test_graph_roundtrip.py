"""Laws of the Graph conversion: what is written is read back, and nothing read ever breaks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calendar_sync.engine.drafting import present_values
from calendar_sync.engine.equivalence import equivalent
from calendar_sync.engine.event import (
    Alarm,
    AlarmAction,
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Event,
    Importance,
    Role,
    UserType,
    sorted_attendees,
)
from calendar_sync.engine.identity import canonical_uid
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import ANSWER, Json, Properties, properties
from calendar_sync.engine.rights import GuestRights
from calendar_sync.engine.sync import Resource, Stored, Write
from calendar_sync.providers.graph import convert, wire
from calendar_sync.providers.graph.collection import CAPABILITIES
from calendar_sync.providers.graph.recurrence import Unreadable
from support.graph import PAUL, REVIEW
from support.graph_account import OutlookAccount, a_creation, a_write
from support.outlook import a_world

ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=40)
WORDS = st.lists(st.from_regex(r"[a-z]{1,9}", fullmatch=True), max_size=4)
HTML = WORDS.map(lambda words: "".join(f"<p>{word}</p>" for word in words))
# Around the nights in which clocks change, and far from them.
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)

RIGHTS = st.builds(GuestRights, see=st.booleans(), propose=st.booleans(), answer=st.booleans())


@st.composite
def spans(draw: st.DrawFn) -> tuple[date, date]:
    """Zoned times that a wall clock can tell, or days."""
    moment = draw(MOMENTS)
    length = timedelta(minutes=draw(st.integers(5, 3000)))
    if draw(st.booleans()):
        day = moment.date()
        return day, day + timedelta(days=draw(st.integers(1, 9)))
    own = ZoneInfo(draw(st.sampled_from(ZONES)))
    start, end = moment.astimezone(own), (moment + length).astimezone(own)
    assume(not start.fold and not end.fold)
    return start, end


ALARMS = st.lists(
    st.builds(Alarm, st.integers(-10, 50_000), st.sampled_from(AlarmAction)),
    max_size=4,
    unique=True,
).map(lambda found: tuple(sorted(found)))
CATEGORIES = st.sets(st.sampled_from(["Customer", "Travel", "Ä, B"])).map(sorted).map(tuple)


@st.composite
def objects(draw: st.DrawFn) -> CalendarObject:
    guests = st.builds(
        Attendee,
        address=st.sampled_from([f"guest{number}@x.example" for number in range(4)]),
        name=st.sampled_from(["Ada", "Bea"]),
        role=st.sampled_from(Role),
        user_type=st.sampled_from([UserType.INDIVIDUAL, UserType.ROOM]),
    )
    start, end = draw(spans())
    event = Event(
        start,
        end,
        summary=draw(TEXT),
        description=draw(HTML),
        location=draw(WORDS.map(" ".join)),
        availability=draw(st.sampled_from(Availability)),
        classification=draw(st.sampled_from(Classification)),
        attendees=sorted_attendees(draw(st.lists(guests, max_size=3))),
        rights=draw(RIGHTS),
        importance=draw(st.sampled_from(Importance)),
        alarms=draw(st.none() | ALARMS),
        categories=draw(CATEGORIES),
    )
    return CalendarObject("u1", event)


@pytest.fixture(scope="module")
def anna() -> OutlookAccount:
    return OutlookAccount(a_world())


def sayable(values: Mapping[str, Json]) -> dict[str, Json]:
    """What Graph can hold of it: no `public`, no role of a room, answers are its own, one reminder.

    Outlook's usual reminder stands for none being said.
    """
    held = {"alarms": USUAL, **present_values(CAPABILITIES.projection(values))}
    if held.get("classification") == "public":
        held["classification"] = "default"
    for key, value in values.items():
        if isinstance(value, list) and value[2:] == ["room"]:
            held[key] = [value[0], Role.REQUIRED.value, "room"]
    return held


UIDS = count()
USUAL: Json = [[15, "display"]]


def stored(anna: OutlookAccount, write: Write) -> Resource:
    (outcome,) = anna.collection.apply([write])
    assert isinstance(outcome, Stored)
    assert outcome.resource
    return outcome.resource


def created(anna: OutlookAccount, obj: CalendarObject) -> Resource:
    creation = a_creation(CalendarObject(f"u{next(UIDS)}", obj.event))
    return stored(anna, replace(creation, target=as_planned(creation.target)))


def as_planned(target: Properties) -> Properties:
    """What a run wants there of what is wanted here."""
    return present_values(CAPABILITIES.projection(target))


@given(obj=objects())
def test_what_is_created_is_read_back(anna: OutlookAccount, obj: CalendarObject) -> None:
    found = properties(created(anna, obj).object)

    found.pop("organizer", None)
    expected = sayable(properties(obj))
    assert found.keys() == expected.keys()
    assert {key for key in found if key != "when" and found[key] != expected[key]} == set()
    assert equivalent("when", found["when"], expected["when"])


@given(before=objects(), after=objects(), data=st.data())
def test_what_is_changed_is_read_back_and_the_rest_stays(
    anna: OutlookAccount, before: CalendarObject, after: CalendarObject, data: st.DataObject
) -> None:
    resource = created(anna, before)
    old, new = properties(resource.object), properties(after)
    writable = sorted(key for key in {*old, *new} - {"organizer", "status"} if ANSWER not in key)
    changes = {key: new.get(key) for key in data.draw(st.sets(st.sampled_from(writable)))}

    write = a_write(Action.PATCH, changes, resource)
    write = replace(write, target=as_planned(write.target))
    found = properties(stored(anna, write).object)

    wanted = sayable({key: value for key, value in {**old, **changes}.items() if value is not None})
    differing = {
        key
        for key in {*wanted, *found} - {"organizer"}
        if ANSWER not in key and not equivalent(key, wanted.get(key), found.get(key))
    }
    assert differing == set()


@given(obj=objects())
def test_what_is_written_names_no_read_only_property(obj: CalendarObject) -> None:
    values = properties(obj)
    names = convert.body(values, values, PAUL).keys()

    assert names <= {
        "subject",
        "body",
        "start",
        "end",
        "isAllDay",
        "location",
        "showAs",
        "sensitivity",
        "importance",
        "attendees",
        "hideAttendees",
        "allowNewTimeProposals",
        "responseRequested",
        "isReminderOn",
        "reminderMinutesBeforeStart",
        "categories",
    }


def nothing_like(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([None, *values])


TIMES = [{}, {"dateTime": "x"}, {"dateTime": "0001-01-01T00:00:00.0000000"}]
ROWS = [[], [{}], [{"emailAddress": None, "status": None}], [{"emailAddress": {}, "status": {}}]]
WRONG: dict[str, st.SearchStrategy[object]] = {
    **dict.fromkeys(("body", "location", "organizer", "responseStatus"), nothing_like({})),
    **dict.fromkeys(("start", "end"), nothing_like(*TIMES)),
    **dict.fromkeys(("isAllDay", "isOrganizer", "isCancelled"), nothing_like(True, False)),
    **dict.fromkeys(
        (
            "iCalUId",
            "subject",
            "showAs",
            "sensitivity",
            "importance",
            "originalStartTimeZone",
            "originalEndTimeZone",
            "lastModifiedDateTime",
            "changeKey",
        ),
        nothing_like(
            "",
            "x",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.9999999",
            "9999-12-31T23:59:59.9999999-08:00",
            "tzone://Microsoft/Custom",
        ),
    ),
    "attendees": nothing_like(*ROWS),
    "recurrence": nothing_like(
        {},
        {"pattern": None, "range": None},
        *(
            {"pattern": {"type": "daily"}, "range": {"type": "endDate", "endDate": end}}
            for end in ("0001-01-01", "9999-12-31")
        ),
    ),
    "type": nothing_like("singleInstance", "seriesMaster", "new"),
}
REASONS = {"no_time", "time_out_of_range", "unknown_time_zone", "unknown_recurrence"}


@given(changes=st.fixed_dictionaries({}, optional=WRONG))
def test_what_is_read_is_told_or_reported(changes: dict[str, object]) -> None:
    reason = ""
    try:
        found = convert.resource(cast("wire.Event", {**REVIEW, **changes}), PAUL)
    except Unreadable as error:
        reason = str(error)
    else:
        assert properties(found.object)["when"]
        assert canonical_uid(found.object.uid) == found.object.uid
    assert reason in {"", *REASONS}
