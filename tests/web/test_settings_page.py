"""Settings › Calendar: providers, secrets that are never shown, return addresses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.configuration import client as registered_client
from calendar_sync.actions.configuration import setups
from calendar_sync.models import ProviderCredential
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
URL = "/settings/calendar"


@pytest.fixture
def admin(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.admin)


def filled(**values: str) -> dict[str, str]:
    form = {
        "base_url": "https://cal.example",
        "google-enabled": "1",
        "google-client_id": "812.apps.googleusercontent.com",
        "google-client_secret": "",
        "outlook-client_id": "3f1c",
        "outlook-client_secret": "",
    }
    return form | {name.replace("__", "-"): value for name, value in values.items()}


def test_only_administrators(organization: Organization, browser_of: Browser) -> None:
    anna = browser_of(organization.anna)

    assert anna.get(URL).status_code == 403
    assert anna.post(URL, filled(google__client_id="mine")).status_code == 403
    assert setups()["google"].client_id == "app"


def test_saved(admin: Client) -> None:
    admin.post(URL, filled(google__client_secret="  'GOCSPX-new'\n", google__paused="1"))

    google, outlook = setups()["google"], setups()["outlook"]
    assert (google.enabled, google.client_id) == (True, "812.apps.googleusercontent.com")
    assert google.paused
    assert registered_client("google").secret == "GOCSPX-new"
    assert not outlook.enabled
    assert "We removed blanks or quotes around the Client Secret." in text_of(admin.get(URL))


def test_empty_secret_keeps_the_old_one(admin: Client) -> None:
    admin.post(URL, filled())

    assert registered_client("google").secret == "app-secret"


def test_secret_is_never_shown(admin: Client) -> None:
    assert "app-secret" not in admin.get(URL).content.decode()
    refused = admin.post(URL, filled(google__client_secret="GOCSPX-new", base_url="cal"))
    assert refused.status_code == 422
    assert "GOCSPX-new" not in refused.content.decode()


def test_return_addresses_come_from_the_public_address(admin: Client) -> None:
    page = text_of(admin.get(URL, HTTP_HOST="localhost:8069"))

    assert "https://cal.example/google_account/authentication" in page
    assert "https://cal.example/microsoft_account/authentication" in page
    assert "http://localhost:8069/" not in page
    assert "You're using http://localhost:8069." in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"base_url": "cal.example"}, "Give a whole address, such as https://cal.example"),
        (
            {"outlook__client_secret": "3f1c2b4a-0d5e-4c6f-8a7b-9c0d1e2f3a4b"},
            "This is the Secret ID. Paste the column Value.",
        ),
        (
            {"google__client_secret": "812.apps.googleusercontent.com"},
            "That looks like the other field. Did you swap them?",
        ),
    ],
)
def test_mix_ups_are_named(admin: Client, wrong: dict[str, Any], said: str) -> None:
    page = admin.post(URL, filled(google__client_id="typed", **wrong))

    assert page.status_code == 422
    assert said in text_of(page)
    assert 'value="typed"' in page.content.decode()
    assert setups()["google"].client_id == "app"


def test_what_is_missing_is_said(admin: Client) -> None:
    admin.post(URL, filled(google__client_id=""))

    assert "OAuth not configured: Client ID is empty." in text_of(admin.get(URL))


def test_paused_accounts_are_told(organization: Organization, admin: Client) -> None:
    organization.connect(organization.anna, "google")
    admin.post(f"{URL}/halt", {"what": "google-paused"})
    assert ProviderCredential.objects.exclude(paused_at=None).count() == 1

    admin.post(URL, filled())
    assert ProviderCredential.objects.exclude(paused_at=None).count() == 0


@pytest.mark.parametrize(
    ("halted", "asked", "title", "button", "done"),
    [
        (
            {"google-paused": "1"},
            "google-paused",
            "Pause Google for everybody? 2 people. Their changes are kept and sent when you resume",
            "Pause",
            "Google is paused. Changes are kept.",
        ),
        (
            {"google-enabled": None},
            "google-off",
            "Switch Google off? The connections of 2 people stop. Nothing is deleted.",
            "Switch off",
            "Google is switched off. Nothing was deleted.",
        ),
    ],
)
def test_holding_everybody_up_is_asked_first(
    organization: Organization,
    admin: Client,
    *,
    halted: dict[str, str | None],
    asked: str,
    title: str,
    button: str,
    done: str,
) -> None:
    organization.connect(organization.anna, "google")
    organization.connect(organization.ben, "google")
    form = filled(google__client_secret="GOCSPX-new", outlook__enabled="1") | halted
    answer = admin.post(URL, {name: value for name, value in form.items() if value is not None})

    assert location(answer) == f"{URL}?ask={asked}"
    # Everything else is saved.
    assert registered_client("google").secret == "GOCSPX-new"
    assert not ProviderCredential.objects.exclude(paused_at=None).exists()
    page = text_of(admin.get(location(answer)))
    assert f"{title}" in page
    assert f"Keep syncing {button}" in page

    answer = admin.post(f"{URL}/halt", {"what": asked})

    assert done in text_of(admin.get(location(answer)))
    assert ProviderCredential.objects.exclude(paused_at=None).count() == 2
    assert setups()["google"].client_id == "812.apps.googleusercontent.com"


def test_the_second_question_is_asked_after_the_first(
    organization: Organization, admin: Client
) -> None:
    organization.connect(organization.anna, "google")
    asked = ["outlook-off", "google-paused"]

    answer = admin.post(f"{URL}/halt", {"what": "outlook-off", "ask": asked})

    assert location(answer) == f"{URL}?ask=google-paused"


def test_only_administrators_hold_everybody_up(
    organization: Organization, browser_of: Browser
) -> None:
    anna = browser_of(organization.anna)

    assert anna.post(f"{URL}/halt", {"what": "google-paused"}).status_code == 403
    assert location(browser_of(organization.admin).post(f"{URL}/halt", {"what": "x"})) == URL
    assert not setups()["google"].paused
