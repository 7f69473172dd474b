"""What a vanished copy means for everybody, and which copies an edit concerns (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.event import CalendarObject, PartStat, Status
from calendar_sync.engine.properties import properties
from calendar_sync.engine.sync import CopyRole, ETag, Fate, Guests, Href, LinkChange, Resource
from calendar_sync.models import DirtyMark, Event, Link, ProviderCredential
from calendar_sync.models.marks import mark_dirty, pair
from calendar_sync.models.roles import hand_over_witnesses
from support.builders import ANNA, BEN, EVA, NOON, an_object, answered
from support.connected import a_user, connected
from support.desk import DjangoDesk
from support.remote import TickingClock

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MEETING = an_object("meeting", guests=(ANNA, BEN))
ANSWER_OF_BEN = f"answer:{BEN}"


@pytest.fixture
def anna() -> DjangoDesk:
    """The organizer, on Outlook."""
    return DjangoDesk(TickingClock(START), connected(ANNA, "graph"))


@pytest.fixture
def ben() -> DjangoDesk:
    """Her guest, on Google."""
    return DjangoDesk(TickingClock(START), connected(BEN, "google"))


# --- gone


def test_home_gone_is_gone_for_everybody(anna: DjangoDesk, ben: DjangoDesk) -> None:
    anna.bring_in(MEETING, organized=True)
    ben.bring_in(MEETING)

    anna.commit(LinkChange(anna.view().link, Fate.DROP))

    assert (anna.contents(), ben.contents()) == ([], [])


def test_guests_copy_gone_hides_his_entry(anna: DjangoDesk, ben: DjangoDesk) -> None:
    anna.bring_in(MEETING, organized=True)
    ben.bring_in(MEETING)

    ben.commit(LinkChange(ben.view().link, Fate.DROP))

    assert ben.contents() == []
    (values,) = anna.contents()
    assert values[ANSWER_OF_BEN] == answered(PartStat.DECLINED)


def test_outside_meeting_goes_with_its_last_copy(anna: DjangoDesk, ben: DjangoDesk) -> None:
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)
    anna.bring_in(outside)
    ben.bring_in(outside)

    anna.commit(LinkChange(anna.view().link, Fate.DROP))
    left = (anna.contents(), len(ben.contents()), ben.view().role)
    ben.commit(LinkChange(ben.view().link, Fate.DROP))

    assert left == ([], 1, CopyRole.WITNESS)
    assert not Event.objects.alive().exists()


def cancel(desk: DjangoDesk, meeting: CalendarObject) -> None:
    """As Outlook marks the copy of a guest, also of one who is no longer invited."""
    said = replace(meeting, event=replace(meeting.event, status=Status.CANCELLED))
    resource = Resource(Href("h"), ETag("e2"), said, False, START)
    link = replace(desk.view().link, observed=properties(said))
    desk.commit(LinkChange(link, Fate.DROP, resource))


def vanish(desk: DjangoDesk, _: CalendarObject) -> None:
    desk.commit(LinkChange(desk.view().link, Fate.DROP))


def test_cancelled_copy_speaks_for_its_guest_alone(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """She may be the only one who is no longer invited."""
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)
    anna.bring_in(outside)
    ben.bring_in(outside)

    cancel(anna, outside)

    assert (anna.contents(), len(ben.contents()), ben.view().role) == ([], 1, CopyRole.WITNESS)
    vanish(ben, outside)
    assert not Event.objects.alive().exists()


def test_cancelled_copy_speaks_for_those_who_hear_nothing(
    anna: DjangoDesk, ben: DjangoDesk
) -> None:
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)
    anna.bring_in(outside)
    ben.bring_in(outside)
    ProviderCredential.objects.filter(pairings=ben.pairing).update(state="stopped")

    cancel(anna, outside)

    assert not Event.objects.alive().exists()


@pytest.mark.parametrize("acts", [(cancel, vanish), (vanish, cancel)])
def test_colleague_who_is_not_connected_cancels(
    anna: DjangoDesk, ben: DjangoDesk, acts: tuple[Callable[[DjangoDesk, CalendarObject], None]]
) -> None:
    a_user(EVA)
    meeting = an_object("out", guests=(ANNA, BEN), organizer=EVA)
    anna.bring_in(meeting)
    ben.bring_in(meeting)

    for desk, act in zip((anna, ben), acts, strict=True):
        act(desk, meeting)

    assert not Event.objects.alive().exists()


def test_meeting_of_a_colleague_outlives_its_guests(anna: DjangoDesk) -> None:
    """He is not connected: what his guests do to their copies is no word of his."""
    a_user(EVA)
    meeting = an_object("out", guests=(ANNA,), organizer=EVA)
    anna.bring_in(meeting)

    vanish(anna, meeting)

    assert anna.contents() == []
    assert Event.objects.alive().count() == 1


def test_meeting_that_was_cancelled_there_and_kept_here(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """Its organizer's own copy was here: what became of it he has told himself."""
    anna.bring_in(MEETING, organized=True)
    ben.bring_in(MEETING)
    Link.objects.filter(pairing=anna.pairing).update(state="ignored", href="")

    cancel(ben, MEETING)

    assert ben.contents() == []
    assert Event.objects.alive().count() == 1


def test_stopped_account_hands_over_its_meetings(anna: DjangoDesk, ben: DjangoDesk) -> None:
    for title in ("first", "second"):
        outside = an_object(title, title, guests=(ANNA, BEN), organizer=EVA)
        anna.bring_in(outside, title)
    ben.bring_in(outside)
    anna.bring_in(MEETING, organized=True)

    count = hand_over_witnesses(anna.pairing.credential)

    assert count == 1
    assert ben.view().role is CopyRole.WITNESS
    roles = {view.link.uid: view.role for view in anna.host.views(anna.claim(), (), (), 0)}
    assert roles == {
        "first": CopyRole.WITNESS,  # there is no other copy
        "second": CopyRole.PERSONAL,
        "meeting": CopyRole.HOME,
    }


# --- marks


def test_content_marks_the_home_and_an_answer_the_own_copy(
    anna: DjangoDesk, ben: DjangoDesk
) -> None:
    anna.bring_in(MEETING, organized=True)
    ben.bring_in(MEETING)
    event = Event.objects.get()

    mark_dirty(event, ["summary"], anna.pairing.calendar.owner)
    mark_dirty(event, [ANSWER_OF_BEN], ben.pairing.calendar.owner)
    mark_dirty(event, ["availability"], ben.pairing.calendar.owner)
    mark_dirty(event, [f"answer:{EVA}"], anna.pairing.calendar.owner)

    marked = DirtyMark.objects.order_by("pk").values_list("link__pairing", flat=True)
    assert list(marked) == [anna.pairing.pk, ben.pairing.pk, ben.pairing.pk]


def test_pairing_takes_along_what_the_owner_organizes(ben: DjangoDesk) -> None:
    ben.add(an_object("private"))
    ben.add(an_object("party", "Party", guests=(EVA,), organizer=BEN))
    Link.objects.all().delete()
    remote = ben.pairing.remote_calendar
    calendar, credential = ben.pairing.calendar, ben.pairing.credential
    ben.pairing.delete()

    pairing = pair(calendar, remote, credential)

    links = Link.objects.filter(pairing=pairing).order_by("uid")
    assert [(link.uid, link.guests) for link in links] == [
        ("party", Guests.WITHHELD.value),
        ("private", Guests.SHARED.value),
    ]


def test_descriptions_are_harmless_here_and_untouched_there(anna: DjangoDesk) -> None:
    fragment = '<p onclick="x()">Hi<img src="https://spy.example/a.png"></p><script>y()</script>'

    view = anna.bring_in(an_object(description=fragment, start=NOON), organized=True)

    assert view.local
    assert view.local.event.description == "<p>Hi</p>"
    assert view.link.base["description"] == ("<p>Hi</p>", fragment)
