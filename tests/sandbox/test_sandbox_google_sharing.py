"""One calendar in several hands at the simulated Google: rules, roles, lists, mails."""

from __future__ import annotations

import pickle

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, Value, a_body, a_sandbox, guests, mails, parsed, refusal

ANNA = "anna@corp.example"
BEN = "ben@corp.example"
RULES = f"calendars/{ANNA}/acl"
EVENTS = f"calendars/{ANNA}/events"
LIST = "users/me/calendarList"
WRITER = (403, "calendar", "requiredAccessLevel")
GONE = (410, "calendar", "fullSyncRequired")
HIDDEN = {
    *("kind", "etag", "id", "status", "htmlLink", "iCalUID", "updated", "start", "end"),
    "visibility",
}


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


@pytest.fixture
def ben(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox, "ben")


def rule(role: str, kind: str = "user", value: str = BEN) -> Json:
    return {"scope": {"type": kind} | ({"value": value} if value else {}), "role": role}


def let_in(anna: Gcal, role: str) -> Json:
    return parsed(anna.call("POST", RULES, rule(role), sendNotifications="false"))


def accepted(anna: Gcal, ben: Gcal, role: str) -> Json:
    let_in(anna, role)
    return parsed(ben.call("POST", LIST, {"id": ANNA}))


def test_rules_are_made_changed_and_taken_back(anna: Gcal) -> None:
    (own,) = parsed(anna.call("GET", RULES))["items"]
    assert (own["id"], own["role"], own["kind"]) == (f"user:{ANNA}", "owner", "calendar#aclRule")
    made = let_in(anna, "reader")
    assert (made["id"], made["scope"]) == (f"user:{BEN}", {"type": "user", "value": BEN})
    path = f"{RULES}/user:{BEN}"
    stale = anna.call("PATCH", path, {"role": "writer"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert parsed(anna.call("PATCH", path, {"role": "writer"}))["role"] == "writer"
    assert parsed(anna.call("PUT", path, rule("freeBusyReader")))["role"] == "freeBusyReader"
    assert parsed(anna.call("GET", path))["role"] == "freeBusyReader"
    assert anna.call("DELETE", path).status_code == 204
    assert refusal(anna.call("GET", path))[0] == 404
    assert refusal(anna.call("DELETE", path))[0] == 404
    for many in (rule("reader", "domain", "corp.example"), rule("reader", "default", "")):
        parsed(anna.call("POST", RULES, many))
    ids = [row["id"] for row in parsed(anna.call("GET", RULES))["items"]]
    assert ids == [f"user:{ANNA}", "domain:corp.example", "default"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"role": "reader"},
        {"scope": {"type": "user", "value": BEN}},
        rule("king"),
        rule("reader", "nobody"),
        rule("reader", "user", ""),
        rule("reader", "user", "no address"),
        rule("reader", "domain", ""),
        rule("reader", "default", BEN),
        {"scope": [], "role": "reader"},
    ],
)
def test_wrong_rules_are_refused(anna: Gcal, body: Json) -> None:
    assert refusal(anna.call("POST", RULES, body))[0] == 400


def test_the_owner_of_the_data_keeps_the_calendar(anna: Gcal) -> None:
    path = f"{RULES}/user:{ANNA}"
    assert refusal(anna.call("DELETE", path)) == (403, "global", "forbidden")
    assert refusal(anna.call("PATCH", path, {"role": "reader"}))[0] == 403


def test_rules_have_deltas_with_the_role_none(anna: Gcal) -> None:
    let_in(anna, "reader")
    token = parsed(anna.call("GET", RULES))["nextSyncToken"]
    anna.call("DELETE", f"{RULES}/user:{BEN}")
    page = parsed(anna.call("GET", RULES, syncToken=token))
    assert [(row["id"], row["role"]) for row in page["items"]] == [(f"user:{BEN}", "none")]
    assert parsed(anna.call("GET", RULES, syncToken=page["nextSyncToken"]))["items"] == []
    assert refusal(anna.call("GET", RULES, syncToken="x")) == (400, "global", "invalid")
    shown = parsed(anna.call("GET", RULES, showDeleted="true"))["items"]
    assert [row["role"] for row in shown] == ["owner", "none"]


def test_rules_come_in_pages(anna: Gcal) -> None:
    for number in range(4):
        parsed(anna.call("POST", RULES, rule("reader", value=f"p{number}@x.example")))
    first = parsed(anna.call("GET", RULES, maxResults=3))
    assert len(first["items"]) == 3
    assert "nextSyncToken" not in first
    rest = parsed(anna.call("GET", RULES, maxResults=3, pageToken=first["nextPageToken"]))
    assert len(rest["items"]) == 2
    assert "nextSyncToken" in rest
    other = anna.call("GET", RULES, maxResults=2, pageToken=first["nextPageToken"])
    assert refusal(other)[0] == 400


def test_who_may_read_and_write_rules(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    assert refusal(ben.call("GET", RULES))[0] == 404
    let_in(anna, "writer")
    assert refusal(ben.call("GET", RULES)) == WRITER
    assert refusal(ben.call("POST", RULES, rule("reader", value="x@x.example"))) == WRITER
    sandbox.knobs["google.acl_read"] = "writer"
    assert len(parsed(ben.call("GET", RULES))["items"]) == 2
    let_in(anna, "owner")
    parsed(ben.call("POST", RULES, rule("reader", value="x@x.example")))
    readonly = Gcal(sandbox, scope="https://www.googleapis.com/auth/calendar.readonly")
    assert refusal(readonly.call("GET", RULES))[2] == "insufficientPermissions"
    assert readonly.call("GET", f"{RULES}/user:{BEN}").status_code == 200


def test_sharing_is_mailed_unless_asked_not_to(anna: Gcal, sandbox: Sandbox) -> None:
    parsed(anna.call("POST", RULES, rule("reader")))
    assert mails(sandbox) == [("share", (BEN,))]
    parsed(anna.call("PATCH", f"{RULES}/user:{BEN}", {"role": "writer"}, sendNotifications="false"))
    anna.call("DELETE", f"{RULES}/user:{BEN}")
    assert len(mails(sandbox)) == 1


def test_most_rules_of_a_calendar(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.acl_users"] = 2
    let_in(anna, "reader")
    let_in(anna, "writer")
    more = anna.call("POST", RULES, rule("reader", value="x@x.example"))
    assert refusal(more) == (403, "usageLimits", "quotaExceeded")


def test_a_shared_calendar_is_accepted_onto_the_list(anna: Gcal, ben: Gcal) -> None:
    assert refusal(ben.call("POST", LIST, {"id": ANNA}))[0] == 404
    let_in(anna, "reader")
    assert [row["id"] for row in parsed(ben.call("GET", LIST))["items"]] == [BEN]
    assert parsed(ben.call("GET", EVENTS))["accessRole"] == "reader"  # off the list, yet readable
    entry = parsed(ben.call("POST", LIST, {"id": ANNA, "summaryOverride": "Boss"}))
    assert (entry["id"], entry["accessRole"], entry["dataOwner"]) == (ANNA, "reader", ANNA)
    assert ("primary" in entry, entry["summaryOverride"]) == (False, "Boss")
    assert [row["id"] for row in parsed(ben.call("GET", LIST))["items"]] == [BEN, ANNA]
    mine = parsed(anna.call("GET", f"{LIST}/primary"))
    assert "summaryOverride" not in mine
    assert ben.call("DELETE", f"{LIST}/{ANNA}").status_code == 204
    assert ben.call("GET", EVENTS).status_code == 200


def test_readers_see_private_events_as_busy_only(anna: Gcal, ben: Gcal) -> None:
    open_, private = anna.inserted(), anna.inserted(a_body(visibility="private", colorId="3"))
    let_in(anna, "reader")
    rows = {row["id"]: row for row in parsed(ben.call("GET", EVENTS))["items"]}
    assert rows[open_["id"]]["summary"] == "Design review"
    assert set(rows[private["id"]]) == HIDDEN
    assert rows[private["id"]]["visibility"] == "private"
    assert set(parsed(ben.call("GET", f"{EVENTS}/{private['id']}"))) == HIDDEN
    found = parsed(ben.call("GET", EVENTS, q="design"))["items"]
    assert [row["id"] for row in found] == [open_["id"]]
    assert refusal(ben.call("PATCH", f"{EVENTS}/{open_['id']}", {"summary": "x"})) == WRITER
    assert refusal(ben.call("DELETE", f"{EVENTS}/{open_['id']}")) == WRITER
    assert refusal(ben.call("POST", EVENTS, a_body())) == WRITER


def test_free_busy_readers_see_no_details(anna: Gcal, ben: Gcal) -> None:
    anna.inserted(a_body(visibility="public"))
    let_in(anna, "freeBusyReader")
    page = parsed(ben.call("GET", EVENTS))
    assert page["accessRole"] == "freeBusyReader"
    assert [set(row) for row in page["items"]] == [HIDDEN]


def test_writers_without_private_access(anna: Gcal, ben: Gcal) -> None:
    open_, private = anna.inserted(), anna.inserted(a_body(visibility="confidential"))
    let_in(anna, "writerWithoutPrivateAccess")
    path = f"{EVENTS}/{open_['id']}"
    assert parsed(ben.call("PATCH", path, {"summary": "Ben's"}))["summary"] == "Ben's"
    assert set(parsed(ben.call("GET", f"{EVENTS}/{private['id']}"))) == HIDDEN
    for verb in ("PATCH", "DELETE"):
        assert refusal(ben.call(verb, f"{EVENTS}/{private['id']}", {"summary": "x"})) == WRITER
    let_in(anna, "writer")
    seen = parsed(ben.call("GET", f"{EVENTS}/{private['id']}"))
    assert (seen["summary"], seen["visibility"]) == ("Design review", "confidential")


def test_a_delegate_writes_in_the_calendars_name(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    accepted(anna, ben, "writer")
    token = anna.token()
    body = a_body(attendees=guests("carl@corp.example", "eva@client.example"))
    made = parsed(ben.call("POST", EVENTS, body, sendUpdates="all"))
    assert made["organizer"] == {"email": ANNA, "self": True}
    assert made["creator"] == {"email": BEN}
    assert [row["id"] for row in anna.delta(token)] == [made["id"]]
    assert anna.event(made["id"])["creator"] == {"email": BEN}
    copy = Gcal(sandbox, "carl").event(made["id"])
    assert (copy["organizer"], copy["creator"]) == ({"email": ANNA}, {"email": BEN})
    (mail,) = sandbox.mail.entries
    assert (mail.sender, mail.kind) == (ANNA, "invite")
    assert ben.call("DELETE", f"{EVENTS}/{made['id']}").status_code == 204
    assert anna.event(made["id"])["status"] == "cancelled"


def test_a_delegate_answers_for_the_calendar(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    accepted(anna, ben, "writer")
    carl = Gcal(sandbox, "carl")
    meeting = carl.inserted(a_body(attendees=guests(ANNA)), sendUpdates="none")
    row = {"email": ANNA, "responseStatus": "accepted"}
    answer = {"attendeesOmitted": True, "attendees": [row]}
    parsed(ben.call("PATCH", f"{EVENTS}/{meeting['id']}", answer))
    (own,) = carl.event(meeting["id"])["attendees"]
    assert own["responseStatus"] == "accepted"


def test_a_team_calendar_invites_and_hears_answers(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    team = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    body = a_body(attendees=guests(BEN, "pia@contoso.example"))
    event = parsed(anna.call("POST", f"calendars/{team}/events", body, sendUpdates="all"))
    assert event["organizer"] == {"email": team, "displayName": "Team", "self": True}
    assert event["creator"] == {"email": ANNA}
    assert [mail.sender for mail in sandbox.mail.entries] == [team]
    copy = ben.event(event["id"])
    assert copy["organizer"] == {"email": team, "displayName": "Team"}
    own = {"email": BEN, "responseStatus": "accepted"}
    ben.patch(event["id"], {"attendeesOmitted": True, "attendees": [own]}, sendUpdates="all")
    (theirs,) = sandbox.microsoft.events("pia")
    sandbox.microsoft.answer("pia", theirs["id"], "accept")
    rows = parsed(anna.call("GET", f"calendars/{team}/events/{event['id']}"))["attendees"]
    assert [row["responseStatus"] for row in rows] == ["accepted", "accepted"]


def test_a_changed_role_voids_the_tokens_of_that_person(anna: Gcal, ben: Gcal) -> None:
    accepted(anna, ben, "reader")
    mine = anna.token()
    theirs = parsed(ben.call("GET", EVENTS))["nextSyncToken"]
    lists = parsed(ben.call("GET", LIST))["nextSyncToken"]
    assert parsed(ben.call("GET", EVENTS, syncToken=theirs))["items"] == []
    let_in(anna, "writer")
    assert refusal(ben.call("GET", EVENTS, syncToken=theirs)) == GONE
    assert anna.delta(mine) == []
    assert parsed(ben.call("GET", LIST, syncToken=lists))["items"] == []  # quirk 11
    entries = parsed(ben.call("GET", LIST))["items"]
    assert entries[1]["accessRole"] == "writer"


def test_lost_access_ends_entry_and_reading(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    accepted(anna, ben, "writer")
    lists = parsed(ben.call("GET", LIST))["nextSyncToken"]
    anna.call("DELETE", f"{RULES}/user:{BEN}")
    assert refusal(ben.call("GET", EVENTS)) == (404, "global", "notFound")
    assert refusal(ben.call("GET", f"{LIST}/{ANNA}"))[0] == 404
    (entry,) = parsed(ben.call("GET", LIST, syncToken=lists))["items"]
    assert (entry["id"], entry["deleted"]) == (ANNA, True)
    sandbox.knobs["google.lost_calendar"] = 403
    assert refusal(ben.call("GET", EVENTS)) == (403, "global", "forbidden")
    assert refusal(Gcal(sandbox, "carl").call("GET", EVENTS))[0] == 404


def test_a_deleted_calendar_is_gone_for_everybody(anna: Gcal, ben: Gcal) -> None:
    team = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    parsed(anna.call("POST", f"calendars/{team}/acl", rule("writer")))
    parsed(ben.call("POST", LIST, {"id": team}))
    assert refusal(ben.call("DELETE", f"calendars/{team}")) == WRITER
    tokens = [(who, parsed(who.call("GET", LIST))["nextSyncToken"]) for who in (anna, ben)]
    stale = anna.call("PATCH", f"calendars/{team}", {"summary": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert anna.call("DELETE", f"calendars/{team}").status_code == 204
    for who, token in tokens:
        assert refusal(who.call("GET", f"calendars/{team}/events"))[0] == 404
        (row,) = parsed(who.call("GET", LIST, syncToken=token))["items"]
        assert row["deleted"] is True


def test_the_list_of_calendars_pages_and_filters(anna: Gcal, ben: Gcal) -> None:
    accepted(anna, ben, "reader")
    parsed(ben.call("PATCH", f"{LIST}/{ANNA}", {"hidden": True}))

    def ids(**query: Value) -> list[str]:
        return [row["id"] for row in parsed(ben.call("GET", LIST, **query))["items"]]

    assert (ids(), ids(showHidden="true")) == ([BEN], [BEN, ANNA])
    assert ids(showHidden="true", minAccessRole="writer") == [BEN]
    assert refusal(ben.call("GET", LIST, minAccessRole="king"))[2] == "invalidParameter"
    first = parsed(ben.call("GET", LIST, showHidden="true", maxResults=1))
    assert len(first["items"]) == 1
    assert ids(showHidden="true", maxResults=1, pageToken=first["nextPageToken"]) == [ANNA]
    token = parsed(ben.call("GET", LIST))["nextSyncToken"]
    parsed(ben.call("PATCH", f"{LIST}/{ANNA}", {"colorId": "7"}))
    assert ids(syncToken=token) == [ANNA]  # hidden ones always come
    wrongs: list[Json] = [{"minAccessRole": "reader"}, {"showHidden": "false"}]
    for wrong in [*wrongs, {"showDeleted": "false"}]:
        answer = refusal(ben.call("GET", LIST, syncToken=token, **wrong))
        assert answer == (400, "calendar", "syncTokenWithRequestRestrictions")
    ben.call("DELETE", f"{LIST}/{ANNA}")
    assert (ids(showHidden="true"), ids(showDeleted="true")) == ([BEN], [BEN, ANNA])


def test_groups_and_domains_let_many_in(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    sandbox.google.add_group("crew@corp.example", [BEN])
    sandbox.google.share(anna.person, ANNA, "crew@corp.example", "writer")
    sandbox.google.share(anna.person, ANNA, "domain:corp.example", "reader")
    assert parsed(ben.call("GET", EVENTS))["accessRole"] == "writer"
    token = parsed(ben.call("GET", EVENTS))["nextSyncToken"]
    assert parsed(Gcal(sandbox, "carl").call("GET", EVENTS))["accessRole"] == "reader"
    sandbox.google.add_group("crew@corp.example", [])
    assert refusal(ben.call("GET", EVENTS, syncToken=token)) == GONE
    sandbox.google.unshare(anna.person, ANNA, "domain:corp.example")
    assert refusal(ben.call("GET", EVENTS))[0] == 404


def test_sharing_by_hand(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    google = sandbox.google
    google.share(anna.person, "primary", BEN, "writer")
    assert google.accept_share(ben.person, ANNA).access_role == "writer"
    assert parsed(ben.call("POST", EVENTS, a_body()))["creator"] == {"email": BEN}
    google.unshare(anna.person, "primary", BEN)
    assert refusal(ben.call("GET", EVENTS))[0] == 404
    team = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    google.delete_calendar(anna.person, team)
    assert refusal(anna.call("GET", f"calendars/{team}"))[0] == 404


def test_an_admin_hands_a_calendar_to_another_owner(
    anna: Gcal, ben: Gcal, sandbox: Sandbox
) -> None:
    team = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    path = f"calendars/{team}/transferOwnership"
    query: dict[str, Value] = {"newDataOwner": BEN, "useAdminAccess": "true"}
    assert refusal(anna.call("POST", path, **query)) == (403, "global", "forbidden")
    sandbox.google.make_admin(anna.person)
    assert refusal(anna.call("POST", path, useAdminAccess="true"))[0] == 400
    assert refusal(anna.call("POST", path, newDataOwner=BEN))[0] == 400
    assert anna.call("POST", path, **query).status_code == 204
    assert parsed(ben.call("GET", f"{LIST}/{team}"))["dataOwner"] == BEN
    assert parsed(anna.call("GET", f"{LIST}/{team}"))["accessRole"] == "owner"
    assert anna.call("DELETE", f"{LIST}/{team}").status_code == 204
    assert refusal(ben.call("DELETE", f"{LIST}/{team}"))[0] == 403


def test_a_shared_calendar_survives_a_snapshot(anna: Gcal, ben: Gcal, sandbox: Sandbox) -> None:
    accepted(anna, ben, "writer")
    token = parsed(ben.call("GET", EVENTS))["nextSyncToken"]
    again = pickle.loads(pickle.dumps(sandbox))
    google = again.google
    made = google.create(again.people.get("anna"), a_body())
    view = google.account(again.people.get("ben")).calendar(ANNA)
    assert view.read_sync_token(token, None) == 0
    assert [row["id"] for row in google.events(again.people.get("anna"))] == [made["id"]]
    assert list(view.events) == [made["id"]]
