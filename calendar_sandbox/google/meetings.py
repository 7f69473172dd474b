"""One meeting on many calendars: copies for guests, answers back to the organizer (13 #7)."""

from dataclasses import replace

from .accounts import Accounts
from .calendar import Calendar
from .instances import lookup
from .mailer import Mailer
from .quotas import Quotas
from .reminders import read_reminders
from .values import Attendee, Content, Event, WriteOptions

MANY = 200
"""Guests beyond which answers are no longer spread to everyone's copies (4.4)."""


class Meetings:
    def __init__(self, accounts: Accounts, mailer: Mailer, quotas: Quotas) -> None:
        self._quotas = quotas
        self._accounts = accounts
        self.directory = accounts.directory
        self.mailer = mailer

    def spread(
        self, calendar: Calendar, event: Event, before: Content | None, options: WriteOptions
    ) -> None:
        """Carries the organizer's write to the guests: to their copies, and by mail.

        `before`: the content until now; None for a new event.
        """
        was = {row.key: row for row in before.attendees} if before else {}
        if before and before.status == "cancelled" and not event.cancelled:
            was = {}
        now = {row.key: row for row in event.content.attendees}
        for key, row in now.items():
            if not calendar.is_self(row.email):
                self.copy_to(row, event, newly=key not in was)
        removed = [row for key, row in was.items() if key not in now]
        for row in removed:
            if not calendar.is_self(row.email):  # listed or not, the organizer's event stays (4.4)
                self.cancel_copy(row, event)
        if event.cancelled:
            self.mailer.tell("cancel", calendar, event, was.values(), options)
            return
        added = [row for key, row in now.items() if key not in was]
        self.mailer.tell("invite", calendar, event, added, options)
        self.mailer.tell("cancel", calendar, event, removed, options)
        if before and before.told() != event.content.told():
            kept = [row for key, row in now.items() if key in was]
            self.mailer.tell("update", calendar, event, kept, options)

    def guest_rows(self, calendar: Calendar, content: Content, before: Content | None) -> Content:
        """The rows as they are kept: rooms are resources, and stay what they were added as.

        Answers given in a new guest's name fall back where invitations are hidden (4.4).
        Raises ApiError: 403 where the day's invitations are spent.
        """
        if content.attendees == (before.attendees if before else ()):
            return content
        new = [row for row in content.attendees if not (before and before.row(row.email))]
        outside = [row for row in new if not self._accounts.knows(row.email)]
        self._quotas.invite(calendar.owner, len(outside))
        rows = [
            self.guest_row(row, before.row(row.email) if before else None, calendar)
            for row in content.attendees
        ]
        return replace(content, attendees=tuple(rows))

    def guest_row(self, row: Attendee, old: Attendee | None, calendar: Calendar) -> Attendee:
        if old:
            return replace(row, resource=old.resource)
        theirs = self._accounts.calendar_at(row.email)
        if theirs and theirs.room:
            return replace(row, resource=True)
        if theirs and theirs.hides_invitations and theirs.id != calendar.id:
            return replace(row, answer="needsAction")
        return row

    def moved(self, calendar: Calendar, event: Event, options: WriteOptions) -> None:
        """Another organizer: guests' copies follow, and hear of it as of an update."""
        for row in event.content.attendees:
            theirs = self._accounts.calendar_at(row.email)
            copy = theirs.events.get(event.id) if theirs else None
            if theirs and copy and theirs.id != calendar.id and not copy.cancelled:
                for each in (copy, *theirs.exceptions(copy)):
                    each.organizer, each.organizer_name = event.organizer, event.organizer_name
                theirs.touch(copy)
        self.mailer.tell("update", calendar, event, event.content.attendees, options)

    def copy_to(self, row: Attendee, event: Event, *, newly: bool) -> None:
        """Makes or refreshes a Google guest's copy; others have no calendar here."""
        calendar = self._accounts.calendar_at(row.email)
        if calendar is None:
            return
        copy = lookup(calendar, event.id)
        if copy is None:
            if not event.cancelled and not is_removed(calendar, event):
                calendar.put(new_copy(event, calendar))
                self.bring_exceptions(row, event, calendar)
        elif copy.ical_uid == event.ical_uid and (newly or not copy.removed_by_guest):
            copy.removed_by_guest = False
            refresh(copy, event)
            calendar.touch(copy)

    def bring_exceptions(self, row: Attendee, master: Event, calendar: Calendar) -> None:
        """Who is invited to a series later learns what has become of its dates."""
        home = self.organizers_copy(master)
        for exception in home[0].exceptions(home[1]) if home else ():
            if exception.swept or calendar.events.get(exception.id):
                continue
            copy = new_copy(exception, calendar)
            if exception.content.row(row.email) is None:
                copy.content = replace(copy.content, status="cancelled")
            calendar.put(copy)

    def cancel_copy(self, row: Attendee, event: Event) -> None:
        theirs = self._accounts.calendar_at(row.email)
        copy = lookup(theirs, event.id) if theirs else None
        if theirs and copy and not copy.cancelled and copy.organizer == event.organizer:
            copy.content = replace(copy.content, status="cancelled")
            theirs.touch(copy)

    def organizers_copy(self, event: Event) -> tuple[Calendar, Event] | None:
        """None where the organizer is outside Google, or has no copy any more."""
        calendar = self._accounts.calendar_at(event.organizer)
        own = lookup(calendar, event.id) if calendar else None
        if calendar and own and own.ical_uid == event.ical_uid and calendar.is_self(own.organizer):
            return calendar, own
        return None

    def answered(
        self, calendar: Calendar, event: Event, row: Attendee, options: WriteOptions
    ) -> None:
        """Carries a guest's answer to the organizer and from there to the other guests."""
        if home := self.organizers_copy(event):
            self.note_answer(*home, row, but=calendar)
        self.mailer.reply(calendar, event, row, options)

    def note_answer(
        self, calendar: Calendar, event: Event, row: Attendee, *, but: Calendar | None = None
    ) -> None:
        """Writes an answer into the organizer's copy and all others, except `but`."""
        event.content = event.content.with_row(row)
        calendar.touch(event)
        if len(event.content.attendees) > MANY:
            return
        written = {calendar.id, but.id if but else ""}
        for other in event.content.attendees:
            theirs = self._accounts.calendar_at(other.email)
            if theirs is None or theirs.id in written:
                continue
            copy = lookup(theirs, event.id)
            if copy and copy.ical_uid == event.ical_uid and not copy.cancelled:
                copy.content = copy.content.with_row(row)
                theirs.touch(copy)


def is_removed(calendar: Calendar, exception: Event) -> bool:
    """Whether a guest has taken the whole series off the own calendar."""
    master = calendar.events.get(exception.recurring_event_id or "")
    return master is not None and master.removed_by_guest


def new_copy(event: Event, calendar: Calendar) -> Event:
    """Same id and iCalUID, an etag of its own; what is personal begins anew."""
    content = event.content
    personal = {
        name: content.personal[name]
        for name in ("transparency", "visibility")
        if name in content.personal
    }
    all_day = content.start.day is not None
    return replace(
        event,
        content=replace(
            content,
            personal=personal,
            private_properties={},
            reminders=read_reminders(None, calendar.default_reminders, all_day=all_day),
        ),
    )


def refresh(copy: Event, event: Event) -> None:
    """Main fields follow the organizer; personal ones stay."""
    copy.content = replace(
        event.content,
        personal=copy.content.personal,
        private_properties=copy.content.private_properties,
        reminders=copy.content.reminders,
    )
    copy.sequence = event.sequence
