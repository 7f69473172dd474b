"""The page where a person agrees (contract 2.1 to 2.4)."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug.utils import redirect

from calendar_sandbox.core.clients import Client
from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import SignIn, refusal_page, sign_in_page

from .accounts import Account, Accounts
from .scopes import KNOWN, SIGN_IN, describe, granted_name
from .tokens import Code, Tokens

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

Fields = Mapping[str, str]
ISSUER = "https://accounts.google.com"


class Refusal(Exception):
    """Shown on Google's own page: never redirected (2.4)."""

    def __init__(self, error: str, status: int, explanation: str) -> None:
        super().__init__(error)
        self.error, self.status, self.explanation = error, status, explanation


class Authorize:
    def __init__(self, world: "World", accounts: Accounts, tokens: Tokens) -> None:
        self._world = world
        self._accounts = accounts
        self._tokens = tokens

    def handle(self, request: Request) -> Response:
        fields = request.form if request.method == "POST" else request.args
        try:
            client = self.check(fields)
            if request.method == "POST":
                granted = request.form.getlist("granted")
                return self.answered(client, fields, self.said(fields, granted))
            if consent := self._world.consents.take("google"):
                return self.answered(client, fields, consent)
            if fields.get("prompt") == "none":
                return self.silent(client, fields)
            return self.ask(client, fields)
        except Refusal as refusal:
            title = f"Error {refusal.status}: {refusal.error}"
            return refusal_page(title, refusal.explanation, refusal.status)

    def check(self, fields: Fields) -> Client:
        """Raises Refusal."""
        client = self._world.clients.get("google", fields.get("client_id", ""))
        if client is None:
            raise Refusal("invalid_client", 401, "The OAuth client was not found.")
        if fields.get("redirect_uri") not in client.redirect_uris:
            raise Refusal(
                "redirect_uri_mismatch",
                400,
                "The redirect URI in the request does not match a registered one: "
                + fields.get("redirect_uri", "(missing)"),
            )
        if fields.get("response_type") != "code":
            raise Refusal("invalid_request", 400, "Required parameter: response_type=code")
        wanted = asked(fields)
        if not wanted:
            raise Refusal("invalid_request", 400, "Missing required parameter: scope")
        if unknown := [scope for scope in wanted if scope not in KNOWN]:
            raise Refusal("invalid_scope", 400, f"Unknown scopes: {' '.join(unknown)}")
        return client

    def ask(self, client: Client, fields: Fields) -> Response:
        hint = fields.get("login_hint", "").casefold()
        accounts = list(self._accounts)
        boxes = tuple((s, describe(s)) for s in asked(fields) if s not in SIGN_IN)
        preselected = [a.person.key for a in accounts if hint in (a.email.casefold(), a.sub)]
        return sign_in_page(
            SignIn(
                provider="google",
                client_id=client.client_id,
                people=tuple(account.person for account in accounts),
                preselected=preselected[0] if preselected else "",
                scopes=boxes,
                ticks=len(boxes) > 1,
                fields=tuple(fields.items()),
            )
        )

    def said(self, fields: Fields, granted: list[str]) -> Consent:
        boxes = [scope for scope in asked(fields) if scope not in SIGN_IN]
        without = [s for s in boxes if s not in granted] if len(boxes) > 1 else []
        allow = fields.get("answer") == "allow"
        return Consent(fields.get("person", ""), allow, tuple(without))

    def answered(self, client: Client, fields: Fields, consent: Consent) -> Response:
        """Raises Refusal for a person who may not use the application."""
        if not consent.allow:
            return back(fields, {"error": "access_denied"})
        account = self.account(consent.person)
        testers = [str(email).casefold() for email in client.options.get("test_users", ())]
        if (
            client.options.get("publishing") == "testing"
            and account.email.casefold() not in testers
        ):
            raise Refusal(
                "access_denied",
                403,
                "The application is being tested and can only be used by its listed testers.",
            )
        granted = frozenset(granted_name(s) for s in asked(fields) if s not in consent.without)
        return self.grant(client, fields, account, granted)

    def account(self, person: str) -> Account:
        try:
            return self._accounts.of(self._world.people.get(person))
        except LookupError:
            raise Refusal("invalid_request", 400, f"Nobody here is {person!r}.") from None

    def grant(
        self, client: Client, fields: Fields, account: Account, granted: frozenset[str]
    ) -> Response:
        before = self._tokens.consented(account.email, client.client_id)
        first = not before
        if fields.get("include_granted_scopes") == "true":
            granted |= before
        consented = first or "consent" in fields.get("prompt", "").split()
        value = self._tokens.issue_code(
            Code(
                value="4/0" + secrets.token_urlsafe(40),
                email=account.email,
                client_id=client.client_id,
                redirect_uri=fields["redirect_uri"],
                scopes=granted,
                offline=fields.get("access_type") == "offline" and consented,
                nonce=fields.get("nonce", ""),
                challenge=fields.get("code_challenge", ""),
                challenge_method=fields.get("code_challenge_method", "plain"),
                expires=self._world.clock.now()
                + timedelta(seconds=self._world.knobs.number("google.code_seconds")),
            )
        )
        answer = {"code": value, "scope": " ".join(sorted(granted)), "authuser": "0"}
        if account.person.kind == "work":
            answer["hd"] = account.email.rpartition("@")[2]
        return back(fields, answer | {"prompt": "consent" if consented else "none"})

    def silent(self, client: Client, fields: Fields) -> Response:
        """prompt=none: a code only where nothing has to be asked."""
        account = self._accounts.at(fields.get("login_hint", ""))
        if account is None:
            return back(fields, {"error": "login_required"})
        wanted = frozenset(granted_name(scope) for scope in asked(fields))
        if not wanted <= self._tokens.consented(account.email, client.client_id):
            return back(fields, {"error": "consent_required"})
        return self.grant(client, fields, account, wanted)


def asked(fields: Fields) -> list[str]:
    return fields.get("scope", "").split()


def back(fields: Fields, answer: Mapping[str, str]) -> Response:
    """Redirects to the application, which has been found to be registered."""
    state = {"state": fields["state"]} if "state" in fields else {}
    issuer = {"iss": ISSUER} if "code" in answer else {}
    query = urlencode({**state, **issuer, **answer})
    joint = "&" if "?" in fields["redirect_uri"] else "?"
    response: Response = redirect(f"{fields['redirect_uri']}{joint}{query}", 302, Response)
    return response
