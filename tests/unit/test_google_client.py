"""Requests as they go out, and batches as they come back (contract §8)."""

from __future__ import annotations

import json

import pytest

from calendar_sync.engine.errors import AuthorizationInvalid, Retryable
from calendar_sync.engine.sync import ETag
from calendar_sync.providers.google.client import BOUNDARY, Call, Client, batch_answers, batch_body
from calendar_sync.providers.http import NotSent, Response
from support.wire import Reply, Script, a_session

ROOT = "https://www.example/calendar/v3"
EVENTS = f"{ROOT}/calendars/a%23b%40corp.example/events"


def a_client(script: Script | None = None) -> Client:
    session = a_session(script or Script(), token=lambda *, fresh=False: f"token-{fresh}")
    return Client(session, f"{ROOT}/", "https://www.example/batch/calendar/v3", "a#b@corp.example")


def test_every_write_says_who_is_mailed() -> None:
    client = a_client()
    etag = ETag('"1"')
    assert client.events_insert({"id": "x"}, notify=False) == Call(
        "POST",
        f"{EVENTS}?sendUpdates=none",
        b'{"id":"x"}',
        {"Content-Type": "application/json; charset=UTF-8"},
    )
    patch = client.events_patch("a_b", {"summary": None}, etag, notify=True)
    assert (patch.method, patch.url) == ("PATCH", f"{EVENTS}/a_b?sendUpdates=all")
    assert (patch.body, patch.headers["If-Match"]) == (b'{"summary":null}', '"1"')
    delete = client.events_delete("a_b", None, notify=False)
    assert delete == Call("DELETE", f"{EVENTS}/a_b?sendUpdates=none")


def test_queries_are_encoded() -> None:
    client = a_client()
    assert client.events_list({"syncToken": "a+b="}).url == f"{EVENTS}?syncToken=a%2Bb%3D"
    listed = f"{ROOT}/users/me/calendarList?maxResults=250&minAccessRole=reader"
    assert client.calendars_list().url == listed
    assert client.calendars_list("a=").url == f"{listed}&pageToken=a%3D"


def test_a_batch_is_written_as_the_contract_shows() -> None:
    client = a_client()
    body = batch_body(
        [
            client.events_patch("e1", {"summary": "New"}, ETag('"35"'), notify=False),
            client.events_delete("e2", None, notify=False),
        ]
    )
    path = "/calendar/v3/calendars/a%23b%40corp.example/events"
    assert body.decode().split("\r\n") == [
        f"--{BOUNDARY}",
        "Content-Type: application/http",
        "Content-ID: <0>",
        "",
        f"PATCH {path}/e1?sendUpdates=none HTTP/1.1",
        'If-Match: "35"',
        "Content-Type: application/json; charset=UTF-8",
        "",
        '{"summary":"New"}',
        f"--{BOUNDARY}",
        "Content-Type: application/http",
        "Content-ID: <1>",
        "",
        f"DELETE {path}/e2?sendUpdates=none HTTP/1.1",
        "",
        "",
        f"--{BOUNDARY}--",
        "",
    ]


def a_part(number: int, status: str, body: str = "", headers: str = "") -> str:
    return (
        "--batch_z1\r\nContent-Type: application/http\r\n"
        f"Content-ID: <response-{number}>\r\n\r\nHTTP/1.1 {status}\r\n{headers}\r\n{body}\r\n"
    )


def a_batch_reply(*parts: str) -> Reply:
    body = "".join(parts) + "--batch_z1--\r\n"
    return Reply(200, body.encode(), {"Content-Type": "multipart/mixed; boundary=batch_z1"})


def read(reply: Reply, count: int) -> list[Response | None]:
    return batch_answers(Response(reply.status, reply.headers or {}, reply.body), count)


def test_answers_are_told_apart_by_their_number() -> None:
    text = json.dumps({"summary": "Über 日本"}, ensure_ascii=False)
    kind = "Content-Type: application/json; charset=UTF-8\r\n"
    reply = a_batch_reply(
        a_part(2, "204 No Content"),
        a_part(0, "200 OK", text, kind),
        "--batch_z1\r\nContent-Type: application/http\r\nContent-ID: <response-9>\r\n\r\nHTTP/1.1",
        "\r\n",
    )
    first, second, third = read(reply, 3)
    assert first is not None
    assert (first.status, first.json()) == (200, {"summary": "Über 日本"})
    assert second is None
    assert third is not None
    assert (third.status, third.body) == (204, b"")


def test_a_part_keeps_its_headers() -> None:
    (part,) = read(a_batch_reply(a_part(0, "429 Slow", headers="Retry-After: 7\r\n")), 1)
    assert part is not None
    assert part.headers["retry-after"] == "7"


@pytest.mark.parametrize("body", [b"", b"<html>", b"--batch_z1\r\n\r\nnonsense\r\n"])
def test_a_reply_that_is_no_batch_answers_nothing(body: bytes) -> None:
    headers = {"Content-Type": "multipart/mixed; boundary=batch_z1"}
    assert batch_answers(Response(200, headers, body), 2) == [None, None]


def two_calls(client: Client) -> list[Call]:
    return [client.events_get("e0"), client.events_get("e1")]


def test_parts_refused_for_their_token_are_sent_again_once() -> None:
    script = Script(
        a_batch_reply(a_part(0, "401 Unauthorized"), a_part(1, "200 OK", "{}")),
        a_batch_reply(a_part(0, "200 OK", '{"id":"e0"}')),
    )
    client = a_client(script)
    first, second = client.send(two_calls(client))
    assert first is not None
    assert second is not None
    assert first.json() == {"id": "e0"}
    assert second.status == 200
    tokens = [request.headers["Authorization"] for request in script.requests]
    assert tokens == ["Bearer token-False", "Bearer token-True"]
    again = script.requests[1].body
    assert isinstance(again, bytes)
    assert b"events/e0" in again
    assert b"events/e1" not in again


@pytest.mark.parametrize(
    ("reply", "error", "certain"),
    [
        (Reply(400), Retryable, True),
        (Reply(404), Retryable, True),
        (Reply(429), Retryable, True),
        (Reply(503), Retryable, False),
        (Reply(302), Retryable, True),
    ],
)
def test_a_batch_that_fails_whole_says_whether_parts_may_have_happened(
    reply: Reply, error: type[Exception], *, certain: bool
) -> None:
    client = a_client(Script(reply))
    with pytest.raises(error) as told:
        client.send(two_calls(client))
    assert isinstance(told.value, NotSent) is certain


def test_a_batch_without_leave_is_the_accounts_error() -> None:
    body = b'{"error":{"errors":[{"reason":"insufficientPermissions"}]}}'
    client = a_client(Script(Reply(403, body)))
    with pytest.raises(AuthorizationInvalid):
        client.send(two_calls(client))
