"""Sign-in with Google, against the simulated one (contract §2)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from calendar_sync.engine.errors import AuthorizationInvalid, ConfigurationInvalid, Retryable
from calendar_sync.providers.google import PROVIDER
from calendar_sync.providers.google.oauth import AUTH, CALENDAR, GoogleSignIn
from calendar_sync.providers.http import Session, http_session
from calendar_sync.providers.oauth import (
    Client,
    Grant,
    IdentityInvalid,
    RefreshedToken,
    ScopeMissing,
    SignIn,
    SignInDenied,
    SignInError,
    SignInExpired,
    SignInState,
)
from support.google import ADDRESS, ENDPOINTS, NOW, REDIRECT, a_world
from support.wire import Reply, Script, StoppedClock, a_session, json_replies

CLIENT = Client("app", "app-secret", REDIRECT)
STATE = SignInState("state", "verifier", "nonce")
CODE = {"state": "state", "code": "4/0"}


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def http(world: Sandbox) -> requests.Session:
    return mount(http_session(), world, ADDRESS)


@pytest.fixture
def session(world: Sandbox, http: requests.Session) -> Session:
    return Session(
        http, world.clock, world.clock.now() + timedelta(hours=9), pause=list[float]().append
    )


@pytest.fixture
def google(session: Session) -> SignIn:
    return PROVIDER.sign_in(session, ENDPOINTS, CLIENT)


def come_back(world: Sandbox, http: requests.Session, url: str, consent: Consent) -> dict[str, str]:
    """What the browser brings back after this consent."""
    world.consents.script("google", consent)
    answer = http.get(url, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    location = answer.headers["Location"]
    assert location.startswith(REDIRECT)
    return dict(parse_qsl(urlsplit(location).query))


def sign_in(world: Sandbox, http: requests.Session, google: SignIn) -> Grant:
    url, state = google.authorization_request()
    return google.exchange(state, come_back(world, http, url, Consent("anna")))


def secrets_of(state: SignInState) -> tuple[str, str, str]:
    return state.state, state.code_verifier, state.nonce


def test_the_person_is_sent_with_least_scopes_and_proof_keys(google: SignIn) -> None:
    url, state = google.authorization_request(login_hint="anna@corp.example", consent=True)
    query = dict(parse_qsl(urlsplit(url).query))
    challenge = query.pop("code_challenge")
    assert 43 <= len(challenge) < len(state.code_verifier) == 96
    assert query == {
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid email https://www.googleapis.com/auth/calendar.events",
        "access_type": "offline",
        "state": state.state,
        "nonce": state.nonce,
        "code_challenge_method": "S256",
        "prompt": "consent",
        "login_hint": "anna@corp.example",
    }
    again, other = google.authorization_request()
    assert dict(parse_qsl(urlsplit(again).query))["prompt"] == "select_account"
    assert len({state.state, state.nonce, state.code_verifier, *secrets_of(other)}) == 6
    assert SignInState.from_json(state.to_json()) == state


def test_a_sign_in_yields_a_grant_and_who_it_is(
    world: Sandbox, http: requests.Session, google: SignIn
) -> None:
    grant = sign_in(world, http, google)
    assert grant.refresh_token
    assert grant.address == "anna@corp.example"
    assert grant.subject
    assert grant.issuer == "https://accounts.google.com"
    assert grant.expires_at == NOW + timedelta(seconds=3599)
    assert grant.scopes == {"openid", AUTH + "userinfo.email", *CALENDAR}
    assert grant.ends_at is None
    for secret in (grant.refresh_token, grant.access_token, CLIENT.secret):
        assert secret not in f"{grant!r} {CLIENT!r}"


def test_a_second_sign_in_yields_a_refresh_token_only_with_consent(
    world: Sandbox, http: requests.Session, google: SignIn
) -> None:
    sign_in(world, http, google)
    assert sign_in(world, http, google).refresh_token == ""
    url, state = google.authorization_request(consent=True)
    again = google.exchange(state, come_back(world, http, url, Consent("anna")))
    assert again.refresh_token


def test_a_grant_under_test_says_when_it_ends(
    world: Sandbox, http: requests.Session, google: SignIn
) -> None:
    world.clients.add(
        "google",
        "app",
        "app-secret",
        [REDIRECT],
        publishing="testing",
        test_users=["anna@corp.example"],
    )
    assert sign_in(world, http, google).ends_at == NOW + timedelta(seconds=604_799)


@pytest.mark.parametrize("without", CALENDAR)
def test_a_box_not_ticked_is_told(
    world: Sandbox, http: requests.Session, google: SignIn, without: str
) -> None:
    url, state = google.authorization_request()
    answer = come_back(world, http, url, Consent("anna", without=(without,)))
    with pytest.raises(ScopeMissing) as told:
        google.exchange(state, answer)
    assert told.value.detail == without


def test_no_is_an_answer(world: Sandbox, http: requests.Session, google: SignIn) -> None:
    url, state = google.authorization_request()
    answer = come_back(world, http, url, Consent("anna", allow=False))
    with pytest.raises(SignInDenied) as told:
        google.exchange(state, answer)
    assert told.value.code == "access_denied"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ({"state": "other", "code": "4/0"}, SignInExpired, "state_mismatch"),
        ({"code": "4/0"}, SignInExpired, "state_mismatch"),
        ({"state": "státe", "code": "4/0"}, SignInExpired, "state_mismatch"),
        ({"state": "state"}, SignInExpired, "code_missing"),
        (
            {"state": "state", "code": "4/0", "iss": "https://evil.example"},
            IdentityInvalid,
            "issuer_mismatch",
        ),
        ({"state": "state", "error": "org_internal"}, SignInDenied, "org_internal"),
        ({"state": "state", "error": "server_error"}, Retryable, "server_error"),
        ({"state": "state", "error": "deleted_client"}, ConfigurationInvalid, "deleted_client"),
        ({"state": "state", "error": "<script>"}, SignInError, "sign_in_failed"),
        ({"state": "state", "code": "4/0unknown"}, SignInExpired, "invalid_grant"),
    ],
)
def test_what_a_browser_brings_is_not_trusted(
    google: SignIn, answer: Mapping[str, str], error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as told:
        google.exchange(STATE, answer)
    assert getattr(told.value, "code", "") == code


def test_a_code_works_once_and_only_for_who_began(
    world: Sandbox, http: requests.Session, google: SignIn
) -> None:
    url, state = google.authorization_request()
    answer = come_back(world, http, url, Consent("anna"))
    with pytest.raises(SignInExpired):
        google.exchange(replace(state, code_verifier="x" * 96), answer)
    url, state = google.authorization_request()
    answer = come_back(world, http, url, Consent("anna"))
    google.exchange(state, answer)
    with pytest.raises(SignInExpired):
        google.exchange(state, answer)


@pytest.mark.parametrize("client", [replace(CLIENT, secret="wrong"), replace(CLIENT, id="nobody")])
def test_a_wrong_secret_is_the_administrators_to_mend(
    world: Sandbox, http: requests.Session, session: Session, client: Client
) -> None:
    google = PROVIDER.sign_in(session, ENDPOINTS, CLIENT)
    url, state = google.authorization_request()
    answer = come_back(world, http, url, Consent("anna"))
    wrong = PROVIDER.sign_in(session, ENDPOINTS, client)
    with pytest.raises(ConfigurationInvalid) as told:
        wrong.exchange(state, answer)
    assert told.value.code == "invalid_client"
    with pytest.raises(ConfigurationInvalid):
        wrong.refresh("1//any")


def test_a_refresh_keeps_the_old_refresh_token(
    world: Sandbox, http: requests.Session, google: SignIn
) -> None:
    grant = sign_in(world, http, google)
    again = google.refresh(grant.refresh_token)
    assert again.access_token != grant.access_token
    assert again.refresh_token == ""
    assert again.scopes == grant.scopes
    asked = world.journal.entries("/google/token")[-1].body
    assert b"scope" not in asked


def test_a_revoked_grant_needs_the_person(
    world: Sandbox, http: requests.Session, google: SignIn
) -> None:
    grant = sign_in(world, http, google)
    google.revoke(grant.refresh_token)
    google.revoke(grant.refresh_token)
    with pytest.raises(AuthorizationInvalid) as told:
        google.refresh(grant.refresh_token)
    assert told.value.code == "invalid_grant"


def scripted(*answers: Reply | Exception) -> GoogleSignIn:
    clock = StoppedClock(NOW)
    return GoogleSignIn(a_session(Script(*answers), clock), ENDPOINTS, CLIENT)


@pytest.mark.parametrize("answer", [Reply(503, b"<html>"), Reply(429), Reply(200, b"<html>")])
def test_a_disturbed_token_address_says_nothing_about_the_grant(answer: Reply) -> None:
    with pytest.raises(Retryable):
        scripted(answer).refresh("1//any")


@pytest.mark.parametrize(
    "answer",
    [
        Reply(400, b'{"error": "temporarily_unavailable"}'),
        Reply(302, b"", {"Location": "https://evil.example/token"}),
    ],
)
def test_the_token_address_is_asked_once_and_no_other(answer: Reply) -> None:
    script = Script(answer, answer)
    google = GoogleSignIn(a_session(script, StoppedClock(NOW)), ENDPOINTS, CLIENT)
    with pytest.raises(Retryable):
        google.refresh("1//any")
    with pytest.raises(Retryable):
        google.exchange(STATE, CODE)
    assert script.urls() == [ENDPOINTS["token"]] * 2


def test_a_lost_answer_to_a_refresh_may_have_happened() -> None:
    with pytest.raises(Retryable) as told:
        scripted(requests.ReadTimeout("slow")).refresh("1//any")
    assert (told.value.code, told.value.detail) == ("timeout", "sandbox.example")


def test_an_address_without_https_is_the_administrators_to_mend(
    monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    plain = {**ENDPOINTS, "authorize": "http://sandbox.example/auth"}
    with pytest.raises(ConfigurationInvalid) as told:
        GoogleSignIn(session, plain, CLIENT).authorization_request()
    assert told.value.code == "insecure_transport"


def test_the_log_is_told_no_secret_however_much_it_asks_for(
    world: Sandbox, http: requests.Session, google: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url, state = google.authorization_request()
    answer = come_back(world, http, url, Consent("anna"))
    grant = google.exchange(state, answer)
    again = google.refresh(grant.refresh_token)
    google.revoke(again.access_token)
    assert "POST sandbox.example: 200" in caplog.text
    tokens = {grant.access_token, grant.refresh_token, again.access_token}
    secrets = {*tokens, *secrets_of(state), answer["code"], CLIENT.secret}
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_a_disturbed_revocation_is_tried_again_later() -> None:
    with pytest.raises(Retryable):
        scripted(Reply(503)).revoke("1//any")


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
KEYS = {"k1": PEM.decode()}


def an_id_token(
    key: Any = KEY,  # noqa: ANN401 -- any key at all
    algorithm: str = "RS256",
    kid: str = "k1",
    now: datetime = NOW,
    **claims: Any,  # noqa: ANN401 -- JSON
) -> str:
    said: dict[str, Any] = {
        "iss": "https://accounts.google.com",
        "aud": "app",
        "sub": "1080",
        "email": "anna@corp.example",
        "nonce": "nonce",
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 3600,
        **claims,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm, headers={"kid": kid})


def exchanged(id_token: str) -> Grant:
    token = {
        "access_token": "ya29.x",
        "token_type": "Bearer",
        "expires_in": 3599,
        "scope": " ".join(("openid", *CALENDAR)),
        "id_token": id_token,
    }
    google = scripted(*json_replies(token, KEYS))
    return google.exchange(STATE, CODE)


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
def test_who_signed_in_is_proven(issuer: str) -> None:
    grant = exchanged(an_id_token(iss=issuer, name="Anna"))
    assert (grant.subject, grant.address, grant.name) == ("1080", "anna@corp.example", "Anna")
    assert exchanged(an_id_token(now=NOW + timedelta(minutes=4))).subject == "1080"


@pytest.mark.parametrize(
    "id_token",
    [
        "",
        "no.token.atall",
        an_id_token(OTHER),
        an_id_token(kid="k2"),
        an_id_token("x" * 32, "HS256"),
        an_id_token(None, "none"),
        an_id_token(ec.generate_private_key(ec.SECP256R1()), "ES256"),
        an_id_token(iss="https://evil.example"),
        an_id_token(aud="another"),
        an_id_token(nonce="other"),
        an_id_token(nonce=None),
        an_id_token(sub=None),
        an_id_token(exp=None),
        an_id_token(now=NOW - timedelta(minutes=66)),
        an_id_token(now=NOW + timedelta(minutes=6)),
    ],
    ids=range(15),
)
def test_who_signed_in_is_not_believed(id_token: str) -> None:
    with pytest.raises(IdentityInvalid):
        exchanged(id_token)


def test_a_running_account_asks_for_a_token_only_when_needed() -> None:
    clock = StoppedClock(NOW)
    made: list[Grant] = []

    def refresh() -> Grant:
        made.append(Grant(f"token-{len(made)}", clock.at + timedelta(hours=1)))
        return made[-1]

    token = RefreshedToken(refresh, clock, "stored", NOW + timedelta(minutes=5))
    assert token() == "stored"
    clock.at += timedelta(minutes=1)
    assert [token(), token()] == ["token-0", "token-0"]
    assert token(fresh=True) == "token-1"
    clock.at += timedelta(minutes=56)
    assert token() == "token-2"
