"""Every mail the simulated providers sent: the proof that no guest is mailed by surprise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .clock import Clock
from .people import ProviderName
from .post import Invitation

RECENT = 20
"""Mails looked at to find the one a delivery belongs to; it is sent right before."""
MailKind = Literal["invite", "update", "cancel", "response", "share"]


@dataclass(frozen=True)
class Mail:
    at: datetime
    provider: ProviderName
    sender: str
    recipients: tuple[str, ...]
    kind: MailKind
    subject: str
    uid: str
    caused_by: str
    """Method and path of the request, or who did it in the provider's own pages."""
    comment: str = ""


class MailLog:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.entries: list[Mail] = []
        self._enclosed: dict[int, Invitation] = {}
        self._opened: set[tuple[int, str]] = set()

    @property
    def count(self) -> int:
        """Mails since the last clear, one per recipient."""
        return sum(len(mail.recipients) for mail in self.entries)

    def send(
        self,
        provider: ProviderName,
        sender: str,
        recipients: Iterable[str],
        kind: MailKind,
        subject: str,
        uid: str,
        caused_by: str = "",
        *,
        comment: str = "",
    ) -> None:
        """Records one mail to several recipients; without a recipient there is no mail."""
        to = tuple(recipients)
        if to:
            at = self._clock.now()
            mail = Mail(at, provider, sender, to, kind, subject, uid, caused_by, comment)
            self.entries.append(mail)

    def enclose(self, invitation: Invitation) -> None:
        """What the newest mail about this says; a list of people is one recipient of it."""
        newest = range(len(self.entries))[-RECENT:]
        for number in reversed(newest):
            if self.entries[number].uid == invitation.uid:
                self._enclosed.setdefault(number, invitation)
                return

    def enclosed(self, number: int) -> Invitation | None:
        """What a mail says, by its place among the entries."""
        return self._enclosed.get(number)

    def open(self, number: int, addresses: Iterable[str] = ()) -> None:
        """Marks a mail as read by these recipients; by all, if none is named."""
        folded = {address.casefold() for address in addresses}
        for address in self.entries[number].recipients:
            if not folded or address.casefold() in folded:
                self._opened.add((number, address.casefold()))

    def unread(self, number: int, addresses: Iterable[str] = ()) -> int:
        """How many of these recipients, or of all, have not opened it."""
        folded = {address.casefold() for address in addresses}
        return sum(
            (number, address.casefold()) not in self._opened
            for address in self.entries[number].recipients
            if not folded or address.casefold() in folded
        )

    def clear(self) -> None:
        self.entries.clear()
        self._enclosed.clear()
        self._opened.clear()
