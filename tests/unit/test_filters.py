"""Which events a filter leaves out: every dimension, both sides, whole series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from calendar_sync.engine.event import (
    Availability,
    Classification,
    PartStat,
)
from calendar_sync.engine.filters import Reason, admits_more, left_out, matches
from calendar_sync.engine.policy import Filters, PrivateEvents
from calendar_sync.engine.properties import Json, properties
from support.builders import ANNA, BEN, NOON, an_object, answered

OWN = frozenset({ANNA})
NO_PRIVATE = Filters(private=PrivateEvents.SKIP)
NOT_HOME = Filters(categories=frozenset({"Home"}))
ONLY_HOME = Filters(only_categories=frozenset({"Home"}))
ONLY_REVIEWS = Filters(only_titles=frozenset({"review", "[work]*"}))
PRIVATE = Classification.PRIVATE.value
FREE = Availability.FREE.value
WEEKLY = ("RRULE:FREQ=WEEKLY;COUNT=3",)
NEXT_DAY = (NOON + timedelta(days=1)).date()


def values(**changes: Json) -> dict[str, Json]:
    return {**properties(an_object()), **changes}


def in_category(name: str) -> dict[str, Json]:
    return {**values(), f"category:{name}": True}


def declined(partstat: PartStat = PartStat.DECLINED) -> dict[str, Json]:
    meeting = an_object(guests=(ANNA, BEN), organizer=BEN)
    return {**properties(meeting), f"answer:{ANNA}": list(answered(partstat))}


def test_nothing_is_left_out_by_itself() -> None:
    private = {**in_category("Home"), "classification": PRIVATE, "availability": FREE}

    assert left_out(Filters(), [private, declined()], OWN, "7") is None


@pytest.mark.parametrize(
    ("filters", "subject", "expected"),
    [
        (NO_PRIVATE, values(classification=PRIVATE), Reason.PRIVATE),
        (
            NO_PRIVATE,
            values(classification="confidential"),
            Reason.PRIVATE,
        ),
        (NO_PRIVATE, values(classification="public"), None),
        (NO_PRIVATE, values(), None),
        (Filters(skip_free=True), values(availability=FREE), Reason.FREE),
        (Filters(skip_free=True), values(availability="tentative"), None),
        (Filters(skip_declined=True), declined(), Reason.DECLINED),
        (Filters(skip_declined=True), declined(PartStat.TENTATIVE), None),
        (Filters(skip_declined=True), values(), None),
        (
            NOT_HOME,
            in_category("home"),
            Reason.CATEGORY,
        ),
        (NOT_HOME, in_category("Homework"), None),
        (Filters(titles=frozenset({"review"})), values(), Reason.TITLE),
        (Filters(titles=frozenset({"lunch"})), values(), None),
        (Filters(titles=frozenset({"lunch"})), values(summary=None), None),
        (ONLY_HOME, in_category("home"), None),
        (ONLY_HOME, {**in_category("home"), **in_category("Work")}, None),
        (ONLY_HOME, in_category("Homework"), Reason.OTHER_CATEGORY),
        (ONLY_HOME, values(), Reason.OTHER_CATEGORY),
        (ONLY_REVIEWS, values(), None),
        (ONLY_REVIEWS, values(summary="[Work] Lunch"), None),
        (ONLY_REVIEWS, values(summary="Work"), Reason.OTHER_TITLE),
        (ONLY_REVIEWS, values(summary=None), Reason.OTHER_TITLE),
        (replace(ONLY_REVIEWS, titles=frozenset({"design"})), values(), Reason.TITLE),
    ],
)
def test_one_dimension(filters: Filters, subject: dict[str, Json], expected: Reason | None) -> None:
    assert left_out(filters, [subject], OWN, "") is expected


def test_somebody_elses_refusal_is_not_ours() -> None:
    meeting = an_object(guests=(ANNA, BEN), organizer=BEN)
    bens = {**properties(meeting), f"answer:{BEN}": list(answered(PartStat.DECLINED))}

    assert left_out(Filters(skip_declined=True), [bens], OWN) is None


def test_one_side_is_enough() -> None:
    """What was made private there must not go on flowing because we do not know it yet."""
    assert left_out(NO_PRIVATE, [values(), values(classification=PRIVATE)], OWN) is Reason.PRIVATE


def test_answer_arrives_before_the_meeting_is_left_out() -> None:
    filters = Filters(skip_declined=True)
    still_accepted = declined(PartStat.ACCEPTED)

    assert left_out(filters, [declined(), still_accepted], OWN) is None
    assert left_out(filters, [still_accepted, declined()], OWN) is None
    assert left_out(filters, [declined(), declined()], OWN) is Reason.DECLINED


def test_kind_is_known_here_only() -> None:
    filters = Filters(kinds=frozenset({"7", ""}))

    assert left_out(filters, [values()], OWN, "7") is Reason.KIND
    assert left_out(filters, [values()], OWN, "") is Reason.KIND
    assert left_out(filters, [values()], OWN, "8") is None
    assert left_out(filters, [values()], OWN) is Reason.KIND  # the usual one


# --- from a day on


def starting(start: datetime | date, lines: tuple[str, ...] = ()) -> dict[str, Json]:
    return properties(replace(an_object(start=start), recurrence=lines))


@pytest.mark.parametrize(
    ("start", "lines", "is_out"),
    [
        (NOON, (), True),
        (NOON + timedelta(days=1), (), False),
        (NOON.replace(hour=23, minute=30), (), False),  # runs past midnight
        (NOON.replace(hour=23, minute=0), (), True),  # ends at midnight
        (NOON.replace(tzinfo=None), (), True),
        (NOON.date(), (), True),
        (NEXT_DAY, (), False),
        (NOON - timedelta(days=30), WEEKLY, True),
        (NOON - timedelta(days=12), WEEKLY, False),
        (NOON - timedelta(days=400), ("RRULE:FREQ=DAILY",), False),
        (NOON - timedelta(days=30), ("RRULE:FREQ=NEVER",), False),  # nobody can tell
    ],
)
def test_start_date(start: datetime | date, lines: tuple[str, ...], is_out: bool) -> None:
    reason = left_out(Filters(start=NEXT_DAY), [starting(start, lines)], OWN)

    assert reason is (Reason.EARLIER if is_out else None)


# --- a series is in or out as a whole


def test_date_that_differs_does_not_decide() -> None:
    series = starting(NOON, WEEKLY)
    series["at:20261130T110000Z:summary"] = "Lunch"
    series["at:20261130T110000Z:availability"] = FREE

    assert left_out(Filters(titles=frozenset({"lunch"}), skip_free=True), [series], OWN) is None


# --- titles


@pytest.mark.parametrize(
    ("pattern", "title", "expected"),
    [
        ("lunch", "Team Lunch, again", True),
        ("LUNCH", "lunch", True),
        ("team  lunch", "Team Lunch", False),
        ("team lunch", "Team   Lunch", True),
        ("lunch*", "Team Lunch", False),
        ("lunch*", "Lunch with Eva", True),
        ("*lunch", "Team Lunch", True),
        ("*lunch", "Lunch with Eva", False),
        ("team*lunch", "Team goes to lunch", True),
        ("team*lunch", "Team goes to lunch late", False),
        ("*a*b*", "xxaxxbxx", True),
        ("*b*a*", "xxaxxbxx", False),
        ("aa*aa", "aaa", False),
        ("aa*aa", "aaaa", True),
        ("*", "anything", True),
        ("straße*", "STRASSE 5", True),
        ("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", False),
        ("lunch?", "lunches", False),
    ],
)
def test_title_pattern(pattern: str, title: str, expected: bool) -> None:
    assert matches(pattern, title) is expected


def test_no_pattern_can_hang() -> None:
    """What takes a regular expression for ever is a few thousand steps here."""
    assert not matches("*a" * 2000 + "b", "a" * 20_000)


# --- wider


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (Filters(), Filters(), False),
        (Filters(), Filters(start=NEXT_DAY), True),
        (Filters(start=NOON.date()), Filters(start=NEXT_DAY), True),
        (Filters(start=NEXT_DAY), Filters(start=NOON.date()), False),
        (Filters(start=NEXT_DAY), Filters(), False),
        (Filters(), NO_PRIVATE, True),
        (NO_PRIVATE, Filters(), False),
        (Filters(), Filters(skip_free=True), True),
        (Filters(), Filters(skip_declined=True), True),
        (Filters(skip_free=True), Filters(skip_declined=True), True),
        (Filters(titles=frozenset({"a"})), Filters(titles=frozenset({"b"})), True),
        (Filters(titles=frozenset({"a", "b"})), Filters(titles=frozenset({"b"})), False),
        (Filters(), NOT_HOME, True),
        (Filters(), Filters(kinds=frozenset({"7"})), False),  # there is no kind there
        (Filters(), ONLY_HOME, True),
        (ONLY_HOME, Filters(), False),
        (ONLY_HOME, ONLY_HOME, False),
        (Filters(only_categories=frozenset({"Home", "Work"})), ONLY_HOME, True),
        (ONLY_HOME, Filters(only_categories=frozenset({"Home", "Work"})), False),
        (Filters(only_titles=frozenset({"review"})), ONLY_REVIEWS, False),
        (ONLY_REVIEWS, Filters(only_titles=frozenset({"review"})), True),
        (replace(ONLY_REVIEWS, skip_free=True), ONLY_HOME, True),
    ],
)
def test_admits_more(new: Filters, old: Filters, expected: bool) -> None:
    assert admits_more(new, old) is expected
