"""Connect, synchronize, stop, restart, disconnect; and what is said when a sign-in fails."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import SignInProblem
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.controllers.sign_in_words import explain
from calendar_sync.models import ProviderCredential
from support.pages import FRAGMENT, location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
CALLBACK: dict[ProviderName, str] = {
    "google": "/google_account/authentication",
    "outlook": "/microsoft_account/authentication",
}


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


@pytest.fixture
def credential(organization: Organization) -> ProviderCredential:
    row = organization.connect(organization.anna, "google")
    organization.sync()
    return row


def problem_at(client: Client, url: str, query: dict[str, str]) -> Any:  # noqa: ANN401
    """The page on which a failed sign-in ends; its address holds nothing of the provider's."""
    assert location(client.get(url, query)) == "/connections/sign-in-problem"
    return client.get("/connections/sign-in-problem")


def sign_in(organization: Organization, client: Client, provider: ProviderName) -> dict[str, str]:
    """Press the button; what the provider sends the browser back with."""
    url = location(client.post(f"/connections/{provider}/connect"))
    return organization.browse(provider, url, Consent("anna"))


@pytest.mark.parametrize("provider", ["google", "outlook"])
def test_connected(organization: Organization, anna: Client, provider: ProviderName) -> None:
    answer = sign_in(organization, anna, provider)

    page = location(anna.get(CALLBACK[provider], answer))

    row = ProviderCredential.objects.get()
    assert (row.provider, row.state, page) == (
        provider,
        "connecting",
        f"/connections/{row.pk}/preview",
    )
    assert "Reading your calendar…" in text_of(anna.get("/calendar/sync"))
    preview_next(organization.sandbox.clock)
    assert "First sync: waiting for your go" in text_of(anna.get("/calendar/sync"))
    assert location(anna.post(f"{page}/apply", {"number": "1"})) == "/calendar"
    organization.work()
    text = text_of(anna.get("/calendar/sync"))
    assert "Synced" in text


def test_return_address_is_the_configured_one(organization: Organization, anna: Client) -> None:
    url = location(anna.post("/connections/google/connect", HTTP_HOST="localhost"))

    query = parse_qs(urlsplit(url).query)
    assert query["redirect_uri"] == ["https://cal.example/google_account/authentication"]


def test_answer_works_once(organization: Organization, anna: Client) -> None:
    answer = sign_in(organization, anna, "google")
    anna.get(CALLBACK["google"], answer)

    page = problem_at(anna, CALLBACK["google"], answer)

    assert page.status_code == 400
    assert "This sign-in took too long or was already used." in text_of(page)
    assert answer["code"] not in page.content.decode()
    assert answer["state"] not in page.content.decode()


def test_answer_of_another_person_connects_nobody(
    organization: Organization, anna: Client, browser_of: Browser
) -> None:
    answer = sign_in(organization, anna, "google")

    page = problem_at(browser_of(organization.ben), CALLBACK["google"], answer)
    assert page.status_code == 400
    assert not ProviderCredential.objects.exists()


def test_ended_session_does_not_carry_the_code_along(
    organization: Organization, anna: Client, client: Client
) -> None:
    answer = sign_in(organization, anna, "google")

    page = problem_at(client, CALLBACK["google"], answer)

    assert page.status_code == 400
    assert answer["code"] not in page.content.decode()


def test_saying_no(anna: Client, organization: Organization) -> None:
    url = location(anna.post("/connections/google/connect"))
    state = parse_qs(urlsplit(url).query)["state"][0]

    denied = {"error": "access_denied", "state": state}
    page = problem_at(anna, CALLBACK["google"], denied)

    assert page.status_code == 403
    assert "You said no. Nothing was connected." in text_of(page)
    assert "Nothing was stored." in text_of(page)


def test_return_address_is_shown_to_administrators_only(
    organization: Organization, browser_of: Browser
) -> None:
    def said_to(person: AbstractBaseUser) -> str:
        client = browser_of(person)
        url = location(client.post("/connections/google/connect"))
        state = parse_qs(urlsplit(url).query)["state"][0]
        problem = {"error": "redirect_uri_mismatch", "state": state}
        return text_of(problem_at(client, CALLBACK["google"], problem))

    address = "https://cal.example/google_account/authentication"
    assert address in said_to(organization.admin)
    assert address not in said_to(organization.anna)


def test_unknown_provider_is_not_found(anna: Client) -> None:
    assert anna.post("/connections/caldav/connect").status_code == 404


@pytest.mark.parametrize(
    ("code", "detail", "headline"),
    [
        ("invalid_client", "AADSTS7000222", "Client secret has expired."),
        ("invalid_client", "", "Client secret wrong. Your sign-in was fine."),
        ("http_503", "", "Outlook isn't answering. It's not your fault."),
        ("something_new", "", "The sign-in didn't work."),
    ],
)
def test_the_most_special_code_decides(code: str, detail: str, headline: str) -> None:
    assert explain(SignInProblem("outlook", code, detail=detail)).headline == headline


def test_two_accounts_are_named() -> None:
    why = explain(SignInProblem("google", "wrong_account", "ben@x.example", "anna@x.example"))

    said = "You signed in as ben@x.example; this connection belongs to anna@x.example."
    assert why.headline == said


def test_unfinished_sign_in_leads_to_what_the_provider_shows(
    organization: Organization, anna: Client
) -> None:
    anna.post("/connections/google/connect")

    area = anna.get("/calendar/sync")
    assert "Sign-in not finished Try again What did Google show?" in text_of(area)
    assert 'href="/connections/google/sign-in-help"' in area.content.decode()
    assert "Synchronize with Outlook" in text_of(area)

    organization.advance(hours=2)
    assert "Synchronize with Google" in text_of(anna.get("/calendar/sync"))


def test_finished_sign_in_leaves_nothing_behind(organization: Organization, anna: Client) -> None:
    anna.get(CALLBACK["google"], sign_in(organization, anna, "google"))
    assert "Sign-in not finished" not in text_of(anna.get("/calendar"))
    ProviderCredential.objects.update(state="reconnect")

    anna.get(CALLBACK["google"], sign_in(organization, anna, "google"))
    page = anna.get("/calendar")

    # Once it has been synchronized, a script takes the message away.
    assert "Google is connected as anna@gmail.example. The sync goes on." in text_of(page)
    assert 'data-message="first-sync"' in page.content.decode()


@pytest.mark.parametrize(
    ("provider", "codes"),
    [
        (
            "google",
            {
                "Error 403: access_denied": "This Google account isn't on the test list.",
                "Error 400: redirect_uri_mismatch": "Return address not registered.",
                "Error 401: invalid_client": "Client ID unknown.",
                "Error 400: admin_policy_enforced": "Your organization must approve this first.",
                "Error 403: org_internal": "Only accounts of the organization are allowed.",
            },
        ),
        (
            "outlook",
            {
                "AADSTS65001 or AADSTS90094": "Your organization must approve this first.",
                "AADSTS50011": "Return address not registered.",
                "AADSTS700016": "Client ID unknown.",
            },
        ),
    ],
)
def test_pages_that_keep_people_are_explained(
    organization: Organization, browser_of: Browser, provider: str, codes: dict[str, str]
) -> None:
    url = f"/connections/{provider}/sign-in-help"
    text = text_of(browser_of(organization.anna).get(url))

    for code, headline in codes.items():
        assert f"{code} {headline}" in text
    assert "https://cal.example/" not in text
    assert "https://cal.example/" in text_of(browser_of(organization.admin).get(url))
    assert browser_of(organization.anna).get("/connections/x/sign-in-help").status_code == 404


# --- a connection's life


def test_stop_asks_then_stops(anna: Client, credential: ProviderCredential) -> None:
    url = f"/connections/{credential.pk}/stop"
    assert "Nothing is deleted on either side." in text_of(anna.get(url))
    credential.refresh_from_db()
    assert credential.state == "active"

    assert location(anna.post(url)) == "/connections"
    assert "Stopped by you" in text_of(anna.get("/connections"))

    anna.post(f"/connections/{credential.pk}/restart")
    credential.refresh_from_db()
    assert credential.state == "active"


def test_sync_now_shows_it_at_once(anna: Client, credential: ProviderCredential) -> None:
    page = anna.post(f"/connections/{credential.pk}/sync", headers=FRAGMENT)

    assert page.status_code == 200
    assert 'id="sync"' in page.content.decode()


def test_disconnect_asks_then_forgets_the_sign_in(
    anna: Client, credential: ProviderCredential
) -> None:
    url = f"/connections/{credential.pk}/disconnect"
    assert f"Disconnect {credential.address} ?" in text_of(anna.get(url))

    anna.post(url)

    credential.refresh_from_db()
    assert credential.encrypted_refresh_token == ""
    assert "is disconnected. Events stay on both sides." in text_of(anna.get("/connections"))


@pytest.mark.parametrize("act", ["sync", "stop", "restart", "reconnect", "disconnect"])
def test_nobody_touches_another_ones_connection(
    organization: Organization, browser_of: Browser, credential: ProviderCredential, act: str
) -> None:
    answer = browser_of(organization.ben).post(f"/connections/{credential.pk}/{act}")

    assert answer.status_code == 404
    credential.refresh_from_db()
    assert credential.state == "active"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": "reconnect"}, "Reconnect needed"),
        ({"state": "problem", "state_code": "invalid_client"}, "Google sync is interrupted"),
        ({"state": "stopped"}, "Stopped by you"),
    ],
)
def test_states_in_words(
    anna: Client, credential: ProviderCredential, changed: dict[str, str], said: str
) -> None:
    ProviderCredential.objects.update(**changed)

    assert said in text_of(anna.get("/calendar/sync"))


def test_asks_again_quickly_only_while_syncing(
    organization: Organization, anna: Client, credential: ProviderCredential
) -> None:
    def interval() -> str:
        page = anna.get("/calendar/sync").content.decode()
        return "2s" if 'hx-trigger="every 2s, refresh"' in page else "30s"

    assert interval() == "30s"
    ProviderCredential.objects.update(last_synced_at=None)
    assert interval() == "2s"
