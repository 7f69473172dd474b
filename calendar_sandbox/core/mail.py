"""Every mail the simulated providers sent: the proof that no guest is mailed by surprise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .clock import Clock
from .people import ProviderName

MailKind = Literal["invite", "update", "cancel", "response"]


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

    def clear(self) -> None:
        self.entries.clear()
