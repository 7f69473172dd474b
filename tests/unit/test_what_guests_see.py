"""Guests who do not see each other, and what a copy says as its series does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.event import Attendee, CalendarObject, Override
from calendar_sync.engine.guests import as_guest_sees
from calendar_sync.engine.merge import Movable, adopt
from calendar_sync.engine.properties import AT, Json
from calendar_sync.engine.rights import GuestRights
from calendar_sync.engine.series import event_at
from calendar_sync.engine.sync import CopyRole
from support.builders import ANNA, BEN, EVA
from support.recurring import paris, series

WEEK = series(paris(2), "RRULE:FREQ=DAILY;COUNT=5")


def meeting(rights: GuestRights) -> CalendarObject:
    """Of Ben and Eva; one date is cancelled, one has a list of its own."""
    event = replace(WEEK.event, rights=rights, attendees=(Attendee(BEN), Attendee(EVA)))
    dated = replace(event_at(WEEK, paris(4)), rights=rights, attendees=(Attendee(ANNA),))
    return replace(
        WEEK, event=event, overrides=(Override(paris(3), None), Override(paris(4), dated))
    )


@pytest.mark.parametrize(
    ("rights", "listed", "on_date"),
    [
        (GuestRights(see=False), [BEN], []),
        (GuestRights(see=False, modify=True), [BEN, EVA], [ANNA]),
        (GuestRights(), [BEN, EVA], [ANNA]),
    ],
)
def test_a_hidden_list_is_hidden_on_each_date(
    rights: GuestRights, listed: list[str], on_date: list[str]
) -> None:
    seen = as_guest_sees(meeting(rights), {BEN})

    cancelled, dated = seen.overrides
    assert [guest.address for guest in seen.event.attendees] == listed
    assert cancelled.event is None
    assert dated.event
    assert [guest.address for guest in dated.event.attendees] == on_date


def test_what_a_date_says_as_its_series_does_is_agreed() -> None:
    soon: Json = [[15, "display"]]
    key = f"{AT}20260304T080000Z:alarms"

    found = adopt({key: soon}, {"alarms": soon}, Movable(CopyRole.PERSONAL, frozenset()))

    assert (found.changes, found.moves[key]) == ({}, (soon, None))
