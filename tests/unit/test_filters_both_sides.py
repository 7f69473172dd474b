"""What filters go by where both sides speak: every rule, whoever said it, every direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.engine.event import PartStat
from calendar_sync.engine.filters import Reason, left_out
from calendar_sync.engine.leaving import said
from calendar_sync.engine.masks import BUSY
from calendar_sync.engine.policy import Direction, Filters, PrivateEvents
from calendar_sync.engine.properties import Json, properties
from support.builders import ANNA, BEN, NOON, an_object, answered

Values = Mapping[str, Json]
OWN = frozenset({ANNA})
BOTH, COMES, GOES = Direction.BOTH, Direction.FROM_PROVIDER, Direction.TO_PROVIDER
LATER = properties(an_object(start=NOON + timedelta(days=9)))["when"]
WORK = {"category:Work": True}

# The rule, what it lets in, what it leaves out: changes of an event as it is.
RULES: Mapping[Reason, tuple[Filters, Values, Values]] = {
    Reason.PRIVATE: (
        Filters(private=PrivateEvents.SKIP),
        {"classification": "public"},
        {"classification": "private"},
    ),
    Reason.FREE: (Filters(skip_free=True), {"availability": "busy"}, {"availability": "free"}),
    Reason.CATEGORY: (Filters(categories=frozenset({"work"})), {}, WORK),
    Reason.OTHER_CATEGORY: (Filters(only_categories=frozenset({"work"})), WORK, {}),
    Reason.TITLE: (
        Filters(titles=frozenset({"lunch"})),
        {"summary": "Review"},
        {"summary": "Lunch"},
    ),
    Reason.OTHER_TITLE: (
        Filters(only_titles=frozenset({"[work]*"})),
        {"summary": "[Work] Review"},
        {"summary": "Review"},
    ),
    Reason.EARLIER: (
        Filters(start=(NOON + timedelta(days=5)).date()),
        {"when": LATER},
        {},
    ),
}
rules = pytest.mark.parametrize("reason", RULES)
ways = pytest.mark.parametrize("way", Direction)


def event(changes: Values) -> dict[str, Json]:
    return {**properties(an_object()), **changes}


def verdict(reason: Reason, was: Values, ours: Values, theirs: Values, way: Direction) -> bool:
    """Whether it is left out, and for this reason."""
    base = {key: (value, value) for key, value in event(was).items()}
    found = left_out(RULES[reason][0], said(base, event(ours), event(theirs), way), OWN)
    assert found in (None, reason)
    return found is not None


@ways
@rules
def test_an_edit_on_one_side_is_enough_to_leave(reason: Reason, way: Direction) -> None:
    _, let_in, out = RULES[reason]

    assert not verdict(reason, let_in, let_in, let_in, way)
    assert verdict(reason, let_in, out, let_in, way)
    assert verdict(reason, let_in, let_in, out, way)
    assert verdict(reason, let_in, out, out, way)


@rules
def test_an_edit_on_one_side_is_enough_to_come_in(reason: Reason) -> None:
    """If it travels: where nothing of ours goes there, theirs is what they go on saying."""
    _, let_in, out = RULES[reason]

    assert verdict(reason, out, out, out, BOTH)
    here = {way: not verdict(reason, out, let_in, out, way) for way in Direction}
    there = {way: not verdict(reason, out, out, let_in, way) for way in Direction}

    assert here == {BOTH: True, COMES: False, GOES: True}
    assert there == {BOTH: True, COMES: True, GOES: False}


@ways
@rules
def test_strangers_have_their_say_each(reason: Reason, way: Direction) -> None:
    """Nothing was ever agreed: what is known on one side alone is what both are taken to say."""
    rule, let_in, out = RULES[reason]
    has_one = None if reason is Reason.OTHER_CATEGORY else reason

    for ours, theirs in ((let_in, out), (out, let_in)):
        assert left_out(rule, said({}, event(ours), event(theirs), BOTH), OWN) is has_one
    assert left_out(rule, said({}, event(let_in), event(let_in), way), OWN) is None


def test_what_both_changed_has_two_says() -> None:
    was, ours, theirs = {"summary": "Old"}, {"summary": "[Work] New"}, {"summary": "Other"}

    assert verdict(Reason.OTHER_TITLE, was, ours, theirs, BOTH)
    assert verdict(Reason.OTHER_TITLE, was, theirs, ours, BOTH)


def test_side_without_categories_says_nothing_of_them() -> None:
    """Google has none: an event that got one here is in, however it is agreed on."""
    rule = Filters(only_categories=frozenset({"Work"}))
    ours, theirs = event(WORK), event({})

    for base in ({}, {"category:Work": (True, None)}):
        assert left_out(rule, said(base, ours, theirs, BOTH), OWN) is None
        assert left_out(rule, said(base, event({}), theirs, BOTH), OWN) is Reason.OTHER_CATEGORY


@pytest.mark.parametrize("born_here", [True, False])
def test_mask_is_no_title(born_here: bool) -> None:
    rule = Filters(private=PrivateEvents.BUSY, only_titles=frozenset({"[work]*"}))
    event_, mask = event({"summary": "[Work] Doctor"}), event({"summary": BUSY})
    base: dict[str, tuple[Json, Json]] = {key: (value, value) for key, value in event({}).items()}
    base["summary"] = (BUSY, BUSY) if born_here else (BUSY, None)
    ours, theirs = (event_, mask) if born_here else (mask, event_)

    assert left_out(rule, said(base, ours, theirs, BOTH), OWN) is None


def test_answer_arrives_by_itself() -> None:
    meeting = properties(an_object(guests=(ANNA, BEN), organizer=BEN))
    key, no = f"answer:{ANNA}", list(answered(PartStat.DECLINED))
    base = {each: (value, value) for each, value in meeting.items()}
    declined = {**meeting, key: no}
    rule = Filters(skip_declined=True)

    for way in Direction:
        for ours, theirs, is_out in (
            (declined, meeting, False),
            (meeting, declined, False),
            (declined, declined, True),
        ):
            assert (left_out(rule, said(base, ours, theirs, way), OWN) is not None) is is_out


def test_one_side_alone() -> None:
    assert said({}, event({}), None, BOTH) == [event({})]
    assert said({}, None, event({}), BOTH) == [event({})]
    assert said({}, None, None, BOTH) == []


def test_first_rule_that_holds_is_the_reason() -> None:
    only = Filters(only_categories=frozenset({"a"}), only_titles=frozenset({"b"}))
    both = replace(only, titles=frozenset({"review"}))

    assert left_out(only, [event({})], OWN) is Reason.OTHER_CATEGORY
    assert left_out(both, [event({})], OWN) is Reason.TITLE
