"""Mailboxes filled by the thousand, silently: rows as the API prints them."""

from datetime import UTC, datetime
from typing import Any

from .accounts import Account
from .calendar import Calendar, Microseconds
from .intake import Body
from .meetings import Meetings
from .times import read_when
from .values import Event, WriteOptions
from .writes import Writer, new_id

SILENT = WriteOptions(send="none", attachments=True, as_found=True)


class Loader:
    def __init__(self, writer: Writer, meetings: Meetings) -> None:
        self._writer = writer
        self._meetings = meetings

    def load(self, account: Account, calendar: Calendar, rows: list[Body]) -> list[Event]:
        """Puts events in as they are, exceptions of series included; nobody is mailed.

        Beyond what an insert takes, a row may carry `organizer`, `creator`, `iCalUID` (any),
        `created`, `updated`, `recurringEventId`, `originalStartTime`, `privateCopy`, any legal
        id and any `eventType`. Where the calendar's owner organizes, Google guests get copies.

        Raises ApiError: a row the API could not have printed.
        """
        return [self.one(account, calendar, row) for row in rows]

    def one(self, account: Account, calendar: Calendar, row: Body) -> Event:
        id_ = str(row.get("id") or new_id())
        organizer = row.get("organizer") or {}
        original = row.get("originalStartTime")
        event = Event(
            id=id_,
            ical_uid=str(row.get("iCalUID") or f"{id_}@google.com"),
            organizer=str(organizer.get("email", calendar.id)),
            organizer_name=str(organizer.get("displayName", "")),
            creator=str((row.get("creator") or {}).get("email", account.email)),
            content=self._writer.intake(calendar).read(row, SILENT),
            created=micros(row.get("created")) or calendar.stamp(),
            sequence=int(row.get("sequence", 0)),
            event_type=str(row.get("eventType", "default")),
            recurring_event_id=row.get("recurringEventId"),
            original_start=read_when(original, "start", calendar.time_zone) if original else None,
            private_copy=row.get("privateCopy") is True,
        )
        calendar.put(event)
        if updated := micros(row.get("updated")):
            event.updated = event.changed = updated
        if calendar.is_self(event.organizer):
            self._meetings.spread(calendar, event, None, SILENT)
        return event


def micros(text: Any) -> Microseconds | None:  # noqa: ANN401 - JSON
    if text is None:
        return None
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
