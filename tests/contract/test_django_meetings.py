"""One meeting, many mailboxes: which copies are one event, and whose word counts (DESIGN §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calendar_sync.engine.event import CalendarObject, PartStat, Status
from calendar_sync.engine.properties import properties
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import (
    CopyRole,
    ETag,
    Fate,
    Guests,
    Href,
    LinkChange,
    LinkState,
    LinkView,
    LocalPatch,
    Resource,
)
from calendar_sync.models import Address, DirtyMark, Entry, Event, EventUid, Link
from calendar_sync.models.marks import mark_dirty, pair
from support.builders import ANNA, BEN, EVA, NOON, an_object, answered
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


def bring_in(
    desk: DjangoDesk, obj: CalendarObject = MEETING, href: str = "h", *, organized: bool = False
) -> LinkView:
    """A copy of `obj` appears in this person's account."""
    resource = Resource(Href(href), ETag("e"), obj, organized, START)
    assert desk.host.commit(desk.claim(), [LinkChange(None, Fate.MATERIALIZE, resource)])
    (view,) = desk.host.views(desk.claim(), [Href(href)], (), everything=False)
    return view


def the_view(desk: DjangoDesk) -> LinkView:
    (view,) = desk.host.views(desk.claim(), (), (), everything=True)
    return view


def commit(desk: DjangoDesk, *changes: LinkChange) -> None:
    assert desk.host.commit(desk.claim(), changes)


def patched(desk: DjangoDesk, *patches: LocalPatch) -> None:
    commit(desk, LinkChange(the_view(desk).link, patches=patches))


def uids() -> set[tuple[str, str]]:
    return set(EventUid.objects.values_list("uid", "realm"))


# --- whose copy is it


def test_private_event_is_its_owners_home(anna: DjangoDesk) -> None:
    view = bring_in(anna, an_object(), organized=True)

    assert view.role is CopyRole.HOME
    assert uids() == {("u1", f"user:{anna.pairing.calendar.owner_id}")}


def test_copy_of_an_outside_meeting_is_the_witness(anna: DjangoDesk, ben: DjangoDesk) -> None:
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)

    first, second = bring_in(anna, outside), bring_in(ben, outside)

    assert (first.role, second.role) == (CopyRole.WITNESS, CopyRole.PERSONAL)
    assert Event.objects.count() == 1


def test_guests_copy_speaks_until_the_organizers_comes(anna: DjangoDesk, ben: DjangoDesk) -> None:
    guests_copy = bring_in(ben)

    organizers = bring_in(anna, organized=True)

    assert (guests_copy.role, organizers.role) == (CopyRole.WITNESS, CopyRole.HOME)
    assert the_view(ben).role is CopyRole.ATTENDEE
    assert Event.objects.count() == 1
    assert uids() == {("meeting", "")}


def test_organizers_address_may_be_unknown_to_us(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """A consumer mailbox organizes under an alias nobody has proven."""
    meeting = an_object("m", guests=(BEN,), organizer="outlook_123@outlook.example")
    bring_in(ben, meeting)

    view = bring_in(anna, meeting, organized=True)

    assert view.role is CopyRole.HOME
    assert Event.objects.count() == 1


def test_own_meeting_in_the_other_account_is_no_home(anna: DjangoDesk, clock: TickingClock) -> None:
    other = DjangoDesk(clock, connected(ANNA, "google"))
    bring_in(anna, organized=True)

    view = bring_in(other)

    assert view.role is CopyRole.ATTENDEE
    assert the_view(anna).role is CopyRole.HOME
    assert Entry.objects.filter(calendar=anna.pairing.calendar).count() == 1


def test_proven_alias_counts_as_the_person(anna: DjangoDesk) -> None:
    Address.objects.create(
        user=anna.pairing.calendar.owner, address="boss@corp.example", proven=True
    )

    view = bring_in(anna, an_object("m", guests=(BEN,), organizer="boss@corp.example"))

    event = Event.objects.get()
    assert event.organizer_user == anna.pairing.calendar.owner
    assert view.link.href == "h"


def test_series_and_special_events_are_read_only(anna: DjangoDesk) -> None:
    series = replace(an_object("s"), recurrence=("RRULE:FREQ=DAILY",))
    special = Resource(Href("b"), ETag("e"), an_object("b"), True, START, read_only="birthday")

    view = bring_in(anna, series, organized=True)
    commit(anna, LinkChange(None, Fate.MATERIALIZE, special))

    (birthday,) = anna.host.views(anna.claim(), [Href("b")], (), everything=False)
    assert (view.role, birthday.role) == (CopyRole.READ_ONLY, CopyRole.READ_ONLY)


def test_connected_guest_outranks_the_organizers_view(anna: DjangoDesk, ben: DjangoDesk) -> None:
    before = bring_in(anna, organized=True)

    bring_in(ben)

    assert before.outranked == frozenset()
    assert the_view(anna).outranked == {BEN}
    assert the_view(ben).outranked == frozenset()


# --- is it the same meeting


def test_strangers_with_the_same_uid_share_nothing(anna: DjangoDesk, ben: DjangoDesk) -> None:
    bring_in(anna, an_object("same", "Salaries", guests=(EVA,)), organized=True)

    bring_in(ben, an_object("same", "Pizza", guests=(BEN,), organizer="eve@evil.example"))

    assert [values["summary"] for values in ben.contents()] == ["Pizza"]
    assert [values["summary"] for values in anna.contents()] == ["Salaries"]
    assert uids() == {("same", ""), ("same", f"user:{ben.pairing.calendar.owner_id}")}


def test_guest_of_a_list_sees_the_same_meeting(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """He is not listed himself, but his copy says exactly the same."""
    meeting = an_object("m", guests=("everybody@corp.example",))
    bring_in(anna, meeting, organized=True)

    bring_in(ben, meeting)

    assert Event.objects.count() == 1


def test_outlook_hides_the_uid_of_a_google_meeting(anna: DjangoDesk, ben: DjangoDesk) -> None:
    bring_in(ben, an_object("abc@google.com", guests=(ANNA, BEN)), organized=False)

    view = bring_in(anna, an_object("0400AB", guests=(ANNA, BEN)), organized=True)

    assert Event.objects.count() == 1
    assert view.uids == {"abc@google.com", "0400AB"}


def test_two_uids_of_one_provider_are_two_meetings(anna: DjangoDesk, clock: TickingClock) -> None:
    eva = DjangoDesk(clock, connected(EVA, "graph"))
    bring_in(anna, an_object("one", guests=(ANNA, EVA)), organized=True)

    bring_in(eva, an_object("two", guests=(ANNA, EVA)))

    assert Event.objects.count() == 2


def test_second_object_of_one_event_is_extra(anna: DjangoDesk) -> None:
    bring_in(anna, organized=True)

    second = bring_in(anna, href="h2", organized=True)

    assert second.link.state is LinkState.EXTRA
    assert len(anna.contents()) == 1


def test_new_objects_with_one_uid_are_one_event(anna: DjangoDesk) -> None:
    resources = [Resource(Href(href), ETag("e"), MEETING, True, START) for href in "ab"]

    commit(anna, *(LinkChange(None, Fate.MATERIALIZE, resource) for resource in resources))

    states = Link.objects.order_by("pk").values_list("href", "state")
    assert list(states) == [("a", "settled"), ("b", "extra")]
    assert len(anna.contents()) == 1


# --- joining


def test_joining_without_a_base_lets_the_home_win(anna: DjangoDesk, ben: DjangoDesk) -> None:
    bring_in(ben, replace(MEETING, event=replace(MEETING.event, summary="Old title")))

    view = bring_in(anna, organized=True)

    assert [values["summary"] for values in ben.contents()] == ["Design review"]
    assert view.link.base["summary"] == ("Design review", "Design review")
    assert DirtyMark.objects.count() == 0


def test_joining_as_a_guest_changes_no_content(anna: DjangoDesk, ben: DjangoDesk) -> None:
    bring_in(anna, organized=True)

    view = bring_in(ben, replace(MEETING, event=replace(MEETING.event, summary="My own title")))

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
    bring_in(ben, an_object(stone.uid, "Renamed by Ben", guests=(BEN,)))
    patched(ben, LocalPatch(ANSWER_OF_BEN, answered(PartStat.NEEDS_ACTION), ACCEPTED, ACCEPTED))
    assert Event.objects.count() == 2
    stored = Resource(stone.href, ETag("1"), an_object(stone.uid, guests=(BEN,)), True, START)
    settled = replace(the_view(anna).link, href=stone.href, state=LinkState.SETTLED)

    commit(anna, LinkChange(settled, resource=stored))

    assert Event.objects.count() == 1
    assert anna.contents() == ben.contents()
    assert anna.contents()[0][ANSWER_OF_BEN] == ACCEPTED
    assert {uid for uid, _ in uids()} == {"ours", stone.uid}
    assert (the_view(anna).role, the_view(ben).role) == (CopyRole.HOME, CopyRole.ATTENDEE)


ACCEPTED = answered(PartStat.ACCEPTED)


def test_private_event_that_becomes_a_meeting(anna: DjangoDesk, ben: DjangoDesk) -> None:
    """The guest's copy arrives before the organizer's run learns that he was invited."""
    bring_in(anna, an_object("m"), organized=True)
    bring_in(ben, an_object("m", guests=(BEN,)))
    assert Event.objects.count() == 2
    invited = an_object("m", guests=(BEN,))
    patches = [
        LocalPatch(key, None, value, value)
        for key, value in properties(invited).items()
        if key in {f"attendee:{BEN}", ANSWER_OF_BEN, "organizer"}
    ]
    resource = Resource(Href("h"), ETag("e2"), invited, True, START)

    commit(anna, LinkChange(the_view(anna).link, resource=resource, patches=tuple(patches)))

    assert Event.objects.count() == 1
    assert (the_view(anna).role, the_view(ben).role) == (CopyRole.HOME, CopyRole.ATTENDEE)
    assert len(ben.contents()) == 1


def test_guest_who_is_a_user_sees_it_without_being_connected(anna: DjangoDesk) -> None:
    user = a_user(BEN)
    bring_in(anna, organized=True)
    invited = Entry.objects.alive().visible_to(user).count()

    patched(
        anna,
        LocalPatch(f"attendee:{BEN}", ["", "req-participant", "individual"], None, None),
        LocalPatch(ANSWER_OF_BEN, answered(PartStat.NEEDS_ACTION), None, None),
    )

    assert (invited, Entry.objects.alive().visible_to(user).count()) == (1, 0)
    assert not Event.objects.visible_to(user).exists()


# --- gone


def test_home_gone_is_gone_for_everybody(anna: DjangoDesk, ben: DjangoDesk) -> None:
    bring_in(anna, organized=True)
    bring_in(ben)

    commit(anna, LinkChange(the_view(anna).link, Fate.DROP))

    assert (anna.contents(), ben.contents()) == ([], [])


def test_guests_copy_gone_hides_his_entry(anna: DjangoDesk, ben: DjangoDesk) -> None:
    bring_in(anna, organized=True)
    bring_in(ben)

    commit(ben, LinkChange(the_view(ben).link, Fate.DROP))

    assert ben.contents() == []
    (values,) = anna.contents()
    assert values[ANSWER_OF_BEN] == answered(PartStat.DECLINED)


def test_outside_meeting_goes_with_its_last_copy(anna: DjangoDesk, ben: DjangoDesk) -> None:
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)
    bring_in(anna, outside)
    bring_in(ben, outside)

    commit(anna, LinkChange(the_view(anna).link, Fate.DROP))
    left = (anna.contents(), len(ben.contents()), the_view(ben).role)
    commit(ben, LinkChange(the_view(ben).link, Fate.DROP))

    assert left == ([], 1, CopyRole.WITNESS)
    assert not Event.objects.alive().exists()


def test_cancelled_witness_cancels_for_everybody(anna: DjangoDesk, ben: DjangoDesk) -> None:
    outside = an_object("out", guests=(ANNA, BEN), organizer=EVA)
    bring_in(anna, outside)
    bring_in(ben, outside)
    cancelled = replace(outside, event=replace(outside.event, status=Status.CANCELLED))
    resource = Resource(Href("h"), ETag("e2"), cancelled, False, START)

    commit(anna, LinkChange(the_view(anna).link, Fate.DROP, resource))

    assert (anna.contents(), ben.contents()) == ([], [])


# --- marks


def test_content_marks_the_home_and_an_answer_the_own_copy(
    anna: DjangoDesk, ben: DjangoDesk
) -> None:
    bring_in(anna, organized=True)
    bring_in(ben)
    event = Event.objects.get()

    mark_dirty(event, ["summary"], anna.pairing.calendar.owner)
    mark_dirty(event, [ANSWER_OF_BEN], ben.pairing.calendar.owner)
    mark_dirty(event, ["transparency"], ben.pairing.calendar.owner)
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

    view = bring_in(anna, an_object(description=fragment, start=NOON), organized=True)

    assert view.local
    assert view.local.event.description == "<p>Hi</p>"
    assert view.link.base["description"] == ("<p>Hi</p>", fragment)
