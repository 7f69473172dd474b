"""What Odoo's modules need for the same work is in its measured notes; these are our numbers.

Requests, statements and mails are literals. Each row of the table that is not here: idle runs, the
first import of singles, pushes and echoes in `test_counts.py`, pace in `test_write_pace.py`, delay
in `test_web_hooks.py`, times and memory in `make bench`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.actions.sync import Ended, sync_next
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event, ProviderCredential
from support.series import SeriesThere
from support.statements import Statements
from support.world import PROVIDERS, START, Organization

API = {"google": ("/google/calendar", "/google/batch"), "outlook": ("/graph/v1.0",)}
GUESTS = ("ben@corp.example", "eva@client.example", "max@client.example")
SENT = Choice.SEND
ENDLESS = "RRULE:FREQ=DAILY"


@dataclass(frozen=True)
class Cost:
    requests: int
    statements: int
    mails: int


@dataclass
class Meter:
    organization: Organization
    provider: ProviderName

    def turn(self) -> tuple[Cost, Ended]:
        """What the next run costs, and how it ended."""
        organization = self.organization
        ProviderCredential.objects.update(due_at=organization.now)
        organization.sandbox.journal.clear()
        mails = len(organization.mails)
        with Statements() as statements:
            ended = sync_next(organization.sandbox.clock)
        assert ended is not None
        assert ended.error is None
        requests = sum(len(organization.requests(prefix)) for prefix in API[self.provider])
        return Cost(requests, len(statements.sql), len(organization.mails) - mails), ended

    def series(self, *guests: str) -> Event:
        """Endless, daily, at nine in Paris; known to its provider."""
        anna, now = self.organization.anna, self.organization.now
        draft = EventDraft(START, START + timedelta(hours=1), "Stand-up", guests=guests)
        event = create_event(anna, replace(draft, recurrence=(ENDLESS,)), SENT, now)
        assert isinstance(event, Event)
        self.organization.sync()
        self.organization.advance(minutes=12)
        self.organization.sync()
        return event


@pytest.fixture(params=PROVIDERS)
def meter(request: pytest.FixtureRequest, organization: Organization) -> Meter:
    organization.connect(organization.anna, request.param)
    organization.sync()
    return Meter(organization, request.param)


def test_first_import_of_a_thousand_and_a_hundred_series(organization: Organization) -> None:
    """Google: 1 request. Graph: pages of 1,000 rows and a batch for 20 series."""
    organization.sandbox.knobs["graph.delta_splits_series"] = True
    for provider in PROVIDERS:
        there = organization.there("anna", provider)
        there.load([f"{provider} {number}" for number in range(1000)], *GUESTS)
        for number in range(100):
            series = SeriesThere(organization.sandbox, "anna", provider)
            series.create(f"{provider} series {number}", weekly=True)
        organization.connect(organization.anna, provider)
        cost, ended = Meter(organization, provider).turn()
        assert [report.received for report in ended.reports] == [1100]
        rows = 1000 + 100 * (1 + 104)  # with the Tuesdays of two years
        assert cost.requests == (1 if provider == "google" else -(-rows // 1000) + 5)
        assert (cost.statements <= 40, cost.mails) == (True, 0)
        organization.advance(hours=1)
        ProviderCredential.objects.all().update(paused_at=organization.now)


@pytest.mark.parametrize(("rows", "pages"), [(1000, 2), (50, 27)])
def test_small_pages_of_graph(organization: Organization, rows: int, pages: int) -> None:
    """Some servers give fewer rows than are asked for (contract §5.3 D18)."""
    organization.sandbox.knobs["graph.delta_page_most"] = rows
    organization.there("anna", "outlook").load([f"Event {n}" for n in range(1000)])
    for number in range(3):
        SeriesThere(organization.sandbox, "anna", "outlook").create(f"Series {number}", weekly=True)
    organization.connect(organization.anna, "outlook")

    organization.sandbox.knobs["graph.delta_splits_series"] = True
    cost, ended = Meter(organization, "outlook").turn()

    assert [report.received for report in ended.reports] == [1003]
    assert cost.requests == pages + 1


def test_dates_of_series_cost_pages_and_no_statements(organization: Organization) -> None:
    """Seven times as many dates: the same statements, the same batch, more pages."""
    organization.sandbox.knobs["graph.delta_splits_series"] = True
    costs = []
    for key, weekly in (("anna", True), ("ben", False)):
        for number in range(12):
            series = SeriesThere(organization.sandbox, key, "outlook")
            series.create(f"Series {number}", weekly=weekly)
        organization.connect(getattr(organization, key), "outlook")
        costs.append(Meter(organization, "outlook").turn()[0])
        ProviderCredential.objects.all().update(paused_at=organization.now)

    weekly_cost, daily_cost = costs
    assert (weekly_cost.requests, daily_cost.requests) == (2 + 1, 9 + 1)
    assert weekly_cost.statements == daily_cost.statements


def test_rename_of_an_endless_series(meter: Meter) -> None:
    event, anna = meter.series("eva@client.example"), meter.organization.anna
    now = meter.organization.now

    def edit(choice: Choice | None) -> object:
        return edit_dates(anna, event.pk, "", Scope.ALL, {"summary": "Daily"}, choice, now)

    assert isinstance(edit(None), MailQuestion)
    with Statements() as saving:
        edit(SENT)
    cost, _ = meter.turn()

    assert (cost.requests, cost.mails) == (2, 1)  # one to look, one to write
    assert (len(saving.sql) <= 20, cost.statements <= 20) == (True, True)


def test_this_and_following(meter: Meter) -> None:
    """Two writes in one batch, said beforehand; a guest hears of the old and of the new series."""
    event, organization = meter.series("eva@client.example"), meter.organization
    card = next(
        card
        for card in events_between(organization.anna, START, START + timedelta(days=9))
        if card.start.day == 4
    )
    changes = {"location": "Room Blue"}

    def edit(choice: Choice | None) -> object:
        now = organization.now
        return edit_dates(
            organization.anna, event.pk, card.date, Scope.FOLLOWING, changes, choice, now
        )

    assert isinstance(edit(None), MailQuestion)
    edit(SENT)
    cost, _ = meter.turn()

    assert (cost.requests, cost.mails) == (2, 2)
    assert cost.statements <= 40


@pytest.mark.parametrize(("rows", "pages"), [(1000, 1), (50, 15)])
def test_rename_there_of_a_daily_series(organization: Organization, rows: int, pages: int) -> None:
    """Graph tells it again with its 722 dates of the window; Google in one row."""
    organization.sandbox.knobs["graph.delta_page_most"] = rows
    organization.sandbox.knobs["graph.delta_splits_series"] = True
    for provider in PROVIDERS:
        there = SeriesThere(organization.sandbox, "anna", provider)
        there.create("Stand-up")
        organization.connect(organization.anna, provider)
        organization.sync()
        there.rename("Daily")
        cost, ended = Meter(organization, provider).turn()
        assert [report.received for report in ended.reports] == [1]
        assert cost.requests == (1 if provider == "google" else pages + 1)
        ProviderCredential.objects.all().update(paused_at=organization.now)


def test_forgotten_token_mails_nobody(meter: Meter) -> None:
    """Fifty meetings with three guests; Odoo: 52 requests and up to 150 mails."""
    organization = meter.organization
    there = organization.there("anna", meter.provider)
    there.load([f"Meeting {number}" for number in range(50)], *GUESTS)
    organization.sync()

    there.forget_token()
    cost, ended = meter.turn()

    assert [report.sent for report in ended.reports] == [0]
    assert (cost.requests, cost.mails) == (2, 0)  # refused, then all of it
    assert meter.turn()[0].requests == 1


def test_whoever_saves_never_waits_for_a_provider(meter: Meter) -> None:
    """Ten events: no request while they are saved, two batches later."""
    organization = meter.organization
    organization.sandbox.journal.clear()

    for number in range(10):
        organization.create(organization.anna, f"Event {number}")

    assert organization.requests() == []
    cost, ended = meter.turn()
    assert [report.sent for report in ended.reports] == [10]
    assert cost.requests == 2
