"""Sign-in with Microsoft against the simulated identity platform (providers/graph/oauth.py)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from calendar_sync.engine.errors import (
    AuthorizationInvalid,
    ConfigurationInvalid,
    Retryable,
    SyncError,
)
from calendar_sync.providers.graph.oauth import MicrosoftSignIn
from calendar_sync.providers.http import Session, http_session
from calendar_sync.providers.oauth import (
    Client,
    Grant,
    IdentityInvalid,
    ScopeMissing,
    SignInDenied,
    SignInError,
    SignInExpired,
    SignInState,
)
from support.graph_account import ENDPOINTS, came_back_with
from support.outlook import HOST, a_world

CLIENT = Client("app", "app-secret", "https://app.example/callback")
STATE = SignInState("s", "v", "n")


def a_sign_in(world: Sandbox, client: Client = CLIENT, **endpoints: str) -> MicrosoftSignIn:
    session = Session(
        mount(http_session(), world, HOST),
        world.clock,
        world.clock.now() + timedelta(days=365),
        pause=lambda _: None,
    )
    return MicrosoftSignIn(session, ENDPOINTS | endpoints, client)


def visit(world: Sandbox, address: str, consent: Consent) -> dict[str, str]:
    """What the browser brings back from the sign-in page."""
    world.consents.script("outlook", consent)
    page = mount(http_session(), world, HOST).get(address, allow_redirects=False)
    assert page.status_code == 302, page.text
    return came_back_with(page.headers["Location"])


def signed_in(world: Sandbox, person: str = "anna") -> Grant:
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request()
    return sign_in.exchange(state, visit(world, address, Consent(person)))


def wire(world: Sandbox) -> list[str]:
    return [entry.path for entry in world.journal.entries("/microsoft/")]


def test_browser_is_sent_with_what_the_code_flow_needs() -> None:
    world = a_world()

    address, state = a_sign_in(world).authorization_request(login_hint="anna@contoso.example")

    asked = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{HOST}/microsoft/common/oauth2/v2.0/authorize?")
    assert set(asked["scope"].split()) == {
        "Calendars.ReadWrite",
        "User.Read",
        "offline_access",
        "openid",
        "profile",
    }
    assert (asked["state"], asked["response_type"]) == (state.state, "code")
    assert (asked["redirect_uri"], asked["client_id"]) == (CLIENT.redirect_uri, "app")
    assert (asked["code_challenge_method"], asked["login_hint"]) == ("S256", "anna@contoso.example")
    assert "prompt" not in asked
    assert state.nonce not in address


@pytest.mark.parametrize(
    ("graph", "carried"),
    [
        ("https://graph.microsoft.com/v1.0", ""),
        ("https://graph.microsoft.us/v1.0", "https://graph.microsoft.us/"),
        ("https://dod-graph.microsoft.us/v1.0", "https://dod-graph.microsoft.us/"),
        (
            "https://microsoftgraph.chinacloudapi.cn/v1.0",
            "https://microsoftgraph.chinacloudapi.cn/",
        ),
    ],
)
def test_scopes_are_those_of_the_cloud(graph: str, carried: str) -> None:
    world = a_world()
    token = signed_in(world).refresh_token
    sign_in = a_sign_in(world, graph=graph)

    address, _ = sign_in.authorization_request(more=["Group.Read.All"])
    with suppress(ConfigurationInvalid):  # the simulated cloud is the global one
        sign_in.refresh(token)

    wanted = {f"{carried}Calendars.ReadWrite", f"{carried}User.Read"}
    own = {"openid", "profile", "offline_access"}
    asked = dict(parse_qsl(urlsplit(address).query))["scope"].split()
    again = dict(parse_qsl(world.journal.entries("/microsoft/")[-1].body.decode()))["scope"].split()
    assert set(asked) - own == wanted | {f"{carried}Group.Read.All"}
    assert set(again) - own == wanted


@pytest.mark.parametrize("tenant", ["organizations", "contoso.example"])
def test_a_work_account_signs_in_where_others_may_not(tenant: str) -> None:
    world = a_world()
    sign_in = a_sign_in(world, authority=f"{HOST}/microsoft/{tenant}")
    address, state = sign_in.authorization_request()

    grant = sign_in.exchange(state, visit(world, address, Consent("anna")))

    own = world.microsoft.identity.account("anna").tenant
    assert grant.issuer == f"{HOST}/microsoft/{own}/v2.0"
    assert sign_in.refresh(grant.refresh_token).access_token


@pytest.mark.parametrize("consent", [False, True])
def test_person_chooses_the_account_and_is_not_asked_to_consent_again(consent: bool) -> None:
    address, _ = a_sign_in(a_world()).authorization_request(consent=consent)

    assert dict(parse_qsl(urlsplit(address).query))["prompt"] == "select_account"


def test_person_signs_in() -> None:
    world = a_world()

    grant = signed_in(world)

    account = world.microsoft.identity.account("anna")
    assert (grant.issuer, grant.subject) == (
        f"{HOST}/microsoft/{account.tenant}/v2.0",
        account.object_id,
    )
    assert (grant.address, grant.name) == ("anna@contoso.example", "Anna Berg")
    assert grant.expires_at == world.clock.now() + timedelta(seconds=3599)
    assert {"Calendars.ReadWrite", "User.Read"} <= grant.scopes
    assert grant.access_token
    assert grant.refresh_token
    assert "secret" not in repr(grant)
    # discovery twice (an application object for each leg), the page, the code, the keys
    assert len(wire(world)) == 5


def test_personal_account_signs_in() -> None:
    grant = signed_in(a_world(), "pia")

    assert grant.issuer.endswith("/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0")
    assert grant.address == "pia@live.example"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ({}, SignInExpired, "state_mismatch"),
        ({"state": "other", "code": "c"}, SignInExpired, "state_mismatch"),
        ({"state": "s"}, SignInExpired, "code_missing"),
        ({"state": "s", "error": "access_denied"}, SignInDenied, "access_denied"),
        ({"state": "s", "error": "consent_required"}, SignInDenied, "consent_required"),
        ({"state": "s", "error": "invalid_scope"}, ConfigurationInvalid, "invalid_scope"),
        ({"state": "s", "error": "server_error"}, Retryable, "server_error"),
        ({"state": "s", "error": "new_one"}, SignInError, "new_one"),
        ({"state": "s", "error": "<script>"}, SignInError, "sign_in_failed"),
    ],
)
def test_browser_comes_back_without_a_code(
    answer: dict[str, str], error: type[Exception], code: str
) -> None:
    world = a_world()

    with pytest.raises(error) as caught:
        a_sign_in(world).exchange(STATE, answer)

    assert (type(caught.value), getattr(caught.value, "code", "")) == (error, code)
    assert wire(world) == []


def test_person_says_no() -> None:
    world = a_world()
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request()

    answer = visit(world, address, Consent("anna", allow=False))

    with pytest.raises(SignInDenied):
        sign_in.exchange(state, answer)


def test_calendar_left_out() -> None:
    world = a_world()
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request()

    answer = visit(world, address, Consent("anna", without=("Calendars.ReadWrite",)))

    with pytest.raises(ScopeMissing):
        sign_in.exchange(state, answer)


def test_code_is_used_once() -> None:
    world = a_world()
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request()
    answer = visit(world, address, Consent("anna"))
    sign_in.exchange(state, answer)

    with pytest.raises(SignInExpired) as caught:
        sign_in.exchange(state, answer)

    assert (caught.value.code, caught.value.detail) == ("invalid_grant", "AADSTS54005")


@pytest.mark.parametrize(
    ("number", "error"),
    [(50173, SignInExpired), (53003, SignInExpired), (50076, SignInDenied)],
)
def test_token_endpoint_refuses_the_code(number: int, error: type[SignInError]) -> None:
    world = a_world()
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request()
    answer = visit(world, address, Consent("anna"))
    world.microsoft.identity.trouble("anna", number)

    with pytest.raises(error):
        sign_in.exchange(state, answer)


def test_another_nonce_is_somebody_elses_sign_in() -> None:
    world = a_world()
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request()
    answer = visit(world, address, Consent("anna"))

    with pytest.raises(IdentityInvalid) as caught:
        sign_in.exchange(SignInState(state.state, state.code_verifier, "other"), answer)

    assert caught.value.detail == "nonce"


def test_refresh_brings_new_tokens() -> None:
    world = a_world()
    before = signed_in(world)
    world.journal.clear()

    after = a_sign_in(world).refresh(before.refresh_token)

    assert after.access_token != before.access_token
    assert after.refresh_token not in {"", before.refresh_token}
    assert (after.subject, after.address) == ("", "")
    assert wire(world) == [
        "/microsoft/common/v2.0/.well-known/openid-configuration",
        "/microsoft/common/oauth2/v2.0/token",
    ]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (50173, AuthorizationInvalid),
        (700082, AuthorizationInvalid),
        (65001, AuthorizationInvalid),
        (50076, AuthorizationInvalid),
        (53003, AuthorizationInvalid),
        (700016, ConfigurationInvalid),
        (90033, Retryable),
    ],
)
def test_refresh_is_refused(number: int, error: type[SyncError]) -> None:
    world = a_world()
    grant = signed_in(world)
    world.microsoft.identity.trouble("anna", number)

    with pytest.raises(error):
        a_sign_in(world).refresh(grant.refresh_token)


def test_mended_account_works_at_once() -> None:
    """A repeated refusal would come out of msal's memory for a minute (contract Q30)."""
    world = a_world()
    grant, sign_in = signed_in(world), a_sign_in(world)
    world.microsoft.identity.trouble("anna", 50057)
    with pytest.raises(AuthorizationInvalid):
        sign_in.refresh(grant.refresh_token)

    world.microsoft.identity.trouble("anna", None)

    assert sign_in.refresh(grant.refresh_token).access_token


@pytest.mark.parametrize("status", [400, 401])
def test_wrong_secret_is_the_administrators(status: int) -> None:
    world = a_world()
    grant = signed_in(world)
    world.knobs["identity.invalid_client_status"] = status

    with pytest.raises(ConfigurationInvalid) as caught:
        a_sign_in(world, Client("app", "wrong", CLIENT.redirect_uri)).refresh(grant.refresh_token)

    assert (caught.value.code, caught.value.detail) == ("invalid_client", "AADSTS7000215")


@pytest.mark.parametrize(
    "authority", ["http://sandbox.example/microsoft/common", f"{HOST}/microsoft/nowhere.example"]
)
def test_wrong_authority_is_the_administrators(authority: str) -> None:
    with pytest.raises(ConfigurationInvalid):
        a_sign_in(a_world(), authority=authority).authorization_request()


@pytest.mark.parametrize(
    ("kind", "wait"), [("429", 7), ("503", 7), ("500", None), ("html", None), ("truncated", None)]
)
def test_disturbed_token_endpoint(kind: str, wait: int | None) -> None:
    world = a_world()
    grant = signed_in(world)
    arm(world)("*/token", kind, retry_after=wait)

    with pytest.raises(Retryable) as caught:
        a_sign_in(world).refresh(grant.refresh_token)

    assert caught.value.retry_after == (wait and timedelta(seconds=wait))


def arm(world: Sandbox) -> Callable[..., object]:
    """`Faults.arm`, with the kind of a fault as a test table spells it."""
    return world.faults.arm


def test_broken_connection_is_no_refusal() -> None:
    world = a_world()
    grant = signed_in(world)
    world.faults.arm("*/token", "reset")

    with pytest.raises(Retryable):
        a_sign_in(world).refresh(grant.refresh_token)


def test_strict_rotation_needs_the_newest_refresh_token() -> None:
    world = a_world()
    world.knobs["identity.strict_rotation"] = True
    first, sign_in = signed_in(world), a_sign_in(world)

    second = sign_in.refresh(first.refresh_token)

    assert sign_in.refresh(second.refresh_token).refresh_token
    with pytest.raises(AuthorizationInvalid):
        sign_in.refresh(first.refresh_token)


def test_disconnecting_asks_nothing_of_microsoft() -> None:
    world = a_world()
    grant = signed_in(world)
    world.journal.clear()

    a_sign_in(world).revoke(grant.refresh_token)

    assert wire(world) == []
    assert a_sign_in(world).refresh(grant.refresh_token).access_token


def test_more_is_asked_for_and_named_again_at_each_refresh() -> None:
    world = a_world()
    sign_in = a_sign_in(world)
    address, state = sign_in.authorization_request(more=["Mail.Send"])
    assert "Mail.Send" in parse_qs(urlsplit(address).query)["scope"][0].split()
    assert SignInState.from_json(state.to_json()) == state

    grant = sign_in.exchange(state, visit(world, address, Consent("anna")))
    again = sign_in.refresh(grant.refresh_token, ["Mail.Send"])

    assert "Mail.Send" in grant.scopes & again.scopes
    assert "Mail.Send" not in sign_in.refresh(again.refresh_token).scopes


def test_without_a_consent_of_its_own_the_usual_scopes_are_refreshed() -> None:
    """An administrator has taken it back: that is no reason to sign in again for the rest."""
    world = a_world()
    grant = signed_in(world)
    asked = a_sign_in(world)

    again = asked.refresh(grant.refresh_token, ["Mail.Send"])

    assert {"Calendars.ReadWrite", "User.Read"} <= again.scopes
    assert "Mail.Send" not in again.scopes
    world.microsoft.identity.revoke("anna")
    with pytest.raises(AuthorizationInvalid):
        asked.refresh(again.refresh_token, ["Mail.Send"])
