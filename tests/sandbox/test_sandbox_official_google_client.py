"""Google's own libraries, unmodified but for their addresses, against the sandbox on a port."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from googleapiclient.channel import new_webhook_channel, notification_from_headers
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from werkzeug.serving import make_server
from werkzeug.wrappers import Request as Incoming
from werkzeug.wrappers import Response

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.server import Ports
from support.gcal import REDIRECT, SCOPE, a_body, a_sandbox

pytestmark = pytest.mark.enable_socket

SCOPES = ["openid", "https://www.googleapis.com/auth/userinfo.email", SCOPE]
Service = Any
"""Built from Google's discovery document: it has no types."""


@pytest.fixture
def ports() -> Iterator[Ports]:
    ports = Ports(a_sandbox())
    ports.start()
    yield ports
    ports.stop()


@pytest.fixture
def service(ports: Ports) -> Iterator[Service]:
    sandbox = ports.world
    tokens = sandbox.google.grant(sandbox.people.get("anna"), "app", [SCOPE])
    credentials = Credentials(
        token=None,
        refresh_token=tokens["refresh_token"],
        token_uri=f"{ports.url}/google/token",
        client_id="app",
        client_secret="app-secret",
    )
    with build(
        "calendar",
        "v3",
        credentials=credentials,
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": f"{ports.url}/google/calendar/v3/"},
    ) as service:
        yield service


def test_list_with_pages_and_sync_token(service: Service) -> None:
    events = service.events()
    for number in range(5):
        events.insert(calendarId="primary", body=a_body(summary=f"E{number}")).execute()
    names, request = [], events.list(calendarId="primary", maxResults=2)
    while request is not None:
        page = request.execute()
        names += [row["summary"] for row in page["items"]]
        request = events.list_next(request, page)

    assert names == ["E0", "E1", "E2", "E3", "E4"]
    token = page["nextSyncToken"]
    assert events.list(calendarId="primary", syncToken=token).execute()["items"] == []


def test_insert_patch_and_delete(service: Service) -> None:
    events = service.events()
    event = events.insert(calendarId="primary", body=a_body(), sendUpdates="none").execute()
    token = events.list(calendarId="primary").execute()["nextSyncToken"]
    patched = events.patch(
        calendarId="primary", eventId=event["id"], body={"summary": "New"}
    ).execute()

    assert patched["summary"] == "New"
    assert events.delete(calendarId="primary", eventId=event["id"]).execute() == ""
    (row,) = events.list(calendarId="primary", syncToken=token).execute()["items"]
    assert row["status"] == "cancelled"
    with pytest.raises(HttpError) as caught:
        events.delete(calendarId="primary", eventId=event["id"]).execute()
    assert (caught.value.status_code, caught.value.reason) == (410, "Resource has been deleted")


def test_batch_calls_back_with_each_answer(ports: Ports, service: Service) -> None:
    answers: dict[str, object] = {}

    def note(request_id: str, response: dict[str, Any], error: HttpError | None) -> None:
        answers[request_id] = error.status_code if error else response["summary"]

    batch = service.new_batch_http_request(callback=note)
    batch._batch_uri = f"{ports.url}/google/batch/calendar/v3"
    events = service.events()
    batch.add(events.insert(calendarId="primary", body=a_body(summary="One")), request_id="first")
    batch.add(events.get(calendarId="primary", eventId="nothing"), request_id="second one")
    batch.add(events.insert(calendarId="primary", body=a_body(summary="Three")))
    batch.execute()

    assert list(answers.items()) == [("first", "One"), ("second one", 404), ("1", "Three")]


def test_single_events_and_instances_by_pages(service: Service) -> None:
    events = service.events()
    body = a_body(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    events.insert(calendarId="primary", body=body).execute()
    names, request = [], events.instances(calendarId="primary", eventId="series", maxResults=2)
    while request is not None:
        page = request.execute()
        names += [row["id"] for row in page["items"]]
        request = events.instances_next(request, page)
    listed = events.list(calendarId="primary", singleEvents=True, orderBy="startTime").execute()

    assert names == [f"series_2026120{day}T080000Z" for day in range(1, 6)]
    assert [row["id"] for row in listed["items"]] == names
    changed = events.patch(calendarId="primary", eventId=names[1], body={"summary": "Own"})
    assert changed.execute()["recurringEventId"] == "series"
    events.delete(calendarId="primary", eventId=names[2]).execute()
    found = events.instances(
        calendarId="primary", eventId="series", originalStart="2026-12-02T08:00:00Z"
    ).execute()
    assert [row["summary"] for row in found["items"]] == ["Own"]


def test_import_quick_add_and_partial_responses(service: Service) -> None:
    events = service.events()
    body = a_body(iCalUID="meeting@elsewhere.example")
    event = events.import_(calendarId="primary", body=body).execute()
    quick = events.quickAdd(calendarId="primary", text="Lunch tomorrow 12:30").execute()

    assert event["iCalUID"] == "meeting@elsewhere.example"
    assert quick["start"]["dateTime"] == "2026-11-21T12:30:00+01:00"
    listed = events.list(calendarId="primary", fields="items(id),nextSyncToken").execute()
    assert listed["items"] == [{"id": event["id"]}, {"id": quick["id"]}]
    with pytest.raises(HttpError) as caught:
        events.list(calendarId="primary", fields="nonsense").execute()
    assert caught.value.status_code == 400


@pytest.fixture
def hook() -> Iterator[tuple[str, Queue[Mapping[str, str]]]]:
    """An address that takes notifications in, and the headers of what came."""
    came: Queue[Mapping[str, str]] = Queue()

    @Incoming.application
    def application(request: Incoming) -> Response:
        came.put({**request.headers, "body": request.get_data(as_text=True)})
        return Response(status=204)

    server = make_server("127.0.0.1", 0, application)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}/hooks/google", came
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_push_channel_from_watch_to_stop(
    ports: Ports, service: Service, hook: tuple[str, Queue[Mapping[str, str]]]
) -> None:
    ports.world.knobs["google.plain_hooks"] = True
    address, came = hook
    channel = new_webhook_channel(
        address, token="t", expiration=datetime.fromisoformat("2026-11-21")
    )
    channel.update(service.events().watch(calendarId="primary", body=channel.body()).execute())

    sync = notification_from_headers(channel, came.get(timeout=10))
    assert (sync.message_number, sync.state) == (1, "sync")
    service.events().insert(calendarId="primary", body=a_body()).execute()
    headers = came.get(timeout=10)
    told = notification_from_headers(channel, headers)
    assert (told.state, told.resource_id) == ("exists", channel.resource_id)
    assert told.message_number > 1
    assert (headers["Content-Length"], headers["body"]) == ("0", "")
    assert headers["X-Goog-Channel-Token"] == "t"
    assert channel.expiration == "1795219200000"
    assert service.channels().stop(body=channel.body()).execute() == ""


def test_calendar_list(service: Service) -> None:
    (entry,) = service.calendarList().list().execute()["items"]

    assert entry["id"] == "anna@corp.example"


def test_the_sign_in_flow_from_page_to_verified_id_token(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    config = {
        "client_id": "app",
        "client_secret": "app-secret",
        "auth_uri": f"{ports.url}/google/o/oauth2/v2/auth",
        "token_uri": f"{ports.url}/google/token",
    }
    flow = Flow.from_client_config({"web": config}, scopes=SCOPES, redirect_uri=REDIRECT)
    url, state = flow.authorization_url(prompt="consent")
    ports.world.consents.script("google", Consent("anna"))
    reply = requests.get(url, allow_redirects=False, timeout=5)
    answer = parse_qs(urlsplit(reply.headers["Location"]).query)

    assert answer["state"] == [state]
    flow.fetch_token(code=answer["code"][0])
    credentials = flow.credentials
    assert set(credentials.granted_scopes) == set(SCOPES)
    claims = id_token.verify_token(
        credentials.id_token,
        Request(),
        audience="app",
        certs_url=f"{ports.url}/google/oauth2/v1/certs",
        clock_skew_in_seconds=10**10,
    )
    assert claims["email"] == "anna@corp.example"
    first = credentials.token
    credentials.refresh(Request())
    assert credentials.token != first


def test_both_ports_and_a_broken_connection(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ca_file = tmp_path_factory.mktemp("tls") / "ca.pem"
    ports = Ports(a_sandbox(), tls_port=0, ca_file=ca_file)
    ports.start()
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(ca_file)
            for url in (ports.url, ports.tls_url):
                assert session.get(f"{url}/_sandbox/clock", timeout=5).json()["frozen"] is True
            ports.world.faults.arm("*/token", "reset")
            with pytest.raises(requests.ConnectionError):
                session.post(f"{ports.url}/google/token", timeout=5)
            ports.world.faults.arm("*/token", "truncated")
            with pytest.raises(requests.exceptions.ChunkedEncodingError):
                session.post(f"{ports.url}/google/token", timeout=5)
            assert session.post(f"{ports.url}/google/token", timeout=5).status_code == 400
    finally:
        ports.stop()


def test_a_slow_answer_waits_on_a_port() -> None:
    waited: list[float] = []
    ports = Ports(a_sandbox(), sleep=waited.append)
    ports.start()
    ports.world.faults.arm("*/token", "slow", seconds=2.5)
    with requests.Session() as session:
        assert session.post(f"{ports.url}/google/token", timeout=5).status_code == 400
    ports.stop()

    assert waited == [2.5]
