"""How much Graph answers, at once and in a stretch of time (contract 7, 8.1, 8.2)."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from support.outlook import Outlook, a_body, a_world

JSON = {"Content-Type": "application/json"}
ANNA = ("app", "anna")
THROTTLED = (429, "ApplicationThrottled")


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def statuses(anna: Outlook, *parts: dict[str, Any]) -> list[int]:
    answer = anna.send("POST", "/$batch", {"requests": list(parts)})
    assert answer.status_code == 200, answer.text
    return [row["status"] for row in answer.get_json()["responses"]]


def profiles(number: int, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [
        {"id": str(index), "method": "GET", "url": "/me", **more} for index in range(1, number + 1)
    ]


def test_the_fifth_request_at_once_is_refused(anna: Outlook) -> None:
    flights = anna.world.microsoft.throttle.flights
    with ThreadPoolExecutor(5) as threads:
        with anna.world.dispatcher.lock:
            answers = [threads.submit(anna.send, "GET", "/me") for _ in range(5)]
            while flights.count(ANNA) < 5:
                """All five wait for their turn."""
        found = sorted(answer.result().status_code for answer in answers)

    assert found == [200, 200, 200, 200, 429]
    assert flights.count(ANNA) == 0
    assert anna.get("/me")["displayName"] == "Anna Berg"


def test_requests_at_once_are_counted_by_mailbox_or_by_app(anna: Outlook) -> None:
    throttle, ben = anna.world.microsoft.throttle, Outlook(anna.world, "ben")
    with throttle.flights.held(ANNA, 4):
        refused = anna.send("GET", "/me")
        assert ben.get("/me")["displayName"] == "Ben Cho"
    anna.world.knobs["graph.concurrency_scope"] = "app"
    with throttle.flights.held(("app",), 4):
        assert ben.refused("GET", "/me") == THROTTLED
    anna.world.knobs["graph.concurrency"] = 0
    with throttle.flights.held(("app",), 40):
        assert ben.send("GET", "/me").status_code == 200

    error = refused.get_json()["error"]
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert error["message"] == "Application is over its MailboxConcurrency limit."


def test_a_batch_takes_four_places_and_its_parts_are_refused_alone(anna: Outlook) -> None:
    flights = anna.world.microsoft.throttle.flights
    assert statuses(anna, *profiles(20)) == [200] * 20
    with flights.held(ANNA):
        assert statuses(anna, *profiles(6)) == [200, 200, 200, 429, 200, 200]
        chain = profiles(3)
        for index in (1, 2):
            chain[index]["dependsOn"] = [str(index)]
        assert statuses(anna, *chain) == [200, 200, 200]
    with flights.held(ANNA, 3):
        assert statuses(anna, *profiles(2)) == [200, 429]


def test_a_slow_answer_stays_on_its_way(anna: Outlook) -> None:
    flights = anna.world.microsoft.throttle.flights
    anna.world.faults.arm("GET *", "slow", seconds=5)
    answer = anna.send("GET", "/me")

    assert (answer.status_code, flights.count(ANNA)) == (200, 1)
    answer.close()
    assert flights.count(ANNA) == 0


def test_10000_requests_in_ten_minutes_then_wait(anna: Outlook) -> None:
    anna.world.knobs["graph.requests"] = 3
    assert [anna.send("GET", "/me").status_code for _ in range(3)] == [200] * 3
    anna.world.clock.advance(timedelta(minutes=4))
    refused = anna.send("GET", "/me")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "360")
    assert Outlook(anna.world, "ben").get("/me")["displayName"] == "Ben Cho"
    anna.world.clock.advance(timedelta(minutes=6))
    # The refused one counts: two more are admitted, not three.
    assert [anna.send("GET", "/me").status_code for _ in range(3)] == [200, 200, 429]


def test_uploads_and_extensions_have_limits_of_their_own(anna: Outlook) -> None:
    anna.world.knobs["graph.upload_megabytes"] = 1
    large = a_body(body={"contentType": "text", "content": "x" * 600_000})
    assert anna.send("POST", "/me/events", large).status_code == 201
    assert anna.refused("POST", "/me/events", large) == THROTTLED
    anna.world.clock.advance(timedelta(minutes=5))
    event = anna.create(a_body())
    anna.world.knobs["graph.extension_requests"] = 1
    path = f"/me/events/{event['id']}/extensions"
    assert anna.get(path)["value"] == []
    assert anna.refused("GET", path) == THROTTLED
    anna.world.clock.advance(timedelta(seconds=10))
    assert anna.get(path)["value"] == []


def test_words_of_a_refusal_are_knobs(anna: Outlook) -> None:
    anna.world.knobs["graph.requests"] = 1
    anna.world.knobs["graph.throttle_code"] = "UnknownError"
    anna.world.knobs["graph.retry_after"] = False
    anna.get("/me")
    refused = anna.send("GET", "/me")

    error = refused.get_json()["error"]
    assert (error["code"], error["message"]) == ("UnknownError", "")
    assert "Retry-After" not in refused.headers


def test_nothing_is_on_its_way_in_a_stored_world(anna: Outlook) -> None:
    with anna.world.microsoft.throttle.flights.held(ANNA, 4):
        stored = pickle.loads(pickle.dumps(anna.world))

    assert Outlook(stored).get("/me")["displayName"] == "Anna Berg"
