"""Who signed in, by Microsoft's word (providers/graph/oauth.py; contract §1.5, §1.10)."""

import hashlib
import json

import pytest

from calendar_sandbox.core.signing import SigningKey, base64url, signing_key
from calendar_sync.providers.graph.oauth import MicrosoftSignIn
from calendar_sync.providers.oauth import Client, Grant, IdentityInvalid, SignInState
from support.wire import NOON, Script, a_session, json_replies

CLIENT = Client("app", "app-secret", "https://app.example/callback")
STATE = SignInState("s", "v", "n")
CLAIMS: dict[str, object] = {
    "iss": "https://login.example/t1/v2.0",
    "aud": "app",
    "tid": "t1",
    "oid": "o1",
    "sub": "s1",
    "iat": int(NOON.timestamp()),
    "exp": int(NOON.timestamp()) + 3600,
    "nonce": hashlib.sha256(b"n").hexdigest(),
}


def exchanged(id_token: str) -> Grant:
    """The grant for a code, from a Microsoft that answers with this id token."""
    authority = "https://login.example/common"
    discovery = {
        "issuer": "https://login.example/{tenantid}/v2.0",
        "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
        "token_endpoint": f"{authority}/oauth2/v2.0/token",
        "jwks_uri": f"{authority}/discovery/v2.0/keys",
    }
    tokens = {"access_token": "a", "expires_in": 3600, "id_token": id_token}
    script = Script(*json_replies(discovery, tokens, {"keys": [signing_key().jwk()]}))
    sign_in = MicrosoftSignIn(
        a_session(script), {"authority": authority, "graph": "https://graph.microsoft.com"}, CLIENT
    )
    return sign_in.exchange(STATE, {"state": "s", "code": "c"})


def test_statement_of_a_tenant_behind_a_shared_authority() -> None:
    grant = exchanged(signing_key().sign(CLAIMS))

    assert (grant.issuer, grant.subject) == ("https://login.example/t1/v2.0", "o1")


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"aud": "another app"}, "InvalidAudienceError"),
        ({"iss": "https://login.example/t2/v2.0"}, "issuer"),
        ({"tid": "t2"}, "issuer"),
        ({"exp": int(NOON.timestamp()) - 301}, "not valid now"),
        ({"iat": int(NOON.timestamp()) + 301}, "not valid now"),
        ({"nonce": hashlib.sha256(b"m").hexdigest()}, "nonce"),
    ],
)
def test_statement_that_is_not_about_this_sign_in(changes: dict[str, object], detail: str) -> None:
    with pytest.raises(IdentityInvalid) as caught:
        exchanged(signing_key().sign(CLAIMS | changes))

    assert caught.value.detail == detail


@pytest.mark.parametrize("claim", ["aud", "exp", "iat", "iss", "tid", "oid"])
def test_statement_that_leaves_something_out(claim: str) -> None:
    with pytest.raises(IdentityInvalid):
        exchanged(signing_key().sign({key: CLAIMS[key] for key in CLAIMS if key != claim}))


def test_statement_signed_by_somebody_else() -> None:
    stranger = SigningKey()
    stranger.kid = signing_key().kid
    unknown = SigningKey()

    with pytest.raises(IdentityInvalid) as forged:
        exchanged(stranger.sign(CLAIMS))
    with pytest.raises(IdentityInvalid) as unlisted:
        exchanged(unknown.sign(CLAIMS))

    assert forged.value.detail == "InvalidSignatureError"
    assert unlisted.value.detail == "unknown key"


@pytest.mark.parametrize("text", ["", "x", "x.y.z"])
def test_statement_that_is_none(text: str) -> None:
    with pytest.raises(IdentityInvalid):
        exchanged(text)


def test_statement_without_a_signature() -> None:
    head = base64url(json.dumps({"alg": "none", "kid": signing_key().kid}).encode())
    body = base64url(json.dumps(CLAIMS).encode())

    with pytest.raises(IdentityInvalid):
        exchanged(f"{head}.{body}.")
