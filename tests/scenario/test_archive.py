"""Archived: cancelled at the provider and kept here; brought back: made there again."""

import itertools
from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import restart, stop
from calendar_sync.actions.archiving import (
    archive_event,
    archived_events,
    delete_archived,
    unarchive_event,
)
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.scheduled import keep_house
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event, Link
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
EVENTS = {
    "google": "/google/calendar/v3/calendars/anna@gmail.example/events",
    "outlook": "/graph/v1.0/me/events",
}
pairs = pytest.mark.parametrize(("first", "second"), list(itertools.product(PROVIDERS, repeat=2)))


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def writes(organization: Organization) -> list[str]:
    """But those that only read, or sign in."""
    made = [each for each in organization.requests() if not each.startswith("GET")]
    return [each for each in made if "token" not in each]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_there_and_back(organization: Organization, provider: ProviderName) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    event = organization.create(anna, "Choir")
    edit_event(anna, event.pk, {"location": "Hall", "availability": "free"}, None, organization.now)
    rounds(organization)
    id_ = there.id_of("Choir")
    organization.sandbox.journal.clear()

    assert archive_event(anna, event.pk, None, organization.now) is None
    rounds(organization)

    assert (there.titles(), organization.titles_here(anna)) == ([], [])
    assert [(line.summary, line.guests) for line in archived_events(anna)] == [("Choir", 0)]
    assert archived_events(organization.ben) == []
    assert writes(organization) == [f"DELETE {EVENTS[provider]}/{id_}"]
    organization.sandbox.journal.clear()

    assert unarchive_event(anna, event.pk, None, organization.now) is None
    rounds(organization)

    assert there.titles() == organization.titles_here(anna) == ["Choir"]
    assert (there.place_of("Choir"), archived_events(anna)) == ("Hall", [])
    assert writes(organization) == [f"POST {EVENTS[provider]}"]
    assert (Event.objects.count(), Link.objects.open().count()) == (1, 1)
    assert organization.mails == []


@pairs
def test_a_meeting_is_cancelled_and_called_again(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    """Both are asked about; a colleague's copy comes back to the same event."""
    anna, ben = organization.anna, organization.ben
    organization.connect(anna, first)
    organization.connect(ben, second)
    organization.work()
    address = str(organization.sandbox.people.get("ben").address(second))
    event = organization.create(anna, "Review", address, EVA, choice=Choice.SEND)
    rounds(organization)
    organization.sandbox.mail.clear()

    asked = archive_event(anna, event.pk, None, organization.now)
    assert isinstance(asked, MailQuestion)
    assert (asked.kind, asked.count) == ("cancel", 2)
    archive_event(anna, event.pk, Choice.SEND, organization.now)
    rounds(organization)

    everybody = sorted([address, EVA])
    assert sorted(person for _, person in organization.mails) == everybody
    assert organization.there("anna", first).titles() == []
    assert organization.titles_here(ben) == organization.titles_here(anna) == []
    organization.sandbox.mail.clear()

    asked = unarchive_event(anna, event.pk, None, organization.now)
    assert isinstance(asked, MailQuestion)
    assert (asked.kind, asked.count) == ("invite", 2)
    unarchive_event(anna, event.pk, Choice.SEND, organization.now)
    rounds(organization, 4)

    assert sorted(person for _, person in organization.mails) == everybody
    assert organization.there("anna", first).guests_of("Review") == everybody
    assert "Review" in organization.there("ben", second).titles()
    assert organization.titles_here(ben) == organization.titles_here(anna) == ["Review"]
    assert Event.objects.count() == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_kept_at_the_provider_it_just_comes_back(
    organization: Organization, provider: ProviderName
) -> None:
    """Nobody was told, so there is nothing to take back."""
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    event = organization.create(anna, "Review", EVA, choice=Choice.SEND)
    rounds(organization)
    organization.sandbox.mail.clear()
    archive_event(anna, event.pk, Choice.SEND, organization.now)

    assert unarchive_event(anna, event.pk, None, organization.now) is None
    rounds(organization)

    assert there.titles() == organization.titles_here(anna) == ["Review"]
    assert organization.mails == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_series_comes_back_with_its_exceptions(
    organization: Organization, provider: ProviderName
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    event = organization.create(anna, "Stand-up")
    weekly = ("RRULE:FREQ=WEEKLY;COUNT=4",)
    edit_event(anna, event.pk, {"recurrence": weekly}, None, organization.now)
    second = START + timedelta(weeks=1)
    date = f"{second:%Y-%m-%dT%H:%M:%S} Europe/Paris"
    changes = {"summary": "Stand-up in town"}
    edit_dates(anna, event.pk, date, Scope.THIS, changes, None, organization.now)
    rounds(organization)
    window = (START, START + timedelta(weeks=5))
    before = there.dates(*window)
    assert len(before) == 4

    archive_event(anna, event.pk, None, organization.now)
    rounds(organization)
    assert there.dates(*window) == []
    unarchive_event(anna, event.pk, None, organization.now)
    rounds(organization)

    assert there.dates(*window) == before
    assert organization.mails == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_edit_there_beats_an_archiving_not_yet_sent(
    organization: Organization, provider: ProviderName
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.connect(anna, provider)
    event = organization.create(anna, "Choir")
    rounds(organization)
    archive_event(anna, event.pk, None, organization.now)
    organization.advance(minutes=1)
    there.rename("Choir", "Choir in the hall")

    rounds(organization)

    assert there.titles() == organization.titles_here(anna) == ["Choir in the hall"]
    assert archived_events(anna) == []


def test_gone_there_meanwhile_it_stays_archived(organization: Organization) -> None:
    anna, there = organization.anna, organization.there("anna", "google")
    organization.connect(anna, "google")
    event = organization.create(anna, "Choir")
    rounds(organization)
    there.delete("Choir")
    archive_event(anna, event.pk, None, organization.now)
    rounds(organization)
    assert [line.summary for line in archived_events(anna)] == ["Choir"]


def test_without_a_connection(organization: Organization) -> None:
    """Connecting sends nothing of it; brought back it is asked about like a new meeting."""
    anna = organization.anna
    event = organization.create(anna, "Review", EVA)
    archive_event(anna, event.pk, None, organization.now)
    organization.connect(anna, "google")
    rounds(organization)
    there = organization.there("anna", "google")
    assert there.titles() == []

    asked = unarchive_event(anna, event.pk, None, organization.now)
    assert isinstance(asked, MailQuestion)
    unarchive_event(anna, event.pk, Choice.SILENT, organization.now)
    rounds(organization)
    assert (there.titles(), organization.mails) == (["Review"], [])


def test_while_the_connection_is_stopped_guests_are_kept_back(organization: Organization) -> None:
    anna, there = organization.anna, organization.there("anna", "google")
    account = organization.connect(anna, "google")
    event = organization.create(anna, "Review", EVA, choice=Choice.SEND)
    rounds(organization)
    archive_event(anna, event.pk, Choice.SILENT, organization.now)
    rounds(organization)
    organization.sandbox.mail.clear()
    stop(anna, account.pk, organization.now)

    assert unarchive_event(anna, event.pk, None, organization.now) is None
    restart(anna, account.pk, organization.now)
    rounds(organization)

    assert (there.titles(), there.guests_of("Review"), organization.mails) == (["Review"], [], [])


def test_the_archive_is_not_tidied_away(organization: Organization) -> None:
    anna = organization.anna
    kept, gone = organization.create(anna, "Kept"), organization.create(anna, "Gone")
    for event in (kept, gone):
        archive_event(anna, event.pk, None, organization.now)
    delete_archived(anna, gone.pk)
    organization.advance(days=400)

    keep_house(organization.now)

    assert [event.summary for event in Event.objects.all()] == ["Kept"]
    assert [line.summary for line in archived_events(anna)] == ["Kept"]


def test_only_the_organizer_archives(organization: Organization) -> None:
    anna, ben = organization.anna, organization.ben
    event = organization.create(anna, "Review", "ben@corp.example")
    with pytest.raises(ActionRefused, match="not_organizer"):
        archive_event(ben, event.pk, None, organization.now)
    with pytest.raises(NotVisible):
        archive_event(organization.cleo, event.pk, None, organization.now)
    archive_event(anna, event.pk, None, organization.now)
    for act in (unarchive_event, archive_event):
        with pytest.raises(NotVisible):
            act(ben, event.pk, None, organization.now)
    with pytest.raises(NotVisible):
        delete_archived(ben, event.pk)
    with pytest.raises(NotVisible):
        archive_event(anna, event.pk, None, organization.now)
