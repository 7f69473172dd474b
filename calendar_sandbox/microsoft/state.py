"""The Microsoft side of the world, with the verbs tests and the console use.

A verb does what the person would do in Outlook, by the same rules as the API: mails go out,
copies appear. Events are named by either form of their id and shown as Graph shows them.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from calendar_sandbox.core.http import Mount
from calendar_sandbox.core.people import Person, ProviderName
from calendar_sandbox.core.post import Invitation

from . import ids, online, permissions, settings, shape, visiting
from .addresses import Addresses, Group
from .folders import Folder
from .graph import Graph
from .identity import Identity
from .intake import Rules
from .loading import load
from .mailbox import Item, Mailbox, Window
from .meetings import Meetings
from .prefer import Preferences
from .sign_in import SignIn
from .subscriptions import Subscriptions
from .tenants import Account
from .throttle import Throttle
from .writes import Writes

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

Who = Person | str
"""A person, or the key of one."""
IN_OUTLOOK = "in Outlook"


class MicrosoftState:
    name: ProviderName = "outlook"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.identity = Identity(world)
        self.meetings = Meetings(world, self)
        self.writes = Writes(self, self.meetings)
        self.subscriptions = Subscriptions(world, self)
        world.deliveries.open("outlook", self.subscriptions)
        self.addresses = Addresses()
        self.throttle = Throttle(world.knobs)
        self._mailboxes: dict[str, Mailbox] = {}

    # What the world asks of a provider

    def routes(self) -> Iterable[Mount]:
        return [SignIn(self.world, self.identity).mount(), Graph(self).mount()]

    def receive(self, person: Person, invitation: Invitation) -> None:
        self.meetings.receive(person, invitation, None)

    def load(self, owner: Who, events: Iterable[Mapping[str, Any]]) -> list[str]:
        """Puts rows into the mailbox silently; see `loading`. Returns immutable ids."""
        mailbox = self.mailbox(owner)
        with self.subscriptions.quiet():
            items = [load(self, self.writes, mailbox, row) for row in events]
        return [mailbox.id_of(item, immutable=True) for item in items]

    # Mailboxes

    def mailbox(self, person: Who) -> Mailbox:
        """The mailbox of a person, made at first use. Raises KeyError without an account."""
        key = person if isinstance(person, str) else person.key
        if key not in self._mailboxes:
            owner = self.world.people.get(key)
            if owner.outlook is None:
                raise KeyError(f"{key} has no Outlook account")
            self._mailboxes[key] = Mailbox(
                key, owner.outlook, owner.name, personal=owner.kind == "personal"
            )
            self._mailboxes[key].on_change = self.subscriptions.changed
            if owner.kind == "work":
                everybody = permissions.Permission(
                    "My Organization", permissions.ORGANIZATION, "freeBusyRead"
                )
                self._mailboxes[key].primary.permissions[everybody.address] = everybody
        return self._mailboxes[key]

    def add_calendar(
        self, person: Who, name: str, *, can_edit: bool = True, is_removable: bool = True
    ) -> str:
        """A second calendar, read-only as those of holidays and birthdays; returns its id."""
        mailbox = self.mailbox(person)
        number = mailbox.next_folder()
        mailbox.folders[number] = Folder(number, name, can_edit=can_edit, is_removable=is_removable)
        return ids.calendar_id(mailbox.identity, number)

    def delete_calendar(self, person: Who, calendar_id: str) -> None:
        """With its events, silently; a shared one leaves this person's list only."""
        mailbox = self.mailbox(person)
        folder = mailbox.folder(calendar_id)
        if folder.is_default:
            raise ValueError("the primary calendar stays")
        mailbox.remove_folder(folder, self.world.clock.now())

    def share(
        self,
        person: Who,
        address: str,
        role: str = "read",
        *,
        calendar_id: str = "",
        old_style: bool = False,
    ) -> str:
        """Lets somebody into a calendar, the primary one by default.

        Returns the id it has on the receiver's own list, "" for somebody who has no such list.
        `role`: see `permissions.ROLES`. `old_style`: the list has it, its events answer 500.
        """
        mailbox = self.mailbox(person)
        folder = mailbox.folder(calendar_id) if calendar_id else mailbox.primary
        return self.permit(mailbox, folder, address, role, old_style=old_style)

    def unshare(self, person: Who, address: str, *, calendar_id: str = "") -> None:
        mailbox = self.mailbox(person)
        folder = mailbox.folder(calendar_id) if calendar_id else mailbox.primary
        folder.permissions.pop(address.lower(), None)

    def permit(
        self,
        mailbox: Mailbox,
        folder: Folder,
        address: str,
        role: str,
        *,
        name: str = "",
        old_style: bool = False,
    ) -> str:
        """What `share` does, for a calendar at hand."""
        if role not in permissions.OFFERED:
            raise ValueError(f"{role} is no role to share by")
        known = self._directory(mailbox, address)
        address, name = known or (address, name or address)
        row = permissions.Permission(name, address, role, known is not None)
        folder.permissions[address.lower()] = row
        receiver = self.world.people.at("outlook", address)
        if receiver is None:
            return ""
        theirs = self.mailbox(receiver)
        entry = visiting.entry_for(theirs, mailbox.person, folder, old_style=old_style)
        return ids.calendar_id(theirs.identity, entry.number)

    def calendar(self, person: Who) -> str:
        """The id of the primary calendar."""
        return ids.calendar_id(self.mailbox(person).identity, 1)

    def allow_online_meetings(self, person: Who, *providers: str) -> None:
        """The providers of online meetings the account's calendars allow; none of them at first."""
        for name in providers:
            if name not in online.PROVIDERS:
                raise ValueError(f"{name}: providers are {', '.join(online.PROVIDERS)}")
        self.mailbox(person).meeting_providers = providers

    def add_room(self, address: str, name: str) -> None:
        """A room: it accepts whatever it is invited to."""
        self.addresses.rooms[address.lower()] = (address, name)

    def add_list(self, address: str, name: str, members: Iterable[str]) -> None:
        """A distribution list: mail to it reaches the members."""
        self.addresses.groups[address.lower()] = Group(address, name, tuple(members))

    def set_condition(self, person: Who, code: str) -> None:
        """Answers every Graph request with 404 and this code (contract 8.3); "" ends it."""
        self.mailbox(person).condition = code

    def forget_delta(self, person: Who) -> None:
        """All links of delta given out so far answer 410 SyncStateNotFound."""
        self.mailbox(person).epoch = uuid.uuid4().hex

    # What a person does in Outlook

    def events(self, person: Who) -> list[dict[str, Any]]:
        """Single events and masters, oldest first, with immutable ids and times in UTC."""
        mailbox = self.mailbox(person)
        return [self.show(mailbox, item) for item in mailbox.items.values()]

    def view(self, person: Who, window: Window) -> list[dict[str, Any]]:
        """Single events and dates of series that touch the window, by their start."""
        mailbox = self.mailbox(person)
        return [self.show(mailbox, item) for item in mailbox.view(window)]

    def get(self, person: Who, event_id: str, *, body_type: str = "html") -> dict[str, Any]:
        mailbox = self.mailbox(person)
        prefer = Preferences(immutable=True, body_type=body_type)
        return shape.event(mailbox, mailbox.find(event_id), self.look(prefer))

    def create(
        self, person: Who, body: Mapping[str, Any], *, cause: str = IN_OUTLOOK
    ) -> dict[str, Any]:
        mailbox = self.mailbox(person)
        return self.show(mailbox, self.writes.create(mailbox, mailbox.primary, body, cause))

    def edit(
        self, person: Who, event_id: str, body: Mapping[str, Any], *, cause: str = IN_OUTLOOK
    ) -> dict[str, Any]:
        mailbox = self.mailbox(person)
        item = self.writes.patch(mailbox, mailbox.find(event_id), body, cause)
        return self.show(mailbox, item)

    def delete(self, person: Who, event_id: str, *, cause: str = IN_OUTLOOK) -> None:
        mailbox = self.mailbox(person)
        self.writes.delete(mailbox, mailbox.find(event_id), cause)

    def answer(
        self, person: Who, event_id: str, verb: str, *, send: bool = True, cause: str = IN_OUTLOOK
    ) -> None:
        """`verb`: accept, decline or tentativelyAccept."""
        mailbox = self.mailbox(person)
        item = mailbox.find(event_id)
        self.writes.answer(mailbox, item, verb.lower(), {"sendResponse": send}, cause)

    def propose(
        self, person: Who, event_id: str, slot: Mapping[str, Any], *, cause: str = IN_OUTLOOK
    ) -> None:
        """Maybe, and another time rather: `slot` has `start` and `end` as in an event."""
        mailbox = self.mailbox(person)
        said = {"proposedNewTime": slot}
        self.writes.answer(mailbox, mailbox.find(event_id), "tentativelyaccept", said, cause)

    def cancel(self, person: Who, event_id: str, *, cause: str = IN_OUTLOOK) -> None:
        mailbox = self.mailbox(person)
        self.writes.cancel(mailbox, mailbox.find(event_id), {}, cause)

    def move(self, person: Who, event_id: str, calendar_id: str) -> None:
        """Into another calendar of the mailbox: the mutable id changes (Q1)."""
        mailbox = self.mailbox(person)
        folder = mailbox.folder(calendar_id)
        mailbox.move(mailbox.find(event_id), folder.number, self.world.clock.now())

    def show(self, mailbox: Mailbox, item: Item) -> dict[str, Any]:
        return shape.event(mailbox, item, self.look(Preferences(immutable=True)))

    def give_links(self, mailbox: Mailbox) -> None:
        """New online meetings whose link is due get it, as a touch of the server's own."""
        delay, now = self.world.knobs.number("graph.join_url_delay"), self.world.clock.now()
        for item in online.late(mailbox, now, delay):
            mailbox.touch(item, now)

    # What the knobs make of it

    def new_uid(self, at: datetime) -> str:
        return ids.global_object_id(at, uuid.uuid4())

    def look(self, prefer: Preferences, *, basic: bool = False) -> shape.Look:
        knobs = self.world.knobs
        return shape.Look(
            prefer,
            foreign_uids=str(knobs["graph.foreign_uids"]),
            same_uid_for_dates=bool(knobs["graph.same_uid_for_dates"]),
            extras=bool(knobs["graph.extra_properties"]),
            basic=basic,
            inline_counts=bool(knobs["graph.inline_attachments"]),
        )

    def rules(self, mailbox: Mailbox) -> Rules:
        knobs = self.world.knobs
        return Rules(
            lambda address: self._directory(mailbox, address),
            zone_required=knobs["graph.missing_zone"] == "refused",
            unknown_property=str(knobs["graph.unknown_property"]),
            honour_offset=knobs["graph.offset"] == "honoured",
            windows_names=knobs["graph.iana_zones"] == "windows",
            counted_range_kept=knobs["graph.numbered"] == "kept",
            drafts=bool(knobs["graph.drafts"]),
            edited_dates=str(knobs["graph.edited_dates"]),
            meetings=self._offer(mailbox),
        )

    def _offer(self, mailbox: Mailbox) -> online.Offer:
        tenant = Account.of(self.world.people.get(mailbox.person)).tenant
        delay = self.world.knobs.number("graph.join_url_delay")
        return online.offer(mailbox, tenant, delay, self.world.clock.now())

    def _directory(self, mailbox: Mailbox, address: str) -> tuple[str, str] | None:
        """Primary address and display name of somebody in the same tenant (contract 3.3)."""
        if not mailbox.personal and (known := self.addresses.known(address)):
            return known
        person = self.world.people.at("outlook", address)
        if person is None or mailbox.personal or person.outlook is None:
            return None
        same = self.same_organization(mailbox, self.mailbox(person))
        return (person.outlook, person.name) if same else None

    def same_organization(self, one: Mailbox, other: Mailbox) -> bool:
        tenants = {
            Account.of(self.world.people.get(mailbox.person)).tenant for mailbox in (one, other)
        }
        return len(tenants) == 1 and not one.personal

    def set_mailbox_settings(self, person: Who, body: Mapping[str, Any]) -> None:
        """What the person chooses in Outlook's settings, as PATCH takes it."""
        settings.change(self, self.mailbox(person), body)
