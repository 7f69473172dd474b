"""A calendar: its events, its change log, its sync tokens (contract 6.3, 13 #6)."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from calendar_sandbox.core.knobs import Knobs

from .changes import ChangeLog, decode, encode
from .errors import full_sync_required, invalid
from .family import settle
from .values import Event, Rule

Microseconds = int
HALF = re.compile(r"_R\d{8}(T\d{6})?$")
"""What the id of a series cut off in Google's own pages ends with (4.2)."""
ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
"""Each lets do what the ones before it do."""


def base_of(id_: str) -> str:
    return HALF.sub("", id_)


def unnoticed(_calendar: str) -> None:
    """Nobody watches."""


@dataclass(eq=False)
class Calendar:
    id: str
    owner: str
    """Address of the account it belongs to."""
    summary: str
    time_zone: str
    stamp: Callable[[], Microseconds]
    """Now, never the same twice in one world."""
    knobs: Knobs
    on_change: Callable[[str], None] = unnoticed
    primary: bool = True
    access_role: str = "owner"
    description: str = ""
    entry: dict[str, Any] = field(default_factory=lambda: {"selected": True})
    """What its person has chosen about it on the list (11.1)."""
    default_reminders: tuple[Mapping[str, Any], ...] = ({"method": "popup", "minutes": 10},)
    events: dict[str, Event] = field(default_factory=dict)
    """Deleted ones stay: an id is never free again."""
    position: int = 0
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tokens of another epoch are withdrawn."""
    _log: dict[str, tuple[int, Microseconds]] = field(default_factory=dict)
    """Id → last change, oldest first: each event stands in it once."""
    _by_uid: dict[str, list[str]] = field(default_factory=dict)
    _family: dict[str, list[str]] = field(default_factory=dict)
    """Id of a master → ids of its exceptions."""
    _halves: dict[str, list[str]] = field(default_factory=dict)
    """Id of a series → ids of those cut off it by hand."""
    rules: dict[str, Rule] = field(default_factory=dict)
    """By id; those taken back stay with the role `none`."""
    conference_types: tuple[str, ...] = ("hangoutsMeet",)
    pending: dict[str, int] = field(default_factory=dict)
    """Ids of events something is still to be done about → reads until then."""
    hides_invitations: bool = False
    """Until they are answered (quirk 40)."""
    room: bool = False
    """Answers invitations by itself."""
    made: Microseconds = 0
    newest: Microseconds = 0
    """Latest `updated` of its events."""

    def __post_init__(self) -> None:
        self.made = self.newest = self.stamp()
        self.rule_log = ChangeLog(f"acl:{self.id}", self.stamp)

    @property
    def viewer(self) -> str:
        """Address of the account that looks at it."""
        return self.owner

    @property
    def etag(self) -> str:
        return f'"{self.made}"'

    @property
    def writable(self) -> bool:
        return self.access_role in ("owner", "writer", "writerWithoutPrivateAccess")

    def allows(self, role: str) -> bool:
        return ROLES.index(self.access_role) >= ROLES.index(role)

    def hides(self, event: Event) -> bool:
        """Whether the viewer learns only when it is (4.11)."""
        if self.access_role in ("owner", "writer"):
            return False
        private = event.content.personal.get("visibility") in ("private", "confidential")
        return private or self.access_role == "freeBusyReader"

    def is_self(self, email: str) -> bool:
        """`self` is relative to the calendar, not to the user (4.4)."""
        return email.casefold() == self.id.casefold()

    def put(self, event: Event) -> None:
        """Adds a new event, or one in the place of an exception swept away, and logs it."""
        self.record(event)
        self.touch(event)

    def record(self, event: Event) -> None:
        old = self.events.get(event.id)
        event.serial = old.serial if old else len(self.events) + 1
        self.events[event.id] = event
        event.settled, event.former = None, ()
        listed = [self._by_uid.setdefault(event.ical_uid, [])]
        if event.recurring_event_id:
            listed.append(self._family.setdefault(event.recurring_event_id, []))
        if (base := base_of(event.id)) != event.id:
            listed.append(self._halves.setdefault(base, []))
        for ids in listed:
            if event.id not in ids:
                ids.append(event.id)

    def touch(self, event: Event, *, quiet: bool = False, alone: bool = False) -> None:
        """A new etag, for the whole family of a series (4.9); a plain date becomes an exception.

        `quiet`: `updated` stands still, as with reminders.
        `alone`: the rest of the family keeps its etag, as far as it does not change itself.
        """
        if self.events.get(event.id) is not event:
            self.record(event)
        changed = self.settle(event)
        now = self.stamp()
        for member in [*changed, event] if alone else self.relatives(event):
            member.changed = now
            if not quiet:
                member.updated = self.newest = now
            self.log(member, now)
        self.on_change(self.id)

    def settle(self, master: Event) -> list[Event]:
        """The exceptions that change because their master did."""
        before, master.settled = master.settled, master.content
        if before is None or before is master.content:
            return []
        changed = before.timing() != master.content.timing() or master.cancelled
        if changed and "recurrence" in before.shared:
            master.former += ((self.position, before),)
        exceptions = self.exceptions(master)
        was = [event.content for event in exceptions]
        settle(master, before, exceptions, self.knobs)
        return [event for event, old in zip(exceptions, was, strict=True) if event.content != old]

    def relatives(self, event: Event) -> list[Event]:
        """Exceptions first, then masters; an event that is in no series is alone."""
        masters = self.halves(base_of(event.recurring_event_id or event.id))
        family = [each for master in masters for each in self.exceptions(master)]
        orphans = [] if event in family or event in masters else [event]
        return [*orphans, *family, *masters]

    def halves(self, base: str) -> list[Event]:
        """The event of an id, and the series that were cut off it."""
        ids = (base, *self._halves.get(base, ()))
        return [self.events[id_] for id_ in ids if id_ in self.events]

    def adopt(self, exception: Event, master: str) -> None:
        """Lets an exception belong to another half of its series."""
        self._family[exception.recurring_event_id or ""].remove(exception.id)
        self._family.setdefault(master, []).append(exception.id)
        exception.recurring_event_id = master

    def log(self, event: Event, now: Microseconds) -> None:
        self.position += 1
        self._log.pop(event.id, None)
        self._log[event.id] = (self.position, now)

    def by_uid(self, uid: str) -> list[Event]:
        return [self.events[id_] for id_ in self._by_uid.get(uid, ())]

    def exceptions(self, master: Event) -> list[Event]:
        return [self.events[id_] for id_ in self._family.get(master.id, ())]

    def in_order(self) -> Iterator[Event]:
        """By creation: the stable order of a full list."""
        return iter(self.events.values())

    def position_at(self, moment: Microseconds) -> int:
        """The newest change not younger than a moment: what lagging lists see."""
        for position, at in reversed(self._log.values()):
            if at <= moment:
                return position
        return 0

    def changes(self, since: int, upto: int) -> list[tuple[int, Event]]:
        """Changed events in the order of their last change; each once, as it is now."""
        found: list[tuple[int, Event]] = []
        for id_, (position, _) in reversed(self._log.items()):
            if position <= since:
                break
            if position <= upto:
                found.append((position, self.events[id_]))
        return found[::-1]

    def expire_tokens(self) -> None:
        """Every sync token handed out so far now answers 410."""
        self.epoch = secrets.token_hex(4)

    def sync_token(self, position: int) -> str:
        """A nonce makes tokens of the same position differ (14 #28)."""
        return encode(["sync", self.id, self.epoch, position, self.stamp(), secrets.token_hex(2)])

    def read_sync_token(self, token: str, life: timedelta | None) -> int:
        """The position a token stands for.

        Raises ApiError: 400 malformed or of another calendar; 410 expired or withdrawn.
        """
        values = decode(token)
        if len(values) != 6 or values[:2] != ["sync", self.id]:
            raise invalid("Invalid sync token value.", "syncToken")
        age = timedelta(microseconds=self.stamp() - values[4])
        if values[2] != self.epoch or (life and age > life):
            raise full_sync_required()
        return int(values[3])
