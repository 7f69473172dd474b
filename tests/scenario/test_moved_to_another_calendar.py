"""An event moved in Google's own pages to another calendar that is paired too."""

from __future__ import annotations

import pytest

from calendar_sync.actions.events import edit_event
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Calendar, Entry, Event, Link, Pairing, RemoteCalendar, Run
from calendar_sync.models.marks import pair
from support.world import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(organization: Organization) -> Pairing:
    """Anna's second calendar at Google, and one of its own here."""
    account = organization.connect(organization.anna, "google")
    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    made = google.calendars.insert(google.account(anna), {"summary": "Team"})
    remote = RemoteCalendar.objects.create(
        provider="google", canonical_id=made.id, name="Team", time_zone="UTC"
    )
    calendar = Calendar.objects.create(owner_id=organization.anna.pk, name="Team", is_default=False)
    pair(calendar, remote, account)
    organization.create(organization.anna, "Review")
    organization.sync()
    return Pairing.objects.get(calendar=calendar)


def move(organization: Organization, link: Link, destination: str) -> None:
    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    google.move(anna, link.href, "primary", destination, send="none")


def test_the_link_follows_and_an_edit_with_it(organization: Organization, team: Pairing) -> None:
    """Moved there while it was edited here: the place arrives where it is now."""
    link, event = Link.objects.get(), Event.objects.get()
    move(organization, link, team.remote_calendar.canonical_id)
    changes = {"location": "Room Blue"}
    edit_event(organization.anna, event.pk, changes, None, organization.now)

    organization.sync()
    organization.sync()

    followed = Link.objects.open().get()
    assert (followed.pk, followed.pairing, followed.state) == (link.pk, team, "settled")
    entry = Entry.objects.alive().get(calendar__owner=organization.anna.pk)
    assert (entry.calendar, entry.event) == (team.calendar, event)
    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    there = google.account(anna).calendars[team.remote_calendar.canonical_id]
    (row,) = [each for each in there.in_order() if not each.cancelled]
    assert row.content.shared["location"] == "Room Blue"
    assert organization.titles_here(organization.anna) == ["Review"]
    assert organization.mails == []
    reports = [report for turn in organization.sync() for report in turn.reports]
    assert reports == [SyncReport(), SyncReport()]
    told = {change.what for run in Run.objects.all() for change in run.changes.all()}
    assert "deleted" not in told


def test_a_move_to_a_calendar_nobody_has_paired(organization: Organization, team: Pairing) -> None:
    """Then it is gone from where we look, as the provider says."""
    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    other = google.calendars.insert(google.account(anna), {"summary": "Private"})
    move(organization, Link.objects.get(), other.id)
    organization.sync()
    assert organization.titles_here(organization.anna) == []
    assert Link.objects.filter(pairing=team).count() == 0
