"""Series made at a provider: shown right on every date, written never."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.feed import event_detail, events_between
from calendar_sync.models import Event
from support.series import SeriesThere
from support.world import PROVIDERS, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC)


def shown(organization: Organization) -> list[str]:
    """Day, hour in Berlin and title of every card in the first days of December."""
    cards = events_between(organization.anna, *DECEMBER)
    berlin = ZoneInfo("Europe/Berlin")
    return [
        f"{card.start.astimezone(berlin):%d %H} {card.summary}"
        if isinstance(card.start, datetime)
        else f"{card.start:%d} all day {card.summary}"
        for card in cards
    ]


@pytest.fixture
def there(organization: Organization, provider: ProviderName) -> SeriesThere:
    return SeriesThere(organization.sandbox, "anna", provider)


def writes(organization: Organization, provider: ProviderName) -> list[str]:
    """Requests that change something; what travels in batches counts for itself."""
    root = "/google/" if provider == "google" else "/graph/"
    return [
        f"{entry.method} {entry.path}"
        for entry in organization.sandbox.journal.entries(path_prefix=root, parts=True)
        if entry.method != "GET" and "batch" not in entry.path and "token" not in entry.path
    ]


def test_daily_series_with_dates_that_differ(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Stand-up")
    there.move_date(2, 2, 15)
    there.rename_date(3, "Retrospective")
    there.delete_date(4)

    organization.connect(organization.anna, provider)
    organization.sync()

    assert shown(organization) == [
        "01 09 Stand-up",
        "02 15 Stand-up",
        "03 09 Retrospective",
        "05 09 Stand-up",
        "06 09 Stand-up",
        "07 09 Stand-up",
        "08 09 Stand-up",
    ]


def test_later_edits_are_shown_too(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Stand-up")
    organization.connect(organization.anna, provider)
    organization.sync()
    assert len(shown(organization)) == 8

    there.delete_date(2)
    there.move_date(3, 3, 11)
    organization.sync()
    there.rename("Daily")
    there.delete_date(3)
    there.rename_date(5, "Daily, long")
    organization.sync()

    assert shown(organization) == [
        "01 09 Daily",
        "04 09 Daily",
        "05 09 Daily, long",
        "06 09 Daily",
        "07 09 Daily",
        "08 09 Daily",
    ]


def test_weekly_and_all_day_series(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Review", weekly=True)
    fair = SeriesThere(organization.sandbox, "anna", provider)
    fair.create("Fair", all_day=True)
    for day in (3, 4, 6, 7):
        fair.delete_date(day)
    fair.rename_date(5, "Saturday")

    organization.connect(organization.anna, provider)
    organization.sync()

    assert shown(organization) == [
        "01 all day Fair",
        "01 09 Review",
        "02 all day Fair",
        "05 all day Saturday",
        "08 all day Fair",
        "08 09 Review",
    ]


def test_deleted_series_is_shown_no_more(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Stand-up")
    there.rename_date(3, "Retrospective")
    organization.connect(organization.anna, provider)
    organization.sync()

    there.delete()
    organization.sync()

    assert shown(organization) == []


def test_lost_token_changes_nothing(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Stand-up")
    there.delete_date(4)
    organization.connect(organization.anna, provider)
    organization.sync()
    before = shown(organization)

    organization.there("anna", provider).forget_token()
    (turn,) = organization.sync()

    assert [(report.received, report.sent) for report in turn.reports] == [(0, 0)]
    assert shown(organization) == before


def test_nothing_is_ever_written_or_mailed(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    ben = str(organization.sandbox.people.get("ben").address(provider))
    there.create("Stand-up", ben)
    there.move_date(2, 2, 15)
    organization.sandbox.mail.clear()
    organization.connect(organization.anna, provider)
    organization.connect(organization.ben, provider)
    organization.sandbox.journal.clear()

    organization.sync()
    there.delete_date(4)
    organization.sandbox.mail.clear()
    organization.sync()
    idle = [*organization.sync(), *organization.sync()]

    assert writes(organization, provider) == []
    assert organization.mails == []
    reports = [report for turn in idle for report in turn.reports]
    assert {(report.received, report.sent) for report in reports} == {(0, 0)}


def test_an_edit_has_to_say_which_dates_it_means(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Stand-up")
    organization.connect(organization.anna, provider)
    organization.sync()

    with pytest.raises(ActionRefused, match="scope_missing"):
        edit_event(
            organization.anna, Event.objects.get().pk, {"summary": "Mine"}, None, organization.now
        )


def test_a_click_shows_the_date_that_was_clicked(
    organization: Organization, provider: ProviderName, there: SeriesThere
) -> None:
    there.create("Stand-up")
    there.rename_date(3, "Retrospective")
    organization.connect(organization.anna, provider)
    organization.sync()

    cards = events_between(organization.anna, *DECEMBER)
    details = [event_detail(organization.anna, card.id, card.date) for card in cards]

    assert [detail.start for detail in details] == [card.start for card in cards]
    assert [detail.summary for detail in details] == [card.summary for card in cards]
    assert "Retrospective" in {detail.summary for detail in details}
    unknown = event_detail(organization.anna, cards[0].id, "1999-01-01")
    assert unknown.summary == "Stand-up"
