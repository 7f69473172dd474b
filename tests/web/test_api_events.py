"""Events over the API: Anna organizes, Ben is invited, Cleo is a stranger."""

from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.models import Event, Link
from support.api import NOTHING_OWN, NOTHING_SPECIAL, Program
from support.statements import Statements
from support.world import PROVIDERS, Organization

EVA = "eva@outside.example"
BEN = "ben@corp.example"
DECEMBER = {"start": "2026-12-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}


def paris(clock: str) -> dict[str, str]:
    return {"dateTime": f"2026-12-01T{clock}", "timeZone": "Europe/Paris"}


def review(**more: object) -> dict[str, Any]:
    times = {"start": paris("09:00:00"), "end": paris("10:00:00")}
    return {"summary": "Design review", **times, **more}


@pytest.fixture
def anna(organization: Organization) -> Program:
    return Program.of(organization.anna)


@pytest.fixture
def ben(organization: Organization) -> Program:
    return Program.of(organization.ben)


@pytest.fixture
def cleo(organization: Organization) -> Program:
    return Program.of(organization.cleo)


RIGHTS = ("guestsModify", "guestsInvite", "guestsSee", "guestsPropose", "guestsAnswer")


def test_an_event_comes_back_as_it_was_made(anna: Program) -> None:
    made = anna.post("/events", review(description="<b>Bring</b> it", location="Room 3"))

    assert made.status == 201
    assert made.headers["Location"] == f"/api/v1/events/{made.body['id']}"
    assert made.headers["ETag"] == '"0"'
    assert made.body == anna.get(f"/events/{made.body['id']}").body
    assert (made.body.pop("kind"), made.body.pop("keptApart")) == ("", False)
    rights = {key: made.body.pop(key) for key in list(made.body) if key in RIGHTS}
    assert rights == {**dict.fromkeys(RIGHTS, True), "guestsModify": False}
    assert made.body == {
        "id": made.body["id"],
        "date": None,
        "recurrence": [],
        "revision": 0,
        "summary": "Design review",
        "description": "<b>Bring</b> it",
        "location": "Room 3",
        "meetingLink": None,
        "start": paris("09:00:00"),
        "end": paris("10:00:00"),
        "availability": "busy",
        "classification": "default",
        "importance": "normal",
        **NOTHING_OWN,
        "organizer": None,
        "isMine": True,
        "isSeries": False,
        "mayEdit": True,
        "whyNot": "",
        "answer": None,
        "guests": [],
        "mayInvite": True,
        **NOTHING_SPECIAL,
        "copies": [],
        "uninformed": 0,
    }


def test_all_day_events_have_dates_and_an_exclusive_end(anna: Program) -> None:
    times = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-27"}}

    made = anna.post("/events", {"summary": "Holidays", **times})

    assert (made.body["start"], made.body["end"]) == (times["start"], times["end"])


def test_a_period_lists_what_takes_place_in_it(anna: Program) -> None:
    made = anna.post("/events", review()).body

    listed = anna.get("/events", **DECEMBER)

    assert listed.body == {
        "items": [
            {
                "id": made["id"],
                "date": None,
                "summary": "Design review",
                "start": paris("09:00:00"),
                "end": paris("10:00:00"),
                "location": "",
                "isSeries": False,
                "organizer": "",
                "isMine": True,
                "mayEdit": True,
                "answer": None,
                "availability": "busy",
                "classification": "default",
                "importance": "normal",
                "kind": "",
                "colour": None,
                "guests": 0,
                "special": "",
                "waiting": False,
                "attention": False,
            }
        ],
        "next": None,
    }
    elsewhen = {"start": "2026-12-01T09:00:00Z", "end": "2026-12-02T00:00:00Z"}
    assert anna.get("/events", **elsewhen).body["items"] == []


def test_pages_follow_each_other_without_gap_or_double(anna: Program) -> None:
    for title in ("One", "Two", "Three"):
        anna.post("/events", review(summary=title))

    pages = [anna.get("/events", **DECEMBER, limit=2)]
    while pages[-1].body["next"]:
        pages.append(anna.get("/events", **DECEMBER, limit=2, after=pages[-1].body["next"]))

    titles = [[card["summary"] for card in page.body["items"]] for page in pages]
    assert titles == [["One", "Two"], ["Three"]]


def test_declined_meetings_are_listed_when_asked_for(anna: Program, ben: Program) -> None:
    pk = anna.post("/events", review(guests=[{"address": BEN}])).body["id"]
    ben.post(f"/events/{pk}/answer", {"answer": "declined"})

    def listed(program: Program, **query: object) -> list[tuple[int, str | None]]:
        items = program.get("/events", **DECEMBER, **query).body["items"]
        return [(item["id"], item["answer"]) for item in items]

    assert listed(ben) == listed(ben, declined="false") == []
    assert listed(ben, declined="true") == [(pk, "declined")]
    assert listed(anna) == [(pk, None)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_statements_however_long(anna: Program, count: int) -> None:
    for _ in range(count):
        anna.post("/events", review(guests=[{"address": BEN}]))
    anna.get("/events", **DECEMBER)

    with Statements() as sent:
        listed = anna.get("/events", **DECEMBER)

    assert len(listed.body["items"]) == count
    assert len(sent) == 9  # token, its user, his groups and rights; five for the cards


def test_one_event_takes_as_many_statements_as_its_detail(anna: Program) -> None:
    made = anna.post("/events", review(guests=[{"address": BEN}])).body

    with Statements() as sent:
        anna.get(f"/events/{made['id']}")

    assert len(sent) == 9


def test_changes_leave_the_rest_alone(anna: Program) -> None:
    made = anna.post("/events", review(location="Room 3")).body

    changed = anna.ask("PATCH", f"/events/{made['id']}", {"end": paris("11:00:00")})

    assert changed.status == 200
    assert changed.headers["ETag"] == '"1"'
    assert changed.body == {**made, "end": paris("11:00:00"), "revision": 1}


def test_who_invites_later_stays_the_organizer(anna: Program, ben: Program) -> None:
    made = anna.post("/events", review()).body

    changed = anna.ask("PATCH", f"/events/{made['id']}", {"guests": [{"address": BEN}]})

    assert changed.body["isMine"]
    assert changed.body["organizer"] == {"address": "anna@corp.example", "name": "Anna"}
    assert ben.get(f"/events/{made['id']}").body["mayEdit"] is False


def test_an_older_version_is_not_changed(anna: Program) -> None:
    path = f"/events/{anna.post('/events', review()).body['id']}"
    old = {"If-Match": anna.get(path).headers["ETag"]}
    assert anna.ask("PATCH", path, {"summary": "Second"}, headers=old).status == 200

    late = anna.ask("PATCH", path, {"summary": "Third"}, headers=old)
    gone = anna.ask("DELETE", path, headers=old)

    assert (late.status, late.body["code"]) == (409, "edited_meanwhile")
    assert (gone.status, gone.body["code"]) == (409, "edited_meanwhile")
    assert anna.get(path).body["summary"] == "Second"
    assert anna.ask("DELETE", path, headers={"If-Match": '"1"'}).status == 204
    assert anna.get(path).status == 404


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"1", "2"', '"x"'])
def test_if_match_takes_one_version(anna: Program, tag: str) -> None:
    path = f"/events/{anna.post('/events', review()).body['id']}"

    refused = anna.ask("DELETE", path, headers={"If-Match": tag})

    assert refused.status == 400
    assert refused.body["errors"][0]["parameter"] == "If-Match"


# --- who may what


def test_a_guest_sees_and_answers_but_does_not_change(anna: Program, ben: Program) -> None:
    made = anna.post("/events", review(guests=[{"address": BEN, "name": "Ben"}])).body
    path = f"/events/{made['id']}"

    answered = ben.post(f"{path}/answer", {"answer": "tentative"})
    changed = ben.ask("PATCH", path, {"summary": "Lunch"})

    assert answered.body["answer"] == "tentative"
    assert answered.body["guests"] == [
        {
            "address": BEN,
            "name": "Ben",
            "role": "required",
            "kind": "individual",
            "answer": "tentative",
            "comment": "",
            "additionalGuests": 0,
            "unsent": None,
            "isMe": True,
            "proposed": None,
        }
    ]
    assert (changed.status, changed.body["code"]) == (403, "not_organizer")
    assert changed.body["detail"] == "Only Anna, the organizer, can change this."
    assert anna.get(path).body["summary"] == "Design review"


def test_a_guest_who_deletes_declines(anna: Program, ben: Program) -> None:
    made = anna.post("/events", review(guests=[{"address": BEN}])).body

    assert ben.ask("DELETE", f"/events/{made['id']}").status == 204

    assert ben.get("/events", **DECEMBER).body["items"] == []
    assert anna.get(f"/events/{made['id']}").body["guests"][0]["answer"] == "declined"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"summary": "Lunch"}),
        ("DELETE", "", None),
        ("POST", "/answer", {"answer": "accepted"}),
    ],
)
def test_a_stranger_learns_nothing(
    anna: Program, cleo: Program, method: str, path: str, body: object
) -> None:
    made = anna.post("/events", review(guests=[{"address": BEN}])).body

    theirs = cleo.ask(method, f"/events/{made['id']}{path}", body)
    nobodys = cleo.ask(method, f"/events/{made['id'] + 1}{path}", body)

    assert theirs.status == 404
    assert theirs.body == nobodys.body
    assert theirs.body["detail"] == "Not found, or not yours."
    assert cleo.get("/events", **DECEMBER).body["items"] == []


def test_administrators_see_no_content(organization: Organization, anna: Program) -> None:
    made = anna.post("/events", review()).body
    admin = Program.of(organization.admin)

    assert admin.get(f"/events/{made['id']}").status == 404
    assert admin.get("/events", **DECEMBER).body["items"] == []


def test_only_the_invited_answer(anna: Program) -> None:
    made = anna.post("/events", review()).body

    refused = anna.post(f"/events/{made['id']}/answer", {"answer": "accepted"})

    assert (refused.status, refused.body["code"]) == (409, "not_invited")


# --- mail


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_would_be_mailed_is_asked_before_anything_is_saved(
    organization: Organization, anna: Program, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)

    asked = anna.post("/events", review(guests=[{"address": EVA}]))

    quiet = {"google": "silent", "outlook": "keep_here"}[provider]
    assert (asked.status, asked.body["code"]) == (409, "mail_question")
    assert asked.body["question"] == {
        "kind": "invite",
        "provider": provider,
        "choices": ["send", quiet],
        "updates": [],
        "invitations": [EVA],
        "cancellations": [],
        "dates": 0,
        "paused": False,
    }
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("provider", "mail", "choice"),
    [
        ("google", "send", "send"),
        ("google", "silent", "silent"),
        ("outlook", "send", "send"),
        ("outlook", "keep_here", "keep-here"),
    ],
)
def test_the_answer_is_kept_with_the_copy(
    organization: Organization, anna: Program, provider: ProviderName, mail: str, choice: str
) -> None:
    organization.connect(organization.anna, provider)

    made = anna.post("/events", review(guests=[{"address": EVA}], mail=mail))

    assert made.status == 201
    consent = Link.objects.get(entry__event=made.body["id"]).consent or {}
    assert (consent["choice"], consent["recipients"]) == (choice, [EVA])


@pytest.mark.parametrize(("provider", "mail"), [("google", "keep_here"), ("outlook", "silent")])
def test_an_answer_the_provider_cannot_carry_out_is_none(
    organization: Organization, anna: Program, provider: ProviderName, mail: str
) -> None:
    organization.connect(organization.anna, provider)

    asked = anna.post("/events", review(guests=[{"address": EVA}], mail=mail))

    assert (asked.status, asked.body["code"]) == (409, "mail_question")
    assert Event.objects.count() == 0


def test_changes_and_deletions_ask_too(organization: Organization, anna: Program) -> None:
    organization.connect(organization.anna, "google")
    made = anna.post("/events", review(guests=[{"address": EVA}], mail="silent")).body
    path = f"/events/{made['id']}"
    organization.sync()

    update = anna.ask("PATCH", path, {"summary": "Lunch"})
    cancel = anna.ask("DELETE", path)

    assert (update.status, update.body["question"]["updates"]) == (409, [EVA])
    assert (cancel.status, cancel.body["question"]["cancellations"]) == (409, [EVA])
    assert anna.get(path).body["summary"] == "Design review"
    assert anna.ask("PATCH", path, {"summary": "Lunch", "mail": "silent"}).status == 200
    assert anna.ask("DELETE", path, query={"mail": "silent"}).status == 204
    organization.sync()
    assert organization.mails == []
