"""Every property both ways, at both providers: set and removed on either side, then at rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.invitations import Invited
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import Role, UserType
from calendar_sync.engine.properties import Json, family
from calendar_sync.models import Event
from calendar_sync.providers.google.collection import HOLDS as GOOGLES
from calendar_sync.providers.graph.collection import HOLDS as OUTLOOKS
from support.both_sides import BothSides, part
from support.every_property import PROPERTIES
from support.property_words import Property, Words
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
HOLDS = {"google": GOOGLES, "outlook": OUTLOOKS}
CASES = [
    pytest.param(provider, each, id=f"{provider}, {each.name}")
    for provider in PROVIDERS
    for each in PROPERTIES
    if each.at(provider)
]
ELSEWHERE = {
    "status": "test_two_way.py",  # of Outlook, which knows no more than cancelled ones
    "attendee": "test_every_property.py",
    "answer": "test_answers_with_notes.py",
    "proposal": "test_proposals.py",
    "organizer": "test_new_organizer.py",
    "special": "test_special_events.py",
}
"""Families that are about people, or that nobody changes: where they are tested."""
PERSON = UserType.INDIVIDUAL
CHANGES = ("POST", "PATCH", "PUT", "DELETE")


def words_of(case: Property, provider: ProviderName) -> Words:
    words = case.at(provider)
    assert words is not None
    return words


def begin(organization: Organization, provider: ProviderName, case: Property) -> BothSides:
    """Made here, unless it is of a kind that comes from Google; known on both sides."""
    organization.connect(organization.anna, provider)
    if case.start:
        anna = organization.sandbox.people.get("anna")
        organization.sandbox.google.load(anna, [dict(case.start)])
    else:
        organization.create(organization.anna, "Review")
    organization.sync()
    organization.sync()
    return BothSides(organization, provider, Event.objects.get())


def requests_of(organization: Organization) -> tuple[int, int]:
    """Reads and writes of a run; the journal then is empty."""
    lines = [line for line in organization.requests() if not line.endswith("/token")]
    organization.sandbox.journal.clear()
    writes = sum(line.startswith(CHANGES) for line in lines)
    return len(lines) - writes, writes


def check_at_rest(organization: Organization, echoes: int = 0) -> None:
    for _ in range(2):
        organization.sync()
    assert requests_of(organization) == (2 + echoes, 0)
    assert organization.mails == []


@pytest.mark.parametrize(("provider", "case"), CASES)
def test_both_ways(organization: Organization, provider: ProviderName, case: Property) -> None:
    words, both = words_of(case, provider), begin(organization, provider, case)
    usual = {key: both.here.get(key) for key in case.here}
    organization.sandbox.journal.clear()

    for values, row in ((case.here, words.row), (usual, words.bare)):
        assert not isinstance(both.say(values), MailQuestion)
        organization.work()
        assert part(both.row, row) == row
        assert requests_of(organization) == (1 + words.reads, words.writes)
        check_at_rest(organization, words.echoes if row is words.row else 0)
        assert {key: both.here.get(key) for key in values} == values

    for row, values, echoes in (
        (words.typed or words.row, words.told or case.here, words.echoes),
        (words.wiped or words.bare, words.left or usual, 0),
    ):
        both.type(row)
        organization.sync()
        assert {key: both.here.get(key) for key in values} == values
        assert requests_of(organization) == (1 + echoes, 0)
        check_at_rest(organization)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_property_that_is_held_is_in_the_table(provider: ProviderName) -> None:
    shown = {family(key) for case in PROPERTIES if case.at(provider) for key in case.here}

    assert HOLDS[provider] - shown - ELSEWHERE.keys() == set()
    folder = Path(__file__).parent
    assert [name for name in ELSEWHERE.values() if not (folder / name).exists()] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_mails_to_one_guest(organization: Organization, provider: ProviderName) -> None:
    """Whether it is asked about, and what is mailed when sent, silent or kept here, is the table's.

    Each property is changed in one event, and given back.
    """
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.sync()
    both = BothSides(organization, provider, event)
    quiet = Choice.SILENT if provider == "google" else Choice.KEEP_HERE
    found, expected = {}, {}
    for case in PROPERTIES:
        words = case.at(provider)
        if words is None or case.start:
            continue
        expected[case.name] = (words.asks, words.mails, 0)
        usual = {key: both.here.get(key) for key in case.here}
        asked = isinstance(both.say(case.here), MailQuestion)
        loud = mailed(both, case.here, Choice.SEND if asked else None)
        still = mailed(both, usual, quiet if asked else None)
        found[case.name] = (asked, loud, still)
        mailed(both, usual | {"availability": "busy"}, Choice.SEND)
        organization.advance(days=1)
        organization.sync()

    assert found == expected


def mailed(both: BothSides, values: Mapping[str, Json], choice: Choice | None) -> int:
    organization = both.organization
    organization.sandbox.mail.clear()
    assert not isinstance(both.say(values, choice), MailQuestion)
    organization.work()
    assert set(organization.mails) <= {("update", EVA)}
    return len(organization.mails)


NO_WORD: dict[str, list[dict[str, Json]]] = {
    "google": [
        {"availability": "tentative"},
        {"availability": "out-of-office"},
        {"availability": "working-elsewhere"},
        {"category:Red": True},
        {"importance": "high"},
        {"guests-propose": False},
        {"guests-answer": False},
    ],
    "outlook": [
        {"classification": "public"},
        {"colour": "crimson"},
        {"guests-modify": True},
        {"guests-invite": False},
    ],
}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_has_no_word_for_stays_here_unasked(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere Outlook makes what was public the default, and mails everybody about it."""
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.sync()
    both = BothSides(organization, provider, event)
    organization.sandbox.mail.clear()
    organization.sandbox.journal.clear()

    for values in NO_WORD[provider]:
        assert not isinstance(both.say(values), MailQuestion), values
        organization.work()
        assert requests_of(organization) == (1, 0)
        check_at_rest(organization)
        assert {key: both.here.get(key) for key in values} == values


# --- guests

BLUE = "blue@rooms.example"
INVITED = {
    "required": Invited(EVA, "Eva", Role.REQUIRED),
    "optional": Invited(EVA, "Eva", Role.OPTIONAL),
    "room": Invited(BLUE, "Blue", Role.REQUIRED, UserType.ROOM),
}
KINDS: dict[tuple[str, str], dict[str, Any]] = {
    ("google", "required"): {},
    ("google", "optional"): {"optional": True},
    ("google", "room"): {"resource": True},
    ("outlook", "required"): {"type": "required"},
    ("outlook", "optional"): {"type": "optional"},
    ("outlook", "room"): {"type": "resource"},
}


def guests_there(both: BothSides) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = both.row.get("attendees") or []
    return [row for row in rows if not row.get("organizer")]


def invited_here(both: BothSides) -> dict[str, Json]:
    return {key: value for key, value in both.here.items() if family(key) == "attendee"}


def invite(both: BothSides, guests: list[Invited], choice: Choice) -> list[tuple[str, str]]:
    """Asked about first; then the mails that come of it."""
    organization, event = both.organization, Event.objects.get()
    organization.sandbox.mail.clear()
    change = {"guests": guests}
    asked = edit_event(organization.anna, event.pk, change, None, organization.now)
    assert isinstance(asked, MailQuestion)
    edit_event(organization.anna, event.pk, change, choice, organization.now)
    organization.work()
    return organization.mails


@pytest.mark.parametrize("kind", INVITED)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_both_ways(organization: Organization, provider: ProviderName, kind: str) -> None:
    both, guest = begin(organization, provider, Property("guest", {})), INVITED[kind]
    words = KINDS[provider, kind]
    assert guest.role
    value = ["Eva" if kind != "room" else "Blue", guest.role.value, (guest.kind or PERSON).value]
    organization.sandbox.journal.clear()

    assert invite(both, [guest], Choice.SEND) == [("invite", guest.address)]
    assert requests_of(organization) == (1, 1)
    (row,) = guests_there(both)
    assert part(row, words) == words
    assert invite(both, [], Choice.SEND) == [("cancel", guest.address)]
    assert requests_of(organization) == (1, 1)
    assert (guests_there(both), invited_here(both)) == ([], {})
    organization.sandbox.mail.clear()
    check_at_rest(organization)

    named: dict[str, Any] = {"email": guest.address, "displayName": value[0]}
    if provider == "outlook":
        named = {"emailAddress": {"address": guest.address, "name": value[0]}}
    both.type({"attendees": [{**named, **words}]})
    organization.sandbox.mail.clear()
    organization.sync()
    assert invited_here(both) == {f"attendee:{guest.address}": value}
    both.type({"attendees": []})
    organization.sandbox.mail.clear()
    organization.sync()
    assert invited_here(both) == {}
    organization.sandbox.journal.clear()
    check_at_rest(organization)


@pytest.mark.parametrize("kind", INVITED)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_nobody_is_to_tell(
    organization: Organization, provider: ProviderName, kind: str
) -> None:
    """Google writes them silently; Outlook cannot, so they stay here."""
    both, guest = begin(organization, provider, Property("guest", {})), INVITED[kind]
    silently = provider == "google"

    mails = invite(both, [guest], Choice.SILENT if silently else Choice.KEEP_HERE)

    assert mails == []
    assert (len(guests_there(both)), len(invited_here(both))) == (int(silently), 1)
    organization.sandbox.journal.clear()
    check_at_rest(organization)
