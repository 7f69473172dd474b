"""What a person reads when a sign-in fails, and what no page, cookie or address ever tells."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox
from calendar_sync.actions.accounts import SignInProblem
from calendar_sync.actions.configuration import BASE_URL, parameters
from calendar_sync.controllers.sign_in_words import explain
from calendar_sync.models import Pairing, ProviderCredential
from calendar_sync.security.secrets import key_ring
from support.pages import text_of
from support.world import BASES, PROVIDERS, PUBLIC, Organization, seed

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("provider", PROVIDERS)
CALLBACK = {
    "google": "/google_account/authentication",
    "outlook": "/microsoft_account/authentication",
}
TOKEN = {"google": "POST /google/token", "outlook": "POST /microsoft/common/oauth2/v2.0/token"}
EVENTS = "https://www.googleapis.com/auth/calendar.events"

Browser = Callable[[AbstractBaseUser], Client]
Trouble = Callable[[Organization, ProviderName], None]


@pytest.fixture
def organization(settings: Settings) -> Organization:
    """Pages read the clock of the machine, so the simulated providers have its time."""
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    return Organization(Sandbox(seed, now=timezone.now()))


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


def leave(client: Client, provider: ProviderName) -> str:
    """Where the button *Connect* leads to."""
    answer = client.post(f"/connections/{provider}/connect")
    assert answer.status_code == 302
    return str(answer["Location"])


def problem(
    client: Client, provider: ProviderName, answer: Mapping[str, str]
) -> tuple[int, str, str]:
    """Status, words and source of the page that a failed sign-in ends on."""
    page = client.get(CALLBACK[provider], answer, follow=True)
    # An address without anything of the answer.
    assert page.redirect_chain == [("/connections/sign-in-problem", 302)]
    assert "no-store" in page["Cache-Control"]
    return page.status_code, text_of(page), page.content.decode()


def tokens() -> list[str]:
    row = ProviderCredential.objects.get()
    kept = (row.encrypted_access_token, row.encrypted_refresh_token)
    return [key_ring().decrypted(text) for text in kept]


def nothing(organization: Organization, provider: ProviderName) -> None:
    """The person's own answer is trouble enough."""


def wrong_secret(organization: Organization, provider: ProviderName) -> None:
    organization.offer(provider, secret="mistyped")


def expired_secret(organization: Organization, provider: ProviderName) -> None:
    organization.sandbox.knobs["identity.secret_expired"] = True


def moved(organization: Organization, provider: ProviderName) -> None:
    parameters().put(BASE_URL, "https://moved.example")


def down(organization: Organization, provider: ProviderName) -> None:
    organization.sandbox.faults.arm(TOKEN[provider], "503")


def cut_off(organization: Organization, provider: ProviderName) -> None:
    organization.sandbox.faults.arm(TOKEN[provider], "reset")


def silent(organization: Organization, provider: ProviderName) -> None:
    organization.sandbox.faults.arm(TOKEN[provider], "slow", seconds=31)


NO = Consent("anna", allow=False)
YES = Consent("anna")
UNTICKED = Consent("anna", without=(EVENTS,))
SAID_NO = "You said no. Nothing was connected."
WRONG = "Client secret wrong. Your sign-in was fine."
DOWN = "isn't answering. It's not your fault."


@pytest.mark.parametrize(
    ("provider", "consent", "trouble", "status", "headline", "mend"),
    [
        ("google", NO, nothing, 403, SAID_NO, ""),
        ("outlook", NO, nothing, 403, SAID_NO, ""),
        ("google", UNTICKED, nothing, 400, "You left out “see and edit events”.", ""),
        ("google", YES, wrong_secret, 400, WRONG, "Google Cloud › Clients › your client"),
        ("outlook", YES, wrong_secret, 400, WRONG, "Entra › Certificates & secrets"),
        ("outlook", YES, expired_secret, 400, "Client secret has expired.", "make a new secret"),
        ("google", YES, moved, 400, "Return address not registered.", "Authorized redirect URIs"),
        ("google", YES, down, 400, f"Google {DOWN}", ""),
        ("outlook", YES, down, 400, f"Outlook {DOWN}", ""),
        ("google", YES, cut_off, 400, f"Google {DOWN}", ""),
        ("outlook", YES, silent, 400, f"Outlook {DOWN}", ""),
    ],
)
def test_a_failed_sign_in_is_explained_and_leaves_nothing(
    organization: Organization,
    anna: Client,
    provider: ProviderName,
    consent: Consent,
    trouble: Trouble,
    status: int,
    headline: str,
    mend: str,
) -> None:
    answer = organization.browse(provider, leave(anna, provider), consent)
    trouble(organization, provider)

    code, words, source = problem(anna, provider, answer)

    assert code == status
    assert headline in words
    assert mend in words
    assert "Nothing was stored." in words
    assert (ProviderCredential.objects.count(), Pairing.objects.count()) == (0, 0)
    secrets = [answer["state"], answer.get("code", "-no code-"), "app-secret", "mistyped"]
    assert [secret for secret in secrets if secret in source] == []


def test_an_organization_that_must_agree_first_is_told_from_a_person_who_does_not(
    organization: Organization, anna: Client
) -> None:
    organization.sandbox.knobs["identity.admin_approval"] = True
    answer = organization.browse("outlook", leave(anna, "outlook"), YES)

    status, words, _ = problem(anna, "outlook", answer)

    assert status == 403
    assert "Your organization must approve this first." in words
    assert "Grant admin consent" in words


@both
def test_a_provider_that_is_down_at_the_start(
    organization: Organization, anna: Client, provider: ProviderName
) -> None:
    """Only Microsoft is asked something before the person leaves."""
    discovery = "GET /microsoft/common/v2.0/.well-known/openid-configuration"
    organization.sandbox.faults.arm(discovery, "429")

    url = leave(anna, provider)

    away = url.startswith("https://sandbox.example/google/")
    assert away == (provider == "google")
    assert away or f"Outlook {DOWN}" in text_of(anna.get(url))


def test_administrators_are_given_the_address_to_register(
    organization: Organization, browser_of: Browser
) -> None:
    client = browser_of(organization.admin)
    answer = organization.browse("google", leave(client, "google"), YES)
    moved(organization, "google")

    _, words, _ = problem(client, "google", answer)

    assert f"https://moved.example{CALLBACK['google']}" in words


@both
@pytest.mark.parametrize(
    "code", ["redirect_uri_mismatch", "invalid_client", "admin_policy_enforced", "org_internal"]
)
def test_there_is_help_for_what_only_the_provider_shows(provider: ProviderName, code: str) -> None:
    why = explain(SignInProblem(provider, code))

    assert why.headline != explain(SignInProblem(provider, "no such code")).headline
    assert why.help
    assert "›" in why.mend


@both
def test_the_browser_learns_what_it_carries_and_no_more(
    organization: Organization, anna: Client, browser_of: Browser, provider: ProviderName
) -> None:
    url = leave(anna, provider)
    begun = anna.session[f"calendar_sync.sign_in.{provider}"]["state"]
    query = parse_qs(urlsplit(url).query)
    assert query["redirect_uri"] == [PUBLIC + CALLBACK[provider]]
    assert query["state"] == [begun["state"]]
    assert begun["code_verifier"] not in url
    assert "app-secret" not in url

    answer = organization.browse(provider, url, YES)
    done = anna.get(CALLBACK[provider], answer)

    assert done["Location"] == f"/connections/{ProviderCredential.objects.get().pk}/preview"
    assert not [key for key in anna.session.keys() if "sign_in" in key]  # noqa: SIM118
    seen = [str(cookie) for cookie in anna.cookies.values()] + [str(dict(anna.session))]
    pages = (done["Location"], "/connections", "/calendar/sync", "/calendar")
    seen += [anna.get(page).content.decode() for page in pages]
    admin = browser_of(organization.admin)
    settings = (f"/settings/users/{organization.anna.pk}/calendar", "/settings/calendar")
    seen += [admin.get(page).content.decode() for page in settings]
    row = ProviderCredential.objects.get()
    kept = [row.encrypted_access_token, row.encrypted_refresh_token, row.subject]
    sent = [begun[name] for name in ("state", "code_verifier", "nonce")]
    secrets = [*tokens(), *kept, *sent, answer["code"], "app-secret"]
    assert [secret for secret in secrets for text in seen if secret in text] == []
    assert row.address in seen[-2]


@both
def test_the_registered_address_takes_answers_and_nothing_else(
    anna: Client, provider: ProviderName
) -> None:
    assert anna.post(CALLBACK[provider], {"code": "4/0", "state": "s"}).status_code == 405
    status, words, source = problem(anna, provider, {"code": "4/0<script>", "state": "s"})
    assert (status, "For safety we start over." in words) == (400, True)
    assert "4/0" not in source
