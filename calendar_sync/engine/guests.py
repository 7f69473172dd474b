"""Which guests of a home copy go to the provider, and which are kept back. Pure.

Kept back is who no mail can reach, and who is from outside where the pairing's owner wants only
colleagues sent. Whoever stands there already is no longer kept back: changing or removing him goes
out as anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Union

from .event import CalendarObject, Event
from .properties import ATTENDEE, Properties, everybody, is_guest_key, on_which

_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
    r"(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+)*"
    r"@(?:[a-z0-9\u0080-\U0010ffff](?:[a-z0-9\u0080-\U0010ffff-]*[a-z0-9\u0080-\U0010ffff])?\.)+"
    r"[a-z0-9\u0080-\U0010ffff-]{2,63}"
)
"""Dot-atom and domain (RFC 5322 §3.4.1), with letters of every script (RFC 6531 §3.3)."""
_LONGEST = 254
"""RFC 5321 §4.5.3.1.3, without the angle brackets."""


def is_mailable(address: str) -> bool:
    """Whether a normalized address is one that a provider takes for an invitation."""
    made_up = address.endswith(".invalid")  # RFC 2606: nobody's, for ever
    return len(address) <= _LONGEST and not made_up and bool(_ADDRESS.fullmatch(address))


def guest_of(key: str) -> str:
    """The address of the guest whose invitation or answer `key` is; "" if it is neither."""
    return on_which(key)[1].partition(":")[2] if is_guest_key(key) else ""


def as_guest_sees(obj: CalendarObject, own: Collection[str]) -> CalendarObject:
    """Without the other guests, where these do not see each other; `own`: a guest's addresses."""
    dates = (
        replace(each, event=_as_guest_sees(each.event, own)) if each.event else each
        for each in obj.overrides
    )
    return replace(obj, event=_as_guest_sees(obj.event, own), overrides=tuple(dates))


def _as_guest_sees(event: Event, own: Collection[str]) -> Event:
    if event.rights.see or event.rights.modify:
        return event
    listed = tuple(guest for guest in event.attendees if guest.address in own)
    return replace(event, attendees=listed)


def kept_back(
    ours: Properties, theirs: Properties, sendable: Union[Collection[str], None]
) -> frozenset[str]:
    """Addresses of ours that are not sent there; `sendable` None: all that mail can reach."""
    return frozenset(
        address
        for address in everybody(ours) - everybody(theirs)
        if not is_mailable(address) or (sendable is not None and address not in sendable)
    )


def without_guests(values: Properties, kept: Collection[str]) -> Properties:
    """`values` without anything about these guests."""
    return {key: value for key, value in values.items() if guest_of(key) not in kept}


def rooms(values: Properties) -> frozenset[str]:
    """Rooms and equipment among the guests."""
    return frozenset(
        guest_of(key)
        for key, value in values.items()
        if on_which(key)[1].startswith(ATTENDEE) and isinstance(value, list) and value[2] == "room"
    )
