"""Calendars of Microsoft 365 groups on the page of connections."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from pytest_django import Settings

from calendar_sandbox.core.consent import Consent
from support.group_account import Groups
from support.groups import KNOWN_AS, SCOPE
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
BACK = "/microsoft_account/authentication"
OFFER = "Show my groups' calendars"


@pytest.fixture
def groups(organization: Organization, settings: Settings) -> Groups:
    settings.PROVIDER_SESSION = "support.groups.session_with_groups"
    return Groups(organization)


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


def asked(anna: Client, groups: Groups) -> str:
    """Press the button; where the browser is sent."""
    return location(anna.post(f"/connections/{groups.row.pk}/reconnect", {"for": "list_groups"}))


def came_back(anna: Client, groups: Groups, consent: Consent) -> str:
    url = asked(anna, groups).replace(SCOPE, KNOWN_AS)
    answer = groups.organization.browse("outlook", url, consent)
    assert location(anna.get(BACK, answer)) == "/connections"
    return text_of(anna.get("/connections"))


def test_groups_are_offered_at_outlook_alone(
    organization: Organization, anna: Client, groups: Groups
) -> None:
    organization.connect(organization.anna, "google")
    page = text_of(anna.get("/connections"))

    assert page.count("Show my groups") == 1
    assert "In most organizations an administrator has to approve that first" in page
    scopes = parse_qs(urlsplit(asked(anna, groups)).query)["scope"][0].split()
    assert SCOPE in scopes


def test_allowed_and_shown(organization: Organization, anna: Client, groups: Groups) -> None:
    text = came_back(anna, groups, Consent("anna"))
    assert "Allowed. Looking at your calendars at Outlook." in text

    organization.work()

    text = text_of(anna.get("/connections"))
    assert "Marketing a group's, read only only from Outlook" in text
    assert "Show my groups" not in text


def test_what_was_not_allowed_is_said(anna: Client, groups: Groups) -> None:
    text = came_back(anna, groups, Consent("anna", without=(KNOWN_AS,)))

    assert "Outlook did not allow us to read your groups: your administrator has to." in text
    assert "Show my groups" in text


def test_an_administrator_has_to_approve(anna: Client, groups: Groups) -> None:
    """Who gives up at Microsoft's page comes back with this, and is connected as before."""
    url = asked(anna, groups)
    state = parse_qs(urlsplit(url).query)["state"][0]
    answer = {
        "error": "access_denied",
        "error_description": "AADSTS90094: The grant requires admin permission.",
        "state": state,
    }
    assert location(anna.get(BACK, answer)) == "/connections/sign-in-problem"

    text = text_of(anna.get("/connections/sign-in-problem"))
    assert "Your organization must approve this first." in text
    groups.row.refresh_from_db()
    assert groups.row.state == "active"


def test_who_left_a_group_reads_why(
    organization: Organization, anna: Client, groups: Groups
) -> None:
    groups.allow()
    groups.choose()
    groups.marketing.is_member = False
    groups.look()

    text = text_of(anna.get("/connections"))
    assert "You are no longer a member of this group. Its events stay here, frozen." in text


def test_groups_that_are_refused(organization: Organization, anna: Client, groups: Groups) -> None:
    groups.allow()
    groups.graph.is_consented = False
    groups.look()

    text = text_of(anna.get("/connections"))
    assert "Outlook hasn't been allowed to show us your groups." in text
    assert "Show my groups" in text
