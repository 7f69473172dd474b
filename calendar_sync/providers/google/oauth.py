"""Sign-in with Google: authorization code with PKCE, and who signed in (contract §2).

`oauthlib` writes and reads the OAuth forms and `jwt` checks signatures; the requests are made by
`providers.http` like all others. Google's own wrapper makes them itself, insists on https by an
environment variable of the whole process, and refuses an answer whose scopes differ from those
asked for, which Google's always do.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from ...engine.errors import AuthorizationInvalid, ConfigurationInvalid, Retryable
from ..http import Response, Session, retry_after
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

AUTH = "https://www.googleapis.com/auth/"
CALENDAR = (AUTH + "calendar.events", AUTH + "calendar.calendarlist.readonly")
SCOPES = ("openid", "email", *CALENDAR)
"""The least that two-way synchronization of a primary calendar needs (contract §2.2)."""

FULL_CALENDAR = AUTH + "calendar"
"""Contains both of ours; granted where the person gave it to this project before."""

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


class GoogleSignIn:
    """Implements `providers.oauth.SignIn`. `session` carries no token."""

    def __init__(self, session: Session, endpoints: Mapping[str, str], client: Client) -> None:
        self._session = session
        self._endpoints = endpoints
        self._client = client

    def authorization_request(
        self, *, login_hint: str = "", consent: bool = False
    ) -> tuple[str, SignInState]:
        """Without `consent` a person who agreed before comes back without a refresh token."""
        form = WebApplicationClient(self._client.id)
        remembered = SignInState(
            state=secrets.token_urlsafe(32),
            code_verifier=form.create_code_verifier(96),
            nonce=secrets.token_urlsafe(32),
        )
        prompts = ["consent"] * consent + ["select_account"] * (not login_hint)
        query = {
            "client_id": self._client.id,
            "redirect_uri": self._client.redirect_uri,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "access_type": "offline",
            "state": remembered.state,
            "nonce": remembered.nonce,
            "code_challenge": form.create_code_challenge(remembered.code_verifier, "S256"),
            "code_challenge_method": "S256",
            "prompt": " ".join(prompts),
            "login_hint": login_hint,
        }
        given = {name: value for name, value in query.items() if value}
        return f"{self._endpoints['authorize']}?{urlencode(given)}", remembered

    def exchange(self, state: SignInState, answer: Mapping[str, str]) -> Grant:
        """Raises SignInError, ConfigurationInvalid, Retryable."""
        code = _code(state, answer)
        form = WebApplicationClient(self._client.id).prepare_request_body(
            code=code,
            redirect_uri=self._client.redirect_uri,
            code_verifier=state.code_verifier,
            client_secret=self._client.secret,
        )
        try:
            token = self._token(form)
        except OAuth2Error as error:
            name = _name(error.error)
            if name == "invalid_grant":
                raise SignInExpired(name) from None
            raise SignInError(name) from None
        claims = self._claims(str(token.get("id_token", "")), state.nonce)
        grant = self._grant(token)
        missing = set(CALENDAR) - grant.scopes
        if missing and FULL_CALENDAR not in grant.scopes:
            raise ScopeMissing("scope_missing", " ".join(sorted(missing)))
        return Grant(
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            refresh_token=grant.refresh_token,
            scopes=grant.scopes,
            issuer=ISSUERS[0],
            subject=str(claims["sub"]),
            address=str(claims.get("email", "")),
            name=str(claims.get("name", "")),
            ends_at=grant.ends_at,
        )

    def refresh(self, refresh_token: str) -> Grant:
        """Raises AuthorizationInvalid, ConfigurationInvalid, Retryable.

        No scope is named: asking for one that was not granted would be refused (contract §2.6).
        """
        form = WebApplicationClient(self._client.id).prepare_refresh_body(
            refresh_token=refresh_token,
            client_id=self._client.id,
            client_secret=self._client.secret,
        )
        try:
            return self._grant(self._token(form))
        except OAuth2Error as error:
            raise AuthorizationInvalid(_name(error.error)) from None

    def revoke(self, token: str) -> None:
        """Takes the whole grant of this person back (contract §2.10). Raises Retryable."""
        response = self._post("revoke", urlencode({"token": token}))
        if response.status not in (200, 400):
            raise self._disturbed(response)

    def _token(self, form: str) -> Mapping[str, Any]:
        """A good answer of the token address.

        Raises OAuth2Error (refused), ConfigurationInvalid, Retryable.
        """
        response = self._post("token", form)
        if response.status not in (200, 400, 401, 403):
            raise self._disturbed(response)
        body = response.json()
        if not isinstance(body, dict) or not {"access_token", "error"} & body.keys():
            raise self._disturbed(response)
        if body.get("error") in MISCONFIGURED:
            raise ConfigurationInvalid(str(body["error"]))
        client = WebApplicationClient(self._client.id)
        token: Mapping[str, Any] = client.parse_request_body_response(response.body.decode())
        return token

    def _post(self, endpoint: str, form: str) -> Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = self._endpoints[endpoint]
        return self._session.request("POST", url, headers=headers, body=form.encode())

    def _disturbed(self, response: Response) -> Retryable:
        wait = retry_after(response.headers, self._session.clock.now())
        return Retryable(f"http_{response.status}", "Google's sign-in", wait)

    def _grant(self, token: Mapping[str, Any]) -> Grant:
        now = self._session.clock.now()
        ends = token.get("refresh_token_expires_in")
        return Grant(
            access_token=str(token["access_token"]),
            expires_at=now + timedelta(seconds=int(token.get("expires_in") or 3600)),
            refresh_token=str(token.get("refresh_token") or ""),
            scopes=frozenset(token.get("scope") or ()),
            ends_at=now + timedelta(seconds=ends) if isinstance(ends, int) else None,
        )

    def _claims(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """What Google states about the person, once it is proven to be Google, for us, now.

        The times are compared with the session's clock. Raises IdentityInvalid, Retryable.
        """
        try:
            head = jwt.get_unverified_header(id_token)
            keys = {str(key.key_id): key for key in self._keys().keys}
            claims: dict[str, Any] = jwt.decode(
                id_token,
                keys[str(head.get("kid"))],
                algorithms=["RS256"],
                audience=self._client.id,
                issuer=ISSUERS,
                options={
                    "require": ["aud", "exp", "iat", "iss", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except KeyError:
            raise IdentityInvalid("identity_invalid", "unknown key") from None
        except jwt.PyJWTError as error:
            raise IdentityInvalid("identity_invalid", type(error).__name__) from None
        now = self._session.clock.now().timestamp()
        leeway = LEEWAY.total_seconds()
        if not float(claims["iat"]) - leeway <= now <= float(claims["exp"]) + leeway:
            raise IdentityInvalid("identity_invalid", "not valid now")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise IdentityInvalid("identity_invalid", "nonce")
        return claims

    def _keys(self) -> jwt.PyJWKSet:
        response = self._session.get(self._endpoints["keys"])
        body = response.json()
        if response.status != 200 or not isinstance(body, dict):
            raise self._disturbed(response)
        return jwt.PyJWKSet.from_dict(body)


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
        if name in ("server_error", "temporarily_unavailable"):
            raise Retryable(name)
        raise SignInDenied(name) if name in DENIED else SignInError(name)
    if not answer.get("code"):
        raise SignInExpired("code_missing")
    return answer["code"]


def _name(error: str | None) -> str:
    """An error's official name; what came through a browser may be anything."""
    return error if error and re.fullmatch(r"[a-z_]{1,40}", error) else ""
