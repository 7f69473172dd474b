"""Carries invitations between simulated mailboxes, as iMIP mail does (RFC 6047)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .people import People, Person, ProviderName

PartStat = Literal["NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"]


@dataclass(frozen=True)
class Guest:
    address: str
    name: str = ""
    partstat: PartStat = "NEEDS-ACTION"
    role: Literal["REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"] = "REQ-PARTICIPANT"
    comment: str = ""
    kind: Literal["INDIVIDUAL", "RESOURCE"] = "INDIVIDUAL"
    proposed: tuple[datetime, datetime] | None = None
    """In a REPLY: another start and end this guest asks for."""


@dataclass(frozen=True)
class Invitation:
    """One iTIP message (RFC 5546); a REPLY carries exactly one attendee, the one who answers."""

    method: Literal["REQUEST", "CANCEL", "REPLY"]
    uid: str
    organizer: tuple[str, str]
    """Address and name."""
    attendees: tuple[Guest, ...]
    start: datetime | date
    """Aware for a timed event; a date for an all-day event."""
    end: datetime | date
    """Exclusive."""
    all_day: bool
    time_zone: str
    """IANA name the times were entered in."""
    summary: str
    description: str
    location: str
    sequence: int
    recipients: tuple[str, ...]
    recurrence: tuple[str, ...] = ()
    """RRULE, EXDATE… lines as RFC 5545 text."""
    recurrence_id: datetime | date | None = None
    private: bool = False
    transparent: bool = False


Receive = Callable[[Person, Invitation], None]


class PostOffice:
    """`noted` is told of everything that is sent."""

    def __init__(self, people: People, noted: Callable[[Invitation], None]) -> None:
        self._people = people
        self._noted = noted
        self._mailboxes: dict[ProviderName, Receive] = {}
        self._calendars: dict[str, tuple[Person, ProviderName]] = {}

    def open(self, provider: ProviderName, receive: Receive) -> None:
        """Names who takes in what arrives at the mailboxes of a provider."""
        self._mailboxes[provider] = receive

    def forward(self, address: str, person: Person, provider: ProviderName) -> None:
        """Answers to a calendar that organizes meetings itself arrive at its owner's."""
        self._calendars[address.casefold()] = (person, provider)

    def deliver(self, invitation: Invitation, *, sender: ProviderName) -> None:
        """Hands a mail to each recipient's mailbox at the *other* provider.

        Guests at the sender's own provider are served by it directly; an address that nobody
        in this world owns is an outside guest, of whom only the mail log knows.
        """
        self._noted(invitation)
        for address in invitation.recipients:
            owner = self._people.by_address(address)
            if invitation.method == "REPLY":
                owner = owner or self._calendars.get(address.casefold())
            if owner and owner[1] != sender:
                self._mailboxes[owner[1]](owner[0], invitation)
