"""Guests as they are typed, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from calendar_sync.actions.invitations import Guest, Invited, invitations, read_guests
from calendar_sync.controllers.event_form import guest, guest_text
from calendar_sync.engine.event import Role, UserType
from calendar_sync.engine.properties import Json
from support.builders import ANNA, BEN, EVA

ALIAS = "ben.cho@corp.example"
PEOPLE = {ANNA: 1, "a.berg@corp.example": 1, BEN: 2, ALIAS: 2}
INVITED = ["", "req-participant", "individual"]


def typed(*guests: Guest, before: Mapping[str, Json] | None = None) -> dict[str, Json]:
    errors: dict[str, str] = {}
    known = [key.removeprefix("attendee:") for key in before or {}]
    read = read_guests(guests, known, errors)
    assert not errors
    return dict(invitations(read, before or {}, PEOPLE, 1))


def test_spellings_of_one_address_are_one_guest() -> None:
    assert typed(EVA, f" MAILTO:{EVA.upper()} ", f"Eva@{EVA.split('@')[1]}") == {
        f"attendee:{EVA}": INVITED
    }


@pytest.mark.parametrize("own", [ANNA, "a.berg@corp.example", "A.Berg@Corp.example"])
def test_nobody_invites_himself_under_any_address(own: str) -> None:
    assert typed(own, EVA) == {f"attendee:{EVA}": INVITED}


def test_one_person_is_invited_once() -> None:
    assert typed(ALIAS, BEN) == {f"attendee:{ALIAS}": INVITED}


def test_who_is_invited_under_two_addresses_stays_so() -> None:
    """The provider has both: taking one away would cancel him."""
    before = {f"attendee:{each}": INVITED for each in (ALIAS, BEN)}
    assert typed(BEN, ALIAS, before=before) == before


def test_new_address_of_a_guest_adds_nobody() -> None:
    before = {f"attendee:{BEN}": INVITED}
    assert typed(BEN, ALIAS, before=before) == before


def test_kept_guest_keeps_the_name_and_what_is_not_said() -> None:
    before = {f"attendee:{EVA}": ["Eva Lind", "opt-participant", "individual"]}

    assert typed(Invited(EVA, "E."), before=before) == before
    assert typed(Invited(EVA, role=Role.REQUIRED), before=before) == {
        f"attendee:{EVA}": ["Eva Lind", "req-participant", "individual"]
    }


def test_unusable_address_is_refused_unless_it_is_there_already() -> None:
    errors: dict[str, str] = {}
    assert read_guests(["bob@"], ["bob@"], errors) == {"attendee:bob@": ["", None, None]}
    assert errors == {}
    assert read_guests(["bob@", EVA], [], errors) == {f"attendee:{EVA}": ["", None, None]}
    assert errors == {"guests": "‘bob@’ isn't a complete address."}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EVA, Invited(EVA, "", Role.REQUIRED, UserType.INDIVIDUAL)),
        (f"Eva Lind <{EVA}>", Invited(EVA, "Eva Lind", Role.REQUIRED, UserType.INDIVIDUAL)),
        (f"{EVA} (optional)", Invited(EVA, "", Role.OPTIONAL)),
        (f'"Lind, Eva" <{EVA}> (Optional)', Invited(EVA, "Lind, Eva", Role.OPTIONAL)),
        ("r4@x.example (room)", Invited("r4@x.example", "", Role.REQUIRED, UserType.ROOM)),
        ("all@x.example (list)", Invited("all@x.example", "", Role.REQUIRED, UserType.GROUP)),
        (f"{EVA} (boss)", Invited(f"{EVA} (boss)", "", Role.REQUIRED, UserType.INDIVIDUAL)),
    ],
)
def test_how_a_guest_takes_part_stands_in_brackets(text: str, expected: Invited) -> None:
    assert guest(text) == expected


@pytest.mark.parametrize(
    "text", [EVA, f"Eva Lind <{EVA}> (optional)", "r4@x.example (room)", "a@x.example (list)"]
)
def test_form_writes_guests_as_it_reads_them(text: str) -> None:
    read = guest(text)
    kind = (read.kind or UserType.INDIVIDUAL).value
    assert guest_text(read.address, read.name, (read.role or Role.REQUIRED).value, kind) == text
