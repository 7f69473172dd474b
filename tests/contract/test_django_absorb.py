"""Two events that turn out to be one: what stays of either."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.sync import ETag, Href, LinkChange, LinkState, Resource
from calendar_sync.hosts.django_identity import absorb
from calendar_sync.models import Entry, Event, EventUid, Link, Occurrence
from support.builders import ANNA, BEN, EVA, an_object
from support.connected import connected
from support.desk import DjangoDesk
from support.remote import TickingClock

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk() -> DjangoDesk:
    return DjangoDesk(TickingClock(START))


def links() -> list[tuple[str, str]]:
    return list(Link.objects.order_by("href").values_list("href", "state"))


def test_second_object_in_the_same_account_becomes_extra(desk: DjangoDesk) -> None:
    desk.add(an_object("ours", "Ours"))
    view = desk.view()
    desk.bring_in(an_object("theirs", "Theirs"), "h1", organized=True)
    stored = Resource(Href("h2"), ETag("e"), an_object("theirs", "Ours"), True, START)
    settled = replace(view.link, href=stored.href, state=LinkState.SETTLED)

    desk.commit(LinkChange(settled, resource=stored))

    assert links() == [("h1", "extra"), ("h2", "settled")]
    assert [values["summary"] for values in desk.contents()] == ["Ours"]
    assert Entry.objects.count() == 1


def test_link_that_leads_nowhere_gives_way(desk: DjangoDesk) -> None:
    desk.add(an_object("ours", "Ours"))
    unsent = Event.objects.get()
    desk.bring_in(an_object("theirs", "Theirs"), "h1", organized=True)
    there = Event.objects.exclude(pk=unsent.pk).get()

    became = absorb(there.pk, unsent.pk, START)

    assert became == {there.pk: unsent.pk}
    assert links() == [("h1", "settled")]
    assert [values["summary"] for values in desk.contents()] == ["Theirs"]


def test_older_row_stays_with_the_contents_of_the_true_one(desk: DjangoDesk) -> None:
    ben = DjangoDesk(desk.clock, connected(BEN, "outlook"))
    desk.bring_in(an_object("a", "Copy", guests=(BEN,), organizer=EVA))
    older = Event.objects.get()
    ben.bring_in(an_object("b", "Truth", guests=(ANNA, BEN), organizer=EVA))
    true = Event.objects.exclude(pk=older.pk).get()

    absorb(true.pk, older.pk, START)

    event = Event.objects.get()
    assert (event.pk, event.summary, event.home) == (older.pk, "Truth", ben.pairing)
    assert set(event.attendees.values_list("address", flat=True)) == {ANNA, BEN}
    assert set(EventUid.objects.filter(event=event).values_list("uid", flat=True)) == {"a", "b"}
    assert Occurrence.objects.count() == 1
    assert {entry.calendar for entry in Entry.objects.all()} == {
        desk.pairing.calendar,
        ben.pairing.calendar,
    }


def test_entry_that_is_still_wanted_comes_out_of_the_trash(desk: DjangoDesk) -> None:
    desk.bring_in(an_object("a", "First"), "h1", organized=True)
    first = Event.objects.get()
    Entry.objects.update(deleted_at=START)
    desk.bring_in(an_object("b", "Second"), "h2", organized=True)
    second = Event.objects.exclude(pk=first.pk).get()

    absorb(second.pk, first.pk, START)

    assert [values["summary"] for values in desk.contents()] == ["Second"]
