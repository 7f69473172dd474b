"""*API tokens*: made once, shown once, revoked by their owner."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.utils import timezone

from calendar_sync.actions.tokens import issue_token, own_tokens
from calendar_sync.models import PersonalToken
from support.api import Program
from support.statements import Statements
from support.world import Organization

PAGE = "/preferences/tokens"
Browser = Callable[[AbstractBaseUser], Client]


def test_a_token_is_shown_once_and_works(organization: Organization, browser_of: Browser) -> None:
    browser = browser_of(organization.anna)

    made = browser.post(PAGE, {"name": "  My   script "})
    later = browser.get(PAGE).content.decode()

    (token,) = re.findall(r'<code id="token">([\w-]{43})</code>', made.content.decode())
    assert "no-store" in made["Cache-Control"]
    assert Program(token).get("/connections").status == 200
    assert token not in later
    assert "<bdi>My script</bdi>" in later
    assert token not in str(PersonalToken.objects.values())


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_token_needs_a_name(organization: Organization, browser_of: Browser, name: str) -> None:
    refused = browser_of(organization.anna).post(PAGE, {"name": name})

    assert refused.status_code == 422
    assert "Give the token a name of up to 100 characters." in refused.content.decode()
    assert PersonalToken.objects.count() == 0


def test_a_token_is_revoked_by_its_owner_alone(
    organization: Organization, browser_of: Browser
) -> None:
    issue_token(organization.anna, "script", timezone.now())
    path = f"{PAGE}/{own_tokens(organization.anna)[0].id}/revoke"

    assert browser_of(organization.ben).post(path).status_code == 404
    assert browser_of(organization.admin).post(path).status_code == 404
    assert [line.name for line in own_tokens(organization.anna)] == ["script"]
    assert browser_of(organization.anna).post(path).status_code == 302
    assert own_tokens(organization.anna) == []


def test_others_tokens_are_not_listed(organization: Organization, browser_of: Browser) -> None:
    issue_token(organization.anna, "script", timezone.now())

    assert "You have no tokens." in browser_of(organization.ben).get(PAGE).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_however_long(
    organization: Organization, browser_of: Browser, count: int
) -> None:
    for number in range(count):
        issue_token(organization.anna, f"script {number}", timezone.now())
    browser = browser_of(organization.anna)

    with Statements() as sent:
        page = browser.get(PAGE).content.decode()

    assert page.count('data-label="Name"') == count
    assert len(sent) == 6  # session, user, his groups and rights; tokens, menus


def test_the_way_there_is_in_everybodys_menu(
    organization: Organization, browser_of: Browser
) -> None:
    page = browser_of(organization.anna).get(PAGE).content.decode()

    assert f'<a href="{PAGE}">' in page
