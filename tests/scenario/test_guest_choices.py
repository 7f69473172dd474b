"""What becomes of guests from outside: contacts or not, sent or kept here."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.account_choices import account_choices
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import edit_event, invite_now
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.guest_choices import choose_guests
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import Guests
from calendar_sync.models import Contact, ContactAddress, Link
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
BEN = "ben@corp.example"


def known(kind: str = "person") -> list[str]:
    rows = ContactAddress.objects.filter(contact__kind=kind)
    return sorted(rows.values_list("address", flat=True))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_become_nobody_by_themselves(
    organization: Organization, provider: ProviderName
) -> None:
    organization.there("anna", provider).create("Review", EVA, BEN)
    organization.connect(organization.anna, provider)
    organization.sync()

    assert account_choices(organization.anna)[0].policy.guests_become == ""
    assert Contact.objects.count() == 0


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", ["person", "lead"])
def test_guests_become_contacts_once(
    organization: Organization, provider: ProviderName, kind: str
) -> None:
    """Not colleagues; and two people who meet the same guest make one contact of him."""
    for person in (organization.anna, organization.cleo):
        account = organization.connect(person, provider)
        choose_guests(person, account.pk, sends_outside=True, become=kind, now=organization.now)
        organization.sync()
    organization.there("anna", provider).create("Review", EVA, BEN, "anna@gmail.example")
    organization.there("cleo", provider).create("Lunch", EVA.upper(), "max@client.example", day=3)
    organization.sync()
    organization.sync()

    others = {"anna@gmail.example"} if provider == "outlook" else set()  # a stranger's there
    assert set(known(kind)) - others == {EVA, "max@client.example"}
    assert Contact.objects.filter(kind=kind).count() == len(known(kind))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_was_kept_back_waits_for_invite_now(
    organization: Organization, provider: ProviderName
) -> None:
    anna = organization.anna
    account = organization.connect(anna, provider)
    choose_guests(anna, account.pk, sends_outside=False, become="", now=organization.now)
    event = organization.create(anna, "Review", BEN, EVA, choice=Choice.SEND)
    organization.create(anna, "Colleagues", BEN, choice=Choice.SEND)
    organization.sync()
    assert {address for _, address in organization.mails} == {BEN}
    before = list(organization.mails)

    choose_guests(anna, account.pk, sends_outside=True, become="", now=organization.now)
    saved = edit_event(anna, event.pk, {"availability": "free"}, None, organization.now)
    organization.sync()

    assert not isinstance(saved, MailQuestion)
    assert organization.mails == before
    there = organization.there("anna", provider)
    assert there.guests_of("Review") == [BEN]
    withheld = Link.objects.filter(guests=Guests.WITHHELD.value)
    assert [link.entry.event.summary for link in withheld] == ["Review"]
    invite_now(anna, event.pk, Choice.SEND, organization.now)
    organization.sync()
    assert there.guests_of("Review") == [BEN, EVA]
    assert ("invite", EVA) in organization.mails


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_is_uninvited_when_only_colleagues_are_sent_from_now_on(
    organization: Organization, provider: ProviderName
) -> None:
    anna = organization.anna
    account = organization.connect(anna, provider)
    organization.create(anna, "Review", EVA, choice=Choice.SEND)
    organization.sync()

    choose_guests(anna, account.pk, sends_outside=False, become="", now=organization.now)
    for _ in range(3):
        organization.sync()

    assert organization.there("anna", provider).guests_of("Review") == [EVA]
    assert organization.mails == [("invite", EVA)]


def test_private_guests_rooms_and_lists_become_nobody(organization: Organization) -> None:
    anna = organization.anna
    account = organization.connect(anna, "google")
    choose_guests(anna, account.pk, sends_outside=True, become="lead", now=organization.now)
    there = organization.there("anna", "google")
    private = there.create("Doctor", EVA)
    owner = organization.sandbox.people.get("anna")
    organization.sandbox.google.edit(owner, private, {"visibility": "private"})
    there.create("Team", "team@googlegroups.com", "max@client.example", day=3)
    organization.sync()

    assert known("lead") == ["max@client.example"]


def test_choices_are_ones_own(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google")

    with pytest.raises(NotVisible):
        choose_guests(
            organization.admin, account.pk, sends_outside=False, become="", now=organization.now
        )
    with pytest.raises(ActionRefused):
        choose_guests(
            organization.anna, account.pk, sends_outside=False, become="boss", now=organization.now
        )
    assert account_choices(organization.ben) == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_nobody_informs_are_counted_and_withheld_once_connected(
    organization: Organization, provider: ProviderName
) -> None:
    """Colleagues have it in their calendars here; connecting mails nobody."""
    anna = organization.anna
    event = organization.create(anna, "Review", EVA, BEN, "max@client.example")

    def unsent() -> dict[str, str]:
        guests = event_detail(anna, event.pk).guests
        return {guest.address: guest.unsent.value for guest in guests if guest.unsent}

    assert unsent() == dict.fromkeys([EVA, "max@client.example"], "unconnected")
    assert event_detail(anna, event.pk).uninformed == 2
    organization.connect(anna, provider)
    organization.sync()
    assert unsent() == dict.fromkeys([BEN, EVA, "max@client.example"], "withheld")
    assert organization.mails == []
    invite_now(anna, event.pk, Choice.SEND, organization.now)
    organization.sync()
    assert unsent() == {}
    assert len(organization.mails) == 3
