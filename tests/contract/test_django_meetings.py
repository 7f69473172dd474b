"""One meeting, many mailboxes: which copies are one event, and whose word counts (DESIGN §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.event import Organizer, PartStat
from calendar_sync.engine.properties import properties
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import (
    CopyRole,
    ETag,
    Fate,
    Href,
    LinkChange,
    LinkState,
    LocalPatch,
    Resource,
)
from calendar_sync.models import Address, DirtyMark, Entry, Event, EventUid, Link
from support.builders import ANNA, BEN, EVA, an_object, answered
from support.connected import a_user, connected
from support.desk import DjangoDesk
from support.remote import RemoteCalendar, TickingClock

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MEETING = an_object("meeting", guests=(ANNA, BEN))
ANSWER_OF_BEN = f"answer:{BEN}"


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock(START)


@pytest.fixture
def anna(clock: TickingClock) -> DjangoDesk:
    """The organizer, on Outlook."""
    return DjangoDesk(clock, connected(ANNA, "graph"))


@pytest.fixture
def ben(clock: TickingClock) -> DjangoDesk:
    """Her guest, on Google."""
    return DjangoDesk(clock, connected(BEN, "google"))


def uids() -> set[tuple[str, str]]:
    return set(EventUid.objects.values_list("uid", "realm"))


# --- whose copy is it


def test_private_event_is_its_owners_home(anna: DjangoDesk) -> None:
    view = anna.bring_in(an_object(), organized=True)

    assert view.role is CopyRole.HOME
    assert uids() == {("u1", f"user:{anna.pairing.calendar.owner_id}")}


def test_copy_of_an_outside_meeting_is_the_witness(anna: DjangoDesk, ben: DjangoDesk) -> None:
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)

    first, second = anna.bring_in(outside), ben.bring_in(outside)

    assert (first.role, second.role) == (CopyRole.WITNESS, CopyRole.PERSONAL)
    assert Event.objects.count() == 1


def test_guests_copy_speaks_until_the_organizers_comes(anna: DjangoDesk, ben: DjangoDesk) -> None:
    guests_copy = ben.bring_in(MEETING)

    organizers = anna.bring_in(MEETING, organized=True)

    assert (guests_copy.role, organizers.role) == (CopyRole.WITNESS, CopyRole.HOME)
    assert ben.view().role is CopyRole.ATTENDEE
    assert Event.objects.count() == 1
    assert uids() == {("meeting", "")}


def test_organizers_address_may_be_unknown_to_us(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """A consumer mailbox organizes under an alias nobody has proven."""
    meeting = an_object("m", guests=(BEN,), organizer="outlook_123@outlook.example")
    ben.bring_in(meeting)

    view = anna.bring_in(meeting, organized=True)

    assert view.role is CopyRole.HOME
    assert Event.objects.count() == 1


def test_own_meeting_in_the_other_account_is_no_home(anna: DjangoDesk, clock: TickingClock) -> None:
    other = DjangoDesk(clock, connected(ANNA, "google"))
    anna.bring_in(MEETING, organized=True)

    view = other.bring_in(MEETING)

    assert view.role is CopyRole.ATTENDEE
    assert anna.view().role is CopyRole.HOME
    assert Entry.objects.filter(calendar=anna.pairing.calendar).count() == 1


def test_proven_alias_counts_as_the_person(anna: DjangoDesk) -> None:
    Address.objects.create(
        user=anna.pairing.calendar.owner, address="boss@corp.example", proven=True
    )

    view = anna.bring_in(an_object("m", guests=(BEN,), organizer="boss@corp.example"))

    event = Event.objects.get()
    assert event.organizer_user == anna.pairing.calendar.owner
    assert view.link.href == "h"


def test_special_events_are_read_only_and_series_are_not(anna: DjangoDesk) -> None:
    series = replace(an_object("s"), recurrence=("RRULE:FREQ=DAILY",))
    special = Resource(Href("b"), ETag("e"), an_object("b"), True, START, read_only="birthday")

    view = anna.bring_in(series, organized=True)
    anna.commit(LinkChange(None, Fate.MATERIALIZE, special))

    (birthday,) = anna.host.views(anna.claim(), [Href("b")], ())
    assert (view.role, birthday.role) == (CopyRole.HOME, CopyRole.READ_ONLY)


def test_connected_guest_outranks_the_organizers_view(anna: DjangoDesk, ben: DjangoDesk) -> None:
    before = anna.bring_in(MEETING, organized=True)

    ben.bring_in(MEETING)

    assert before.outranked == frozenset()
    assert anna.view().outranked == {BEN}
    assert ben.view().outranked == frozenset()


# --- is it the same meeting


def test_strangers_with_the_same_uid_share_nothing(anna: DjangoDesk, ben: DjangoDesk) -> None:
    anna.bring_in(an_object("same", "Salaries", guests=(EVA,)), organized=True)

    ben.bring_in(an_object("same", "Pizza", guests=(BEN,), organizer="eve@evil.example"))

    assert [values["summary"] for values in ben.contents()] == ["Pizza"]
    assert [values["summary"] for values in anna.contents()] == ["Salaries"]
    assert uids() == {("same", ""), ("same", f"user:{ben.pairing.calendar.owner_id}")}


def test_guest_of_a_list_sees_the_same_meeting(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """He is not listed himself, but his copy says exactly the same."""
    meeting = an_object("m", guests=("everybody@corp.example",))
    anna.bring_in(meeting, organized=True)

    ben.bring_in(meeting)

    assert Event.objects.count() == 1


def test_outlook_hides_the_uid_of_a_google_meeting(anna: DjangoDesk, ben: DjangoDesk) -> None:
    ben.bring_in(an_object("abc@google.com", guests=(ANNA, BEN)), organized=False)

    view = anna.bring_in(an_object("0400AB", guests=(ANNA, BEN)), organized=True)

    assert Event.objects.count() == 1
    assert view.uids == {"abc@google.com", "0400AB"}


def test_two_uids_of_one_provider_are_two_meetings(anna: DjangoDesk, clock: TickingClock) -> None:
    eva = DjangoDesk(clock, connected(EVA, "graph"))
    anna.bring_in(an_object("one", guests=(ANNA, EVA)), organized=True)

    eva.bring_in(an_object("two", guests=(ANNA, EVA)))

    assert Event.objects.count() == 2


def test_second_object_of_one_event_is_extra(anna: DjangoDesk) -> None:
    anna.bring_in(MEETING, organized=True)

    second = anna.bring_in(MEETING, href="h2", organized=True)

    assert second.link.state is LinkState.EXTRA
    assert len(anna.contents()) == 1


def test_new_objects_with_one_uid_are_one_event(anna: DjangoDesk) -> None:
    resources = [Resource(Href(href), ETag("e"), MEETING, True, START) for href in "ab"]

    anna.commit(*(LinkChange(None, Fate.MATERIALIZE, resource) for resource in resources))

    states = Link.objects.order_by("pk").values_list("href", "state")
    assert list(states) == [("a", "settled"), ("b", "extra")]
    assert len(anna.contents()) == 1


# --- joining


def test_joining_without_a_base_lets_the_home_win(anna: DjangoDesk, ben: DjangoDesk) -> None:
    ben.bring_in(replace(MEETING, event=replace(MEETING.event, summary="Old title")))

    view = anna.bring_in(MEETING, organized=True)

    assert [values["summary"] for values in ben.contents()] == ["Design review"]
    assert view.link.base["summary"] == ("Design review", "Design review")
    assert DirtyMark.objects.count() == 0


def test_joining_as_a_guest_changes_no_content(anna: DjangoDesk, ben: DjangoDesk) -> None:
    anna.bring_in(MEETING, organized=True)

    view = ben.bring_in(replace(MEETING, event=replace(MEETING.event, summary="My own title")))

    assert [values["summary"] for values in anna.contents()] == ["Design review"]
    assert view.link.base["summary"] == ("Design review", "My own title")


def test_uid_learnt_when_a_guests_copy_was_quicker(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """His copy of a meeting made here arrives before the organizer's run has settled it."""
    remote = RemoteCalendar(anna.clock, "google")
    anna.add(an_object("ours", guests=(BEN,)))
    synchronize(anna.claim(), anna.host, remote, anna.clock)
    (stone,) = remote.stones.values()
    Link.objects.update(href="", etag="", base={}, state="in-doubt")
    Event.objects.update(home=None)
    EventUid.objects.exclude(uid="ours").delete()
    ben.bring_in(an_object(stone.uid, "Renamed by Ben", guests=(BEN,)))
    ben.patch(LocalPatch(ANSWER_OF_BEN, answered(PartStat.NEEDS_ACTION), ACCEPTED, ACCEPTED))
    assert Event.objects.count() == 2
    stored = Resource(stone.href, ETag("1"), an_object(stone.uid, guests=(BEN,)), True, START)
    settled = replace(anna.view().link, href=stone.href, state=LinkState.SETTLED)

    anna.commit(LinkChange(settled, resource=stored))

    assert Event.objects.count() == 1
    assert anna.contents() == ben.contents()
    assert anna.contents()[0][ANSWER_OF_BEN] == ACCEPTED
    assert {uid for uid, _ in uids()} == {"ours", stone.uid}
    assert (anna.view().role, ben.view().role) == (CopyRole.HOME, CopyRole.ATTENDEE)


ACCEPTED = answered(PartStat.ACCEPTED)


def test_private_event_that_becomes_a_meeting(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """The guest's copy arrives before the organizer's run learns that he was invited."""
    anna.bring_in(an_object("m"), organized=True)
    ben.bring_in(an_object("m", guests=(BEN,)))
    assert Event.objects.count() == 2
    invited = an_object("m", guests=(BEN,))
    patches = [
        LocalPatch(key, None, value, value)
        for key, value in properties(invited).items()
        if key in {f"attendee:{BEN}", ANSWER_OF_BEN, "organizer"}
    ]
    resource = Resource(Href("h"), ETag("e2"), invited, True, START)

    anna.commit(LinkChange(anna.view().link, resource=resource, patches=tuple(patches)))

    assert Event.objects.count() == 1
    assert (anna.view().role, ben.view().role) == (CopyRole.HOME, CopyRole.ATTENDEE)
    assert len(ben.contents()) == 1


def test_guest_who_is_a_user_sees_it_without_being_connected(anna: DjangoDesk) -> None:
    user = a_user(BEN)
    anna.bring_in(MEETING, organized=True)
    invited = Entry.objects.alive().visible_to(user).count()

    anna.patch(
        LocalPatch(f"attendee:{BEN}", ["", "req-participant", "individual"], None, None),
        LocalPatch(ANSWER_OF_BEN, answered(PartStat.NEEDS_ACTION), None, None),
    )

    assert (invited, Entry.objects.alive().visible_to(user).count()) == (1, 0)
    assert not Event.objects.visible_to(user).exists()


def test_what_strangers_write_has_no_limit(anna: DjangoDesk) -> None:
    """One absurd event must not stop the account."""
    long = "x" * 5000
    absurd = an_object("u", long, guests=(f"{long}@client.example",), organizer=f"{long}@b.example")
    organizer = Organizer(f"{long}@b.example", long)
    guest = replace(absurd.event.attendees[0], name=long, comment=long, additional_guests=10**6)
    event = replace(absurd.event, organizer=organizer, attendees=(guest,), location=long)

    view = anna.bring_in(replace(absurd, event=event))

    assert view.local
    assert view.local.event == event
