"""Grants, codes and tokens, and how they die (contract 2.5 to 2.10)."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.signing import at_hash, signing_key

ACCESS_LIFE = timedelta(seconds=3599)
TESTING_LIFE = timedelta(days=7)
UNUSED_LIFE = timedelta(days=182)
MOST_REFRESH_TOKENS = 100


class TokenError(Exception):
    """A refusal of the token endpoint: `error` and `error_description` (2.6)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


@dataclass
class Code:
    value: str
    email: str
    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    offline: bool
    """Whether a refresh token comes with it."""
    nonce: str
    challenge: str
    challenge_method: str
    expires: datetime
    used: bool = False


@dataclass(frozen=True)
class AccessToken:
    value: str
    email: str
    client_id: str
    scopes: frozenset[str]
    expires: datetime


@dataclass
class RefreshToken:
    value: str
    email: str
    client_id: str
    scopes: frozenset[str]
    expires: datetime | None
    """Only of time-limited grants."""
    used: datetime


@dataclass
class Tokens:
    clock: Clock
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    refresh: dict[str, RefreshToken] = field(default_factory=dict)
    grants: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(account, client) → scopes the user has agreed to."""

    def consented(self, email: str, client_id: str) -> frozenset[str]:
        return self.grants.get((email, client_id), frozenset())

    def issue_code(self, code: Code) -> str:
        self.codes[code.value] = code
        key = (code.email, code.client_id)
        self.grants[key] = self.consented(*key) | code.scopes
        return code.value

    def redeem(self, value: str, client_id: str, redirect_uri: str, verifier: str | None) -> Code:
        """Uses a code up. Raises TokenError."""
        code = self.codes.get(value)
        if code is None:
            raise TokenError("invalid_grant", "Malformed auth code.")
        if code.client_id != client_id:
            raise TokenError("unauthorized_client", "Unauthorized", 401)
        if code.used or code.expires <= self.clock.now():
            raise TokenError("invalid_grant", "Bad Request")
        if code.redirect_uri != redirect_uri:
            raise TokenError("redirect_uri_mismatch", "Bad Request")
        check_verifier(code, verifier)
        code.used = True
        return code

    def issue_access(self, email: str, client_id: str, scopes: frozenset[str]) -> AccessToken:
        value = "ya29.a0" + secrets.token_urlsafe(48)
        token = AccessToken(value, email, client_id, scopes, self.clock.now() + ACCESS_LIFE)
        self.access[value] = token
        return token

    def issue_refresh(
        self, email: str, client_id: str, scopes: frozenset[str], *, testing: bool
    ) -> RefreshToken:
        """The 101st of an account and client kills the oldest without notice (2.8)."""
        now = self.clock.now()
        own = [t for t in self.refresh.values() if (t.email, t.client_id) == (email, client_id)]
        for old in own[: max(0, len(own) - MOST_REFRESH_TOKENS + 1)]:
            del self.refresh[old.value]
        value = "1//0e" + secrets.token_urlsafe(40)
        token = RefreshToken(
            value, email, client_id, scopes, now + TESTING_LIFE if testing else None, now
        )
        self.refresh[value] = token
        return token

    def use_refresh(self, value: str, client_id: str) -> RefreshToken:
        """Raises TokenError."""
        dead = TokenError("invalid_grant", "Token has been expired or revoked.")
        token = self.refresh.get(value)
        if token is None:
            raise dead
        if token.client_id != client_id:
            raise TokenError("unauthorized_client", "Unauthorized", 401)
        now = self.clock.now()
        if (token.expires and token.expires <= now) or token.used + UNUSED_LIFE <= now:
            del self.refresh[value]
            raise dead
        token.used = now
        return token

    def valid(self, value: str) -> AccessToken | None:
        token = self.access.get(value)
        return token if token and token.expires > self.clock.now() else None

    def revoke(self, value: str) -> bool:
        """The whole grant of user and client goes; False for an unknown token (2.10)."""
        token = self.access.get(value) or self.refresh.get(value)
        if token is None:
            return False
        self.drop_grant(token.email, token.client_id)
        return True

    def drop_grant(self, email: str, client_id: str | None = None) -> None:
        """The user removes the app; None: every app."""

        def doomed(token: AccessToken | RefreshToken) -> bool:
            return token.email == email and client_id in (None, token.client_id)

        self.access = {k: t for k, t in self.access.items() if not doomed(t)}
        self.refresh = {k: t for k, t in self.refresh.items() if not doomed(t)}
        for key in [k for k in self.grants if k[0] == email and client_id in (None, k[1])]:
            del self.grants[key]

    def expire_access(self, email: str) -> None:
        """Every access token of an account ends now; refresh tokens live on."""
        self.access = {k: t for k, t in self.access.items() if t.email != email}


def check_verifier(code: Code, verifier: str | None) -> None:
    """RFC 7636, with the three messages of 2.6."""
    if not code.challenge:
        if verifier:
            raise TokenError("invalid_grant", "code_verifier or verifier is not needed.")
        return
    if not verifier:
        raise TokenError("invalid_grant", "Missing code verifier.")
    digest = hashlib.sha256(verifier.encode()).digest()
    hashed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if code.challenge != (hashed if code.challenge_method == "S256" else verifier):
        raise TokenError("invalid_grant", "Invalid code verifier.")


def id_token(claims: dict[str, object], access: AccessToken, now: datetime) -> str:
    """Signed as OpenID Connect has it; `exp` is an hour from now (2.10)."""
    issued = int(now.timestamp())
    return signing_key().sign(
        {
            "iss": "https://accounts.google.com",
            "azp": access.client_id,
            "aud": access.client_id,
            **claims,
            "at_hash": at_hash(access.value),
            "iat": issued,
            "exp": issued + 3600,
        }
    )
