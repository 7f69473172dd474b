"""Proposed times, forwarding, reminders, rooms and lists (contract 3.3, 3.7, 3.9, 3.11)."""

from typing import Any

import pytest

from support.outlook import Outlook, a_body, a_series, a_world, guests, moment

BEN, EVA, KIM = "ben@contoso.example", "eva@client.example", "kim@client.example"
ROOM = "room4@contoso.example"
TEAM = "team@contoso.example"
SLOT = {
    "start": moment("2026-12-01T14:00:00", "W. Europe Standard Time"),
    "end": moment("2026-12-01T15:00:00", "W. Europe Standard Time"),
}


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def mails(anna: Outlook) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and recipients of every mail since the last look."""
    found = [(str(mail.kind), mail.recipients) for mail in anna.world.mail.entries]
    anna.world.mail.clear()
    return found


def invited(anna: Outlook, **properties: Any) -> tuple[dict[str, Any], str, Outlook]:  # noqa: ANN401
    """The organizer's event, the path of Ben's copy, and Ben."""
    event = anna.create(a_body(attendees=guests(BEN), **properties))
    copy = anna.world.microsoft.events("ben")[-1]
    anna.world.mail.clear()
    return event, f"/me/events/{copy['id']}", Outlook(anna.world, "ben")


@pytest.mark.parametrize(
    ("verb", "response"),
    [("tentativelyAccept", "tentativelyAccepted"), ("decline", "declined")],
)
def test_a_proposed_time_reaches_the_organizer(anna: Outlook, verb: str, response: str) -> None:
    event, path, ben = invited(anna)
    said = {"proposedNewTime": SLOT, "comment": "Later?"}
    assert ben.send("POST", f"{path}/{verb}", said).status_code == 202
    (row,) = anna.get(f"/me/events/{event['id']}")["attendees"]

    assert anna.world.mail.entries[0].comment == "Later?"
    assert row["status"]["response"] == response
    assert row["proposedNewTime"] == {
        "start": moment("2026-12-01T13:00:00.0000000"),
        "end": moment("2026-12-01T14:00:00.0000000"),
    }


def test_a_later_answer_takes_the_proposal_back(anna: Outlook) -> None:
    event, path, ben = invited(anna)
    ben.send("POST", f"{path}/tentativelyAccept", {"proposedNewTime": SLOT})
    ben.send("POST", f"{path}/accept")

    assert "proposedNewTime" not in anna.get(f"/me/events/{event['id']}")["attendees"][0]


@pytest.mark.parametrize(
    ("properties", "verb", "body", "code"),
    [
        ({}, "decline", {"proposedNewTime": SLOT, "sendResponse": False}, "ErrorInvalidParameter"),
        (
            {"allowNewTimeProposals": False},
            "decline",
            {"proposedNewTime": SLOT},
            "ErrorInvalidParameter",
        ),
        ({}, "accept", {"proposedNewTime": SLOT}, "ErrorInvalidParameter"),
        ({}, "decline", {"proposedNewTime": {}}, "RequestBodyRead"),
        ({}, "decline", {"proposedNewTime": 5}, "RequestBodyRead"),
        (
            {},
            "decline",
            {"proposedNewTime": {"start": SLOT["end"], "end": SLOT["start"]}},
            "ErrorPropertyValidationFailure",
        ),
        ({}, "decline", {"comment": 5}, "RequestBodyRead"),
    ],
)
def test_proposals_that_cannot_be_are_refused(
    anna: Outlook,
    properties: dict[str, Any],
    verb: str,
    body: dict[str, Any],
    code: str,
) -> None:
    _, path, ben = invited(anna, **properties)

    assert ben.refused("POST", f"{path}/{verb}", body) == (400, code)
    assert anna.world.mail.count == 0


def test_an_invitation_is_forwarded_by_anybody(anna: Outlook) -> None:
    event, path, ben = invited(anna)
    to = {"toRecipients": guests(EVA), "comment": "For you"}
    assert ben.send("POST", f"{path}/forward", to).status_code == 202
    (mail,) = anna.world.mail.entries
    assert (mail.kind, mail.sender, mail.recipients, mail.comment) == (
        "invite",
        BEN,
        (EVA,),
        "For you",
    )
    pia = {"toRecipients": guests("pia@live.example")}
    assert anna.send("POST", f"/me/events/{event['id']}/forward", pia).status_code == 202
    (copy,) = anna.world.microsoft.events("pia")
    assert copy["iCalUId"] == event["iCalUId"]
    assert copy["organizer"]["emailAddress"]["address"] == "anna@contoso.example"
    assert len(anna.get(f"/me/events/{event['id']}")["attendees"]) == 1
    for wrong in (None, [], guests("nobody")):
        body = {"toRecipients": wrong}
        refused = anna.refused("POST", f"/me/events/{event['id']}/forward", body)
        assert refused == (400, "ErrorInvalidRecipients")


def test_reminders_are_put_off_and_away_in_silence(anna: Outlook) -> None:
    event, path, ben = invited(anna)
    before = ben.get(path)["changeKey"]
    later = {"newReminderTime": moment("2026-12-01T08:55:00")}

    assert ben.send("POST", f"{path}/snoozeReminder", later).status_code == 202
    assert ben.send("POST", f"{path}/dismissReminder").status_code == 202
    assert ben.refused("POST", f"{path}/snoozeReminder", {}) == (400, "RequestBodyRead")
    assert ben.get(path)["changeKey"] != before
    assert anna.world.mail.count == 0
    assert anna.get(f"/me/events/{event['id']}")["isReminderOn"] is True
    anna.create(a_series())
    window = "startDateTime=2026-12-02&endDateTime=2026-12-03"
    (date,) = anna.get(f"/me/calendarView?{window}")["value"]
    anna.send("POST", f"/me/events/{date['id']}/dismissReminder")
    assert anna.get(f"/me/events/{date['id']}")["type"] == "occurrence"


def test_a_permanent_deletion_cancels_and_leaves_nothing(anna: Outlook) -> None:
    event, _, _ = invited(anna)
    path = f"/me/events/{event['id']}"

    assert anna.send("POST", f"{path}/permanentDelete").status_code == 204
    assert mails(anna) == [("cancel", (BEN,))]
    assert anna.refused("GET", path) == (404, "ErrorItemNotFound")
    assert anna.world.microsoft.mailbox("anna").deleted == {}


def test_a_cancelled_copy_may_refuse_its_deletion(anna: Outlook) -> None:
    event, path, ben = invited(anna)
    anna.delete(event["id"])
    anna.world.knobs["graph.delete_cancelled"] = 403
    assert ben.refused("DELETE", path) == (403, "ErrorAccessDenied")
    anna.world.knobs["graph.delete_cancelled"] = 204
    assert ben.send("DELETE", path).status_code == 204


def test_a_cancellation_carries_its_comment(anna: Outlook) -> None:
    event, _, _ = invited(anna)
    anna.send("POST", f"/me/events/{event['id']}/cancel", {"Comment": "Ill"})

    assert [mail.comment for mail in anna.world.mail.entries] == ["Ill"]


def test_rooms_accept_by_themselves(anna: Outlook) -> None:
    anna.world.microsoft.add_room(ROOM, "Room 4")
    rows = [{"type": "Resource", "emailAddress": {"address": ROOM.upper()}}]
    event = anna.create(a_body(attendees=rows))
    read = anna.get(f"/me/events/{event['id']}")
    (row,) = read["attendees"]

    assert mails(anna) == [("invite", (ROOM,)), ("response", ("anna@contoso.example",))]
    assert row["emailAddress"] == {"name": "Room 4", "address": ROOM}
    assert (row["type"], row["status"]["response"]) == ("resource", "accepted")
    assert read["changeKey"] != event["changeKey"]


def test_mail_to_a_list_reaches_its_members(anna: Outlook) -> None:
    anna.world.microsoft.add_list(TEAM, "Team", [BEN, EVA, "gus@gmail.example"])
    event = anna.create(a_body(attendees=guests(TEAM, KIM)))

    assert mails(anna) == [("invite", (TEAM, KIM))]
    assert event["attendees"][0]["emailAddress"]["name"] == "Team"
    assert len(anna.world.microsoft.events("ben")) == 1
    assert len(anna.world.google.events(anna.world.people.get("gus"))) == 1


def test_removing_a_member_of_a_list_mails_everybody(anna: Outlook) -> None:
    anna.world.microsoft.add_list(TEAM, "Team", [BEN])
    event = anna.create(a_body(attendees=guests(TEAM, BEN, KIM)))
    mails(anna)
    anna.patch(event["id"], {"attendees": guests(TEAM, KIM)})

    assert mails(anna) == [("update", (TEAM, KIM)), ("cancel", (BEN,))]


def test_hidden_guests_see_only_themselves(anna: Outlook) -> None:
    _, path, ben = invited(anna, hideAttendees=True)
    rows = ben.get(path)["attendees"]

    assert [row["emailAddress"]["address"] for row in rows] == [BEN]


def test_attendees_without_a_mail_address(anna: Outlook) -> None:
    legacy = "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=ben"
    rows = [*guests(BEN, legacy), {"emailAddress": {"name": "Somebody"}}]
    (loaded,) = anna.world.microsoft.load("anna", [a_body(attendees=rows)])
    event = anna.get(f"/me/events/{loaded}")
    shown = [row["emailAddress"] for row in event["attendees"]]

    assert shown == [
        {"name": "Ben Cho", "address": BEN},
        {"name": legacy, "address": legacy},
        {"name": "Somebody"},
    ]
    anna.patch(loaded, {"subject": "Renamed"})
    assert mails(anna) == [("update", (BEN, legacy))]
    assert anna.patch(loaded, {"attendees": guests(legacy)})["attendees"][0]["emailAddress"]
    body = {"attendees": [{"emailAddress": {"name": "Somebody"}}]}
    assert anna.refused("PATCH", f"/me/events/{loaded}", body) == (400, "ErrorInvalidRecipients")


def test_a_series_mails_its_edited_and_deleted_dates(anna: Outlook) -> None:
    series = anna.create(a_series(attendees=guests(BEN)))
    window = "startDateTime=2026-12-01&endDateTime=2027-01-01"
    dates = anna.get(f"/me/events/{series['id']}/instances?{window}")["value"]
    anna.patch(dates[1]["id"], {"subject": "Special"})
    anna.delete(dates[2]["id"])
    mails(anna)
    anna.patch(series["id"], {"subject": "Renamed"})
    one, to = anna.world.mail.entries[1], (BEN,)

    assert one.subject == "Special"
    assert mails(anna) == [("update", to), ("update", to), ("cancel", to)]
    copies = anna.world.microsoft.view("ben", (anna.world.clock.now(), _later(anna)))
    assert [row["subject"] for row in copies] == [
        "Renamed", "Special", "Canceled: Design review", "Renamed", "Renamed",
    ]  # fmt: skip
    series["recurrence"]["range"]["endDate"] = "2026-12-04"
    anna.patch(series["id"], {"recurrence": series["recurrence"]})
    assert mails(anna) == [("cancel", to), ("update", to)]
    copies = anna.world.microsoft.view("ben", (anna.world.clock.now(), _later(anna)))
    assert [row["subject"] for row in copies] == ["Renamed"] * 4


def _later(anna: Outlook) -> Any:  # noqa: ANN401
    return anna.world.clock.now().replace(year=2027)
