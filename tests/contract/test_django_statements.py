"""How many SQL statements the Django host needs (DESIGN §8), whatever the number of objects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.run import synchronize
from calendar_sync.hosts.django_lease import claim, release
from calendar_sync.models import Attendee, Entry, Event, Link, Occurrence, Run
from support.builders import an_object
from support.desk import DjangoDesk
from support.remote import RemoteCalendar, TickingClock
from support.statements import Statements

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GUESTS = ("ben@corp.example", "eva@client.example", "tom@client.example")


@pytest.fixture
def desk() -> DjangoDesk:
    return DjangoDesk(TickingClock(START))


def a_meeting(number: int) -> CalendarObject:
    return an_object(
        f"uid-{number:04}",
        f"Meeting {number}",
        START + timedelta(hours=number),
        GUESTS,
        description="<p>Agenda</p>",
    )


def one_turn(desk: DjangoDesk, remote: RemoteCalendar) -> Statements:
    """From claim to release, as a worker does it; the statements it sent."""
    with Statements() as sent:
        taken = claim(desk.clock.now())
        assert taken
        synchronize(taken.lease, desk.host, remote, desk.clock)
        assert release(taken.lease, desk.clock.now(), desk.clock.now())
    return sent


def test_idle_turn(desk: DjangoDesk) -> None:
    remote = RemoteCalendar(desk.clock)
    remote.add(an_object())
    one_turn(desk, remote)
    runs = Run.objects.count()

    sent = one_turn(desk, remote)

    assert len(sent) == 4, sent
    assert Run.objects.count() == runs


def test_first_import_of_a_thousand(desk: DjangoDesk) -> None:
    remote = RemoteCalendar(desk.clock)
    for number in range(1000):
        remote.add(a_meeting(number))

    sent = one_turn(desk, remote)

    assert len(sent) == 19, sent
    assert [model.objects.count() for model in (Event, Entry, Link, Occurrence)] == [1000] * 4
    assert Attendee.objects.count() == 3000


def test_first_import_in_portions(desk: DjangoDesk) -> None:
    """Each portion takes as many statements as the next, and renews the lease."""
    remote = RemoteCalendar(desk.clock, portion=100)
    for number in range(300):
        remote.add(a_meeting(number))

    sent = one_turn(desk, remote)

    assert len(sent) == 49, sent
    assert [model.objects.count() for model in (Event, Entry, Link, Occurrence)] == [300] * 4
    assert set(Link.objects.values_list("listed", flat=True)) == {1, None}


@pytest.mark.parametrize("count", [1, 50])
def test_push_of_one_batch(desk: DjangoDesk, count: int) -> None:
    remote = RemoteCalendar(desk.clock)
    for number in range(count):
        desk.add(an_object(f"u{number}", f"Event {number}"))

    sent = one_turn(desk, remote)

    assert len(remote.live()) == count
    assert len(sent) == 18, sent


@pytest.mark.parametrize("count", [1, 20])
def test_own_writes_coming_back(desk: DjangoDesk, count: int) -> None:
    remote = RemoteCalendar(desk.clock)
    for number in range(count):
        desk.add(an_object(f"u{number}", f"Event {number}"))
    one_turn(desk, remote)

    sent = one_turn(desk, remote)

    assert len(sent) == 5, sent


@pytest.mark.parametrize("count", [1, 30])
def test_changes_coming_in(desk: DjangoDesk, count: int) -> None:
    remote = RemoteCalendar(desk.clock)
    hrefs = [remote.add(a_meeting(number)) for number in range(count)]
    one_turn(desk, remote)
    for href in hrefs:
        remote.edit(href, {"location": "Hall", "attendee:new@client.example": NEW_GUEST})

    sent = one_turn(desk, remote)

    assert {values["location"] for values in desk.contents()} == {"Hall"}
    assert len(sent) == 19, sent


@pytest.mark.parametrize("count", [1, 10])
def test_titles_coming_in(desk: DjangoDesk, count: int) -> None:
    """One statement more than for any other change: what happened within a day."""
    remote = RemoteCalendar(desk.clock)
    hrefs = [remote.add(a_meeting(number)) for number in range(60)]
    one_turn(desk, remote)
    for href in hrefs[:count]:
        remote.edit(href, {"summary": "Renamed", "attendee:new@client.example": NEW_GUEST})

    sent = one_turn(desk, remote)

    assert [values["summary"] for values in desk.contents()].count("Renamed") == count
    assert len(sent) == 20, sent


@pytest.mark.parametrize("count", [15, 60])
def test_safety_stop(desk: DjangoDesk, count: int) -> None:
    remote = RemoteCalendar(desk.clock)
    hrefs = [remote.add(a_meeting(number)) for number in range(60)]
    one_turn(desk, remote)
    for href in hrefs[:count]:
        remote.remove(href)

    sent = one_turn(desk, remote)
    idle = one_turn(desk, remote)

    assert len(desk.contents()) == 60
    assert (len(sent), len(idle)) == (11, 4), sent


NEW_GUEST = ["New", "req-participant", "individual"]
