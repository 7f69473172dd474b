"""One meeting on many calendars: copies for guests, answers back to the organizer (13 #7)."""

from dataclasses import replace

from .accounts import Accounts
from .calendar import Calendar
from .mailer import Mailer
from .reminders import read_reminders
from .values import Attendee, Content, Event, WriteOptions


class Meetings:
    def __init__(self, accounts: Accounts, mailer: Mailer) -> None:
        self._accounts = accounts
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

    def moved(self, calendar: Calendar, event: Event, options: WriteOptions) -> None:
        """Another organizer: guests' copies follow, and hear of it as of an update."""
        for row in event.content.attendees:
            account = self._accounts.at(row.email)
            copy = account.primary.events.get(event.id) if account else None
            if account and copy and account.primary is not calendar and not copy.cancelled:
                copy.organizer, copy.organizer_name = event.organizer, event.organizer_name
                account.primary.touch(copy)
        self.mailer.tell("update", calendar, event, event.content.attendees, options)

    def copy_to(self, row: Attendee, event: Event, *, newly: bool) -> None:
        """Makes or refreshes a Google guest's copy; others have no calendar here."""
        account = self._accounts.at(row.email)
        if account is None:
            return
        calendar = account.primary
        copy = calendar.events.get(event.id)
        if copy is None:
            if not event.cancelled:
                calendar.put(new_copy(event, calendar))
        elif copy.ical_uid == event.ical_uid and (newly or not copy.removed_by_guest):
            copy.removed_by_guest = False
            refresh(copy, event)
            calendar.touch(copy)

    def cancel_copy(self, row: Attendee, event: Event) -> None:
        account = self._accounts.at(row.email)
        copy = account.primary.events.get(event.id) if account else None
        if account and copy and not copy.cancelled and copy.organizer == event.organizer:
            copy.content = replace(copy.content, status="cancelled")
            account.primary.touch(copy)

    def organizers_copy(self, event: Event) -> tuple[Calendar, Event] | None:
        """None where the organizer is outside Google, or has no copy any more."""
        account = self._accounts.at(event.organizer)
        for calendar in account.calendars.values() if account else ():
            own = calendar.events.get(event.id)
            if own and own.ical_uid == event.ical_uid and calendar.is_self(own.organizer):
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
        for other in event.content.attendees:
            account = self._accounts.at(other.email)
            if account is None or account.primary in (calendar, but):
                continue
            copy = account.primary.events.get(event.id)
            if copy and copy.ical_uid == event.ical_uid and not copy.cancelled:
                copy.content = copy.content.with_row(row)
                account.primary.touch(copy)


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
