"""Connecting an account: what must hold, and every way in which it can fail."""

import logging
from typing import Any, cast

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import serializers

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import SignInProblem, begin_sign_in, finish_sign_in, start
from calendar_sync.actions.configuration import BASE_URL, KEYS, parameters
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.models import Address, Pairing, ProviderCredential, RemoteCalendar
from calendar_sync.security.secrets import key_ring
from support.world import PROVIDERS, Organization

both = pytest.mark.parametrize("provider", PROVIDERS)
Session = dict[str, Any]
TOKEN = {"google": "POST /google/token", "outlook": "POST /microsoft/common/oauth2/v2.0/token"}
READ_EVENTS = {
    "google": "https://www.googleapis.com/auth/calendar.events",
    "outlook": "Calendars.ReadWrite",
}


def come_back(
    organization: Organization,
    provider: ProviderName,
    session: Session,
    consent: Consent | None = None,
    reconnect: int | None = None,
) -> dict[str, str]:
    """Anna leaves for the provider and comes back with this."""
    url = begin_sign_in(organization.anna, provider, session, organization.now, reconnect)
    return organization.browse(provider, url, consent or Consent("anna"))


def refused(
    organization: Organization,
    provider: ProviderName,
    answer: dict[str, str],
    session: Session,
    user: AbstractBaseUser | None = None,
) -> SignInProblem:
    """Why this answer is no connection."""
    with pytest.raises(SignInProblem) as told:
        finish_sign_in(user or organization.anna, provider, answer, session, organization.now)
    return told.value


def stored() -> int:
    """Rows that a sign-in leaves behind."""
    models = (ProviderCredential, RemoteCalendar, Pairing, Address)
    return sum(model.objects.count() for model in models)


def secrets_of(row: ProviderCredential) -> list[str]:
    kept = (row.encrypted_access_token, row.encrypted_refresh_token)
    return [key_ring().decrypted(text) for text in kept]


@pytest.mark.parametrize(("provider", "requests"), [("google", 4), ("outlook", 6)])
def test_an_account_is_connected_and_due(
    organization: Organization, provider: ProviderName, requests: int
) -> None:
    row = organization.connect(organization.anna, provider)

    person = organization.sandbox.people.get("anna")
    address = person.google if provider == "google" else person.outlook
    assert (row.user_id, row.address, row.state) == (organization.anna.pk, address, "active")
    assert (row.due_at, row.failures) == (organization.now, 0)
    assert READ_EVENTS[provider] in row.scopes
    assert Pairing.objects.get().credential == row
    assert Address.objects.of(organization.anna.pk) == {"anna@corp.example", address}
    assert len(organization.requests()) == requests
    assert organization.mails == []


@both
def test_both_providers_can_be_left_for_at_once(
    organization: Organization, provider: ProviderName
) -> None:
    session: Session = {}
    answers = {name: come_back(organization, name, session) for name in PROVIDERS}

    first = finish_sign_in(
        organization.anna, provider, answers.pop(provider), session, organization.now
    )
    ((other, answer),) = answers.items()
    second = finish_sign_in(organization.anna, other, answer, session, organization.now)

    assert {first.provider, second.provider} == set(PROVIDERS)
    assert session == {}


@both
def test_no_is_an_answer(organization: Organization, provider: ProviderName) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session, Consent("anna", allow=False))

    assert refused(organization, provider, answer, session).code == "access_denied"
    assert stored() == 0


def test_an_organization_may_have_to_agree_first(organization: Organization) -> None:
    organization.sandbox.knobs["identity.admin_approval"] = True
    session: Session = {}
    answer = come_back(organization, "outlook", session)

    problem = refused(organization, "outlook", answer, session)

    assert (problem.code, problem.detail) == ("access_denied", "AADSTS90094")
    assert stored() == 0


@both
def test_a_box_that_was_not_ticked(organization: Organization, provider: ProviderName) -> None:
    session: Session = {}
    consent = Consent("anna", without=(READ_EVENTS[provider],))
    answer = come_back(organization, provider, session, consent)

    assert refused(organization, provider, answer, session).code == "scope_missing"
    assert stored() == 0


@both
def test_a_return_address_that_is_not_registered_keeps_the_person_there(
    organization: Organization, provider: ProviderName
) -> None:
    organization.sandbox.clients.add(
        provider, "app", "app-secret", ["https://elsewhere.example/callback"]
    )

    with pytest.raises(AssertionError, match="redirect"):
        come_back(organization, provider, {})
    assert stored() == 0


def test_a_return_address_that_changed_meanwhile(organization: Organization) -> None:
    session: Session = {}
    answer = come_back(organization, "google", session)
    parameters().put(BASE_URL, "https://moved.example")

    problem = refused(organization, "google", answer, session)

    assert problem.code == "redirect_uri_mismatch"
    assert stored() == 0


@both
def test_a_wrong_client_secret(organization: Organization, provider: ProviderName) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)
    organization.offer(provider, secret="mistyped")

    problem = refused(organization, provider, answer, session)

    assert problem.code == "invalid_client"
    assert "mistyped" not in f"{problem!r} {problem} {vars(problem)}"
    assert stored() == 0


def test_a_client_secret_that_expired(organization: Organization) -> None:
    session: Session = {}
    answer = come_back(organization, "outlook", session)
    organization.sandbox.knobs["identity.secret_expired"] = True

    problem = refused(organization, "outlook", answer, session)

    assert (problem.code, problem.detail) == ("invalid_client", "AADSTS7000222")
    assert stored() == 0


@both
def test_a_forged_state_never_reaches_the_provider(
    organization: Organization, provider: ProviderName
) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)

    problem = refused(organization, provider, {**answer, "state": "forged"}, session)

    assert problem.code == "state_mismatch"
    assert TOKEN[provider] not in organization.requests()
    assert stored() == 0


@both
def test_an_answer_counts_once(organization: Organization, provider: ProviderName) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)
    kept = dict(session)
    finish_sign_in(organization.anna, provider, answer, session, organization.now)
    before = ProviderCredential.objects.values().get()

    again = refused(organization, provider, answer, session)
    replayed = refused(organization, provider, answer, kept)

    assert (again.code, replayed.code) == ("state_expired", "invalid_grant")
    assert ProviderCredential.objects.values().get() == before


@both
def test_an_answer_to_nobodys_question(organization: Organization, provider: ProviderName) -> None:
    answer = come_back(organization, provider, {})

    assert refused(organization, provider, answer, {}).code == "state_expired"
    assert TOKEN[provider] not in organization.requests()
    assert stored() == 0


@both
def test_an_answer_to_somebody_elses_question(
    organization: Organization, provider: ProviderName
) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)

    problem = refused(organization, provider, answer, session, organization.ben)

    assert problem.code == "state_expired"
    assert stored() == 0


@both
def test_an_answer_after_ten_minutes(organization: Organization, provider: ProviderName) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)
    organization.advance(minutes=10, seconds=1)

    assert refused(organization, provider, answer, session).code == "state_expired"
    assert TOKEN[provider] not in organization.requests()
    assert stored() == 0


@both
def test_a_statement_about_another_sign_in(
    organization: Organization, provider: ProviderName
) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)
    session[f"calendar_sync.sign_in.{provider}"]["state"]["nonce"] = "another"

    assert refused(organization, provider, answer, session).code == "identity_invalid"
    assert stored() == 0


@both
@pytest.mark.parametrize(("kind", "code"), [("503", "http_503"), ("slow", "timeout")])
def test_a_provider_that_does_not_answer(
    organization: Organization, provider: ProviderName, kind: FaultKind, code: str
) -> None:
    session: Session = {}
    answer = come_back(organization, provider, session)
    organization.sandbox.faults.arm(TOKEN[provider], kind, seconds=31)

    assert refused(organization, provider, answer, session).code == code
    assert stored() == 0


@both
def test_a_reconnect_brings_the_same_account_back(
    organization: Organization, provider: ProviderName
) -> None:
    row = organization.connect(organization.anna, provider)
    before = ProviderCredential.objects.values().get()
    session: Session = {}
    answer = come_back(organization, provider, session, Consent("ben"), row.pk)

    problem = refused(organization, provider, answer, session)

    ben = organization.sandbox.people.get("ben")
    other = ben.google if provider == "google" else ben.outlook
    assert (problem.code, problem.wanted) == ("wrong_account", row.address)
    assert problem.address == other
    assert ProviderCredential.objects.values().get() == before
    again = organization.connect(organization.anna, provider, reconnect=row.pk)
    assert again.pk == row.pk


@both
def test_a_mailbox_belongs_to_one_person_here(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    session: Session = {}
    url = begin_sign_in(organization.ben, provider, session, organization.now)
    answer = organization.browse(provider, url, Consent("anna"))
    rows = stored()

    problem = refused(organization, provider, answer, session, organization.ben)

    assert problem.code == "connected_by_another"
    assert stored() == rows
    assert not ProviderCredential.objects.filter(user=cast("Any", organization.ben)).exists()


@both
def test_nobody_signs_in_for_somebody_else(
    organization: Organization, provider: ProviderName
) -> None:
    row = organization.connect(organization.anna, provider)

    for other in (organization.ben, organization.admin):
        with pytest.raises(NotVisible):
            begin_sign_in(other, provider, {}, organization.now, row.pk)


def test_only_what_is_set_up_is_offered(organization: Organization) -> None:
    parameters().put(KEYS["google"].client_secret, "")

    for provider in ("google", "caldav"):
        with pytest.raises(ActionRefused) as told:
            begin_sign_in(organization.anna, provider, {}, organization.now)
        assert told.value.code == "not_configured"


@both
def test_tokens_are_kept_nowhere_in_clear(
    organization: Organization, provider: ProviderName, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session: Session = {}
    answer = come_back(organization, provider, session)
    begun = session[f"calendar_sync.sign_in.{provider}"]["state"]
    remembered = [begun[name] for name in ("state", "code_verifier", "nonce")]
    row = finish_sign_in(organization.anna, provider, answer, session, organization.now)
    start(row, organization.now)
    organization.advance(hours=2)
    organization.sync()

    tokens = {*secrets_of(row), *secrets_of(ProviderCredential.objects.get())}
    assert len(tokens) == (3 if provider == "google" else 4)
    rows = serializers.serialize("json", ProviderCredential.objects.all())
    for secret in (*tokens, *remembered, answer["code"], "app-secret"):
        assert secret not in rows
        assert secret not in caplog.text
        assert secret not in repr(session)
