"""No guest is mailed by surprise: every story ends with the list of mails."""

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import restart, stop
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.event_choices import keep_apart
from calendar_sync.actions.events import create_event, delete_event, edit_event, invite_now
from calendar_sync.actions.feed import events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Event, Link
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
DAILY = "RRULE:FREQ=DAILY;COUNT=4"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_send_mails_the_guest_once(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)

    organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.sync()
    organization.sync()

    assert organization.mails == [("invite", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_is_saved_before_the_question_is_answered(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    draft = EventDraft(START, START + timedelta(hours=1), "Review", guests=(EVA,))

    question = create_event(organization.anna, draft, None, organization.now)

    assert isinstance(question, MailQuestion)
    assert (question.kind, question.invitations) == ("invite", (EVA,))
    assert question.can_be_silent is (provider == "google")
    assert Event.objects.count() == 0


def test_dont_send_at_google_mails_nobody(organization: Organization) -> None:
    organization.connect(organization.anna, "google")

    organization.create(organization.anna, "Review", EVA, choice=Choice.SILENT)
    organization.sync()

    assert organization.there("anna", "google").guests_of("Review") == [EVA]
    assert organization.mails == []


def test_keep_here_only_at_outlook_writes_nothing_there(organization: Organization) -> None:
    organization.connect(organization.anna, "outlook")

    organization.create(organization.anna, "Review", EVA, choice=Choice.KEEP_HERE)
    organization.sync()

    assert organization.there("anna", "outlook").titles() == []
    (item,) = attention_items(organization.anna)
    assert item.text == "Not in Outlook: you kept it here."
    release(organization.anna, item.link_id, "send", organization.now)
    organization.work()
    assert organization.mails == [("invite", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_first_sync_restart_pause_and_lost_token_mail_nobody(
    organization: Organization, provider: ProviderName
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    for number in range(3):
        organization.create(anna, f"Ours {number}", EVA, "ben@corp.example")
    there.load([f"Theirs {number}" for number in range(3)], EVA, "ben@corp.example")

    account = organization.connect(anna, provider)
    organization.sync()
    stop(anna, account.pk, organization.now)
    there.forget_token()
    restart(anna, account.pk, organization.now)
    organization.sync()
    for paused in (True, False):
        organization.pause(provider, paused=paused)
        organization.sync()
    organization.sync()

    assert organization.mails == []
    assert len(there.titles()) == 6
    assert len(organization.titles_here(anna)) == 6


@pytest.mark.parametrize("provider", PROVIDERS)
def test_withheld_guests_are_invited_when_somebody_says_so(
    organization: Organization, provider: ProviderName
) -> None:
    event = organization.create(organization.anna, "Review", EVA)
    organization.connect(organization.anna, provider)
    organization.sync()
    there = organization.there("anna", provider)
    assert there.guests_of("Review") == []

    question = invite_now(organization.anna, event.pk, None, organization.now)
    assert isinstance(question, MailQuestion)
    invite_now(organization.anna, event.pk, Choice.SEND, organization.now)
    organization.work()
    organization.sync()

    assert there.guests_of("Review") == [EVA]
    assert organization.mails in ([("invite", EVA)], [("update", EVA)])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_cancelling_asks_and_tells_each_guest_once(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.work()
    organization.sandbox.mail.clear()

    question = delete_event(organization.anna, event.pk, None, organization.now)
    assert isinstance(question, MailQuestion)
    assert (question.kind, question.cancellations) == ("cancel", (EVA,))
    delete_event(organization.anna, event.pk, Choice.SEND, organization.now)
    organization.work()
    organization.sync()

    assert organization.there("anna", provider).titles() == []
    assert organization.mails == [("cancel", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_free_or_busy_is_nobodys_business(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.work()
    organization.sandbox.mail.clear()

    changes = {"availability": "free"}
    edited = edit_event(organization.anna, event.pk, changes, None, organization.now)
    organization.work()

    assert isinstance(edited, Event)
    assert organization.mails == []
    assert Link.objects.get().state == LinkState.SETTLED.value


@pytest.mark.parametrize("provider", PROVIDERS)
def test_deleting_quietly_tells_nobody_although_an_update_was_to_be_sent(
    organization: Organization, provider: ProviderName
) -> None:
    anna = organization.anna
    organization.connect(anna, provider)
    event = organization.create(anna, "Review", EVA, choice=Choice.SEND)
    organization.work()
    organization.sandbox.mail.clear()

    edit_event(anna, event.pk, {"location": "Room"}, Choice.SEND, organization.now)
    question = delete_event(anna, event.pk, None, organization.now)
    assert isinstance(question, MailQuestion)
    delete_event(anna, event.pk, question.choices[1], organization.now)
    organization.work()
    organization.sync()

    assert organization.mails == []
    held = [item.text for item in attention_items(anna)]
    kept = ["Not in Outlook: you kept it here."]
    assert held == ([] if provider == "google" else kept)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_about_whom_nobody_was_asked_wait_for_invite_now(
    organization: Organization, provider: ProviderName
) -> None:
    """Entered while the event was kept apart, or while the connection had stopped."""
    anna, there = organization.anna, organization.there("anna", provider)
    account = organization.connect(anna, provider)
    apart = organization.create(anna, "Apart")
    keep_apart(anna, apart.pk, apart=True)
    draft = EventDraft(START, START + timedelta(hours=1), "Daily", recurrence=(DAILY,))
    daily = create_event(anna, draft, None, organization.now)
    assert isinstance(daily, Event)
    organization.sync()

    stop(anna, account.pk, organization.now)
    date = events_between(anna, START, START + timedelta(days=4))[-1].date
    later = {"summary": "Later", "guests": [EVA]}
    edit_dates(anna, daily.pk, date, Scope.FOLLOWING, later, None, organization.now)
    edit_event(anna, apart.pk, {"guests": [EVA]}, None, organization.now)
    keep_apart(anna, apart.pk, apart=False)
    restart(anna, account.pk, organization.now)
    organization.sync()

    assert there.titles() == ["Apart", "Daily", "Later"]
    assert (there.guests_of("Apart"), there.guests_of("Later")) == ([], [])
    assert organization.mails == []
    question = invite_now(anna, apart.pk, None, organization.now)
    assert isinstance(question, MailQuestion)
    assert question.invitations == (EVA,)
