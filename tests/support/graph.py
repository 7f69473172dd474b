"""Samples of Microsoft Graph's JSON for tests of the product's conversion."""

from typing import Any, cast
from zoneinfo import ZoneInfo

from calendar_sync.engine.event import Event
from calendar_sync.providers.graph import convert, wire
from calendar_sync.providers.graph.convert import Mailbox

BERLIN = ZoneInfo("Europe/Berlin")
PAUL = Mailbox(("paul@contoso.example", "paul.vidal@contoso.example"))
INES = Mailbox(("ines@contoso.example",))
PAGE = (
    '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    "</head>\r\n<body>\r\n{}\r\n</body>\r\n</html>\r\n"
)
# The full example of the contract, §3.2.
REVIEW: dict[str, Any] = {
    "@odata.etag": 'W/"q9T4ZkVb0Ue1Qm7c2b8hHQAAAbC1dg=="',
    "id": "AAMkAGUx...AAA=",
    "changeKey": "q9T4ZkVb0Ue1Qm7c2b8hHQAAAbC1dg==",
    "createdDateTime": "2026-11-20T08:01:02.1234567Z",
    "lastModifiedDateTime": "2026-11-20T08:01:03.7654321Z",
    "transactionId": "sync-7f3e",
    "originalStartTimeZone": "W. Europe Standard Time",
    "originalEndTimeZone": "W. Europe Standard Time",
    "iCalUId": "0400000082" + "00E00074C5B7101A82E00807EA0C01" + "40A1B2C3D4E5DA01" + "0" * 56,
    "subject": "Design review",
    "sensitivity": "normal",
    "isAllDay": False,
    "isCancelled": False,
    "isOrganizer": True,
    "seriesMasterId": None,
    "showAs": "busy",
    "type": "singleInstance",
    "recurrence": None,
    "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
    "body": {"contentType": "html", "content": PAGE.format("Agenda to follow")},
    "start": {"dateTime": "2026-12-01T09:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-12-01T10:00:00.0000000", "timeZone": "UTC"},
    "location": {"displayName": "Room 4", "locationType": "default", "uniqueId": "Room 4"},
    "attendees": [
        {
            "type": "required",
            "status": {"response": "none", "time": "0001-01-01T00:00:00Z"},
            "emailAddress": {"name": "Ines Roth", "address": "Ines@contoso.example"},
        }
    ],
    "organizer": {"emailAddress": {"name": "Paul Vidal", "address": "paul@contoso.example"}},
}


def an_item(**changes: object) -> wire.Event:
    return cast("wire.Event", {**REVIEW, **changes})


def an_event(**changes: object) -> Event:
    return convert.resource(an_item(**changes), PAUL).object.event


def moment(text: str) -> dict[str, str]:
    return {"dateTime": text, "timeZone": "UTC"}
