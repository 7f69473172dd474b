"""Google sign-in: consent page and the first tokens (contract 2.1 to 2.6)."""

import base64
import hashlib
from datetime import timedelta

import jwt
import pytest

from calendar_sandbox.core.consent import Consent
from support.gcal import HOST, REDIRECT, SCOPE
from support.gsignin import EMAIL, EVENTS, LISTS, SCOPES, Browser, answer, oauth_error

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")


@pytest.fixture
def browser() -> Browser:
    return Browser()


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


def test_keys_and_discovery_are_published(browser: Browser) -> None:
    pem = browser.session.get(f"{HOST}/google/oauth2/v1/certs", timeout=5).json()
    url = f"{HOST}/google/.well-known/openid-configuration"
    document = browser.session.get(url, timeout=5).json()

    assert all(text.startswith("-----BEGIN CERTIFICATE-----") for text in pem.values())
    assert document["token_endpoint"] == f"{HOST}/google/token"
    assert document["issuer"] == "https://accounts.google.com"
