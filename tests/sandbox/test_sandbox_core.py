"""Clock, people, journal, faults, knobs, control paths, transport, snapshots."""

import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import Client, TestResponse

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.core.people import People
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.snapshot import load, save
from calendar_sandbox.transport import mount
from support.gcal import HOST, NOW, Gcal, a_body, a_sandbox, guests, refusal

EVENTS = "/google/calendar/v3/calendars/primary/events"


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


def test_a_frozen_clock_moves_only_by_hand() -> None:
    clock = Clock(NOW)
    assert clock.now() == clock.now() == NOW

    clock.advance(timedelta(days=90))
    assert clock.now() == NOW + timedelta(days=90)
    clock.set(NOW)
    assert clock.now() == NOW


def test_a_running_clock_keeps_its_offset() -> None:
    clock = Clock()
    clock.set(NOW)
    assert timedelta() <= clock.now() - NOW < timedelta(seconds=5)

    clock.freeze()
    stopped = clock.now()
    assert clock.now() == stopped
    clock.run()
    assert timedelta() <= clock.now() - stopped < timedelta(seconds=5)
    assert not clock.is_frozen


def test_people_are_found_by_address_whatever_its_case() -> None:
    people = People()
    anna = people.add("anna", "Anna", google="anna@x.example", outlook="anna@y.example")

    assert people.by_address("ANNA@x.example") == (anna, "google")
    assert people.by_address("anna@Y.example") == (anna, "outlook")
    assert people.by_address("eva@x.example") is None
    with pytest.raises(ValueError, match="belongs to anna"):
        people.add("ben", "Ben", google="Anna@x.example")
    people.add("anna", "Anna", google="new@x.example")
    assert people.by_address("anna@x.example") is None


def test_the_journal_counts_requests_and_hides_secrets(anna: Gcal) -> None:
    anna.inserted()
    form = {"client_id": "app", "client_secret": "hush", "grant_type": "refresh_token"}
    anna.session.post(f"{HOST}/google/token", data={**form, "refresh_token": "1//x"}, timeout=5)

    first, second = anna.sandbox.journal.entries()
    assert (first.method, first.path, first.status, first.person) == ("POST", EVENTS, 200, "anna")
    assert first.headers["authorization"] == "(redacted)"
    assert b'"summary": "Design review"' in first.body
    assert b"hush" not in second.body
    assert b"1%2F%2Fx" not in second.body
    assert b"client_id=app" in second.body
    journal = anna.sandbox.journal
    assert journal.entries("/google/token") == [second]
    assert journal.entries(person="ben") == []
    assert journal.entries(since=NOW + timedelta(seconds=1)) == []
    journal.clear()
    assert journal.entries() == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("401", (401, "global", "authError")),
        ("403-rate", (403, "usageLimits", "userRateLimitExceeded")),
        ("410", (410, "calendar", "fullSyncRequired")),
        ("429", (429, "usageLimits", "rateLimitExceeded")),
        ("500", (500, "global", "backendError")),
        ("503", (503, "global", "backendError")),
        ("504", (504, "global", "backendError")),
    ],
)
def test_a_fault_before_leaves_nothing_and_one_after_everything(
    anna: Gcal, kind: FaultKind, expected: tuple[int, str, str]
) -> None:
    faults = anna.sandbox.faults
    faults.arm(f"POST {EVENTS}", kind)
    assert refusal(anna.insert(a_body(id="before"))) == expected
    assert anna.get("before").status_code == 404

    faults.arm(f"POST {EVENTS}", kind, when="after", retry_after=7)
    response = anna.insert(a_body(id="after"))
    assert (refusal(response), response.headers["Retry-After"]) == (expected, "7")
    assert anna.get("after").status_code == 200
    assert [entry.fault for entry in anna.sandbox.journal.entries() if entry.fault] == [
        f"{kind} before",
        f"{kind} after",
    ]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_breaks_the_connection(anna: Gcal, when: str) -> None:
    anna.sandbox.faults.arm("POST *", "reset", when="after" if when == "after" else "before")
    with pytest.raises(requests.ConnectionError):
        anna.insert(a_body(id="reset"))

    assert anna.sandbox.journal.entries()[0].status == 0
    assert anna.get("reset").status_code == (200 if when == "after" else 404)


def test_a_slow_answer_outlasts_the_patience_of_the_client(anna: Gcal) -> None:
    anna.sandbox.faults.arm("POST *", "slow", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        anna.insert(a_body(id="late1"))
    assert anna.get("late1").status_code == 200

    anna.sandbox.faults.arm("POST *", "slow", seconds=1)
    assert anna.insert(a_body(id="late2")).status_code == 200


def test_a_truncated_answer_is_noticed(anna: Gcal) -> None:
    anna.sandbox.faults.arm("GET *", "truncated")

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        anna.page()


def test_html_comes_where_json_was_expected(anna: Gcal) -> None:
    anna.sandbox.faults.arm("GET *", "html")
    response = anna.page()

    assert (response.status_code, response.headers["Content-Type"]) == (
        502,
        "text/html; charset=utf-8",
    )


def test_faults_choose_their_route_person_and_turn(anna: Gcal) -> None:
    ben = Gcal(anna.sandbox, "ben")
    anna.sandbox.faults.arm("GET */events", "500", count=2, person="anna", skip=1)

    statuses = [anna.page().status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert ben.page().status_code == 200
    anna.sandbox.faults.arm("*", "503", count=-1)
    assert [ben.page().status_code for _ in range(3)] == [503] * 3
    anna.sandbox.faults.clear()
    assert ben.page().status_code == 200
    with pytest.raises(ValueError, match="no fault '418'"):
        anna.sandbox.faults.arm("*", "418")  # type: ignore[arg-type]


def test_the_token_endpoint_fails_in_its_own_words(anna: Gcal) -> None:
    def token() -> requests.Response:
        return anna.session.post(f"{HOST}/google/token", data={}, timeout=5)

    for kind, status, error in (
        ("401", 401, "invalid_client"),
        ("410", 400, "invalid_grant"),
        ("429", 429, "rate_limit_exceeded"),
        ("503", 503, "internal_failure"),
    ):
        anna.sandbox.faults.arm("*/token", kind)  # type: ignore[arg-type]
        response = token()
        assert (response.status_code, response.json()["error"]) == (status, error)


def test_knobs_take_only_what_they_know() -> None:
    knobs = a_sandbox().knobs

    with pytest.raises(KeyError):
        knobs["google.nonsense"] = True
    with pytest.raises(ValueError, match="none of"):
        knobs["google.guest_patch"] = "maybe"
    with pytest.raises(ValueError, match="none of"):
        knobs["google.batch_limit"] = True
    knobs["google.batch_limit"] = 10
    assert knobs["google.batch_limit"] == 10


def test_a_reset_forgets_everything_but_the_seed(anna: Gcal) -> None:
    anna.inserted(a_body(attendees=guests("eva@client.example")), sendUpdates="all")
    anna.sandbox.people.add("dora", "Dora")
    anna.sandbox.knobs["google.batch_limit"] = 1
    anna.sandbox.clock.advance(timedelta(days=1))
    anna.sandbox.faults.arm("*", "500")

    anna.sandbox.reset()
    sandbox = anna.sandbox
    assert [person.key for person in sandbox.people] == ["anna", "ben", "carl", "pia"]
    assert (sandbox.mail.count, sandbox.journal.entries(), sandbox.faults.armed) == (0, [], [])
    assert (sandbox.knobs["google.batch_limit"], sandbox.clock.now()) == (50, NOW)
    assert sandbox.google.events(sandbox.people.get("anna")) == []
    assert anna.page().status_code == 401


def test_a_world_survives_in_a_file(anna: Gcal, tmp_path: Path) -> None:
    event = anna.inserted()
    token = anna.token()
    path = tmp_path / "world"
    save(anna.sandbox, path)

    kept = load(path)
    assert kept is not None
    kept.google.edit(kept.people.get("anna"), event["id"], {"summary": "Later"})
    again = Gcal(kept)
    assert [row["summary"] for row in again.delta(token)] == ["Later"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_other_code_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "world"
    assert load(path) is None
    path.write_bytes(pickle.dumps(("other version", "world")))
    assert load(path) is None
    path.write_bytes(b"nonsense")
    assert load(path) is None


def control(sandbox: Sandbox) -> Client:
    return Client(sandbox.wsgi)


def post(client: Client, path: str, **body: object) -> TestResponse:
    return client.post(f"/_sandbox/{path}", json=body)


def posted(client: Client, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
    return post(client, path, **body).get_json()


def read(client: Client, path: str, **query: str) -> Any:  # noqa: ANN401 - JSON
    return client.get(f"/_sandbox/{path}", query_string=query).get_json()


def test_the_world_is_run_by_control_paths(anna: Gcal) -> None:
    client = control(anna.sandbox)
    dora = posted(client, "people", key="dora", name="Dora", google="dora@corp.example")
    assert dora["time_zone"] == "Europe/Berlin"

    events = [a_body(summary=f"E{n}") for n in range(3)]
    assert posted(client, "people/dora/google/events", events=events) == {"loaded": 3}
    new = {"provider": "google", "client_id": "new", "client_secret": "s", "redirect_uris": ["u"]}
    shown = posted(client, "clients", **new, publishing="testing")["clients"][-1]
    assert (shown["client_secret"], shown["options"]) == ("(redacted)", {"publishing": "testing"})
    scripted = posted(client, "consent", provider="google", person="dora", without=["x"])
    assert scripted == {"person": "dora", "allow": True, "without": ["x"]}
    assert [person["key"] for person in read(client, "people")["people"]] == [
        "anna", "ben", "carl", "pia", "dora",
    ]  # fmt: skip


def test_clock_faults_and_knobs_have_control_paths(anna: Gcal) -> None:
    client = control(anna.sandbox)

    posted(client, "clock", set="2027-01-01T00:00:00+00:00", advance=60)
    assert read(client, "clock") == {
        "now": "2027-01-01T00:01:00+00:00",
        "frozen": True,
    }
    posted(client, "faults", route="GET *", kind="500")
    assert read(client, "faults")["faults"][0]["kind"] == "500"
    assert posted(client, "faults/clear") == {"faults": []}
    assert posted(client, "knobs", **{"google.batch_limit": 7})["google.batch_limit"] == 7
    assert read(client, "knobs")["google.batch_limit"] == 7


def test_journal_and_mail_have_control_paths(anna: Gcal) -> None:
    client = control(anna.sandbox)
    anna.inserted(a_body(attendees=guests("eva@client.example")), sendUpdates="all")

    journal = read(client, "journal", path_prefix="/google")
    assert (journal["count"], journal["entries"][0]["path"]) == (1, EVENTS)
    mail = read(client, "mail")
    assert (mail["count"], mail["entries"][0]["recipients"]) == (1, ["eva@client.example"])
    assert posted(client, "mail/clear") == {"count": 0, "entries": []}
    assert posted(client, "journal/clear") == {}
    assert read(client, "journal") == {"count": 0, "entries": []}
    assert posted(client, "reset") == {}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nowhere", {}, 404),
        ("faults", {"route": "*", "kind": "418"}, 400),
        ("faults", {"nonsense": 1}, 400),
        ("knobs", {"google.nonsense": 1}, 400),
        ("clock", {"set": "2027-01-01T00:00:00"}, 400),
        ("consent", {"provider": "google", "person": "nobody"}, 400),
    ],
)
def test_wrong_controls_are_explained(
    anna: Gcal, path: str, body: dict[str, object], status: int
) -> None:
    response = post(control(anna.sandbox), path, **body)

    assert (response.status_code, bool(response.get_json()["error"])) == (status, True)


def test_the_transport_cuts_the_path_it_is_mounted_at(anna: Gcal) -> None:
    session = mount(requests.Session(), anna.sandbox, "https://other.example/base/")
    session.headers["Authorization"] = anna.session.headers["Authorization"]

    url = f"https://other.example/base{EVENTS}"
    assert session.get(url, timeout=5).status_code == 200
    assert session.trust_env is False
