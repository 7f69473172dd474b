"""Events of Microsoft Graph as calendar objects (providers/graph/convert.py)."""

from datetime import UTC, date, datetime
from typing import cast

import pytest

from calendar_sync.engine.event import (
    Attendee,
    Availability,
    Classification,
    Event,
    Importance,
    Organizer,
    PartStat,
    Role,
    Status,
    UserType,
)
from calendar_sync.engine.properties import NOTHING, Json, properties
from calendar_sync.providers.graph import convert, wire
from calendar_sync.providers.graph.convert import Mailbox
from calendar_sync.providers.graph.recurrence import Unreadable
from support.graph import BERLIN, INES, PAGE, PAUL, REVIEW, an_event, an_item, moment


def a_guest(address: str | None, response: str = "none", **row: object) -> dict[str, object]:
    return {
        "emailAddress": {"name": "N", "address": address},
        "status": {"response": response},
    } | row


def test_the_contracts_example_is_read_whole() -> None:
    found = convert.resource(an_item(), PAUL)

    assert (found.href, found.etag) == ("AAMkAGUx...AAA=", REVIEW["@odata.etag"])
    assert found.modified == datetime(2026, 11, 20, 8, 1, 3, 765432, tzinfo=UTC)
    assert found.organized_by_owner
    assert (found.read_only, found.creation_key) == ("", "")
    assert found.object.uid == str(REVIEW["iCalUId"]).replace("07EA0C01", "00000000")
    assert found.object.event == Event(
        start=datetime(2026, 12, 1, 10, tzinfo=BERLIN),
        end=datetime(2026, 12, 1, 11, tzinfo=BERLIN),
        summary="Design review",
        description="Agenda to follow",
        location="Room 4",
        organizer=Organizer("paul@contoso.example", "Paul Vidal"),
        attendees=(Attendee("ines@contoso.example", "Ines Roth"),),
    )


def test_an_event_of_nulls_is_read() -> None:
    bare = dict.fromkeys(REVIEW, None) | {
        key: REVIEW[key] for key in ("id", "start", "end", "changeKey", "originalStartTimeZone")
    }

    found = convert.resource(cast("wire.Event", bare), PAUL)

    assert found.object.uid == REVIEW["id"]
    assert found.etag == f'W/"{REVIEW["changeKey"]}"'
    assert found.modified is None
    assert found.object.event == Event(
        start=datetime(2026, 12, 1, 10, tzinfo=BERLIN), end=datetime(2026, 12, 1, 11, tzinfo=BERLIN)
    )


@pytest.mark.parametrize(
    ("given", "importance"),
    [
        ("low", Importance.LOW),
        ("High", Importance.HIGH),
        *((each, Importance.NORMAL) for each in ("normal", None, "", "urgent")),
    ],
)
def test_importance_is_read(given: str | None, importance: Importance) -> None:
    assert an_event(importance=given).importance is importance


@pytest.mark.parametrize("value", ["high", "low", None, NOTHING])
def test_importance_is_written_alone(value: Json) -> None:
    """On one date of a series, "" says that it has none of what its series has."""
    written = convert.body(["importance"], {"importance": value}, PAUL)

    assert written == {"importance": value or "normal"}


def test_all_day_is_dates_whatever_the_zone_says() -> None:
    event = an_event(
        isAllDay=True,
        start={"dateTime": "2026-12-24T00:00:00.0000000", "timeZone": "Nowhere"},
        end={"dateTime": "2026-12-27T00:00:00.0000000", "timeZone": "Nowhere"},
        originalStartTimeZone=None,
    )

    assert (event.start, event.end) == (date(2026, 12, 24), date(2026, 12, 27))


def test_all_day_lasts_a_day_at_least() -> None:
    day = moment("2026-12-24T00:00:00.0000000")

    event = an_event(isAllDay=True, start=day, end=day)

    assert (event.start, event.end) == (date(2026, 12, 24), date(2026, 12, 25))


@pytest.mark.parametrize(
    ("first", "last", "keys"),
    [
        ("UTC", "UTC", ("UTC", "UTC")),
        ("tzone://Microsoft/Utc", None, ("UTC", "UTC")),
        ("Europe/Paris", "Europe/Paris", ("Europe/Paris", "Europe/Paris")),
        ("W. Europe Standard Time", "UTC", ("Europe/Berlin", "Europe/Berlin")),
        ("W. Europe Standard Time", "Tokyo Standard Time", ("Europe/Berlin", "Asia/Tokyo")),
        ("tzone://Microsoft/Custom", "Tokyo Standard Time", ("Asia/Tokyo", "Asia/Tokyo")),
    ],
)
def test_zone_is_the_events_own(first: str, last: str | None, keys: tuple[str, str]) -> None:
    event = an_event(originalStartTimeZone=first, originalEndTimeZone=last)

    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    assert tuple(getattr(when.tzinfo, "key", "") for when in (event.start, event.end)) == keys
    assert event.start == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert event.end == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_custom_zone_falls_back_to_the_mailboxes_zone() -> None:
    item = an_item(
        originalStartTimeZone="tzone://Microsoft/Custom",
        originalEndTimeZone="tzone://Microsoft/Custom",
    )

    found = convert.resource(item, Mailbox(PAUL.addresses, BERLIN))

    assert found.object.event.start == datetime(2026, 12, 1, 10, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"originalStartTimeZone": "Mars", "originalEndTimeZone": None}, "unknown_time_zone"),
        ({"start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "Mars"}}, "unknown_time_zone"),
        ({"start": None}, "no_time"),
        ({"start": moment("soon")}, "no_time"),
        ({"start": moment("0001-01-01T00:00:00.0000000")}, "time_out_of_range"),
        ({"end": moment("9999-12-31T23:59:59.9999999")}, "time_out_of_range"),
        (
            {"isAllDay": True, "start": moment("0001-01-01T00:00:00.0000000")},
            "time_out_of_range",
        ),
        ({"type": "seriesMaster"}, "unknown_recurrence"),
        (
            {"type": "seriesMaster", "recurrence": {"pattern": {"type": "lunar"}}},
            "unknown_recurrence",
        ),
    ],
)
def test_what_cannot_be_told_is_reported(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Unreadable, match=f"^{code}$"):
        an_event(**changes)


def test_zero_length_and_seven_digits_are_read_as_they_are() -> None:
    at = moment("2026-12-01T09:00:00.1234567")

    event = an_event(start=at, end=at)

    assert event.start == event.end == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_modification_in_a_year_that_means_never_is_none() -> None:
    item = an_item(lastModifiedDateTime="9999-12-31T23:59:59.9999999-08:00")

    assert convert.resource(item, PAUL).modified is None


def test_the_repeated_hour_is_told_in_utc() -> None:
    item = an_item(
        start=moment("2026-10-25T00:30:00.0000000"), end=moment("2026-10-25T01:30:00.0000000")
    )

    assert properties(convert.resource(item, PAUL).object)["when"] == [
        "2026-10-25T02:30:00 Europe/Berlin",
        "2026-10-25T01:30:00 UTC",
    ]


@pytest.mark.parametrize(
    ("body", "fragment"),
    [
        (None, ""),
        ({"contentType": "html", "content": ""}, ""),
        ({"contentType": "html", "content": None}, ""),
        ({"contentType": "html", "content": "<html><body><div></div></body></html>"}, ""),
        ({"contentType": "html", "content": PAGE.format("&nbsp;<br>\r\n")}, ""),
        ({"contentType": "html", "content": PAGE.format("<p>a\r\nb</p>")}, "<p>a\nb</p>"),
        ({"contentType": "html", "content": "<HTML><BODY lang=EN>x</BODY></HTML>"}, "x"),
        ({"contentType": "html", "content": PAGE.format("<img src=a>")}, "<img src=a>"),
        ({"contentType": "html", "content": "<p>a fragment</p>"}, "<p>a fragment</p>"),
        ({"contentType": "text", "content": "a < b\r\nc\r\n"}, "a &lt; b<br>\nc"),
    ],
)
def test_description_is_the_fragment_inside_the_page(body: object, fragment: str) -> None:
    assert an_event(body=body).description == fragment


def test_guests_without_address_shift_nobodys_answer() -> None:
    event = an_event(
        attendees=[
            a_guest(None, "accepted"),
            a_guest("/o=ExchangeLabs/cn=Recipients/cn=1f", "declined"),
            {"emailAddress": None, "status": None, "type": None},
            a_guest("b@x.example", "tentativelyAccepted", type="optional"),
            a_guest("room@x.example", "accepted", type="resource"),
            a_guest("B@x.example", "accepted", type="optional"),
        ]
    )

    assert [(guest.address, guest.partstat) for guest in event.attendees] == [
        ("/o=exchangelabs/cn=recipients/cn=1f", PartStat.DECLINED),
        ("b@x.example", PartStat.ACCEPTED),
        ("room@x.example", PartStat.ACCEPTED),
    ]
    assert event.attendees[1].role is Role.OPTIONAL
    assert event.attendees[2].user_type is UserType.ROOM


def test_organizers_row_is_no_guest() -> None:
    event = an_event(
        attendees=[
            a_guest("Paul@contoso.example", "organizer"),
            a_guest("paul.vidal@contoso.example", "none"),
            a_guest("alias@contoso.example", "organizer"),
            a_guest("c@x.example", "accepted"),
        ]
    )

    assert [guest.address for guest in event.attendees] == ["c@x.example"]


def test_guests_copy_tells_the_owners_answer_by_response_status() -> None:
    item = an_item(
        isOrganizer=False,
        responseStatus={"response": "tentativelyAccepted"},
        attendees=[
            a_guest("paul@contoso.example", "organizer"),
            a_guest("ines@contoso.example", "none", type="optional"),
            a_guest("c@x.example", "accepted"),
        ],
    )

    found = convert.resource(item, INES)

    assert not found.organized_by_owner
    assert found.object.event.attendees == (
        Attendee("c@x.example", "N", partstat=PartStat.ACCEPTED),
        Attendee("ines@contoso.example", "N", role=Role.OPTIONAL, partstat=PartStat.TENTATIVE),
    )


@pytest.mark.parametrize(
    ("response", "addresses"),
    [("notResponded", ["ines@contoso.example"]), ("none", []), ("organizer", []), (None, [])],
)
def test_owner_who_is_on_no_list_is_a_guest_if_asked(
    response: str | None, addresses: list[str]
) -> None:
    item = an_item(isOrganizer=False, responseStatus={"response": response}, attendees=[])

    guests = convert.resource(item, INES).object.event.attendees

    assert [guest.address for guest in guests] == addresses


@pytest.mark.parametrize(
    ("flag", "address", "own"),
    [
        (True, "paul@contoso.example", True),
        (True, "outlook_1F@outlook.com", True),
        (False, "Paul.Vidal@contoso.example", True),
        (False, "ines@contoso.example", False),
        (None, None, True),
    ],
)
def test_organizer_is_told_by_flag_and_address(
    flag: bool | None,
    address: str | None,
    own: bool,
) -> None:
    organizer = {"emailAddress": {"address": address, "name": None}}

    found = convert.resource(an_item(isOrganizer=flag, organizer=organizer), PAUL)

    assert found.organized_by_owner is own


@pytest.mark.parametrize(
    ("flag", "attendees", "organized"),
    [(True, [], False), (True, [a_guest("c@x.example")], True), (False, [], True)],
)
def test_only_a_meeting_has_an_organizer(
    flag: bool, attendees: list[dict[str, object]], organized: bool
) -> None:
    item = an_item(isOrganizer=flag, attendees=attendees)

    event = convert.resource(item, PAUL if flag else INES).object.event

    assert (event.organizer == Organizer("paul@contoso.example", "Paul Vidal")) is organized


@pytest.mark.parametrize(
    ("sensitivity", "classification"),
    [
        ("normal", Classification.DEFAULT),
        ("personal", Classification.PRIVATE),
        ("private", Classification.PRIVATE),
        ("confidential", Classification.CONFIDENTIAL),
        (None, Classification.DEFAULT),
    ],
)
def test_sensitivity_is_classification(
    sensitivity: str | None, classification: Classification
) -> None:
    assert an_event(sensitivity=sensitivity).classification is classification


@pytest.mark.parametrize(
    ("show_as", "availability"),
    [
        ("free", Availability.FREE),
        ("tentative", Availability.TENTATIVE),
        ("busy", Availability.BUSY),
        ("oof", Availability.OUT_OF_OFFICE),
        ("workingElsewhere", Availability.WORKING_ELSEWHERE),
        ("unknown", Availability.BUSY),
        (None, Availability.BUSY),
    ],
)
def test_how_it_shows(show_as: str | None, availability: Availability) -> None:
    assert an_event(showAs=show_as).availability is availability


@pytest.mark.parametrize("response", ["notResponded", "tentativelyAccepted"])
def test_an_invitation_without_a_yes_is_tentative_by_itself(response: str) -> None:
    event = an_event(showAs="tentative", responseStatus={"response": response})

    assert event.availability is Availability.BUSY


def test_cancelled_by_its_organizer() -> None:
    assert an_event(isCancelled=True).status is Status.CANCELLED


def test_mark_is_found_however_its_guid_is_spelled() -> None:
    marks = [{"id": "String {1} Name x", "value": "no"}, {"id": wire.MARK.lower(), "value": "k1"}]

    found = convert.resource(an_item(singleValueExtendedProperties=marks), PAUL)

    assert found.creation_key == "k1"
