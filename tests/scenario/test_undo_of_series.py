"""A run that concerned dates of a series is undone, and both sides rest."""

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.series import Scope, delete_dates, edit_dates
from calendar_sync.actions.undo import undo_run
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event, Occurrence, Run
from support.there import There
from support.world import PROVIDERS, START, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)

WINDOW = (START - timedelta(days=1), START + timedelta(days=30))
WEEKLY = ["01 09 Stand-up", "08 09 Stand-up", "15 09 Stand-up"]


@pytest.fixture
def series(organization: Organization, provider: ProviderName) -> Event:
    """Three weeks, on both sides."""
    organization.connect(organization.anna, provider)
    event = organization.create(organization.anna, "Stand-up")
    rule = {"recurrence": ("RRULE:FREQ=WEEKLY;COUNT=3",)}
    edit_event(organization.anna, event.pk, rule, None, organization.now)
    rounds(organization)
    return event


def rounds(organization: Organization, count: int = 3) -> list[SyncReport]:
    reports: list[SyncReport] = []
    for _ in range(count):
        organization.advance(minutes=11)
        reports = [report for turn in organization.sync() for report in turn.reports]
    return reports


def date(week: int) -> str:
    return f"{START + timedelta(weeks=week):%Y-%m-%dT%H:%M:%S} Europe/Paris"


def here() -> list[str]:
    """Days of December, and what the event says of dates of their own."""
    event = Event.objects.alive().get()
    days = Occurrence.objects.filter(event=event).order_by("starts_at")
    own = {str(value) for key, value in event.components.items() if key.endswith(":summary")}
    return [f"{row.starts_at:%d}" for row in days] + sorted(own)


def check_undone(
    organization: Organization, there: There, ours: list[str], theirs: list[str]
) -> None:
    undo_run(organization.anna, Run.objects.latest("pk").pk, organization.now)
    rounds(organization)
    assert (here(), there.dates(*WINDOW)) == (ours, theirs)
    assert rounds(organization, 4) == [SyncReport()]
    there.forget_token()
    assert [report.sent for report in rounds(organization, 1)] == [0]
    assert (here(), there.dates(*WINDOW)) == (ours, theirs)
    assert organization.mails == []


def test_a_date_renamed_here(
    organization: Organization, provider: ProviderName, series: Event
) -> None:
    there = organization.there("anna", provider)
    change = {"summary": "In town"}
    edit_dates(organization.anna, series.pk, date(1), Scope.THIS, change, None, organization.now)
    organization.advance(minutes=11)
    organization.sync()
    assert there.dates(*WINDOW)[1] == "08 09 In town"

    check_undone(organization, there, ["01", "08", "15", "In town"], WEEKLY)


def test_all_dates_renamed_here(
    organization: Organization, provider: ProviderName, series: Event
) -> None:
    there = organization.there("anna", provider)
    change = {"summary": "Sit-down"}
    edit_dates(organization.anna, series.pk, date(0), Scope.ALL, change, None, organization.now)
    organization.advance(minutes=11)
    organization.sync()
    assert there.dates(*WINDOW)[0] == "01 09 Sit-down"

    check_undone(organization, there, ["01", "08", "15"], WEEKLY)
    assert organization.titles_here(organization.anna) == ["Sit-down"]


def test_a_series_renamed_there(
    organization: Organization, provider: ProviderName, series: Event
) -> None:
    there = organization.there("anna", provider)
    there.rename("Stand-up", "Sit-down")
    organization.advance(minutes=11)
    organization.sync()
    renamed = [each.replace("Stand-up", "Sit-down") for each in WEEKLY]

    check_undone(organization, there, ["01", "08", "15"], renamed)
    assert organization.titles_here(organization.anna) == ["Stand-up"]


def test_a_date_taken_out_here(
    organization: Organization, provider: ProviderName, series: Event
) -> None:
    """Outlook can't bring a date back: there it stays away, and the account is not stuck."""
    there = organization.there("anna", provider)
    delete_dates(organization.anna, series.pk, date(1), Scope.THIS, None, organization.now)
    organization.advance(minutes=11)
    organization.sync()
    left = [WEEKLY[0], WEEKLY[2]]
    assert there.dates(*WINDOW) == left

    check_undone(organization, there, ["01", "15"], WEEKLY if provider == "google" else left)
