"""Whom Google mails about a meeting, and what the mail says (contract 5.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from calendar_sandbox.core.mail import MailKind
from calendar_sandbox.core.post import Guest, Invitation, PartStat

from .accounts import Accounts
from .calendar import Calendar
from .quotas import Quotas
from .times import zone_info
from .values import Answer, Attendee, Event, When, WriteOptions

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

PARTSTATS: dict[Answer, PartStat] = {
    "needsAction": "NEEDS-ACTION",
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
}
SUBJECTS: dict[MailKind, str] = {
    "invite": "Invitation: ",
    "update": "Updated invitation: ",
    "cancel": "Canceled event: ",
}
REPLIES: dict[Answer, str] = {
    "needsAction": "Unanswered: ",
    "accepted": "Accepted: ",
    "declined": "Declined: ",
    "tentative": "Tentatively Accepted: ",
}


class Mailer:
    def __init__(self, world: "World", accounts: Accounts, quotas: Quotas) -> None:
        self._world = world
        self._quotas = quotas
        self._accounts = accounts

    def tell(
        self,
        kind: Literal["invite", "update", "cancel"],
        calendar: Calendar,
        event: Event,
        guests: Iterable[Attendee],
        options: WriteOptions,
    ) -> None:
        """Mails guests in the organizer's name, as far as `sendUpdates` lets."""
        addresses = [guest.email for guest in guests if not calendar.is_self(guest.email)]
        chosen = self.choose(addresses, event.organizer, options)
        if chosen and not self.is_over(calendar, event):
            chosen = self._quotas.mails(calendar.owner, chosen)
            subject = SUBJECTS[kind] + event.content.shared.get("summary", "(No title)")
            self._world.mail.send(
                "google", event.organizer, chosen, kind, subject, event.ical_uid, options.cause
            )
            method: Literal["REQUEST", "CANCEL"] = "CANCEL" if kind == "cancel" else "REQUEST"
            self.post(method, event, event.content.attendees, chosen)

    def reply(self, calendar: Calendar, event: Event, row: Attendee, options: WriteOptions) -> None:
        """Mails the organizer a guest's answer."""
        outside = self._accounts.calendar_at(event.organizer) is None
        chosen = self.choose([event.organizer], row.email, options)
        if options.send == "none":
            mailed = outside and self._world.knobs["google.silent_answer_mailed"]
            chosen = [event.organizer] if mailed else []
        if chosen and not self.is_over(calendar, event):
            subject = REPLIES[row.answer] + event.content.shared.get("summary", "(No title)")
            self._world.mail.send(
                "google", row.email, chosen, "response", subject, event.ical_uid, options.cause
            )
            self.post("REPLY", event, (row,), chosen)

    def choose(self, addresses: list[str], sender: str, options: WriteOptions) -> list[str]:
        knobs = self._world.knobs
        if options.send == "all":
            return addresses
        if options.send == "none":
            return addresses[:1] if knobs["google.mail_despite_none"] else []
        if options.send == "externalOnly" and knobs["google.external_only"] == "other-domain":
            domain = sender.rpartition("@")[2].casefold()
            return [to for to in addresses if to.rpartition("@")[2].casefold() != domain]
        if options.send is None and knobs["google.send_updates_absent"] == "nobody":
            return []
        return [to for to in addresses if not self._accounts.knows(to)]

    def is_over(self, calendar: Calendar, event: Event) -> bool:
        """Nobody is mailed about what has ended; a series is taken not to have."""
        end = event.content.end.at(zone_info(calendar.time_zone))
        return end <= self._world.clock.now() and not event.is_master

    def post(
        self,
        method: Literal["REQUEST", "CANCEL", "REPLY"],
        event: Event,
        rows: tuple[Attendee, ...],
        to: list[str],
    ) -> None:
        content = event.content
        start, end = plain(content.start), plain(content.end)
        invitation = Invitation(
            method=method,
            uid=event.ical_uid,
            organizer=(event.organizer, event.organizer_name),
            attendees=tuple(guest(row) for row in rows),
            start=start,
            end=end,
            all_day=content.start.day is not None,
            time_zone=content.start.zone or "UTC",
            summary=content.shared.get("summary", ""),
            description=content.shared.get("description", ""),
            location=content.shared.get("location", ""),
            sequence=event.sequence,
            recipients=tuple(to),
            recurrence=tuple(content.shared.get("recurrence", ())),
            recurrence_id=plain(event.original_start) if event.original_start else None,
            private=content.personal.get("visibility") in ("private", "confidential"),
            transparent=content.personal.get("transparency") == "transparent",
        )
        self._world.post.deliver(invitation, sender="google")


def plain(when: When) -> datetime | date:
    value = when.instant or when.day
    assert value is not None  # noqa: S101 - one of the two is set
    return value


def guest(row: Attendee) -> Guest:
    return Guest(
        address=row.email,
        name=row.name,
        partstat=PARTSTATS[row.answer],
        role="OPT-PARTICIPANT" if row.optional else "REQ-PARTICIPANT",
        comment=row.comment,
        kind="RESOURCE" if row.resource else "INDIVIDUAL",
    )
