"""A move between two calendars of one account, on the database."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.relocation import Relocation
from calendar_sync.engine.run import synchronize_account
from calendar_sync.engine.sync import Href, SyncReport
from calendar_sync.hosts.django_lease import claim, release
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.models import Calendar, Entry, Event, Link, Pairing, RemoteCalendar
from calendar_sync.models.marks import pair
from support.builders import ANNA, BEN, an_object
from support.connected import connected
from support.desk import START, DjangoDesk
from support.remote import RemoteCalendar as Remote
from support.remote import TickingClock
from support.statements import Statements

pytestmark = pytest.mark.django_db


@dataclass
class Account:
    """Anna's account, with a second calendar that is one of its own here."""

    desk: DjangoDesk
    family: Pairing
    remotes: tuple[Remote, Remote]

    def run(self) -> list[SyncReport]:
        desk = self.desk
        taken = claim(desk.clock.now(), credential_id=desk.pairing.credential_id)
        assert taken
        hosts = [DjangoHost(each.pairing_id, desk.clock) for each in taken.pairings]
        pairs = list(zip(hosts, self.remotes, strict=True))
        reports = synchronize_account(taken.lease, pairs, desk.clock)
        assert release(taken.lease, desk.clock.now(), desk.clock.now())
        return list(reports)

    def titles(self) -> dict[str, list[str]]:
        entries = Entry.objects.alive().select_related("event", "calendar").order_by("pk")
        found: dict[str, list[str]] = {}
        for entry in entries:
            name = "Family" if entry.calendar_id == self.family.calendar_id else "Own"
            found.setdefault(name, []).append(entry.event.summary)
        return found

    def move(self, href: Href, obj: CalendarObject) -> Href:
        self.remotes[0].remove(href)
        return self.remotes[1].add(obj)


@pytest.fixture
def account() -> Account:
    desk = DjangoDesk(TickingClock(START))
    owner = desk.pairing.calendar.owner
    calendar = Calendar.objects.create(owner=owner, name="Family", is_default=False)
    remote = RemoteCalendar.objects.create(provider="google", canonical_id="family")
    pair(calendar, remote, desk.pairing.credential, default_target=True)
    family = Pairing.objects.get(calendar=calendar)
    return Account(desk, family, (Remote(desk.clock), Remote(desk.clock)))


def test_a_move_keeps_link_entry_and_what_waits(account: Account) -> None:
    """Edited here, moved there."""
    review = an_object("u1", "Review", guests=(BEN,))
    href = account.remotes[0].add(review)
    account.run()
    link, event = Link.objects.get(), Event.objects.get()
    account.desk.edit(LinkKey(str(link.pk)), {"location": "Room Blue"})
    moved = account.move(href, review)

    account.run()
    reports = account.run()

    assert account.titles() == {"Family": ["Review"]}
    assert account.remotes[1].live()[moved]["location"] == "Room Blue"
    after = Link.objects.open().get()
    assert (after.pk, after.pairing, after.href) == (link.pk, account.family, moved)
    assert after.entry.calendar == account.family.calendar
    assert (Event.objects.get(), after.entry.event.home) == (event, account.family)
    assert reports == [SyncReport(), SyncReport()]


def test_a_move_into_a_calendar_that_is_taken_in_by_portions(account: Account) -> None:
    """Its portions are kept before anybody knows of the loss: the event is joined, not deleted."""
    review = an_object("u1", "Review")
    href = account.remotes[0].add(review)
    account.run()
    event = Event.objects.get()
    account.remotes[1].portion = 1
    account.remotes[1].forget_tokens()
    account.move(href, review)
    account.remotes[1].add(an_object("u2", "Lunch"))

    account.run()

    assert account.titles() == {"Family": ["Review", "Lunch"]}
    event.refresh_from_db()
    assert (event.deleted_at, event.home) == (None, account.family)
    assert account.run() == [SyncReport(), SyncReport()]


def test_what_another_account_holds_stays_where_it_is(account: Account) -> None:
    """Anna's Outlook is paired with her own calendar: there the event stays in it."""
    outlook = connected(ANNA, provider="outlook")
    review = an_object("u1", "Review")
    href = account.remotes[0].add(review)
    account.run()
    entry = Entry.objects.get()
    Link.objects.create(pairing=outlook, entry=entry, uid="u1", href="there")

    account.move(href, review)
    account.run()

    assert account.titles() == {"Own": ["Review"], "Family": ["Review"]}
    assert Event.objects.count() == 1


def test_a_calendar_that_knows_the_event_keeps_its_own_link(account: Account) -> None:
    """Invited in both: one copy removed, the other changed, is no move."""
    review = an_object("u1", "Review", guests=(BEN,))
    first = account.remotes[0].add(review)
    second = account.remotes[1].add(review)
    account.run()
    account.remotes[0].remove(first)
    account.remotes[1].edit(second, {"location": "Room Blue"})

    account.run()

    assert account.titles() == {"Family": ["Review"]}
    assert Link.objects.open().get().href == second
    assert Event.objects.get().deleted_at is None


def test_statements_of_a_move(account: Account) -> None:
    """Six where two calendars are idle; a move comes on top of an ordinary run of both."""
    review = an_object("u1", "Review")
    href = account.remotes[0].add(review)
    account.run()
    account.run()
    with Statements() as idle:
        account.run()
    account.move(href, review)
    with Statements() as moving:
        account.run()
    assert (len(idle), len(moving)) == (6, 22), moving


def test_a_lost_lease_moves_nothing(account: Account) -> None:
    account.remotes[0].add(an_object("u1", "Review"))
    account.run()
    lost = account.desk.claim()
    account.desk.claim()
    host = DjangoHost(account.family.pk, account.desk.clock)
    moves = [Relocation(LinkKey(str(Link.objects.get().pk)), Href("own7"))]
    assert not host.relocate(lost, moves)
    assert account.titles() == {"Own": ["Review"]}
