"""events.import and events.quickAdd (contract 5.9, 5.12)."""

from datetime import datetime, timedelta

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.knobs import Knobs

from .accounts import Account
from .calendar import Calendar
from .errors import ApiError, calendar_error, invalid, required
from .intake import Body, read_type
from .quick import read_sentence
from .schema import check_types
from .times import zone_info
from .values import Content, Event, WriteOptions
from .writes import Writer, base32hex, read_sequence, require_writer


class Imports:
    def __init__(self, writer: Writer, clock: Clock, knobs: Knobs) -> None:
        self._writer = writer
        self._clock = clock
        self._knobs = knobs

    def import_(
        self, account: Account, calendar: Calendar, body: Body, options: WriteOptions
    ) -> Event:
        """A private copy of an event made elsewhere; nobody is mailed, nobody else gets it.

        Raises ApiError 400, 403, 409 for a known iCalUID by the knob.
        """
        require_writer(calendar)
        check_types(body)
        uid, organizer = body.get("iCalUID"), body.get("organizer") or {}
        if not uid:
            raise required("Missing iCalUID.")
        if not isinstance(organizer, dict) or not isinstance(organizer.get("email", ""), str):
            raise invalid("Invalid Value", "organizer")
        if read_type(body) != "default":
            raise calendar_error(400, "eventTypeRestriction", "Only default can be imported.")
        content = self._writer.intake(calendar).read(body, options)
        address = organizer.get("email") or calendar.id
        require_participant(calendar, address, content)
        known = next((e for e in calendar.by_uid(uid) if not e.recurring_event_id), None)
        if known is None:
            event = self.new(account, calendar, body, content)
            event.organizer, event.organizer_name = address, str(organizer.get("displayName") or "")
            calendar.put(event)
            return event
        if self._knobs["google.reimport"] == "409":
            raise ApiError(409, "duplicate", "The requested identifier already exists.")
        known.sequence = read_sequence(body, known.sequence)
        known.content, known.organizer = content, address
        known.removed_by_guest = False
        calendar.touch(known)
        return known

    def new(self, account: Account, calendar: Calendar, body: Body, content: Content) -> Event:
        return Event(
            id="_" + base32hex(body["iCalUID"].encode("utf-8", "replace")),
            ical_uid=body["iCalUID"],
            organizer=calendar.id,
            creator=account.email,
            content=content,
            created=calendar.stamp(),
            sequence=read_sequence(body, 0),
            private_copy=body.get("privateCopy") is True,
        )

    def quick_add(
        self, account: Account, calendar: Calendar, text: str, options: WriteOptions
    ) -> Event:
        """What the sentence says, in the zone of the calendar; else an hour from now."""
        if not text:
            raise required("Required parameter: text")
        zone = zone_info(calendar.time_zone)
        now = self._clock.now().astimezone(zone).replace(second=0, microsecond=0)
        sentence = read_sentence(text, now.replace(tzinfo=None))
        body: Body = {"summary": sentence.summary}
        for name, value in (("start", sentence.start), ("end", sentence.end)):
            if isinstance(value, datetime):
                body[name] = {"dateTime": value.isoformat(), "timeZone": calendar.time_zone}
            elif value:
                body[name] = {"date": value.isoformat()}
        if sentence.start is None:
            moments = {"start": now, "end": now + timedelta(hours=1)}
            body |= {name: {"dateTime": at.isoformat()} for name, at in moments.items()}
        return self._writer.insert(account, calendar, body, options)


def require_participant(calendar: Calendar, organizer: str, content: Content) -> None:
    if not calendar.is_self(organizer) and content.row(calendar.id) is None:
        raise calendar_error(
            400,
            "participantIsNeitherOrganizerNorAttendee",
            "The participant is neither the organizer nor an attendee of the event.",
        )
