"""The one place that speaks HTTP."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPMessage, HTTPResponse
from pathlib import Path
from traceback import format_exception
from urllib.request import Request

import pytest
import requests
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from calendar_sync.engine.errors import AuthorizationInvalid, ConfigurationInvalid, Retryable
from calendar_sync.providers.http import Limits, NotSent, http_session, retry_after
from support.wire import NOON, Reply, Script, StoppedClock, a_session

URL = "https://api.example/calendars/anna%40corp.example/events?syncToken=SECRET-SYNC"


@dataclass
class Tokens:
    """Counts how often a new token was asked for."""

    asked: list[bool] = field(default_factory=list)

    def __call__(self, *, fresh: bool = False) -> str:
        self.asked.append(fresh)
        return f"SECRET-{sum(self.asked)}"


def test_every_answer_is_returned_as_it_came() -> None:
    script = Script(Reply(404, b"<html>", {"ETag": '"7"'}))
    response = a_session(script).get(URL)
    assert (response.status, response.body, response.headers["etag"]) == (404, b"<html>", '"7"')
    assert response.json() is None


def test_what_no_database_takes_is_left_out() -> None:
    body = rb'{"a\u0000": ["b\u0000c", "\ud800d", "\ud83d\ude00"], "n": 1}'
    found = a_session(Script(Reply(200, body))).get(URL).json()
    assert found == {"a": ["bc", "\ufffdd", "\U0001f600"], "n": 1}


def test_a_refused_token_is_replaced_once() -> None:
    tokens = Tokens()
    script = Script(Reply(401), Reply(200))
    assert a_session(script, token=tokens).request("POST", URL).status == 200
    assert tokens.asked == [False, True]
    sent = [request.headers["Authorization"] for request in script.requests]
    assert sent == ["Bearer SECRET-0", "Bearer SECRET-1"]


def test_a_new_token_that_is_refused_too_ends_it() -> None:
    script = Script(Reply(401), Reply(401))
    with pytest.raises(AuthorizationInvalid):
        a_session(script, token=Tokens()).get(URL)
    assert len(script.requests) == 2


def test_without_a_token_401_is_an_answer_like_others() -> None:
    script = Script(Reply(401))
    assert a_session(script).request("POST", URL).status == 401
    assert "Authorization" not in script.requests[0].headers


@pytest.mark.parametrize(
    "disturbance", [Reply(500), Reply(502), Reply(503), Reply(504), requests.ConnectionError()]
)
def test_a_read_is_repeated_twice(disturbance: Reply | Exception) -> None:
    pauses: list[float] = []
    script = Script(disturbance, disturbance, Reply(200))
    assert a_session(script, pauses=pauses).get(URL).status == 200
    assert pauses == [0.5, 1.0]


def test_the_third_disturbance_is_told() -> None:
    script = Script(*[requests.ConnectionError()] * 3)
    with pytest.raises(Retryable) as told:
        a_session(script).get(URL)
    assert told.value.code == "connection"
    assert a_session(Script(*[Reply(503)] * 3)).get(URL).status == 503


@pytest.mark.parametrize("status", [403, 429])
def test_throttling_is_the_schedulers_to_wait_out(status: int) -> None:
    script = Script(Reply(status))
    assert a_session(script).get(URL).status == status
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("failure", "code", "certain"),
    [
        (requests.ConnectTimeout(), "connection", True),
        (requests.ReadTimeout(), "timeout", False),
        (requests.ConnectionError(), "connection", False),
        (requests.exceptions.ChunkedEncodingError(), "connection", False),
    ],
)
def test_a_write_is_made_once(failure: Exception, code: str, *, certain: bool) -> None:
    script = Script(failure)
    with pytest.raises(Retryable) as told:
        a_session(script).request("POST", URL, body=b"{}")
    assert told.value.code == code
    assert isinstance(told.value, NotSent) is certain
    assert len(script.requests) == 1


def test_a_write_that_found_nobody_was_not_sent() -> None:
    refused = NewConnectionError(HTTPSConnection("api.example"), "refused")
    script = Script(requests.ConnectionError(MaxRetryError(HTTPSConnectionPool("x"), "/", refused)))
    with pytest.raises(NotSent):
        a_session(script).request("POST", URL)


def test_a_write_without_a_token_was_not_sent() -> None:
    def token(*, fresh: bool = False) -> str:
        raise Retryable("http_503")

    script = Script()
    with pytest.raises(NotSent, match="http_503"):
        a_session(script, token=token).request("POST", URL)
    assert script.requests == []


@pytest.mark.parametrize("address", ["", "api.example", "https://", "gopher://api.example"])
def test_an_address_that_is_none_is_the_administrators_to_mend(address: str) -> None:
    with pytest.raises(ConfigurationInvalid):
        a_session(Script()).get(address)


def test_an_answer_cut_short_is_no_answer() -> None:
    script = Script(Reply(200, b'{"id":', announced=100))
    with pytest.raises(Retryable) as told:
        a_session(script).request("PATCH", URL)
    assert not isinstance(told.value, NotSent)


def test_an_answer_has_a_largest_size() -> None:
    script = Script(Reply(200, b"x" * 101))
    with pytest.raises(Retryable) as told:
        a_session(script, limits=Limits(size=100)).request("GET", URL)
    assert told.value.code == "answer_too_large"


def test_no_request_starts_that_could_outlive_the_lease() -> None:
    clock, script = StoppedClock(), Script(Reply(200))
    session = a_session(script, clock, limits=Limits(connect=10, read=30))
    session.until = NOON + timedelta(seconds=39)
    with pytest.raises(NotSent) as told:
        session.get(URL)
    assert told.value.code == "deadline"
    assert script.requests == []
    session.until = NOON + timedelta(seconds=40)
    assert session.get(URL).status == 200


def test_a_redirect_is_not_followed() -> None:
    script = Script(Reply(302, headers={"Location": "https://elsewhere.example/"}))
    assert a_session(script, token=Tokens()).get(URL).status == 302
    assert script.urls() == [URL]


def test_nothing_secret_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    broken = requests.ConnectionError(f"{URL} Bearer SECRET-0")
    content = b"SECRET-BODY"
    script = Script(broken, broken, Reply(200, content), broken)
    session = a_session(script, token=Tokens())
    session.get(URL)
    with pytest.raises(Retryable) as told:
        session.request("POST", URL, body=content)
    everything = "".join(format_exception(told.value)) + caplog.text
    assert "api.example" in everything
    for secret in ("SECRET", "anna"):
        assert secret not in everything


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example login anna password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    script = Script(Reply(200))
    a_session(script).get(URL)
    assert "Authorization" not in script.requests[0].headers


def test_what_to_trust_and_the_way_out_are_settings() -> None:
    http = http_session(ca_bundle="own.pem", proxies={"https": "https://own.example"})
    assert (http.verify, http.proxies) == ("own.pem", {"https": "https://own.example"})
    assert http_session().verify is True


class Baker(HTTPResponse):
    """An answer that sets a cookie."""

    def __init__(self) -> None:
        self.msg = HTTPMessage()
        self.msg["Set-Cookie"] = "person=anna"

    def info(self) -> HTTPMessage:
        return self.msg


def test_no_account_is_told_by_a_cookie_of_another() -> None:
    plain, ours = requests.Session(), http_session()
    for http in (plain, ours):
        http.cookies.extract_cookies(Baker(), Request(URL))
    assert [len(http.cookies) for http in (plain, ours)] == [1, 0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("999999999", 86_400),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: int | None) -> None:
    wait = retry_after({"Retry-After": value}, NOON)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))
