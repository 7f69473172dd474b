"""Video conferences of events (contract 4.7)."""

import secrets
import string
from dataclasses import replace
from typing import Any

from calendar_sandbox.core.knobs import Knobs

from .calendar import Calendar
from .errors import ApiError, invalid
from .intake import Body, merge_patch
from .schema import fits
from .values import Content, Event, WriteOptions

ENTRY = {
    "entryPointType": str,
    "uri": str,
    "label": str,
    "regionCode": str,
    "accessCode": str,
    "meetingCode": str,
    "passcode": str,
    "password": str,
    "pin": str,
}
KEY = {"type": str}
REQUEST: Body = {"requestId": str, "conferenceSolutionKey": KEY, "status": {"statusCode": str}}
SOLUTION: Body = {"key": KEY, "name": str, "iconUri": str}
SHAPE = {
    "createRequest": REQUEST,
    "conferenceSolution": SOLUTION,
    "entryPoints": [ENTRY],
    "conferenceId": str,
    "signature": str,
    "notes": str,
    "parameters": {},
}
LENGTHS = {"label": 512, "uri": 1300}
"""Of what is not listed: 128, the codes and the PIN."""
ONLY_ONE = ("video", "sip", "more")
SENT_BACK = (
    "createRequest",
    "conferenceId",
    "conferenceSolution",
    "entryPoints",
    "notes",
    "parameters",
    "signature",
)
NAMES = {"hangoutsMeet": "Google Meet", "eventHangout": "Hangouts", "eventNamedHangout": "Hangouts"}


def with_conference(
    content: Content,
    body: Body,
    before: Content | None,
    calendar: Calendar,
    options: WriteOptions,
    knobs: Knobs,
    *,
    patch: bool = False,
) -> Content:
    """The content with the conference the write leaves it with.

    `body`: as sent. `before`: None for a new event.

    Raises ApiError: 400 for a type the calendar does not allow, and for data against the limits.
    """
    stored = before.shared.get("conferenceData") if before else None
    untouched = patch and "conferenceData" not in body
    if not options.conference or untouched:
        return carrying(content, stored)
    sent = body.get("conferenceData")
    if sent is None:
        return carrying(content, None)
    if not isinstance(sent, dict):
        raise invalid("Invalid Value", "conferenceData")
    merged = merge_patch(stored or {}, sent) if patch else sent
    if not fits(merged, SHAPE):
        raise invalid("Invalid Value", "conferenceData")
    return carrying(content, read(sent, merged, stored, calendar, knobs))


def read(
    sent: Body, merged: Body, stored: Body | None, calendar: Calendar, knobs: Knobs
) -> Body | None:
    asked = sent.get("createRequest")
    if asked and not sent.get("entryPoints"):
        known = (stored or {}).get("createRequest") or {}
        wanted = asked.get("requestId")
        if not wanted:
            raise invalid("Invalid Value", "conferenceData.createRequest.requestId")
        if stored and wanted == known.get("requestId"):
            return stored
        kind = (asked.get("conferenceSolutionKey") or {}).get("type")
        if kind not in calendar.conference_types:
            raise ApiError(400, "invalid", "Invalid conference type value.")
        return requested(str(wanted), str(kind), knobs)
    check_limits(merged)
    if not merged.get("conferenceSolution") or not merged.get("entryPoints"):
        raise invalid("Invalid Value", "conferenceData")
    return {name: merged[name] for name in SENT_BACK if merged.get(name) is not None}


def requested(request_id: str, kind: str, knobs: Knobs) -> Body:
    key = {"type": kind}
    asked = {"requestId": request_id, "conferenceSolutionKey": key}
    pending: Body = {"createRequest": asked | {"status": {"statusCode": "pending"}}}
    return pending if knobs.number("google.conference_pending") else settled(pending, knobs)


def added(content: Content, calendar: Calendar, knobs: Knobs) -> Content:
    """With a conference nobody asked for, as a person's setting wants it (11.4)."""
    if not calendar.conference_types or not content.attendees:
        return content
    data = requested(secrets.token_hex(8), calendar.conference_types[0], knobs)
    return carrying(content, data)


def settled(pending: Body, knobs: Knobs) -> Body:
    """What a request comes to: a conference, or none with the word why."""
    asked = pending["createRequest"]
    if knobs["google.conference_outcome"] == "failure":
        return {"createRequest": asked | {"status": {"statusCode": "failure"}}}
    kind = asked["conferenceSolutionKey"]["type"]
    id_ = "-".join("".join(secrets.choice(LETTERS) for _ in range(size)) for size in (3, 4, 3))
    name = NAMES.get(kind, kind)
    pin = "".join(secrets.choice(string.digits) for _ in range(9))
    return {
        "conferenceId": id_,
        "conferenceSolution": {
            "key": {"type": kind},
            "name": name,
            "iconUri": "https://fonts.example/meet.png",
        },
        "createRequest": asked | {"status": {"statusCode": "success"}},
        "entryPoints": [
            {
                "entryPointType": "video",
                "uri": f"https://meet.google.com/{id_}",
                "label": f"meet.google.com/{id_}",
            },
            {
                "entryPointType": "phone",
                "uri": "tel:+1-555-010-0199",
                "label": "+1 555-010-0199",
                "pin": pin,
                "regionCode": "US",
            },
            {
                "entryPointType": "more",
                "uri": f"https://tel.meet/{id_}?pin={pin}",
                "pin": pin,
            },
        ],
    }


LETTERS = string.ascii_lowercase


def check_limits(data: Body) -> None:
    """Raises ApiError 400."""
    kinds = []
    for entry in data.get("entryPoints") or []:
        kinds.append(entry.get("entryPointType"))
        if not entry.get("uri") or kinds[-1] not in (*ONLY_ONE, "phone"):
            raise invalid("Invalid Value", "conferenceData.entryPoints")
        for name in ENTRY:
            if len(entry.get(name) or "") > LENGTHS.get(name, 128):
                raise invalid("Invalid Value", f"conferenceData.entryPoints.{name}")
    if any(kinds.count(kind) > 1 for kind in ONLY_ONE):
        raise invalid("Invalid Value", "conferenceData.entryPoints")
    if len(data.get("notes") or "") > 2048:
        raise invalid("Invalid Value", "conferenceData.notes")


def carrying(content: Content, data: Body | None) -> Content:
    """Also with the link older clients read, for Google's own conferences."""
    shared: dict[str, Any] = {
        name: value
        for name, value in content.shared.items()
        if name not in ("conferenceData", "hangoutLink")
    }
    if data:
        shared["conferenceData"] = data
        kind = ((data.get("conferenceSolution") or {}).get("key") or {}).get("type")
        videos = [
            entry["uri"]
            for entry in data.get("entryPoints") or []
            if entry.get("entryPointType") == "video"
        ]
        if kind in NAMES and videos:
            shared["hangoutLink"] = videos[0]
    return replace(content, shared=shared)


def is_pending(event: Event) -> bool:
    asked = (event.content.shared.get("conferenceData") or {}).get("createRequest") or {}
    return bool((asked.get("status") or {}).get("statusCode") == "pending")
