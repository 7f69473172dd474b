"""Rows as Google prints them (contract §4): defaults are left out."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.engine.properties import Json
from calendar_sync.providers.google.convert import Shelf
from calendar_sync.providers.google.wire import EventRow

MADRID = ZoneInfo("Europe/Madrid")
SHELF = Shelf("ana@corp.example", MADRID)
ANA = {"email": "ana@corp.example", "self": True}
START = {"dateTime": "2026-01-12T10:00:00+01:00", "timeZone": "Europe/Madrid"}
END = {"dateTime": "2026-01-12T11:00:00+01:00", "timeZone": "Europe/Madrid"}
WHEN: Json = ["2026-01-12T10:00:00 Europe/Madrid", "2026-01-12T11:00:00 Europe/Madrid"]


def a_row(**fields: Any) -> EventRow:  # noqa: ANN401 -- wire JSON
    """The least a single event shows, 10:00 to 11:00 in Madrid."""
    row: Any = {
        "id": "7q2k",
        "etag": '"3531398400842000"',
        "status": "confirmed",
        "updated": "2025-12-14T08:00:00.421Z",
        "creator": ANA,
        "organizer": ANA,
        "start": START,
        "end": END,
        "iCalUID": "7q2k@google.com",
        "eventType": "default",
        **fields,
    }
    shown: Any = {key: value for key, value in row.items() if value is not None}
    found: EventRow = shown
    return found
