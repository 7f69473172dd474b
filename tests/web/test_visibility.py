"""Who sees which rows: Anna organizes, Ben is invited, Charlie is a stranger, Mara administers."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models

from calendar_sync import models as tables
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.policy import Side
from calendar_sync.engine.sync import (
    ETag,
    Fate,
    Href,
    JournalEntry,
    LinkChange,
    Resource,
    SyncReport,
)
from calendar_sync.models import Entry, Event, PersonalToken
from calendar_sync.models.marks import mark_entry
from calendar_sync.server.models import User
from support.builders import ANNA, BEN, EVA, an_object
from support.connected import a_user, connected
from support.desk import DjangoDesk
from support.people import a_person
from support.remote import TickingClock
from support.statements import Statements

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EVERYBODYS = {"EventKind", "Contact", "ContactAddress"}  # the organization's own words
NOBODYS = {"ProjectPace"}  # the workers' alone
TABLES: list[type[models.Model]] = [
    getattr(tables, name) for name in tables.__all__ if name not in EVERYBODYS | NOBODYS
]
PUBLIC_TO_ADMINISTRATORS = {
    "Channel",
    "Pairing",
    "PassedOver",
    "Preview",
    "ProviderCredential",
    "Run",
}


@pytest.fixture
def anna() -> User:
    """Connected, with a meeting and a token: at least one row in every table."""
    a_user(BEN)
    desk = DjangoDesk(TickingClock(START), connected(ANNA))
    meeting = an_object("m", guests=(ANNA, BEN))
    bring_in(desk, meeting, organized=True)
    user = desk.pairing.calendar.owner
    mark_entry(Entry.objects.get(calendar__owner=user))
    tables.Address.objects.create(user=user, address="alias@corp.example", proven=True)
    tables.Channel.objects.create(
        pairing=desk.pairing, opened_at=START, due_at=START, expires_at=START
    )
    account = tables.ProviderCredential.objects.get(user=user)
    tables.ListedCalendar.objects.create(credential=account, canonical_id=ANNA)
    PersonalToken.objects.create(user=user, name="script", digest="d", created_at=START)
    shown = tables.Preview.objects.create(credential=account)
    tables.PreviewedAct.objects.create(preview=shown, pairing=desk.pairing, summary="secret")
    tables.PassedOver.objects.create(pairing=desk.pairing, digest=UUID(int=7), reason="private")
    return user


def bring_in(desk: DjangoDesk, obj: CalendarObject, *, organized: bool) -> None:
    resource = Resource(Href(obj.uid), ETag("e"), obj, organized, START)
    line = JournalEntry(Side.HERE, "created", ("summary",), {"summary": "secret"})
    change = LinkChange(None, Fate.MATERIALIZE, resource, journal=(line,))
    assert desk.host.commit(desk.claim(), [change], report=SyncReport(received=1))


def seen(user: User | AnonymousUser) -> dict[str, int]:
    """How many rows of each table; only tables with any."""
    counts = {
        table.__name__: table.objects.visible_to(user).count()  # type: ignore[attr-defined]
        for table in TABLES
    }
    return {name: count for name, count in counts.items() if count}


def test_organizer_sees_everything_of_hers(anna: User) -> None:
    visible = seen(anna)

    assert visible.keys() == {table.__name__ for table in TABLES}
    assert (visible["Event"], visible["Attendee"], visible["Entry"]) == (1, 2, 1)


def test_guest_sees_the_meeting_and_nothing_of_its_synchronization(anna: User) -> None:
    ben = User.objects.get(login=BEN)

    assert seen(ben) == {
        "Attendee": 2,
        "Calendar": 1,
        "Entry": 1,
        "Event": 1,
        "EventUid": 1,
        "Occurrence": 1,
    }


def test_stranger_sees_nothing(anna: User) -> None:
    assert seen(a_person("charlie")) == {}


def test_kinds_of_events_are_everybodys(anna: User) -> None:
    kinds = tables.EventKind.objects
    kinds.create(name="Visit")

    assert kinds.visible_to(a_person("charlie")).filter(name="Visit").exists()
    assert not kinds.visible_to(AnonymousUser()).exists()


def test_administrator_sees_connections_and_runs_but_no_content(anna: User) -> None:
    assert seen(a_person("mara", "administrator")).keys() == PUBLIC_TO_ADMINISTRATORS


def test_nobody_sees_nothing_not_even_what_is_nobodys(anna: User) -> None:
    """An outside organizer is no user: the column is empty, like the key of nobody."""
    desk = DjangoDesk(TickingClock(START), connected(BEN))
    bring_in(desk, an_object("out", guests=(BEN,), organizer=EVA), organized=False)

    assert Event.objects.filter(organizer_user=None).exists()
    assert seen(AnonymousUser()) == {}


def test_row_is_found_once_whatever_makes_it_visible(anna: User) -> None:
    """She organizes it, has it in her calendar, and is listed as a guest."""
    assert list(Event.objects.visible_to(anna)) == [Event.objects.get()]


def test_guest_who_leaves_sees_no_more_of_what_did_not_list_him(anna: User) -> None:
    ben = User.objects.get(login=BEN)
    tables.Attendee.objects.filter(user=ben).delete()
    still = Event.objects.visible_to(ben).count()

    Entry.objects.filter(calendar__owner=ben).update(deleted_at=START)

    assert (still, Event.objects.visible_to(ben).count()) == (1, 0)


def test_visibility_is_part_of_the_statement(anna: User) -> None:
    with Statements() as sent:
        list(Event.objects.visible_to(anna))

    assert len(sent) == 1
