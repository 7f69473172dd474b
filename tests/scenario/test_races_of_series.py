"""A series is edited here and there before either side has heard of the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import events_between
from calendar_sync.actions.series import Scope, delete_dates, edit_dates
from calendar_sync.models import Change
from support.series import SeriesThere
from support.world import PROVIDERS, START, Organization

WEEK = START - timedelta(hours=9), START + timedelta(days=7)
DAILY = "RRULE:FREQ=DAILY;COUNT=5"


class Race:
    def __init__(self, organization: Organization, provider: ProviderName) -> None:
        self.organization, self.provider = organization, provider
        organization.connect(organization.anna, provider)
        draft = EventDraft(START, START + timedelta(hours=1), "Daily", recurrence=(DAILY,))
        create_event(organization.anna, draft, None, organization.now)
        self.settle()
        there = organization.there("anna", provider)
        self.series = SeriesThere(organization.sandbox, "anna", provider, there.id_of("Daily"))

    def edit(self, day: int, scope: Scope, **changes: object) -> None:
        anna, now = self.organization.anna, self.organization.now
        card = next(each for each in events_between(anna, *WEEK) if each.start.day == day)
        edit_dates(anna, card.id, card.date, scope, changes, None, now)

    def delete(self, day: int, scope: Scope) -> None:
        anna, now = self.organization.anna, self.organization.now
        card = next(each for each in events_between(anna, *WEEK) if each.start.day == day)
        delete_dates(anna, card.id, card.date, scope, None, now)

    def lost(self) -> list[object]:
        """Values that did not win, as the journal keeps them."""
        lines = Change.objects.filter(what="conflict")
        return [value for line in lines for value in line.before.values()]

    def settle(self) -> None:
        for _ in range(3):
            self.organization.advance(minutes=12)
            self.organization.sync()
        self.organization.advance(minutes=12)
        for turn in self.organization.sync():
            for report in turn.reports:
                assert (report.received, report.sent, report.error) == (0, 0, None)

    def agree(self, expected: list[str]) -> None:
        self.settle()
        anna = self.organization.anna
        here = [f"{card.start:%d %H} {card.summary}" for card in events_between(anna, *WEEK)]
        there = self.organization.there("anna", self.provider).dates(*WEEK)
        assert ("here", here) == ("here", expected)
        assert ("there", there) == ("there", expected)


@pytest.fixture(params=PROVIDERS)
def race(request: pytest.FixtureRequest, organization: Organization) -> Race:
    return Race(organization, request.param)


def test_split_here_before_a_date_that_was_renamed_there(race: Race) -> None:
    """The dates from there on are another series by now: what was said of one is told as lost."""
    race.series.rename_date(5, "Fifth")
    race.edit(4, Scope.FOLLOWING, location="Room Red")

    race.agree(["01 09 Daily", "02 09 Daily", "03 09 Daily", "04 09 Daily", "05 09 Daily"])
    assert "Fifth" in race.lost()


def test_split_here_before_a_date_that_was_deleted_there(race: Race) -> None:
    race.series.delete_date(5)
    race.edit(4, Scope.FOLLOWING, location="Room Red")

    race.agree(["01 09 Daily", "02 09 Daily", "03 09 Daily", "04 09 Daily", "05 09 Daily"])
    assert "cancelled" in race.lost()


def test_split_here_behind_a_date_that_was_renamed_there(race: Race) -> None:
    race.series.rename_date(2, "Second")
    race.edit(4, Scope.FOLLOWING, summary="Later")

    race.agree(["01 09 Daily", "02 09 Second", "03 09 Daily", "04 09 Later", "05 09 Later"])


def test_all_renamed_here_one_date_renamed_there(race: Race) -> None:
    race.series.rename_date(2, "Second")
    race.edit(1, Scope.ALL, summary="Stand-up")

    race.agree(
        ["01 09 Stand-up", "02 09 Second", "03 09 Stand-up", "04 09 Stand-up", "05 09 Stand-up"]
    )


def test_one_date_deleted_here_another_there(race: Race) -> None:
    race.series.delete_date(2)
    race.delete(4, Scope.THIS)

    race.agree(["01 09 Daily", "03 09 Daily", "05 09 Daily"])


def test_ended_here_before_a_date_that_was_renamed_there(race: Race) -> None:
    race.series.rename_date(5, "Fifth")
    race.delete(4, Scope.FOLLOWING)

    race.agree(["01 09 Daily", "02 09 Daily", "03 09 Daily"])
    assert "Fifth" in race.lost()


def test_moved_here_while_one_date_was_renamed_there(race: Race) -> None:
    race.series.rename_date(5, "Fifth")
    race.edit(1, Scope.ALL, start=START + timedelta(hours=2), end=START + timedelta(hours=3))

    race.agree(["01 11 Daily", "02 11 Daily", "03 11 Daily", "04 11 Daily", "05 11 Daily"])
    assert "Fifth" in race.lost()
