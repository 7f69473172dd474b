"""A date that a guest's copy leaves out is one he declined; what the home says of it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.event import Attendee, Organizer
from calendar_sync.engine.merge import Merge, Movable, adopt, merge
from calendar_sync.engine.properties import ANSWER, AT, Json, Properties, properties
from calendar_sync.engine.series import cancel_date
from calendar_sync.engine.sync import CopyRole
from support.recurring import paris, series

BEN = "ben@corp.example"
KEY = f"{AT}20260304T080000Z"
MEETING = series(paris(2), "RRULE:FREQ=DAILY;COUNT=5")
MEETING = replace(
    MEETING,
    event=replace(
        MEETING.event,
        organizer=Organizer("anna@corp.example", ""),
        attendees=(Attendee(BEN),),
    ),
)
WHOLE = properties(MEETING)
WITHOUT = properties(cancel_date(MEETING, paris(4)))


def merged(role: CopyRole, ours: Properties, theirs: Properties) -> Merge:
    base = {key: (value, value) for key, value in WHOLE.items()}
    return merge(base, ours, theirs, Movable(role, frozenset({BEN})), theirs_win=True)


@pytest.mark.parametrize("role", [CopyRole.ATTENDEE, CopyRole.PERSONAL])
def test_a_date_missing_on_a_guests_copy_is_declined(role: CopyRole) -> None:
    (patch,) = merged(role, WHOLE, WITHOUT).patches

    assert (patch.key, patch.new) == (f"{KEY}:{ANSWER}{BEN}", ["declined", "", 0])


@pytest.mark.parametrize("role", [CopyRole.ATTENDEE, CopyRole.PERSONAL])
def test_a_date_the_organizer_cancelled_is_cancelled(role: CopyRole) -> None:
    found = merged(role, WITHOUT, WITHOUT)

    assert (found.patches, found.changes) == ((), {})


@pytest.mark.parametrize("role", [CopyRole.WITNESS, CopyRole.HOME])
def test_other_copies_speak_of_the_meeting(role: CopyRole) -> None:
    (patch,) = merged(role, WHOLE, WITHOUT).patches

    assert (patch.key, patch.new) == (KEY, "cancelled")


def test_our_answer_stays_when_the_date_has_left_the_copy() -> None:
    answer = f"{KEY}:{ANSWER}{BEN}"
    declined = {**WHOLE, answer: ["declined", "", 0]}
    base = {key: (value, value) for key, value in declined.items()}

    found = merge(
        base, declined, WITHOUT, Movable(CopyRole.ATTENDEE, frozenset({BEN})), theirs_win=True
    )

    assert found.is_empty


def test_a_date_left_out_here_comes_back_with_a_guests_copy_that_has_it() -> None:
    found = adopt(WITHOUT, WHOLE, Movable(CopyRole.PERSONAL, frozenset({BEN})))

    assert [(patch.key, patch.new) for patch in found.patches] == [(KEY, None)]


@pytest.mark.parametrize(
    ("theirs", "lost"),
    [(["anna@corp.example", "Anna Berg"], []), (["eva@corp.example", "Eva"], ["organizer"])],
)
def test_how_an_organizer_is_named_is_no_conflict(theirs: Json, lost: list[str]) -> None:
    ours: Json = ["anna@corp.example", "Anna B."]

    found = merged(CopyRole.WITNESS, {**WHOLE, "organizer": ours}, {**WHOLE, "organizer": theirs})

    assert [patch.new for patch in found.patches] == [theirs]
    assert [each.key for each in found.conflicts] == lost
