"""Who gets mail, whose calendar changes (contract 3.9 and 3.11)."""

from datetime import datetime
from typing import Any

import pytest

from calendar_sandbox.core.post import Guest, Invitation
from support.outlook import NOW, Outlook, a_body, a_world, guests, moment

BEN, GUS = "ben@contoso.example", "gus@gmail.example"
EVA, KIM = "eva@client.example", "kim@client.example"


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def mails(anna: Outlook) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and recipients of every mail since the last look."""
    found = [(mail.kind, mail.recipients) for mail in anna.world.mail.entries]
    anna.world.mail.clear()
    return [(str(kind), to) for kind, to in found]


def test_create_invites_at_once_and_names_the_cause(anna: Outlook) -> None:
    anna.create(a_body(attendees=guests(BEN, EVA)))

    assert anna.world.mail.entries[0].caused_by == "POST /graph/v1.0/me/events"
    assert mails(anna) == [("invite", (BEN, EVA))]
    anna.create(a_body(subject="alone"))
    assert mails(anna) == []


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"subject": "Design review"}, [("update", (BEN, EVA))]),
        ({"location": {"displayName": "Room 4"}}, [("update", (BEN, EVA))]),
        ({"body": {"contentType": "text", "content": "x"}}, [("update", (BEN, EVA))]),
        ({"sensitivity": "private"}, [("update", (BEN, EVA))]),
        ({"importance": "high"}, [("update", (BEN, EVA))]),
        ({"categories": ["Blue"], "showAs": "oof", "isReminderOn": False}, []),
        ({"reminderMinutesBeforeStart": 5}, []),
        ({"attendees": guests(BEN, EVA)}, []),
        ({"attendees": guests(BEN)}, [("cancel", (EVA,))]),
        (
            {"attendees": guests(BEN, EVA, KIM)},
            [("invite", (KIM,))],
        ),
        (
            {"attendees": guests(EVA, KIM), "subject": "New"},
            [("update", (EVA,)), ("invite", (KIM,)), ("cancel", (BEN,))],
        ),
    ],
)
def test_patch_mails_by_what_it_lists(anna: Outlook, patch: Any, expected: Any) -> None:  # noqa: ANN401
    event = anna.create(a_body(attendees=guests(BEN, EVA)))
    mails(anna)
    anna.patch(event["id"], patch)

    assert mails(anna) == expected


def test_body_alone_is_silent_where_the_knob_says_so(anna: Outlook) -> None:
    anna.world.knobs["graph.body_mails"] = False
    event = anna.create(a_body(attendees=guests(EVA)))
    mails(anna)
    anna.patch(event["id"], {"body": {"contentType": "text", "content": "x"}})

    assert mails(anna) == []


@pytest.mark.rubbish
def test_there_is_no_way_to_be_silent(anna: Outlook) -> None:
    answer = anna.send("POST", "/me/events?sendNotification=false", a_body(attendees=guests(EVA)))

    assert answer.status_code == 201
    assert mails(anna) == [("invite", (EVA,))]


def test_draft_is_sent_later(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(EVA), isDraft=True))

    assert (event["isDraft"], mails(anna)) == (True, [])
    anna.patch(event["id"], {"subject": "still a draft"})
    assert mails(anna) == []
    assert anna.patch(event["id"], {"isDraft": False})["isDraft"] is False
    assert mails(anna) == [("invite", (EVA,))]


def test_delete_and_cancel_tell_the_guests(anna: Outlook) -> None:
    first = anna.create(a_body(attendees=guests(EVA)))
    second = anna.create(a_body(attendees=guests(EVA)))
    mails(anna)
    anna.delete(first["id"])
    answer = anna.send("POST", f"/me/events/{second['id']}/cancel", {"comment": "Sorry"})

    assert (answer.status_code, answer.data) == (202, b"")
    assert mails(anna) == [("cancel", (EVA,)), ("cancel", (EVA,))]
    assert anna.world.microsoft.events("anna") == []


def test_colleague_gets_a_copy_of_his_own(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(BEN), location={"displayName": "Room 4"}))
    copy = anna.world.microsoft.events("ben")[0]

    assert copy["id"] != event["id"]
    assert copy["iCalUId"] == event["iCalUId"]
    assert (copy["isOrganizer"], copy["showAs"]) == (False, "tentative")
    assert copy["responseStatus"]["response"] == "notResponded"
    assert copy["location"]["displayName"] == "Room 4"
    assert [row["emailAddress"]["address"] for row in copy["attendees"]] == [
        "anna@contoso.example",
        BEN,
    ]


def test_update_overwrites_meeting_fields_not_personal_ones(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(BEN)))
    ben = Outlook(anna.world, "ben")
    copy = anna.world.microsoft.events("ben")[0]
    mails(anna)
    changed = ben.patch(copy["id"], {"subject": "Mine", "categories": ["Blue"], "showAs": "oof"})

    assert (changed["subject"], mails(anna)) == ("Mine", [])
    assert anna.get(f"/me/events/{event['id']}")["subject"] == "Design review"
    anna.patch(event["id"], {"subject": "Ours"})
    again = anna.world.microsoft.events("ben")[0]
    assert (again["subject"], again["categories"], again["showAs"]) == ("Ours", ["Blue"], "oof")
    anna.world.knobs["graph.attendee_patch"] = "refused"
    assert ben.refused("PATCH", f"/me/events/{copy['id']}", {}) == (403, "ErrorAccessDenied")


def test_cancelled_copy_stays_until_removed(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(BEN)))
    anna.delete(event["id"])
    copy = anna.world.microsoft.events("ben")[0]

    assert (copy["isCancelled"], copy["showAs"]) == (True, "free")
    assert copy["subject"] == "Canceled: Design review"
    mails(anna)
    Outlook(anna.world, "ben").delete(copy["id"])
    assert mails(anna) == []


@pytest.mark.parametrize(
    ("verb", "response", "shown"),
    [("accept", "accepted", "busy"), ("tentativelyAccept", "tentativelyAccepted", "tentative")],
)
def test_answer_reaches_the_organizer(anna: Outlook, verb: str, response: str, shown: str) -> None:
    event = anna.create(a_body(attendees=guests(BEN)))
    ben = Outlook(anna.world, "ben")
    copy = anna.world.microsoft.events("ben")[0]
    mails(anna)
    answer = ben.send("POST", f"/me/events/{copy['id']}/{verb}", {"comment": "ok"})

    assert answer.status_code == 202
    assert mails(anna) == [("response", ("anna@contoso.example",))]
    mine = ben.get(f"/me/events/{copy['id']}")
    assert (mine["responseStatus"]["response"], mine["showAs"]) == (response, shown)
    row = anna.get(f"/me/events/{event['id']}")["attendees"][0]
    assert row["status"] == {"response": response, "time": "2026-11-20T08:00:00Z"}


def test_decline_removes_the_copy(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(BEN)))
    copy = anna.world.microsoft.events("ben")[0]
    Outlook(anna.world, "ben").send("POST", f"/me/events/{copy['id']}/decline")

    assert anna.world.microsoft.events("ben") == []
    row = anna.get(f"/me/events/{event['id']}")["attendees"][0]
    assert row["status"]["response"] == "declined"


def test_silent_answer_stays_here(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(BEN)))
    copy = anna.world.microsoft.events("ben")[0]
    mails(anna)
    Outlook(anna.world, "ben").send(
        "POST", f"/me/events/{copy['id']}/accept", {"sendResponse": False}
    )

    assert mails(anna) == []
    row = anna.get(f"/me/events/{event['id']}")["attendees"][0]
    assert row["status"]["response"] == "none"


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("accept", {"comment": "x", "sendResponse": False}, "ErrorInvalidParameter"),
        ("accept", {"mood": "good"}, "RequestBodyRead"),
        ("decline", {"proposedNewTime": {}, "sendResponse": "no"}, "RequestBodyRead"),
        (
            "decline",
            {"proposedNewTime": {"start": 1}, "sendResponse": False},
            "ErrorInvalidParameter",
        ),
        ("cancel", {}, "ErrorInvalidRequest"),
    ],
)
def test_refused_answers(anna: Outlook, verb: str, body: Any, code: str) -> None:  # noqa: ANN401
    anna.create(a_body(attendees=guests(BEN)))
    copy = anna.world.microsoft.events("ben")[0]
    ben = Outlook(anna.world, "ben")

    assert ben.refused("POST", f"/me/events/{copy['id']}/{verb}", body) == (400, code)


def test_organizer_cannot_answer_and_unasked_answers_stay_silent(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(BEN), responseRequested=False))
    copy = anna.world.microsoft.events("ben")[0]
    ben = Outlook(anna.world, "ben")
    path = f"/me/events/{copy['id']}/accept"

    assert anna.refused("POST", f"/me/events/{event['id']}/accept", {}) == (
        400,
        "ErrorInvalidRequest",
    )
    assert ben.refused("POST", path, {}) == (400, "ErrorInvalidRequest")
    assert ben.send("POST", path, {"sendResponse": False}).status_code == 202


def from_google(**changes: Any) -> Invitation:  # noqa: ANN401
    fields: dict[str, Any] = {
        "method": "REQUEST",
        "uid": "abc123@google.com",
        "organizer": (GUS, "Gus Dahl"),
        "attendees": (Guest(GUS, "Gus Dahl", "ACCEPTED"), Guest("anna@contoso.example")),
        "start": datetime.fromisoformat("2026-12-01T09:00:00+01:00"),
        "end": datetime.fromisoformat("2026-12-01T10:00:00+01:00"),
        "all_day": False,
        "time_zone": "Europe/Berlin",
        "summary": "Lunch",
        "description": "Bring food",
        "location": "Park",
        "sequence": 0,
        "recipients": ("anna@contoso.example",),
    }
    return Invitation(**{**fields, **changes})


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            "wrapped",
            "040000008200E00074C5B7101A82E008" + "0" * 40 + "1E000000"
            "7643616C2D55696401000000" + b"abc123@google.com".hex().upper() + "00",
        ),
        ("plain", "abc123@google.com"),
        ("null", None),
    ],
)
def test_foreign_uid_in_three_forms(anna: Outlook, form: str, expected: str | None) -> None:
    anna.world.knobs["graph.foreign_uids"] = form
    anna.world.post.deliver(from_google(), sender="google")

    assert anna.get("/me/events")["value"][0]["iCalUId"] == expected


def test_replaced_uid_still_follows_its_organizer(anna: Outlook) -> None:
    anna.world.knobs["graph.foreign_uids"] = "replaced"
    anna.world.post.deliver(from_google(), sender="google")
    copy = anna.get("/me/events")["value"][0]
    anna.world.post.deliver(from_google(summary="Dinner", sequence=1), sender="google")

    assert len(copy["iCalUId"]) == 112
    assert anna.get(f"/me/events/{copy['id']}")["subject"] == "Dinner"


def test_invitation_from_google_and_its_cancellation(anna: Outlook) -> None:
    anna.world.post.deliver(from_google(), sender="google")
    copy = anna.get("/me/events")["value"][0]

    assert copy["start"] == moment("2026-12-01T08:00:00.0000000")
    assert copy["originalStartTimeZone"] == "W. Europe Standard Time"
    assert copy["organizer"]["emailAddress"]["address"] == GUS
    assert [row["status"]["response"] for row in copy["attendees"]] == [
        "organizer",
        "notResponded",
    ]
    anna.world.post.deliver(from_google(method="CANCEL"), sender="google")
    assert anna.get(f"/me/events/{copy['id']}")["isCancelled"] is True


def test_reply_from_outside_is_tallied(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests(GUS)))
    reply = from_google(
        method="REPLY",
        uid=event["iCalUId"],
        organizer=("anna@contoso.example", "Anna Berg"),
        attendees=(Guest(GUS, partstat="DECLINED"),),
    )
    anna.world.post.deliver(reply, sender="google")
    row = anna.get(f"/me/events/{event['id']}")["attendees"][0]

    assert row["status"] == {"response": "declined", "time": f"{NOW:%Y-%m-%dT%H:%M:%SZ}"}


def test_verbs_follow_the_rules_of_the_api(anna: Outlook) -> None:
    outlook = anna.world.microsoft
    event = outlook.create("anna", a_body(attendees=guests(BEN)))
    outlook.edit("anna", event["id"], {"subject": "Renamed"})
    outlook.delete("anna", event["id"])

    assert {mail.caused_by for mail in anna.world.mail.entries} == {"in Outlook"}
    assert [kind for kind, _ in mails(anna)] == ["invite", "update", "cancel"]


def test_loading_is_silent(anna: Outlook) -> None:
    rows = [
        a_body(attendees=guests(BEN), subject=f"E{number}", uid=f"uid-{number}@elsewhere.example")
        for number in range(1000)
    ]
    loaded = anna.world.microsoft.load(anna.world.people.get("anna"), rows)

    assert len(set(loaded)) == 1000
    assert mails(anna) == []
    assert anna.world.microsoft.events("ben") == []
    assert anna.get(f"/me/events/{loaded[7]}")["uid"] == "uid-7@elsewhere.example"
