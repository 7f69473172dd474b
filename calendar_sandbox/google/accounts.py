"""Google accounts: one per person with a Google address, made when first looked for."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calendar_sandbox.core.people import Person

from .calendar import Calendar, Microseconds, unnoticed
from .changes import ChangeLog
from .directory import Directory
from .errors import ApiError, not_found
from .values import Rule
from .views import View

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World


@dataclass
class Account:
    person: Person
    email: str
    directory: Directory
    list_log: ChangeLog
    """Changes of the list of calendars."""
    settings_log: ChangeLog
    settings: dict[str, str] = field(default_factory=dict)
    """Those that were set, but for the time zone (11.4)."""
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
        # Off the list is not without access (11.1).
        kept = self.calendars.get(id_) or self.calendars.get(id_.lower()) or self.unlisted.get(id_)
        if kept and kept.access_role != "none":
            return kept
        if home := self.directory.calendar(id_):
            return self.view(home)
        raise not_found()

    def role(self, calendar: Calendar) -> str:
        return self.directory.role(calendar, self.email)

    def view(self, home: Calendar) -> Calendar:
        """Somebody else's calendar, by the rules of that calendar."""
        views = self.directory.of(home)
        view = views.get(self.email)
        if self.role(home) == "none":
            if view and self.directory.knobs.number("google.lost_calendar") == 403:
                raise ApiError(403, "forbidden", "Forbidden")
            raise not_found()
        if view is None:
            view = views[self.email] = View(home, self)
        return self.calendars.get(home.id) or self.unlisted.setdefault(home.id, view)

    def lose(self, id_: str) -> None:
        """The calendar is gone, or closed to this account: so is its entry."""
        self.unlisted.pop(id_, None)
        if self.calendars.pop(id_, None):
            self.list_log.note(id_)


class Accounts:
    def __init__(self, world: "World") -> None:
        self._people = world.people
        self._knobs = world.knobs
        self._clock = world.clock
        self._post = world.post
        self._last: Microseconds = 0
        self._accounts: dict[str, Account] = {}
        self.on_change: Callable[[str], None] = unnoticed
        """Told the id of every calendar whose events change."""
        self.directory = Directory(world.knobs)

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
            account = self._accounts[key] = Account(
                person,
                person.google,
                self.directory,
                ChangeLog(f"list:{key}", self.stamp),
                ChangeLog(f"settings:{key}", self.stamp),
                settings={"locale": "en", "weekStart": "1"},
            )
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
        account.list_log.note(id_)
        if access_role == "owner":
            rule = Rule("user", account.email, "owner", self.stamp())
            calendar.rules[rule.id] = rule
            self.directory.calendars[id_.casefold()] = calendar
            self._post.forward(id_, account.person, "google")
        return calendar

    def add_room(self, address: str, name: str, time_zone: str) -> Calendar:
        """A calendar without an account; everybody may see when it is free."""
        room = Calendar(
            address, address, name, time_zone, self.stamp, self._knobs, primary=False, room=True
        )
        rule = Rule("default", "", "freeBusyReader", self.stamp())
        room.rules[rule.id] = rule
        self.directory.calendars[address.casefold()] = room
        return room

    def transfer(self, calendar: Calendar, to: Account) -> None:
        """The old data owner keeps the role of an owner."""
        old = self.at(calendar.owner)
        self.directory.set_rule(calendar, Rule("user", to.email, "owner"))
        calendar.owner = to.email
        self.directory.of(calendar).pop(to.email, None)
        to.unlisted.pop(calendar.id, None)
        to.calendars[calendar.id] = calendar
        self._post.forward(calendar.id, to.person, "google")
        to.list_log.note(calendar.id)
        if old and old is not to:
            old.calendars[calendar.id] = self.directory.of(calendar)[old.email] = View(
                calendar, old
            )

    def forget(self, calendar: Calendar) -> None:
        """Its owner deleted it: everybody's access and entry end."""
        if owner := self.at(calendar.owner):
            owner.lose(calendar.id)
        for view in self.directory.of(calendar).values():
            view.account.lose(calendar.id)
        self.directory.calendars.pop(calendar.id.casefold(), None)

    def knows(self, address: str) -> bool:
        """Whether an address is at Google, be it of a calendar or of a group."""
        here = self.calendar_at(address) is not None
        return here or address.casefold() in self.directory.groups

    def calendar_at(self, address: str) -> Calendar | None:
        """Where an invitation to an address arrives: a person's own, or a shared calendar."""
        account = self.at(address)
        return account.primary if account else self.directory.calendar(address)

    def __iter__(self) -> Iterator[Account]:
        return (self.of(person) for person in self._people if person.google)
