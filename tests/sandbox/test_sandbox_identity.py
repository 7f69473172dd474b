"""Signing in with msal as it is, and what the identity platform refuses (contract 1)."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msal
import pytest
import requests

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from support.outlook import HOST, a_world

LOGIN = f"{HOST}/microsoft"
CALLBACK = "https://app.example/callback"
# The product reads the answer from a query, too.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post'")
SCOPES = ["Calendars.ReadWrite", "User.Read"]


class SignedIn:
    """An application of msal over the in-process transport."""

    def __init__(self, world: Sandbox, secret: str = "app-secret", tenant: str = "common") -> None:
        self.world = world
        self.session = mount(requests.Session(), world, HOST)
        self.app = msal.ConfidentialClientApplication(
            "app",
            client_credential=secret,
            authority=f"{LOGIN}/{tenant}",
            instance_discovery=False,
            http_client=self.session,
        )

    def visit(self, person: str = "anna", **answer: Any) -> tuple[dict[str, Any], dict[str, str]]:  # noqa: ANN401
        """The flow, and what came back to the redirect URI."""
        flow = self.app.initiate_auth_code_flow(SCOPES, redirect_uri=CALLBACK)
        self.world.consents.script("outlook", Consent(person, **answer))
        landed = self.session.get(flow["auth_uri"], allow_redirects=False)
        assert landed.status_code == 302, landed.text
        return flow, came_back(landed)

    def tokens(self, person: str = "anna") -> dict[str, Any]:
        flow, back = self.visit(person)
        return dict(self.app.acquire_token_by_auth_code_flow(flow, back))


def came_back(response: requests.Response) -> dict[str, str]:
    location = urlsplit(response.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


@pytest.fixture
def anna() -> SignedIn:
    return SignedIn(a_world())


def post(anna: SignedIn, **form: str) -> requests.Response:
    client = {"client_id": "app", "client_secret": "app-secret"}
    return anna.session.post(f"{LOGIN}/common/oauth2/v2.0/token", data={**client, **form})


def refusal(response: requests.Response) -> tuple[int, str, int]:
    body = response.json()
    return response.status_code, body["error"], body["error_codes"][0]


def refresh(anna: SignedIn, token: str) -> requests.Response:
    return post(anna, grant_type="refresh_token", refresh_token=token)


def test_msal_signs_in_and_graph_listens(anna: SignedIn) -> None:
    result = anna.tokens()
    headers = {"Authorization": f"Bearer {result['access_token']}"}
    me = anna.session.get(f"{HOST}/graph/v1.0/me", headers=headers).json()

    assert result["scope"] == "Calendars.ReadWrite User.Read openid profile"
    assert result["expires_in"] == 3599
    assert me["id"] == result["id_token_claims"]["oid"]
    account = anna.app.get_accounts()[0]
    assert account["username"] == "anna@contoso.example"
    silent = anna.app.acquire_token_silent_with_error(SCOPES, account=account)
    assert silent["access_token"] == result["access_token"]


def test_id_token_can_be_checked_with_the_published_keys(anna: SignedIn) -> None:
    result = anna.tokens()
    keys = jwt.PyJWKSet.from_dict(anna.session.get(f"{LOGIN}/common/discovery/v2.0/keys").json())
    header = jwt.get_unverified_header(result["id_token"])
    claims = jwt.decode(
        result["id_token"],
        keys[header["kid"]].key,
        ["RS256"],
        audience="app",
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )

    assert claims["iss"] == f"{LOGIN}/{claims['tid']}/v2.0"
    assert claims["preferred_username"] == "anna@contoso.example"
    assert claims["exp"] - claims["iat"] == 3600
    assert len(claims["nonce"]) == 64


def test_personal_account_has_an_opaque_token_and_the_tenant_of_consumers() -> None:
    pia = SignedIn(a_world(), tenant="consumers").tokens("pia")

    assert pia["id_token_claims"]["tid"] == "9188040d-6c67-4c5b-b112-36a304b66dad"
    assert pia["access_token"].count(".") == 0


def test_discovery_speaks_of_the_tenant(anna: SignedIn) -> None:
    def discovered(tenant: str) -> requests.Response:
        return anna.session.get(f"{LOGIN}/{tenant}/v2.0/.well-known/openid-configuration")

    common, domain = discovered("common").json(), discovered("contoso.example").json()
    tenant = anna.tokens()["id_token_claims"]["tid"]
    assert common["issuer"] == LOGIN + "/{tenantid}/v2.0"
    assert common["token_endpoint"] == f"{LOGIN}/common/oauth2/v2.0/token"
    assert domain["issuer"] == f"{LOGIN}/{tenant}/v2.0"
    assert refusal(discovered("nobody.example")) == (400, "invalid_tenant", 90002)


def test_page_lets_a_person_choose(anna: SignedIn) -> None:
    flow = anna.app.initiate_auth_code_flow(
        SCOPES, redirect_uri=CALLBACK, login_hint="ben@contoso.example"
    )
    page = anna.session.get(flow["auth_uri"])
    answer = {"person": "ben", "answer": "allow"}
    landed = anna.session.post(flow["auth_uri"], data=answer, allow_redirects=False)
    result = anna.app.acquire_token_by_auth_code_flow(flow, came_back(landed))

    assert page.status_code == 200
    assert 'value="ben" required checked' in page.text
    assert "Have full access to your calendars" in page.text
    assert result["id_token_claims"]["name"] == "Ben Cho"


def test_somebody_says_no(anna: SignedIn) -> None:
    _, back = anna.visit(allow=False)

    assert back["error"] == "access_denied"
    assert back["error_description"].startswith("AADSTS65004")
    assert back["state"]


def test_unticked_scope_is_not_granted(anna: SignedIn) -> None:
    flow, back = anna.visit(without=("Calendars.ReadWrite",))
    result = anna.app.acquire_token_by_auth_code_flow(flow, back)

    assert result["scope"] == "User.Read openid profile"


def test_approval_of_an_administrator(anna: SignedIn) -> None:
    anna.world.knobs["identity.admin_approval"] = True

    assert anna.visit()[1]["error_description"].startswith("AADSTS90094")


@pytest.mark.parametrize(
    ("change", "number"),
    [({"client_id": "other"}, "700016"), ({"redirect_uri": f"{CALLBACK}/"}, "50011")],
)
def test_untrusted_requests_end_on_a_page(
    anna: SignedIn, change: dict[str, str], number: str
) -> None:
    query = {"client_id": "app", "redirect_uri": CALLBACK, "response_type": "code", "scope": "x"}
    answer = anna.session.get(
        f"{LOGIN}/common/oauth2/v2.0/authorize", params={**query, **change}, allow_redirects=False
    )

    assert answer.status_code == 400
    assert f"AADSTS{number}" in answer.text


@pytest.mark.parametrize(
    ("tenant", "change", "error"),
    [
        ("common", {"scope": "Everything.Write"}, "invalid_scope"),
        ("common", {"response_type": "token"}, "unsupported_response_type"),
        ("common", {"prompt": "none"}, "login_required"),
        ("common", {"prompt": "none", "login_hint": "anna@contoso.example"}, "consent_required"),
        ("consumers", {}, "invalid_request"),
    ],
)
def test_other_errors_go_back_to_the_application(
    anna: SignedIn, tenant: str, change: dict[str, str], error: str
) -> None:
    query = {
        "client_id": "app",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "User.Read",
        "state": "s1",
        **change,
    }
    anna.world.consents.script("outlook", Consent("anna"))
    answer = anna.session.get(
        f"{LOGIN}/{tenant}/oauth2/v2.0/authorize", params=query, allow_redirects=False
    )

    assert (came_back(answer)["error"], came_back(answer)["state"]) == (error, "s1")


def test_form_post_page(anna: SignedIn) -> None:
    anna.world.consents.script("outlook", Consent("anna"))
    query = {
        "client_id": "app",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "response_mode": "form_post",
        "scope": "User.Read",
        "state": '"s1"',
    }
    answer = anna.session.get(f"{LOGIN}/common/oauth2/v2.0/authorize", params=query)

    assert f'action="{CALLBACK}"' in answer.text
    assert 'name="state" value="&#34;s1&#34;"' in answer.text


def test_code_works_once_and_ten_minutes(anna: SignedIn) -> None:
    flow, back = anna.visit()
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": flow["code_verifier"],
    }

    assert refusal(post(anna, **{**form, "code_verifier": "x"})) == (400, "invalid_grant", 501481)
    assert refusal(post(anna, **{**form, "redirect_uri": "x"})) == (400, "invalid_grant", 500112)
    first = post(anna, **form).json()
    assert json.loads(base64.urlsafe_b64decode(first["client_info"] + "==")).keys() == {
        "uid",
        "utid",
    }
    assert refusal(post(anna, **form)) == (400, "invalid_grant", 54005)
    _, late = anna.visit()
    anna.world.clock.advance(timedelta(minutes=11))
    assert refusal(post(anna, **{**form, "code": late["code"]})) == (400, "invalid_grant", 70008)
    assert refusal(post(anna, **{**form, "code": "garbage"})) == (400, "invalid_grant", 70000)


def test_wrong_missing_and_expired_secrets(anna: SignedIn) -> None:
    wrong = {"grant_type": "refresh_token", "client_secret": "id-of-the-secret"}

    assert refusal(post(anna, **wrong)) == (401, "invalid_client", 7000215)
    assert refusal(post(anna, client_secret="")) == (401, "invalid_client", 7000218)
    assert refusal(post(anna, client_id="x")) == (400, "unauthorized_client", 700016)
    anna.world.knobs["identity.secret_expired"] = True
    anna.world.knobs["identity.invalid_client_status"] = 400
    assert refusal(refresh(anna, "x")) == (400, "invalid_client", 7000222)


def test_old_refresh_token_keeps_working_unless_strict(anna: SignedIn) -> None:
    old = anna.tokens()["refresh_token"]
    new = refresh(anna, old).json()["refresh_token"]

    assert new != old
    assert refresh(anna, old).status_code == 200
    anna.world.knobs["identity.strict_rotation"] = True
    assert refusal(refresh(anna, old)) == (400, "invalid_grant", 70000)
    assert refresh(anna, new).status_code == 200


def test_refresh_after_revocation_withdrawal_and_90_days(anna: SignedIn) -> None:
    identity = anna.world.microsoft.identity
    first = anna.tokens()["refresh_token"]
    identity.revoke("anna")
    assert refusal(refresh(anna, first)) == (400, "invalid_grant", 50173)
    second = anna.tokens()["refresh_token"]
    identity.withdraw_consent("anna", "app")
    answer = refresh(anna, second)
    assert refusal(answer) == (400, "invalid_grant", 65001)
    assert answer.json()["suberror"] == "consent_required"
    third = anna.tokens()["refresh_token"]
    anna.world.clock.advance(timedelta(days=91))
    assert refusal(refresh(anna, third)) == (400, "invalid_grant", 700082)


def test_trouble_of_one_person(anna: SignedIn) -> None:
    token = anna.tokens()["refresh_token"]
    anna.world.microsoft.identity.trouble("anna", 50076)

    assert refusal(refresh(anna, token)) == (400, "interaction_required", 50076)
    anna.world.microsoft.identity.trouble("anna", None)
    assert refresh(anna, token).status_code == 200


def test_narrower_scope_on_refresh(anna: SignedIn) -> None:
    token = anna.tokens()["refresh_token"]
    answer = post(anna, grant_type="refresh_token", refresh_token=token, scope="User.Read")

    assert answer.json()["scope"] == "User.Read"
    assert "refresh_token" not in answer.json()


def test_basic_client_authentication(anna: SignedIn) -> None:
    token = anna.tokens()["refresh_token"]
    answer = anna.session.post(
        f"{LOGIN}/common/oauth2/v2.0/token",
        data={"grant_type": "refresh_token", "refresh_token": token},
        auth=("app", "app-secret"),
    )

    assert answer.status_code == 200


def test_token_faults_keep_the_vendors_body(anna: SignedIn) -> None:
    token = anna.tokens()["refresh_token"]
    anna.world.faults.arm("POST /microsoft/*/token", "503", retry_after=3)
    answer = refresh(anna, token)

    assert refusal(answer) == (503, "temporarily_unavailable", 90033)
    assert answer.headers["Retry-After"] == "3"
    assert anna.world.journal.entries("/microsoft/")[-1].person == "anna"


def test_sign_out_leads_back(anna: SignedIn) -> None:
    logout = f"{LOGIN}/common/oauth2/v2.0/logout"
    answer = anna.session.get(
        logout, params={"post_logout_redirect_uri": CALLBACK}, allow_redirects=False
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, CALLBACK)
    assert "You signed out" in anna.session.get(logout).text
