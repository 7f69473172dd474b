"""The identity platform's memory: consents, codes, tokens, and what it refuses (contract 1)."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import tenants, tokens
from .aadsts import TABLE, IdentityError
from .errors import GraphError
from .tenants import Account
from .tokens import OPENID, AccessToken, Code, RefreshToken

if TYPE_CHECKING:
    from calendar_sandbox.core.clients import Client
    from calendar_sandbox.core.world import World

_GRAPH_SCOPES = {
    name.lower(): name
    for name in (
        "User.Read", "Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite",
        "Calendars.Read.Shared", "Calendars.ReadWrite.Shared", "MailboxSettings.Read",
        "MailboxSettings.ReadWrite", "OnlineMeetings.Read", "OnlineMeetings.ReadWrite", "Mail.Send",
    )
}  # fmt: skip
_RESOURCE = "https://graph.microsoft.com/"


@dataclass(frozen=True, slots=True)
class Application:
    """A proven request: who asks, where the answer goes, for what."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    method: str
    nonce: str


def scopes_of(text: str) -> tuple[str, ...]:
    """Scopes as Graph spells them, in order. Raises IdentityError 70011 for unknown ones."""
    found = []
    for word in dict.fromkeys(text.split()):
        bare = word.removeprefix(_RESOURCE)
        if bare.lower() in OPENID:
            found.append(bare.lower())
        elif bare.lower() in _GRAPH_SCOPES:
            found.append(_GRAPH_SCOPES[bare.lower()])
        else:
            raise IdentityError(70011)
    if not found:
        raise IdentityError(70011)
    return tuple(found)


class Identity:
    def __init__(self, world: "World") -> None:
        self._world = world
        self._codes: dict[str, Code] = {}
        self._refresh: dict[str, RefreshToken] = {}
        self._access: dict[str, AccessToken] = {}
        self._consents: dict[tuple[str, str], tuple[str, ...]] = {}
        self._troubles: dict[str, int] = {}

    # What tests and the console do

    def trouble(self, person: str, number: int | None) -> None:
        """Lets every token request for a person end in this AADSTS number, until None."""
        if number is None:
            self._troubles.pop(person, None)
        elif number in TABLE:
            self._troubles[person] = number
        else:
            raise ValueError(f"AADSTS{number} is not known here")

    def revoke(self, person: str) -> None:
        """Ends all sign-in sessions: refreshing fails, access tokens live on (contract 1.7)."""
        for token in self._refresh.values():
            token.revoked = token.revoked or token.person == person

    def withdraw_consent(self, person: str, client_id: str) -> None:
        self._consents.pop((person, client_id), None)

    def expire_access_tokens(self, person: str) -> None:
        """As if an hour had passed, for this person only."""
        for text in [text for text, token in self._access.items() if token.person == person]:
            del self._access[text]

    def issue(self, person: str, client_id: str, scopes: str) -> dict[str, Any]:
        """The answer of a finished sign-in, without the browser: tokens for tests."""
        asked = scopes_of(scopes)
        self._consent(person, client_id, asked)
        return self._answer(person, client_id, asked, "", "https://sandbox.example/microsoft")

    # Persons

    def accounts(self) -> list[Account]:
        return [Account.of(person) for person in self._world.people if person.outlook]

    def account(self, person: str) -> Account:
        """Raises IdentityError 50034 for somebody without an Outlook account."""
        for account in self.accounts():
            if account.person == person:
                return account
        raise IdentityError(50034)

    # The authorize leg

    def consented(self, person: str, client_id: str, scopes: Iterable[str]) -> bool:
        return set(scopes) <= set(self._consents.get((person, client_id), ()))

    def _consent(self, person: str, client_id: str, scopes: tuple[str, ...]) -> None:
        before = self._consents.get((person, client_id), ())
        self._consents[person, client_id] = tuple(dict.fromkeys([*before, *scopes]))

    def grant_code(
        self, tenant: str, person: str, asked: Application, *, without: Iterable[str] = ()
    ) -> str:
        """A fresh code. Raises IdentityError 50020 for an account the tenant does not admit."""
        if not tenants.admits(tenant, self.account(person)):
            raise IdentityError(50020)
        scopes = tuple(scope for scope in asked.scopes if scope not in set(without))
        self._consent(person, asked.client_id, scopes)
        code = f"0.{secrets.token_urlsafe(48)}"
        self._codes[code] = Code(
            person,
            asked.client_id,
            asked.redirect_uri,
            scopes,
            self._world.clock.now() + tokens.CODE_LIFE,
            asked.challenge,
            asked.method,
            asked.nonce,
        )
        return code

    # The token endpoint

    def redeem(self, form: Mapping[str, str], base: str) -> dict[str, Any]:
        """The success body. Raises IdentityError."""
        client = self._authenticated(form)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._redeem_code(client.client_id, form, base)
        if kind == "refresh_token":
            return self._redeem_refresh(client.client_id, form, base)
        raise IdentityError(70003 if kind else 90014)

    def _authenticated(self, form: Mapping[str, str]) -> "Client":
        client = self._world.clients.get("outlook", form.get("client_id", ""))
        if client is None:
            raise IdentityError(700016)
        status = self._world.knobs.number("identity.invalid_client_status")
        secret = form.get("client_secret", "")
        if not secret:
            raise IdentityError(7000218, status=status)
        if not secrets.compare_digest(secret.encode(), client.client_secret.encode()):
            raise IdentityError(7000215, status=status)
        if self._world.knobs["identity.secret_expired"]:
            raise IdentityError(7000222, status=status)
        return client

    def _redeem_code(self, client_id: str, form: Mapping[str, str], base: str) -> dict[str, Any]:
        code = self._codes.get(form.get("code", ""))
        if code is None or code.client_id != client_id:
            raise IdentityError(70000)
        if code.redeemed:
            raise IdentityError(54005)
        if self._world.clock.now() > code.expires:
            raise IdentityError(70008)
        if form.get("redirect_uri") != code.redirect_uri:
            raise IdentityError(500112)
        if not code.proves(form.get("code_verifier", "")):
            raise IdentityError(501481)
        self._check_trouble(code.person)
        code.redeemed = True
        return self._answer(code.person, client_id, code.scopes, code.nonce, base)

    def _redeem_refresh(self, client_id: str, form: Mapping[str, str], base: str) -> dict[str, Any]:
        token = self._refresh.get(form.get("refresh_token", ""))
        now = self._world.clock.now()
        strict = self._world.knobs["identity.strict_rotation"]
        if token is None or token.client_id != client_id or (strict and token.replaced):
            raise IdentityError(70000)
        if token.revoked:
            raise IdentityError(50173)
        if now - token.used > tokens.REFRESH_LIFE:
            raise IdentityError(700082)
        self._check_trouble(token.person)
        asked = scopes_of(form["scope"]) if form.get("scope") else token.scopes
        granted = self._consents.get((token.person, client_id), ())
        if not set(asked) <= {*granted, *OPENID} or not granted:
            raise IdentityError(65001)
        token.used, token.replaced = now, True
        return self._answer(token.person, client_id, asked, "", base)

    def _check_trouble(self, person: str) -> None:
        if person in self._troubles:
            raise IdentityError(self._troubles[person])

    def _answer(
        self, person: str, client_id: str, scopes: tuple[str, ...], nonce: str, base: str
    ) -> dict[str, Any]:
        now, account = self._world.clock.now(), self.account(person)
        life = self._world.knobs.number("identity.expires_in")
        token = AccessToken(person, client_id, scopes, now + timedelta(seconds=life))
        text = tokens.access_token(account, token, now)
        self._access[text] = token
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "scope": " ".join(scope for scope in scopes if scope != "offline_access"),
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": text,
            "client_info": tokens.client_info(account),
        }
        if "offline_access" in scopes:
            fresh = f"1.{secrets.token_urlsafe(64)}"
            self._refresh[fresh] = RefreshToken(person, client_id, scopes, used=now)
            answer["refresh_token"] = fresh
        if "openid" in scopes:
            answer["id_token"] = tokens.id_token(
                account, client_id, scopes, nonce=nonce, base=base, at=now
            )
        return answer

    def person_behind(self, form: Mapping[str, str]) -> str | None:
        """Whose code or refresh token a request carries, for the journal."""
        code = self._codes.get(form.get("code", ""))
        token = self._refresh.get(form.get("refresh_token", ""))
        return code.person if code else token.person if token else None

    # Graph's side

    def holder(self, authorization: str) -> str | None:
        """The person an Authorization header speaks for, valid or not."""
        token = self.bearer(authorization)
        return token.person if token else None

    def bearer(self, authorization: str) -> AccessToken | None:
        """The token of an Authorization header, valid or not."""
        return self._access.get(authorization.partition(" ")[2])

    def proven(self, authorization: str) -> AccessToken:
        """The token of an Authorization header. Raises GraphError 401."""
        kind, _, text = authorization.partition(" ")
        if kind.lower() != "bearer" or not text:
            raise unauthorized("Access token is empty.")
        token = self._access.get(text)
        if token is None:
            raise unauthorized("CompactToken parsing failed with error code: 80049217")
        if self._world.clock.now() >= token.expires:
            raise unauthorized("Lifetime validation failed, the token is expired.")
        return token


def unauthorized(message: str) -> GraphError:
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/'
        f'authorize", client_id="{tokens.GRAPH_AUDIENCE}"'
    )
    return GraphError(
        401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge}
    )
