"""Sign-in with Google: authorization code with PKCE, and who signed in (contract §2).

`google_auth_oauthlib` writes the requests of a sign-in, `google.oauth2` those of a refresh; both
are made by our own session. docs/decisions/google-sign-in.md tells what is not left to them.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from google.auth import jwt
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import InsecureTransportError

from ...engine.errors import AuthorizationInvalid, ConfigurationInvalid, Retryable
from ..http import LibraryAdapter, Response, Session, retry_after
from ..oauth import (
    Client,
    Grant,
    IdentityInvalid,
    ScopeMissing,
    SignInDenied,
    SignInError,
    SignInExpired,
    SignInState,
)
from ..registry import CREATE_CALENDAR, LIST_CALENDARS

# Below this level they write secrets and tokens into the log.
for library in ("google.auth", "requests_oauthlib"):
    logging.getLogger(library).setLevel(logging.INFO)

AUTH = "https://www.googleapis.com/auth/"
CALENDAR = (AUTH + "calendar.events",)
SCOPES = ("openid", "email", *CALENDAR)
"""The least that two-way synchronization of a primary calendar needs (contract §2.2)."""

FULL_CALENDAR = AUTH + "calendar"
"""Contains all of ours; granted where the person gave it to this project before."""

NEEDS = {
    LIST_CALENDARS: (
        AUTH + "calendar.calendarlist.readonly",
        AUTH + "calendar.calendarlist",
        AUTH + "calendar.readonly",
        FULL_CALENDAR,
    ),
    CREATE_CALENDAR: (
        AUTH + "calendar.app.created",
        AUTH + "calendar.calendars",
        FULL_CALENDAR,
    ),
}
"""Asked for when these are used, and not before (contract §2.2)."""

ISSUERS = ("https://accounts.google.com", "accounts.google.com")

LEEWAY = timedelta(minutes=5)
"""By how much the clocks of Google and this machine may differ."""

DENIED = frozenset(
    {
        "access_denied",
        "admin_policy_enforced",
        "consent_required",
        "interaction_required",
        "login_required",
        "org_internal",
    }
)
MISCONFIGURED = frozenset(
    {
        "deleted_client",
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "redirect_uri_mismatch",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
DISTURBED = frozenset({"internal_failure", "server_error", "temporarily_unavailable"})


class GoogleSignIn:
    """Implements `providers.oauth.SignIn`. `session` carries no token."""

    def __init__(self, session: Session, endpoints: Mapping[str, str], client: Client) -> None:
        self._session = session
        self._endpoints = endpoints
        self._client = client

    def authorization_request(
        self, *, login_hint: str = "", consent: bool = False, more: Sequence[str] = ()
    ) -> tuple[str, SignInState]:
        """Without `consent` a person who agreed before comes back without a refresh token.

        Raises ConfigurationInvalid: the address is not https.
        """
        code, verifier, nonce = (secrets.token_urlsafe(size) for size in (32, 72, 32))
        state = SignInState(code, verifier, nonce)
        prompts = ["consent"] * consent + ["select_account"] * (not login_hint)
        try:
            url, _ = self._flow(state.code_verifier, (*SCOPES, *more)).authorization_url(
                state=state.state,
                nonce=state.nonce,
                prompt=" ".join(prompts),
                login_hint=login_hint,
            )
        except InsecureTransportError as error:
            raise ConfigurationInvalid(error.error) from None
        return url, state

    def exchange(self, state: SignInState, answer: Mapping[str, str]) -> Grant:
        """Raises SignInError, ConfigurationInvalid, Retryable."""
        code = _code(state, answer)
        # Scopes that differ from those asked for are an error to the library; Google's always do.
        flow = self._flow(state.code_verifier, scopes=None)
        adapter = self._adapter(flow.oauth2session)
        try:
            # In the body: HTTP Basic would need the secret form-encoded (RFC 6749 §2.3.1).
            flow.fetch_token(code=code, include_client_id=True)
        except _Refused as refused:
            kind = SignInExpired if refused.name == "invalid_grant" else SignInError
            raise kind(refused.name) from None
        token = adapter.last.json()
        claims = self._claims(str(token.get("id_token", "")), state.nonce)
        grant = self._grant(token)
        missing = set(CALENDAR) - grant.scopes
        if missing and FULL_CALENDAR not in grant.scopes:
            raise ScopeMissing("scope_missing", " ".join(sorted(missing)))
        return replace(
            grant,
            issuer=ISSUERS[0],
            subject=str(claims["sub"]),
            address=str(claims.get("email", "")),
            name=str(claims.get("name", "")),
        )

    def refresh(
        self,
        refresh_token: str,
        more: Sequence[str] = (),  # noqa: ARG002 -- what was granted stays granted
    ) -> Grant:
        """Raises AuthorizationInvalid, ConfigurationInvalid, Retryable.

        No scope is named: asking for one that was not granted would be refused (contract §2.6).
        """
        request = Request()
        adapter = self._adapter(request.session)
        credentials = Credentials(
            None,
            refresh_token=refresh_token,
            token_uri=self._endpoints["token"],
            client_id=self._client.id,
            client_secret=self._client.secret,
        )
        try:
            credentials.refresh(request)
        except _Refused as refused:
            raise AuthorizationInvalid(refused.name, refused.subtype) from None
        return self._grant(adapter.last.json())

    def revoke(self, token: str) -> None:
        """Takes the whole grant of this person back (contract §2.10). Raises Retryable."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"token": token}).encode()
        url = self._endpoints["revoke"]
        response = self._session.request("POST", url, headers=headers, body=form)
        if response.status not in (200, 400):
            raise self._disturbed(response)

    def _flow(self, code_verifier: str, scopes: Sequence[str] | None) -> Flow:
        client = {
            "client_id": self._client.id,
            "client_secret": self._client.secret,
            "auth_uri": self._endpoints["authorize"],
            "token_uri": self._endpoints["token"],
        }
        return Flow.from_client_config(
            {"web": client},
            scopes,
            redirect_uri=self._client.redirect_uri,
            code_verifier=code_verifier,
            autogenerate_code_verifier=False,
        )

    def _adapter(self, http: Any) -> LibraryAdapter:  # noqa: ANN401 -- of requests
        """By which a library's session reaches the token address."""
        adapter = LibraryAdapter(self._session, self._check)
        adapter.mount(http, self._endpoints["token"])
        return adapter

    def _check(self, response: Response) -> None:
        """Lets only good answers of the token address reach the libraries.

        They would repeat what failed, with waits of their own, and quote it in their errors.
        Raises _Refused, ConfigurationInvalid, Retryable.
        """
        body = response.json()
        answered = response.status in (200, 400, 401, 403) and isinstance(body, dict)
        if answered and response.status == 200 and "access_token" in body:
            return
        if not answered or "error" not in body:
            raise self._disturbed(response)
        name = _name(str(body["error"]))
        if name in DISTURBED:
            raise Retryable(name, "Google's sign-in")
        if name in MISCONFIGURED:
            raise ConfigurationInvalid(name)
        raise _Refused(name, _name(str(body.get("error_subtype") or "")))

    def _disturbed(self, response: Response) -> Retryable:
        wait = retry_after(response.headers, self._session.clock.now())
        return Retryable(f"http_{response.status}", "Google's sign-in", wait)

    def _grant(self, token: Mapping[str, Any]) -> Grant:
        """Read by ourselves: the libraries reckon by the clock of the machine."""
        now = self._session.clock.now()
        ends = token.get("refresh_token_expires_in")
        return Grant(
            access_token=str(token["access_token"]),
            expires_at=now + timedelta(seconds=int(token.get("expires_in") or 3600)),
            refresh_token=str(token.get("refresh_token") or ""),
            scopes=frozenset(str(token.get("scope") or "").split()),
            ends_at=now + timedelta(seconds=ends) if isinstance(ends, int) else None,
        )

    def _claims(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """What Google states about the person, once it is proven to be Google, for us, now.

        The times are compared with the session's clock. Raises IdentityInvalid, Retryable.
        """
        keys = self._keys()
        try:
            if jwt.decode_header(id_token).get("alg") != "RS256":
                raise IdentityInvalid("identity_invalid", "algorithm")
            # It asks the clock of the machine: that answer must not count.
            claims: dict[str, Any] = jwt.decode(
                id_token, certs=keys, audience=self._client.id, clock_skew_in_seconds=sys.maxsize
            )
        except ValueError as error:
            raise IdentityInvalid("identity_invalid", type(error).__name__) from None
        if claims.get("iss") not in ISSUERS or not claims.get("sub"):
            raise IdentityInvalid("identity_invalid", "issuer or subject")
        now = self._session.clock.now().timestamp()
        leeway = LEEWAY.total_seconds()
        if not float(claims["iat"]) - leeway <= now <= float(claims["exp"]) + leeway:
            raise IdentityInvalid("identity_invalid", "not valid now")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise IdentityInvalid("identity_invalid", "nonce")
        return claims

    def _keys(self) -> dict[str, str]:
        """Google's certificates by key id, as PEM."""
        response = self._session.get(self._endpoints["keys"])
        body = response.json()
        if response.status != 200 or not isinstance(body, dict):
            raise self._disturbed(response)
        return body


class _Refused(Exception):
    """The token address said no; `name` is the official one (RFC 6749 §5.2)."""

    def __init__(self, name: str, subtype: str = "") -> None:
        self.name = name
        self.subtype = subtype  # why, where an organization's rules say no
        super().__init__(name)


def _code(state: SignInState, answer: Mapping[str, str]) -> str:
    """The authorization code the browser brought back (contract §2.4, RFC 9207)."""
    if not hmac.compare_digest(answer.get("state", "").encode(), state.state.encode()):
        raise SignInExpired("state_mismatch")
    if answer.get("iss", ISSUERS[0]) not in ISSUERS:
        raise IdentityInvalid("issuer_mismatch")
    if "error" in answer:
        name = _name(answer["error"])
        if name in MISCONFIGURED:
            raise ConfigurationInvalid(name)
        if name in DISTURBED:
            raise Retryable(name)
        raise SignInDenied(name) if name in DENIED else SignInError(name)
    if not answer.get("code"):
        raise SignInExpired("code_missing")
    return answer["code"]


def _name(error: str | None) -> str:
    """An error's official name; what came through a browser may be anything."""
    return error if error and re.fullmatch(r"[a-z_]{1,40}", error) else ""
