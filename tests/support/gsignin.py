"""Signing in at the simulated Google, as an application and its user do it."""

from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from support.gcal import HOST, REDIRECT, SCOPE, Json, Value, a_sandbox

EVENTS = f"{SCOPE}.events"
LISTS = f"{SCOPE}.calendarlist.readonly"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
SCOPES = f"openid email {EVENTS} {LISTS}"


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


def oauth_error(response: requests.Response) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]
