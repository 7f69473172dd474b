"""Codes, access and refresh tokens, and the signed id_token (contract 1.4 to 1.7)."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_sandbox.core.signing import base64url, signing_key

from .tenants import Account

GRAPH_AUDIENCE = "00000003-0000-0000-c000-000000000000"
CODE_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(days=90)
OPENID = ("openid", "profile", "email", "offline_access")


@dataclass(slots=True)
class Code:
    """What an authorization code stands for."""

    person: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    expires: datetime
    challenge: str
    method: str
    nonce: str
    redeemed: bool = False

    def proves(self, verifier: str) -> bool:
        """PKCE (RFC 7636): a challenge without a method is plain."""
        if not self.challenge:
            return not verifier
        if self.method != "S256":
            return verifier == self.challenge
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64url(digest) == self.challenge


@dataclass(slots=True)
class RefreshToken:
    person: str
    client_id: str
    scopes: tuple[str, ...]
    used: datetime
    replaced: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class AccessToken:
    person: str
    client_id: str
    scopes: tuple[str, ...]
    expires: datetime


def access_token(account: Account, token: AccessToken, at: datetime) -> str:
    """Opaque to clients; a JWT for work accounts, a random string for personal ones."""
    if account.personal:
        return f"EwB{secrets.token_urlsafe(48)}"
    return signing_key().sign({
        "aud": GRAPH_AUDIENCE,
        "oid": account.object_id,
        "tid": account.tenant,
        "scp": " ".join(token.scopes),
        "iat": int(at.timestamp()),
        "exp": int(token.expires.timestamp()),
        "uti": secrets.token_urlsafe(16),
    })  # fmt: skip


def id_token(
    account: Account,
    client_id: str,
    scopes: tuple[str, ...],
    *,
    nonce: str,
    base: str,
    at: datetime,
) -> str:
    """The v2.0 claims; `base` is the identity platform's address without a tenant."""
    issued = int(at.timestamp())
    claims: dict[str, object] = {
        "ver": "2.0",
        "iss": f"{base}/{account.tenant}/v2.0",
        "sub": _pairwise(account, client_id),
        "aud": client_id,
        "iat": issued,
        "nbf": issued,
        "exp": issued + 3600,
        "tid": account.tenant,
        "uti": secrets.token_urlsafe(16),
    }
    if "profile" in scopes:
        claims |= {
            "name": account.name,
            "preferred_username": account.address,
            "oid": account.object_id,
        }
    if "email" in scopes:
        claims["email"] = account.address
    if nonce:
        claims["nonce"] = nonce
    return signing_key().sign(claims)


def _pairwise(account: Account, client_id: str) -> str:
    return base64url(hashlib.sha256(f"{client_id} {account.object_id}".encode()).digest())


def client_info(account: Account) -> str:
    """`uid` and `utid` that msal makes its account id of (contract 1.9)."""
    content = {"uid": account.object_id, "utid": account.tenant}
    return base64url(json.dumps(content).encode())
