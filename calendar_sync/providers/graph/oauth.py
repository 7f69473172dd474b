"""Sign-in with Microsoft: authorization code with PKCE, and who signed in (contract §1).

msal speaks the protocol, over our own session. A new application object is made for every call:
msal answers a repeated request from memory for a minute after a refusal, which would hold up an
account that was just mended (§1.9, Q30). It no longer checks id tokens, so that is done here.
"""

from __future__ import annotations

import hmac
import logging
import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import msal

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
from . import errors
from .wire import CALENDAR, SCOPES

# Below this level it writes codes and their verifiers into the log.
logging.getLogger("msal").setLevel(logging.INFO)

LEEWAY = timedelta(minutes=5)
"""By how much the clocks of Microsoft and this machine may differ."""

NATIONAL = frozenset(
    {"graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
)
"""Clouds whose scopes carry the root of their Graph (contract §1.1)."""

_DISCOVERY = "/v2.0/.well-known/openid-configuration"
_DENIED = frozenset({"access_denied", "consent_required", "interaction_required", "login_required"})
_MISCONFIGURED = frozenset(
    {
        "invalid_client",
        "invalid_request",
        "invalid_resource",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_response_type",
    }
)


class MicrosoftSignIn:
    """Implements `providers.oauth.SignIn`. `session` carries no token.

    `endpoints["authority"]` names the cloud and the tenants who may sign in; https, as msal wants.
    `endpoints["graph"]` is where the tokens are for.
    """

    def __init__(self, session: Session, endpoints: Mapping[str, str], client: Client) -> None:
        self._session = session
        self._authority = endpoints["authority"].rstrip("/")
        self._client = client
        graph = urlsplit(endpoints["graph"])
        national = graph.hostname in NATIONAL
        self._resource = f"{graph.scheme}://{graph.netloc}/" if national else ""

    def authorization_request(
        self,
        *,
        login_hint: str = "",
        consent: bool = False,  # noqa: ARG002 -- nobody is asked twice here
        more: Sequence[str] = (),
    ) -> tuple[str, SignInState]:
        """Every sign-in brings a refresh token, and consent that is missing is asked for anyhow.
        To insist on it would stop people whose administrator consented for them.

        Raises ConfigurationInvalid, Retryable: the addresses are asked for at the authority.
        """
        application = self._application(_Transport(self._session))
        with warnings.catch_warnings():
            # It praises form_post, a cross-site POST to which browsers add no session cookie.
            warnings.simplefilter("ignore", UserWarning)
            flow = application.initiate_auth_code_flow(
                self._scopes(more),
                redirect_uri=self._client.redirect_uri,
                prompt=None if login_hint else "select_account",
                login_hint=login_hint or None,
            )
        secrets = flow["state"], flow["code_verifier"], flow["nonce"]
        return flow["auth_uri"], SignInState(*secrets, tuple(more))

    def exchange(self, state: SignInState, answer: Mapping[str, str]) -> Grant:
        """Raises SignInError, ConfigurationInvalid, Retryable."""
        code = _code(state, answer)
        http = _Transport(self._session)
        flow = {
            "state": state.state,
            "scope": self._scopes(state.more),
            "redirect_uri": self._client.redirect_uri,
            "code_verifier": state.code_verifier,
            "nonce": state.nonce,
        }
        try:
            result = self._application(http).acquire_token_by_auth_code_flow(
                flow, {"state": state.state, "code": code}
            )
            grant = self._grant(result)
        except RuntimeError:  # how msal says that the id token answers another sign-in
            raise IdentityInvalid("identity_invalid", "nonce") from None
        except (LookupError, ValueError):  # an id token that msal cannot take apart
            raise IdentityInvalid("identity_invalid", "malformed") from None
        except AuthorizationInvalid as error:
            kind = SignInExpired if error.code == "invalid_grant" else SignInDenied
            raise kind(error.code, error.detail) from None
        if CALENDAR.lower() not in {scope.lower() for scope in grant.scopes}:
            raise ScopeMissing("scope_missing", CALENDAR)
        claims = self._claims(http, str(result.get("id_token", "")))
        return Grant(
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            refresh_token=grant.refresh_token,
            scopes=grant.scopes,
            issuer=str(claims["iss"]),
            subject=str(claims["oid"]),
            address=str(claims.get("preferred_username") or claims.get("email") or ""),
            name=str(claims.get("name") or ""),
        )

    def refresh(self, refresh_token: str, more: Sequence[str] = ()) -> Grant:
        """The new grant carries a new refresh token, to be kept in place of the old one (§1.7).

        What is not named may be missing in the new token. Where `more` is granted no longer, the
        usual scopes may be: an administrator can take back one consent and leave the other.

        Raises AuthorizationInvalid, ConfigurationInvalid, Retryable.
        """
        application = self._application(_Transport(self._session))
        scopes = self._scopes(more)
        try:
            return self._grant(application.acquire_token_by_refresh_token(refresh_token, scopes))
        except AuthorizationInvalid:
            if not more:
                raise
        return self.refresh(refresh_token)

    def revoke(self, token: str) -> None:
        """Nothing to ask of Microsoft: it has no revocation endpoint (RFC 7009; contract §0.1).

        Disconnecting is to forget the tokens; the person may remove the application's consent
        at myapps.microsoft.com. `POST /me/revokeSignInSessions` would sign the person out of
        everything everywhere, which nobody asked for.
        """

    def _scopes(self, more: Sequence[str]) -> list[str]:
        return [self._resource + scope for scope in (*SCOPES, *more)]

    def _application(self, http: _Transport) -> msal.ConfidentialClientApplication:
        try:
            return msal.ConfidentialClientApplication(
                self._client.id,
                client_credential=self._client.secret,
                authority=self._authority,
                instance_discovery=False,
                http_client=http,
            )
        except ValueError:  # no https, or not what an authority answers
            raise ConfigurationInvalid("authority_invalid") from None

    def _grant(self, result: Mapping[str, Any]) -> Grant:
        if "access_token" not in result:
            raise errors.of_token(400, result)
        scopes = str(result.get("scope") or " ".join(SCOPES)).split()
        return Grant(
            access_token=str(result["access_token"]),
            expires_at=self._session.clock.now() + timedelta(seconds=int(result["expires_in"])),
            refresh_token=str(result.get("refresh_token") or ""),
            scopes=frozenset(scope.rpartition("/")[2] for scope in scopes),
        )

    def _claims(self, http: _Transport, id_token: str) -> Mapping[str, Any]:
        """What Microsoft states about the person, once it is proven to be so, for us, now.

        The nonce is msal's part. Raises IdentityInvalid, ConfigurationInvalid, Retryable.
        """
        discovery = http.document(self._authority + _DISCOVERY)
        keys = jwt.PyJWKSet.from_dict(http.document(str(discovery["jwks_uri"]))).keys
        try:
            head = jwt.get_unverified_header(id_token)
            claims: dict[str, Any] = jwt.decode(
                id_token,
                {str(key.key_id): key for key in keys}[str(head.get("kid"))],
                algorithms=["RS256"],
                audience=self._client.id,
                options={
                    "require": ["aud", "exp", "iat", "iss", "tid", "oid", "nonce"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except KeyError:
            raise IdentityInvalid("identity_invalid", "unknown key") from None
        except jwt.PyJWTError as error:
            raise IdentityInvalid("identity_invalid", type(error).__name__) from None
        # An authority of many tenants names a pattern in place of each one's issuer (§1.10).
        if claims["iss"] != str(discovery["issuer"]).replace("{tenantid}", str(claims["tid"])):
            raise IdentityInvalid("identity_invalid", "issuer")
        now, leeway = self._session.clock.now().timestamp(), LEEWAY.total_seconds()
        if not float(claims["iat"]) - leeway <= now <= float(claims["exp"]) + leeway:
            raise IdentityInvalid("identity_invalid", "not valid now")
        return claims


class _Answer:
    """A response in the shape msal reads."""

    def __init__(self, response: Response) -> None:
        self.status_code = response.status
        self.headers = dict(response.headers)
        self.text = response.body.decode("utf-8", "replace")


class _Transport:
    """Our session in the shape msal calls. What is no answer to the client never reaches it:
    gateways and throttling become Retryable here, where the status is still known.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[str, Response] = {}

    def get(self, url: str, **_: object) -> _Answer:
        return _Answer(self._document(url))

    def post(
        self, url: str, headers: Mapping[str, str], data: Mapping[str, str], **_: object
    ) -> _Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        response = self._session.request(
            "POST", url, headers={**headers, **form}, body=urlencode(data).encode()
        )
        self._check(response)
        return _Answer(response)

    def close(self) -> None:
        """The session is somebody else's."""

    def document(self, url: str) -> dict[str, Any]:
        """A JSON document of the authority, read once. Raises ConfigurationInvalid, Retryable."""
        found: dict[str, Any] = self._document(url).json()
        return found

    def _document(self, url: str) -> Response:
        if url not in self._read:
            response = self._session.get(url)
            body = self._check(response)
            if response.status != 200:
                raise errors.of_token(response.status, body)
            self._read[url] = response
        return self._read[url]

    def _check(self, response: Response) -> dict[str, Any]:
        body = response.json()
        if response.status == 429 or response.status >= 500 or not isinstance(body, dict):
            wait = retry_after(response.headers, self._session.clock.now())
            raise Retryable(f"http_{response.status}", "Microsoft's sign-in", wait)
        return body


def _code(state: SignInState, answer: Mapping[str, str]) -> str:
    """The authorization code the browser brought back (contract §1.2, §1.3)."""
    if not hmac.compare_digest(answer.get("state", "").encode(), state.state.encode()):
        raise SignInExpired("state_mismatch")
    if "error" in answer:
        # What came through a browser may be anything.
        name = answer["error"] if re.fullmatch(r"[a-z_]{1,40}", answer["error"]) else ""
        number = re.match(r"AADSTS\d{4,9}", answer.get("error_description", ""))
        detail = number[0] if number else ""
        if name in _MISCONFIGURED:
            raise ConfigurationInvalid(name, detail)
        if name in {"server_error", "temporarily_unavailable"}:
            raise Retryable(name, detail)
        raise SignInDenied(name, detail) if name in _DENIED else SignInError(name, detail)
    if not answer.get("code"):
        raise SignInExpired("code_missing")
    return answer["code"]
