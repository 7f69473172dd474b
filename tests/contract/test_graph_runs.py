"""Whole runs of the engine against the simulated Outlook: literal requests, quiet afterwards."""

from __future__ import annotations

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import LinkState, SyncReport
from calendar_sync.hosts.memory import MemoryHost
from support.builders import an_object
from support.graph_account import OutlookAccount
from support.outlook import a_body, a_series, a_world, guests

BEN = "ben@contoso.example"
DELTA = "GET /graph/v1.0/me/calendarView/delta"
BATCH = "POST /graph/v1.0/$batch"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


@pytest.fixture
def host(anna: OutlookAccount) -> MemoryHost:
    return MemoryHost(frozenset({anna.address}), anna.world.clock)


def run(host: MemoryHost, anna: OutlookAccount) -> SyncReport:
    anna.world.journal.clear()
    report = synchronize(host.claim(), host, anna.collection, anna.world.clock)
    assert report.error is None
    return report


def is_quiet(host: MemoryHost, anna: OutlookAccount) -> bool:
    """Two more runs move nothing; the second asks once, for nothing."""
    first, second = run(host, anna), run(host, anna)
    moved = [report.sent + report.received + report.mailed for report in (first, second)]
    return moved == [0, 0] and anna.requests() == [DELTA]


def test_import_and_then_nothing(host: MemoryHost, anna: OutlookAccount) -> None:
    html = {"contentType": "html", "content": "<p>a</p>\r\n<p>b</p>"}
    rows = [a_body(subject=f"E{n}", body=html, attendees=guests(BEN)) for n in range(100)]
    anna.world.microsoft.load(anna.world.people.get("anna"), [*rows, a_series()])

    report = run(host, anna)

    assert (report.received, report.sent) == (101, 0)
    assert [line.split("/")[-2] for line in anna.requests()] == ["calendarView", "events"]
    assert is_quiet(host, anna)
    assert anna.mails() == 0


def test_push_takes_one_batch_per_twenty_and_its_echo_nothing(
    host: MemoryHost, anna: OutlookAccount
) -> None:
    for number in range(45):
        host.add(an_object(f"u{number}", description="<p>Agenda</p>"))

    report = run(host, anna)

    assert (report.sent, report.mailed) == (45, 0)
    assert anna.requests() == [DELTA, BATCH, BATCH, BATCH]
    assert is_quiet(host, anna)
    assert len(anna.world.microsoft.events("anna")) == 45


def test_edits_meet_property_by_property(host: MemoryHost, anna: OutlookAccount) -> None:
    key = host.add(an_object())
    run(host, anna)
    (row,) = anna.world.microsoft.events("anna")
    anna.world.microsoft.edit("anna", row["id"], {"location": {"displayName": "Room 5"}})
    host.edit(key, {"summary": "Renamed"})

    run(host, anna)

    (row,) = anna.world.microsoft.events("anna")
    values = host.state.rows[key].values
    assert (row["subject"], row["location"]["displayName"]) == ("Renamed", "Room 5")
    assert values
    assert (values["summary"], values["location"]) == ("Renamed", "Room 5")
    assert is_quiet(host, anna)


def test_deletion_there_is_verified_and_leaving_the_window_is_none(
    host: MemoryHost, anna: OutlookAccount
) -> None:
    gone, moved = anna.enter(a_body(subject="gone")), anna.enter(a_body(subject="moved"))
    run(host, anna)
    anna.world.microsoft.delete("anna", gone)
    far = {"dateTime": "2027-09-01T09:00:00", "timeZone": "UTC"}
    anna.world.microsoft.edit("anna", moved, {"start": far, "end": far})

    run(host, anna)

    assert anna.requests() == [DELTA, BATCH]
    titles = [row.values["summary"] for row in host.state.rows.values() if row.values]
    assert titles == ["moved"]
    assert is_quiet(host, anna)


def test_forgotten_token_costs_one_round_and_no_mail(
    host: MemoryHost, anna: OutlookAccount
) -> None:
    for number in range(50):
        anna.enter(a_body(subject=f"E{number}", attendees=guests(BEN)))
    run(host, anna)
    anna.mails()
    anna.world.microsoft.forget_delta("anna")

    report = run(host, anna)

    assert (report.received, report.sent, report.complete) == (0, 0, True)
    assert anna.requests() == [DELTA, DELTA]
    assert anna.mails() == 0
    assert is_quiet(host, anna)


@pytest.mark.parametrize("kind", ["503", "504", "reset"])
def test_lost_answers_make_no_double(host: MemoryHost, anna: OutlookAccount, kind: str) -> None:
    for number in range(5):
        host.add(an_object(f"u{number}"))
    arm = anna.world.faults.arm
    arm("POST /graph/*", kind, when="after", count=3)  # type: ignore[arg-type]
    anna.world.journal.clear()

    for _ in range(3):
        synchronize(host.claim(), host, anna.collection, anna.world.clock)

    assert len(anna.world.microsoft.events("anna")) == 5
    assert {row.link.state for row in host.state.rows.values()} == {LinkState.SETTLED}
    assert is_quiet(host, anna)


def test_answer_here_reaches_the_organizer_once(world: Sandbox, anna: OutlookAccount) -> None:
    ben = OutlookAccount(world, "ben")
    host = MemoryHost(frozenset({ben.address}), world.clock)
    anna.enter(a_body(attendees=guests(BEN)))
    run(host, ben)
    anna.mails()
    (key,) = host.state.rows

    host.edit(key, {f"answer:{BEN}": ["accepted", "", 0]})
    run(host, ben)

    assert anna.mails() == 1
    assert (
        anna.world.microsoft.events("anna")[0]["attendees"][0]["status"]["response"] == "accepted"
    )
    assert is_quiet(host, ben)
    assert anna.mails() == 0
