"""Runs and their lines: only of what did something or failed, and one per claim."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calendar_sync.engine.errors import Retryable
from calendar_sync.engine.policy import Side
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import JournalEntry, LinkChange, SyncReport, SyncToken
from calendar_sync.models import Change, Event, Link, Run
from support.builders import ANNA, BEN, an_object
from support.connected import connected
from support.desk import DjangoDesk
from support.remote import RemoteCalendar, TickingClock

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk() -> DjangoDesk:
    return DjangoDesk(TickingClock(START))


def test_batches_of_one_claim_are_one_run(desk: DjangoDesk) -> None:
    remote = RemoteCalendar(desk.clock)
    for number in range(60):
        desk.add(an_object(f"u{number}", f"Event {number}"))
    remote.add(an_object("theirs", "Theirs"))

    report = synchronize(desk.claim(), desk.host, remote, desk.clock)

    run = Run.objects.get()
    assert (run.sent, run.received) == (report.sent, report.received) == (60, 1)
    assert run.started_at < (run.ended_at or START)
    assert run.trigger == "schedule"
    lines = Change.objects.filter(run=run)
    assert {(line.what, line.side) for line in lines} == {("created", "here"), ("created", "there")}
    assert lines.count() == 61
    assert set(lines.values_list("event", flat=True)) == set(Event.objects.values_list(flat=True))
    assert set(lines.values_list("link", flat=True)) == set(Link.objects.values_list(flat=True))


def test_idle_run_leaves_no_row(desk: DjangoDesk) -> None:
    desk.host.commit(desk.claim(), [], SyncToken("t"), SyncReport(complete=True))

    assert not Run.objects.exists()


def test_failed_run_says_why(desk: DjangoDesk) -> None:
    error = Retryable("throttled", "429 at page 2")

    desk.host.commit(desk.claim(), (), report=SyncReport(error=error))

    run = Run.objects.get()
    assert (run.error_code, run.error_detail) == ("throttled", "429 at page 2")


def test_line_without_an_object_is_kept(desk: DjangoDesk) -> None:
    entry = JournalEntry(Side.THERE, "unreadable", code="no_start")

    desk.commit(LinkChange(None, journal=(entry,)))

    line = Change.objects.get()
    assert (line.what, line.code, line.link, line.event) == ("unreadable", "no_start", None, None)


def test_line_keeps_what_stood_there_before(desk: DjangoDesk) -> None:
    view = desk.bring_in(an_object(), organized=True)
    before = {"summary": "Design review"}
    entry = JournalEntry(Side.THERE, "changed", ("summary",), before, ("ben@corp.example",))

    desk.commit(LinkChange(view.link, journal=(entry,)))

    line = Change.objects.get()
    assert (line.keys, line.before, line.mailed) == (["summary"], before, ["ben@corp.example"])


def test_mails_of_a_day_are_a_persons_whatever_account_sent_them() -> None:
    clock = TickingClock(START)
    google, outlook = (DjangoDesk(clock, connected(ANNA, each)) for each in ("google", "graph"))
    other = DjangoDesk(clock, connected(BEN))
    told = JournalEntry(Side.THERE, "created", mailed=("a@x.example", "b@x.example"))
    for desk in (google, other):
        desk.host.commit(desk.claim(), [LinkChange(None, journal=(told,))])

    since = START - timedelta(days=1)
    mailed = [desk.host.struck(desk.claim(), since).mailed for desk in (google, outlook, other)]

    assert mailed == [2, 2, 2]
