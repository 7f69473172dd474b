"""One meeting on many calendars: copies for guests, answers back to the organizer (13 #7)."""

from dataclasses import replace

from .accounts import Accounts
from .calendar import Calendar
from .instances import lookup
from .mailer import Mailer
from .reminders import read_reminders
from .values import Attendee, Content, Event, WriteOptions

LARGE = 200
"""Guests of an event above which answers are no longer spread to everybody (4.4)."""


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
                for each in (copy, *account.primary.exceptions(copy)):
                    each.organizer, each.organizer_name = event.organizer, event.organizer_name
                account.primary.touch(copy)
        self.mailer.tell("update", calendar, event, event.content.attendees, options)

    def copy_to(self, row: Attendee, event: Event, *, newly: bool) -> None:
        """Makes or refreshes a Google guest's copy; others have no calendar here."""
        account = self._accounts.at(row.email)
        if account is None:
            return
        calendar = account.primary
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
        account = self._accounts.at(row.email)
        copy = lookup(account.primary, event.id) if account else None
        if account and copy and not copy.cancelled and copy.organizer == event.organizer:
            copy.content = replace(copy.content, status="cancelled")
            account.primary.touch(copy)

    def organizers_copy(self, event: Event) -> tuple[Calendar, Event] | None:
        """None where the organizer is outside Google, or has no copy any more."""
        account = self._accounts.at(event.organizer)
        for calendar in account.calendars.values() if account else ():
            own = lookup(calendar, event.id)
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
        if len(event.content.attendees) > LARGE:
            return
        for other in event.content.attendees:
            account = self._accounts.at(other.email)
            if account is None or account.primary in (calendar, but):
                continue
            copy = lookup(account.primary, event.id)
            if copy and copy.ical_uid == event.ical_uid and not copy.cancelled:
                copy.content = copy.content.with_row(row)
                account.primary.touch(copy)


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
