"""Tokens of the simulated Google: what they open, and how they die (contract 2.7 to 2.10)."""

from datetime import timedelta

import pytest
import requests

from support.gcal import HOST, SCOPE, Gcal, a_sandbox, refusal
from support.gsignin import EMAIL, EVENTS, LISTS, SCOPES, Browser, oauth_error


@pytest.fixture
def browser() -> Browser:
    return Browser()


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
