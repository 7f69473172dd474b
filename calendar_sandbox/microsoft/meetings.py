"""Who is told what: mails, copies in other mailboxes, answers (contract 3.9 and 3.11)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calendar_sandbox.core.mail import MailKind
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.post import Invitation

from . import ids, intake, itip, zones
from .bodies import stored
from .errors import GraphError
from .mailbox import Attendee, Item, Mailbox, Window

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

    from .state import MicrosoftState

# Sends nothing when it is all that a PATCH lists. Whatever else is unsure counts as mailing.
SILENT = frozenset({
    "categories", "isReminderOn", "reminderMinutesBeforeStart", "showAs", "isDraft",
    "singleValueExtendedProperties", "multiValueExtendedProperties", "transactionId",
})  # fmt: skip
CANCELED = "Canceled: "


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to an invitation; `send`: and whether the organizer hears of it."""

    response: str
    send: bool = True
    comment: str = ""
    proposed: Window | None = None


@dataclass(frozen=True, slots=True)
class Meetings:
    world: "World"
    state: "MicrosoftState"

    # What an organizer's write causes

    def invite(self, mailbox: Mailbox, item: Item, cause: str) -> None:
        """Invitations to everybody, at once."""
        self._send(mailbox, item, "invite", guests_of(mailbox, item), cause)

    def update(
        self, mailbox: Mailbox, before: Item, after: Item, listed: frozenset[str], cause: str
    ) -> None:
        """What a PATCH sends: decided by the properties it lists, not by what they change."""
        if after.is_draft:
            return
        if before.is_draft:
            self.invite(mailbox, after, cause)
            return
        told = listed - SILENT
        if told == {"body"} and not self.world.knobs["graph.body_mails"]:
            return
        old, new = _by_address(mailbox, before), _by_address(mailbox, after)
        added = [row for address, row in new.items() if address not in old]
        removed = [row for address, row in old.items() if address not in new]
        in_lists = any(self.state.addresses.shares_list(row.address, new) for row in removed)
        if told - {"attendees"} or (told and in_lists):
            after.sequence += 1
            stayed = [row for address, row in new.items() if address in old]
            self._update(mailbox, before, after, stayed, cause)
        self._send(mailbox, after, "invite", added, cause)
        self._send(mailbox, after, "cancel", removed, cause)

    def _update(
        self, mailbox: Mailbox, before: Item, after: Item, to: list[Attendee], cause: str
    ) -> None:
        """A mail for the event; for a series one more per date that is not as the rule says."""
        dropped = [date for on, date in before.overrides.items() if on not in after.overrides]
        for date in self._ahead(dropped):
            date.sequence = after.sequence
            self._send(mailbox, date, "cancel", guests_of(mailbox, date), cause)
        self._send(mailbox, after, "update", to, cause)
        for _, date in sorted(after.overrides.items()):
            date.sequence = after.sequence
            self._send(mailbox, date, "update", guests_of(mailbox, date), cause)
        for date in self._ahead(after.deleted_dates()):
            self._send(mailbox, date, "cancel", to, cause)

    def _ahead(self, dates: Iterable[Item]) -> list[Item]:
        return [date for date in dates if date.start > self.world.clock.now()]

    def cancel(self, mailbox: Mailbox, item: Item, cause: str, comment: str = "") -> None:
        if not item.is_draft:
            item.sequence += 1
            self._send(mailbox, item, "cancel", guests_of(mailbox, item), cause, comment)

    def forward(
        self, mailbox: Mailbox, item: Item, to: list[Attendee], cause: str, comment: str
    ) -> None:
        """The invitation as it stands, to somebody more."""
        self._send(mailbox, item, "invite", to, cause, comment)

    def _send(
        self,
        mailbox: Mailbox,
        item: Item,
        kind: MailKind,
        to: list[Attendee],
        cause: str,
        comment: str = "",
    ) -> None:
        recipients = [row.address for row in to]
        if not recipients:
            return
        subject = f"{CANCELED if kind == 'cancel' else ''}{item.subject or ''}"
        self.world.mail.send(
            *("outlook", mailbox.address, recipients, kind, subject, item.uid, cause),
            comment=comment,
        )
        method: itip.Method = "CANCEL" if kind == "cancel" else "REQUEST"
        reached = self.state.addresses.expanded(recipients)
        known = {row.address.lower() for row in item.attendees}
        more = [row for row in to if row.address.lower() not in known] if kind == "invite" else []
        rows = [*item.attendees, *more]
        self._deliver(itip.invitation(item, method, reached, rows), item)
        for row in to if method == "REQUEST" else ():
            if self.state.addresses.is_room(row.address):
                self._room_accepts(mailbox, item, row, cause)

    def _room_accepts(self, mailbox: Mailbox, item: Item, room: Attendee, cause: str) -> None:
        """Rooms answer by themselves (contract 3.3)."""
        to, subject = [item.organizer.address], f"Accepted: {item.subject or ''}"
        self.world.mail.send("outlook", room.address, to, "response", subject, item.uid, cause)
        accepted = replace(room, response="accepted")
        known, reply = mailbox.with_uid(item.uid), itip.invitation(item, "REPLY", to, [accepted])
        if known is not None and known.is_organizer:
            self._note_answer(mailbox, known, reply)

    def _deliver(self, invitation: Invitation, source: Item | None) -> None:
        for address in invitation.recipients:
            owner = self.world.people.by_address(address)
            if owner is not None and owner[1] == "outlook":
                self.receive(owner[0], invitation, source)
        self.world.post.deliver(invitation, sender="outlook")

    # Answers

    def answer(self, mailbox: Mailbox, item: Item, answer: Answer, cause: str) -> None:
        """Sets the own answer; a declined meeting leaves the calendar."""
        now, response = self.world.clock.now(), answer.response
        new = replace(item, values=dict(item.values), response=response, answered=now)
        new.attendees = [_answered(row, mailbox.address, new) for row in item.attendees]
        if response == "declined":
            self._leave(mailbox, item)
        else:
            accepted = response == "accepted"
            new.values["showAs"] = item.intended if accepted else "tentative"
            mailbox.replace(new, now)
        if answer.send:
            self._reply(mailbox, new, answer, cause)

    def _leave(self, mailbox: Mailbox, item: Item) -> None:
        now = self.world.clock.now()
        if item.on is None:
            mailbox.remove(item, now)
        else:
            mailbox.remove_date(item, now)

    def _reply(self, mailbox: Mailbox, item: Item, answer: Answer, cause: str) -> None:
        to = [item.organizer.address]
        subject = f"{_SAID[item.response]}: {item.subject or ''}"
        self.world.mail.send(
            *("outlook", mailbox.address, to, "response", subject, item.uid, cause),
            comment=answer.comment,
        )
        me = Attendee(mailbox.address, mailbox.name, response=item.response)
        me.proposed = answer.proposed
        self._deliver(itip.invitation(item, "REPLY", to, [me], answer.comment), None)

    # What arrives

    def receive(self, person: Person, invitation: Invitation, source: Item | None) -> None:
        """Takes in a mail. `source` is the organizer's item when it is at Outlook, too."""
        mailbox = self.state.mailbox(person.key)
        known = mailbox.with_uid(invitation.uid)
        if invitation.method == "REPLY":
            if known is not None and known.is_organizer and mailbox.tallies(known):
                self._note_answer(mailbox, known, invitation)
            return
        if known is not None and known.is_organizer:
            return
        if invitation.method == "CANCEL":
            if known is not None:
                self._cancelled(mailbox, known, invitation)
        elif known is None:
            self._first(mailbox, invitation, source)
        else:
            self._overwrite(mailbox, known, invitation, source)

    def _note_answer(self, mailbox: Mailbox, known: Item, invitation: Invitation) -> None:
        """The organizer's copy tallies, and gets a new change key (D20)."""
        item = _date(known, invitation)
        if item is None:
            return
        reply = invitation.attendees[0]
        now = self.world.clock.now()
        rows = [
            replace(
                row, response=itip.response(reply.partstat), answered=now, proposed=reply.proposed
            )
            if row.address.lower() == reply.address.lower()
            else row
            for row in item.attendees
        ]
        mailbox.replace(replace(item, attendees=rows), now)

    def _cancelled(self, mailbox: Mailbox, known: Item, invitation: Invitation) -> None:
        """The item stays, marked, until somebody removes it."""
        item = _date(known, invitation)
        if item is None or item.is_cancelled:
            return
        values = {**item.values, "showAs": "free", "subject": f"{CANCELED}{item.subject or ''}"}
        mailbox.replace(replace(item, values=values, is_cancelled=True), self.world.clock.now())

    def _first(self, mailbox: Mailbox, invitation: Invitation, source: Item | None) -> None:
        now = self.world.clock.now()
        address, name = invitation.organizer
        item = Item(
            serial=mailbox.next_serial(),
            calendar=1,
            uid=invitation.uid,
            created=now,
            modified=now,
            start=itip.moment(invitation.start),
            end=itip.moment(invitation.end),
            organizer=Attendee(address, name or address),
            values={**intake.defaults(), "showAs": "tentative"},
            is_organizer=False,
            response="notResponded",
        )
        if self.world.knobs["graph.foreign_uids"] == "replaced" and not (
            ids.is_global_object_id(item.uid)
        ):
            item.replaced_uid = self.state.new_uid(now)
        self._fill(mailbox, item, invitation, source)
        mailbox.add(item, now)

    def _overwrite(
        self, mailbox: Mailbox, known: Item, invitation: Invitation, source: Item | None
    ) -> None:
        """Meeting fields come anew, personal ones and the own answer stay (contract 3.11)."""
        found = _date(known, invitation)
        if found is None:
            return
        item = replace(found, values=dict(found.values), overrides=dict(found.overrides))
        if item.is_cancelled:
            item.is_cancelled, item.values["showAs"] = False, "tentative"
        self._fill(mailbox, item, invitation, source)
        mailbox.replace(item, self.world.clock.now())

    def _fill(
        self, mailbox: Mailbox, item: Item, invitation: Invitation, source: Item | None
    ) -> None:
        item.all_day, before = invitation.all_day, (item.start, item.end, item.recurrence)
        item.start, item.end = itip.moment(invitation.start), itip.moment(invitation.end)
        zone = "UTC" if invitation.all_day else zones.windows_name(invitation.time_zone)
        item.start_zone = item.end_zone = zone
        item.sequence = invitation.sequence
        item.values["subject"] = invitation.summary or None
        place = {"location": {"displayName": invitation.location}}
        item.values.update(intake.location(place))
        item.intended = "free" if invitation.transparent else "busy"
        if invitation.private:
            item.values["sensitivity"] = "private"
        item.attendees = _rows(mailbox, item, invitation)
        if item.on is None:
            item.recurrence = itip.pattern(invitation.recurrence, item.start, zone)
            if before != (item.start, item.end, item.recurrence):
                item.overrides = {}
                item.cancelled = itip.cancelled(invitation.recurrence, zone)
        if source is None:
            item.body = stored("text", invitation.description)
            return
        item.body, item.online = source.body, source.online
        for name in (
            "responseRequested",
            "allowNewTimeProposals",
            "hideAttendees",
            "importance",
            "isOnlineMeeting",
            "onlineMeetingProvider",
        ):
            item.values[name] = source.values[name]


_SAID = {
    "accepted": "Accepted",
    "declined": "Declined",
    "tentativelyAccepted": "Tentative",
}


def guests_of(mailbox: Mailbox, item: Item) -> list[Attendee]:
    return list(_by_address(mailbox, item).values())


def _by_address(mailbox: Mailbox, item: Item) -> dict[str, Attendee]:
    mine = mailbox.address.lower()
    rows = {row.address.lower(): row for row in item.attendees if row.address}
    return {address: row for address, row in rows.items() if address != mine}


def _answered(row: Attendee, address: str, item: Item) -> Attendee:
    if row.address.lower() != address.lower():
        return row
    return replace(row, response=item.response, answered=item.answered)


def _date(known: Item, invitation: Invitation) -> Item | None:
    """What a mail is about: a date of the series, or the whole item; None if there is no such."""
    if invitation.recurrence_id is None or known.recurrence is None:
        return known
    zone = zones.zone("UTC" if known.all_day else known.start_zone)
    on = itip.moment(invitation.recurrence_id).astimezone(zone).date()
    try:
        return known.occurrence(on)
    except GraphError:
        return None


def _rows(mailbox: Mailbox, item: Item, invitation: Invitation) -> list[Attendee]:
    """The organizer first, as attendee copies have it; the own row keeps the own answer."""
    mine = mailbox.address.lower()
    rows: Iterable[Attendee] = (itip.attendee(guest) for guest in invitation.attendees)
    others = [
        replace(row, response=item.response, answered=item.answered)
        if row.address.lower() == mine
        else row
        for row in rows
        if row.address.lower() != item.organizer.address.lower()
    ]
    return [replace(item.organizer, response="organizer"), *others]
