"""Writing series to the simulated Outlook: what stands there afterwards, requests and mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import Conflict, Rejected
from calendar_sync.engine.event import Alarm, CalendarObject, Event
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import ATTENDEE, Json, properties
from calendar_sync.engine.series import (
    cancel_date,
    change_all,
    change_date,
    cut,
    event_at,
    restore_date,
    single,
    with_rule,
)
from calendar_sync.engine.sync import Resource, Write
from support.builders import an_object
from support.graph_account import OutlookAccount, a_creation, a_write, failed, stored
from support.outlook import a_world

BERLIN = ZoneInfo("Europe/Berlin")
EVA = "eva@client.example"
CREATE = "POST /graph/v1.0/me/events"
BATCH = "POST /graph/v1.0/$batch"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=BERLIN)


def daily() -> CalendarObject:
    """Ten mornings from 1 December, with the reminder that Outlook gives of itself."""
    obj = with_rule(an_object("s1", "Stand-up", on(1)), ["RRULE:FREQ=DAILY;COUNT=10"])
    return replace(obj, event=replace(obj.event, alarms=(Alarm(15),)))


def edited(obj: CalendarObject, day: int, **changes: Any) -> Event:  # noqa: ANN401
    return replace(event_at(obj, on(day)), **changes)


def moved(obj: CalendarObject, day: int, hour: int) -> Event:
    return edited(obj, day, start=on(day, hour), end=on(day, hour) + timedelta(hours=1))


def written(
    anna: OutlookAccount, known: Resource, wanted: CalendarObject, *, notify: bool = False
) -> Resource:
    """The series there made equal to `wanted`, as the engine does it: by what differs."""
    return stored(anna, a_change(known, wanted, notify=notify))


def a_change(known: Resource, wanted: CalendarObject, *, notify: bool = False) -> Write:
    before, after = properties(known.object), properties(wanted)
    changes: dict[str, Json] = {
        key: after.get(key)
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }
    return a_write(Action.PATCH, changes, known, uid="s1", notify=notify)


def stands(anna: OutlookAccount, resource: Resource, wanted: CalendarObject) -> None:
    """The answer and a reading of it anew say what was to be written."""
    assert properties(resource.object) == properties(wanted)
    assert properties(anna.read(resource.href).object) == properties(wanted)


def made(anna: OutlookAccount, obj: CalendarObject) -> Resource:
    return stored(anna, a_creation(obj))


def known_to_be(anna: OutlookAccount, obj: CalendarObject) -> Resource:
    """Made, and pulled since: each write of a date moves the ETag of its series (§3.8)."""
    return anna.read(made(anna, obj).href)


def test_a_series_is_created_with_one_request(anna: OutlookAccount) -> None:
    resource = made(anna, daily())

    assert anna.requests() == [CREATE]
    stands(anna, resource, daily())
    assert anna.mails() == 0


def test_a_series_is_created_with_dates_that_differ(anna: OutlookAccount) -> None:
    wanted = change_date(cancel_date(daily(), on(3)), on(5), moved(daily(), 5, 15))

    resource = made(anna, wanted)

    # itself; read back; where the two dates are; both written
    assert anna.requests() == [CREATE, f"GET {path(resource)}", BATCH, BATCH]
    stands(anna, resource, wanted)


def test_one_date_is_changed(anna: OutlookAccount) -> None:
    known = made(anna, daily())
    wanted = change_date(known.object, on(4), edited(daily(), 4, summary="Long stand-up"))

    resource = written(anna, known, wanted)

    assert len(anna.requests()) == 3
    stands(anna, resource, wanted)


def test_one_date_is_moved_and_then_changed_again(anna: OutlookAccount) -> None:
    known = made(anna, daily())
    first = change_date(known.object, on(4), moved(daily(), 4, 17))
    once = written(anna, known, first)
    wanted = change_date(first, on(4), replace(event_at(first, on(4)), location="Room Blue"))

    resource = written(anna, once, wanted)

    assert anna.requests() == [f"GET {path(known)}", f"PATCH {anna.requests()[-1][6:]}"]
    stands(anna, resource, wanted)


def test_one_date_is_cancelled_and_can_not_come_back(anna: OutlookAccount) -> None:
    known = made(anna, daily())
    without = cancel_date(known.object, on(4))
    once = written(anna, known, without)
    stands(anna, once, without)

    back = restore_date(without, on(4))

    assert failed(anna, a_change(once, back)) == (Rejected, "date_cannot_be_restored", False)


def test_renaming_all_takes_one_request(anna: OutlookAccount) -> None:
    known = made(anna, daily())
    wanted = change_all(known.object, on(1), edited(daily(), 1, summary="Daily"))

    resource = written(anna, known, wanted)

    assert anna.requests() == [f"PATCH {path(known)}"]
    stands(anna, resource, wanted)


def test_moving_all_puts_back_the_dates_that_it_loses(anna: OutlookAccount) -> None:
    """Graph forgets edits and brings deleted dates back when the time changes (Q31)."""
    start = change_date(cancel_date(daily(), on(3)), on(5), moved(daily(), 5, 15))
    known = known_to_be(anna, start)
    wanted = change_all(known.object, on(1), moved(daily(), 1, 11))

    resource = written(anna, known, wanted)

    stands(anna, resource, wanted)
    assert [each.event is None for each in resource.object.overrides] == [True, False]


def test_renaming_all_renames_the_moved_date_too(anna: OutlookAccount) -> None:
    known = known_to_be(anna, change_date(daily(), on(5), moved(daily(), 5, 15)))
    wanted = change_all(known.object, on(1), edited(daily(), 1, summary="Daily"))

    resource = written(anna, known, wanted)

    stands(anna, resource, wanted)
    assert [each.event.summary for each in resource.object.overrides if each.event] == ["Daily"]


def test_a_series_is_cut(anna: OutlookAccount) -> None:
    known = known_to_be(anna, change_date(daily(), on(5), moved(daily(), 5, 15)))
    wanted = cut(known.object, on(5))

    resource = written(anna, known, wanted)

    stands(anna, resource, wanted)
    assert resource.object.overrides == ()


def test_another_rule_keeps_the_dates_that_stay(anna: OutlookAccount) -> None:
    known = known_to_be(anna, change_date(daily(), on(5), edited(daily(), 5, summary="Long")))
    wanted = with_rule(known.object, ["RRULE:FREQ=DAILY;COUNT=20"])

    resource = written(anna, known, wanted)

    stands(anna, resource, wanted)


def test_single_becomes_series_and_single_again(anna: OutlookAccount) -> None:
    alone = single(daily(), on(1))
    known = made(anna, alone)

    series = written(anna, known, daily())
    stands(anna, series, daily())
    back = written(anna, series, single(series.object, on(1)))

    stands(anna, back, alone)
    assert back.href == known.href


def test_whole_days(anna: OutlookAccount) -> None:
    obj = with_rule(an_object("s1", "Fair", date(2026, 12, 1)), ["RRULE:FREQ=DAILY;COUNT=5"])
    known = made(anna, obj)
    wanted = cancel_date(known.object, date(2026, 12, 3))

    resource = written(anna, known, wanted)

    stands(anna, resource, wanted)


def test_guests_of_a_changed_date_are_mailed_once(anna: OutlookAccount) -> None:
    known = made(anna, daily())
    invited = {**properties(known.object), f"{ATTENDEE}{EVA}": ["", "required", "individual"]}
    known = stored(
        anna,
        a_write(
            Action.PATCH,
            {f"{ATTENDEE}{EVA}": invited[f"{ATTENDEE}{EVA}"]},
            known,
            uid="s1",
            notify=True,
        ),
    )
    assert anna.mails() == 1
    shown = event_at(known.object, on(4))
    wanted = change_date(known.object, on(4), replace(shown, location="Room Blue"))

    written(anna, known, wanted, notify=True)

    assert anna.mails() == 1


def test_what_no_pattern_can_say_stays_here(anna: OutlookAccount) -> None:
    obj = with_rule(an_object("s1", "Payday", on(1)), ["RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15"])

    error, code, in_doubt = failed(anna, a_creation(obj))

    assert (error, in_doubt) == (Rejected, False)
    assert code
    assert anna.requests() == []


def test_a_series_that_is_gone_is_read_again(anna: OutlookAccount) -> None:
    known = made(anna, daily())
    anna.world.microsoft.delete("anna", known.href)

    refused = failed(anna, a_change(known, cancel_date(known.object, on(4))))

    assert refused == (Conflict, "gone", False)


def path(resource: Resource) -> str:
    return f"/graph/v1.0/me/events/{resource.href}"
