"""Mail from outside Google: invitations, cancellations and answers (contract 4.12)."""

from dataclasses import replace
from datetime import UTC, date, datetime

from calendar_sandbox.core.people import Person
from calendar_sandbox.core.post import Guest, Invitation, PartStat

from .accounts import Accounts
from .calendar import Calendar, base_of
from .instances import lookup
from .meetings import Meetings
from .reminders import read_reminders
from .values import Answer, Attendee, Content, Event, When
from .writes import base32hex

ANSWERS: dict[PartStat, Answer] = {
    "NEEDS-ACTION": "needsAction",
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
}


class Inbox:
    def __init__(self, accounts: Accounts, meetings: Meetings) -> None:
        self._accounts = accounts
        self._meetings = meetings

    def receive(self, person: Person, invitation: Invitation) -> None:
        calendar = self._accounts.of(person).primary
        if invitation.method == "REPLY":
            organizer = self._accounts.calendar_at(invitation.organizer[0])
            self.answered(organizer or calendar, invitation)
        elif invitation.method == "CANCEL":
            self.cancelled(calendar, invitation)
        else:
            self.invited(calendar, invitation)

    def answered(self, calendar: Calendar, invitation: Invitation) -> None:
        """An outside guest answers a meeting of this calendar; a stranger's answer is nothing."""
        sender = invitation.attendees[0]
        for event in self.meant(calendar, invitation):
            old = event.content.row(sender.address)
            if old and calendar.is_self(event.organizer) and not event.cancelled:
                row = replace(old, answer=ANSWERS[sender.partstat], comment=sender.comment)
                self._meetings.note_answer(calendar, event, row)

    def meant(self, calendar: Calendar, invitation: Invitation) -> list[Event]:
        """One date where the mail names one, else all that has its UID."""
        events = calendar.by_uid(invitation.uid)
        if invitation.recurrence_id is None:
            return events
        stamp = when(invitation.recurrence_id, invitation.time_zone).stamp()
        ids = {f"{base_of(event.id)}_{stamp}" for event in events if event.is_master}
        ids |= {event.id for event in events if event.id.endswith(f"_{stamp}")}
        return [event for event in (lookup(calendar, id_) for id_ in ids) if event]

    def cancelled(self, calendar: Calendar, invitation: Invitation) -> None:
        event = lookup(calendar, copy_id(invitation))
        if event and not event.cancelled and is_from(event, invitation):
            event.content = replace(event.content, status="cancelled")
            event.sequence = max(event.sequence, invitation.sequence)
            calendar.touch(event)

    def invited(self, calendar: Calendar, invitation: Invitation) -> None:
        """A copy in the shape of 4.12, or news about one; older news is dropped."""
        event = lookup(calendar, copy_id(invitation))
        if event is None:
            calendar.put(new_copy(calendar, invitation))
        elif is_from(event, invitation) and invitation.sequence >= event.sequence:
            renewed = invitation.sequence > event.sequence
            if event.removed_by_guest and not renewed:
                return
            event.removed_by_guest = False
            event.content = replace(
                read_content(calendar, invitation),
                personal=event.content.personal,
                private_properties=event.content.private_properties,
                reminders=event.content.reminders,
            )
            event.sequence = invitation.sequence
            calendar.touch(event)


def copy_id(invitation: Invitation) -> str:
    """A guest's id can be computed from the sender's UID (4.2)."""
    base = "_" + base32hex(invitation.uid.encode())
    if invitation.recurrence_id is None:
        return base
    return f"{base}_{when(invitation.recurrence_id, invitation.time_zone).stamp()}"


def is_from(event: Event, invitation: Invitation) -> bool:
    return event.organizer.casefold() == invitation.organizer[0].casefold()


def new_copy(calendar: Calendar, invitation: Invitation) -> Event:
    address, name = invitation.organizer
    single = invitation.recurrence_id is None
    zone = invitation.time_zone
    return Event(
        id=copy_id(invitation),
        ical_uid=invitation.uid,
        organizer=address or "unknownorganizer@calendar.google.com",
        organizer_name=name,
        creator=calendar.owner,
        content=read_content(calendar, invitation),
        created=calendar.stamp(),
        sequence=invitation.sequence,
        private_copy=True,
        recurring_event_id=None if single else "_" + base32hex(invitation.uid.encode()),
        original_start=when(invitation.recurrence_id, zone) if invitation.recurrence_id else None,
    )


def read_content(calendar: Calendar, invitation: Invitation) -> Content:
    shared: dict[str, object] = {"guestsCanInviteOthers": False}
    for field in ("summary", "description", "location"):
        if text := getattr(invitation, field):
            shared[field] = text
    if invitation.recurrence:
        shared["recurrence"] = list(invitation.recurrence)
    personal = {"transparency": "transparent"} if invitation.transparent else {}
    personal |= {"visibility": "private"} if invitation.private else {}
    rows = tuple(attendee(guest) for guest in invitation.attendees)
    content = Content(
        start=when(invitation.start, invitation.time_zone),
        end=when(invitation.end, invitation.time_zone),
        shared=shared,
        personal=personal,
        attendees=rows,
        reminders=read_reminders(None, calendar.default_reminders, all_day=invitation.all_day),
    )
    return content if content.row(calendar.id) else content.with_row(Attendee(calendar.id))


def when(value: datetime | date, zone: str) -> When:
    if isinstance(value, datetime):
        return When(instant=value.astimezone(UTC).replace(microsecond=0), zone=zone)
    return When(day=value)


def attendee(guest: Guest) -> Attendee:
    return Attendee(
        email=guest.address,
        name=guest.name,
        answer=ANSWERS[guest.partstat],
        optional=guest.role == "OPT-PARTICIPANT",
        resource=guest.kind == "RESOURCE",
        comment=guest.comment,
    )
