"""Google accounts: one per person with a Google address, made when first looked for."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.knobs import Knobs
from calendar_sandbox.core.people import People, Person

from .calendar import Calendar, Microseconds, unnoticed
from .errors import not_found


@dataclass
class Account:
    person: Person
    email: str
    calendars: dict[str, Calendar] = field(default_factory=dict)
    """By id; the primary one comes first and is named after the account."""
    unlisted: dict[str, Calendar] = field(default_factory=dict)
    """Taken off the list by hand; still there."""

    @property
    def sub(self) -> str:
        """The stable key of the account: 21 digits."""
        number = int(hashlib.sha256(self.email.casefold().encode()).hexdigest(), 16)
        return str(10**20 + number % 10**20)

    @property
    def primary(self) -> Calendar:
        return self.calendars[self.email]

    def calendar(self, id_: str) -> Calendar:
        """Raises ApiError 404 for a calendar this account may not see."""
        if id_ == "primary":
            return self.primary
        if found := self.calendars.get(id_) or self.calendars.get(id_.lower()):
            return found
        if found := self.unlisted.get(id_):
            return found  # off the list is not without access (11.1)
        raise not_found()


class Accounts:
    def __init__(self, people: People, clock: Clock, knobs: Knobs) -> None:
        self._people = people
        self._knobs = knobs
        self._clock = clock
        self._last: Microseconds = 0
        self._accounts: dict[str, Account] = {}
        self.on_change: Callable[[str], None] = unnoticed
        """Told the id of every calendar whose events change."""

    def stamp(self) -> Microseconds:
        """Microseconds since the epoch; grows even while the clock stands."""
        now = self._clock.now()
        self._last = max(self._last + 1, int(now.timestamp()) * 1_000_000 + now.microsecond)
        return self._last

    def changed(self, calendar: str) -> None:
        self.on_change(calendar)

    def at(self, address: str) -> Account | None:
        """The account of an address; None: nobody here has it."""
        person = self._people.at("google", address)
        return self.of(person) if person else None

    def of(self, person: Person) -> Account:
        """Raises LookupError for a person without a Google address."""
        if not person.google:
            raise LookupError(f"{person.key} has no Google account")
        key = person.google.casefold()
        account = self._accounts.get(key)
        if account is None:
            account = self._accounts[key] = Account(person, person.google)
            self.add_calendar(account, person.google, person.google, primary=True)
        return account

    def add_calendar(
        self,
        account: Account,
        id_: str,
        summary: str,
        *,
        primary: bool = False,
        access_role: str = "owner",
    ) -> Calendar:
        calendar = Calendar(
            id=id_,
            owner=account.email,
            summary=summary,
            time_zone=account.person.time_zone,
            stamp=self.stamp,
            knobs=self._knobs,
            on_change=self.changed,
            primary=primary,
            access_role=access_role,
        )
        account.calendars[id_] = calendar
        return calendar

    def __iter__(self) -> Iterator[Account]:
        return (self.of(person) for person in self._people if person.google)
