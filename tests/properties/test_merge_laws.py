"""Laws of the three-way merge: identity, fixed point, symmetry, and no edit is lost."""

from __future__ import annotations

import html
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.engine.asking import Answer, about, belongs, winners
from calendar_sync.engine.bases import moved_base, patched_base, still_applicable
from calendar_sync.engine.equivalence import equivalent, plain_text
from calendar_sync.engine.merge import (
    Merge,
    Movable,
    adopt,
    merge,
)
from calendar_sync.engine.policy import Side
from calendar_sync.engine.properties import ANSWER, ATTENDEE, Json, Properties
from calendar_sync.engine.sync import Base, CopyRole, Guests, LocalPatch

ANNA, BEN, EVA = "anna@corp.example", "ben@corp.example", "eva@client.example"
SKIPPED, RENAMED, MOVED = "at:20261123", "at:20261123:summary", "at:20261123:when"
DATES = (SKIPPED, RENAMED, MOVED, "at:20261124:summary")
CONTENT = ("summary", "location", "description", "availability", *DATES)
GUESTS = tuple(kind + address for address in (BEN, EVA) for kind in (ATTENDEE, ANSWER))
KEYS = (*CONTENT, *GUESTS, ANSWER + ANNA, "organizer")
NINE_IN_PARIS = ["2026-11-21T09:00:00 Europe/Paris", "2026-11-21T10:00:00 Europe/Paris"]
HOME = Movable(CopyRole.HOME, frozenset({ANNA}))

values = st.sampled_from([None, "a", "b", "c"])
roles = st.builds(
    Movable,
    st.sampled_from(CopyRole),
    st.just(frozenset({ANNA})),
    st.sampled_from(Guests),
    st.sampled_from([frozenset[str](), frozenset({BEN})]),
)


def sides(*keys: str) -> st.SearchStrategy[dict[str, Json]]:
    """A date that is left out says nothing else."""
    maps = st.fixed_dictionaries(dict.fromkeys(keys, values))
    return maps.map(normal)


def normal(found: Mapping[str, Json]) -> dict[str, Json]:
    silent = {RENAMED, MOVED} if found.get(SKIPPED) else {}
    return {key: value for key, value in present(found).items() if key not in silent}


def bases(*keys: str) -> st.SearchStrategy[dict[str, tuple[Json, Json]]]:
    return st.tuples(sides(*keys), sides(*keys)).map(
        lambda pair: {key: (pair[0].get(key), pair[1].get(key)) for key in {**pair[0], **pair[1]}}
    )


def settled(
    base: Base, ours: Properties, theirs: Properties, merged: Merge
) -> tuple[Base, dict[str, Json], dict[str, Json]]:
    """Base and both sides once the merge was carried out, as a run and its host do it."""
    here = present({**ours, **{patch.key: patch.new for patch in merged.patches}})
    there = present({**theirs, **merged.changes})
    sent = {key: (value, value) for key, value in merged.changes.items()}
    return patched_base(moved_base(base, {**merged.moves, **sent}), merged.patches), here, there


def present(found: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in found.items() if value is not None}


def changed(base: Base, side: int, found: Properties) -> set[str]:
    return {key for key in {*base, *found} if found.get(key) != base.get(key, (None, None))[side]}


def disputed(ours: Properties, theirs: Properties) -> set[str]:
    """What is about a date that only one side leaves out."""
    return {SKIPPED, RENAMED, MOVED} if ours.get(SKIPPED) != theirs.get(SKIPPED) else set()


@given(sides(*KEYS), sides(*KEYS), roles, st.booleans())
def test_what_was_agreed_is_left_alone(
    ours: Properties, theirs: Properties, movable: Movable, theirs_win: bool
) -> None:
    """However differently the two sides spell it."""
    base = {key: (ours.get(key), theirs.get(key)) for key in {*ours, *theirs}}

    assert merge(base, ours, theirs, movable, theirs_win).is_empty


@given(bases(*KEYS), sides(*KEYS), sides(*KEYS), roles, st.booleans())
def test_a_merge_that_was_carried_out_finds_nothing_more_to_do(
    base: Base, ours: Properties, theirs: Properties, movable: Movable, theirs_win: bool
) -> None:
    after = settled(base, ours, theirs, merge(base, ours, theirs, movable, theirs_win))

    again = merge(*after, movable, theirs_win)

    assert (again.patches, again.changes, again.conflicts) == ((), {}, ())


@given(bases(*CONTENT), sides(*CONTENT), sides(*CONTENT), st.booleans())
def test_swapping_the_sides_swaps_the_result(
    base: Base, ours: Properties, theirs: Properties, theirs_win: bool
) -> None:
    mirrored = {key: (second, first) for key, (first, second) in base.items()}

    one = merge(base, ours, theirs, HOME, theirs_win)
    other = merge(mirrored, theirs, ours, HOME, not theirs_win)

    assert {patch.key: patch.new for patch in one.patches} == other.changes
    assert {patch.key: patch.new for patch in other.patches} == one.changes
    lost = [(each.key, each.lost) for each in one.conflicts]
    assert lost == [(each.key, each.lost) for each in other.conflicts]


@given(bases(*KEYS), sides(*KEYS), roles, st.booleans())
def test_an_edit_here_alone_goes_there_or_nowhere(
    base: Base, ours: Properties, movable: Movable, theirs_win: bool
) -> None:
    theirs = present({key: pair[1] for key, pair in base.items()})

    merged = merge(base, ours, theirs, movable, theirs_win)

    assert (merged.patches, merged.conflicts) == ((), ())
    edited = {key for key in changed(base, 0, ours) if movable.outward(key)}
    edited -= {key for key in edited if ours.get(key) == theirs.get(key)}
    assert edited <= merged.changes.keys()
    assert all(merged.changes[key] == ours.get(key) for key in edited)
    # besides, a guest who goes takes his answer along
    assert all(
        key.startswith(ANSWER) and merged.changes[key] is None
        for key in merged.changes.keys() - edited
    )


@given(bases(*KEYS), sides(*KEYS), roles, st.booleans())
def test_an_edit_there_alone_comes_here_or_nowhere(
    base: Base, theirs: Properties, movable: Movable, theirs_win: bool
) -> None:
    ours = present({key: pair[0] for key, pair in base.items()})

    merged = merge(base, ours, theirs, movable, theirs_win)

    assert (merged.changes, merged.conflicts) == ({}, ())
    patches = {patch.key: patch.new for patch in merged.patches}
    edited = {key for key in changed(base, 1, theirs) if movable.inward(key)}
    edited -= {key for key in edited if ours.get(key) == theirs.get(key)}
    assert edited <= patches.keys()
    assert all(patches[key] == theirs.get(key) for key in patches)
    # besides, a date that is left out takes along what was said about it
    assert patches.keys() - edited <= disputed(ours, theirs)


@given(bases(*CONTENT), sides(*CONTENT), sides(*CONTENT), st.booleans())
def test_no_edit_is_lost_without_a_word(
    base: Base, ours: Properties, theirs: Properties, theirs_win: bool
) -> None:
    """What one side changed is on both sides afterwards, or it is a conflict that names it."""
    merged = merge(base, ours, theirs, HOME, theirs_win)

    _, here, there = settled(base, ours, theirs, merged)
    lost = {each.key: each.lost for each in merged.conflicts}
    here_changed, there_changed = changed(base, 0, ours), changed(base, 1, theirs)
    for key in here_changed | there_changed:
        assert here.get(key) == there.get(key)
    for key in here_changed:
        assert ours.get(key) in (there.get(key), lost.get(key))
    for key in there_changed:
        assert theirs.get(key) in (here.get(key), lost.get(key))
    assert lost.keys() - disputed(ours, theirs) <= here_changed & there_changed


@given(bases(*DATES), sides(*DATES), sides(*DATES), st.booleans())
def test_a_date_takes_place_on_both_sides_or_on_neither(
    base: Base, ours: Properties, theirs: Properties, theirs_win: bool
) -> None:
    merged = merge(base, ours, theirs, HOME, theirs_win)

    _, here, there = settled(base, ours, theirs, merged)
    assert (here, there) == (normal(here), normal(there))
    about = {SKIPPED, RENAMED, MOVED}
    edited = changed(base, 0, ours) & about and changed(base, 1, theirs) & about
    if edited and disputed(ours, theirs):
        winner = theirs if theirs_win else ours
        assert here.get(SKIPPED) == there.get(SKIPPED) == winner.get(SKIPPED)


@given(sides(*KEYS), sides(*KEYS), roles)
def test_adopting_fills_gaps_and_never_empties(
    ours: Properties, theirs: Properties, movable: Movable
) -> None:
    merged = adopt(ours, theirs, movable)

    assert all(theirs.get(key) is None for key in merged.changes)
    gone = {patch.key for patch in merged.patches if patch.new is None}
    assert gone <= disputed(ours, theirs)
    assert all(each.lost_here and each.lost is not None for each in merged.conflicts)
    base, here, there = settled({}, ours, theirs, merged)
    again = merge(base, here, there, movable, theirs_win=True)
    assert (again.patches, again.conflicts) == ((), ())


@given(sides(*KEYS), roles)
def test_adopting_an_equal_object_changes_nothing(ours: Properties, movable: Movable) -> None:
    merged = adopt(ours, ours, movable)

    assert (merged.patches, merged.changes, merged.conflicts) == ((), {}, ())


@given(sides(*KEYS), bases(*KEYS))
def test_a_property_edited_meanwhile_keeps_its_edit(current: Properties, pairs: Base) -> None:
    patches = tuple(LocalPatch(key, old, new, new) for key, (old, new) in pairs.items())

    applied = still_applicable(current, patches)

    assert all(current.get(patch.key) == patch.old for patch in applied)
    stale = {patch.key for patch in patches if current.get(patch.key) != patch.old}
    dates = [{SKIPPED, RENAMED, MOVED}, {"at:20261124:summary"}]
    stale |= {key for date in dates if date & stale for key in date}
    assert {patch.key for patch in patches if patch not in applied} == stale & pairs.keys()


# --- who may move what (DESIGN §4)


@pytest.mark.parametrize(
    ("role", "inward", "outward"),
    [
        (
            CopyRole.HOME,
            {*CONTENT, *GUESTS, "organizer"},
            {*CONTENT, ATTENDEE + BEN, ATTENDEE + EVA},
        ),
        (CopyRole.ATTENDEE, {"availability", ANSWER + ANNA}, {"availability", ANSWER + ANNA}),
        (CopyRole.PERSONAL, {"availability", ANSWER + ANNA}, {"availability", ANSWER + ANNA}),
        (CopyRole.WITNESS, {*KEYS}, {"availability", ANSWER + ANNA}),
        (CopyRole.READ_ONLY, {*KEYS}, set[str]()),
    ],
)
def test_which_properties_a_copy_may_move(
    role: CopyRole, inward: set[str], outward: set[str]
) -> None:
    movable = Movable(role, frozenset({ANNA}))

    assert {key for key in KEYS if movable.inward(key)} == inward
    assert {key for key in KEYS if movable.outward(key)} == outward


@pytest.mark.parametrize("role", [CopyRole.HOME, CopyRole.WITNESS])
def test_a_guests_own_copy_outranks_what_others_say_of_his_answer(role: CopyRole) -> None:
    movable = Movable(role, frozenset({ANNA}), outranked=frozenset({BEN}))

    assert not movable.inward(ANSWER + BEN)
    assert movable.inward(ANSWER + EVA)


def test_guests_that_are_withheld_stay() -> None:
    movable = Movable(CopyRole.HOME, frozenset({ANNA}), Guests.WITHHELD)

    assert {key for key in KEYS if movable.outward(key)} == {*CONTENT}


@pytest.mark.parametrize(
    ("key", "ours", "theirs", "alike"),
    [
        ("description", "<p>You &amp; me</p>", "<html><body>You  &amp;\n me</body></html>", True),
        ("description", "a<br>b", "a b", True),
        ("description", "a<br>b", "ab", False),
        ("description", None, "<div></div>", True),
        ("description", "a", "<style>p {}</style>a<script>x</script></script>", True),
        ("description", "<b>a</b>b", "ab", True),
        ("description", "<!-- <p> -->a<!-- b", "a<!-- b", True),
        ("description", "<a href='x'>a</a><BR/>b &lt;p&gt;", "a b &lt;p>", True),
        ("description", "3 < 4", "3 &lt; 4", True),
        ("at:20261123:description", "a", "<p>a</p>", True),
        (
            "conference",
            ["teams", "https://t.example", ""],
            ["other", "https://t.example", "+4"],
            True,
        ),
        (
            "conference",
            ["teams", "https://t.example", ""],
            ["teams", "https://u.example", ""],
            False,
        ),
        ("conference", None, ["teams", "https://u.example", ""], False),
        ("attachment:https://a.example", ["a.pdf", ""], ["", "application/pdf"], True),
        ("attachment:https://a.example", ["a.pdf", ""], None, False),
        ("summary", " Design  review ", "Design review", True),
        ("summary", "Design", "design", False),
        ("when", NINE_IN_PARIS, ["2026-11-21T08:00:00 UTC", "2026-11-21T09:00:00 UTC"], True),
        ("when", NINE_IN_PARIS, ["2026-11-21T09:00:00 UTC", "2026-11-21T10:00:00 UTC"], False),
        ("when", ["2026-11-21"] * 2, ["2026-11-21T00:00:00 UTC"] * 2, False),
        (ATTENDEE + BEN, ["Ben", "req-participant", "room"], ["", "req-participant", ""], True),
        (ATTENDEE + BEN, ["", "req-participant", ""], ["", "opt-participant", ""], False),
        (ANSWER + BEN, None, ["needs-action", "", 0], True),
        (ANSWER + BEN, ["accepted", "", 0], ["accepted", "Gladly", 1], True),
        (ANSWER + BEN, ["accepted", "", 0], ["declined", "", 0], False),
        ("organizer", ["anna@corp.example", ""], ["anna@gmail.example", "Anna"], True),
        ("location", "Room Blue", None, False),
    ],
)
def test_what_says_the_same_without_a_base(key: str, ours: Json, theirs: Json, alike: bool) -> None:
    assert equivalent(key, ours, theirs) is alike
    assert equivalent(key, theirs, ours) is alike


@pytest.mark.parametrize("part", ["<p ", "<a b='", "<!--", "</", "<!", "&lt", "<style>", "<"])
def test_hostile_text_takes_the_time_of_its_length(part: str) -> None:
    """Squared, a million of it would outlast the test run."""
    text = part * 1_000_000

    assert plain_text(text) in ("", " ".join(html.unescape(text).split()))


# --- the rule *ask*

answers_given = st.dictionaries(
    st.sampled_from((*KEYS, "at:20261124")), st.sampled_from(Side), max_size=4
)


@given(bases(*KEYS), sides(*KEYS), sides(*KEYS), roles, answers_given)
def test_what_is_asked_stays_where_it_is(
    base: Base,
    ours: Properties,
    theirs: Properties,
    movable: Movable,
    said: Mapping[str, Side],
) -> None:
    """Neither side loses what nobody decided; what only one of them changed is not asked."""
    merged = merge(base, ours, theirs, movable, theirs_win=True, winners=said)

    after, here, there = settled(base, ours, theirs, merged)
    for question in merged.questions:
        assert question not in said
        keys = [key for key in {*ours, *theirs} if belongs(key, question)]
        guests_gone = {key for key, value in merged.changes.items() if value is None}
        assert all(here.get(key) == ours.get(key) for key in keys)
        assert all(there.get(key) == theirs.get(key) for key in {*keys} - guests_gone)
        both = changed(base, 0, ours), changed(base, 1, theirs)
        assert all(any(belongs(key, question) for key in each) for each in both)
    again = merge(after, here, there, movable, theirs_win=True, winners=said)
    assert (again.patches, again.changes) == ((), {})
    assert set(again.questions) <= set(merged.questions)


@given(bases(*CONTENT), sides(*CONTENT), sides(*CONTENT), st.sampled_from(Side))
def test_answering_every_question_is_the_rule_that_says_the_same(
    base: Base, ours: Properties, theirs: Properties, winner: Side
) -> None:
    asked = merge(base, ours, theirs, HOME, theirs_win=False, winners={})
    said = dict.fromkeys(asked.questions, winner)

    answered = merge(base, ours, theirs, HOME, theirs_win=False, winners=said)

    assert answered == merge(base, ours, theirs, HOME, winner is Side.THERE)


@given(sides(*CONTENT), sides(*CONTENT), sides(*CONTENT))
def test_an_answer_is_good_for_the_values_that_were_shown(
    ours: Properties, theirs: Properties, later: Properties
) -> None:
    for question in (*CONTENT, SKIPPED):
        said = {question: Answer(Side.HERE, about(question, ours, theirs))}
        same = all(later.get(key) == theirs.get(key) for key in CONTENT if belongs(key, question))
        assert (winners(said, ours, later) != {}) == same
