"""What a person does by hand about who sees which calendar (contract 11)."""

from collections.abc import Iterable

from calendar_sandbox.core.people import Person

from .accounts import Accounts
from .acl import Acl
from .calendar import Calendar
from .calendars import Calendars
from .settings import set_setting
from .values import Rule


class SharingByHand:
    """Verbs of `GoogleState`; a calendar is named by its id."""

    accounts: Accounts
    calendars: Calendars
    acl: Acl

    def share(self, person: Person, calendar: str, with_: str, role: str) -> None:
        """Lets an address in, mailing it; its owner accepts with `accept_share` (11.1).

        `with_`: an address; `domain:…` and `default` let many in.
        """
        kind, _, value = with_.partition(":")
        rule = Rule(kind, value, role)
        if kind not in ("domain", "default"):
            known = with_.casefold() in self.accounts.directory.groups
            rule = Rule("group" if known else "user", with_, role)
        account = self.accounts.of(person)
        cause = f"{person.name} in Google Calendar"
        self.acl.put(account, account.calendar(calendar), rule, notify=True, cause=cause)

    def unshare(self, person: Person, calendar: str, with_: str) -> None:
        self.share(person, calendar, with_, "none")

    def accept_share(self, person: Person, calendar: str) -> Calendar:
        """The link in the mail: the calendar comes onto the person's list."""
        return self.calendars.subscribe(self.accounts.of(person), {"id": calendar})

    def delete_calendar(self, person: Person, calendar: str) -> None:
        self.calendars.delete(self.accounts.of(person), calendar)

    def transfer(self, calendar: str, to: Person) -> None:
        """Another person becomes the data owner of a secondary calendar."""
        home = self.accounts.directory.calendars[calendar.casefold()]
        self.accounts.transfer(home, self.accounts.of(to))

    def add_group(self, address: str, members: Iterable[str]) -> None:
        """Whose address stands for all members, as a guest, in rules and in free/busy."""
        self.accounts.directory.set_group(address, tuple(members))

    def add_room(self, address: str, name: str, time_zone: str) -> Calendar:
        """A resource: it accepts invitations while it is free, and declines the others."""
        return self.accounts.add_room(address, name, time_zone)

    def make_admin(self, person: Person) -> None:
        """May hand calendars of the organization to another owner."""
        self.accounts.directory.admins.add(self.accounts.of(person).email.casefold())

    def set_setting(self, person: Person, setting: str, value: str) -> None:
        """Raises KeyError, ValueError; see `settings.set_setting`."""
        set_setting(self.accounts.of(person), setting, value)

    def set_conference_types(self, person: Person, types: Iterable[str], id_: str = "") -> None:
        """What kinds of conferences a calendar, else the primary one, allows (4.7)."""
        calendar = self.accounts.of(person).calendar(id_ or "primary")
        calendar.conference_types = tuple(types)
