"""One side speaks of a date that the other has just cut off: the rule has the last word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.dates import cut_off
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.merge import Merge, Movable, merge
from calendar_sync.engine.properties import AT, Json, Properties, properties
from calendar_sync.engine.series import change_date, event_at
from calendar_sync.engine.sync import CopyRole
from support.recurring import paris, series

WEEK = series(paris(2), "RRULE:FREQ=DAILY;COUNT=5")
TITLE = f"{AT}20260305T080000Z:summary"
WHOLE = properties(WEEK)


def renamed(obj: CalendarObject, day: int) -> Properties:
    when = paris(day)
    return properties(change_date(obj, when, replace(event_at(obj, when), summary="Long")))


def shortened(**also: Json) -> Properties:
    """The fourth and the fifth date are cut off."""
    return {**WHOLE, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"], **also}


def merged(ours: Properties, theirs: Properties) -> Merge:
    base = {key: (value, value) for key, value in WHOLE.items()}
    return merge(base, ours, theirs, Movable(CopyRole.HOME, frozenset()), theirs_win=True)


def test_named_here_and_cut_off_there() -> None:
    found = merged(renamed(WEEK, 5), shortened())

    assert found.changes == {}
    assert {patch.key: patch.new for patch in found.patches} == {
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
        TITLE: None,
    }
    assert [(lost.key, lost.lost, lost.lost_here) for lost in found.conflicts] == [
        (TITLE, "Long", True)
    ]


def test_named_there_and_cut_off_here() -> None:
    found = merged(shortened(), renamed(WEEK, 5))

    assert found.changes == {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"], TITLE: None}
    assert found.patches == ()
    assert [(lost.key, lost.lost, lost.lost_here) for lost in found.conflicts] == [
        (TITLE, "Long", False)
    ]


def test_a_date_the_rule_still_yields_is_kept() -> None:
    found = merged(renamed(WEEK, 3), shortened())

    assert list(found.changes) == [f"{AT}20260303T080000Z:summary"]
    assert found.conflicts == ()


def test_where_the_rule_is_not_to_be_read_nothing_is_lost() -> None:
    found = merged(renamed(WEEK, 5), {**WHOLE, "recurrence": ["RRULE:FREQ=SOMETIMES"]})

    assert (list(found.changes), found.conflicts) == ([TITLE], ())


@pytest.mark.parametrize("lines", [None, []])
def test_what_is_no_series_yields_no_date(lines: Json) -> None:
    assert cut_off({**WHOLE, "recurrence": lines}, ["20260305T080000Z"]) == {"20260305T080000Z"}
