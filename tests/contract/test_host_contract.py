"""What every host promises the engine (`engine.ports.Host`), whichever keeps the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.engine.consent import Choice
from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.filters import Reason
from calendar_sync.engine.pending import Action, Attempt, LinkKey
from calendar_sync.engine.policy import Side
from calendar_sync.engine.properties import properties
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import (
    Fate,
    Href,
    JournalEntry,
    Lease,
    LinkChange,
    LinkState,
    Listing,
    LocalPatch,
    PassedOver,
    Struck,
    SyncReport,
    SyncToken,
)
from support.builders import ANNA, BEN, an_object, answered
from support.desk import START, Desk, a_resource, all_views, bring_in, commit, the_view
from support.remote import RemoteCalendar


def test_open_shows_nothing_of_an_empty_calendar(desk: Desk) -> None:
    work = desk.host.open(desk.claim())

    assert work
    assert (work.token, work.owner, work.waiting) == (None, frozenset({ANNA}), ())


def test_namespace_never_changes(desk: Desk) -> None:
    first, second = (desk.host.open(desk.claim()) for _ in range(2))

    assert first
    assert second
    assert first.namespace == second.namespace != ""


def test_new_event_waits_with_its_uid(desk: Desk) -> None:
    key = desk.add(an_object("u7"))

    work = desk.host.open(desk.claim())

    assert work
    (view,) = work.waiting
    assert (view.link.key, view.link.uid, view.link.href) == (key, "u7", None)
    assert view.local == an_object("u7")
    assert view.uids == {"u7"}


def test_materialized_object_reads_back_equal(desk: Desk) -> None:
    meeting = an_object("u1", guests=(ANNA, BEN), description="<p>Bring <b>tea</b></p>")

    bring_in(desk, a_resource(obj=meeting))

    view = the_view(desk)
    assert view.local == meeting
    assert view.link.theirs == properties(meeting)
    assert (view.link.href, view.link.etag, view.link.modified) == ("h1", "e1", START)
    assert view.link.state is LinkState.SETTLED


def test_materialized_object_does_not_wait(desk: Desk) -> None:
    bring_in(desk, a_resource())

    work = desk.host.open(desk.claim())

    assert work
    assert work.waiting == ()


def test_views_are_found_by_href(desk: Desk) -> None:
    bring_in(desk, a_resource("h1"), a_resource("h2", an_object("u2")))

    views = desk.host.views(desk.claim(), [Href("h2")], ["u1"])

    assert [view.link.href for view in views] == ["h2"]


def test_views_are_found_by_uid_while_without_href(desk: Desk) -> None:
    key = desk.add(an_object("u1"))

    views = desk.host.views(desk.claim(), [], ["u1"])

    assert [view.link.key for view in views] == [key]


def test_a_listing_knows_what_its_portions_have_shown(desk: Desk) -> None:
    """Its number is kept with the token, and on links made in this commit or before."""
    bring_in(desk, a_resource("h1"))
    new = LinkChange(None, Fate.MATERIALIZE, a_resource("h2", an_object("u2")))
    bring_in(desk, a_resource("h3", an_object("u3")))
    lease = desk.claim()
    portion = Listing(lease.fence, frozenset({Href("h1"), Href("h2")}))

    assert desk.host.commit(lease, [new], SyncToken("page-2"), listing=portion)

    work = desk.host.open(lease)
    assert work
    assert (work.token, work.listing) == ("page-2", lease.fence)
    left = desk.host.views(lease, [Href("h1")], (), listing=lease.fence)
    assert sorted(str(view.link.href) for view in left) == ["h1", "h3"]
    assert len(desk.host.views(lease, (), (), listing=lease.fence + 1)) == 3


def test_a_token_ends_the_listing(desk: Desk) -> None:
    lease = desk.claim()
    portion = Listing(lease.fence, frozenset())
    assert desk.host.commit(lease, [], SyncToken("page-2"), listing=portion)

    assert desk.host.commit(lease, [], SyncToken("t1"))

    work = desk.host.open(lease)
    assert work
    assert (work.token, work.listing) == ("t1", None)


def test_what_is_passed_over_is_counted_up_and_down(desk: Desk) -> None:
    def tell(reasons: dict[str, Reason], *told: str, anew: bool = False) -> dict[str, int]:
        over = PassedOver(
            {Href(href): reason for href, reason in reasons.items()},
            frozenset(map(Href, (*reasons, *told))),
            anew,
        )
        for _ in range(2):  # every call may be repeated
            assert desk.host.commit(desk.claim(), (), SyncToken("t"), over=over)
        return desk.passed_over()

    first = tell({"h1": Reason.PRIVATE, "h2": Reason.PRIVATE, "h3": Reason.TITLE}, anew=True)
    assert first == {"private": 2, "title": 1}
    assert tell({"h4": Reason.TITLE, "h1": Reason.TITLE}, "h2") == {"title": 3}
    assert tell({}, "h1", "h5") == {"title": 2}
    assert tell({"h9": Reason.FREE}, anew=True) == {"free": 1}
    assert tell({}, anew=True) == {}


def test_lost_lease_changes_nothing(desk: Desk) -> None:
    lost = desk.claim()
    key = desk.add(an_object())
    desk.claim()

    assert desk.host.open(lost) is None
    assert list(desk.host.views(lost, (), (), listing=0)) == []
    assert desk.host.struck(lost, START) == Struck()
    assert not desk.host.attempt(lost, [an_attempt(key)])
    assert not desk.host.commit(lost, [], SyncToken("t1"))
    over = PassedOver({Href("h"): Reason.FREE}, frozenset({Href("h")}))
    assert not desk.host.commit(lost, [], over=over)
    assert desk.passed_over() == {}
    assert not desk.host.commit(lost, [LinkChange(None, Fate.MATERIALIZE, a_resource())])
    work = desk.host.open(desk.claim())
    assert work
    assert work.token is None
    assert [view.link.attempt for view in work.waiting] == [None]


def an_attempt(key: LinkKey) -> Attempt:
    sent = properties(an_object())
    return Attempt(key, Action.CREATE, "k1", sent, START, notify=True, recipients=(BEN,))


def test_attempt_reads_back_equal_and_waits(desk: Desk) -> None:
    key = desk.add(an_object())
    attempt = an_attempt(key)

    assert desk.host.attempt(desk.claim(), [attempt])

    work = desk.host.open(desk.claim())
    assert work
    assert [view.link.attempt for view in work.waiting] == [attempt]


def test_token_reads_back(desk: Desk) -> None:
    desk.host.commit(desk.claim(), [], SyncToken("t1"))

    work = desk.host.open(desk.claim())

    assert work
    assert work.token == "t1"


def test_patch_is_applied_and_becomes_base(desk: Desk) -> None:
    bring_in(desk, a_resource())
    view = the_view(desk)
    patch = LocalPatch("summary", "Design review", "Renamed", "Renamed ")

    commit(desk, LinkChange(view.link, patches=(patch,)))

    view = the_view(desk)
    assert view.local
    assert view.local.event.summary == "Renamed"
    assert view.link.base["summary"] == ("Renamed", "Renamed ")


def test_patch_of_what_was_edited_meanwhile_waits(desk: Desk) -> None:
    key = desk.add(an_object())
    lease = desk.claim()
    work = desk.host.open(lease)
    desk.edit(key, {"summary": "Ours"})
    assert work
    (view,) = work.waiting
    patches = (
        LocalPatch("summary", "Design review", "Theirs", "Theirs"),
        LocalPatch("location", None, "Room 1", "Room 1"),
    )

    desk.host.commit(lease, [LinkChange(view.link, patches=patches)])

    view = the_view(desk)
    assert view.local
    assert (view.local.event.summary, view.local.event.location) == ("Ours", "Room 1")
    assert "summary" not in view.link.base


def test_only_marks_that_were_read_are_removed(desk: Desk) -> None:
    key = desk.add(an_object())
    desk.edit(key, {"summary": "First"})
    (read,) = all_views(desk)
    desk.edit(key, {"summary": "Second"})
    settled = replace(read.link, state=LinkState.SETTLED)

    commit(desk, LinkChange(settled, marks=read.marks))

    work = desk.host.open(desk.claim())
    assert work
    (left,) = work.waiting
    assert len(left.marks) == 1
    assert not set(left.marks) & set(read.marks)


def test_guests_come_and_go_with_their_answers(desk: Desk) -> None:
    bring_in(desk, a_resource(obj=an_object(guests=(ANNA,))))
    came = (
        LocalPatch(f"answer:{BEN}", None, answered(PartStat.TENTATIVE), None),
        LocalPatch(f"attendee:{BEN}", None, ["Ben", "req-participant", "individual"], None),
    )
    commit(desk, LinkChange(the_view(desk).link, patches=came))
    (with_ben,) = desk.contents()
    went = tuple(replace(patch, old=patch.new, new=None) for patch in came)

    commit(desk, LinkChange(the_view(desk).link, patches=went))

    assert with_ben[f"answer:{BEN}"] == answered(PartStat.TENTATIVE)
    assert desk.contents() == [properties(an_object(guests=(ANNA,)))]


def test_overlay_is_patched(desk: Desk) -> None:
    bring_in(desk, a_resource())
    patch = LocalPatch("availability", "busy", "free", "free")

    commit(desk, LinkChange(the_view(desk).link, patches=(patch,)))

    assert desk.contents()[0]["availability"] == "free"


def test_dropped_object_is_gone_and_its_link_rests(desk: Desk) -> None:
    bring_in(desk, a_resource())

    commit(desk, LinkChange(the_view(desk).link, Fate.DROP))

    assert desk.contents() == []
    assert (len(all_views(desk)), desk.attic()) == (0, 1)


def test_closed_link_rests(desk: Desk) -> None:
    key = desk.add(an_object())
    desk.remove(key)
    view = the_view(desk)

    commit(desk, LinkChange(view.link, Fate.CLOSE, marks=view.marks))

    assert view.local is None
    assert (len(all_views(desk)), desk.attic()) == (0, 1)


def test_object_from_the_attic_comes_back(desk: Desk) -> None:
    bring_in(desk, a_resource())
    commit(desk, LinkChange(the_view(desk).link, Fate.DROP))

    bring_in(desk, a_resource(etag="e2"))

    assert desk.contents() == [properties(an_object())]
    assert the_view(desk).link.etag == "e2"


def test_revived_object_is_as_it_is_there(desk: Desk) -> None:
    bring_in(desk, a_resource())
    desk.remove(the_view(desk).link.key)
    view = the_view(desk)
    newer = a_resource(obj=an_object(summary="Still on"))

    commit(desk, LinkChange(view.link, Fate.REVIVE, newer, marks=view.marks))

    assert desk.contents() == [properties(newer.object)]
    assert the_view(desk).link.theirs == properties(newer.object)


def test_uid_learnt_at_settling_is_known(desk: Desk) -> None:
    desk.add(an_object("u1"))
    view = the_view(desk)
    stored = a_resource(obj=an_object("theirs"))
    settled = replace(view.link, href=stored.href, etag=stored.etag, state=LinkState.SETTLED)

    commit(desk, LinkChange(settled, resource=stored, marks=view.marks))

    assert the_view(desk).uids == {"u1", "theirs"}


def test_journal_keeps_what_happened(desk: Desk) -> None:
    entry = JournalEntry(Side.HERE, "created", ("summary",))
    change = LinkChange(None, Fate.MATERIALIZE, a_resource(), journal=(entry,))

    desk.host.commit(desk.claim(), [change], SyncToken("t"), SyncReport(received=1))

    assert desk.journal() == ["created here"]


def test_failed_run_keeps_the_token(desk: Desk) -> None:
    desk.host.commit(desk.claim(), [], SyncToken("t1"))

    assert desk.host.commit(desk.claim(), (), report=SyncReport(error=Retryable("busy")))

    work = desk.host.open(desk.claim())
    assert work
    assert work.token == "t1"


def test_commit_may_be_repeated(desk: Desk) -> None:
    bring_in(desk, a_resource())
    change = LinkChange(
        the_view(desk).link, patches=(LocalPatch("summary", "Design review", "New", "New"),)
    )
    lease: Lease = desk.claim()

    assert desk.host.commit(lease, [change], SyncToken("t1"))
    assert desk.host.commit(lease, [change], SyncToken("t1"))

    view = the_view(desk)
    assert view.local
    assert view.local.event.summary == "New"


@pytest.mark.parametrize("style", ["google", "graph"])
def test_rounds_with_edits_on_both_sides_agree(desk: Desk, style: str) -> None:
    remote = RemoteCalendar(desk.clock, style)
    ours = desk.add(an_object("u1", "Ours"))
    theirs = remote.add(an_object("u2", "Theirs"))
    first = synchronize(desk.claim(), desk.host, remote, desk.clock)
    desk.edit(ours, {"location": "Room 1"})
    remote.edit(theirs, {"location": "Room 2"})
    second = synchronize(desk.claim(), desk.host, remote, desk.clock)
    desk.clock.advance(timedelta(hours=1))

    third = synchronize(desk.claim(), desk.host, remote, desk.clock)

    assert (first.received, first.sent, second.received, second.sent) == (1, 1, 1, 1)
    assert (third.received, third.sent) == (0, 0)
    there = sorted(remote.live().values(), key=lambda values: str(values["summary"]))
    assert there == desk.contents()
    assert [values["location"] for values in there] == ["Room 1", "Room 2"]


def test_release_of_a_hold_mails_once(desk: Desk) -> None:
    remote = RemoteCalendar(desk.clock, "graph")
    key = desk.add(an_object("u1", guests=(BEN,)))
    held = synchronize(desk.claim(), desk.host, remote, desk.clock)
    desk.allow(key, Choice.SEND)

    sent = synchronize(desk.claim(), desk.host, remote, desk.clock)
    again = synchronize(desk.claim(), desk.host, remote, desk.clock)

    assert (held.held, held.sent, sent.sent, sent.mailed) == (1, 0, 1, 1)
    assert (again.sent, again.mailed) == (0, 0)
    assert remote.mails == [("invite", BEN)]
    assert the_view(desk).consent is None
