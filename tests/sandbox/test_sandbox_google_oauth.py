"""Google sign-in: consent, tokens, and how they die (contract 2)."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from support.gcal import HOST, REDIRECT, SCOPE, Gcal, Json, Value, a_sandbox, refusal

EVENTS = "https://www.googleapis.com/auth/calendar.events"
LISTS = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
SCOPES = f"openid email {EVENTS} {LISTS}"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")


class Browser:
    """Walks through the sign-in as the application and its user do."""

    def __init__(self) -> None:
        self.sandbox: Sandbox = a_sandbox()
        self.session = mount(requests.Session(), self.sandbox, HOST)

    def ask(self, **changes: str | None) -> requests.Response:
        fields = {
            "client_id": "app",
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": SCOPES,
            "access_type": "offline",
            "state": "S1",
            **changes,
        }
        sent = {name: value for name, value in fields.items() if value is not None}
        url = f"{HOST}/google/o/oauth2/v2/auth?{urlencode(sent)}"
        return self.session.get(url, allow_redirects=False, timeout=5)

    def consent(
        self,
        person: str = "anna",
        without: tuple[str, ...] = (),
        **changes: Value,
    ) -> Json:
        """The answer an application gets back after a scripted consent."""
        self.sandbox.consents.script("google", Consent(person, without=without))
        return answer(self.ask(**changes))

    def token(self, **fields: str) -> requests.Response:
        body = {"client_id": "app", "client_secret": "app-secret", **fields}
        return self.session.post(f"{HOST}/google/token", data=body, timeout=5)

    def exchange(self, code: str, **fields: str) -> requests.Response:
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        return self.token(**{**body, **fields})

    def refresh(self, token: str, **fields: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=token, **fields)

    def tokens(self, **changes: Value) -> Json:
        reply = self.exchange(self.consent(**changes)["code"])
        assert reply.status_code == 200, reply.text
        body: Json = reply.json()
        return body

    def call(self, access_token: str) -> requests.Response:
        url = f"{HOST}/google/calendar/v3/calendars/primary/events"
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.session.get(url, headers=headers, timeout=5)


def answer(response: requests.Response) -> Json:
    assert response.status_code == 302, response.text
    location = response.headers["Location"]
    assert location.startswith(f"{REDIRECT}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@pytest.fixture
def browser() -> Browser:
    return Browser()


def oauth_error(response: requests.Response) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


def test_the_page_offers_people_and_a_box_per_permission(browser: Browser) -> None:
    html = browser.ask(login_hint="ben@corp.example").text

    assert html.count('type="radio"') == 3
    assert 'value="ben" required checked' in html
    assert html.count('type="checkbox"') == 2
    assert "Sandbox: not the real Google/Microsoft" in html
    assert 'type="checkbox"' not in browser.ask(scope=f"openid {EVENTS}").text


def test_allowing_a_subset_on_the_page_grants_that_subset(browser: Browser) -> None:
    form = {
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": SCOPES,
        "state": "S1",
        "person": "anna",
        "granted": [EVENTS],
        "answer": "allow",
    }
    url = f"{HOST}/google/o/oauth2/v2/auth"
    back = answer(browser.session.post(url, data=form, allow_redirects=False, timeout=5))

    assert back["state"] == "S1"
    assert back["iss"] == "https://accounts.google.com"
    assert back["code"].startswith("4/")
    assert set(back["scope"].split()) == {"openid", EMAIL, EVENTS}
    assert back["hd"] == "corp.example"
    form["answer"] = "deny"
    refused = answer(browser.session.post(url, data=form, allow_redirects=False, timeout=5))
    assert refused == {"state": "S1", "error": "access_denied"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"redirect_uri": f"{REDIRECT}/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": REDIRECT.upper()}, 400, "redirect_uri_mismatch"),
        ({"response_type": "token"}, 400, "invalid_request"),
        ({"scope": None}, 400, "invalid_request"),
        ({"scope": "https://www.googleapis.com/auth/nothing"}, 400, "invalid_scope"),
    ],
)
def test_bad_requests_are_shown_and_never_redirected(
    browser: Browser, changes: dict[str, str | None], status: int, error: str
) -> None:
    response = browser.ask(**changes)

    assert (response.status_code, error in response.text) == (status, True)
    assert "Location" not in response.headers


def test_testing_admits_only_listed_users_and_ends_after_7_days(browser: Browser) -> None:
    browser.sandbox.clients.add(
        "google", "app", "app-secret", [REDIRECT], publishing="testing",
        test_users=["anna@corp.example"],
    )  # fmt: skip
    browser.sandbox.consents.script("google", Consent("ben"))
    refused = browser.ask()
    assert (refused.status_code, "access_denied" in refused.text) == (403, True)

    reply = browser.tokens()
    assert reply["refresh_token_expires_in"] == 604_799
    browser.sandbox.clock.advance(timedelta(days=7))
    assert oauth_error(browser.refresh(reply["refresh_token"])) == (
        400, "invalid_grant", "Token has been expired or revoked.",
    )  # fmt: skip


def test_the_first_reply_has_everything(browser: Browser) -> None:
    reply = browser.tokens(nonce="N1")

    assert sorted(reply) == [
        "access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type",
    ]  # fmt: skip
    assert (reply["expires_in"], reply["token_type"]) == (3599, "Bearer")
    assert set(reply["scope"].split()) == {"openid", EMAIL, EVENTS, LISTS}
    assert browser.call(reply["access_token"]).status_code == 200


def test_the_id_token_is_signed_and_complete(browser: Browser) -> None:
    reply = browser.tokens(nonce="N1")
    keys = browser.session.get(f"{HOST}/google/oauth2/v3/certs", timeout=5).json()["keys"]
    key = jwt.PyJWK(keys[0])

    assert jwt.get_unverified_header(reply["id_token"])["kid"] == keys[0]["kid"]
    claims = jwt.decode(
        reply["id_token"], key, ["RS256"], audience="app",
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    digest = hashlib.sha256(reply["access_token"].encode()).digest()[:16]
    now = int(browser.sandbox.clock.now().timestamp())
    assert len(claims.pop("sub")) == 21
    assert claims == {
        "iss": "https://accounts.google.com",
        "azp": "app",
        "aud": "app",
        "email": "anna@corp.example",
        "email_verified": True,
        "hd": "corp.example",
        "nonce": "N1",
        "at_hash": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "iat": now,
        "exp": now + 3600,
    }


def test_a_refresh_token_comes_with_the_first_consent_or_prompt_consent(browser: Browser) -> None:
    assert "refresh_token" not in browser.tokens(access_type=None)
    assert "refresh_token" not in browser.tokens()
    assert "refresh_token" in browser.tokens(prompt="consent")
    assert "refresh_token" in browser.tokens(person="ben")


def test_granted_scopes_are_included_on_request(browser: Browser) -> None:
    browser.tokens()
    reply = browser.tokens(scope=SCOPE, include_granted_scopes="true")

    assert set(reply["scope"].split()) == {"openid", EMAIL, EVENTS, LISTS, SCOPE}
    assert browser.tokens(scope=SCOPE)["scope"] == SCOPE


def test_prompt_none_asks_nothing(browser: Browser) -> None:
    hint = {"prompt": "none", "login_hint": "anna@corp.example"}

    assert answer(browser.ask(prompt="none"))["error"] == "login_required"
    assert answer(browser.ask(**hint))["error"] == "consent_required"
    browser.tokens()
    assert "code" in answer(browser.ask(**hint))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"code": "4/nonsense"}, (400, "invalid_grant", "Malformed auth code.")),
        ({"redirect_uri": "https://app.example/other"},
         (400, "redirect_uri_mismatch", "Bad Request")),
        ({"client_id": "nobody"}, (401, "invalid_client", "The OAuth client was not found.")),
        ({"client_secret": "wrong"}, (401, "invalid_client", "Unauthorized")),
        ({"client_id": "other"}, (401, "unauthorized_client", "Unauthorized")),
        ({"grant_type": "password"},
         (400, "unsupported_grant_type", "Invalid grant_type: password")),
        ({"code": ""}, (400, "invalid_request", "Missing required parameter: code")),
        ({"code_verifier": VERIFIER},
         (400, "invalid_grant", "code_verifier or verifier is not needed.")),
    ],
)  # fmt: skip
def test_the_token_endpoint_refuses_in_the_vendors_words(
    browser: Browser, change: dict[str, str], expected: tuple[int, str, str]
) -> None:
    browser.sandbox.clients.add("google", "other", "app-secret", [REDIRECT])
    code = browser.consent()["code"]

    assert oauth_error(browser.exchange(**{"code": code, **change})) == expected
    assert browser.exchange(code).status_code == 200


def test_codes_are_used_once_and_live_ten_minutes(browser: Browser) -> None:
    code = browser.consent()["code"]
    assert browser.exchange(code).status_code == 200
    assert oauth_error(browser.exchange(code)) == (400, "invalid_grant", "Bad Request")

    late = browser.consent()["code"]
    browser.sandbox.clock.advance(timedelta(minutes=10))
    assert oauth_error(browser.exchange(late)) == (400, "invalid_grant", "Bad Request")
    browser.sandbox.knobs["google.code_seconds"] = 1200
    later = browser.consent()["code"]
    browser.sandbox.clock.advance(timedelta(minutes=15))
    assert browser.exchange(later).status_code == 200


@pytest.mark.parametrize(
    ("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), (None, VERIFIER)]
)
def test_pkce_is_checked(browser: Browser, method: str | None, challenge: str) -> None:
    code = browser.consent(code_challenge=challenge, code_challenge_method=method)["code"]

    assert oauth_error(browser.exchange(code))[2] == "Missing code verifier."
    wrong = browser.exchange(code, code_verifier="w" * 64)
    assert oauth_error(wrong) == (400, "invalid_grant", "Invalid code verifier.")
    assert browser.exchange(code, code_verifier=VERIFIER).status_code == 200


def test_clients_authenticate_by_basic_too(browser: Browser) -> None:
    url = f"{HOST}/google/token"
    body = {
        "grant_type": "authorization_code",
        "code": browser.consent()["code"],
        "redirect_uri": REDIRECT,
    }

    wrong = browser.session.post(url, data=body, auth=("app", "no"), timeout=5)
    assert wrong.status_code == 401
    right = browser.session.post(url, data=body, auth=("app", "app-secret"), timeout=5)
    assert right.status_code == 200


def test_a_refresh_gives_no_new_refresh_token_and_kills_nothing(browser: Browser) -> None:
    first = browser.tokens()
    browser.sandbox.clock.advance(timedelta(minutes=30))
    second = browser.refresh(first["refresh_token"]).json()

    assert sorted(second) == ["access_token", "expires_in", "id_token", "scope", "token_type"]
    assert browser.call(first["access_token"]).status_code == 200
    browser.sandbox.clock.advance(timedelta(seconds=3599 - 30 * 60))
    expired = browser.call(first["access_token"])
    assert refusal(expired) == (401, "global", "authError")
    assert expired.headers["WWW-Authenticate"].startswith('Bearer realm="https://accounts.google')
    assert browser.call(second["access_token"]).status_code == 200


def test_a_refresh_may_narrow_but_not_widen(browser: Browser) -> None:
    token = browser.tokens(without=(LISTS,))["refresh_token"]

    assert browser.refresh(token, scope=f"email {EVENTS}").json()["scope"] == f"{EVENTS} {EMAIL}"
    assert oauth_error(browser.refresh(token, scope=SCOPES)) == (
        400, "invalid_scope", "Bad Request",
    )  # fmt: skip
    browser.sandbox.knobs["google.refresh_wider"] = "granted"
    assert LISTS not in browser.refresh(token, scope=SCOPES).json()["scope"]


def test_the_101st_refresh_token_kills_the_oldest(browser: Browser) -> None:
    tokens = [browser.tokens(prompt="consent")["refresh_token"] for _ in range(101)]

    assert browser.refresh(tokens[0]).status_code == 400
    assert browser.refresh(tokens[1]).status_code == 200
    assert browser.refresh(tokens[100]).status_code == 200


def test_an_unused_refresh_token_dies_after_six_months(browser: Browser) -> None:
    token = browser.tokens()["refresh_token"]
    browser.sandbox.clock.advance(timedelta(days=120))
    assert browser.refresh(token).status_code == 200
    browser.sandbox.clock.advance(timedelta(days=120))
    assert browser.refresh(token).status_code == 200

    browser.sandbox.clock.advance(timedelta(days=183))
    assert browser.refresh(token).status_code == 400


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_revocation_takes_the_whole_grant(browser: Browser, which: str) -> None:
    first, second = browser.tokens(), browser.tokens(prompt="consent")
    others = browser.tokens(person="ben")
    url = f"{HOST}/google/revoke"

    assert browser.session.post(url, data={"token": first[which]}, timeout=5).status_code == 200
    again = browser.session.post(url, data={"token": first[which]}, timeout=5)
    assert oauth_error(again) == (400, "invalid_token", "Token expired or revoked")
    assert browser.call(second["access_token"]).status_code == 401
    assert browser.refresh(second["refresh_token"]).status_code == 400
    assert browser.call(others["access_token"]).status_code == 200
    assert browser.session.get(url, timeout=5).status_code == 404
    assert "refresh_token" in browser.tokens()


def test_user_info_tells_what_the_scopes_allow(browser: Browser) -> None:
    def info(**changes: str) -> requests.Response:
        token = browser.tokens(**changes)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        return browser.session.get(f"{HOST}/google/userinfo", headers=headers, timeout=5)

    email = info().json()
    assert (email["email"], email["email_verified"], "name" in email) == (
        "anna@corp.example", True, False,
    )  # fmt: skip
    named = info(scope="openid profile").json()
    assert (named["name"], named["given_name"], named["family_name"]) == (
        "Anna Berg", "Anna", "Berg",
    )  # fmt: skip
    assert named["sub"] == email["sub"]
    assert info(scope=EVENTS).status_code == 401


def test_token_info_is_all_strings(browser: Browser) -> None:
    token = browser.tokens()["access_token"]
    url = f"{HOST}/google/tokeninfo"

    info = browser.session.get(url, params={"access_token": token}, timeout=5).json()
    assert all(isinstance(value, str) for value in info.values())
    assert (info["aud"], info["expires_in"], info["email"]) == ("app", "3599", "anna@corp.example")
    assert browser.session.get(url, params={"access_token": "x"}, timeout=5).status_code == 400


def test_keys_and_discovery_are_published(browser: Browser) -> None:
    pem = browser.session.get(f"{HOST}/google/oauth2/v1/certs", timeout=5).json()
    url = f"{HOST}/google/.well-known/openid-configuration"
    document = browser.session.get(url, timeout=5).json()

    assert all(text.startswith("-----BEGIN CERTIFICATE-----") for text in pem.values())
    assert document["token_endpoint"] == f"{HOST}/google/token"
    assert document["issuer"] == "https://accounts.google.com"


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        (EVENTS, "GET", "calendars/primary/events", 200),
        (EVENTS, "GET", "users/me/calendarList", 403),
        (LISTS, "GET", "users/me/calendarList", 200),
        (LISTS, "GET", "calendars/primary/events", 403),
        (f"{EVENTS}.readonly", "GET", "calendars/primary/events", 200),
        (f"{EVENTS}.readonly", "POST", "calendars/primary/events", 403),
        (f"{SCOPE}.readonly", "GET", "calendars/primary", 200),
    ],
)
def test_scopes_are_enforced_by_method(scope: str, method: str, path: str, status: int) -> None:
    response = Gcal(a_sandbox(), scope=scope).call(method, path)

    assert response.status_code == status
    if status == 403:
        error = response.json()["error"]
        assert error["status"] == "PERMISSION_DENIED"
        assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
        assert refusal(response) == (403, "global", "insufficientPermissions")


def test_without_or_with_bad_credentials_the_gateway_answers(browser: Browser) -> None:
    url = f"{HOST}/google/calendar/v3/calendars/primary/events"

    assert refusal(browser.session.get(url, timeout=5)) == (401, "global", "required")
    bad = browser.call("nonsense")
    assert refusal(bad) == (401, "global", "authError")
    assert bad.json()["error"]["status"] == "UNAUTHENTICATED"


def test_600_calls_a_minute_then_slow_down() -> None:
    anna = Gcal(a_sandbox())
    statuses = [anna.get("none").status_code for _ in range(601)]

    assert (statuses.count(404), statuses[-1]) == (600, 403)
    assert refusal(anna.get("none")) == (403, "usageLimits", "userRateLimitExceeded")
    anna.sandbox.knobs["google.quota_status"] = 429
    assert refusal(anna.get("none")) == (429, "usageLimits", "rateLimitExceeded")
    anna.sandbox.clock.advance(timedelta(seconds=60))
    assert anna.get("none").status_code == 404
    anna.sandbox.knobs["google.requests_per_minute"] = 1
    assert anna.get("none").status_code == 429


def test_expiring_and_removing_by_hand(browser: Browser) -> None:
    reply = browser.tokens()
    anna = browser.sandbox.people.get("anna")
    browser.sandbox.google.expire_access_tokens(anna)
    assert browser.call(reply["access_token"]).status_code == 401
    assert browser.refresh(reply["refresh_token"]).status_code == 200

    browser.sandbox.google.remove_access(anna, "app")
    assert browser.refresh(reply["refresh_token"]).status_code == 400
