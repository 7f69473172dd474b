"""Guests that make no sense are told, kept and not sent; nobody else is touched by them."""

from __future__ import annotations

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.account_choices import account_choices
from calendar_sync.actions.attention import REASONS, attention_items, named
from calendar_sync.actions.calendar_files import import_calendar
from calendar_sync.actions.calendars import prove_address
from calendar_sync.actions.events import edit_event, invite_now
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.guest_list import Unsent
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Event, Link, Pairing
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
BEN = "ben@corp.example"
FILE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Elsewhere//EN
BEGIN:VEVENT
UID:meeting@elsewhere.example
DTSTART;TZID=Europe/Paris:20261203T090000
DTEND;TZID=Europe/Paris:20261203T100000
SUMMARY:Workshop
ORGANIZER:mailto:anna@corp.example
ATTENDEE;PARTSTAT=DECLINED:mailto:eva at client@x
ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Eva@Client.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:eva@client.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@corp.example
ATTENDEE;PARTSTAT=TENTATIVE:mailto:max@client.example
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
BROKEN = "eva at client@x"


def answers(person: AbstractBaseUser, event: Event) -> dict[str, str]:
    return {guest.address: guest.partstat for guest in event_detail(person, event.pk).guests}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_unusable_address_from_a_file_is_kept_and_not_sent(
    organization: Organization, provider: ProviderName
) -> None:
    """Odoo gives everybody behind it the answer of the one before (fault B12)."""
    anna = organization.anna
    organization.connect(anna, provider)
    organization.sync()
    import_calendar(anna, FILE, organization.now)
    event = Event.objects.get()
    told = {BROKEN: "declined", EVA: "accepted", "max@client.example": "tentative"}
    assert answers(anna, event) == told

    invite_now(anna, event.pk, Choice.SEND, organization.now)
    organization.sync()
    organization.sync()

    there = organization.there("anna", provider)
    assert there.guests_of("Workshop") == [EVA, "max@client.example"]
    assert sorted(organization.mails) == [("invite", EVA), ("invite", "max@client.example")]
    assert Link.objects.get().state == LinkState.SETTLED.value
    assert answers(anna, event).keys() == told.keys()
    unsent = {guest.address: guest.unsent for guest in event_detail(anna, event.pk).guests}
    assert unsent == {BROKEN: Unsent.UNMAILABLE, EVA: None, "max@client.example": None}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_more_guests_than_there_may_be(organization: Organization, provider: ProviderName) -> None:
    """Refused there with the reason; the calendar goes on."""
    anna = organization.anna
    many = [f"guest{number}@client.example" for number in range(500)]
    event = organization.create(anna, "Party", *many[:150])
    lines = [f"ATTENDEE:mailto:{address}" for address in [*many, "one.more@client.example"]]
    text = FILE.replace("ATTENDEE;PARTSTAT=TENTATIVE:mailto:max@client.example", "\r\n".join(lines))
    organization.connect(anna, provider)
    Pairing.objects.update(policy={"most_mails": 10_000})
    import_calendar(anna, text.replace("Workshop", "Congress"), organization.now)
    congress = Event.objects.exclude(pk=event.pk).get()
    for each in (event, congress):
        invite_now(anna, each.pk, Choice.SEND, organization.now)
    organization.sync()
    organization.create(anna, "Afterwards")
    organization.sync()

    there = organization.there("anna", provider)
    assert there.titles() == ["Afterwards", "Party"]
    assert len(organization.mails) == 150
    (item,) = attention_items(anna)
    assert (item.title, item.text) == ("Congress", named(REASONS["too_many_guests"], item.label))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_own_alias_among_guests_is_the_person_himself(
    organization: Organization, provider: ProviderName
) -> None:
    anna = organization.anna
    organization.connect(anna, provider)
    prove_address(anna, "a.berg@corp.example")

    event = organization.create(
        anna, "Review", "A.Berg@corp.example", "anna@corp.example", EVA, choice=Choice.SEND
    )
    organization.sync()

    assert list(answers(anna, event)) == [EVA]
    assert organization.there("anna", provider).guests_of("Review") == [EVA]
    assert organization.mails == [("invite", EVA)]


def test_alias_added_later_invites_nobody(organization: Organization) -> None:
    anna = organization.anna
    organization.connect(anna, "google")
    prove_address(anna, "a.berg@corp.example")
    prove_address(organization.ben, "b.cho@corp.example")
    event = organization.create(anna, "Review", BEN, choice=Choice.SEND)
    organization.sync()

    saved = edit_event(
        anna,
        event.pk,
        {"guests": (BEN, "b.cho@corp.example", "a.berg@corp.example")},
        None,
        organization.now,
    )

    assert not isinstance(saved, MailQuestion)
    assert list(answers(anna, event)) == [BEN]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_from_outside_stay_here_where_only_colleagues_are_sent(
    organization: Organization, provider: ProviderName
) -> None:
    anna = organization.anna
    organization.connect(anna, provider)
    organization.sync()
    Pairing.objects.update(policy={"outside_guests": False})

    event = organization.create(anna, "Review", BEN, EVA, choice=Choice.SEND)
    organization.sync()
    there = organization.there("anna", provider)
    there.rename("Review", "Design review")
    for _ in range(3):
        organization.sync()

    assert there.guests_of("Design review") == [BEN]
    assert list(answers(anna, event)) == [BEN, EVA]
    assert {address for _, address in organization.mails} == {BEN}
    unsent = {guest.address: guest.unsent for guest in event_detail(anna, event.pk).guests}
    assert unsent == {BEN: None, EVA: Unsent.OUTSIDE}
    assert event_detail(anna, event.pk).uninformed == 1
    assert len(account_choices(anna)) == 1


def test_nobody_is_asked_about_guests_who_are_not_sent(organization: Organization) -> None:
    organization.connect(organization.anna, "outlook")
    Pairing.objects.update(policy={"outside_guests": False})

    organization.create(organization.anna, "Review", EVA)  # fails if a question comes back
    organization.sync()

    assert organization.mails == []
    assert organization.there("anna", "outlook").guests_of("Review") == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_whom_nobody_informs_are_marked_for_colleagues_too(
    organization: Organization, provider: ProviderName
) -> None:
    """Anna has no connection, Ben has one; what is nobody's task is seen by whoever goes there."""
    organization.connect(organization.ben, provider)
    event = organization.create(organization.anna, "Review", BEN, "cleo@corp.example", EVA)
    organization.sync()

    for person in (organization.anna, organization.ben, organization.cleo):
        detail = event_detail(person, event.pk)
        assert {guest.address: guest.unsent for guest in detail.guests} == {
            BEN: None,
            "cleo@corp.example": None,
            EVA: Unsent.UNCONNECTED,
        }
        assert detail.uninformed == 1
    assert organization.mails == []
    there = organization.there("ben", provider).titles()

    organization.connect(organization.anna, provider)
    organization.sync()

    assert event_detail(organization.ben, event.pk).uninformed == 0  # Anna's to invite
    assert event_detail(organization.anna, event.pk).uninformed == 3
    assert (organization.mails, there) == ([], [])


def test_guests_from_outside_of_an_outside_organizer_are_informed_by_him(
    organization: Organization,
) -> None:
    organization.connect(organization.ben, "google")
    organization.there("cleo", "google").create("Theirs", "ben@gmail.example", EVA)
    organization.sync()

    event = Event.objects.get()
    assert event.organizer_user_id is None
    assert event_detail(organization.ben, event.pk).uninformed == 0
