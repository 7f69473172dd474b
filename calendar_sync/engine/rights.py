"""What guests of a meeting may do, beyond answering (nothing in RFC 5545 says so). Pure.

In flat maps each has a key of its own, and only where it is not as it usually is:

    guests-modify    true: they may change the meeting
    guests-invite    false: they may not invite others
    guests-see       false: they do not see each other
    guests-propose   false: they may not propose another time
    guests-answer    false: nobody asks for their answers (RSVP, RFC 5545 §3.2.17)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class GuestRights:
    """As providers have it where nobody said anything."""

    modify: bool = False
    invite: bool = True
    see: bool = True
    propose: bool = True
    answer: bool = True


AS_USUAL = GuestRights()
KEY = "guests-"
USUAL = {KEY + each.name: bool(each.default) for each in fields(GuestRights)}
"""The keys, with what an absent one means."""

MODIFY, INVITE, SEE, PROPOSE, RSVP = USUAL


def right(values: Mapping[str, Any], key: str) -> bool:
    """What a flat map says of one of them."""
    value = values.get(key)
    return USUAL[key] if value is None else bool(value)


def shows_guests(values: Mapping[str, Any]) -> bool:
    """Whether guests see each other; who may change the meeting has to."""
    return right(values, SEE) or right(values, MODIFY)


def lets_modify(values: Mapping[str, Any]) -> bool:
    """Whether a guest's own copy may take his change; a list that is hidden is never whole."""
    return right(values, MODIFY) and right(values, SEE)


def said(key: str, *, allowed: bool) -> bool | None:
    """The value in a flat map."""
    return None if allowed is USUAL[key] else allowed


def flat(rights: GuestRights) -> dict[str, bool]:
    return {
        key: value
        for key in USUAL
        if (value := getattr(rights, key.removeprefix(KEY))) is not USUAL[key]
    }


def rights_of(values: Mapping[str, Any]) -> GuestRights:
    """Inverse of `flat`."""
    return GuestRights(*(right(values, key) for key in USUAL))
