"""What is edited before the worker has sent the change before it: whom the one write mails."""

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items
from calendar_sync.actions.events import edit_event, invite_now
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Event, Link
from support.world import PROVIDERS, START, Organization

BOB, EVA = "bob@client.example", "eva@client.example"


def edit(
    organization: Organization, event: Event, choice: Choice | None, **changes: object
) -> None:
    done = edit_event(organization.anna, event.pk, changes, choice, organization.now)
    assert not isinstance(done, MailQuestion), done


def asked(organization: Organization, event: Event, **changes: object) -> MailQuestion:
    question = edit_event(organization.anna, event.pk, changes, None, organization.now)
    assert isinstance(question, MailQuestion)
    return question


def rest(organization: Organization) -> None:
    for _ in range(3):
        organization.work()
        organization.sync()
    assert Link.objects.get().state == LinkState.SETTLED.value
    assert (attention_items(organization.anna), Link.objects.get().consent) == ([], None)


def kept_back(organization: Organization, provider: ProviderName) -> Event:
    event = organization.create(organization.anna, "Review", EVA)
    organization.connect(organization.anna, provider)
    organization.sync()
    assert organization.there("anna", provider).guests_of("Review") == []
    return event


def meeting(organization: Organization, provider: ProviderName) -> Event:
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", BOB, choice=Choice.SEND)
    organization.sync()
    organization.sandbox.mail.clear()
    return event


@pytest.mark.parametrize("provider", PROVIDERS)
def test_edited_then_invited(organization: Organization, provider: ProviderName) -> None:
    event = kept_back(organization, provider)
    edit(organization, event, None, summary="Workshop", start=START + timedelta(hours=1))
    invite_now(organization.anna, event.pk, Choice.SEND, organization.now)
    rest(organization)

    assert organization.there("anna", provider).guests_of("Workshop") == [EVA]
    assert organization.mails == [("invite", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_invited_then_edited(organization: Organization, provider: ProviderName) -> None:
    event = kept_back(organization, provider)
    invite_now(organization.anna, event.pk, Choice.SEND, organization.now)
    edit(organization, event, None, summary="Workshop")
    rest(organization)

    assert organization.there("anna", provider).guests_of("Workshop") == [EVA]
    assert organization.mails == [("invite", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_guest_added_then_the_title_changed(
    organization: Organization, provider: ProviderName
) -> None:
    """Of a meeting without guests: nothing more is asked, for nobody else is told."""
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review")
    organization.sync()
    edit(organization, event, Choice.SEND, guests=(EVA,))
    edit(organization, event, None, summary="Workshop")
    rest(organization)

    assert organization.there("anna", provider).guests_of("Workshop") == [EVA]
    assert organization.mails == [("invite", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_next_question_names_all_whom_the_one_write_mails(
    organization: Organization, provider: ProviderName
) -> None:
    event = meeting(organization, provider)
    quiet = Choice.SILENT if provider == "google" else Choice.KEEP_HERE
    edit(organization, event, quiet, summary="Workshop")

    question = asked(organization, event, guests=(BOB, EVA))
    assert (question.updates, question.invitations) == ((BOB,), (EVA,))
    edit(organization, event, Choice.SEND, guests=(BOB, EVA))
    rest(organization)

    assert organization.there("anna", provider).guests_of("Workshop") == [BOB, EVA]
    assert sorted(organization.mails) == [("invite", EVA), ("update", BOB)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_promise_for_some_is_none_for_others(
    organization: Organization, provider: ProviderName
) -> None:
    """Who is told not to mail the new guest mails nobody with the one write."""
    event = meeting(organization, provider)
    edit(organization, event, Choice.SEND, summary="Workshop")
    if provider == "google":
        edit(organization, event, Choice.SILENT, guests=(BOB, EVA))
        rest(organization)
        assert organization.there("anna", provider).guests_of("Workshop") == [BOB, EVA]
    else:
        edit(organization, event, Choice.KEEP_HERE, guests=(BOB, EVA))
        organization.sync()
        (item,) = attention_items(organization.anna)
        assert (item.kind, item.people) == ("held", (BOB, EVA))
        assert organization.there("anna", provider).guests_of("Review") == [BOB]
    assert organization.mails == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_promise_about_the_title_holds_while_the_text_is_corrected(
    organization: Organization, provider: ProviderName
) -> None:
    event = meeting(organization, provider)
    edit(organization, event, Choice.SEND, summary="Workshp")
    edit(organization, event, Choice.SEND, summary="Workshop", location="Room 1")
    edit(organization, event, None, availability="free")
    rest(organization)

    assert organization.mails == [("update", BOB)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_more_guest_before_it_is_there(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", BOB, choice=Choice.SEND)
    question = asked(organization, event, guests=(BOB, EVA), summary="Workshop")
    assert (question.kind, question.invitations) == ("invite", (BOB, EVA))
    edit(organization, event, Choice.SEND, guests=(BOB, EVA), summary="Workshop")
    rest(organization)

    assert sorted(organization.mails) == [("invite", BOB), ("invite", EVA)]
