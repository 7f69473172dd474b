"""Tokens, scopes, unknown paths, faults, batches (contract 2, 7, 8, 15)."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from support.outlook import HOST, WINDOW, Outlook, a_body, a_world, guests


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_no_token_no_answer(anna: Outlook, authorization: str) -> None:
    answer = anna.send("GET", "/me", Authorization=authorization)

    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm")


def test_token_lives_as_long_as_it_says(anna: Outlook) -> None:
    anna.world.clock.advance(timedelta(seconds=3598))
    assert anna.get("/me")["displayName"] == "Anna Berg"
    anna.world.clock.advance(timedelta(seconds=1))

    assert anna.refused("GET", "/me") == (401, "InvalidAuthenticationToken")


def test_token_ended_by_hand(anna: Outlook) -> None:
    anna.world.microsoft.identity.expire_access_tokens("anna")

    assert anna.refused("GET", "/me") == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "refusal"),
    [
        ("User.Read", "GET", "/me/events", (403, "ErrorAccessDenied")),
        ("Calendars.Read", "GET", "/me", (403, "Authorization_RequestDenied")),
        ("Calendars.Read", "POST", "/me/events", (403, "ErrorAccessDenied")),
        ("Calendars.Read", "DELETE", "/me/events/x", (403, "ErrorAccessDenied")),
    ],
)
def test_scopes_are_enforced(scopes: str, method: str, path: str, refusal: tuple[int, str]) -> None:
    assert Outlook(a_world(), scopes=scopes).refused(method, path, {}) == refusal


def test_basic_read_shows_no_body(anna: Outlook) -> None:
    anna.create(a_body(body={"contentType": "text", "content": "secret"}))
    basic = Outlook(anna.world, scopes="Calendars.ReadBasic").get("/me/events")["value"][0]

    assert basic["subject"] == "Design review"
    assert not {"body", "bodyPreview"} & basic.keys()


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", "/me/nonsense", (400, "BadRequest")),
        ("GET", "/me/messages", (501, "NotImplemented")),
        ("GET", "/groups/x/events", (501, "NotImplemented")),
        ("PUT", "/me/events", (405, "Request_BadRequest")),
        ("GET", "/users/ben@contoso.example/events", (404, "ErrorItemNotFound")),
        ("GET", "/me/events/not-an-id", (400, "ErrorInvalidIdMalformed")),
        ("GET", "/me/calendars/AAMk/events", (400, "ErrorInvalidIdMalformed")),
    ],
)
def test_unknown_and_absent_paths(
    anna: Outlook, method: str, path: str, refusal: tuple[int, str]
) -> None:
    assert anna.refused(method, path, {}) == refusal


def test_own_mailbox_by_name_and_any_case(anna: Outlook) -> None:
    anna.create(a_body())

    assert len(anna.get("/users/anna@contoso.example/Events")["value"]) == 1
    assert len(anna.get("/ME/Calendar/events")["value"]) == 1


def test_mailbox_without_licence(anna: Outlook) -> None:
    anna.world.microsoft.set_condition("anna", "MailboxNotEnabledForRESTAPI")

    assert anna.refused("GET", "/me/calendar") == (404, "MailboxNotEnabledForRESTAPI")
    assert anna.get("/me")["displayName"] == "Anna Berg"


def test_error_envelope_and_correlation(anna: Outlook) -> None:
    answer = anna.send("GET", "/me/events/x", client_request_id="abc")
    error = answer.get_json()["error"]

    assert error["innerError"]["date"] == "2026-11-20T08:00:00"
    assert error["innerError"]["client-request-id"] == "abc"
    assert answer.headers["client-request-id"] == "abc"
    assert answer.headers["request-id"]


def test_faults_speak_graph(anna: Outlook) -> None:
    anna.world.faults.arm("GET /graph/*", "429", retry_after=7)
    throttled = anna.send("GET", "/me")
    anna.world.faults.arm("POST /graph/*", "504", when="after")
    lost = anna.send("POST", "/me/events", a_body())

    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    assert throttled.get_json()["error"]["code"] == "ApplicationThrottled"
    assert (lost.status_code, lost.get_json()["error"]["code"]) == (504, "UnknownError")
    assert len(anna.world.microsoft.events("anna")) == 1
    assert [entry.person for entry in anna.world.journal.entries("/graph/")] == ["anna", "anna"]


def part(identity: str, method: str, url: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": identity, "method": method, "url": url, **more}


def batch(anna: Outlook, *parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answer = anna.send("POST", "/$batch", {"requests": list(parts)})
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.get_json()["responses"]}


JSON = {"Content-Type": "application/json"}


def test_batch_answers_each_part(anna: Outlook) -> None:
    answers = batch(
        anna,
        part("1", "POST", "/me/events", headers=JSON, body=a_body(attendees=guests("e@x.example"))),
        part("2", "GET", "/me/events?$select=subject"),
        part("3", "POST", "/me/events", body=a_body()),
        part("4", "GET", f"me/calendarView?{WINDOW}", headers={"Prefer": 'IdType="ImmutableId"'}),
        part("5", "GET", "/me/events/nothing", dependsOn=["2"]),
        part("6", "GET", "/me", dependsOn=["5"]),
    )

    assert [answers[key]["status"] for key in "123456"] == [201, 200, 400, 200, 400, 424]
    assert answers["1"]["body"]["subject"] == "Design review"
    # Headers of the outer request do not reach the parts.
    assert answers["2"]["body"]["value"][0]["id"].startswith("AAMk")
    assert answers["4"]["body"]["value"][0]["id"].startswith("AAkA")
    assert anna.world.mail.entries[0].caused_by == "POST /graph/v1.0/me/events"


def test_batch_parts_without_content(anna: Outlook) -> None:
    event = anna.create(a_body())
    prefer = {"Prefer": 'IdType="ImmutableId"'}
    answers = batch(anna, part("1", "DELETE", f"/me/events/{event['id']}", headers=prefer))

    assert answers["1"]["status"] == 204
    assert "body" not in answers["1"]


def test_throttling_strikes_inside_a_batch(anna: Outlook) -> None:
    anna.world.faults.arm("GET */me", "429", retry_after=10)
    answers = batch(anna, part("1", "GET", "/me"), part("2", "GET", "/me"))

    assert [answers["1"]["status"], answers["2"]["status"]] == [429, 200]
    assert answers["1"]["headers"]["Retry-After"] == "10"
    paths = [entry.path for entry in anna.world.journal.entries("/graph/", parts=True)]
    assert paths == ["/graph/v1.0/me", "/graph/v1.0/me", "/graph/v1.0/$batch"]


def test_order_of_answers_is_arbitrary(anna: Outlook) -> None:
    anna.world.knobs["graph.batch_order"] = "reversed"
    assert list(batch(anna, part("1", "GET", "/me"), part("2", "GET", "/me"))) == ["2", "1"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": []},
        {"requests": [part(str(number), "GET", "/me") for number in range(21)]},
        {"requests": [part("a", "GET", "/me"), part("A", "GET", "/me")]},
        {"requests": [part("a", "GET", "/me", dependsOn=["b"])]},
        {"requests": [part("a", "POST", "/$batch")]},
        {"requests": [{"id": "1"}]},
    ],
)
def test_wrong_batches_are_refused_whole(anna: Outlook, body: Any) -> None:  # noqa: ANN401
    assert anna.refused("POST", "/$batch", body) == (400, "BadRequest")


def test_revoked_sessions_keep_their_access_token(anna: Outlook) -> None:
    answer = anna.send("POST", "/me/revokeSignInSessions")

    assert answer.get_json()["value"] is True
    assert anna.get("/me")["mail"] == "anna@contoso.example"


def test_nothing_is_served_without_a_version(anna: Outlook) -> None:
    answer = Client(anna.world.wsgi).get("/graph/beta/me", base_url=HOST)

    assert answer.status_code == 400
