"""What Google does to an event after the write has been answered (contract 4.4, 4.7).

It goes by the number of reads of the calendar, not by the clock, so that a test decides when.
"""

from dataclasses import replace
from datetime import timedelta

from calendar_sandbox.core.knobs import Knobs

from .busy import is_busy, spans
from .calendar import Calendar
from .conferences import carrying, is_pending, settled
from .directory import Directory
from .meetings import Meetings
from .times import zone_info
from .values import Answer, Attendee, Event, WriteOptions

YEAR = timedelta(days=366)
SILENT = WriteOptions(send="none")


class Later:
    def __init__(self, directory: Directory, meetings: Meetings, knobs: Knobs) -> None:
        self._directory = directory
        self._meetings = meetings
        self._knobs = knobs

    def note(self, calendar: Calendar, event: Event) -> None:
        """Remembers what a write leaves to be done."""
        if is_pending(event):
            calendar.pending[event.id] = self._knobs.number("google.conference_pending")
        elif self.groups(event) or self.rooms(event):
            calendar.pending[event.id] = 0

    def groups(self, event: Event) -> list[str]:
        """Invited groups whose members are not all guests yet."""
        rows = event.content.attendees
        if not self._directory.groups:
            return []
        return [
            row.email
            for row in rows
            if any(event.content.row(one) is None for one in self.members(row))
        ]

    def rooms(self, event: Event) -> list[Calendar]:
        found = [self._directory.calendar(r.email) for r in event.content.attendees if r.resource]
        return [room for room in found if room and room.room]

    def members(self, row: Attendee) -> tuple[str, ...]:
        return self._directory.groups.get(row.key, ())

    def read(self, calendar: Calendar) -> None:
        """One read of the calendar passes; what is due is done before it."""
        for id_, left in list(calendar.pending.items()):
            if left:
                calendar.pending[id_] = left - 1
                continue
            del calendar.pending[id_]
            event = calendar.events.get(id_)
            if event and not event.cancelled:
                self.finish(calendar, event)

    def finish(self, calendar: Calendar, event: Event) -> None:
        before = event.content
        content = before
        if is_pending(event):
            content = carrying(content, settled(content.shared["conferenceData"], self._knobs))
        for address in self.groups(event):
            for member in self._directory.groups[address.casefold()]:
                if content.row(member) is None:
                    content = replace(content, attendees=(*content.attendees, Attendee(member)))
        if content != before:
            event.content = content
            calendar.touch(event)
            self._meetings.spread(calendar, event, before, SILENT)
        for room in self.rooms(event):
            self.answer(room, calendar, event)

    def answer(self, room: Calendar, calendar: Calendar, event: Event) -> None:
        """A room accepts where nothing else is in it on any date of the coming year."""
        zone = zone_info(calendar.time_zone)
        lower = event.content.start.at(zone)
        upper = max(lower + YEAR, event.content.end.at(zone))
        others = [
            span
            for other in room.in_order()
            if other.id != event.id and is_busy(other, room)
            for span in spans(other, room, zone, lower, upper)
        ]
        wanted = spans(event, calendar, zone, lower, upper)
        taken = any(a < end and b > start for start, end in wanted for a, b in others)
        row = event.content.row(room.id)
        answer: Answer = "declined" if taken else "accepted"
        if row and row.answer != answer:
            self._meetings.note_answer(calendar, event, replace(row, answer=answer))
