"""What a guest's copy of somebody else's meeting tells the others, and what only about himself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.event import Attendee, Organizer
from calendar_sync.engine.guest_copies import has_lost, left_out, takes_place
from calendar_sync.engine.merge import Merge, Movable, adopt, merge
from calendar_sync.engine.policy import Direction
from calendar_sync.engine.properties import ANSWER, AT, ATTENDEE, Properties, properties
from calendar_sync.engine.rights import SEE
from calendar_sync.engine.series import cancel_date
from calendar_sync.engine.sync import CopyRole
from calendar_sync.providers.google.collection import CAPABILITIES as GOOGLE
from calendar_sync.providers.graph.collection import CAPABILITIES as GRAPH
from support.recurring import paris, series

ANNA, BEN, CLEO = "anna@corp.example", "ben@corp.example", "cleo@corp.example"
DATE = "20260304T080000Z"
SERIES = series(paris(2), "RRULE:FREQ=DAILY;COUNT=5")
MEETING = replace(
    SERIES,
    event=replace(
        SERIES.event,
        organizer=Organizer("otto@partner.example", ""),
        attendees=(Attendee(ANNA), Attendee(BEN), Attendee(CLEO)),
    ),
)
WHOLE = properties(MEETING)
WITHOUT = properties(cancel_date(MEETING, paris(4)))
CALLED_OFF = (f"{AT}{DATE}", "cancelled")
DECLINED = (f"{AT}{DATE}:{ANSWER}{BEN}", ["declined", "", 0])
WITNESS, PERSONAL, GUEST = CopyRole.WITNESS, CopyRole.PERSONAL, CopyRole.ATTENDEE


def of_ben(role: CopyRole, absent: frozenset[str] | None, side: Capabilities = GOOGLE) -> Movable:
    return Movable(role, frozenset({BEN}), side=side, absent=absent)


def merged(ours: Properties, theirs: Properties, movable: Movable) -> Merge:
    base = {key: (value, value) for key, value in WHOLE.items()}
    return merge(base, ours, theirs, movable, theirs_win=True)


@pytest.mark.parametrize(
    ("role", "absent", "side", "told"),
    [
        (WITNESS, None, GRAPH, CALLED_OFF),  # Outlook marks it
        (WITNESS, None, GOOGLE, DECLINED),
        (WITNESS, frozenset(), GRAPH, DECLINED),  # another copy has it: Ben alone is uninvited
        (WITNESS, frozenset(), GOOGLE, DECLINED),
        (WITNESS, frozenset({DATE}), GOOGLE, CALLED_OFF),  # no other copy has it
        (PERSONAL, frozenset({DATE}), GOOGLE, CALLED_OFF),
        (PERSONAL, frozenset({DATE}), GRAPH, CALLED_OFF),
        (PERSONAL, frozenset(), GRAPH, DECLINED),
        (GUEST, frozenset({DATE}), GRAPH, DECLINED),  # the organizer's own copy tells
    ],
)
def test_date_is_called_off_if_no_copy_has_it(
    role: CopyRole, absent: frozenset[str] | None, side: Capabilities, told: tuple[str, object]
) -> None:
    (patch,) = merged(WHOLE, WITHOUT, of_ben(role, absent, side)).patches

    assert (patch.key, patch.new) == told


@pytest.mark.parametrize(
    ("role", "absent", "side", "takes_place", "told"),
    [
        (WITNESS, None, GOOGLE, False, CALLED_OFF),  # the only copy lacks it, and one is marked
        (PERSONAL, None, GOOGLE, False, CALLED_OFF),
        (WITNESS, None, GRAPH, True, DECLINED),  # somebody has that date: Ben is uninvited
        (WITNESS, frozenset({DATE}), GOOGLE, True, DECLINED),
        (WITNESS, frozenset(), GOOGLE, False, DECLINED),  # another copy of the series has it
        (GUEST, None, GRAPH, False, DECLINED),  # the organizer's own copy tells
    ],
)
def test_guest_of_one_date_has_a_voice_about_it(
    role: CopyRole,
    absent: frozenset[str] | None,
    side: Capabilities,
    takes_place: bool,
    told: tuple[str, object],
) -> None:
    movable = replace(of_ben(role, absent, side), alone={DATE: takes_place})
    (patch,) = merged(WHOLE, WITHOUT, movable).patches

    assert (patch.key, patch.new) == told


def test_no_answer_is_sent_where_the_guest_is_uninvited_from_a_date() -> None:
    uninvited = {**WHOLE, f"{AT}{DATE}:{ATTENDEE}{BEN}": "", DECLINED[0]: ""}
    base = {key: (value, value) for key, value in {**WHOLE, DECLINED[0]: DECLINED[1]}.items()}

    found = merge(base, uninvited, WITHOUT, of_ben(WITNESS, None), theirs_win=True)

    assert found.changes == {}


def test_date_declined_before_is_called_off_when_the_other_copies_lack_it() -> None:
    declined = {**WHOLE, DECLINED[0]: DECLINED[1]}
    base = {key: (value, value) for key, value in declined.items()}

    found = merge(base, declined, WITHOUT, of_ben(WITNESS, frozenset({DATE})), theirs_win=True)

    told = {patch.key: patch.new for patch in found.patches}
    assert told == {CALLED_OFF[0]: CALLED_OFF[1], DECLINED[0]: None}


def test_copy_that_joins_brings_a_date_back() -> None:
    (patch,) = adopt(WITHOUT, WHOLE, of_ben(PERSONAL, None)).patches

    assert (patch.key, patch.old, patch.new) == (CALLED_OFF[0], "cancelled", None)
    assert adopt(WITHOUT, WHOLE, of_ben(GUEST, None)).patches == ()


def test_dates_of_a_series() -> None:
    assert left_out(WITHOUT) == {DATE}
    assert not left_out(WHOLE)
    assert takes_place(WITHOUT, WHOLE) == {DATE}
    assert takes_place(WITHOUT, WITHOUT) == frozenset()
    ended = properties(replace(MEETING, recurrence=("RRULE:FREQ=DAILY;COUNT=2",)))
    assert takes_place(WITHOUT, ended) == frozenset()
    unreadable = {**WHOLE, "recurrence": ["RRULE:FREQ=NEVER"]}
    assert takes_place(WITHOUT, unreadable) == frozenset()


# --- who is on the list no more

NO = {**WHOLE, ANSWER + CLEO: ["declined", "", 0]}
SHORTER = {key: value for key, value in WHOLE.items() if CLEO not in key}


@pytest.mark.parametrize(
    ("role", "ours", "theirs", "is_removed"),
    [
        (PERSONAL, NO, SHORTER, True),
        (PERSONAL, WHOLE, SHORTER, False),  # she is coming: the witness has to say it
        (PERSONAL, NO, {**SHORTER, SEE: False}, False),  # the list is hidden now
        (PERSONAL, NO, WHOLE, False),
        (GUEST, NO, SHORTER, False),  # the organizer's own copy tells
        (WITNESS, WHOLE, SHORTER, True),
    ],
)
def test_guest_who_declined_is_uninvited_by_any_copy(
    role: CopyRole, ours: Properties, theirs: Properties, is_removed: bool
) -> None:
    patches = merged(ours, theirs, of_ben(role, None)).patches

    removed = {patch.key for patch in patches if patch.new is None}
    assert (ATTENDEE + CLEO in removed) == is_removed


def test_nothing_comes_from_where_things_only_go() -> None:
    one_way = replace(of_ben(PERSONAL, None), direction=Direction.TO_PROVIDER)

    assert merged(NO, SHORTER, one_way).patches == ()


def test_has_lost_needs_somebody_who_was_listed() -> None:
    base = {key: (value, value) for key, value in WHOLE.items()}

    assert has_lost(base, SHORTER, CLEO)
    assert not has_lost({}, SHORTER, CLEO)
    assert not has_lost(base, WHOLE, CLEO)
