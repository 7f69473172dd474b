"""Batches of calls (contract 8)."""

from email.parser import BytesParser
from email.policy import HTTP

import pytest
import requests

from support.gcal import HOST, Gcal, a_sandbox, refusal

BATCH = f"{HOST}/google/batch/calendar/v3"
EVENTS = "/calendar/v3/calendars/primary/events"


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


def part(content_id: str, request: str, body: str = "", headers: str = "") -> str:
    return (
        f"--B\r\nContent-Type: application/http\r\nContent-ID: {content_id}\r\n\r\n"
        f"{request} HTTP/1.1\r\n{headers}\r\n{body}\r\n"
    )


def send(anna: Gcal, *parts: str) -> requests.Response:
    headers = {"Content-Type": "multipart/mixed; boundary=B"}
    body = "".join(parts) + "--B--\r\n"
    return anna.session.post(BATCH, data=body.encode(), headers=headers, timeout=5)


def answers(response: requests.Response) -> list[tuple[str, str, str]]:
    """Content-ID, status line and body of each part."""
    assert response.status_code == 200, response.text
    head = f"Content-Type: {response.headers['Content-Type']}\r\n\r\n".encode()
    found = []
    for answer in BytesParser(policy=HTTP).parsebytes(head + response.content).iter_parts():
        assert answer.get_content_type() == "application/http"
        payload = answer.get_payload(decode=True)
        assert isinstance(payload, bytes)
        inner, _, body = payload.decode().partition("\r\n\r\n")
        found.append((str(answer["Content-ID"]), inner.splitlines()[0], body.strip()))
    return found


def insert(content_id: str, id_: str) -> str:
    body = f'{{"id": "{id_}", "start": {{"date": "2026-12-01"}}, "end": {{"date": "2026-12-02"}}}}'
    return part(content_id, f"POST {EVENTS}", body, "Content-Type: application/json\r\n")


def test_parts_are_answered_in_order_each_for_itself(anna: Gcal) -> None:
    event = anna.inserted()
    replies = answers(
        send(
            anna,
            insert("<op-1>", "batch1"),
            part(
                "<op-2>",
                f"PATCH {EVENTS}/{event['id']}?sendUpdates=none",
                '{"summary":"New"}',
                'Content-Type: application/json\r\nIf-Match: "1"\r\n',
            ),
            part("<abc + 3>", f"DELETE /google{EVENTS}/{event['id']}"),
        )
    )

    assert [reply[:2] for reply in replies] == [
        ("<response-op-1>", "HTTP/1.1 200 OK"),
        ("<response-op-2>", "HTTP/1.1 412 Precondition Failed"),
        ("<response-abc + 3>", "HTTP/1.1 204 No Content"),
    ]
    assert '"id": "batch1"' in replies[0][2]
    assert "conditionNotMet" in replies[1][2]
    assert replies[2][2] == ""


def test_an_inner_authorization_wins(anna: Gcal) -> None:
    headers = "Authorization: Bearer nonsense\r\n"
    replies = answers(
        send(anna, part("<1>", f"GET {EVENTS}", headers=headers), part("<2>", f"GET {EVENTS}"))
    )

    assert [reply[1] for reply in replies] == ["HTTP/1.1 401 Unauthorized", "HTTP/1.1 200 OK"]


def test_more_than_fifty_calls_are_refused_or_cut_by_knob(anna: Gcal) -> None:
    parts = [insert(f"<{n}>", f"batch{n:03}") for n in range(51)]

    assert refusal(send(anna, *parts)) == (400, "global", "badRequest")
    assert anna.get("batch000").status_code == 404
    anna.sandbox.knobs["google.batch_excess"] = "inner-403"
    replies = answers(send(anna, *parts))
    assert [reply[1] for reply in replies].count("HTTP/1.1 200 OK") == 50
    assert "Exceeds allowed inner batch requests soft limit" in replies[50][2]
    anna.sandbox.knobs["google.batch_limit"] = 1000
    assert len(answers(send(anna, *parts))) == 51


@pytest.mark.parametrize("body", [b"", b"--B\r\n\r\nGET /\r\n--B--", b"no multipart at all"])
def test_bad_framing_is_refused(anna: Gcal, body: bytes) -> None:
    headers = {"Content-Type": "multipart/mixed; boundary=B"}
    response = anna.session.post(BATCH, data=body, headers=headers, timeout=5)

    assert refusal(response) == (400, "global", "badRequest")


def test_the_old_global_address_is_gone(anna: Gcal) -> None:
    assert anna.session.post(f"{HOST}/google/batch", data=b"", timeout=5).status_code == 404
    assert anna.session.get(BATCH, timeout=5).status_code == 404


def test_a_batch_is_one_request_in_the_journal_and_its_parts_are_told_apart(anna: Gcal) -> None:
    anna.sandbox.journal.clear()
    send(anna, insert("<1>", "batch1"), insert("<2>", "batch2"))

    journal = anna.sandbox.journal
    assert [entry.path for entry in journal.entries()] == ["/google/batch/calendar/v3"]
    parts = [entry for entry in journal.entries(parts=True) if entry.part]
    assert [(entry.path, entry.status, entry.person) for entry in parts] == [
        (f"/google{EVENTS}", 200, "anna"),
        (f"/google{EVENTS}", 200, "anna"),
    ]


def test_a_fault_can_hit_one_part(anna: Gcal) -> None:
    anna.sandbox.faults.arm("POST */events", "403-rate", skip=1)
    replies = answers(send(anna, *(insert(f"<{n}>", f"batch{n}") for n in range(3))))

    assert [reply[1][9:12] for reply in replies] == ["200", "403", "200"]
    assert anna.get("batch1").status_code == 404
