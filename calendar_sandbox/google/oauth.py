"""Token, revocation, user info, keys and discovery (contract 2.5 to 2.10)."""

import base64
import binascii
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization

from calendar_sandbox.core.clients import Client
from calendar_sandbox.core.http import Request, Response, json_response
from calendar_sandbox.core.signing import signing_key

from .accounts import Account, Accounts
from .errors import bad_credentials
from .scopes import ALIASES, granted_name
from .tokens import AccessToken, Code, TokenError, Tokens, id_token

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

Reply = dict[str, object]
EMAIL, PROFILE = ALIASES["email"], ALIASES["profile"]


class OAuth:
    def __init__(self, world: "World", accounts: Accounts, tokens: Tokens) -> None:
        self._world = world
        self._accounts = accounts
        self._tokens = tokens

    def token(self, request: Request) -> Response:
        try:
            return no_store(json_response(self.exchange(request)))
        except TokenError as error:
            body = {"error": error.error, "error_description": error.description}
            return no_store(json_response(body, error.status))

    def exchange(self, request: Request) -> Reply:
        """Raises TokenError."""
        grant_type = need(request, "grant_type")
        if grant_type not in ("authorization_code", "refresh_token"):
            raise TokenError("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        client = self.client(request)
        if grant_type == "refresh_token":
            return self.refresh(request, client)
        code = self._tokens.redeem(
            need(request, "code"),
            client.client_id,
            need(request, "redirect_uri"),
            request.form.get("code_verifier"),
        )
        return self.first_tokens(client, code)

    def client(self, request: Request) -> Client:
        """Authenticated by HTTP Basic or by the body, id and secret taken raw (2.5)."""
        client_id, secret = basic(request) or (
            need(request, "client_id"),
            need(request, "client_secret"),
        )
        client = self._world.clients.get("google", client_id)
        if client is None:
            raise TokenError("invalid_client", "The OAuth client was not found.", 401)
        if secret != client.client_secret:
            raise TokenError("invalid_client", "Unauthorized", 401)
        return client

    def first_tokens(self, client: Client, code: Code) -> Reply:
        access = self._tokens.issue_access(code.email, client.client_id, code.scopes)
        reply = self.reply(access, code.nonce)
        if not code.offline:
            return reply
        testing = client.options.get("publishing") == "testing" and not only_identity(code.scopes)
        token = self._tokens.issue_refresh(
            code.email, client.client_id, code.scopes, testing=testing
        )
        reply["refresh_token"] = token.value
        if testing:
            reply["refresh_token_expires_in"] = 604_799
        return reply

    def refresh(self, request: Request, client: Client) -> Reply:
        token = self._tokens.use_refresh(need(request, "refresh_token"), client.client_id)
        asked = request.form.get("scope", "").split()
        scopes = frozenset(granted_name(scope) for scope in asked) or token.scopes
        if not scopes <= token.scopes:
            if self._world.knobs["google.refresh_wider"] == "invalid_scope":
                raise TokenError("invalid_scope", "Bad Request")
            scopes = token.scopes
        return self.reply(self._tokens.issue_access(token.email, client.client_id, scopes))

    def reply(self, access: AccessToken, nonce: str = "") -> Reply:
        reply: Reply = {
            "access_token": access.value,
            "expires_in": 3599,
            "scope": " ".join(sorted(access.scopes)),
            "token_type": "Bearer",
        }
        account = self._accounts.at(access.email)
        if "openid" in access.scopes and account:
            claims = self.claims(account, access.scopes) | ({"nonce": nonce} if nonce else {})
            reply["id_token"] = id_token(claims, access, self._world.clock.now())
        return reply

    def claims(self, account: Account, scopes: frozenset[str]) -> Reply:
        """Who the person is, as far as the scopes tell."""
        claims: Reply = {"sub": account.sub}
        if account.person.kind == "work":
            claims["hd"] = account.email.rpartition("@")[2]
        if EMAIL in scopes:
            claims |= {"email": account.email, "email_verified": True}
        if PROFILE in scopes:
            given, _, family = account.person.name.partition(" ")
            claims |= {"name": account.person.name, "given_name": given}
            claims |= {"family_name": family} if family else {}
        return claims

    def revoke(self, request: Request) -> Response:
        token = request.form.get("token") or request.args.get("token", "")
        if self._tokens.revoke(token):
            return json_response({})
        return json_response(
            {"error": "invalid_token", "error_description": "Token expired or revoked"}, 400
        )

    def userinfo(self, request: Request) -> Response:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self._tokens.valid(value) if scheme == "Bearer" else None
        account = self._accounts.at(token.email) if token else None
        if token is None or account is None or not token.scopes & {"openid", EMAIL, PROFILE}:
            return bad_credentials().response()
        return json_response(self.claims(account, token.scopes))

    def tokeninfo(self, request: Request) -> Response:
        token = self._tokens.valid(request.args.get("access_token", ""))
        account = self._accounts.at(token.email) if token else None
        if token is None or account is None:
            error = {"error": "invalid_token", "error_description": "Invalid Value"}
            return json_response(error, 400)
        left = int((token.expires - self._world.clock.now()).total_seconds())
        info: dict[str, str] = {
            "azp": token.client_id,
            "aud": token.client_id,
            "sub": account.sub,
            "scope": " ".join(sorted(token.scopes)),
            "exp": str(int(token.expires.timestamp())),
            "expires_in": str(left),
            "access_type": "offline",
        }
        if EMAIL in token.scopes:
            info |= {"email": account.email, "email_verified": "true"}
        return json_response(info)


def jwk_set(_request: Request) -> Response:
    return json_response({"keys": [signing_key().jwk()]})


def pem_certificates(_request: Request) -> Response:
    key = signing_key()
    pem = key.certificate().public_bytes(serialization.Encoding.PEM)
    return json_response({key.kid: pem.decode("ascii")})


def discovery(request: Request) -> Response:
    base = request.host_url.rstrip("/") + "/google"
    return json_response(
        {
            "issuer": "https://accounts.google.com",
            "authorization_endpoint": f"{base}/o/oauth2/v2/auth",
            "token_endpoint": f"{base}/token",
            "revocation_endpoint": f"{base}/revoke",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/oauth2/v3/certs",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
        }
    )


def need(request: Request, name: str) -> str:
    value = request.form.get(name)
    if not value:
        raise TokenError("invalid_request", f"Missing required parameter: {name}")
    return value


def basic(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError("invalid_client", "Unauthorized", 401) from None
    return client_id, secret


def only_identity(scopes: frozenset[str]) -> bool:
    """Such grants never end, not even in Testing (2.8)."""
    return scopes <= {"openid", EMAIL, PROFILE}


def no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
    response.headers["Pragma"] = "no-cache"
    return response
