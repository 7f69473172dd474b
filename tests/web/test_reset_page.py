"""The Calendar tab of a user, and Reset Account."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.models import ProviderCredential
from support.pages import FRAGMENT, location, text_of
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def credential(organization: Organization) -> ProviderCredential:
    """Anna's account with two events of hers."""
    row = organization.connect(organization.anna, "google")
    for title in ("Dentist", "Lunch"):
        organization.create(organization.anna, title)
    organization.sync()
    return row


@pytest.fixture
def admin(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.admin)


@pytest.fixture
def tab(organization: Organization) -> str:
    return f"/settings/users/{organization.anna.pk}/calendar"


@pytest.fixture
def reset(organization: Organization, credential: ProviderCredential) -> str:
    return f"/settings/users/{organization.anna.pk}/reset/{credential.pk}"


def test_tab_tells_the_state_and_nothing_secret(
    admin: Client, credential: ProviderCredential, tab: str
) -> None:
    page = admin.get(tab)

    assert "2 events linked, 0 series" in text_of(page)
    assert "Reset Account…" in text_of(page)
    assert credential.encrypted_refresh_token not in page.content.decode()


def test_users_are_kept_out(
    organization: Organization, browser_of: Browser, reset: str, tab: str
) -> None:
    anna = browser_of(organization.anna)

    assert anna.get(tab).status_code == 403
    assert anna.get(reset).status_code == 403
    assert anna.post(reset, {"existing": "both", "following": "new"}).status_code == 403


def test_account_of_somebody_else_is_not_found(
    organization: Organization, admin: Client, credential: ProviderCredential
) -> None:
    url = f"/settings/users/{organization.ben.pk}/reset/{credential.pk}"
    assert admin.get(url).status_code == 404


@pytest.mark.parametrize(
    ("existing", "following", "said"),
    [
        ("leave", "new", "Both sides keep theirs, not doubled."),
        ("leave", "all", "Twins are recognized, the rest goes both ways. 0 duplicates."),
        ("provider", "new", "2 deleted at Google, kept here and not sent again."),
        ("provider", "all", "2 deleted at Google, then everything made here is written there"),
        ("here", "new", "2 deleted here, kept at Google and not fetched again."),
        ("here", "all", "2 deleted here, then everything at Google is fetched again."),
        ("both", "new", "2 deleted at Google, 2 here. Only what is made after now is synced."),
        ("both", "all", "2 deleted at Google, 2 here. Meetings of others come back"),
    ],
)
def test_each_choice_says_what_will_happen(
    admin: Client, reset: str, existing: str, following: str, said: str
) -> None:
    page = admin.get(reset, {"existing": existing, "following": following}, headers=FRAGMENT)

    assert said in text_of(page)
    assert "Guests who would be mailed: 0" in text_of(page)


def test_deleting_is_confirmed_by_typing_how_much(
    organization: Organization, admin: Client, reset: str, tab: str
) -> None:
    choice = {"existing": "provider", "following": "new"}

    refused = admin.post(reset, choice | {"typed": "3"})
    assert refused.status_code == 422
    assert "Type 2 to confirm. Nothing was changed." in text_of(refused)

    assert location(admin.post(reset, choice | {"typed": "2"})) == tab
    assert "Reset running" in text_of(admin.get(tab))
    organization.work()
    assert organization.there("anna", "google").titles() == []
    assert organization.titles_here(organization.anna) == ["Dentist", "Lunch"]
    assert organization.mails == []


def test_leaving_everything_needs_no_number(
    organization: Organization, admin: Client, reset: str, tab: str
) -> None:
    assert location(admin.post(reset, {"existing": "leave", "following": "new"})) == tab


def test_a_pause_is_said_before_and_after(
    organization: Organization, admin: Client, reset: str, tab: str
) -> None:
    ProviderCredential.objects.update(paused_at=organization.now)
    assert "Google is paused: nothing happens before the pause ends." in text_of(admin.get(reset))

    admin.post(reset, {"existing": "leave", "following": "new"})
    assert "when the pause of Google ends" in text_of(admin.get(tab))


def test_nonsense_is_the_choice_that_deletes_nothing(admin: Client, reset: str) -> None:
    page = admin.get(reset, {"existing": "everything", "following": "?"})

    assert (page.context["existing"], page.context["following"]) == ("leave", "new")


def test_dead_sign_in_is_said_before(
    admin: Client, credential: ProviderCredential, reset: str
) -> None:
    ProviderCredential.objects.update(state="reconnect")
    page = admin.get(reset)

    assert "doesn't accept Anna's sign-in any more" in text_of(page)
    assert page.content.decode().count(" disabled>") == 2
    choice = {"existing": "provider", "following": "new", "typed": "2"}
    assert admin.post(reset, choice).status_code == 409


def test_tab_costs_little(admin: Client, credential: ProviderCredential, tab: str) -> None:
    admin.get(tab)
    with Statements() as sent:
        admin.get(tab, headers=FRAGMENT)
    assert len(sent) == 6, sent
