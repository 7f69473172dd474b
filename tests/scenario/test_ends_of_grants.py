"""A sign-in that ends by itself, or that the provider has ended: said before and after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.grants import REASONS, limited_providers
from calendar_sync.actions.notices import ReconnectNeeded, SetUpBroken, SignInEnds, notices
from calendar_sync.models import ProviderCredential
from support.world import PUBLIC, Organization

Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def tested(organization: Organization) -> ProviderCredential:
    """Anna's Google account, connected to an app whose publishing status is Testing."""
    organization.sandbox.clients.add(
        "google",
        "app",
        "app-secret",
        [f"{PUBLIC}/google_account/authentication"],
        publishing="testing",
        test_users=["anna@gmail.example"],
    )
    row = organization.connect(organization.anna, "google")
    organization.sync()
    return row


def detail(organization: Organization) -> str:
    states = connection_states(organization.anna, organization.now)
    return next(state.detail for state in states if state.address)


def test_seven_days_are_announced_before_they_end(
    organization: Organization, tested: ProviderCredential
) -> None:
    anna = organization.anna
    assert "Google ends this sign-in on " in detail(organization)
    assert "reconnect before" in detail(organization)
    assert notices(anna, organization.now).troubles == ()

    organization.advance(days=5, hours=1)
    organization.sync()
    (trouble,) = notices(anna, organization.now).troubles
    assert isinstance(trouble, SignInEnds)
    assert (trouble.credential_id, trouble.label) == (tested.pk, "Google")
    assert notices(organization.ben, organization.now).troubles == ()

    organization.connect(anna, "google", reconnect=tested.pk)
    assert notices(anna, organization.now).troubles == ()


def test_after_seven_days_the_reason_is_said_and_nothing_is_lost(
    organization: Organization, tested: ProviderCredential
) -> None:
    organization.create(organization.anna, "Ours")
    organization.sync()
    organization.advance(days=7, hours=1)
    organization.create(organization.anna, "Meanwhile")
    organization.sync()

    (trouble,) = notices(organization.anna, organization.now).troubles
    assert isinstance(trouble, ReconnectNeeded)
    assert trouble.why == "it was good for 7 days only, because the app is in testing there"
    organization.connect(organization.anna, "google", reconnect=tested.pk)
    organization.sync()
    assert organization.there("anna", "google").titles() == ["Meanwhile", "Ours"]
    assert organization.mails == []


def test_administrators_are_told_that_the_app_is_in_testing(
    organization: Organization, tested: ProviderCredential
) -> None:
    assert limited_providers(organization.admin) == {"google"}

    ProviderCredential.objects.filter(pk=tested.pk).update(grant_ends_at=None)

    assert limited_providers(organization.admin) == frozenset()


def test_a_published_app_says_nothing(organization: Organization) -> None:
    organization.connect(organization.anna, "google")
    organization.sync()

    assert "ends this sign-in" not in detail(organization)
    assert limited_providers(organization.admin) == frozenset()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (50173, "the password was changed, or all sign-ins were ended (AADSTS50173)"),
        (700082, "it was not used for 90 days (AADSTS700082)"),
        (65001, "the consent was taken back (AADSTS65001)"),
        (53003, "the organization's rules block this place or device (AADSTS53003)"),
        (50057, "the account is switched off (AADSTS50057)"),
        (70043, "the organization wants a new sign-in from time to time (AADSTS70043)"),
    ],
)
def test_why_microsoft_ended_a_sign_in_is_said_with_its_code(
    organization: Organization, number: int, words: str
) -> None:
    row = organization.connect(organization.anna, "outlook")
    organization.sync()
    organization.sandbox.microsoft.identity.trouble("anna", number)
    organization.advance(hours=2)
    organization.sync()

    (trouble,) = notices(organization.anna, organization.now).troubles
    assert isinstance(trouble, ReconnectNeeded)
    assert trouble.why == words
    assert words in detail(organization)

    organization.sandbox.microsoft.identity.trouble("anna", None)
    organization.connect(organization.anna, "outlook", reconnect=row.pk)
    organization.sync()
    assert notices(organization.anna, organization.now).troubles == ()
    assert ProviderCredential.objects.get().state_detail == ""


def test_an_expired_secret_is_told_once_to_administrators_with_its_code(
    organization: Organization,
) -> None:
    organization.connect(organization.anna, "outlook")
    organization.connect(organization.ben, "outlook")
    organization.sync()
    organization.sandbox.knobs["identity.secret_expired"] = True
    organization.advance(hours=2)
    organization.sync()

    (trouble,) = notices(organization.admin, organization.now).troubles
    assert isinstance(trouble, SetUpBroken)
    assert (trouble.people, trouble.code) == (2, "invalid_client")
    assert "AADSTS7000222" in trouble.detail
    states = ProviderCredential.objects.values_list("state", flat=True)
    assert set(states) == {"problem"}  # nobody has to reconnect

    organization.sandbox.knobs["identity.secret_expired"] = False
    organization.advance(hours=2)
    organization.sync()
    assert notices(organization.admin, organization.now).troubles == ()


def test_every_reason_is_said_in_the_words_of_a_half_sentence() -> None:
    assert all(text[0].islower() and not text.endswith(".") for text in REASONS.values())
