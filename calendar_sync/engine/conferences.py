"""Where to join a meeting: the wish for a vendor's room, and what has come of it. Pure.

A meeting has one link, because it is one property (RFC 7986 §5.11). A vendor's kind without a url
is a wish, and only a wish makes a room: one that is there already goes on as a plain link where
it is written. What a wish has come to is news from there, never a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .event import Conference, ConferenceKind
from .properties import Json, Properties, family
from .sync import Base, LocalPatch

VENDORS = frozenset({ConferenceKind.MEET.value, ConferenceKind.TEAMS.value})
REFUSED: Json = [ConferenceKind.REFUSED.value, "", ""]
"""Ours only: a room was asked for, and none was made."""

_LINKED = re.compile(r"(?:(.*\S); )?(https://[^\s/]\S*)", re.DOTALL)


def is_wish(key: str, value: Json) -> bool:
    """Whether `value` asks for a vendor's room that is not there yet."""
    return family(key) == "conference" and _kind(value) in VENDORS and not _url(value)


def outcome(key: str, ours: Json, theirs: Json) -> Json:
    """Our value once theirs has come in: of a wish without any answer, that it was refused."""
    return REFUSED if is_wish(key, ours) and theirs is None else theirs


def granted(base: Base, ours: Properties, theirs: Properties) -> Base:
    """`base`, in which a wish that has its room there is nothing that changed here."""
    met = {
        key: value for key, value in ours.items() if is_wish(key, value) and _url(theirs.get(key))
    }
    return {**base, **{key: (value, None) for key, value in met.items()}} if met else base


def answers(sent: Properties, theirs: Properties) -> tuple[LocalPatch, ...]:
    """What the echo of a write says to the wishes in it; one that it leaves open is none."""
    return tuple(
        LocalPatch(key, wish, outcome(key, wish, theirs.get(key)), theirs.get(key))
        for key, wish in sent.items()
        if is_wish(key, wish) and not is_wish(key, theirs.get(key))
    )


def as_made(target: Properties, there: Properties) -> Properties:
    """`target` with the room its series got, for the dates that differ: they share it."""
    if is_wish("conference", target.get("conference")) and there.get("conference"):
        return {**target, "conference": there["conference"]}
    return target


def place_with_link(values: Mapping[str, Json], *, moved: bool) -> str:
    """LOCATION as a provider holds it: a link that is no room of its own stands behind the place.

    `moved`: the link is written with it, so a room too, which was made elsewhere.
    """
    place, conference = str(values.get("location") or ""), values.get("conference")
    carried = moved or _kind(conference) == ConferenceKind.OTHER.value
    url = _url(conference) if carried else ""
    if not _LINKED.fullmatch(url) or place.endswith(url):
        return place
    return f"{place}; {url}" if place else url


def place_and_link(text: str, room: Conference | None) -> tuple[str, Conference | None]:
    """Inverse of `place_with_link`: the place, and the link. Beside a room nothing is a link."""
    found = _LINKED.fullmatch(text.strip())
    if found is None or (room and room.url != found[2]):
        return text, room
    return found[1] or "", room or Conference(ConferenceKind.OTHER, found[2])


def _kind(value: Json) -> str:
    return str(value[0]) if isinstance(value, list) else ""


def _url(value: Json) -> str:
    return str(value[1]) if isinstance(value, list) else ""
