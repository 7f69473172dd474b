"""The identity platform over HTTP: discovery, sign-in page, token endpoint (contract 1)."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.faults import Fault
from calendar_sandbox.core.http import FRONT, Mount, Router, json_response
from calendar_sandbox.core.pages import SignIn as Question
from calendar_sandbox.core.pages import hidden, page, refusal_page, sign_in_page
from calendar_sandbox.core.signing import signing_key

from . import tenants, tokens
from .aadsts import IdentityError
from .identity import Application, Identity, scopes_of

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

PREFIX = "/microsoft/"
_WORDS = {
    "User.Read": "Sign you in and read your profile",
    "Calendars.ReadBasic": "Read basic details of your calendars",
    "Calendars.Read": "Read your calendars",
    "Calendars.ReadWrite": "Have full access to your calendars",
    "offline_access": "Maintain access to data you have given it access to",
}
_UNSAID = frozenset({"openid", "profile", "email"})
_FORM_POST = Markup(
    '<form method="post" action="{}">{}<button class="main">Continue</button></form>'
    "<script>document.forms[0].submit()</script>"
)


class RedirectedError(Exception):
    """A refusal that the application hears through its redirect URI (contract 1.3)."""

    def __init__(self, number: int, error: str | None = None) -> None:
        self.refusal = IdentityError(number)
        self.error = error or self.refusal.error


class SignIn:
    """The identity host, tenant by tenant."""

    def __init__(self, world: "World", identity: Identity) -> None:
        self._world = world
        self._identity = identity
        self._router = Router(ignore_case=True)
        for methods, pattern, call in (
            ("GET", "{tenant}/v2.0/.well-known/openid-configuration", self.discovery),
            ("GET", "{tenant}/discovery/v2.0/keys", self.keys),
            ("GET POST", "{tenant}/oauth2/v2.0/authorize", self.authorize),
            ("POST", "{tenant}/oauth2/v2.0/token", self.token),
            ("GET", "{tenant}/oauth2/v2.0/logout", self.logout),
        ):
            self._router.add(methods, pattern, call)

    def mount(self) -> Mount:
        return Mount(PREFIX, self.handle, self.whose, self.refuse)

    def handle(self, request: Request) -> Response:
        found = self._router.find(request.method, request.path.removeprefix(PREFIX))
        if isinstance(found, int):
            return refusal_page("Sign in", "There is no such page.", found)
        call, variables = found
        try:
            tenant = tenants.canonical(variables["tenant"], self._identity.accounts())
            return call(request, tenant)
        except IdentityError as error:
            return json_response(error.body(self._now(), correlation(request)), error.status)

    def whose(self, request: Request) -> str | None:
        return self._identity.person_behind(request.form)

    def refuse(self, fault: Fault, request: Request) -> Response:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        if fault.kind == "html":
            return Response("<html><body>Bad gateway</body></html>", 502, mimetype="text/html")
        status = 507 if fault.kind == "quota" else int(fault.kind[:3])
        return json_response(
            IdentityError(90033).body(self._now(), correlation(request)), status, headers
        )

    def discovery(self, request: Request, tenant: str) -> Response:
        base = address(request)
        front = request.environ.get(FRONT, request.host_url).rstrip("/") + PREFIX.rstrip("/")
        shown = "{tenantid}" if tenant in {"common", "organizations"} else tenant
        return json_response({
            "issuer": f"{base}/{shown}/v2.0",
            "authorization_endpoint": f"{front}/{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/{tenant}/oauth2/v2.0/token",
            "jwks_uri": f"{base}/{tenant}/discovery/v2.0/keys",
            "end_session_endpoint": f"{front}/{tenant}/oauth2/v2.0/logout",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "tenant_region_scope": None,
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": request.host,
        })  # fmt: skip

    def keys(self, _request: Request, _tenant: str) -> Response:
        return json_response({"keys": [signing_key().jwk()]})

    def token(self, request: Request, _tenant: str) -> Response:
        form = request.form.to_dict()
        if request.authorization is not None and request.authorization.type == "basic":
            form["client_id"] = request.authorization.username or ""
            form["client_secret"] = request.authorization.password or ""
        answer = self._identity.redeem(form, address(request))
        return json_response(answer, headers={"Cache-Control": "no-store"})

    def logout(self, request: Request, _tenant: str) -> Response:
        target = request.args.get("post_logout_redirect_uri")
        if not target:
            return page("You signed out of your account", narrow=True)
        return Response(status=302, headers={"Location": target})

    def authorize(self, request: Request, tenant: str) -> Response:
        """GET shows the page unless the answer is scripted; POST is the page's answer."""
        asked = request.args
        try:
            redirect_uri = self._trusted(asked)
        except IdentityError as error:
            return refusal_page("Sorry, but we’re having trouble signing you in", error.text, 400)
        try:
            application = _application(asked, redirect_uri)
            consent = self._answer(request, tenant, application)
            if consent is None:
                return self._ask(application, asked.get("login_hint", ""))
            return _back(asked, redirect_uri, self._granted(consent, tenant, application, asked))
        except RedirectedError as error:
            description = error.refusal.description(
                self._now(), str(uuid.uuid4()), correlation(request)
            )
            fields = {"error": error.error, "error_description": description}
            return _back(asked, redirect_uri, fields)

    def _ask(self, application: Application, hint: str) -> Response:
        """The page; its form comes back to the same address."""
        people = tuple(person for person in self._world.people if person.outlook)
        hinted = self._world.people.at("outlook", hint) or next(iter(people), None)
        return sign_in_page(
            Question(
                provider="outlook",
                client_id=application.client_id,
                people=people,
                preselected=hinted.key if hinted else "",
                scopes=tuple(
                    (scope, _WORDS.get(scope, scope))
                    for scope in application.scopes
                    if scope not in _UNSAID
                ),
                # Microsoft asks for all or nothing.
                ticks=False,
                fields=(),
            )
        )

    def _trusted(self, asked: Mapping[str, str]) -> str:
        """The redirect URI, if client and URI belong together. Raises IdentityError."""
        client = self._world.clients.get("outlook", asked.get("client_id", ""))
        if client is None:
            raise IdentityError(700016)
        redirect_uri = asked.get("redirect_uri", "")
        if redirect_uri not in client.redirect_uris:
            raise IdentityError(50011)
        return redirect_uri

    def _answer(self, request: Request, tenant: str, application: Application) -> Consent | None:
        if request.method == "POST":
            return Consent(request.form.get("person", ""), request.form.get("answer") == "allow")
        if request.args.get("prompt") == "none":
            return self._silent(request.args.get("login_hint", ""), tenant, application)
        return self._world.consents.take("outlook")

    def _silent(self, hint: str, tenant: str, application: Application) -> Consent:
        known = self._world.people.at("outlook", hint)
        if known is None or not tenants.admits(tenant, self._identity.account(known.key)):
            raise RedirectedError(50058)
        if not self._identity.consented(known.key, application.client_id, application.scopes):
            raise RedirectedError(65001, "consent_required")
        return Consent(known.key)

    def _granted(
        self, consent: Consent, tenant: str, application: Application, asked: Mapping[str, str]
    ) -> dict[str, str]:
        if not consent.allow:
            raise RedirectedError(65004)
        if self._world.knobs["identity.admin_approval"]:
            raise RedirectedError(90094)
        try:
            account = self._identity.account(consent.person)
            code = self._identity.grant_code(
                tenant, consent.person, application, without=consent.without
            )
        except IdentityError as error:
            raise RedirectedError(error.number) from None
        fields = {"code": code, "session_state": str(uuid.uuid4())}
        if asked.get("client_info") == "1":
            fields["client_info"] = tokens.client_info(account)
        return fields

    def _now(self) -> datetime:
        return self._world.clock.now()


def address(request: Request) -> str:
    """The platform's own address, without a tenant."""
    return request.host_url.rstrip("/") + PREFIX.rstrip("/")


def correlation(request: Request) -> str:
    return request.headers.get("client-request-id") or str(uuid.uuid4())


def _application(asked: Mapping[str, str], redirect_uri: str) -> Application:
    if asked.get("response_type") != "code":
        raise RedirectedError(700054)
    if asked.get("response_mode", "query") not in {"query", "form_post"}:
        raise RedirectedError(90014)
    try:
        scopes = scopes_of(asked.get("scope", ""))
    except IdentityError as error:
        raise RedirectedError(error.number) from None
    return Application(
        asked["client_id"],
        redirect_uri,
        scopes,
        asked.get("code_challenge", ""),
        asked.get("code_challenge_method", "plain"),
        asked.get("nonce", ""),
    )


def _back(asked: Mapping[str, str], redirect_uri: str, fields: Mapping[str, str]) -> Response:
    """To the application, with its `state` unchanged."""
    answer = dict(fields)
    if "state" in asked:
        answer["state"] = asked["state"]
    if asked.get("response_mode") == "form_post":
        return page(
            "Working…", _FORM_POST.format(redirect_uri, hidden(answer.items())), narrow=True
        )
    joint = "&" if "?" in redirect_uri else "?"
    return Response(status=302, headers={"Location": redirect_uri + joint + urlencode(answer)})
