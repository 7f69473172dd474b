"""SQL statements of what pages ask for, as literal numbers: the same for one event and for many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.attention import attention_count, attention_items
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.feed import event_detail, events_between
from calendar_sync.actions.runs import run_detail, visible_runs
from calendar_sync.actions.safety_stops import release_all, safety_stops
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event, Link, Run
from support.statements import Statements
from support.world import START, Organization

EVA = "eva@client.example"


def counted(act: Callable[[], object]) -> int:
    with Statements() as sent:
        act()
    return len(sent)


@pytest.fixture
def user(organization: Organization) -> User:
    """Her rights are known: a page reads them once."""
    organization.connect(organization.anna, "outlook")
    organization.work()
    connection_states(organization.anna, organization.now)
    return organization.anna


many = pytest.mark.parametrize("count", [1, 3])


@many
def test_calendar_page(organization: Organization, user: User, count: int) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}", EVA, "ben@corp.example", choice=Choice.SEND)
    organization.work()
    day = START - timedelta(days=1)

    assert len(events_between(user, day, day + timedelta(days=3))) == count
    assert counted(lambda: events_between(user, day, day + timedelta(days=3))) == 5


@many
def test_event_popover(organization: Organization, user: User, count: int) -> None:
    guests = [f"guest{number}@client.example" for number in range(count)]
    event = organization.create(user, "Review", *guests, choice=Choice.SEND)
    organization.work()

    assert len(event_detail(user, event.pk).guests) == count
    assert counted(lambda: event_detail(user, event.pk)) == 8


@many
def test_needs_attention(organization: Organization, user: User, count: int) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}", EVA, choice=Choice.KEEP_HERE)
    organization.work()

    assert len(attention_items(user)) == count
    assert counted(lambda: attention_items(user)) == 2
    assert attention_count(user) == count
    assert counted(lambda: attention_count(user)) == 1


@many
def test_safety_stops(organization: Organization, user: User, count: int) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}")
    organization.work()
    assert counted(lambda: safety_stops(user)) == 1

    Link.objects.update(state="parked", guard="brake_vanished")

    assert counted(lambda: safety_stops(user)) == 2
    assert [len(stop.events) for stop in safety_stops(user)] == [count]


@pytest.mark.parametrize(("choice", "statements"), [("apply", 4), ("keep", 3)])
@many
def test_answer_to_a_safety_stop(
    organization: Organization, user: User, count: int, choice: str, statements: int
) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}")
    organization.work()
    Link.objects.update(state="parked", guard="brake_vanished")
    (stop,) = safety_stops(user)

    def answer() -> int:
        return release_all(user, stop.pairing_id, stop.guard, choice, organization.now)

    assert counted(answer) == statements


@many
def test_runs(organization: Organization, user: User, count: int) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}")
        organization.work()

    assert len(visible_runs(user)) == count
    assert counted(lambda: visible_runs(user)) == 1


@many
def test_one_run(organization: Organization, user: User, count: int) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}")
    organization.work()
    run = Run.objects.get()

    assert len(run_detail(user, run.pk)[1]) == count
    assert counted(lambda: run_detail(user, run.pk)) == 2


@many
def test_connection_states(organization: Organization, user: User, count: int) -> None:
    for number in range(count):
        organization.create(user, f"Review {number}")
    organization.work()
    for number in range(count):
        organization.create(user, f"Waiting {number}")

    states = connection_states(user, organization.now)

    assert [(state.provider, state.waiting) for state in states] == [
        ("outlook", count),
        ("google", 0),
    ]
    assert counted(lambda: connection_states(user, organization.now)) == 5
    assert Event.objects.count() == 2 * count
