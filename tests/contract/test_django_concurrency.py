"""Several workers and editors at once, at both isolation levels; real transactions, no locks held
by the test itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import psycopg2.extensions as postgres
import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.signals import connection_created

from calendar_sync.engine.properties import properties
from calendar_sync.engine.sync import ETag, Fate, Href, LinkChange, LocalPatch, Resource
from calendar_sync.hosts.django_lease import claim, release
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.models import DirtyMark, Entry, Event, EventUid, Link, ProviderCredential
from calendar_sync.models.creation import NewEvent, create_events
from calendar_sync.models.marks import link_entry, mark_dirty, pair
from support.builders import ANNA, BEN, NOON, an_object
from support.connected import connected
from support.desk import DjangoDesk
from support.remote import TickingClock

pytestmark = pytest.mark.django_db(transaction=True)

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEVELS = {
    "read committed": postgres.ISOLATION_LEVEL_READ_COMMITTED,
    "repeatable read": postgres.ISOLATION_LEVEL_REPEATABLE_READ,
}
Result = TypeVar("Result")


@pytest.fixture(params=list(LEVELS), autouse=True)
def level(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[None]:
    """Every connection opened during the test works at this isolation level."""

    def isolate(**kwargs: Any) -> None:  # noqa: ANN401 - a signal's
        kwargs["connection"].connection.set_session(isolation_level=LEVELS[request.param])

    connection_created.connect(isolate)
    connection.close()
    yield
    connection_created.disconnect(isolate)
    connection.close()


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock(START)


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Run them in threads that start together, each with a connection of its own."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            start.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_account_is_claimed_once(clock: TickingClock) -> None:
    connected(ANNA)

    claims = at_once(*[lambda: claim(START + timedelta(days=1))] * 4)

    assert sum(taken is not None for taken in claims) == 1
    assert ProviderCredential.objects.get().lease_fence == 1


def test_held_account_is_passed_over(clock: TickingClock) -> None:
    held, free = connected(ANNA).credential, connected(BEN).credential
    with transaction.atomic():
        ProviderCredential.objects.select_for_update(no_key=True).get(pk=held.pk)

        (taken,) = at_once(lambda: claim(START + timedelta(days=1)))

    assert taken
    assert taken.credential == free


def test_two_imports_of_the_same_meetings_share_them(clock: TickingClock) -> None:
    desks = [DjangoDesk(clock, connected(login)) for login in (ANNA, BEN)]
    objects = [an_object(f"m{number}", f"M{number}", guests=(ANNA, BEN)) for number in range(40)]

    def bring_in(desk: DjangoDesk, order: int) -> bool:
        taken = claim(clock.now(), credential_id=desk.pairing.credential_id)
        assert taken
        resources = [
            Resource(Href(obj.uid), ETag("e"), obj, desk is desks[0], START)
            for obj in objects[::order]
        ]
        changes = [LinkChange(None, Fate.MATERIALIZE, resource) for resource in resources]
        return desk.host.commit(taken.lease, changes)

    done = at_once(lambda: bring_in(desks[0], 1), lambda: bring_in(desks[1], -1))

    assert done == [True, True]
    assert (Event.objects.count(), EventUid.objects.count()) == (40, 40)
    assert (Entry.objects.count(), Link.objects.count()) == (80, 80)
    assert set(Event.objects.values_list("home", flat=True)) == {desks[0].pairing.pk}


def test_two_imports_share_meetings_whose_uid_one_provider_hides(clock: TickingClock) -> None:
    """Otto's meetings, read at once from the copies of two guests."""
    desks = [DjangoDesk(clock, connected(ANNA)), DjangoDesk(clock, connected(BEN, "outlook"))]

    def bring_in(desk: DjangoDesk, prefix: str) -> bool:
        taken = claim(clock.now(), credential_id=desk.pairing.credential_id)
        assert taken
        changes = []
        for number in range(5):
            uid, start = f"{prefix}{number}", NOON + timedelta(hours=number)
            obj = an_object(uid, "Review", start, (ANNA, BEN), "otto@partner.example")
            resource = Resource(Href(uid), ETag("e"), obj, False, START)
            changes.append(LinkChange(None, Fate.MATERIALIZE, resource))
        return desk.host.commit(taken.lease, changes)

    done = at_once(lambda: bring_in(desks[0], "real"), lambda: bring_in(desks[1], "hidden"))

    assert done == [True, True]
    assert (Event.objects.count(), Link.objects.count()) == (5, 10)


def test_edit_during_a_commit_is_kept_and_marked(clock: TickingClock) -> None:
    """The commit has planned on the old title; the edit wins the row, or finds it free."""
    desk = DjangoDesk(clock, connected(ANNA))
    resource = Resource(Href("h"), ETag("e"), an_object(), True, START)
    desk.host.commit(desk.claim(), [LinkChange(None, Fate.MATERIALIZE, resource)])
    (view,) = desk.host.views(desk.claim(), (), (), listing=0)
    lease = desk.claim()
    patches = (
        LocalPatch("summary", "Design review", "Theirs", "Theirs"),
        LocalPatch("location", None, "Room 1", "Room 1"),
    )
    key = view.link.key

    done = at_once(
        lambda: desk.host.commit(lease, [LinkChange(view.link, patches=patches)]),
        lambda: edit(desk, int(key), "Ours"),
    )

    (values,) = desk.contents()
    assert done == [True, True]
    assert (values["summary"], values["location"]) == ("Ours", "Room 1")
    assert DirtyMark.objects.count() == 1


def edit(desk: DjangoDesk, link: int, summary: str) -> bool:
    """An action's edit: the row is locked first; repeated where the database asks for it."""
    while True:
        try:
            with transaction.atomic():
                entry = Entry.objects.get(links=link)
                event = Event.objects.select_for_update(no_key=True).get(pk=entry.event_id)
                event.components["summary"] = summary
                event.save(update_fields=["components"])
                mark_dirty(event, ["summary"], desk.pairing.calendar.owner)
        except OperationalError:
            continue
        return True


def test_mark_does_not_wait_for_a_run_that_holds_the_link(clock: TickingClock) -> None:
    desk = DjangoDesk(clock, connected(ANNA))
    key = desk.add(an_object())
    event = Event.objects.get()
    DirtyMark.objects.all().delete()
    with transaction.atomic():
        Link.objects.select_for_update(no_key=True).get(pk=int(key))

        at_once(lambda: mark_dirty(event, ["summary"], desk.pairing.calendar.owner))

    assert DirtyMark.objects.count() == 1


@pytest.mark.parametrize("level", ["read committed"], indirect=True)
def test_new_entry_during_pairing_gets_its_link(clock: TickingClock) -> None:
    """Either the pairing finds the entry, or the entry finds the pairing."""
    pairing = connected(ANNA)
    calendar, remote, credential = pairing.calendar, pairing.remote_calendar, pairing.credential
    pairing.delete()

    def create() -> None:
        while True:
            try:
                with transaction.atomic():
                    values = properties(an_object())
                    new = NewEvent(calendar.pk, calendar.owner_id, "u1", values, START)
                    (entry,) = create_events([new], {}, START)
                    link_entry(entry)
            except OperationalError:
                continue
            return

    def connect() -> None:
        with transaction.atomic():
            pair(calendar, remote, credential)

    at_once(create, connect)

    assert Link.objects.count() == 1


def test_lease_that_was_taken_over_commits_nothing(clock: TickingClock) -> None:
    pairing = connected(ANNA)
    first = claim(START + timedelta(days=1))
    second = claim(START + timedelta(days=2))
    assert first
    assert second
    resource = Resource(Href("h"), ETag("e"), an_object(), True, START)
    changes = [LinkChange(None, Fate.MATERIALIZE, resource)]

    late = DjangoHost(pairing.pk, clock).commit(first.lease, changes)

    assert (late, Event.objects.count()) == (False, 0)
    assert not release(first.lease, START, START)
    assert release(second.lease, START, START)
