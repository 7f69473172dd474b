"""Rights of guests, proposals of theirs and special events in what a merge lets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.controllers.property_words import in_words, property_name
from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.mail import Draft, recipients
from calendar_sync.engine.merge import Movable, merge
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import (
    ANSWER,
    ATTENDEE,
    PROPOSAL,
    Json,
    family,
    is_guest_key,
    object_of,
    properties,
)
from calendar_sync.engine.rights import INVITE, MODIFY, SEE, GuestRights, right, said
from calendar_sync.engine.special import Nature, Special, is_writable, nature_of
from calendar_sync.engine.sync import CopyRole
from calendar_sync.providers.google.collection import CAPABILITIES as GOOGLE
from calendar_sync.providers.graph.collection import CAPABILITIES as GRAPH
from support.builders import ANNA, BEN, an_event

SLOT: Json = ["2026-12-01T14:00:00 UTC", "2026-12-01T15:00:00 UTC"]
ROLES = [CopyRole.HOME, CopyRole.ATTENDEE, CopyRole.WITNESS, CopyRole.PERSONAL]


def test_only_what_is_unusual_stands_in_a_flat_map() -> None:
    usual = properties(CalendarObject("u", an_event()))
    unusual = replace(an_event(), rights=GuestRights(modify=True, invite=False, see=False))
    found = properties(CalendarObject("u", unusual))

    assert [key for key in usual if key.startswith("guests-")] == []
    assert {key: found[key] for key in found.keys() - usual.keys()} == {
        MODIFY: True,
        INVITE: False,
        SEE: False,
    }
    assert object_of("u", found).event == unusual


@pytest.mark.parametrize("key", [MODIFY, INVITE, SEE])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_right_that_is_said_is_told(key: str, *, allowed: bool) -> None:
    assert right({key: said(key, allowed=allowed)}, key) is allowed


def test_a_proposal_is_about_one_guest_and_comes_in_at_the_organizers_copy_only() -> None:
    key = PROPOSAL + BEN
    comes = {role: Movable(role, frozenset({ANNA})).inward(key) for role in ROLES}

    assert (family(key), is_guest_key(key)) == ("proposal", True)
    assert comes == {
        CopyRole.HOME: True,
        CopyRole.ATTENDEE: False,
        CopyRole.WITNESS: True,
        CopyRole.PERSONAL: False,
    }
    assert not any(Movable(role, frozenset({BEN})).outward(key) for role in ROLES)


def test_a_proposal_comes_and_goes_without_a_write() -> None:
    home, key = Movable(CopyRole.HOME, frozenset({ANNA}), side=GRAPH), PROPOSAL + BEN

    come = merge({}, {}, {key: SLOT}, home, theirs_win=False)
    gone = merge({key: (SLOT, SLOT)}, {key: SLOT}, {}, home, theirs_win=False)

    assert [(patch.key, patch.new) for patch in come.patches] == [(key, SLOT)]
    assert [(patch.key, patch.new) for patch in gone.patches] == [(key, None)]
    assert come.changes == gone.changes == {}


@pytest.mark.parametrize("key", ["summary", "when", "location", ATTENDEE + BEN])
def test_a_guest_who_may_modify_writes_through_his_own_copy_only_of_an_outside_meeting(
    key: str,
) -> None:
    goes = {
        (role, modifies): Movable(role, frozenset({ANNA}), modifies=modifies).outward(key)
        for role in ROLES
        for modifies in (True, False)
    }

    assert {asked for asked, out in goes.items() if out} == {
        (CopyRole.HOME, True),
        (CopyRole.HOME, False),
        (CopyRole.WITNESS, True),
    }


@pytest.mark.parametrize("key", [MODIFY, ANSWER + BEN, "organizer", PROPOSAL + BEN])
def test_what_is_the_organizers_stays_his(key: str) -> None:
    movable = Movable(CopyRole.WITNESS, frozenset({ANNA}), modifies=True)

    assert not movable.outward(key)


def test_who_holds_what() -> None:
    rights = ("modify", "invite", "see", "propose", "answer")
    held = [
        [name for name in rights if side.can_hold(f"guests-{name}")] for side in (GOOGLE, GRAPH)
    ]

    assert held == [["modify", "invite", "see"], ["see", "propose", "answer"]]
    assert (GOOGLE.can_hold("special"), GRAPH.can_hold("special")) == (True, False)
    assert (GOOGLE.guests_may_modify, GRAPH.guests_may_modify) == (True, False)


@pytest.mark.parametrize("side", [GOOGLE, GRAPH])
def test_another_right_may_mail_everybody(side: Capabilities) -> None:
    """Nobody says whether it does (Graph contract 3.9), so it counts as mailing."""
    there: dict[str, Json] = {ATTENDEE + BEN: ["", "req-participant", "individual"]}
    draft = Draft(Action.PATCH, {SEE: False}, {**there, SEE: False})

    assert recipients(draft, there, frozenset({ANNA}), side) == {BEN}


def test_who_wants_no_answers_is_told_none() -> None:
    answer: dict[str, Json] = {ANSWER + BEN: ["accepted", "", 0], "organizer": [ANNA, "Anna"]}
    unasked = {**answer, "guests-answer": False}

    told = [
        recipients(Draft(Action.ANSWER, answer, target), {}, frozenset({BEN}), GRAPH)
        for target in (answer, unasked)
    ]

    assert told == [{ANNA}, set()]


def test_what_comes_from_elsewhere_is_shown_only() -> None:
    writable = {each for each in Special if is_writable({"special": each.value})}

    assert writable == {Special.OUT_OF_OFFICE, Special.FOCUS_TIME, Special.WORKING_LOCATION}
    assert is_writable({})


def test_a_special_event_survives_its_flat_map() -> None:
    away = replace(an_event(), nature=Nature(Special.OUT_OF_OFFICE))

    assert object_of("u", properties(CalendarObject("u", away))).event == away
    assert nature_of({"special": None}) is None


def test_the_journal_names_them_in_words() -> None:
    day, zone = date(2026, 12, 1), ZoneInfo("UTC")

    assert property_name(SEE) == "whether guests see each other"
    assert property_name(PROPOSAL + BEN) == f"time proposed by {BEN}"
    assert in_words(SEE, {SEE: False}, zone, day) == "no"
    assert "14:00" in in_words(PROPOSAL + BEN, {PROPOSAL + BEN: SLOT}, zone, day)
