"""One meeting on many calendars: copies, answers, mails (contract 4.4, 4.12, 5.2, 5.8)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calendar_sandbox.core.post import Guest, Invitation
from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, a_body, a_sandbox, guests, mails, refusal, span

ALL = ["ben@corp.example", "eva@client.example"]
OUTSIDE = ("invite", ("eva@client.example",))
UID = "040000008200E00074C5B7101A82E00800000000A0B0C0D0"


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


@pytest.fixture
def ben(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox, "ben")


def a_meeting(anna: Gcal, **fields: object) -> Json:
    return anna.inserted(a_body(attendees=guests(*ALL), **fields), sendUpdates="none")


def answers(event: Json) -> dict[str, str]:
    return {row["email"]: row["responseStatus"] for row in event["attendees"]}


def an_invitation(**fields: object) -> Invitation:
    invitation = Invitation(
        method="REQUEST",
        uid=UID,
        organizer=("pia@contoso.example", "Pia Lund"),
        attendees=(Guest("anna@corp.example", "Anna Berg"), Guest("eva@client.example")),
        start=datetime(2026, 12, 1, 8, tzinfo=UTC),
        end=datetime(2026, 12, 1, 9, tzinfo=UTC),
        all_day=False,
        time_zone="Europe/Berlin",
        summary="Kick-off",
        description="Agenda",
        location="Room 1",
        sequence=0,
        recipients=("anna@corp.example",),
    )
    return replace(invitation, **fields)  # type: ignore[arg-type] # names are checked by replace


def test_google_guests_get_a_copy_of_their_own(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna, visibility="private", reminders={"useDefault": False})

    copy = ben.event(event["id"])
    assert (copy["iCalUID"], copy["etag"] == event["etag"]) == (event["iCalUID"], False)
    assert copy["organizer"] == {"email": "anna@corp.example"}
    assert copy["creator"] == {"email": "anna@corp.example"}
    assert copy["attendees"][0] == {
        "email": "ben@corp.example",
        "self": True,
        "responseStatus": "needsAction",
    }
    assert copy["reminders"] == {"useDefault": True}
    assert answers(event) == dict.fromkeys(ALL, "needsAction")


def test_own_properties_and_reminders_stay_on_their_copy(anna: Gcal, ben: Gcal) -> None:
    private = {"extendedProperties": {"private": {"mark": "1"}, "shared": {"all": "2"}}}
    event = a_meeting(anna, **private)
    ben.patch(event["id"], {"colorId": "4", "extendedProperties": {"private": {"mine": "3"}}})

    assert ben.event(event["id"])["extendedProperties"] == {
        "private": {"mine": "3"},
        "shared": {"all": "2"},
    }
    assert anna.event(event["id"])["extendedProperties"] == private["extendedProperties"]
    assert "colorId" not in anna.event(event["id"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sendUpdates": "all"}, [("invite", tuple(ALL))]),
        ({"sendUpdates": "externalOnly"}, [OUTSIDE]),
        ({"sendUpdates": "none"}, []),
        ({}, [OUTSIDE]),
        ({"sendNotifications": "true"}, [("invite", tuple(ALL))]),
        ({"sendNotifications": "false"}, []),
    ],
)
def test_send_updates_decides_who_is_mailed(
    anna: Gcal, query: dict[str, str], expected: list[object]
) -> None:
    anna.inserted(a_body(attendees=guests(*ALL)), **query)

    assert mails(anna.sandbox) == expected


@pytest.mark.parametrize(
    ("knob", "value", "query", "expected"),
    [
        ("google.send_updates_absent", "nobody", {}, []),
        ("google.mail_despite_none", True, {"sendUpdates": "none"}, ["ben@corp.example"]),
        ("google.external_only", "other-domain", {"sendUpdates": "externalOnly"},
         ["eva@client.example", "pia@contoso.example"]),
    ],
)  # fmt: skip
def test_unsure_habits_of_mail_have_knobs(
    anna: Gcal, knob: str, value: str | bool, query: dict[str, str], expected: list[str]
) -> None:
    anna.sandbox.knobs[knob] = value
    anna.inserted(a_body(attendees=guests(*ALL, "pia@contoso.example")), **query)

    assert [to for mail in anna.sandbox.mail.entries for to in mail.recipients] == expected


def test_each_change_mails_those_it_concerns_once(anna: Gcal, sandbox: Sandbox) -> None:
    event = a_meeting(anna)
    later = span("2026-12-01T11:00:00", "2026-12-01T12:00:00")

    anna.patch(event["id"], later, sendUpdates="all")
    anna.patch(event["id"], {"colorId": "2", "transparency": "transparent"}, sendUpdates="all")
    anna.patch(
        event["id"],
        {"attendees": guests("eva@client.example", "carl@corp.example")},
        sendUpdates="all",
    )
    anna.delete(event["id"], sendUpdates="all")

    assert mails(sandbox) == [
        ("update", tuple(ALL)),
        ("invite", ("carl@corp.example",)),
        ("cancel", ("ben@corp.example",)),
        ("cancel", ("eva@client.example", "carl@corp.example")),
    ]
    first = sandbox.mail.entries[0]
    assert (first.provider, first.sender, first.uid) == (
        "google", "anna@corp.example", event["iCalUID"],
    )  # fmt: skip
    assert first.subject == "Updated invitation: Design review"
    assert first.caused_by == (f"PATCH /google/calendar/v3/calendars/primary/events/{event['id']}")
    assert sandbox.mail.count == 6


def test_what_has_ended_mails_nobody(anna: Gcal, sandbox: Sandbox) -> None:
    past = span("2026-11-19T09:00:00", "2026-11-19T10:00:00")
    event = anna.inserted(a_body(attendees=guests(*ALL), **past), sendUpdates="all")
    anna.delete(event["id"], sendUpdates="all")

    assert sandbox.mail.count == 0


def test_an_attendee_array_replaces_the_list_and_bare_rows_forget_answers(
    anna: Gcal, ben: Gcal
) -> None:
    event = a_meeting(anna)
    ben.sandbox.google.answer(ben.person, event["id"], "accepted")
    assert answers(anna.event(event["id"]))["ben@corp.example"] == "accepted"

    changed = anna.patch(event["id"], {"attendees": guests("ben@corp.example")}).json()
    assert answers(changed) == {"ben@corp.example": "needsAction"}
    assert answers(ben.event(event["id"])) == {"ben@corp.example": "needsAction"}


def test_a_guests_answer_reaches_organizer_and_other_guests(anna: Gcal, ben: Gcal) -> None:
    carl = Gcal(anna.sandbox, "carl")
    everybody = guests("ben@corp.example", "carl@corp.example")
    event = anna.inserted(a_body(attendees=everybody), sendUpdates="none")
    token = anna.token()
    own = {"email": "ben@corp.example", "responseStatus": "tentative", "comment": "Maybe late"}

    body = {"attendeesOmitted": True, "attendees": [own]}
    reply = ben.patch(event["id"], body, sendUpdates="all")
    assert answers(reply.json()) == {
        "ben@corp.example": "tentative",
        "carl@corp.example": "needsAction",
    }
    (row,) = anna.delta(token)
    assert row["attendees"][0]["comment"] == "Maybe late"
    assert answers(carl.event(event["id"]))["ben@corp.example"] == "tentative"
    assert mails(anna.sandbox) == [("response", ("anna@corp.example",))]


def test_an_answer_with_the_whole_list_is_the_same(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna)
    rows = ben.event(event["id"])["attendees"]
    rows[0]["responseStatus"] = "accepted"

    assert ben.patch(event["id"], {"attendees": rows}, sendUpdates="none").status_code == 200
    assert answers(anna.event(event["id"]))["ben@corp.example"] == "accepted"
    assert mails(anna.sandbox) == []


def test_attendees_omitted_without_an_own_row_adds_the_caller(anna: Gcal) -> None:
    event = a_meeting(anna)
    own = [{"email": "anna@corp.example", "responseStatus": "accepted"}]

    body = {"attendeesOmitted": True, "attendees": own}
    changed = anna.patch(event["id"], body, sendUpdates="none").json()
    assert [row["email"] for row in changed["attendees"]] == [*ALL, "anna@corp.example"]
    assert changed["attendees"][2]["organizer"] is True


def test_a_guests_main_fields_are_kept_refused_or_local_by_knob(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna)

    kept = ben.patch(event["id"], {"summary": "Mine", "colorId": "2"})
    assert (kept.status_code, kept.json()["summary"]) == (200, "Design review")
    assert kept.json()["colorId"] == "2"
    put = ben.put(event["id"], a_body(summary="Mine"))
    assert refusal(put) == (403, "calendar", "forbiddenForNonOrganizer")
    ben.sandbox.knobs["google.guest_patch"] = "local"
    assert ben.patch(event["id"], {"summary": "Mine"}).json()["summary"] == "Mine"
    assert anna.event(event["id"])["summary"] == "Design review"
    ben.sandbox.knobs["google.guest_patch"] = "403"
    assert ben.patch(event["id"], {"location": "Here"}).status_code == 403
    ben.sandbox.knobs["google.guest_put"] = "unchanged"
    assert ben.put(event["id"], a_body(location="Here")).status_code == 200


def test_guests_who_may_modify_change_the_meeting(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna, guestsCanModify=True)

    changed = ben.patch(event["id"], {"summary": "Better"}, sendUpdates="all").json()
    assert (changed["summary"], anna.event(event["id"])["summary"]) == ("Better", "Better")
    assert mails(anna.sandbox) == [("update", tuple(ALL))]


def test_hidden_guests_show_a_guest_only_the_own_row(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna, guestsCanSeeOtherGuests=False)

    copy = ben.event(event["id"])
    assert [row["email"] for row in copy["attendees"]] == ["ben@corp.example"]
    assert "attendeesOmitted" not in copy
    assert len(anna.event(event["id"])["attendees"]) == 2
    shortened = anna.get(event["id"], maxAttendees=1).json()
    assert (shortened["attendeesOmitted"], "attendees" in shortened) == (True, False)


def test_the_organizers_delete_cancels_the_copies(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna)
    token = ben.token()
    anna.delete(event["id"], sendUpdates="none")

    (row,) = ben.delta(token)
    assert (sorted(row), row["status"]) == (["etag", "id", "kind", "status"], "cancelled")
    assert mails(anna.sandbox) == []


def test_a_removed_guest_loses_the_copy(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna)
    anna.patch(event["id"], {"attendees": guests("eva@client.example")}, sendUpdates="none")

    assert ben.event(event["id"])["status"] == "cancelled"
    anna.patch(event["id"], {"attendees": guests(*ALL)}, sendUpdates="none")
    assert ben.event(event["id"])["status"] == "confirmed"


def test_a_guests_delete_is_a_decline(anna: Gcal, ben: Gcal) -> None:
    event = a_meeting(anna)
    assert ben.delete(event["id"], sendUpdates="all").status_code == 204

    assert answers(anna.event(event["id"]))["ben@corp.example"] == "declined"
    assert anna.event(event["id"])["status"] == "confirmed"
    assert mails(anna.sandbox) == [("response", ("anna@corp.example",))]
    anna.patch(event["id"], {"summary": "New"}, sendUpdates="none")
    assert ben.event(event["id"])["status"] == "cancelled"


def test_the_organizer_is_listed_only_by_hand_or_by_knob(anna: Gcal) -> None:
    body = a_body(attendees=guests("ben@corp.example"))

    assert len(anna.inserted(body)["attendees"]) == 1
    by_hand = anna.sandbox.google.create(anna.person, body)
    assert by_hand["attendees"][0] == {
        "email": "anna@corp.example",
        "organizer": True,
        "self": True,
        "responseStatus": "accepted",
    }
    anna.sandbox.knobs["google.organizer_listed"] = True
    assert len(anna.inserted(body)["attendees"]) == 2


def test_an_outside_invitation_makes_a_copy_of_its_own_shape(anna: Gcal) -> None:
    anna.sandbox.google.receive(anna.person, an_invitation())

    (copy,) = anna.page().json()["items"]
    assert copy["iCalUID"] == UID
    assert copy["id"].startswith("_")
    assert copy["organizer"] == {"email": "pia@contoso.example", "displayName": "Pia Lund"}
    assert copy["creator"] == {"email": "anna@corp.example", "self": True}
    assert (copy["privateCopy"], copy["guestsCanInviteOthers"]) == (True, False)
    assert answers(copy) == {
        "anna@corp.example": "needsAction",
        "eva@client.example": "needsAction",
    }


def test_news_about_an_outside_meeting_follow_its_sequence(anna: Gcal) -> None:
    receive = anna.sandbox.google.receive
    receive(anna.person, an_invitation(sequence=2))
    (copy,) = anna.page().json()["items"]
    receive(anna.person, an_invitation(sequence=1, summary="Old news"))
    assert anna.event(copy["id"])["summary"] == "Kick-off"

    receive(anna.person, an_invitation(sequence=3, summary="Moved"))
    assert anna.event(copy["id"])["summary"] == "Moved"
    stranger = ("mallory@client.example", "")
    receive(anna.person, an_invitation(method="CANCEL", sequence=4, organizer=stranger))
    assert anna.event(copy["id"])["status"] == "confirmed"
    receive(anna.person, an_invitation(method="CANCEL", sequence=4))
    assert anna.event(copy["id"])["status"] == "cancelled"


@pytest.mark.parametrize(("send", "mailed"), [("all", 1), ("none", 0)])
def test_an_answer_to_an_outside_organizer_travels_by_mail_only(
    anna: Gcal, send: str, mailed: int
) -> None:
    anna.sandbox.google.receive(anna.person, an_invitation(organizer=("x@far.example", "X")))
    (copy,) = anna.page().json()["items"]
    own = {"email": "anna@corp.example", "responseStatus": "accepted"}

    body = {"attendeesOmitted": True, "attendees": [own]}
    changed = anna.patch(copy["id"], body, sendUpdates=send).json()
    assert answers(changed)["anna@corp.example"] == "accepted"
    assert mails(anna.sandbox) == [("response", ("x@far.example",))] * mailed


def test_a_silent_answer_to_outside_is_mailed_by_knob(anna: Gcal) -> None:
    anna.sandbox.knobs["google.silent_answer_mailed"] = True
    anna.sandbox.google.receive(anna.person, an_invitation(organizer=("x@far.example", "X")))
    (copy,) = anna.page().json()["items"]
    anna.sandbox.google.answer(anna.person, copy["id"], "accepted", send="none")

    assert mails(anna.sandbox) == [("response", ("x@far.example",))]


def test_outside_guests_answer_by_mail(anna: Gcal) -> None:
    event = a_meeting(anna)
    reply = an_invitation(
        method="REPLY",
        uid=event["iCalUID"],
        organizer=("anna@corp.example", ""),
        attendees=(Guest("eva@client.example", partstat="ACCEPTED", comment="Gladly"),),
    )
    anna.sandbox.google.receive(anna.person, reply)
    stranger = replace(reply, attendees=(Guest("mallory@client.example", partstat="ACCEPTED"),))
    anna.sandbox.google.receive(anna.person, stranger)

    assert anna.event(event["id"])["attendees"][1] == {
        "email": "eva@client.example",
        "responseStatus": "accepted",
        "comment": "Gladly",
    }
    assert answers(anna.event(event["id"])) == {
        "ben@corp.example": "needsAction",
        "eva@client.example": "accepted",
    }


def test_meetings_cross_over_to_outlook_and_back(anna: Gcal, sandbox: Sandbox) -> None:
    body = a_body(attendees=guests("pia@contoso.example"))
    silent = anna.inserted(body, sendUpdates="none")
    assert sandbox.microsoft.events("pia") == []

    anna.patch(silent["id"], {"summary": "Said aloud"}, sendUpdates="all")
    (copy,) = sandbox.microsoft.events("pia")
    assert copy["subject"] == "Said aloud"
    sandbox.microsoft.answer("pia", copy["id"], "accept")
    assert answers(anna.event(silent["id"])) == {"pia@contoso.example": "accepted"}
    anna.delete(silent["id"], sendUpdates="all")
    assert [row["isCancelled"] for row in sandbox.microsoft.events("pia")] == [True]


def test_outlook_meetings_arrive_at_google_and_are_answered(anna: Gcal, sandbox: Sandbox) -> None:
    times = {
        name: {"dateTime": f"2026-12-01T{hour}:00:00", "timeZone": "UTC"}
        for name, hour in (("start", "09"), ("end", "10"))
    }
    attendees = [{"emailAddress": {"address": "anna@corp.example"}, "type": "required"}]
    sandbox.microsoft.create("pia", {"subject": "Kick-off", "attendees": attendees, **times})

    (copy,) = anna.page().json()["items"]
    assert (copy["summary"], copy["privateCopy"]) == ("Kick-off", True)
    sandbox.google.answer(anna.person, copy["id"], "accepted")
    (home,) = sandbox.microsoft.events("pia")
    assert [row["status"]["response"] for row in home["attendees"]] == ["accepted"]
