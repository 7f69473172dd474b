"""What becomes of a grant: refreshed, rotated, revoked, given back; and a wrong client secret."""

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import SignInProblem, disconnect, stop
from calendar_sync.actions.configuration import KEYS
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.settings import save_provider_settings
from calendar_sync.actions.sync import sync_now
from calendar_sync.hosts.django_lease import claim, release
from calendar_sync.models import Link, ProviderCredential
from support.world import PROVIDERS, PUBLIC, Organization

both = pytest.mark.parametrize("provider", PROVIDERS)
TOKEN = {"google": "POST /google/token", "outlook": "POST /microsoft/common/oauth2/v2.0/token"}


def connected(organization: Organization, provider: ProviderName) -> ProviderCredential:
    """Anna, with one event on each side, in step."""
    organization.there("anna", provider).create("Theirs")
    organization.create(organization.anna, "Ours")
    row = organization.connect(organization.anna, provider)
    organization.sync()
    assert organization.there("anna", provider).titles() == ["Ours", "Theirs"]
    organization.sandbox.journal.clear()
    return row


def the_row() -> ProviderCredential:
    return ProviderCredential.objects.get()


def refreshes(organization: Organization, provider: ProviderName) -> int:
    return organization.requests().count(TOKEN[provider])


def end_access_token(organization: Organization, provider: ProviderName) -> None:
    if provider == "google":
        google = organization.sandbox.google
        google.expire_access_tokens(organization.sandbox.people.get("anna"))
    else:
        organization.sandbox.microsoft.identity.expire_access_tokens("anna")


def revoke(organization: Organization, provider: ProviderName) -> None:
    """Anna removes us in her account at the provider."""
    if provider == "google":
        google = organization.sandbox.google
        google.remove_access(organization.sandbox.people.get("anna"))
    else:
        organization.sandbox.microsoft.identity.revoke("anna")


def renew_client_secret(organization: Organization, provider: ProviderName, secret: str) -> None:
    """At the provider's console; what is set up here is wrong from now on."""
    address = PUBLIC + KEYS[provider].redirect_path
    organization.sandbox.clients.add(provider, "app", secret, [address])


def save(organization: Organization, provider: ProviderName, secret: str) -> None:
    """An administrator types the new secret into Settings."""
    save_provider_settings(
        organization.admin,
        provider,
        enabled=True,
        client_id="app",
        client_secret=secret,
        paused=False,
        now=organization.now,
    )


@both
def test_an_access_token_is_refreshed_once_an_hour(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)

    organization.sync()
    assert refreshes(organization, provider) == 0
    organization.advance(minutes=56)
    organization.sync()
    organization.sync()

    assert refreshes(organization, provider) == 1
    assert the_row().state == "active"


@both
def test_an_access_token_that_ends_early_is_refreshed_once(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    end_access_token(organization, provider)

    organization.sync()
    organization.sync()

    assert refreshes(organization, provider) == 1
    assert (the_row().state, the_row().failures) == ("active", 0)


def test_a_rotated_refresh_token_is_stored_before_the_run_goes_on(
    organization: Organization,
) -> None:
    organization.sandbox.knobs["identity.strict_rotation"] = True
    connected(organization, "outlook")
    first = the_row().encrypted_refresh_token
    organization.sandbox.faults.arm("* /graph/*", "429", count=-1)
    organization.advance(hours=2)
    organization.sync()
    assert the_row().failures == 1
    assert the_row().encrypted_refresh_token != first

    organization.sandbox.faults.clear()
    organization.advance(hours=2)
    organization.work()

    assert (the_row().state, the_row().failures) == ("active", 0)
    assert refreshes(organization, "outlook") == 2


@both
def test_a_revoked_grant_waits_for_the_person_and_loses_nothing(
    organization: Organization, provider: ProviderName
) -> None:
    row = connected(organization, provider)
    links = set(Link.objects.open().values_list("pk", "href"))
    revoke(organization, provider)
    organization.advance(hours=2)
    organization.sync()

    assert (the_row().state, the_row().state_code) == ("reconnect", "invalid_grant")
    (state,) = [s for s in connection_states(organization.anna, organization.now) if s.address]
    assert (state.state, state.buttons) == ("reconnect", ("reconnect",))
    organization.advance(days=30)
    organization.create(organization.anna, "Meanwhile")
    assert organization.sync() == []

    organization.connect(organization.anna, provider, reconnect=row.pk)
    organization.sync()
    organization.sync()

    assert set(Link.objects.open().values_list("pk", "href")) > links
    assert organization.there("anna", provider).titles() == ["Meanwhile", "Ours", "Theirs"]
    assert organization.titles_here(organization.anna) == ["Meanwhile", "Ours", "Theirs"]
    assert organization.mails == []


@both
def test_a_wrong_client_secret_is_nothing_people_have_to_mend(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    kept = the_row().encrypted_refresh_token
    renew_client_secret(organization, provider, "renewed")
    organization.advance(hours=2)
    organization.sync()

    row = the_row()
    assert (row.state, row.state_code) == ("problem", "invalid_client")
    assert row.encrypted_refresh_token == kept
    (state,) = [s for s in connection_states(organization.anna, organization.now) if s.address]
    assert "you needn't do anything" in state.detail
    organization.create(organization.anna, "Meanwhile")
    organization.sandbox.journal.clear()
    assert organization.sync() == []
    assert organization.requests() == []

    save(organization, provider, "renewed")
    organization.work()

    assert (the_row().state, the_row().state_code, the_row().failures) == ("active", "", 0)
    assert organization.there("anna", provider).titles() == ["Meanwhile", "Ours", "Theirs"]


@both
def test_a_problem_is_looked_at_each_hour_and_goes_away_by_itself(
    organization: Organization, provider: ProviderName
) -> None:
    connected(organization, provider)
    renew_client_secret(organization, provider, "renewed")
    organization.advance(hours=2)
    organization.sync()
    since = the_row().state_since
    organization.advance(minutes=59)
    assert organization.work() == []

    organization.advance(minutes=1)
    organization.work()
    assert (the_row().state, the_row().state_since, the_row().failures) == ("problem", since, 2)
    renew_client_secret(organization, provider, "app-secret")
    organization.advance(hours=1)
    organization.work()

    assert (the_row().state, the_row().failures) == ("active", 0)


@both
def test_the_sync_button_looks_at_a_problem_at_once(
    organization: Organization, provider: ProviderName
) -> None:
    row = connected(organization, provider)
    renew_client_secret(organization, provider, "renewed")
    organization.advance(hours=2)
    organization.sync()
    renew_client_secret(organization, provider, "app-secret")

    sync_now(organization.anna, row.pk, organization.now)
    organization.work()

    assert the_row().state == "active"


def test_a_mailbox_that_is_back_goes_on_by_itself(organization: Organization) -> None:
    connected(organization, "outlook")
    organization.sandbox.microsoft.set_condition("anna", "MailboxNotEnabledForRESTAPI")
    organization.sync()
    assert (the_row().state, the_row().state_code) == ("problem", "mailboxnotenabledforrestapi")
    organization.sandbox.microsoft.set_condition("anna", "")

    organization.advance(hours=1)
    organization.work()

    assert the_row().state == "active"
    assert organization.titles_here(organization.anna) == ["Ours", "Theirs"]


@both
def test_keys_of_ours_that_are_gone_cost_a_sign_in_and_a_client_secret(
    organization: Organization, provider: ProviderName, settings: Settings
) -> None:
    row = connected(organization, provider)
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    organization.sync()
    assert (the_row().state, the_row().state_code) == ("problem", "secret_unreadable")
    with pytest.raises(SignInProblem) as told:
        organization.connect(organization.anna, provider)
    assert told.value.code == "secret_unreadable"
    save(organization, provider, "app-secret")
    organization.work()
    assert (the_row().state, the_row().state_code) == ("reconnect", "token_unreadable")
    assert not disconnect(organization.anna, row.pk, organization.now)

    organization.connect(organization.anna, provider, reconnect=row.pk)
    organization.work()

    assert the_row().state == "active"
    assert organization.there("anna", provider).titles() == ["Ours", "Theirs"]


@both
def test_a_problem_that_was_stopped_stays_stopped(
    organization: Organization, provider: ProviderName
) -> None:
    row = connected(organization, provider)
    renew_client_secret(organization, provider, "renewed")
    organization.advance(hours=2)
    organization.sync()
    stop(organization.anna, row.pk, organization.now)

    save(organization, provider, "renewed")
    organization.advance(hours=2)

    assert organization.work() == []
    assert the_row().state == "stopped"


@both
def test_disconnecting_gives_the_grant_back_and_keeps_the_links(
    organization: Organization, provider: ProviderName
) -> None:
    row = connected(organization, provider)
    links = set(Link.objects.open().values_list("pk", "href"))

    assert disconnect(organization.anna, row.pk, organization.now)

    kept = the_row()
    assert (kept.encrypted_access_token, kept.encrypted_refresh_token) == ("", "")
    assert (kept.state, kept.state_code, kept.access_expires_at) == (
        "stopped",
        "disconnected",
        None,
    )
    assert organization.requests() == (["POST /google/revoke"] if provider == "google" else [])
    assert organization.sandbox.google.tokens.consented("anna@gmail.example", "app") == frozenset()
    assert organization.sync() == []

    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sync()

    assert set(Link.objects.open().values_list("pk", "href")) == links
    assert organization.there("anna", provider).titles() == ["Ours", "Theirs"]
    assert organization.titles_here(organization.anna) == ["Ours", "Theirs"]


def test_a_disconnect_that_google_does_not_confirm_forgets_all_the_same(
    organization: Organization,
) -> None:
    row = connected(organization, "google")
    organization.sandbox.faults.arm("POST /google/revoke", "503")

    assert not disconnect(organization.anna, row.pk, organization.now)

    assert the_row().encrypted_refresh_token == ""
    assert the_row().state == "stopped"


@both
def test_a_run_under_way_cannot_bring_a_disconnected_account_back(
    organization: Organization, provider: ProviderName
) -> None:
    row = connected(organization, provider)
    running = claim(organization.now, credential_id=row.pk)
    assert running

    disconnect(organization.anna, row.pk, organization.now)

    assert not release(running.lease, organization.now, organization.now, failed=True)
    assert the_row().state == "stopped"
