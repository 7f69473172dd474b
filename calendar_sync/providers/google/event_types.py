"""Google's event types other than `default`: what they say, and how it is written. Pure (§4.8).

Reading never fails: of a type nobody knows, or whose properties are odd, what can be told is told.
"""

from __future__ import annotations

from typing import Any

from ...engine.properties import Json, Properties
from ...engine.special import (
    WRITABLE,
    DeclineMode,
    Declining,
    Nature,
    Special,
    Workplace,
    WorkplaceKind,
    nature_of,
)
from .wire import EventBody, EventRow

SPECIAL = {
    "outOfOffice": Special.OUT_OF_OFFICE,
    "focusTime": Special.FOCUS_TIME,
    "workingLocation": Special.WORKING_LOCATION,
    "birthday": Special.BIRTHDAY,
    "fromGmail": Special.FROM_MAIL,
}
_MODES = {
    "declineNone": DeclineMode.NONE,
    "declineAllConflictingInvitations": DeclineMode.ALL,
    "declineOnlyNewConflictingInvitations": DeclineMode.NEW,
}
_CHAT = {"available": "available", "doNotDisturb": "do-not-disturb"}
_PLACES = {
    "homeOffice": WorkplaceKind.HOME,
    "officeLocation": WorkplaceKind.OFFICE,
    "customLocation": WorkplaceKind.CUSTOM,
}
_OFFICE = {
    "label": "label",
    "buildingId": "building",
    "floorId": "floor",
    "floorSectionId": "section",
    "deskId": "desk",
}
_DETAILS = frozenset({"declining", "chat-status", "workplace"})


def nature(row: EventRow) -> Nature | None:
    """What a row is if it is no event like any other."""
    kind = row.get("eventType") or "default"
    if kind == "default":
        return None
    special = SPECIAL.get(kind, Special.OTHER)
    said = row.get(f"{kind}Properties")
    details: dict[str, Any] = said if isinstance(said, dict) else {}
    if special in (Special.OUT_OF_OFFICE, Special.FOCUS_TIME):
        chat = _CHAT.get(str(details.get("chatStatus")), "")
        return Nature(special, _declining(details), chat)
    if special is Special.WORKING_LOCATION:
        return Nature(special, workplace=_workplace(details))
    return Nature(special)


def read_only(row: EventRow) -> str:
    """Why such a row is never written: what it is; empty if it may be."""
    found = nature(row)
    return found.special.value if found and found.special not in WRITABLE else ""


def put(body: EventBody, changes: Properties, target: Properties) -> None:
    """Add what changes of a special event; its own properties are one object, written whole."""
    found = nature_of(target)
    if found is None or _DETAILS.isdisjoint(changes):
        return
    if found.special is Special.OUT_OF_OFFICE:
        body["outOfOfficeProperties"] = _declines(found)
    elif found.special is Special.FOCUS_TIME:
        body["focusTimeProperties"] = {**_declines(found), **_chat(found)}
    elif found.workplace:
        body["workingLocationProperties"] = _location(found.workplace)


def put_type(body: EventBody, target: Properties) -> None:
    """Make a new event one of its type, for good; such events carry no mark (§4.6)."""
    found = nature_of(target)
    if found is None:
        return
    put(body, dict.fromkeys(_DETAILS), target)
    if focus := body.get("focusTimeProperties"):
        body["focusTimeProperties"] = {k: v for k, v in focus.items() if v is not None}
    types = {special: kind for kind, special in SPECIAL.items()}
    body["eventType"] = types.get(found.special, "default")
    body.pop("extendedProperties", None)
    free = found.special is Special.WORKING_LOCATION
    body["transparency"] = "transparent" if free else "opaque"
    if free:
        body["visibility"] = "public"


def _declining(details: dict[str, Any]) -> Declining | None:
    mode = _MODES.get(str(details.get("autoDeclineMode")), DeclineMode.NONE)
    said = Declining(mode, str(details.get("declineMessage") or ""))
    return None if said == Declining() else said


def _workplace(details: dict[str, Any]) -> Workplace | None:
    kind = _PLACES.get(str(details.get("type")))
    if kind is None:
        return None
    given = details.get(str(details["type"]))
    place = given if isinstance(given, dict) else {}
    return Workplace(kind, **{ours: str(place.get(name) or "") for name, ours in _OFFICE.items()})


def _declines(found: Nature) -> dict[str, Json]:
    said = found.declining or Declining()
    modes = {mode: name for name, mode in _MODES.items()}
    return {"autoDeclineMode": modes[said.mode], "declineMessage": said.message}


def _chat(found: Nature) -> dict[str, Json]:
    """Null takes it away: a patch leaves alone what it does not name, within an object too."""
    names = {ours: name for name, ours in _CHAT.items()}
    return {"chatStatus": names.get(found.chat_status)}


def _location(place: Workplace) -> dict[str, Json]:
    kind = {ours: name for name, ours in _PLACES.items()}[place.kind]
    details = {name: text for name, ours in _OFFICE.items() if (text := getattr(place, ours))}
    return {"type": kind, kind: dict(details)}
