"""The calendars of a Google account: listed, made, and read as their owner's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sandbox.google.calendar import Calendar
from calendar_sync.engine.errors import AuthorizationInvalid, CollectionUnavailable, Retryable
from calendar_sync.engine.event import Organizer, Role, UserType
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import Json
from calendar_sync.engine.sync import Failed, Stored
from calendar_sync.providers.google import PROVIDER
from calendar_sync.providers.google.oauth import AUTH, SCOPES
from calendar_sync.providers.registry import (
    CREATE_CALENDAR,
    LIST_CALENDARS,
    NewCalendar,
    RemoteCalendar,
)
from support.google import ENDPOINTS, GoogleAccount, a_body, a_world, a_write
from support.wire import Script, a_session, json_replies

ANNA, BEN = "anna@corp.example", "ben@corp.example"
TEAM = "team@group.calendar.google.com"
LISTS, MAKES = AUTH + "calendar.calendarlist.readonly", AUTH + "calendar.app.created"


@pytest.fixture
def anna() -> GoogleAccount:
    """With everything granted that she can be asked for."""
    account = GoogleAccount(a_world())
    account.scopes = (*SCOPES, LISTS, MAKES)
    return account


def a_calendar(anna: GoogleAccount, role: str = "owner") -> Calendar:
    return anna.world.google.add_calendar(anna.person, TEAM, "Team", role)


def enter(anna: GoogleAccount, calendar: Calendar, **fields: object) -> str:
    google = anna.world.google
    options = google.by_hand(anna.person, "none")
    return google.writer.insert(google.account(anna.person), calendar, a_body(**fields), options).id


def listed(anna: GoogleAccount) -> dict[str, RemoteCalendar]:
    found = PROVIDER.list_calendars(anna.session, ENDPOINTS, ANNA)
    return {each.id: each for each in found}


def test_all_that_may_be_read_are_listed_with_their_rights(anna: GoogleAccount) -> None:
    google = anna.world.google
    a_calendar(anna, "writer")
    google.add_calendar(anna.person, "holidays@google", "Holidays", "reader")
    google.add_calendar(anna.person, "busy@google", "Busy", "freeBusyReader")
    found = listed(anna)

    assert list(found) == [ANNA, TEAM, "holidays@google"]
    assert (found[ANNA].is_primary, found[ANNA].role, found[ANNA].owner) == (True, "owner", ANNA)
    assert (found[TEAM].name, found[TEAM].colour) == ("Team", "#9fe1e7")
    assert found["holidays@google"].role == "reader"


def entry(number: int, **more: object) -> dict[str, object]:
    return {"id": f"c{number}", "summary": f"C{number}", "accessRole": "owner", **more}


def test_the_list_is_read_to_its_last_page() -> None:
    pages = [{"items": [entry(1)], "nextPageToken": "two"}, {"items": [entry(2)]}]
    script = Script(*json_replies(*pages))
    found = PROVIDER.list_calendars(a_session(script), ENDPOINTS, ANNA)
    assert [each.id for each in found] == ["c1", "c2"]
    assert "pageToken=two" in script.urls()[1]


def test_a_list_without_end_is_given_up() -> None:
    page = {"items": [], "nextPageToken": "again"}
    script = Script(*json_replies(page, page, page))
    with pytest.raises(Retryable):
        PROVIDER.list_calendars(a_session(script), ENDPOINTS, ANNA)


def test_whose_a_shared_calendar_is() -> None:
    """To own it by the access list is not to be the one it belongs to."""
    rows = [
        entry(1, accessRole="owner", dataOwner="Ben@corp.example"),
        entry(2, accessRole="writer", dataOwner=BEN),
        entry(3, accessRole="reader"),
        entry(4, accessRole="owner", dataOwner=ANNA, summaryOverride="Mine"),
        entry(5, accessRole="owner", deleted=True),
    ]
    script = Script(*json_replies({"items": rows}))
    found = PROVIDER.list_calendars(a_session(script), ENDPOINTS, ANNA)
    assert [(each.role, each.owner) for each in found] == [
        ("writer", BEN),
        ("writer", BEN),
        ("reader", ""),
        ("owner", ANNA),
    ]
    assert found[3].name == "Mine"


def test_least_scopes(anna: GoogleAccount) -> None:
    """Events alone neither list calendars nor make one."""
    anna.scopes = SCOPES
    with pytest.raises(AuthorizationInvalid) as refused:
        listed(anna)
    assert refused.value.code == "insufficientPermissions"
    with pytest.raises(AuthorizationInvalid):
        PROVIDER.create_calendar(anna.session, ENDPOINTS, NewCalendar("Team", "UTC", ANNA))
    assert PROVIDER.lacks(LIST_CALENDARS, SCOPES) == LISTS
    assert PROVIDER.lacks(CREATE_CALENDAR, SCOPES) == MAKES
    assert PROVIDER.lacks(LIST_CALENDARS, [AUTH + "calendar"]) == ""


def test_a_calendar_is_made(anna: GoogleAccount) -> None:
    new = NewCalendar("Side project", "Europe/Paris", ANNA)
    made = PROVIDER.create_calendar(anna.session, ENDPOINTS, new)

    assert (made.name, made.time_zone, made.role) == ("Side project", "Europe/Paris", "owner")
    assert listed(anna)[made.id].name == "Side project"
    collection = PROVIDER.collection(anna.session, ENDPOINTS, made)
    assert collection.changes(None).resources == ()


# --- as a collection


def opened(anna: GoogleAccount, **more: object) -> RemoteCalendar:
    calendar = RemoteCalendar(TEAM, "Team", "Europe/Berlin", writable=True, address=ANNA)
    return replace(calendar, persons={TEAM: ANNA}, **more)  # type: ignore[arg-type]


def test_what_a_calendar_organizes_its_owner_does(anna: GoogleAccount) -> None:
    team = a_calendar(anna)
    enter(anna, team, attendees=[{"email": BEN}, {"email": ANNA}])
    collection = PROVIDER.collection(anna.session, ENDPOINTS, opened(anna))
    (found,) = collection.changes(None).resources

    assert found.organized_by_owner
    assert found.object.event.organizer == Organizer(ANNA, "")
    assert [guest.address for guest in found.object.event.attendees] == [BEN]


def test_the_copy_in_the_main_calendar_names_the_same_person(anna: GoogleAccount) -> None:
    team = a_calendar(anna)
    enter(anna, team, attendees=[{"email": ANNA}])
    main = RemoteCalendar(
        ANNA, "", "Europe/Berlin", writable=True, address=ANNA, persons={TEAM: ANNA}
    )
    (found,) = PROVIDER.collection(anna.session, ENDPOINTS, main).changes(None).resources

    assert found.object.event.organizer == Organizer(ANNA, "")
    assert not found.organized_by_owner  # its home is the other calendar


def test_a_meeting_in_a_shared_calendar_is_its_owners(anna: GoogleAccount) -> None:
    team = a_calendar(anna, "writer")
    enter(anna, team, summary="Alone")
    enter(anna, team, summary="Together", attendees=[{"email": "eva@client.example"}])
    shared = replace(opened(anna), is_own=False, owner=BEN, persons={TEAM: BEN})
    found = PROVIDER.collection(anna.session, ENDPOINTS, shared).changes(None).resources
    alone, together = sorted(found, key=lambda each: each.object.event.summary)

    assert (alone.object.event.organizer, alone.read_only) == (None, "")
    assert together.object.event.organizer == Organizer(BEN, "")
    assert (together.organized_by_owner, together.read_only) == (False, "shared")


def test_nothing_is_written_where_one_may_only_read(anna: GoogleAccount) -> None:
    team = a_calendar(anna)
    enter(anna, team)
    team.access_role = "reader"
    collection = PROVIDER.collection(anna.session, ENDPOINTS, opened(anna))
    (found,) = collection.changes(None).resources
    assert found.read_only == "no_write_access"
    (outcome,) = collection.apply([a_write(Action.PATCH, {"summary": "New"}, found)])
    assert isinstance(outcome, Failed)


def test_the_owners_own_row_goes_back_as_google_lists_it(anna: GoogleAccount) -> None:
    team = a_calendar(anna)
    id_ = enter(anna, team, attendees=[{"email": BEN}])
    collection = PROVIDER.collection(anna.session, ENDPOINTS, opened(anna))
    (found,) = collection.changes(None).resources
    guest: dict[str, Json] = {
        "attendee:eva@client.example": ["", Role.REQUIRED.value, UserType.INDIVIDUAL.value]
    }
    (outcome,) = collection.apply([a_write(Action.PATCH, guest, found)])
    assert isinstance(outcome, Stored)
    rows = {row.email: row.answer for row in team.events[id_].content.attendees}
    assert rows == {ANNA: "accepted", BEN: "needsAction", "eva@client.example": "needsAction"}


def test_a_calendar_that_was_taken_away(anna: GoogleAccount) -> None:
    a_calendar(anna)
    collection = PROVIDER.collection(anna.session, ENDPOINTS, opened(anna))
    token = collection.changes(None).token
    anna.world.google.delete_calendar(anna.person, TEAM)
    with pytest.raises(CollectionUnavailable):
        collection.changes(token)
