"""The calendars of an Outlook account: listed, and reached behind their own paths."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.errors import CollectionUnavailable, Rejected
from calendar_sync.engine.pending import Action
from calendar_sync.engine.ports import CalendarCollection
from calendar_sync.engine.sync import Failed, Stored
from calendar_sync.providers.graph import PROVIDER
from calendar_sync.providers.registry import NewCalendar, RemoteCalendar
from support.graph_account import ENDPOINTS, OutlookAccount, a_write
from support.outlook import a_body, a_world
from support.wire import Reply, Script, a_session, json_replies

ANNA, BEN = "anna@contoso.example", "ben@contoso.example"


@pytest.fixture
def anna() -> OutlookAccount:
    return OutlookAccount(a_world())


def listed(anna: OutlookAccount) -> dict[str, RemoteCalendar]:
    found = PROVIDER.list_calendars(anna.session, ENDPOINTS, anna.address)
    return {each.name: each for each in found}


def collection_of(anna: OutlookAccount, calendar: RemoteCalendar) -> CalendarCollection:
    return PROVIDER.collection(anna.session, ENDPOINTS, calendar)


def test_all_on_the_list_with_their_rights_on_all_pages(anna: OutlookAccount) -> None:
    for number in range(12):
        anna.world.microsoft.add_calendar(anna.key, f"Team {number}")
    anna.world.microsoft.add_calendar(anna.key, "Holidays", can_edit=False)
    found = listed(anna)

    assert len(found) == 14
    assert (found["Calendar"].is_primary, found["Calendar"].role) == (True, "owner")
    assert (found["Team 3"].role, found["Team 3"].address) == ("owner", anna.address)
    assert found["Holidays"].role == "reader"


def a_row(name: str, **more: object) -> dict[str, object]:
    owner = {"name": "Ben Cho", "address": "Ben@contoso.example"}
    return {"id": name, "name": name, "canEdit": True, "owner": owner, **more}


def test_what_others_share_is_told_apart() -> None:
    mine = {"name": "Anna Berg", "address": ANNA}
    rows = [
        a_row("main", owner=mine, isDefaultCalendar=True, hexColor=""),
        a_row("team", color="lightTeal", hexColor=""),
        a_row("seen", canEdit=False, hexColor="#123456"),
    ]
    link = f"{ENDPOINTS['graph']}/me/calendars?$skip=2"
    pages = [{"value": rows[:2], "@odata.nextLink": link}, {"value": rows[2:]}]
    script = Script(*json_replies(*pages))
    main, team, seen = PROVIDER.list_calendars(a_session(script), ENDPOINTS, "")

    assert (main.is_own, main.colour, main.owner) == (True, "", ANNA)
    assert (team.role, team.owner, team.owner_name) == ("writer", BEN, "Ben Cho")
    assert (team.colour, seen.colour, seen.role) == ("#a8dadc", "#123456", "reader")


def test_events_of_a_second_calendar_are_behind_its_own_path(anna: OutlookAccount) -> None:
    """As those of a shared one have to be (Q35)."""
    id_ = anna.world.microsoft.add_calendar(anna.key, "Team")
    event = anna.enter(a_body())
    anna.world.microsoft.move(anna.key, event, id_)
    collection = collection_of(anna, listed(anna)["Team"])
    anna.world.journal.clear()

    (found,) = collection.changes(None).resources
    (outcome,) = collection.apply([a_write(Action.PATCH, {"summary": "New"}, found)])

    assert isinstance(outcome, Stored)
    assert anna.world.microsoft.get(anna.key, event)["subject"] == "New"
    place = f"/graph/v1.0/me/calendars/{id_}"
    assert anna.requests() == [
        f"GET {place}/calendarView/delta",
        f"PATCH {place}/events/{found.href}",
    ]
    assert collection_of(anna, listed(anna)["Calendar"]).changes(None).resources == ()


def test_what_may_not_be_written_is_read_only(anna: OutlookAccount) -> None:
    id_ = anna.world.microsoft.add_calendar(anna.key, "Holidays", can_edit=False)
    event = anna.enter(a_body())
    anna.world.microsoft.move(anna.key, event, id_)
    collection = collection_of(anna, listed(anna)["Holidays"])

    (found,) = collection.changes(None).resources

    assert found.read_only == "no_write_access"


def test_of_a_shared_calendar_only_what_is_nobodys_meeting_is_written(
    anna: OutlookAccount,
) -> None:
    """Private items come without their details, meetings are their owner's (Q26)."""
    id_ = anna.world.microsoft.add_calendar(anna.key, "Team")
    people = [{"type": "required", "emailAddress": {"address": "eva@client.example"}}]
    bodies = (
        a_body(subject="Alone"),
        a_body(subject="Private", sensitivity="private"),
        a_body(subject="Together", attendees=people),
    )
    for body in bodies:
        anna.world.microsoft.move(anna.key, anna.enter(body), id_)
    shared = replace(listed(anna)["Team"], is_own=False, owner=anna.address)

    found = collection_of(anna, shared).changes(None).resources

    told = {each.object.event.summary: each.read_only for each in found}
    assert told == {"Alone": "", "Private": "details_hidden", "Together": "shared"}
    organized = {each.object.event.summary: each.organized_by_owner for each in found}
    assert organized == dict.fromkeys(told, False)


def test_a_calendar_that_was_deleted(anna: OutlookAccount) -> None:
    anna.world.microsoft.add_calendar(anna.key, "Team")
    collection = collection_of(anna, listed(anna)["Team"])
    token = collection.changes(None).token
    mailbox = anna.world.microsoft.mailbox(anna.key)
    del mailbox.folders[max(mailbox.folders)]
    with pytest.raises(CollectionUnavailable):
        collection.changes(token)


def test_a_calendar_is_made_and_known_by_the_id_on_the_list() -> None:
    mine = {"name": "Anna Berg", "address": ANNA}
    rows = [a_row("main", owner=mine, isDefaultCalendar=True), a_row("other", owner=mine)]
    rows[1]["name"] = "Side project"
    script = Script(*json_replies({"id": "first"}, {"value": rows}))
    new = NewCalendar("Side project", "UTC", ANNA)

    made = PROVIDER.create_calendar(a_session(script), ENDPOINTS, new)

    assert (made.id, made.name, made.role) == ("other", "Side project", "owner")
    assert [request.method for request in script.requests] == ["POST", "GET"]


def test_a_name_that_is_taken() -> None:
    script = Script(Reply(409, body=b'{"error": {"code": "ErrorFolderExists"}}'))
    with pytest.raises(Rejected) as refused:
        PROVIDER.create_calendar(a_session(script), ENDPOINTS, NewCalendar("Team", "UTC", ANNA))
    assert refused.value.code == "errorfolderexists"


def test_a_refused_write_is_about_one_event(anna: OutlookAccount) -> None:
    id_ = anna.world.microsoft.add_calendar(anna.key, "Team")
    anna.world.microsoft.move(anna.key, anna.enter(a_body()), id_)
    collection = collection_of(anna, listed(anna)["Team"])
    (found,) = collection.changes(None).resources
    mailbox = anna.world.microsoft.mailbox(anna.key)
    mailbox.folders[max(mailbox.folders)].can_edit = False

    (outcome,) = collection.apply([a_write(Action.PATCH, {"summary": "New"}, found)])

    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Rejected)
