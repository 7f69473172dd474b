"""A provider that cannot be read: back off as asked, lose nothing, leave the others alone."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.faults import FaultKind
from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.sync import sync_now
from calendar_sync.models import Event
from support.faulty import (
    BATCH,
    FIRST_BACK_OFF,
    FOREVER,
    READ,
    SPREAD,
    account,
    arm,
    check_backing_off,
    check_in_step,
    sent_and_received,
    work_to_do,
)
from support.world import PROVIDERS, Organization

both = pytest.mark.parametrize("provider", PROVIDERS)
unlasting: list[FaultKind] = ["500", "503", "504", "reset", "slow", "truncated", "html"]


@pytest.fixture(autouse=True)
def pauses(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause between two tries passes in the simulated world, not in ours."""

    def pause(seconds: float) -> None:
        organization.advance(seconds=seconds)

    monkeypatch.setattr("time.sleep", pause)


@both
@pytest.mark.parametrize("kind", unlasting)
def test_short_disturbance_of_a_read_is_waited_out(
    organization: Organization, provider: ProviderName, kind: FaultKind
) -> None:
    work_to_do(organization, provider)
    arm(organization, READ[provider], kind, count=2)

    turns = organization.work()

    assert sorted(sent_and_received(turns)) == [(1, 0), (3, 1)]
    check_in_step(organization, provider)


@both
@pytest.mark.parametrize(
    ("kind", "wish", "wait"),
    [
        *((kind, None, 15) for kind in unlasting),
        ("429", None, 15),
        ("429", 5, 15),
        ("429", 120, 120),
        ("503", 120, 120),
    ],
)
def test_reading_that_fails_backs_off_as_long_as_asked(
    organization: Organization, provider: ProviderName, kind: FaultKind, wish: int | None, wait: int
) -> None:
    work_to_do(organization, provider)
    arm(organization, READ[provider], kind, FOREVER, retry_after=wish)

    organization.work()

    check_backing_off(organization, provider, wait)
    organization.sandbox.faults.clear()
    organization.work()
    check_in_step(organization, provider)


def test_google_says_slow_down_by_403(organization: Organization) -> None:
    work_to_do(organization, "google")
    arm(organization, READ["google"], "403-rate", FOREVER)

    organization.work()

    check_backing_off(organization, "google", FIRST_BACK_OFF)
    check_in_step(organization, "google")


@both
def test_each_failure_doubles_the_wait_up_to_an_hour(
    organization: Organization, provider: ProviderName
) -> None:
    work_to_do(organization, provider)
    arm(organization, READ[provider], "429", FOREVER)
    waits = []

    for _ in range(10):
        organization.work()
        waits.append((account(organization).due_at - organization.now).total_seconds())
        organization.advance(seconds=waits[-1])

    expected = [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    spread = [wait / least for wait, least in zip(waits, expected, strict=True)]
    assert 1 <= min(spread) < max(spread) <= SPREAD
    organization.sandbox.faults.clear()
    organization.work()
    check_in_step(organization, provider)


@both
def test_edits_and_polls_do_not_press_on_but_the_button_does(
    organization: Organization, provider: ProviderName
) -> None:
    work_to_do(organization, provider)
    arm(organization, READ[provider], "429", retry_after=600)
    organization.work()

    event = Event.objects.get(components__summary="Moved")
    edit_event(organization.anna, event.pk, {"location": "Room Blue"}, None, organization.now)
    edit_event(organization.anna, event.pk, {"location": "Room Red"}, None, organization.now)
    edit_event(organization.anna, event.pk, {"location": "Room Blue"}, None, organization.now)
    assert [turn.credential_id for turn in organization.sync()] == [account(organization, "ben").pk]
    sync_now(organization.anna, account(organization).pk, organization.now)
    (turn,) = organization.work()

    assert sent_and_received([turn]) == [(3, 1)]
    check_in_step(organization, provider)


@both
def test_refused_token_is_replaced_in_the_middle_of_a_run(
    organization: Organization, provider: ProviderName
) -> None:
    work_to_do(organization, provider)
    arm(organization, READ[provider], "401")
    arm(organization, BATCH[provider], "401")

    turns = organization.work()

    assert sorted(sent_and_received(turns)) == [(1, 0), (3, 1)]
    check_in_step(organization, provider)


@both
def test_token_refused_for_good_waits_for_the_person_alone(
    organization: Organization, provider: ProviderName
) -> None:
    work_to_do(organization, provider)
    arm(organization, BATCH[provider], "401", FOREVER)

    organization.work()

    row = account(organization)
    assert (row.state, row.state_code, row.due_at.year) == ("reconnect", "token_refused", 9999)
    assert organization.there("ben", provider).titles() == ["Ben's"]
    organization.advance(hours=3)
    assert [turn.credential_id for turn in organization.sync()] == [account(organization, "ben").pk]
    organization.sandbox.faults.clear()
    organization.connect(organization.anna, provider, row.pk)
    organization.work()
    check_in_step(organization, provider)


@both
def test_forgotten_token_is_followed_by_a_complete_listing(
    organization: Organization, provider: ProviderName
) -> None:
    work_to_do(organization, provider)
    arm(organization, READ[provider], "410")

    turns = organization.work()

    assert sorted(sent_and_received(turns)) == [(1, 0), (3, 1)]
    assert sorted(report.complete for turn in turns for report in turn.reports) == [False, True]
    check_in_step(organization, provider)


def paged(organization: Organization) -> None:
    """Every listing takes three pages."""
    for knob in ("google.empty_pages", "graph.delta_empty_pages"):
        organization.sandbox.knobs[knob] = 2


@both
@pytest.mark.parametrize("page", [1, 2])
def test_token_forgotten_between_two_pages(
    organization: Organization, provider: ProviderName, page: int
) -> None:
    work_to_do(organization, provider)
    paged(organization)
    arm(organization, READ[provider], "410", skip=page)

    turns = organization.work()

    assert sorted(sent_and_received(turns)) == [(1, 0), (3, 1)]
    assert organization.sandbox.faults.armed[0].count == 0
    check_in_step(organization, provider)


@both
def test_pages_that_break_off_leave_nothing_half_done(
    organization: Organization, provider: ProviderName
) -> None:
    work_to_do(organization, provider)
    paged(organization)
    arm(organization, READ[provider], "429", skip=2)

    organization.work()

    assert organization.titles_here(organization.anna) == ["Moved", "Ours", "Review"]
    check_backing_off(organization, provider, FIRST_BACK_OFF)
    check_in_step(organization, provider)
