"""Calendars of others: permissions, entries, visits, lost shares (contract 10, 15, Q26, Q35)."""

import pickle
from typing import Any

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.outlook import WINDOW, Outlook, a_body, a_series, a_world, guests

BEN = "ben@contoso.example"
SHARED = "User.Read Calendars.ReadWrite Calendars.ReadWrite.Shared"
DENIED = (403, "ErrorAccessDenied")
GONE = (404, "ErrorItemNotFound")


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> Outlook:
    return Outlook(world)


def entry_of(ben: Outlook) -> str:
    """The path of the one calendar on Ben's list that is not his own."""
    rows = [row for row in ben.get("/me/calendars")["value"] if not row["isDefaultCalendar"]]
    return f"/me/calendars/{rows[0]['id']}"


def permitted(anna: Outlook, role: str = "read", address: str = BEN) -> dict[str, Any]:
    body = {"emailAddress": {"address": address}, "role": role}
    answer = anna.send("POST", "/me/calendar/calendarPermissions", body)
    assert answer.status_code == 201, answer.text
    value: dict[str, Any] = answer.get_json()
    return value


def test_permissions_are_given_changed_and_taken(anna: Outlook) -> None:
    base = "/me/calendar/calendarPermissions"
    (everybody,) = anna.get(base)["value"]
    assert (everybody["role"], everybody["isRemovable"]) == ("freeBusyRead", False)
    assert everybody["emailAddress"]["address"] is None
    row = permitted(anna)
    path = f"{base}/{row['id']}"
    assert (row["role"], row["isInsideOrganization"], row["isRemovable"]) == ("read", True, True)
    assert row["emailAddress"] == {"name": "Ben Cho", "address": BEN}
    assert anna.send("PATCH", path, {"role": "write"}).get_json()["role"] == "write"
    assert anna.get(path)["role"] == "write"

    assert anna.refused("POST", base, {"emailAddress": {"address": BEN}, "role": "read"})[0] == 400
    assert anna.refused("PATCH", path, {"isRemovable": False}) == (400, "ErrorInvalidRequest")
    assert anna.refused("PATCH", path, {"role": "owner"}) == (400, "RequestBodyRead")
    assert anna.refused("DELETE", f"{base}/{everybody['id']}") == (400, "ErrorInvalidRequest")
    assert anna.send("DELETE", path).status_code == 204
    assert anna.refused("GET", path) == GONE
    assert len(anna.get("/me/calendar/calendarPermissions")["value"]) == 1


def test_a_shared_calendar_stands_on_the_receivers_list(world: Sandbox, anna: Outlook) -> None:
    event = anna.create(a_body())
    permitted(anna)
    ben = Outlook(world, "ben")
    entry = ben.get(entry_of(ben))

    assert entry["owner"] == {"name": "Anna Berg", "address": "anna@contoso.example"}
    assert (entry["canEdit"], entry["canShare"], entry["isDefaultCalendar"]) == (False,) * 3
    assert not entry["canViewPrivateItems"]
    (row,) = ben.get(f"{entry_of(ben)}/events")["value"]
    assert (row["iCalUId"], row["isOrganizer"]) == (event["iCalUId"], True)
    assert row["id"] != event["id"]
    assert ben.get("/me/events")["value"] == []
    assert ben.get(f"{entry_of(ben)}/calendarPermissions")["value"] == []


def test_its_events_are_found_only_under_its_own_path(world: Sandbox, anna: Outlook) -> None:
    anna.create(a_series())
    world.microsoft.share("anna", BEN, "write")
    ben = Outlook(world, "ben")
    path = entry_of(ben)
    master = ben.get(f"{path}/events")["value"][0]["id"]

    assert len(ben.get(f"{path}/events/{master}/instances?{WINDOW}")["value"]) == 5
    assert len(ben.get(f"{path}/calendarView?{WINDOW}")["value"]) == 5
    for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/cancel")):
        assert ben.refused(method, f"/me/events/{master}{tail}", {}) == GONE
    assert ben.refused("GET", f"/me/events/{master}/instances?{WINDOW}") == GONE


def test_a_reader_writes_nothing_and_an_editor_writes_for_the_owner(
    world: Sandbox, anna: Outlook
) -> None:
    anna.create(a_body())
    world.microsoft.share("anna", BEN, "read")
    ben = Outlook(world, "ben")
    path = entry_of(ben)
    event = f"{path}/events/{ben.get(f'{path}/events')['value'][0]['id']}"
    assert ben.refused("POST", f"{path}/events", a_body()) == DENIED
    assert ben.refused("PATCH", event, {"subject": "X"}) == DENIED
    assert ben.refused("DELETE", event) == DENIED
    world.microsoft.share("anna", BEN, "write")

    assert ben.get(path)["canEdit"]
    changed = ben.send("PATCH", event, {"subject": "Moved by Ben"})
    assert changed.get_json()["subject"] == "Moved by Ben"
    made = ben.send("POST", f"{path}/events", a_body(subject="From Ben")).get_json()
    assert made["organizer"]["emailAddress"]["name"] == "Anna Berg"
    assert ben.get(f"{path}/events/{made['id']}")["subject"] == "From Ben"
    assert [row["subject"] for row in anna.get("/me/events")["value"]] == [
        "Moved by Ben", "From Ben",
    ]  # fmt: skip
    assert ben.send("DELETE", event).status_code == 204
    assert len(anna.get("/me/events")["value"]) == 1


def test_private_items_are_hidden_and_never_written(world: Sandbox, anna: Outlook) -> None:
    secret = {"body": {"contentType": "text", "content": "x"}, "location": {"displayName": "Home"}}
    anna.create(a_body(subject="Doctor", sensitivity="private", **secret))
    world.microsoft.share("anna", BEN, "delegateWithoutPrivateEventAccess")
    ben = Outlook(world, "ben")
    path = entry_of(ben)
    (row,) = ben.get(f"{path}/events")["value"]
    event = f"{path}/events/{row['id']}"

    assert (row["subject"], row["body"]["content"], row["attendees"]) == ("Private", "", [])
    assert (row["sensitivity"], row["location"]["displayName"]) == ("private", "")
    rows, _ = ben.round(f"{path}/calendarView/delta?{WINDOW}")
    assert rows[0]["subject"] == "Private"
    assert ben.get(f"{path}/events?$filter=subject eq 'Doctor'")["value"] == []
    assert ben.refused("PATCH", event, {"subject": "X"}) == DENIED
    assert ben.refused("DELETE", event) == DENIED
    world.microsoft.share("anna", BEN, "delegateWithPrivateEventAccess")
    assert ben.get(event)["subject"] == "Doctor"
    assert ben.get(path)["canViewPrivateItems"]
    assert ben.send("PATCH", event, {"subject": "Dentist"}).status_code == 200
    assert anna.get("/me/events")["value"][0]["subject"] == "Dentist"


@pytest.mark.parametrize(
    ("role", "subject", "place"),
    [("freeBusyRead", None, ""), ("limitedRead", "Review", "Room 4"), ("read", "Review", "Room 4")],
)
def test_small_roles_show_little(
    world: Sandbox, anna: Outlook, role: str, subject: str | None, place: str
) -> None:
    body = {"contentType": "text", "content": "secret"}
    anna.create(a_body(subject="Review", location={"displayName": "Room 4"}, body=body))
    world.microsoft.share("anna", BEN, role)
    ben = Outlook(world, "ben")
    (row,) = ben.get(f"{entry_of(ben)}/events")["value"]

    assert (row["subject"], row["location"]["displayName"]) == (subject, place)
    assert (row["body"]["content"] != "") is (role == "read")


def test_deltas_of_shared_calendars_are_their_own(world: Sandbox, anna: Outlook) -> None:
    world.microsoft.share("anna", BEN)
    ben = Outlook(world, "ben")
    path = entry_of(ben)
    _, link = ben.round(f"{path}/calendarView/delta?{WINDOW}")
    event = anna.create(a_body())
    rows, link = ben.round(link)
    assert [row["subject"] for row in rows] == ["Design review"]
    anna.delete(event["id"])
    ((tombstone,), link) = ben.round(link)
    assert (tombstone["id"], "@removed" in tombstone) == (rows[0]["id"], True)
    own = link.replace(path, "/me")

    assert ben.refused("GET", own) == (400, "BadRequest")


def test_delta_of_a_shared_calendar_may_stop_at_its_second_page(
    world: Sandbox, anna: Outlook
) -> None:
    world.microsoft.load("anna", [a_body() for _ in range(12)])
    world.microsoft.share("anna", BEN)
    ben = Outlook(world, "ben")
    first = ben.get(f"{entry_of(ben)}/calendarView/delta?{WINDOW}")
    assert len(ben.get(first["@odata.nextLink"])["value"]) == 2
    world.knobs["graph.shared_delta"] = "refused-next"

    assert ben.refused("GET", first["@odata.nextLink"]) == DENIED


def test_a_lost_share_is_refused(world: Sandbox, anna: Outlook) -> None:
    anna.create(a_body())
    world.microsoft.share("anna", BEN)
    ben = Outlook(world, "ben")
    path = entry_of(ben)
    event = f"{path}/events/{ben.get(f'{path}/events')['value'][0]['id']}"
    _, link = ben.round(f"{path}/calendarView/delta?{WINDOW}")
    world.microsoft.unshare("anna", BEN)

    assert len(ben.get("/me/calendars")["value"]) == 1
    for lost in (path, f"{path}/events", event, link):
        assert ben.refused("GET", lost) == GONE
    world.knobs["graph.not_shared"] = "403"
    for lost in (path, f"{path}/events", event, link, "/users/anna@contoso.example/events"):
        assert ben.refused("GET", lost) == DENIED
    world.microsoft.share("anna", BEN)
    assert ben.get(event)["subject"] == "Design review"


def test_who_takes_a_shared_calendar_off_his_list_takes_nothing_from_its_owner(
    world: Sandbox, anna: Outlook
) -> None:
    anna.create(a_body())
    team = world.microsoft.add_calendar("anna", "Team")
    world.microsoft.share("anna", BEN)
    world.microsoft.share("anna", BEN, "write", calendar_id=team)
    ben = Outlook(world, "ben")
    assert ben.send("DELETE", entry_of(ben)).status_code == 204

    assert [row["name"] for row in ben.get("/me/calendars")["value"]] == ["Calendar", "Team"]
    assert len(anna.get("/me/events")["value"]) == 1
    world.microsoft.delete_calendar("anna", team)
    assert len(ben.get("/me/calendars")["value"]) == 1


def test_calendars_shared_the_old_way_fail_inside(world: Sandbox, anna: Outlook) -> None:
    entry = world.microsoft.share("anna", BEN, old_style=True)
    ben = Outlook(world, "ben")

    assert ben.get(f"/me/calendars/{entry}")["owner"]["name"] == "Anna Berg"
    assert ben.refused("GET", f"/me/calendars/{entry}/events") == (
        500, "ErrorInternalServerTransientError",
    )  # fmt: skip


def test_another_users_path_needs_a_share_and_its_scope(world: Sandbox, anna: Outlook) -> None:
    world.microsoft.load("anna", [a_body() for _ in range(12)])
    hidden = world.microsoft.add_calendar("anna", "Hidden")
    path = "/users/anna@contoso.example"
    ben = Outlook(world, "ben", SHARED)
    assert ben.refused("GET", f"{path}/events") == GONE
    world.microsoft.share("anna", BEN)

    first = ben.get(f"{path}/calendar/events")
    assert "/users/" in first["@odata.nextLink"]
    assert len(ben.get(first["@odata.nextLink"])["value"]) == 2
    assert first["value"][0]["id"] == anna.get("/me/events")["value"][0]["id"]
    assert ben.refused("POST", f"{path}/events", a_body()) == DENIED
    assert len(ben.get(f"{path}/calendars")["value"]) == 1
    assert ben.refused("GET", f"{path}/calendars/{hidden}/events") == GONE
    assert ben.refused("POST", f"{path}/calendars", {"name": "X"}) == DENIED
    assert ben.refused("GET", f"{path}/mailboxSettings") == GONE
    assert Outlook(world, "ben").refused("GET", f"{path}/events") == DENIED
    reader = Outlook(world, "ben", "Calendars.Read.Shared")
    assert reader.get(f"{path}/events")["value"][0]["body"]
    assert ben.refused("GET", "/users/nobody@contoso.example/events") == (404, "ErrorInvalidUser")


def test_an_editor_writes_through_the_owners_path(world: Sandbox, anna: Outlook) -> None:
    world.microsoft.share("anna", BEN, "write")
    ben = Outlook(world, "ben", SHARED)
    path = "/users/anna@contoso.example/events"
    made = ben.send("POST", path, a_body()).get_json()
    assert anna.get(f"/me/events/{made['id']}")["isOrganizer"]
    reader = Outlook(world, "ben", "Calendars.Read.Shared")

    assert reader.refused("DELETE", f"{path}/{made['id']}") == DENIED
    assert ben.send("DELETE", f"{path}/{made['id']}").status_code == 204
    assert anna.get("/me/events")["value"] == []


def test_a_second_calendar_shared_alone_hides_the_primary_one(
    world: Sandbox, anna: Outlook
) -> None:
    anna.create(a_body())
    team = world.microsoft.add_calendar("anna", "Team")
    world.microsoft.share("anna", BEN, "write", calendar_id=team)
    ben = Outlook(world, "ben", SHARED)
    path = "/users/anna@contoso.example"

    assert ben.get(f"{path}/events")["value"] == []
    for tail in ("calendar", "calendar/events", f"calendarView?{WINDOW}"):
        assert ben.refused("GET", f"{path}/{tail}") == GONE
    assert ben.send("POST", f"{path}/calendars/{team}/events", a_body()).status_code == 201


def test_the_entry_may_need_the_shared_scope(world: Sandbox, anna: Outlook) -> None:
    world.microsoft.share("anna", BEN, "write")
    ben = Outlook(world, "ben")
    path = f"{entry_of(ben)}/events"
    assert ben.get(path)["value"] == []
    world.knobs["graph.shared_entry_scope"] = "shared"

    assert ben.refused("GET", path) == DENIED
    assert Outlook(world, "ben", SHARED).send("POST", path, a_body()).status_code == 201
    reader = Outlook(world, "ben", "Calendars.ReadWrite Calendars.Read.Shared")
    assert reader.refused("POST", path, a_body()) == DENIED


def test_shares_reach_outsiders_without_a_list(anna: Outlook) -> None:
    assert anna.world.microsoft.share("anna", "eva@client.example") == ""
    rows = anna.get("/me/calendar/calendarPermissions")["value"]

    assert [row["isInsideOrganization"] for row in rows] == [True, False]
    with pytest.raises(ValueError, match="no role"):
        anna.world.microsoft.share("anna", BEN, "none")


def test_shares_survive_a_snapshot(world: Sandbox, anna: Outlook) -> None:
    anna.create(a_body())
    world.microsoft.share("anna", BEN, "write")
    ben = Outlook(world, "ben")
    path = entry_of(ben)
    _, link = ben.round(f"{path}/calendarView/delta?{WINDOW}")
    later = pickle.loads(pickle.dumps(world))
    again = Outlook(later, "ben")

    assert entry_of(again) == path
    made = again.send("POST", f"{path}/events", a_body(subject="Later")).get_json()
    assert [row["id"] for row in again.round(link)[0]] == [made["id"]]
    assert len(ben.get(f"{path}/events")["value"]) == 1


def test_a_mailbox_out_of_reach_takes_its_shares_along(world: Sandbox, anna: Outlook) -> None:
    anna.create(a_body())
    world.microsoft.share("anna", BEN)
    ben = Outlook(world, "ben")
    path = f"{entry_of(ben)}/events"
    world.microsoft.set_condition("anna", "MailboxNotEnabledForRESTAPI")

    assert ben.refused("GET", path) == (404, "MailboxNotEnabledForRESTAPI")
    assert ben.get("/me/events")["value"] == []
    world.microsoft.set_condition("anna", "")
    world.microsoft.set_condition("ben", "MailboxNotEnabledForRESTAPI")
    assert ben.refused("GET", path) == (404, "MailboxNotEnabledForRESTAPI")


def test_what_is_shared_can_be_shared_with_a_personal_account(
    world: Sandbox, anna: Outlook
) -> None:
    row = permitted(anna, "write", "pia@live.example")
    pia = Outlook(world, "pia")

    assert row["isInsideOrganization"] is False
    assert pia.send("POST", f"{entry_of(pia)}/events", a_body()).status_code == 201
    assert len(anna.get("/me/events")["value"]) == 1


ATTACHED = {
    "@odata.type": "#microsoft.graph.fileAttachment",
    "name": "a.txt",
    "contentBytes": "YQ==",
}
EXTENDED = {
    "@odata.type": "#microsoft.graph.openTypeExtension",
    "extensionName": "com.example.sync",
    "k": "v",
}


def test_what_hangs_on_a_private_item_is_hidden_too(world: Sandbox, anna: Outlook) -> None:
    event = anna.create(a_body(sensitivity="private"))["id"]
    for tail, body in (("attachments", ATTACHED), ("extensions", EXTENDED)):
        assert anna.send("POST", f"/me/events/{event}/{tail}", body).status_code == 201
    world.microsoft.share("anna", BEN, "write")
    ben = Outlook(world, "ben")
    path = f"{entry_of(ben)}/events"
    theirs = f"{path}/{ben.get(path)['value'][0]['id']}"

    for tail, body in (("attachments", ATTACHED), ("extensions", EXTENDED)):
        assert ben.get(f"{theirs}/{tail}")["value"] == []
        assert ben.refused("POST", f"{theirs}/{tail}", body) == DENIED
    assert ben.refused("GET", f"{theirs}/extensions/com.example.sync") == GONE


def test_a_reader_does_nothing_in_the_owners_name(world: Sandbox, anna: Outlook) -> None:
    Outlook(world, "pia").create(a_body(attendees=guests("anna@contoso.example")))
    world.microsoft.share("anna", BEN)
    ben = Outlook(world, "ben")
    path = f"{entry_of(ben)}/events"
    theirs = f"{path}/{ben.get(path)['value'][0]['id']}"
    mails = world.mail.count

    for verb in ("accept", "decline", "forward", "cancel", "dismissReminder", "permanentDelete"):
        assert ben.refused("POST", f"{theirs}/{verb}", {}) == DENIED
    assert ben.refused("POST", f"{theirs}/extensions", EXTENDED) == DENIED
    assert world.mail.count == mails
    world.microsoft.share("anna", BEN, "delegateWithoutPrivateEventAccess")
    assert ben.send("POST", f"{theirs}/accept", {}).status_code == 202
    assert anna.get("/me/events")["value"][0]["responseStatus"]["response"] == "accepted"


def test_shared_calendars_take_no_subscription(world: Sandbox) -> None:
    world.microsoft.share("anna", BEN)
    ben = Outlook(world, "ben")
    body = {
        "changeType": "updated",
        "notificationUrl": "https://app.example/hook",
        "resource": f"{entry_of(ben)}/events",
        "expirationDateTime": "2026-11-21T09:00:00Z",
    }

    assert ben.refused("POST", "/subscriptions", body) == (403, "ExtensionError")
