"""Rooms of video conferences at Google (contract §4.7). Pure.

Google makes a Meet on request and takes no room of anybody else's: such a link stands behind the
place. What add-ons have put there is theirs, and only ever removed, by a person who wants another
link or none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ...engine.conferences import is_wish, place_and_link, place_with_link
from ...engine.event import Conference, ConferenceKind
from ...engine.properties import Json, Properties
from ..http import Response
from .client import Call
from .wire import ConferenceRequest, EntryPoint, EventBody, EventRow

MEET = "hangoutsMeet"
MEETS = frozenset({MEET, "eventHangout", "eventNamedHangout"})
NOT_ALLOWED = "invalid conference type"


def place_of(row: EventRow) -> tuple[str, Conference | None]:
    """The location of a row, and where to join."""
    return place_and_link(row.get("location") or "", _room(row))


def _room(row: EventRow) -> Conference | None:
    """None also for a request that failed. One that is pending is a wish; an update follows."""
    data = row.get("conferenceData") or {}
    found = data.get("entryPoints") or []
    video, phone = _first(found, "video"), _first(found, "phone")
    url = video.get("uri") or row.get("hangoutLink") or phone.get("uri") or ""
    request = data.get("createRequest") or {}
    if not url:
        pending = (request.get("status") or {}).get("statusCode") == "pending"
        return Conference(ConferenceKind.MEET, "") if pending else None
    key = (data.get("conferenceSolution") or {}).get("key") or {}
    meets = key.get("type") in MEETS or (not key and bool(row.get("hangoutLink")))
    kind = ConferenceKind.MEET if meets else ConferenceKind.ADDON
    return Conference(kind, url, _number(phone))


def _first(entries: Sequence[EntryPoint], kind: str) -> EntryPoint:
    return next((entry for entry in entries if entry.get("entryPointType") == kind), EntryPoint())


def _number(entry: EntryPoint) -> str:
    number = (entry.get("uri") or "").removeprefix("tel:") or entry.get("label") or ""
    return f"{number}, PIN {entry['pin']}" if number and entry.get("pin") else number


def put_place(body: EventBody, values: Properties, request: str, *, linked: bool) -> None:
    """Place and link stand in one field, so either writes both. `linked`: the link changes."""
    body["location"] = place_with_link(values, moved=linked) or None
    if not linked:
        return
    if is_wish("conference", values.get("conference")):
        asked: ConferenceRequest = {
            "requestId": request,
            "conferenceSolutionKey": {"type": MEET},
        }
        body["conferenceData"] = {"createRequest": asked}
    else:
        body["conferenceData"] = None


def request_id(*parts: Json) -> str:
    """The same for the same write, so that one whose answer was lost makes no second room."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def is_refused(response: Response | None) -> bool:
    """Whether this calendar allows no such room: then nothing of the write was made."""
    if response is None or response.status != 400:
        return False
    body: Any = response.json()
    error = body.get("error") if isinstance(body, dict) else None
    return NOT_ALLOWED in str((error or {}).get("message", "")).lower()


def without_room(call: Call) -> Call:
    """The write again, without the request; where that was all of it, the event is only read."""
    body = json.loads(call.body)
    del body["conferenceData"]
    if call.method == "PATCH" and body.keys() <= {"location"}:
        return Call("GET", urlsplit(call.url)._replace(query="").geturl())
    url = call.url.replace("&conferenceDataVersion=1", "")
    return replace(call, url=url, body=json.dumps(body, separators=(",", ":")).encode())
